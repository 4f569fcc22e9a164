"""Brings a database to the current schema at the start, with a copy of the old file first.

Alembic is loaded only where a step is missing: a server that starts again after a crash must not wait for it.
"""

import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect

from app.settings import Settings
from app.store.engines import postgres_engine, reached, sqlite_engine

if TYPE_CHECKING:
    from alembic.config import Config

COPIES_KEPT_S = 35 * 24 * 3600
MIGRATION_LOCK = 7_245_501
"""Any number that nobody else uses in this PostgreSQL database."""
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
    """Run the missing steps; of several processes that start at once, one does it and the others wait."""
    with engine.begin() as connection:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
        if _revision(connection) != _head():
            _upgrade(connection)


def migrate_sqlite(file: Path) -> None:
    """Create ``file`` or bring it to the current schema. An old file is copied first, beside it, as FILE.before-REVISION."""
    file.parent.mkdir(parents=True, exist_ok=True)
    _forget_old_copies(file)
    engine = sqlite_engine(file, writing=True)
    try:
        with engine.connect() as connection:
            current, head = _revision(connection), _head()
        if current == head:
            return
        if current is not None:
            _copy(file, file.with_name(f"{file.name}.before-{head}"))
        run_steps(engine)
    finally:
        engine.dispose()


def run_steps(engine: Engine) -> None:
    """Run every step that the database does not have yet, all in one transaction."""
    with engine.begin() as connection:
        _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  see above

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    """The newest step that the database has; None for one without a schema."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return str(found) if found is not None else None


def _head() -> str:
    """The newest step there is: files begin with their numbers."""
    return max(file.name.partition("_")[0] for file in (migrations_folder() / "versions").glob("[0-9]*.py"))


def _forget_old_copies(file: Path) -> None:
    """Delete copies that the app itself made more than 35 days ago: what people had deleted must not live on in them."""
    for copy in file.parent.glob(f"{file.name}.before-*"):
        if time.time() - copy.stat().st_mtime > COPIES_KEPT_S:
            copy.unlink()


def _copy(source: Path, target: Path) -> None:
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
