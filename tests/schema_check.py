"""`python -m tests.schema_check`: the migrations end at the schema that the tables describe."""

import sys
import tempfile
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from app.store import tables  # noqa: F401  fills the metadata
from app.store.engines import sqlite_engine
from app.store.migrate import migrate_sqlite


def differences() -> list[object]:
    """What the migrations and the tables disagree on."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "schema.db"
        migrate_sqlite(file)
        engine = sqlite_engine(file, writing=False)
        with engine.connect() as connection:
            found = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
        engine.dispose()
        return list(found)


if __name__ == "__main__":
    found = differences()
    sys.exit(f"migrations and tables differ: {found}" if found else 0)
