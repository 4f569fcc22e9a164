"""The write lane: one thread that stores what waits, many writes with one commit, and only then tells who waits for them.

Nothing here knows what a session or a vote is.
"""

import asyncio
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Final

from sqlalchemy import Connection, Engine

from app import gauges
from app.errors import StoreFull
from app.store.ballots import Box, box_on
from app.store.batches import (
    Job,
    from_driver,
    is_for_all,
    is_one_bulk_action,
    run_each_in_savepoint,
    run_one_bulk_action,
)
from app.store.disk import FULL, Disk
from app.store.engines import empty_log

log = logging.getLogger("stairstep.store")
SHARE = 250
"""Writes of one session in one transaction, so that a stampede does not make other sessions wait for all of it."""
APART_S = 0.002
"""From one transaction's beginning to the next one's, so that more share a commit; a write into a quiet lane waits for nothing."""
QUIET_S, TIDY_AFTER = 0.5, 200
"""Nothing to write for so long, after so many transactions, is a quiet moment."""
ATTEMPTS = 3
RUN_AGAIN = {"40001", "40P01"}
"""PostgreSQL: the transaction lost against another and may simply be run again."""
NOT_STORED = "The server can't store this right now. Keep this page open; it is sent again by itself."
STOP: Final = None


class Lane:
    """A thread with the connection that writes. ``settle(batch, changed)`` is called in the event loop after each batch."""

    def __init__(self, writing: Engine, disk: Disk, settle: Callable[[list[Job], dict[str, int]], None]) -> None:
        self._writing, self._disk, self._settle = writing, disk, settle
        self._coming: SimpleQueue[Job | None] = SimpleQueue()
        self.put: Callable[[Job], None] = self._coming.put
        """Queue a write."""
        self._queues: dict[str, list[Job]] = {}
        self._stopping = False
        self._box: Box | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self.commits = 0
        self._since_tidied = 0

    def start(self) -> None:
        """Start the thread. Call in the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="write-lane", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Finish what waits, then close the connection."""
        self._coming.put(STOP)
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        assert self._loop is not None
        began = 0.0
        while self._queues or not self._stopping:
            if not self._queues:
                self._sort_in(self._wait_for_work())
                self._let_more_come(began)
            for _ in range(self._coming.qsize()):
                self._sort_in(self._coming.get())
            batch = self._take()
            if batch:
                began = time.monotonic()
                changed = self._store(batch)
                gauges.lane_batch.observe(len(batch))
                gauges.lane_seconds.observe(time.monotonic() - began)
                self._loop.call_soon_threadsafe(self._settle, batch, changed)
        if self._box is not None:
            self._box.connection.close()

    def _wait_for_work(self) -> Job | None:
        """The next write. In a quiet moment SQLite's log is put into its file: in a burst, votes would wait for that."""
        if self._since_tidied >= TIDY_AFTER and self._box is not None:
            try:
                return self._coming.get(timeout=QUIET_S)
            except Empty:
                self._since_tidied = 0
                empty_log(self._box.connection)
        return self._coming.get()

    def _let_more_come(self, began: float) -> None:
        """Where the transaction before began just now, wait: each costs the same, however many share it."""
        pause = began + APART_S - time.monotonic()
        if pause > 0 and not self._stopping:
            time.sleep(pause)

    def _sort_in(self, job: Job | None) -> None:
        """Queue a write with those about the same session; what is about none in particular has a queue of its own."""
        if job is STOP:
            self._stopping = True
        elif job.about in self._queues:
            self._queues[job.about].append(job)
        else:
            self._queues[job.about] = [job]

    def _take(self) -> list[Job]:
        """The next batch: of each session's writes the oldest, in their order, no more than its share; short queues first."""
        if len(self._queues) > 1:
            self._queues = dict(sorted(self._queues.items(), key=lambda entry: len(entry[1])))
        batch: list[Job] = []
        left: dict[str, list[Job]] = {}
        for about, queue in self._queues.items():
            batch += queue[:SHARE]
            if len(queue) > SHARE:
                left[about] = queue[SHARE:]
        self._queues = left
        return batch

    def _store(self, batch: list[Job]) -> dict[str, int]:
        """Run the batch in one transaction; gives the versions of changed sessions. Each job's outcome is set once it is durable.

        Two processes that wait for each other are sorted out by the database; whoever was refused runs its batch again,
        as does one whose connection had ended before it came to the commit. A lost answer to the commit itself is never
        run again.
        """
        run = run_one_bulk_action if is_one_bulk_action(batch) else run_each_in_savepoint
        for attempt in range(ATTEMPTS):
            committing = False
            try:
                box = self._box = self._box or box_on(self._writing.connect())
                with box if run is run_one_bulk_action else box.connection.begin():
                    changed = run(box, batch)
                    committing = True
            except Exception as error:  # noqa: BLE001  the lane must go on, whatever happens
                if run is run_one_bulk_action and self._box is not None and not is_for_all(self._box, error):
                    # One item spoilt it; PostgreSQL may say so only as it is asked to commit.
                    run = run_each_in_savepoint
                    continue
                said = from_driver(error)
                _stop_if_the_disk_fails(said)
                self._note_if_the_disk_is_full(said)
                lost = self._box is not None and _is_lost(self._box.connection)
                nothing_stored = getattr(said, "sqlstate", "") in RUN_AGAIN or (lost and not committing)
                again = nothing_stored and attempt + 1 < ATTEMPTS
                if lost or not again:
                    self._drop_connection()
                if again:
                    continue
                gauges.lane_failures.inc()
                log.warning("a batch of %d could not be stored: %s", len(batch), type(error).__name__)
                break
            self.commits += 1
            self._since_tidied += 1
            return changed
        for job in batch:
            job.outcome = StoreFull(NOT_STORED)
        return {}

    def _note_if_the_disk_is_full(self, said: BaseException | None) -> None:
        assert self._loop is not None
        if {getattr(said, "sqlite_errorname", ""), getattr(said, "sqlstate", "")} & FULL:
            self._disk.ran_full(self._loop)

    def _drop_connection(self) -> None:
        """Throw away a connection that failed; the next one is fresh."""
        if self._box is not None:
            with suppress(Exception):
                self._box.connection.invalidate()
            with suppress(Exception):
                self._box.connection.close()
            self._box = None


def _is_lost(connection: Connection) -> bool:
    """Whether the server at the other end has ended the connection; SQLite has none."""
    return connection.invalidated or bool(getattr(connection.connection.dbapi_connection, "closed", False))


def _stop_if_the_disk_fails(error: BaseException | None) -> None:
    """End the process when the disk reports an error: after a failed sync nothing stored later can be trusted."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_IOERR", "SQLITE_CORRUPT")):
        print(f"stairstep: the disk failed while storing ({name}); stopped so that nothing is lost.", file=sys.stderr)  # noqa: T201
        sys.stderr.flush()
        os._exit(74)
