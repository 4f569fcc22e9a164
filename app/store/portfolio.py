"""What the portfolio asks of the database: one query each for all accounts of a workspace, however many there are."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, func
from sqlalchemy import select as sql_select
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from app.core.commitments import State
from app.core.questions import Status
from app.store.plan_tables import Commitment
from app.store.tables import Account, LiveSession, Release, SessionQuestion, Tally, Theme
from app.store.team_tables import Decision

HELD = func.coalesce(LiveSession.started_at, LiveSession.created_at)
"""When a session was held: its start, else when it was made; milliseconds, UTC."""
_WITHOUT_DEFINITION = defer(cast("Any", LiveSession.definition), raiseload=True)


def accounts(db: Session, workspace_id: str) -> Sequence[Account]:
    """Every account of the workspace by name."""
    query = select(Account).where(Account.workspace_id == workspace_id)
    return db.exec(query.order_by(func.lower(Account.name), col(Account.id))).all()


def sessions_of_each(db: Session, workspace_id: str) -> dict[str, int]:
    """How many sessions each account has; accounts without any are left out."""
    query = select(LiveSession.account_id, func.count()).where(LiveSession.workspace_id == workspace_id)
    return dict(db.exec(query.group_by(LiveSession.account_id)).all())


def newest_shown(db: Session, workspace_id: str) -> dict[str, LiveSession]:
    """Each account's newest session whose step today or wanted is shown. Without their definitions."""
    shown = (
        select(SessionQuestion.session_id)
        .where(
            SessionQuestion.session_id == col(LiveSession.id),
            col(SessionQuestion.key).in_(("current", "desired")),
            SessionQuestion.status == Status.REVEALED,
        )
        .exists()
    )
    published = select(Release.session_id).where(Release.session_id == col(LiveSession.id)).exists()
    return _newest(db, workspace_id, shown, published)


def newest_ahead(db: Session, workspace_id: str) -> dict[str, LiveSession]:
    """Each account's newest session that is prepared or runs. Without their definitions."""
    return _newest(db, workspace_id, col(LiveSession.status).in_(("lobby", "live")))


def _newest(db: Session, workspace_id: str, *which: ColumnElement[bool]) -> dict[str, LiveSession]:
    order = (HELD.desc(), col(LiveSession.id))
    place = func.row_number().over(partition_by=col(LiveSession.account_id), order_by=order)
    ranked = (
        sql_select(col(LiveSession.id), place.label("place"))
        .where(col(LiveSession.workspace_id) == workspace_id, *which)
        .subquery()
    )
    query = select(LiveSession).join(ranked, ranked.c.id == col(LiveSession.id)).where(ranked.c.place == 1)
    return {one.account_id: one for one in db.exec(query.options(_WITHOUT_DEFINITION))}


def readiness_of_each(db: Session, session_ids: Sequence[str]) -> dict[str, list[Tally]]:
    """What was published of readiness in each of these sessions, in every round."""
    query = select(Tally).where(col(Tally.session_id).in_(session_ids), Tally.question == "readiness")
    found: dict[str, list[Tally]] = {}
    for one in db.exec(query):
        found.setdefault(one.session_id, []).append(one)
    return found


def themes_of_each(db: Session, session_ids: Sequence[str]) -> dict[str, set[str]]:
    """The ids of each session's shown themes."""
    query = select(Theme.session_id, Theme.id).where(col(Theme.session_id).in_(session_ids), col(Theme.shown).is_(True))
    found: dict[str, set[str]] = {}
    for session_id, theme_id in db.exec(query):
        found.setdefault(session_id, set()).add(theme_id)
    return found


def decisions(db: Session, workspace_id: str) -> dict[str, Decision]:
    """Each account's newest decision."""
    order = (col(Decision.created_at).desc(), col(Decision.id))
    place = func.row_number().over(partition_by=col(Decision.account_id), order_by=order)
    ranked = (
        sql_select(col(Decision.id), place.label("place"))
        .join(Account, col(Account.id) == col(Decision.account_id))
        .where(col(Account.workspace_id) == workspace_id)
        .subquery()
    )
    query = select(Decision).join(ranked, ranked.c.id == col(Decision.id)).where(ranked.c.place == 1)
    return {one.account_id: one for one in db.exec(query)}


def overdue(db: Session, workspace_id: str, *, today: str) -> dict[str, int]:
    """How many commitments of each account both sides agreed to and are late; accounts without any are left out."""
    query = (
        select(Commitment.account_id, func.count())
        .join(Account, col(Account.id) == col(Commitment.account_id))
        .where(
            Account.workspace_id == workspace_id,
            col(Commitment.state).in_((State.AGREED, State.IN_HAND)),
            col(Commitment.customer_accepted).is_(True),
            col(Commitment.supplier_accepted).is_(True),
            Commitment.due != "",
            Commitment.due < today,
        )
    )
    return dict(db.exec(query.group_by(Commitment.account_id)).all())
