"""Copying the database while it is used, and putting a copy back."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from app.errors import AppError
from app.store.migrate import migrate_sqlite

FOUND_AGAIN = {
    "session": "live_session",
    "account": "account",
    "share_link": "share_link",
    "calendar_feed": "calendar_feed",
}
"""What a tombstone's kind is called as a table."""


def back_up(database: Path, target: Path) -> None:
    """A consistent copy of ``database`` as ``target``. Raises AppError where there is a file already or it can't be written."""
    if target.exists():
        raise AppError(f"{target} exists already. Choose another name.")
    try:
        with _opened(f"file:{database}?mode=ro", uri=True) as source, _opened(target) as copy:
            source.backup(copy)
    except (sqlite3.Error, OSError) as error:
        raise AppError(f"The backup could not be written: {error}.") from None


def put_back(file: Path, database: Path) -> Path | None:
    """Put the backup ``file`` in place of ``database``; gives where the old one is kept, None where there was none.

    What was deleted after the backup was made is deleted again. Nothing else may use the database meanwhile: hold it
    (`store/alone.py`). Raises AppError for a file that is no backup.
    """
    _check(file)
    kept = None
    graves = _graves(database) if database.exists() else []
    if database.exists():
        kept = database.with_name(f"{database.name}.before-restore")
        if kept.exists():
            raise AppError(f"{kept} is still there from an earlier restore. Move it away first.")
        for ending in ("", "-wal", "-shm"):
            part = database.with_name(database.name + ending)
            if part.exists():
                part.rename(kept.with_name(kept.name + ending))
                os.utime(kept.with_name(kept.name + ending))  # the days it is kept for begin now
    database.parent.mkdir(parents=True, exist_ok=True)
    with _opened(f"file:{file}?mode=ro", uri=True) as source, _opened(database) as target:
        source.backup(target)
    migrate_sqlite(database)
    _bury_again(database, graves)
    return kept


@contextmanager
def _opened(path: str | Path, *, uri: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection that is committed and closed at the end."""
    with closing(sqlite3.connect(path, uri=uri)) as connection, connection:
        yield connection


def _check(file: Path) -> None:
    try:
        with _opened(f"file:{file}?mode=ro", uri=True) as source:
            fine = source.execute("PRAGMA quick_check").fetchone()[0] == "ok"
            known = source.execute("SELECT count(*) FROM sqlite_master WHERE name = 'live_session'").fetchone()[0]
    except sqlite3.Error as error:
        raise AppError(f"{file} can't be read as a backup: {error}.") from None
    if not fine or not known:
        raise AppError(f"{file} is not a whole Stairstep backup.")


def _graves(database: Path) -> list[tuple[str, str, int]]:
    try:
        with _opened(f"file:{database}?mode=ro", uri=True) as found:
            return list(found.execute("SELECT id, kind, at FROM tombstone"))
    except sqlite3.Error:
        return []


def _bury_again(database: Path, graves: list[tuple[str, str, int]]) -> None:
    with _opened(database) as found:
        found.execute("PRAGMA foreign_keys=ON")
        found.execute("PRAGMA secure_delete=ON")
        found.executemany("INSERT OR IGNORE INTO tombstone (id, kind, at) VALUES (?, ?, ?)", graves)
        for kind, table in FOUND_AGAIN.items():
            found.execute(f"DELETE FROM {table} WHERE id IN (SELECT id FROM tombstone WHERE kind = ?)", (kind,))  # noqa: S608  our own names
