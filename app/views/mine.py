"""What is a participant's own on a phone: answers, ideas, support, readiness, the last tap."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.questions import Status
from app.core.scales import choice_to_wire
from app.core.shuffle import own_seed
from app.core.support import counted
from app.core.who import who_from_side
from app.store import queries, tallies
from app.store.tables import Answer, Idea, LiveSession, Participant, Readiness, Support


@dataclass(frozen=True, slots=True)
class MyIdea:
    """An idea of one's own: ``who`` is us, them or both, as its author marked it."""

    id: str
    text: str
    who: str


@dataclass(frozen=True, slots=True)
class Mine:
    """What this participant said: ``choices[question][dimension]`` is a position, a list of positions or None.

    A question that is missing was not answered; None is "I can't judge this". ``tap`` is the last tap number stored, so
    that a reloaded page counts on from there. ``support`` are the items supported, ``readiness`` the value for each theme.
    ``seed`` gives this phone's own order of what can be supported.
    """

    choices: dict[str, dict[str, int | list[int] | None]] = field(default_factory=dict)
    ideas: tuple[MyIdea, ...] = ()
    tap: int = 0
    support: tuple[str, ...] = ()
    readiness: dict[str, str | None] = field(default_factory=dict)
    seed: str = ""
    open_side: bool | None = None
    name: str = ""


def mine_of(db: Session, *, session: LiveSession, participant_ids: Iterable[str]) -> dict[str, Mine]:
    """What these participants said, by id; ids that are not of the session are left out."""
    ids = list(participant_ids)
    people = {id_: (open_side, name or "") for id_, open_side, name in _people(db, session.id, ids)}
    dimensions = {dimension.key: dimension for dimension in queries.session_template(session).dimensions}
    questions = queries.questions(db, session.id)
    rounds = {key: question.round for key, question in questions.items()}
    opened = {key for key, question in questions.items() if question.status != Status.WAITING}
    asked = [key for key in rounds if key not in {"change", "readiness"}]
    choices: dict[str, dict[str, dict[str, int | list[int] | None]]] = {
        id_: {key: {} for key in asked} for id_ in people
    }
    taps = dict.fromkeys(people, 0)
    for id_, question, round_, dimension, choice, tap in _answers(db, session.id, ids):
        if rounds.get(question) == round_ and dimension in dimensions:
            choices[id_].setdefault(question, {})[dimension] = choice_to_wire(dimensions[dimension], choice)
            taps[id_] = max(taps[id_], tap)
    support: dict[str, list[str]] = {id_: [] for id_ in people}
    for given in tallies.said_by(db, Support, people) if "change" in opened else ():
        if given.round == rounds.get("change"):
            support[given.participant_id] += [given.item_id] if given.held else []
            taps[given.participant_id] = max(taps[given.participant_id], given.tap)
    readiness: dict[str, dict[str, str | None]] = {id_: {} for id_ in people}
    for said in tallies.said_by(db, Readiness, people) if "readiness" in opened else ():
        if said.round == rounds.get("readiness"):
            readiness[said.participant_id][said.theme_id] = said.value
            taps[said.participant_id] = max(taps[said.participant_id], said.tap)
    stands_for = tallies.items(db, session.id).stands_for if any(support.values()) else {}
    ideas: dict[str, list[MyIdea]] = {id_: [] for id_ in people}
    for idea_id, id_, text, original, who, side in _ideas(db, session.id, ids):
        ideas[id_].append(MyIdea(idea_id, original or text, who_from_side(who, side)))
    return {
        id_: Mine(
            choices[id_],
            tuple(ideas[id_]),
            taps[id_],
            tuple(sorted(counted(support[id_], stands_for))),
            readiness[id_],
            own_seed(id_),
            *about,
        )
        for id_, about in people.items()
    }


def _people(db: Session, session_id: str, ids: list[str]) -> Iterable[Any]:
    columns = (Participant.id, Participant.open_side, Participant.name)
    query = select(*map(col, columns)).where(col(Participant.session_id) == session_id, col(Participant.id).in_(ids))
    return db.execute(query)


def _answers(db: Session, session_id: str, ids: list[str]) -> Iterable[Any]:
    columns = (Answer.participant_id, Answer.question, Answer.round, Answer.dimension, Answer.choice, Answer.tap)
    query = select(*map(col, columns))
    return db.execute(query.where(col(Answer.session_id) == session_id, col(Answer.participant_id).in_(ids)))


def _ideas(db: Session, session_id: str, ids: list[str]) -> Iterable[Any]:
    columns = (Idea.id, Idea.participant_id, Idea.text, Idea.original, Idea.who, Idea.side)
    query = select(*map(col, columns)).where(col(Idea.session_id) == session_id, col(Idea.participant_id).in_(ids))
    return db.execute(query.order_by(col(Idea.id)))
