"""The two doors to the database: reads in a small pool, writes in one lane. Nobody else opens a connection.

The lane takes of each session what waits, up to its share, runs it in one transaction, commits once, and only then
answers the callers. On SQLite it is the only connection that writes or checkpoints. Nothing here knows what a
session or a vote is.
"""

import asyncio
import logging
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlmodel import Session

from app import gauges
from app.errors import NotFound, StoreAway, StoreFull
from app.settings import Settings
from app.store.ballots import Box
from app.store.batches import (
    BulkAction,
    Job,
    Spoilt,
    from_driver,
    is_one_bulk_action,
    run_each_in_savepoint,
    run_one_bulk_action,
)
from app.store.disk import FULL, Disk
from app.store.engines import READERS, empty_log, engine_for, lengthen_log

T = TypeVar("T")
K = TypeVar("K")
log = logging.getLogger("stairstep.store")
WAITING_AT_MOST = 20_000
"""More than a room can send; whoever comes then is asked to try again."""
SHARE = 250
"""Writes of one session in one transaction, so that a stampede does not make other sessions wait for all of it."""
GATHER_S = 0.02
"""From one look at who stands at the door to the next, so that a crowd shares one; whoever comes alone waits for nothing."""
APART_S = 0.0015
"""From one transaction's beginning to the next one's, so that more share a commit; a write into a quiet lane waits for nothing."""
QUIET_S, TIDY_AFTER = 0.5, 200
"""Nothing to write for so long, after so many transactions, is a quiet moment."""
ATTEMPTS = 3
RUN_AGAIN = {"40001", "40P01"}
"""PostgreSQL: the transaction lost against another and may simply be run again."""
NO_SUCH_THING = "This does not exist."
AWAY = "The database does not answer right now. Nothing is lost; try again in a moment."
NOT_STORED = "The server can't store this right now. Keep this page open; it is sent again by itself."


def mark_changed(db: Session, session_id: str, version: int) -> None:
    """Say, inside an action, that this session is at ``version`` once we commit."""
    db.info.setdefault("changed", {})[session_id] = version


class Database:
    """Reads run in a pool of threads; writes queue in the lane.

    ``after_commit`` is called in the event loop with {session id: version} of every session that a commit changed.
    """

    def __init__(self, writing: Engine, reading: Engine, disk: Disk) -> None:
        self.disk = disk
        self._writing = writing
        self._reading = reading
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="read")
        self._coming: deque[Job] = deque()
        self._queues: dict[str, deque[Job]] = {}
        self._waiting = 0
        self._wake = threading.Event()
        self._stopping = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lane: threading.Thread | None = None
        self.after_commit: Callable[[dict[str, int]], None] = lambda _changed: None
        self._gathered: dict[Any, _Gathered] = {}
        self.commits = 0
        self._since_tidied = 0

    @classmethod
    def of(cls, settings: Settings) -> "Database":
        """The database that the settings name; it has to be migrated already."""
        disk = Disk(None if settings.on_postgres else settings.sqlite_file.parent)
        writing = engine_for(settings, writing=True)
        if not settings.on_postgres:
            lengthen_log(writing, settings.sqlite_file)
        return cls(writing, engine_for(settings, writing=False), disk)

    def start(self) -> None:
        """Start the lane. Call in the running event loop."""
        self._loop = asyncio.get_running_loop()
        self.disk.keep_reserve()
        self._lane = threading.Thread(target=self._run_lane, name="write-lane", daemon=True)
        self._lane.start()

    async def stop(self) -> None:
        """Finish what waits, then close every connection."""
        self._stopping = True
        self._wake.set()
        if self._lane is not None:
            await asyncio.to_thread(self._lane.join)
        self._readers.shutdown()
        self._writing.dispose()
        self._reading.dispose()

    async def read(self, query: Callable[..., T], /, **kwargs: Any) -> T:
        """What ``query(db, **kwargs)`` returns, in one short snapshot. Raises StoreAway when the database does not answer."""

        def job() -> T:
            try:
                with Session(self._reading, expire_on_commit=False, autoflush=False) as db:
                    db.info["snapshot"] = {}  # see queries.once_per_snapshot
                    db.info["disk_full"] = self.disk.full
                    return query(db, **kwargs)
            except (OperationalError, InterfaceError) as error:
                log.warning("a look at the database failed: %s", type(error.orig).__name__)
                raise StoreAway(AWAY) from None
            except DataError:
                raise NotFound(NO_SUCH_THING) from None  # asked for by a name that nothing here can have

        return await asyncio.get_running_loop().run_in_executor(self._readers, job)

    def read_item(self, query: Callable[[Session, Sequence[K]], dict[K, T]], key: K) -> "asyncio.Future[T | None]":
        """What ``query(db, keys)`` finds for one key, None where it finds nothing.

        The first who asks is answered at once. Who asks within ``GATHER_S`` of a look is gathered for the next.
        """
        return self._gathered.setdefault(query, _Gathered(self, query)).ask(key)

    async def write(self, action: Callable[..., T], /, *, about: str = "", **kwargs: Any) -> T:
        """Run ``action(db, **kwargs)`` in the lane; return only after the commit.

        If the action raises, nothing of it is stored and its error comes back here. Raises StoreFull when the database
        could not take it; then it is not stored. ``about`` is the session that it changes, where no ``session_id`` says so.
        """
        future = self._future()
        self._queue(Job(action, kwargs, about or kwargs.get("session_id", ""), bulk=False, tell=partial(_tell, future)))
        return cast("T", await future)

    def write_item(self, action: BulkAction, item: Any, *, about: str) -> "asyncio.Future[Any]":
        """Queue one item of a bulk action: ``action(connection, items)`` gets all that wait, in order.

        The future gives the item's outcome, or raises the AppError that stands in its place. ``about``: its session.
        """
        future = self._future()
        self.tell_item(action, item, about=about, then=partial(_tell, future))
        return future

    def tell_item(self, action: BulkAction, item: Any, *, about: str, then: Callable[[Any], None]) -> None:
        """The same for the hot path: ``then`` is called with the outcome or the error, as soon as the loop hears of it."""
        self._queue(Job(action, item, about, bulk=True, tell=then))

    def _future(self) -> "asyncio.Future[Any]":
        assert self._loop is not None, "start() first"
        return self._loop.create_future()

    def _queue(self, job: Job) -> None:
        if self._waiting >= WAITING_AT_MOST or not self.disk.takes(job.action):
            job.tell(StoreFull(NOT_STORED))
            return
        self._waiting += 1
        self._coming.append(job)
        if not self._wake.is_set():
            self._wake.set()

    def _run_lane(self) -> None:
        connection: Connection | None = None
        began = 0.0
        while True:
            if not self._queues and not self._stopping:
                self._rest(connection)
                self._let_more_come(began)
            self._wake.clear()
            began = time.monotonic()
            batch = self._take()
            if batch:
                gauges.lane_batch.observe(len(batch))
                gauges.lane_waiting.set(self._waiting - len(batch))
                with gauges.lane_seconds.time():
                    connection, changed = self._run(connection, batch)
                assert self._loop is not None
                self._loop.call_soon_threadsafe(self._settle, batch, changed)
            elif self._stopping:
                break
        if connection is not None:
            connection.close()

    def _rest(self, connection: Connection | None) -> None:
        """Wait for work. In a quiet moment SQLite's log is put into its file: in a burst, votes would wait for that."""
        if self._since_tidied >= TIDY_AFTER and connection is not None and not self._wake.wait(QUIET_S):
            self._since_tidied = 0
            empty_log(connection)
        self._wake.wait()

    def _let_more_come(self, began: float) -> None:
        """Where the transaction before began just now, wait: each costs the same, however many share it."""
        pause = began + APART_S - time.monotonic()
        if pause > 0 and not self._stopping:
            time.sleep(pause)

    def _take(self) -> list[Job]:
        """The next batch: of each session's writes the oldest, in their order, no more than its share; short queues first.

        What is about no session in particular stands in a queue of its own.
        """
        while self._coming:
            job = self._coming.popleft()
            self._queues.setdefault(job.about, deque()).append(job)
        batch: list[Job] = []
        left: dict[str, deque[Job]] = {}
        for about, queue in sorted(self._queues.items(), key=lambda entry: len(entry[1])):
            batch += [queue.popleft() for _ in range(min(SHARE, len(queue)))]
            if queue:
                left[about] = queue
        self._queues = left
        return batch

    def _run(self, connection: Connection | None, batch: list[Job]) -> tuple[Connection | None, dict[str, int]]:
        """Run the batch in one transaction; each job's outcome is set when the commit is durable.

        Gives the connection to go on with, None where it is lost, and the versions of changed sessions. Two processes
        that wait for each other are sorted out by the database; whoever was refused runs its batch again, as does one
        whose connection had ended before it came to the commit. A lost answer to the commit itself is never run again.
        """
        run = run_one_bulk_action if is_one_bulk_action(batch) else run_each_in_savepoint
        for attempt in range(ATTEMPTS):
            committing = False
            try:
                connection = connection or self._writing.connect()
                with Box(connection).transaction() if run is run_one_bulk_action else connection.begin():
                    changed = run(connection, batch)
                    committing = True
            except Spoilt:
                run = run_each_in_savepoint
                continue
            except Exception as error:  # noqa: BLE001  the lane must go on, whatever happens
                said = from_driver(error)
                _stop_if_the_disk_fails(said)
                self._note_if_the_disk_is_full(said)
                lost = _is_lost(connection)
                if lost:
                    _drop(connection)
                    connection = None
                nothing_stored = getattr(said, "sqlstate", "") in RUN_AGAIN or (lost and not committing)
                if nothing_stored and attempt + 1 < ATTEMPTS:
                    continue
                gauges.lane_failures.inc()
                log.warning("a batch of %d could not be stored: %s", len(batch), type(error).__name__)
                _drop(connection)
                break
            self.commits += 1
            self._since_tidied += 1
            return connection, changed
        for job in batch:
            job.outcome = StoreFull(NOT_STORED)
        return None, {}

    async def look_at_disk(self) -> None:
        """While the disk is full: whether there is space again, on it or in what was deleted."""
        if self.disk.full:
            await self.disk.look(free_inside=await self.read(_free_inside))

    def _note_if_the_disk_is_full(self, said: BaseException | None) -> None:
        assert self._loop is not None
        if {getattr(said, "sqlite_errorname", ""), getattr(said, "sqlstate", "")} & FULL:
            self.disk.ran_full(self._loop)

    def _settle(self, batch: list[Job], changed: dict[str, int]) -> None:
        self._waiting -= len(batch)
        for job in batch:
            try:
                job.tell(job.outcome)
            except Exception:
                log.exception("somebody could not be told what became of a write; the others are")
        if changed:
            self.after_commit(changed)


def _free_inside(db: Session) -> int:
    """Bytes in SQLite's file that deletions left; 0 on PostgreSQL, which gives its own space out."""
    if db.get_bind().dialect.name != "sqlite":
        return 0
    pages, size = (db.execute(text(f"PRAGMA {name}")).scalar_one() for name in ("freelist_count", "page_size"))
    return int(pages) * int(size)


def _tell(future: "asyncio.Future[Any]", outcome: Any) -> None:
    if future.done():
        return  # its caller went away; what it asked for is done all the same
    if isinstance(outcome, BaseException):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)


class _Gathered:
    """The keys that wait for one kind of look, and the task that looks."""

    def __init__(self, database: Database, query: Callable[[Session, Sequence[Any]], dict[Any, Any]]) -> None:
        self._database, self._query = database, query
        self._waiting: dict[Any, list[asyncio.Future[Any]]] = {}
        self._looking: asyncio.Task[None] | None = None

    def ask(self, key: Any) -> "asyncio.Future[Any]":
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self._waiting.setdefault(key, []).append(future)
        if self._looking is None:
            self._looking = loop.create_task(self._look())
        return future

    async def _look(self) -> None:
        while self._waiting:
            began = time.monotonic()
            batch, self._waiting = self._waiting, {}
            try:
                found = await self._database.read(self._query, keys=list(batch))
            except Exception as error:  # noqa: BLE001  everybody who asked is told
                self._settle(batch, lambda future, _key, error=error: future.set_exception(error))
            else:
                self._settle(batch, lambda future, key, found=found: future.set_result(found.get(key)))
            await asyncio.sleep(began + GATHER_S - time.monotonic())
        self._looking = None

    @staticmethod
    def _settle(batch: dict[Any, list["asyncio.Future[Any]"]], tell: Callable[..., None]) -> None:
        for key, futures in batch.items():
            for future in futures:
                if not future.done():
                    tell(future, key)


def _is_lost(connection: Connection | None) -> bool:
    """Whether the server at the other end has ended the connection; SQLite has none."""
    if connection is None:
        return False
    return connection.invalidated or bool(getattr(connection.connection.dbapi_connection, "closed", False))


def _drop(connection: Connection | None) -> None:
    """Throw away a connection that failed; the next one is fresh."""
    if connection is not None:
        with suppress(Exception):
            connection.invalidate()
        with suppress(Exception):
            connection.close()


def _stop_if_the_disk_fails(error: BaseException | None) -> None:
    """End the process when the disk reports an error: after a failed sync nothing stored later can be trusted."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_IOERR", "SQLITE_CORRUPT")):
        print(f"stairstep: the disk failed while storing ({name}); stopped so that nothing is lost.", file=sys.stderr)  # noqa: T201
        sys.stderr.flush()
        os._exit(74)
