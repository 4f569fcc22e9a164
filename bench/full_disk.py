"""A disk that is full: a small file system in memory, which needs root. It is unmounted at the end."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from bench.crowd import Crowd
from bench.kept import stored_taps
from bench.kills import count_lost, newest_by_token
from bench.targets import OPENINGS

SIZE = 64 * 1024 * 1024
LEFT = 96 * 1024  # bytes still free when the votes begin: room for some of them
PHONES = 200
BURSTS = 4
PATIENCE = 8.0


@dataclass
class FullDisk:
    """The small file system, with a server's data in it."""

    place: Path

    async def fill_and_kill(self) -> tuple[int, int, bool]:
        """Votes while the disk fills up, then SIGKILL: acknowledged but lost, refused, and whether it stores again with room."""
        data = self.place / "data"
        data.mkdir()
        async with OPENINGS["stairstep"](data, PHONES) as target, Crowd(target) as crowd:
            await crowd.enter(PHONES)
            with closing(sqlite3.connect(data / "stairstep.db")) as db:
                db.execute("pragma wal_checkpoint(truncate)")  # the log keeps no room for later
            filler = self._fill()
            refused = 0
            for number in range(BURSTS):
                burst = await crowd.vote(f"full {number}", 0.5, patience=PATIENCE)
                refused += burst.unstored
                await asyncio.sleep(1)
            target.server.kill()
            known = newest_by_token(crowd)
        filler.unlink()
        lost = count_lost(known, stored_taps(data / "stairstep.db"))
        async with OPENINGS["stairstep"](data, PHONES) as target, Crowd(target) as crowd:
            await crowd.enter(20)
            burst = await crowd.vote("room again", 0.2, patience=PATIENCE)
            back = refused > 0 and len(burst.latencies) == len(crowd.phones)
        return lost, refused, back

    def _fill(self) -> Path:
        filler = self.place / "filler"
        free = os.statvfs(self.place).f_bavail * os.statvfs(self.place).f_frsize
        with filler.open("wb") as out, suppress(OSError):
            out.write(b"\0" * max(0, free - LEFT))
        return filler


@contextmanager
def full_disk() -> Iterator[FullDisk]:
    """A small file system. Raises OSError where it cannot be made: without root, or where mounting is not allowed."""
    if os.geteuid() != 0:
        raise PermissionError("needs root")
    place = Path(mkdtemp(prefix="stairstep-bench-"))
    try:
        command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "stairstep-bench", str(place)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
        if done.returncode:
            raise OSError(f"mount: {done.stderr.strip()}")
        try:
            yield FullDisk(place)
        finally:
            subprocess.run(["umount", "-l", str(place)], check=False, timeout=20)
    finally:
        shutil.rmtree(place, ignore_errors=True)
