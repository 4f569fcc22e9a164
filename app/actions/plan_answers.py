"""What the customer's people say to a plan by a link that takes answers: a yes, or how a row stands. No account needed."""

from typing import Final

from sqlmodel import Session

from app.actions.commitments import GONE, accept, check_in, commitment_of
from app.actions.share_links import NO_SUCH_LINK, holds
from app.core.commitments import State, is_public
from app.core.texts import NAME_AT_MOST, plain_text
from app.errors import BadInput, NotFound
from app.store.ids import now_ms
from app.store.plan_tables import Commitment, ShareLink
from app.store.tables import LiveSession

THEIR_STATES: Final = (State.IN_HAND, State.DONE)


def accept_by_link(db: Session, *, link_id: str, commitment_id: str, name: str) -> Commitment:
    """The customer's yes to a row that waits for it. Repeating does no harm. Raises NotFound for any other row."""
    link, row = _row(db, link_id, commitment_id)
    if not row.supplier_accepted:
        raise NotFound(GONE)
    by = _who(db, link, name)
    return accept(db, session_id=link.session_id, commitment_id=row.id, by=by, side="customer")


def check_in_by_link(
    db: Session, *, link_id: str, commitment_id: str, name: str, note: str, state: str | None
) -> Commitment:
    """How an agreed row stands, in the words of the customer's people. ``state``: in_hand, done, or None as it is.

    Raises NotFound for a row that both sides did not agree to, BadInput for another state, and as `check_in`.
    """
    link, row = _row(db, link_id, commitment_id)
    if not is_public(row.state, accepted_by_both=row.customer_accepted and row.supplier_accepted):
        raise NotFound(GONE)
    if state is not None and (state not in THEIR_STATES or row.side == "supplier"):
        raise BadInput("Say how it stands: in hand or done. What the other side does, the other side ticks.")
    by = _who(db, link, name)
    return check_in(db, session_id=link.session_id, commitment_id=row.id, by=by, note=note, state=state)


def _row(db: Session, link_id: str, commitment_id: str) -> tuple[ShareLink, Commitment]:
    link = db.get(ShareLink, link_id)
    if link is None or not link.takes_answers or not holds(link, now=now_ms()):
        raise NotFound(NO_SUCH_LINK)
    return link, commitment_of(db, link.session_id, commitment_id)


def _who(db: Session, link: ShareLink, name: str) -> str:
    typed = plain_text(name, what="Your name", at_most=NAME_AT_MOST, optional=True)
    return f"{typed or db.get_one(LiveSession, link.session_id).customer}, by link"
