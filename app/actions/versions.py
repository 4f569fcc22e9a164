"""A session's version: one more with each change that a view can show."""

from typing import Any

from sqlalchemy import update
from sqlmodel import Session

from app.core.questions import Status
from app.store import queries
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


def bump_ideas(db: Session, session_id: str, *, phones: bool = False) -> int:
    """The next version after ideas or themes changed: new for phones too while they list some of them."""
    return bump(db, session_id, phones=phones or _phones_list_ideas(db, session_id))


def _phones_list_ideas(db: Session, session_id: str) -> bool:
    """Whether phones list ideas and themes now, to be supported or to say whether their side is ready."""
    session = queries.live_session(db, session_id)
    readiness = queries.questions(db, session_id).get("readiness")
    return bool(session.stage.get("support")) or (readiness is not None and readiness.status == Status.OPEN)
