"""A real server: `stairstep serve` as its own process, on a free port, with a data folder of its own."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import psycopg

from app.actions import people
from app.settings import Settings
from app.store.once import run_once

ROOT = Path(__file__).parents[2]
PASSWORD = "a stair of five steps"
READY_WITHIN_S = 20.0
DATABASE_SETTINGS = ("database_url", "redis_url", "secret_key")


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """One installation. It can be stopped, killed and started again on the same data."""

    data_dir: Path
    port: int = field(default_factory=free_port)
    env: dict[str, str] = field(default_factory=dict)
    pid: int | None = None

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    @cached_property
    def settings(self) -> Settings:
        given = {name: self.env.get(f"STAIRSTEP_{name.upper()}", "") for name in DATABASE_SETTINGS}
        return Settings(data_dir=self.data_dir, _env_file=None, **given)

    @property
    def log(self) -> Path:
        return self.data_dir.with_name(self.data_dir.name + ".log")

    def start(self) -> "Server":
        """Start it, unless it runs, and wait until it is ready. Its proxies are trusted so that each test can come from an address
        of its own.
        """
        if self.runs:
            return self
        env = {
            "STAIRSTEP_DATA_DIR": str(self.data_dir),
            "STAIRSTEP_HOST": "127.0.0.1",
            "STAIRSTEP_PORT": str(self.port),
            "STAIRSTEP_TRUSTED_PROXIES": "127.0.0.1",
        } | self.env
        self.pid = _launch(env, self.log)
        self.wait_until_ready()
        return self

    @property
    def runs(self) -> bool:
        """Whether the process is there."""
        if self.pid is None:
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def wait_until_ready(self) -> None:
        end = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < end:
            assert self.runs, f"the server stopped: {self.log.read_text()}"
            try:
                with urlopen(f"{self.url}/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (URLError, OSError):
                time.sleep(0.02)
        raise AssertionError(f"the server was not ready in {READY_WITHIN_S} s: {self.log.read_text()}")

    def signal(self, number: signal.Signals) -> None:
        assert self.pid is not None
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self.signal(signal.SIGKILL)
        self.wait_until_gone()

    def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        if self.runs:
            self.signal(signal.SIGTERM)
            self.wait_until_gone()

    def wait_until_gone(self) -> None:
        end = time.monotonic() + READY_WITHIN_S
        while self.runs:
            assert time.monotonic() < end, "the server does not stop"
            time.sleep(0.01)

    def act(self, action: Any, **kwargs: Any) -> Any:
        """Run an action beside the server, as the command line does."""
        return run_once(self.settings, action, **kwargs)

    def add_user(self, email: str, role: str, workspace: str, name: str = "") -> str:
        """A user; gives an API token of theirs. The password is PASSWORD."""
        user = people.NewUser(email, name or email.split("@", maxsplit=1)[0].title(), _hashed())
        self.act(people.add_user, user=user, role=role, workspace=workspace)
        return str(self.act(people.create_token, email=email, name="tests"))

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What another process reads in the database now. ``?`` stands for a value."""
        if self.settings.on_postgres:
            with psycopg.connect(self.settings.database_url) as db:
                return db.execute(query.replace("?", "%s").encode(), values).fetchall()
        with closing(sqlite3.connect(f"file:{self.settings.sqlite_file}?mode=ro", uri=True, timeout=5)) as db:
            return db.execute(query, values).fetchall()

    def tables(self) -> list[str]:
        """The names of all tables."""
        if self.settings.on_postgres:
            rows = self.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        else:
            rows = self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        return [name for (name,) in rows]

    def is_whole(self) -> bool:
        """Whether the database finds no damage in itself."""
        return self.settings.on_postgres or self.rows("PRAGMA integrity_check") == [("ok",)]


_LAUNCHERS: list[subprocess.Popen[str]] = []
_ONE_AT_A_TIME = threading.Lock()


def _launch(env: dict[str, str], log: Path) -> int:
    """The process id of a new server; see `warm.py`."""
    if not _LAUNCHERS:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("STAIRSTEP_")}
        command = [sys.executable, "-m", "tests.live.warm"]
        _LAUNCHERS.append(
            subprocess.Popen(command, cwd=ROOT, env=clean, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        )
    launcher = _LAUNCHERS[0]
    assert launcher.stdin is not None
    assert launcher.stdout is not None
    with _ONE_AT_A_TIME:  # two threads would read each other's answers
        launcher.stdin.write(json.dumps({"env": env, "log": str(log)}) + "\n")
        launcher.stdin.flush()
        return int(launcher.stdout.readline())


_HASHES: list[str] = []


def _hashed() -> str:
    if not _HASHES:
        _HASHES.append(people.hash_password(PASSWORD))
    return _HASHES[0]
