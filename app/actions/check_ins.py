"""Mending a check-in that was a mistake: its words, or the whole of it. Who did is kept with it."""

from typing import Final

from sqlmodel import Session

from app.actions.commitments import commitment_of, store
from app.core.commitments import NOTE_AT_MOST, State
from app.core.texts import plain_text
from app.errors import Conflict, NotFound
from app.store import plans, queries
from app.store.ids import now_ms
from app.store.plan_tables import CheckIn, Commitment

GONE: Final = "This check-in was removed meanwhile."
BOTH_SAID_YES: Final = {State.AGREED, State.IN_HAND, State.DONE}


class LostNote(Conflict):
    """Somebody else mended the same check-in first, or removed it; nothing was stored."""


def correct_check_in(
    db: Session, *, session_id: str, commitment_id: str, check_in_id: str, by: str, note: object, before: object = None
) -> Commitment:
    """Give a check-in another note; how it stood then stays.

    before: the note that was edited; raises LostNote where it is not the stored one any more, or the check-in is gone.
    Raises NotFound, TooLong.
    """
    session = queries.live_session(db, session_id)
    commitment = commitment_of(db, session_id, commitment_id)
    words = plain_text(note, what="The note", at_most=NOTE_AT_MOST, lines=True, optional=True)
    try:
        look = _check_in(db, commitment, check_in_id)
    except NotFound as gone:
        raise LostNote(f"{GONE} Your words are kept here: write them down as a new one, or leave it.") from gone
    if words == look.note:
        return commitment
    if before is not None and before != look.note:
        who = look.corrected_by or "Somebody else"
        raise LostNote(f"{who} changed this at the same time. Keep their words or use yours.")
    look.note = words
    _sign(db, look, by)
    return store(db, session, commitment, by)


def remove_check_in(db: Session, *, session_id: str, commitment_id: str, check_in_id: str, by: str) -> Commitment:
    """Take a check-in back. Where it is the newest and said how the row stands, the row stands as before.

    Raises NotFound.
    """
    session = queries.live_session(db, session_id)
    commitment = commitment_of(db, session_id, commitment_id)
    look = _check_in(db, commitment, check_in_id)
    newest = plans.check_ins(db, [commitment.id])[commitment.id][0]
    if look.id == newest.id and look.state == commitment.state != look.state_before != "":
        commitment.state = look.state_before
        if look.state in {State.PROPOSED, State.AGREED}:  # which had taken both sides' yes back, or given it
            yes = look.state_before in BOTH_SAID_YES
            commitment.customer_accepted = commitment.supplier_accepted = yes
    look.note, look.removed = "", True
    _sign(db, look, by)
    return store(db, session, commitment, by)


def _check_in(db: Session, commitment: Commitment, check_in_id: str) -> CheckIn:
    found = db.get(CheckIn, check_in_id)
    if found is None or found.removed or found.commitment_id != commitment.id:
        raise NotFound(GONE)
    return found


def _sign(db: Session, look: CheckIn, by: str) -> None:
    look.corrected_by, look.corrected_at = by, now_ms()
    db.add(look)
    db.flush()
