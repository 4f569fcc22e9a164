"""Ideas for the change question: written on phones, read by the facilitator, then shown or hidden."""

from sqlmodel import Session, func, select

from app.actions.messages import first_time
from app.actions.participants import present
from app.actions.proposals import propose_who
from app.actions.versions import bump, bump_ideas
from app.actions.voting import CLOSED_WORDS, GONE_WORDS, NOT_OPEN_WORDS
from app.core.texts import IDEA_AT_MOST, plain_text
from app.core.who import SIDES_WHO, WHO, who_by_side
from app.errors import BadInput, Closed, Conflict, NotFound, NotOpen
from app.store import queries
from app.store.ids import new_id
from app.store.tables import Idea, Participant

IDEAS_AT_MOST = 5
STATUSES = ("waiting", "shown", "hidden")


def add_idea(db: Session, *, participant_id: str, message_id: str, text: object, who: object) -> int:
    """Store an idea that waits to be read, and give the session's version.

    Raises NotOpen or Closed as the question stands, TooLong over 280 characters, BadInput for an empty text, an unknown
    ``who``, a sixth idea or another body under the id.
    """
    person = present(db, participant_id)
    session = queries.live_session(db, person.session_id)
    if person.state != "in":
        raise BadInput(GONE_WORDS)
    if who not in WHO:
        raise BadInput("Choose who would have to change: us, them or both.")
    words = plain_text(text, what="Your idea", at_most=IDEA_AT_MOST, lines=True)
    if not first_time(db, participant_id, message_id, ["idea", words, who]):
        return session.version
    write_idea(db, person, words, str(who))
    return bump(db, session.id)


def write_idea(db: Session, person: Participant, text: str, who: str) -> Idea:
    """Store an idea of this person, who is in. Raises NotOpen or Closed as the question stands, BadInput for a sixth one."""
    session = queries.live_session(db, person.session_id)
    question = queries.questions(db, session.id).get("change")
    if session.status == "closed" or (question is not None and question.status in {"closed", "revealed"}):
        raise Closed(CLOSED_WORDS)
    if question is None or question.status != "open":
        raise NotOpen(NOT_OPEN_WORDS)
    sent = db.exec(
        select(func.count()).select_from(Idea).where(Idea.participant_id == person.id, Idea.round == question.round)
    ).one()
    if sent >= IDEAS_AT_MOST:
        raise BadInput(f"You have sent {IDEAS_AT_MOST} ideas, as many as fit. Thank you.")
    idea = Idea(
        id=new_id(),
        session_id=person.session_id,
        participant_id=person.id,
        side=person.side,
        group_id=person.group_id,
        text=text,
        who=who_by_side(who, person.side),
        round=question.round,
    )
    db.add(idea)
    db.flush()
    return idea


def add_by_hand(db: Session, *, session_id: str, text: object, who: object, side: str) -> Idea:
    """An idea that the facilitator heard and typed. ``who`` and ``side``: customer or supplier; who also both."""
    if who not in SIDES_WHO or side not in {"customer", "supplier"}:
        raise BadInput("Say who would have to change: customer, supplier or both, and which side said it.")
    words = plain_text(text, what="The idea", at_most=IDEA_AT_MOST, lines=True)
    idea = Idea(id=new_id(), session_id=session_id, side=side, text=words, who=str(who))
    db.add(idea)
    db.flush()
    bump(db, session_id)
    return idea


def idea_of(db: Session, session_id: str, idea_id: str) -> Idea:
    """The idea. Raises NotFound."""
    idea = db.get(Idea, idea_id)
    if idea is None or idea.session_id != session_id:
        raise NotFound("This idea does not exist any more. It may have been taken back.")
    return idea


def moderate(
    db: Session,
    *,
    session_id: str,
    idea_id: str,
    status: str | None = None,
    text: object = None,
    who: object = None,
    before: object = None,
) -> Idea:
    """Show or hide an idea, or mend its wording; the author's own wording is kept, privately.

    before: the wording that was edited; when it is not the stored one any more, raises Conflict and stores nothing.
    Raises NotFound, BadInput.
    """
    idea = idea_of(db, session_id, idea_id)
    if status is not None:
        if status not in STATUSES:
            raise BadInput("An idea is waiting, shown or hidden.")
        idea.status = status
    if who is not None:
        if who not in SIDES_WHO:
            raise BadInput("An idea asks customer, supplier or both to change.")
        idea.who = str(who)
    if text is not None:
        words = plain_text(text, what="The idea", at_most=IDEA_AT_MOST, lines=True)
        if before is not None and before != idea.text:
            raise Conflict(
                "Somebody else changed this idea at the same time. Look at their words, then change it again."
            )
        if words != idea.text:
            idea.original = idea.original or idea.text
            idea.text = words
    db.add(idea)
    db.flush()
    if idea.theme_id is not None:
        propose_who(db, session_id)
    bump_ideas(db, session_id)
    return idea


def delete_idea(db: Session, *, session_id: str, idea_id: str) -> None:
    """Delete an idea for good. Raises NotFound."""
    db.delete(idea_of(db, session_id, idea_id))
    db.flush()
    propose_who(db, session_id)
    bump_ideas(db, session_id)
