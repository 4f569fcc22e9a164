"""A session's version: one more with each change that a view can show."""

from typing import Any

from sqlalchemy import tuple_, update
from sqlmodel import Session, SQLModel, col, select

from app.core.questions import Status
from app.store import queries
from app.store.database import mark_changed
from app.store.tables import LiveSession


def bump(db: Session, session_id: str, *, phones: bool = False) -> int:
    """The session's next version, announced after the commit. ``phones``: there is something new for phones too."""
    table = SQLModel.metadata.tables["live_session"]
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


def tell_next(db: Session, session: LiveSession, *, over: bool = True) -> None:
    """Give the account's later sessions that are prepared or run their next version, as they may show something of this one.

    over: only where this one is closed, as sessions of an account rarely run side by side. Always from earlier to later, so
    that two that change at once never wait for each other.
    """
    if over and session.status != "closed":
        return
    age = tuple_(col(LiveSession.created_at), col(LiveSession.id))
    later = select(LiveSession.id).where(
        LiveSession.account_id == session.account_id,
        LiveSession.status != "closed",
        age > tuple_(session.created_at, session.id),
    )
    for id_ in db.exec(later.order_by(col(LiveSession.created_at), col(LiveSession.id))).all():
        bump(db, id_)
