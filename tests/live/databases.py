"""The databases that tests run on: each in turn, or the first of them, and a fresh one for each server."""

import itertools
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

from app.cluster.postgres import Postgres

CHOSEN = os.environ.get("STAIRSTEP_TEST_DATABASE", "sqlite,postgresql").split(",")
"""STAIRSTEP_TEST_DATABASE=postgresql runs everything on PostgreSQL alone; see docs/architecture.md."""
_NUMBERS = itertools.count(1)
IN_MEMORY = Path("/dev/shm")  # syncs cost nothing there; where there is none, the disk will do


def memory_folder(stack: ExitStack) -> Path:
    """A folder that goes with the stack; any user may pass through it, as PostgreSQL can't run as root."""
    parent = IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stairstep-test-", dir=parent)))
    folder.chmod(0o711)
    return folder


class Database:
    """One kind of database. ``fresh`` gives the settings of a server that starts with an empty one."""

    def __init__(self, kind: str, stack: ExitStack) -> None:
        self.kind, self._stack = kind, stack
        self._postgres: Postgres | None = None

    def fresh(self) -> dict[str, str]:
        """For SQLite nothing has to be set."""
        if self.kind == "sqlite":
            return {}
        if self._postgres is None:
            self._postgres = Postgres(memory_folder(self._stack) / "postgres")
            self._stack.callback(self._postgres.stop)
            self._postgres.start()
        return {"STAIRSTEP_DATABASE_URL": self._postgres.make_database(f"test_{next(_NUMBERS)}")}
