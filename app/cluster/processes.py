"""App processes side by side, and the keeper that starts one again when it ended and ends one that hangs."""

import logging
import os
import signal
import sys
import time
from pathlib import Path
from urllib.request import urlopen

from app.cluster.front import is_ready
from app.cluster.programs import Program, free_port
from app.settings import Settings

log = logging.getLogger("stairstep.cluster")

LOOK_EVERY_S = 0.5
ALIVE_WITHIN_S = 1.5
STARTS_WITHIN_S = 30.0


def app_process(folder: Path, settings: Settings, *, name: str) -> Program:
    """One `stairstep serve` with these settings on a port of the loopback; not started."""
    folder.mkdir(parents=True, exist_ok=True)
    env = {key: value for key, value in os.environ.items() if not key.startswith("STAIRSTEP_")}
    own = settings.model_dump(exclude_defaults=True) | {"data_dir": folder, "host": "127.0.0.1"}
    env |= {f"STAIRSTEP_{key.upper()}": str(value) for key, value in own.items()}
    url = f"http://127.0.0.1:{settings.port}"
    command = [sys.executable, "-m", "app", "serve"]
    return Program(name, command, folder / f"{name}.log", lambda: is_ready(url), env=env | {"PYTHONPATH": _root()})


def _root() -> str:
    return str(Path(__file__).parents[2])


class Keeper:
    """Keeps app processes running: what ended is started again, what hangs is ended first."""

    def __init__(self, programs: list[Program], ports: list[int]) -> None:
        self.programs, self._ports = programs, ports
        self._silent_until = dict.fromkeys(ports, 0.0)

    @classmethod
    def of(cls, folder: Path, settings: Settings, *, count: int) -> "Keeper":
        """A keeper of so many processes with these settings, each on a port of its own."""
        ports = [free_port() for _ in range(count)]
        programs = [
            app_process(folder, settings.model_copy(update={"port": port}), name=f"app-{number}")
            for number, port in enumerate(ports, 1)
        ]
        return cls(programs, ports)

    @property
    def ports(self) -> list[int]:
        """Where they listen."""
        return list(self._ports)

    def start(self) -> None:
        """Start all at once and wait until each is ready. Raises AppError."""
        for program in self.programs:
            program.launch()
        for program in self.programs:
            program.wait_until_ready()

    def look(self) -> None:
        """One look at each: start again what ended, end what does not answer."""
        for program, port in zip(self.programs, self._ports, strict=True):
            if program.runs and time.monotonic() > self._silent_until[port] and not _lives(port):
                log.warning("%s does not answer; it is ended and started again", program.name)
                program.kill()
            if not program.runs:
                program.launch()
                self._silent_until[port] = time.monotonic() + STARTS_WITHIN_S
            elif self._silent_until[port] and is_ready(f"http://127.0.0.1:{port}", within_s=ALIVE_WITHIN_S):
                self._silent_until[port] = 0.0

    def restart_one_by_one(self) -> None:
        """Stop and start each in turn, the next only when the one before is ready."""
        for program in self.programs:
            program.stop()
            program.start()

    def stop(self) -> None:
        """Stop all at once; what they have taken is stored first."""
        for program in self.programs:
            program.send(signal.SIGTERM)
        for program in self.programs:
            program.stop()


def _lives(port: int) -> bool:
    """Whether the process answers at all; what is behind it may be away."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=ALIVE_WITHIN_S):
            return True
    except OSError:
        return False
