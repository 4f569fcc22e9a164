"""What the account team keeps for itself: notes on discussions, marks of behaviour, decisions. No face but its own pages reads this."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import and_
from sqlmodel import Session, col, func, select

from app.core.say_do import Behaviour, Mark
from app.core.scales import Side, Template
from app.core.session_templates import SUPPLIER_TO_PARTNER
from app.store import history, queries
from app.store.tables import Account, LiveSession
from app.store.team_tables import BehaviourMark, Decision, Discussion


def discussions(db: Session, session_id: str) -> dict[int, Discussion]:
    """What is kept on discussions of the session, by number; only those that somebody touched."""
    return {one.number: one for one in db.exec(select(Discussion).where(Discussion.session_id == session_id))}


@queries.once_per_snapshot
def newest_session(db: Session, account: Account) -> LiveSession | None:
    """The account's newest session of which something was shown, else its newest."""
    return history.newest_to_follow(db, account.id)


def account_template(db: Session, account: Account) -> Template:
    """The template that the account is measured with: its newest session's, else the one that sessions get by default."""
    newest = newest_session(db, account)
    return queries.session_template(newest) if newest is not None else SUPPLIER_TO_PARTNER


def behaviour_marks(db: Session, account_id: str, template_key: str, dimension: str) -> list[Behaviour]:
    """What was marked on one ladder of the account."""
    query = select(BehaviourMark).where(
        BehaviourMark.account_id == account_id,
        BehaviourMark.template_key == template_key,
        BehaviourMark.dimension == dimension,
    )
    return [
        Behaviour(
            cast("Side", row.side),
            row.step,
            row.place,
            row.text,
            cast("Mark", row.mark),
            row.evidence,
            row.seen_on,
            row.author,
        )
        for row in db.exec(query)
    ]


def decisions(db: Session, account_id: str) -> list[Decision]:
    """Every decision on the account, newest first."""
    query = select(Decision).where(Decision.account_id == account_id)
    return list(db.exec(query.order_by(col(Decision.created_at).desc(), col(Decision.id))))


def next_reviews(db: Session, account_ids: Sequence[str]) -> list[Decision]:
    """The newest decision on each of these accounts, where it says when to look again; by account."""
    newest = (
        select(Decision.account_id, func.max(Decision.created_at).label("at"))
        .where(col(Decision.account_id).in_(account_ids))
        .group_by(col(Decision.account_id))
        .subquery()
    )
    query = select(Decision).join(
        newest, and_(col(Decision.account_id) == newest.c.account_id, col(Decision.created_at) == newest.c.at)
    )
    found = {one.account_id: one for one in db.exec(query.order_by(col(Decision.account_id), col(Decision.id).desc()))}
    return [one for one in found.values() if one.review_on]
