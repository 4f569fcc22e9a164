"""Somebody without a phone, on the line or in the room: the facilitator enters what they say."""

from sqlmodel import Session

from app.actions.ideas import write_idea
from app.actions.participants import agree_open_side, name_in, of_session, place_in
from app.actions.versions import bump
from app.core.texts import IDEA_AT_MOST, plain_text
from app.core.who import WHO
from app.errors import BadInput, Conflict
from app.store import queries
from app.store.ids import new_id
from app.store.tables import Idea, Participant

HAS_A_PHONE = "This person has a phone here and answers on it. Nobody else can answer for them."
GONE = "This person was removed from the session. Add them again to answer for them."


def add_person(
    db: Session, *, session_id: str, group_id: str | None = None, side: str | None = None, name: object = None
) -> Participant:
    """A participant whose answers the facilitator enters; also while the door is locked.

    In *anonymous* sessions ``side`` is chosen and no group; else ``group_id``. ``name`` only where the session is *named*.
    Raises Conflict in a closed session, BadInput for a group, side or name that does not fit.
    """
    session = queries.live_session(db, session_id)
    if session.status == "closed":
        raise Conflict("This session is closed. Reopen it first.")
    group, told = place_in(db, session, group_id, side), name_in(session, name, what="The name")
    person = Participant(
        id=new_id(),
        session_id=session_id,
        group_id=group.id if group is not None else None,
        side=group.side if group is not None else str(side),
        name=told,
        by_hand=True,
    )
    db.add(person)
    db.flush()
    bump(db, session_id, phones=bool(session.asks_open))  # a side that is asked reads how many it is
    return person


def person_by_hand(db: Session, *, session_id: str, participant_id: str) -> Participant:
    """Somebody whose answers the facilitator enters. Raises NotFound; Conflict for one with a phone, or removed."""
    person = of_session(db, session_id, participant_id)
    if not person.by_hand:
        raise Conflict(HAS_A_PHONE)
    if person.state != "in":
        raise Conflict(GONE)
    return person


def add_idea(db: Session, *, session_id: str, participant_id: str, text: object, who: object) -> Idea:
    """An idea of somebody without a phone, as they would send it: ``who`` is us, them or both, from their side.

    Raises what `person_by_hand` and `write_idea` raise, TooLong over 280 characters, BadInput for an empty text.
    """
    queries.live_session(db, session_id)
    person = person_by_hand(db, session_id=session_id, participant_id=participant_id)
    if who not in WHO:
        raise BadInput("Say who would have to change: us, them or both, seen from their side.")
    words = plain_text(text, what="The idea", at_most=IDEA_AT_MOST, lines=True)
    idea = write_idea(db, person, words, str(who))
    bump(db, session_id)
    return idea


def agree(db: Session, *, session_id: str, participant_id: str, yes: bool) -> None:
    """Whether somebody without a phone agrees that their small side may be shown (METHOD 8.1).

    Raises what `person_by_hand` raises, Closed once the first question was opened.
    """
    person_by_hand(db, session_id=session_id, participant_id=participant_id)
    agree_open_side(db, participant_id=participant_id, message_id="", yes=yes)
