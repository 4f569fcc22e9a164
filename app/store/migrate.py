"""Brings a database to the current schema at the start, with a copy of the old file first.

Steps are numbered in hundreds. A step of the same hundred as the one before only adds, so a process of the release before
goes on, and may start, beside it; a step that older processes can't live with begins the next hundred.

Alembic is loaded only where a step is missing: a server that starts again after a crash must not wait for it.
"""

import logging
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import OperationalError

from app.errors import AppError
from app.settings import Settings
from app.store.engines import postgres_engine, reached, sqlite_engine

if TYPE_CHECKING:
    from alembic.config import Config

log = logging.getLogger("stairstep.store")

COPIES_KEPT_S = 35 * 24 * 3600
MIGRATION_LOCK = 7_245_501
"""Any number that nobody else uses in this PostgreSQL database."""
LOCK_WITHIN_S = 2
"""A step that waits for a table makes every vote wait behind it: it gives way after this long and tries again."""
TRIES, PAUSE_S = 30, 1.0
GAVE_WAY = {"55P03", "40P01"}
"""PostgreSQL: a table was in use for too long; two waited for each other."""
_HERE = Path(__file__).parents[1]
_FOLDERS = (_HERE / "migrations", _HERE.parent / "migrations")  # as installed, as in a checkout


def migrations_folder() -> Path:
    """Where the numbered steps lie."""
    return next(folder for folder in _FOLDERS if (folder / "env.py").exists())


def _config() -> "Config":
    from alembic.config import Config  # noqa: PLC0415  see above

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    return config


def migrate(settings: Settings) -> None:
    """Bring the database that the settings name to the current schema; create it where there is none."""
    if settings.on_postgres:
        engine = postgres_engine(settings.database_url, writing=True)
        try:
            with reached():
                migrate_postgres(engine)
        finally:
            engine.dispose()
    else:
        migrate_sqlite(settings.sqlite_file)


def migrate_postgres(engine: Engine) -> None:
    """Run the missing steps; of several processes that start at once, one does it and the others wait.

    Where others use a table for long, a dump for instance, it tries for about a minute and a half.
    """
    for tries_left in reversed(range(TRIES)):
        try:
            _migrate_postgres_once(engine)
        except OperationalError as error:
            if not tries_left or getattr(error.orig, "sqlstate", "") not in GAVE_WAY:
                raise
            time.sleep(PAUSE_S)
        else:
            return


def _migrate_postgres_once(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")  # steps over many rows, and waiting for their end
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_WITHIN_S}s'")
        if not _is_current(connection):
            _upgrade(connection, "head")


def migrate_sqlite(file: Path) -> None:
    """Create ``file`` or bring it to the current schema. An old file is copied first, beside it, as FILE.before-REVISION."""
    file.parent.mkdir(parents=True, exist_ok=True)
    _forget_old_copies(file)
    engine = sqlite_engine(file, writing=True)
    try:
        with engine.connect() as connection:
            current = _revision(connection)
            if _is_current(connection):
                return
        if current is not None:
            _copy(file, file.with_name(f"{file.name}.before-{_head()}"))
        run_steps(engine)
    finally:
        engine.dispose()


def run_steps(engine: Engine, *, to: str = "head") -> None:
    """Run every step up to ``to`` that the database does not have yet, all in one transaction."""
    with engine.begin() as connection:
        _upgrade(connection, to)


def _upgrade(connection: Connection, to: str) -> None:
    from alembic import command  # noqa: PLC0415  see above

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def steps() -> list[str]:
    """Every step of this release, the oldest first: files begin with their numbers."""
    return sorted(file.name.partition("_")[0] for file in (migrations_folder() / "versions").glob("[0-9]*.py"))


def _head() -> str:
    return steps()[-1]


def hundred(step: str) -> str:
    """What steps have in common that only add to each other: 0102 and 0117 have 01."""
    return step[:2]


def _revision(connection: Connection) -> str | None:
    """The newest step that the database has; None for one without a schema."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return str(found) if found is not None else None


def _is_current(connection: Connection) -> bool:
    """Whether there is no step left to run, also because a newer release ran more that only add.

    Raises AppError where a newer release ran a step that this one can't live with.
    """
    current, known = _revision(connection), steps()
    if current is None or current in known[:-1]:
        return False
    if current == known[-1]:
        return True
    if hundred(current) != hundred(known[-1]) or current < known[-1]:
        raise AppError(
            f"A newer Stairstep has changed this database (step {current}; this one knows {known[-1]}). "
            "Install that release again, or restore a backup made before it."
        )
    log.warning("a newer Stairstep has added to this database (step %s); this one goes on beside it", current)
    return True


def _forget_old_copies(file: Path) -> None:
    """Delete copies that the app itself made more than 35 days ago: what people had deleted must not live on in them."""
    for copy in file.parent.glob(f"{file.name}.before-*"):
        if time.time() - copy.stat().st_mtime > COPIES_KEPT_S:
            copy.unlink()


def _copy(source: Path, target: Path) -> None:
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
