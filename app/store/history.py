"""Questions to the database about an account's sessions in time: which came before, what was promised there, who was asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from app.core.commitments import State
from app.core.session_templates import SHIPPED
from app.store import queries
from app.store.plan_tables import Commitment
from app.store.tables import LiveSession, Release, SessionGroup

R = TypeVar("R", Commitment, SessionGroup)
HELD = func.coalesce(LiveSession.started_at, LiveSession.created_at)
"""When a session was held: its start, else when it was made; milliseconds, UTC."""
AGREED_BY_BOTH = (
    col(Commitment.customer_accepted).is_(True),
    col(Commitment.supplier_accepted).is_(True),
    col(Commitment.state) != State.PROPOSED,
)
STILL_OPEN = (*AGREED_BY_BOTH, col(Commitment.state).in_([State.AGREED, State.IN_HAND]))


def held_at(session: LiveSession) -> int:
    """When the session was held; milliseconds, UTC."""
    return session.created_at if session.started_at is None else session.started_at


def _earlier(session: LiveSession) -> tuple[ColumnElement[bool], ...]:
    return (
        col(LiveSession.account_id) == session.account_id,
        col(LiveSession.id) != session.id,
        held_at(session) > HELD,
    )


@queries.once_per_snapshot
def last_shown(db: Session, session_id: str) -> LiveSession | None:
    """The newest session of the same account before this one of which something was shown."""
    session = db.get_one(LiveSession, session_id)
    shown = select(Release.session_id).where(Release.session_id == col(LiveSession.id)).exists()
    query = select(LiveSession).where(*_earlier(session), shown)
    return db.exec(query.order_by(HELD.desc(), col(LiveSession.id)).limit(1)).first()


@queries.once_per_snapshot
def last_promised(db: Session, session_id: str) -> tuple[LiveSession, list[Commitment]] | None:
    """The newest session of the same account before this one in which both sides agreed to something, and to what."""
    session = db.get_one(LiveSession, session_id)
    promised = select(Commitment.id).where(Commitment.session_id == col(LiveSession.id), *AGREED_BY_BOTH).exists()
    query = select(LiveSession).where(*_earlier(session), promised)
    found = db.exec(query.order_by(HELD.desc(), col(LiveSession.id)).limit(1)).first()
    if found is None:
        return None
    rows = select(Commitment).where(Commitment.session_id == found.id, *AGREED_BY_BOTH)
    return found, list(db.exec(rows.order_by(col(Commitment.created_at), col(Commitment.id))))


def newest_to_follow(db: Session, account_id: str) -> LiveSession | None:
    """The session that a next one starts from: the newest of which something was shown, else the newest."""
    shown = select(Release.session_id).where(Release.session_id == col(LiveSession.id)).exists()
    query = select(LiveSession).where(LiveSession.account_id == account_id)
    return db.exec(query.order_by(shown.desc(), HELD.desc(), col(LiveSession.id)).limit(1)).first()


def commitments_of(db: Session, session_ids: Sequence[str]) -> dict[str, list[Commitment]]:
    """The commitments of these sessions by session, in the order in which they were written down."""
    query = select(Commitment).where(col(Commitment.session_id).in_(session_ids))
    return _by_session(session_ids, db.exec(query.order_by(col(Commitment.created_at), col(Commitment.id))))


def open_in_account(db: Session, account_id: str, *, limit: int) -> list[tuple[Commitment, str, str]]:
    """Up to ``limit`` promises that are not done yet, the earliest date first, with both companies' names in that session."""
    query = (
        select(Commitment, LiveSession.customer, LiveSession.supplier)
        .join(LiveSession, col(LiveSession.id) == col(Commitment.session_id))
        .where(Commitment.account_id == account_id, *STILL_OPEN)
        .order_by(col(Commitment.due) == "", col(Commitment.due), col(Commitment.id))
    )
    return [(one, customer, supplier) for one, customer, supplier in db.exec(query.limit(limit))]


def groups_of_each(db: Session, session_ids: Sequence[str]) -> dict[str, list[SessionGroup]]:
    """Each session's groups, customer's first, as the facilitator listed them."""
    query = select(SessionGroup).where(col(SessionGroup.session_id).in_(session_ids))
    return _by_session(session_ids, db.exec(query.order_by(col(SessionGroup.side), col(SessionGroup.position))))


def _by_session(session_ids: Sequence[str], rows: Iterable[R]) -> dict[str, list[R]]:
    """These rows by session, in their order; each session is there."""
    found: dict[str, list[R]] = {id_: [] for id_ in session_ids}
    for row in rows:
        found[row.session_id].append(row)
    return found


@dataclass(frozen=True, slots=True)
class Before:
    """How a session was set, for the next one to be set alike.

    groups: (side, name); empty where people were counted by side only. shipped: the template still ships in these words.
    """

    groups: tuple[tuple[str, str], ...]
    attribution: str
    smallest_group: int
    mirror: bool
    expected: int | None
    template: str
    shipped: bool


def settings_of(db: Session, *, session_id: str, workspace_id: str) -> Before:
    """How that session was set. Raises NotFound, the same for missing and foreign."""
    session = queries.session_in_workspace(db, session_id, workspace_id)
    return Before(
        tuple((group.side, group.name) for group in queries.groups(db, session.id)),
        session.attribution,
        max(3, session.smallest_group),
        session.mirror,
        session.expected,
        session.template_key,
        shipped=SHIPPED.get(session.template_key) == queries.session_template(session),
    )
