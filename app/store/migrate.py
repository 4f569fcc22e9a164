"""Brings a database to the current schema at the start, with a copy of the old file first."""

import sqlite3
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from app.settings import Settings
from app.store.engines import postgres_engine, reached, sqlite_engine

COPIES_KEPT_S = 35 * 24 * 3600
MIGRATION_LOCK = 7_245_501
"""Any number that nobody else uses in this PostgreSQL database."""
_HERE = Path(__file__).parents[1]
_FOLDERS = (_HERE / "migrations", _HERE.parent / "migrations")  # as installed, as in a checkout


def migrations_folder() -> Path:
    """Where the numbered steps lie."""
    return next(folder for folder in _FOLDERS if (folder / "env.py").exists())


def _config() -> Config:
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
        _upgrade(connection)


def migrate_sqlite(file: Path) -> None:
    """Create ``file`` or bring it to the current schema. An old file is copied first, beside it, as FILE.before-REVISION."""
    file.parent.mkdir(parents=True, exist_ok=True)
    _forget_old_copies(file)
    engine = sqlite_engine(file, writing=True)
    try:
        current, head = _revisions(engine)
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
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revisions(engine: Engine) -> tuple[str | None, str | None]:
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, ScriptDirectory.from_config(_config()).get_current_head()


def _forget_old_copies(file: Path) -> None:
    """Delete copies that the app itself made more than 35 days ago: what people had deleted must not live on in them."""
    for copy in file.parent.glob(f"{file.name}.before-*"):
        if time.time() - copy.stat().st_mtime > COPIES_KEPT_S:
            copy.unlink()


def _copy(source: Path, target: Path) -> None:
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
