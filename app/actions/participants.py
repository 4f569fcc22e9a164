"""Coming in, being let in, agreeing to an open side, taking answers back, being removed."""

from dataclasses import dataclass
from typing import cast

from sqlalchemy import case, delete, func, update
from sqlmodel import Session, col, select

from app.actions.messages import WITHDRAWN, first_time
from app.actions.proposals import propose_who
from app.actions.report_files import forget_files
from app.actions.share_links import end_links_with_texts
from app.actions.versions import bump
from app.core.readiness import cell_name
from app.core.scales import Side
from app.core.texts import NAME_AT_MOST, normal_code, plain_text
from app.errors import BadInput, Closed, Conflict, NotFound
from app.store import queries, tallies
from app.store.ids import new_id, new_token, token_hash
from app.store.tables import (
    Answer,
    Departure,
    Idea,
    LiveSession,
    Message,
    Participant,
    Readiness,
    SessionGroup,
    SessionQuestion,
    Support,
)

CODE_LENGTHS = (6, 8)
UNKNOWN_CODE = "There is no open session with this code. Check the code on the big screen and type it again."
SEALED_WORDS = "The session has ended, and nobody can tell any more which answers came from this phone."
CROWD = 1.5
"""Beyond this many times the expected people, joiners wait to be let in (SAFETY T6)."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody new in a session. ``token`` is handed out once."""

    participant_id: str
    token: str
    session_id: str
    waiting: bool


def find_door(db: Session, *, code: str) -> LiveSession:
    """The session that a typed code, a QR code or a link leads to.

    Raises NotFound, the same for an unknown, ended or locked one.
    """
    session = queries.session_by_join_token(db, code)
    if session is None:
        typed = normal_code(code)
        session = queries.session_by_code(db, typed) if len(typed) in CODE_LENGTHS else None
    if session is None or session.status == "closed" or session.locked:
        raise NotFound(UNKNOWN_CODE)
    return session


def join(
    db: Session,
    *,
    code: str,
    group_id: str | None = None,
    side: str | None = None,
    name: str | None = None,
) -> Joined:
    """A new place in the session.

    In *anonymous* sessions ``side`` is chosen and no group; else ``group_id``. ``name`` only where the session is *named*.
    Raises NotFound as `find_door`, BadInput for a group, side or name that does not fit.
    """
    session = find_door(db, code=code)
    group, name = place_in(db, session, group_id, side), name_in(session, name)
    token = new_token()
    waiting = session.admit or _is_a_crowd(db, session)
    person = Participant(
        id=new_id(),
        session_id=session.id,
        group_id=group.id if group else None,
        side=group.side if group else str(side),
        name=name,
        token_hash=token_hash(token),
        state="waiting" if waiting else "in",
    )
    db.add(person)
    db.flush()
    bump(db, session.id, phones=bool(session.asks_open))  # a side that is asked reads how many it is
    return Joined(person.id, token, session.id, waiting)


def name_in(session: LiveSession, name: object, *, what: str = "Your name") -> str | None:
    """The name to store: only *named* sessions have one. Raises BadInput where it is missing or not asked for."""
    if session.attribution == "named":
        return plain_text(name, what=what, at_most=NAME_AT_MOST)
    if name is not None:
        raise BadInput("This session asks for no name.", fields={"name": "Leave it out: this session stores no names."})
    return None


def place_in(db: Session, session: LiveSession, group_id: str | None, side: str | None) -> SessionGroup | None:
    """The group that was chosen; None in *anonymous* sessions, where a side is. Raises BadInput."""
    if session.attribution == "anonymous":
        if side not in {"customer", "supplier"}:
            raise BadInput("Choose your side.", fields={"side": "customer or supplier"})
        return None
    group = db.get(SessionGroup, group_id) if isinstance(group_id, str) else None
    if group is None or group.session_id != session.id:
        raise BadInput("Choose your group.", fields={"group_id": "a group of this session"})
    return group


def _is_a_crowd(db: Session, session: LiveSession) -> bool:
    return session.expected is not None and sum(queries.joined(db, session.id).values()) >= CROWD * session.expected


def change_place(db: Session, *, participant_id: str, group_id: str | None, side: str | None) -> None:
    """Move to another group, or side where there are no groups. Raises Conflict once the first question was opened."""
    person = present(db, participant_id)
    session = queries.live_session(db, person.session_id)
    if session.status != "lobby":
        raise Conflict("The first question is open, so groups stay as they are.")
    group = place_in(db, session, group_id, side)
    new_side = group.side if group is not None else str(side)
    if new_side != person.side:
        person.open_side = None
    person.group_id, person.side = group.id if group is not None else None, new_side
    db.add(person)
    db.flush()
    bump(db, session.id, phones=True)


def present(db: Session, participant_id: str) -> Participant:
    """The participant, if still in and still tied to a phone. Raises Closed."""
    person = db.get(Participant, participant_id)
    if person is None or person.state not in {"in", "waiting"}:
        raise Closed("You are not part of this session any more.")
    if person.token_hash is None and not person.by_hand:
        raise Closed(SEALED_WORDS)
    return person


def agree_open_side(db: Session, *, participant_id: str, message_id: str, yes: bool) -> int:
    """The session's version after this participant said whether a small side may be shown (METHOD 8.1).

    Raises Closed once the first question was opened, BadInput for another body under the id.
    """
    person = present(db, participant_id)
    if not first_time(db, participant_id, message_id, ["open_side", yes]):
        return queries.live_session(db, person.session_id).version
    if any(question.opened_at for question in queries.questions(db, person.session_id).values()):
        raise Closed("The first question has been opened, so this stays as it is.")
    person.open_side = yes
    db.add(person)
    db.flush()
    return bump(db, person.session_id, phones=True)


def withdraw(db: Session, *, participant_id: str, message_id: str = "") -> int:
    """Delete all that this participant said, at once; figures already shown stay (METHOD 8.3). Gives the version."""
    person = db.get(Participant, participant_id)
    if person is not None and person.state == "withdrawn":
        return queries.live_session(db, person.session_id).version
    person = present(db, participant_id)
    first_time(db, participant_id, message_id, ["withdraw"])
    _take_back(db, person)
    person.state = "withdrawn"
    db.add(person)
    db.flush()
    return bump(db, person.session_id, phones=True)


def _take_back(db: Session, person: Participant) -> None:
    """Delete all that was said, and count each published part as gone since the last picture."""
    queries.live_session(db, person.session_id)  # held: no vote of theirs comes in through another process meanwhile
    row = person.group_id or person.side
    answers = queries.answers_of(db, person)
    _uncount(db, person, {(answer.question, answer.round) for answer in answers})
    gone = {(answer.question, answer.round, row) for answer in answers if answer.published}
    gone |= {("change", one.round, person.side) for one in tallies.said_by(db, Support, [person.id]) if one.published}
    gone |= {
        ("readiness", one.round, cell_name(one.theme_id, person.side))
        for one in tallies.said_by(db, Readiness, [person.id])
        if one.published
    }
    for question, round_, place in gone:
        departure = db.get(Departure, (person.session_id, question, round_, place)) or Departure(
            session_id=person.session_id, question=question, round=round_, group_id=place
        )
        departure.people += 1
        db.add(departure)
    for table in (Answer, Idea, Support, Readiness):
        db.execute(delete(table).where(col(table.participant_id) == person.id))
    propose_who(db, person.session_id)
    end_links_with_texts(db, person.session_id)
    forget_files(db, person.session_id)
    db.execute(update(Message).where(col(Message.participant_id) == person.id).values(digest=WITHDRAWN))


def _uncount(db: Session, person: Participant, answered: set[tuple[str, int]]) -> None:
    """One of the person's side less has answered each (question, round)."""
    side = "customer_answered" if person.side == "customer" else "supplier_answered"
    for key, round_ in answered:
        question = db.get(SessionQuestion, (person.session_id, key, round_), populate_existing=True)
        if question is not None:
            setattr(question, side, getattr(question, side) - 1)
            db.add(question)
    db.flush()


def remove(db: Session, *, session_id: str, participant_id: str) -> None:
    """Send somebody out, with all they said. Harmless when repeated. Raises NotFound."""
    person = of_session(db, session_id, participant_id)
    if person.state in {"removed", "withdrawn"}:
        return
    _take_back(db, person)
    person.state = "removed"
    db.add(person)
    db.flush()
    bump(db, session_id, phones=True)


def admit(db: Session, *, session_id: str, participant_id: str) -> None:
    """Let somebody in who waits. Harmless when repeated. Raises NotFound."""
    person = of_session(db, session_id, participant_id)
    if person.state == "waiting":
        person.state = "in"
        db.add(person)
        db.flush()
        bump(db, session_id, phones=True)


def of_session(db: Session, session_id: str, participant_id: str) -> Participant:
    """The participant. Raises NotFound for one of another session, too."""
    person = db.get(Participant, participant_id)
    if person is None or person.session_id != session_id:
        raise NotFound("This participant does not exist.")
    return person


def open_sides(db: Session, session: LiveSession) -> frozenset[Side]:
    """The sides of which every member agreed to be shown though the side is small.

    Somebody who said no and left still counts: the others agreed to a picture of more people than are left.
    """
    query = (
        select(Participant.side, func.count(), func.sum(case((col(Participant.open_side).is_(True), 1), else_=0)))
        .where(Participant.session_id == session.id, Participant.state != "waiting")
        .group_by(Participant.side)
    )
    return frozenset(cast("Side", side) for side, people, agreed in db.exec(query) if people and agreed == people)
