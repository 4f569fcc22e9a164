"""Commitments that have a date and both sides' yes: what calendars and reminders are made of."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.store.plan_tables import Commitment
from app.store.tables import Account


@dataclass(frozen=True, slots=True)
class Dated:
    """A commitment with the name of its account. Times are milliseconds since 1970, UTC; ``due`` such as 2026-12-31."""

    id: str
    account_id: str
    session_id: str
    account: str
    text: str
    side: str
    owner: str
    due: str
    counterpart: str
    state: str
    revision: int
    changed_at: int


def dated(
    db: Session,
    *,
    workspace_id: str,
    account_id: str | None = None,
    first: str = "",
    last: str = "",
    states: tuple[str, ...] = (),
    at_most: int | None = None,
) -> list[Dated]:
    """What both sides agreed to and is due from ``first`` to ``last``, the last date first; "" is no limit.

    account_id: of this account alone. states: in one of these alone.
    """
    query = (
        select(Commitment, Account.name)
        .join(Account, col(Account.id) == col(Commitment.account_id))
        .where(
            Account.workspace_id == workspace_id,
            Commitment.due != "",
            Commitment.state != "proposed",
            col(Commitment.customer_accepted).is_(True),
            col(Commitment.supplier_accepted).is_(True),
        )
    )
    if account_id is not None:
        query = query.where(Commitment.account_id == account_id)
    if first:
        query = query.where(Commitment.due >= first)
    if last:
        query = query.where(Commitment.due <= last)
    if states:
        query = query.where(col(Commitment.state).in_(states))
    rows = db.exec(query.order_by(col(Commitment.due).desc(), col(Commitment.id)).limit(at_most)).all()
    return [
        Dated(
            one.id,
            one.account_id,
            one.session_id,
            account,
            one.text,
            one.side,
            one.owner,
            one.due,
            one.counterpart,
            one.state,
            one.revision,
            one.changed_at or one.created_at,
        )
        for one, account in rows
    ]
