"""The two doors to the database: reads in a small pool, writes in one lane. Nobody else opens a connection.

On SQLite the lane's connection is the only one that writes or checkpoints.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar, cast

from sqlalchemy import Engine, text
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlmodel import Session

from app import gauges
from app.errors import NotFound, StoreAway, StoreFull
from app.settings import Settings
from app.store.batches import BulkAction, Job
from app.store.disk import Disk
from app.store.engines import READERS, engine_for, lengthen_log
from app.store.lane import NOT_STORED, Lane

T = TypeVar("T")
K = TypeVar("K")
log = logging.getLogger("stairstep.store")
WAITING_AT_MOST = 20_000
"""More than a room can send; whoever comes then is asked to try again."""
COMPANY_S, GATHER_S = 0.01, 0.02
"""Whoever stands at the door waits so long for company; from one look at who stands there to the next, so that a crowd shares one."""
NO_SUCH_THING = "This does not exist."
AWAY = "The database does not answer right now. Nothing is lost; try again in a moment."


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
        self._lane = Lane(writing, disk, self._settle)
        self._waiting = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self.after_commit: Callable[[dict[str, int]], None] = lambda _changed: None
        self._gathered: dict[Any, _Gathered] = {}

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
        gauges.lane_waiting.set_function(lambda: self._waiting)
        self._lane.start()

    @property
    def commits(self) -> int:
        """How many transactions were stored since the start."""
        return self._lane.commits

    async def stop(self) -> None:
        """Finish what waits, then close every connection."""
        await self._lane.stop()
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

        Whoever asks within ``COMPANY_S`` of the first, or ``GATHER_S`` of a look, is gathered for the next look.
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
        self._lane.put(job)

    async def look_at_disk(self) -> None:
        """While the disk is full: whether there is space again, on it or in what was deleted."""
        if self.disk.full:
            await self.disk.look(free_inside=await self.read(_free_inside))

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
        await asyncio.sleep(COMPANY_S)
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
