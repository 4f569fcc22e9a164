"""The disk under the database. When it is full, only what makes room is stored, out of a reserve that was kept for that."""

import asyncio
import logging
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from app import gauges

F = TypeVar("F", bound=Callable[..., Any])
log = logging.getLogger("stairstep.store")
RESERVE = 16 * 1024 * 1024
"""Bytes: a deletion writes the pages that it empties, and a sign-in a row, before anything becomes free."""
ENOUGH = 1024 * 1024
"""Bytes that must be free beside the reserve, or inside the database's own file, before votes are taken again."""
LOOKS_EVERY_S = 2.0
FULL = {"SQLITE_FULL", "53100"}
"""What SQLite and PostgreSQL call it."""
_MAKES_ROOM: set[Callable[..., Any]] = set()


def makes_room(action: F) -> F:
    """An action that may run although the disk is full: it deletes, or is on the way to deleting."""
    _MAKES_ROOM.add(action)
    return action


class Disk:
    """Whether it is full. ``folder`` holds the database; None where that is another machine's, which keeps its own reserve."""

    def __init__(self, folder: Path | None) -> None:
        self._reserve = folder / "reserve" if folder else None
        self.full = False
        self.told: Callable[[], None] = lambda: None
        """Called in the event loop when ``full`` has changed."""

    def takes(self, action: Callable[..., Any]) -> bool:
        """Whether this action may be stored now."""
        return not self.full or action in _MAKES_ROOM

    def ran_full(self, loop: asyncio.AbstractEventLoop) -> None:
        """The database could not store something for want of space: give the reserve to what makes room."""
        if not self.full:
            self._now(full=True)
            log.error("the disk is full: nothing is stored but deletions, until there is space again")
            loop.call_soon_threadsafe(self.told)
        if self._reserve:
            with suppress(OSError):
                self._reserve.unlink(missing_ok=True)

    def keep_reserve(self) -> bool:
        """Take the reserve where it is missing; whether it is there."""
        if self._reserve is None:
            return True
        try:
            if not self._reserve.exists() or self._reserve.stat().st_size < RESERVE:
                _allocate(self._reserve)
        except OSError:
            with suppress(OSError):
                self._reserve.unlink(missing_ok=True)
            return False
        return True

    async def look(self, *, free_inside: int) -> None:
        """While it is full: whether there is space again. ``free_inside``: bytes of the database's own that it can use."""
        if self.full and (free_inside >= ENOUGH or await asyncio.to_thread(self._has_space)):
            self._now(full=False)
            log.warning("there is space again: everything is stored")
            self.told()

    def _has_space(self) -> bool:
        """Whether there is enough beside the reserve, which is taken back only then: until then it belongs to what makes room."""
        if self._reserve is None:
            return True
        needed = ENOUGH if self._reserve.exists() else RESERVE + ENOUGH
        return shutil.disk_usage(self._reserve.parent).free >= needed and self.keep_reserve()

    def _now(self, *, full: bool) -> None:
        self.full = full
        gauges.disk_full.set(full)


def _allocate(file: Path) -> None:
    with file.open("wb", buffering=0) as out:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(out.fileno(), 0, RESERVE)
        else:
            out.write(bytes(RESERVE))
