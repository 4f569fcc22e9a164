"""Connections to SQLite and to PostgreSQL, each set so that a commit is durable and a read is one snapshot."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

import orjson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError

from app.errors import AppError
from app.settings import Settings

BUSY_S = 5
READERS = 4
LOG_PAGES = 8000
"""So many pages the write-ahead log takes before a commit puts it into the file; quiet moments do that earlier."""
LOG_SIZE = LOG_PAGES * (4096 + 24) + 32
LOG_AT_MOST = 64 * 1024 * 1024
CONNECT_WITHIN_S = 5
STATEMENT_WITHIN_MS = 10_000
BY_INDEX = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off"
"""For whoever writes: a few rows, each found by its key. While thousands vote, what PostgreSQL knows of its tables' sizes is
of before, and by that it would read a table of messages from end to end for each batch."""
CUT_OFF_IS_NOTICED = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}
"""A server that is cut off, so that nobody says the connection has ended, is given up after about ten seconds."""


@contextmanager
def reached() -> Iterator[None]:
    """Say in one sentence that PostgreSQL can't be reached, in place of a traceback. Raises AppError."""
    try:
        yield
    except OperationalError as error:
        words = str(error.orig).strip().splitlines() or ["no answer"]
        raise AppError(f"PostgreSQL can’t be used as STAIRSTEP_DATABASE_URL says: {words[-1].strip()}") from None


def engine_for(settings: Settings, *, writing: bool) -> Engine:
    """An engine on the database that the settings name. A reading one refuses to write."""
    if settings.on_postgres:
        return postgres_engine(settings.database_url, writing=writing)
    return sqlite_engine(settings.sqlite_file, writing=writing)


def sqlite_engine(file: Path, *, writing: bool) -> Engine:
    """An engine on a SQLite file. A writing one begins IMMEDIATE and syncs fully; a reading one refuses to write."""
    engine = create_engine(
        f"sqlite:///{file}",
        connect_args={"check_same_thread": False, "timeout": BUSY_S},
        hide_parameters=True,
        json_deserializer=orjson.loads,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        raw = cast("sqlite3.Connection", connection)
        raw.isolation_level = None
        pragmas = ["foreign_keys=ON", "mmap_size=0", f"busy_timeout={BUSY_S * 1000}"]
        if writing:
            pragmas += ["journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", f"wal_autocheckpoint={LOG_PAGES}"]
            pragmas += [f"journal_size_limit={LOG_AT_MOST}"]
        else:
            pragmas += ["query_only=ON"]
        for pragma in pragmas:
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def lengthen_log(engine: Engine, file: Path) -> None:
    """Make SQLite's write-ahead log as long as it will get, so that no commit waits for the file system to find it room.

    engine: a writing one on ``file``. What is added means nothing to SQLite, which has read no further than it has written.
    Where there is no room the log stays as it is.
    """
    log = file.with_name(file.name + "-wal")
    # Inside a transaction nobody else writes; opened in it, the log is there.
    with suppress(OSError), engine.connect() as connection, connection.begin(), log.open("r+b", buffering=0) as tail:
        size = tail.seek(0, os.SEEK_END)
        try:
            tail.write(bytes(max(0, LOG_SIZE - size)))
            os.fsync(tail.fileno())
        except OSError:
            tail.truncate(size)


def empty_log(connection: Connection) -> None:
    """Put SQLite's write-ahead log into the file, as far as no reader needs it, so that the next write begins it anew.

    Called on the connection that writes, outside of any transaction. Meanwhile a command in another process cannot
    write (``FULL`` holds the write lock); where one writes or a reader stands in the way, nobody waits for it.
    """
    if connection.dialect.name == "sqlite":
        raw = cast("sqlite3.Connection", connection.connection.dbapi_connection)
        raw.execute("PRAGMA busy_timeout = 0")
        try:
            with suppress(sqlite3.Error):  # what is wrong with the file is the next write's to say
                raw.execute("PRAGMA wal_checkpoint(FULL)").fetchall()
        finally:
            raw.execute(f"PRAGMA busy_timeout = {1000 * BUSY_S}")


def postgres_engine(url: str, *, writing: bool) -> Engine:
    """An engine on PostgreSQL through psycopg. Writers read what is committed; a reader's look is one snapshot.

    The address goes to the driver as it is, so whatever libpq understands is fine: several hosts, for instance.
    """
    options = f"-c synchronous_commit=on -c statement_timeout={STATEMENT_WITHIN_MS} {BY_INDEX if writing else ''}"
    engine = create_engine(
        "postgresql+psycopg://",
        isolation_level="READ COMMITTED" if writing else "REPEATABLE READ",
        connect_args={"connect_timeout": CONNECT_WITHIN_S, "options": options} | CUT_OFF_IS_NOTICED,
        pool_pre_ping=True,
        hide_parameters=True,
        json_deserializer=orjson.loads,
        pool_size=1 if writing else READERS,
        execution_options={} if writing else {"postgresql_readonly": True},
    )

    @event.listens_for(engine, "do_connect")
    def _name_the_server(_dialect: Any, _record: Any, arguments: list[Any], _named: dict[str, Any]) -> None:
        arguments[:] = [url]

    return engine
