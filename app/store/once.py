"""One action from the command line, beside a server that may run."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlmodel import Session

from app.settings import Settings
from app.store.engines import engine_for
from app.store.migrate import migrate

T = TypeVar("T")


def run_once(settings: Settings, action: Callable[..., T], /, **kwargs: Any) -> T:
    """What ``action(db, **kwargs)`` returns, committed in one short transaction; the database is made and migrated first.

    On SQLite it leaves checkpoints to the server: two connections must not do both (see docs/operations.md).
    """
    migrate(settings)
    engine = engine_for(settings, writing=True)
    try:
        with engine.connect() as connection:
            if not settings.on_postgres:
                connection.exec_driver_sql("PRAGMA wal_autocheckpoint=0")
                connection.commit()
            with connection.begin(), Session(connection, join_transaction_mode="create_savepoint") as db:
                result = action(db, **kwargs)
                db.commit()
                return result
    finally:
        engine.dispose()
