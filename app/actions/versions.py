"""A session's version: one more with each change that a view can show."""

from typing import Any

from sqlalchemy import update
from sqlmodel import Session

from app.store.database import mark_changed
from app.store.tables import LiveSession


def bump(db: Session, session_id: str, *, phones: bool = False) -> int:
    """The session's next version, announced after the commit. ``phones``: there is something new for phones too."""
    table = LiveSession.__table__  # type: ignore[attr-defined]
    values: dict[str, Any] = {"version": table.c.version + 1}
    if phones:
        values["phone_version"] = table.c.version + 1
    query = update(table).where(table.c.id == session_id).values(values).returning(table.c.version)
    version: int = db.execute(query).scalar_one()
    mark_changed(db, session_id, version)
    return version
