"""A server under measure: starting and ending it, its core, its CPU time and its private memory.

Figures come from Linux's /proc; elsewhere they are None and the table says so.
"""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

SERVER_CORE = 0
CLIENT_CORE = 1
START_LIMIT = 40.0  # seconds until a server has to accept connections
AT_REST_S = 0.01  # CPU time in a fifth of a second below which a server is at rest
ROOT = Path(__file__).resolve().parent.parent


class StartError(Exception):
    """A server did not come up; the text says what it printed."""


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def pin(pid: int, core: int) -> bool:
    """Whether the process now runs on that core alone; needs two cores and Linux."""
    if (os.cpu_count() or 1) < 2 or not hasattr(os, "sched_setaffinity"):
        return False
    try:
        os.sched_setaffinity(pid, {core})
    except OSError:
        return False
    return True


class ServerProcess:
    """One server as a child process on 127.0.0.1. Use as a context manager: it is gone at the end."""

    def __init__(
        self,
        arguments: Sequence[str],
        port: int,
        log: Path,
        environment: Mapping[str, str],
        companions: Sequence[int] = (),
    ) -> None:
        self.port = port
        self.began = time.monotonic()
        self.ready_after: float | None = None
        self._companions = companions  # programs that work for it: their CPU time is its own
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=clean_environment(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.pinned = pin(self._process.pid, SERVER_CORE)

    def __enter__(self) -> Self:
        try:
            self._wait_until_listening()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        """End it the hard way (SIGKILL to its own process group), as a crash would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)

    async def settled(self, most_s: float = 20) -> None:
        """Wait until it does next to nothing: what a start still goes on with is no phone's cost."""
        ends, before, calm = time.monotonic() + most_s, self.cpu_seconds() or 0.0, 0
        while calm < 3 and time.monotonic() < ends:
            await asyncio.sleep(0.2)
            now = self.cpu_seconds() or 0.0
            calm = calm + 1 if now - before < AT_REST_S else 0
            before = now

    def cpu_seconds(self) -> float | None:
        """CPU time of all its threads and children so far."""
        pids = [*self._pids(), *(pid for companion in self._companions for pid in family(companion))]
        found = [seconds for pid in pids if (seconds := cpu_seconds(pid)) is not None]
        return sum(found) if found else None

    def others_seconds(self) -> float | None:
        """CPU time so far that its core gave to anybody else; None where it has no core of its own."""
        busy, own = core_busy_seconds(SERVER_CORE), self.cpu_seconds()
        return None if busy is None or own is None or not self.pinned else busy - own

    def private_bytes(self) -> int | None:
        """Memory that belongs to it alone."""
        found = [size for pid in self._pids() if (size := private_bytes(pid)) is not None]
        return sum(found) if found else None

    def last_words(self) -> str:
        """The end of what it printed."""
        return self._log.read_text(errors="replace")[-2000:]

    def _wait_until_listening(self) -> None:
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)
        raise StartError(f"no server on port {self.port}:\n{self.last_words()}")

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def _pids(self) -> list[int]:
        return family(self._process.pid)


def family(pid: int) -> list[int]:
    """A process and all that it started."""
    pids = [pid]
    for one in pids:  # grows while it is walked: children of children
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                pids += map(int, (task / "children").read_text().split())
    return pids


def clean_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without settings of an installation, and with ``extra``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STAIRSTEP_")}
    return kept | {"PYTHONUNBUFFERED": "1"} | dict(extra)


def cpu_seconds(pid: int) -> float | None:
    """CPU time of one process's living threads, to the nanosecond where the kernel keeps it."""
    try:
        total = sum(int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir())
    except (OSError, IndexError, ValueError):
        total = 0
    if total:
        return total / 1e9
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def core_busy_seconds(core: int) -> float | None:
    """How long a core was at work for anybody, time taken away by the host included."""
    try:
        lines = Path("/proc/stat").read_text().splitlines()
        fields = next(line.split()[1:] for line in lines if line.startswith(f"cpu{core} "))
    except (OSError, StopIteration):
        return None
    user, nice, system, _idle, _waiting, *rest = map(int, fields[:8])
    return (user + nice + system + sum(rest)) / os.sysconf("SC_CLK_TCK")


def private_bytes(pid: int) -> int | None:
    """The pages only this process has: Private_Clean, Private_Dirty and Private_Hugetlb."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))
