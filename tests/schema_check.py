"""`python -m tests.schema_check`: the migrations end at the schema that the tables describe, and say when they break older ones."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect
from sqlmodel import SQLModel

from app.store import every_table  # noqa: F401  fills the metadata
from app.store.engines import sqlite_engine
from app.store.migrate import hundred, migrate_sqlite, run_steps, steps


@contextmanager
def scratch() -> Iterator[Engine]:
    """An empty SQLite database."""
    with tempfile.TemporaryDirectory() as folder:
        engine = sqlite_engine(Path(folder) / "schema.db", writing=True)
        yield engine
        engine.dispose()


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


def breaking() -> list[str]:
    """What steps do that the release before can't live with, though they are of the same hundred as the step before."""
    found: list[str] = []
    with scratch() as engine:
        before: dict[str, Any] = {}
        hundred_before = ""
        for step in steps():
            run_steps(engine, to=step)
            after = _schema(engine)
            if hundred(step) == hundred_before:
                found += [f"{step}: {words}" for words in _taken_or_demanded(before, after)]
            before, hundred_before = after, hundred(step)
    return found


def _schema(engine: Engine) -> dict[str, Any]:
    """{table: (columns by name, what is demanded of its rows: each with the columns that it is about)}."""
    look = inspect(engine)
    return {
        table: (
            {column["name"]: column for column in look.get_columns(table)},
            {str(one): {*one["constrained_columns"]} for one in look.get_foreign_keys(table)}
            | {str(one): {*one["column_names"]} for one in look.get_unique_constraints(table)}
            | {str(one): set() for one in look.get_check_constraints(table)}
            | {str(one): {*one["column_names"]} for one in look.get_indexes(table) if one["unique"]},
        )
        for table in look.get_table_names()
    }


def _taken_or_demanded(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    for table, (columns, demands) in before.items():
        if table not in after:
            yield f"{table} is gone"
            continue
        columns_after, demands_after = after[table]
        for one in sorted(demands_after.keys() - demands.keys()):
            about_old_ones = demands_after[one] <= columns.keys()  # older processes leave new columns empty
            if about_old_ones:
                yield f"{table} demands {one}"
        for name in columns.keys() - columns_after.keys():
            yield f"{table}.{name} is gone"
        for name, column in columns_after.items():
            old = columns.get(name)
            if old is None and not column["nullable"] and column["default"] is None:
                yield f"{table}.{name} is needed, and older processes do not fill it"
            elif old is not None and (str(old["type"]), old["nullable"]) != (str(column["type"]), column["nullable"]):
                yield f"{table}.{name} is another type or needed now"


if __name__ == "__main__":
    found = [*(f"migrations and tables differ: {one}" for one in differences()), *breaking()]
    sys.exit("\n".join(found) if found else 0)
