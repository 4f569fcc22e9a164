"""What is a participant's own on a phone: answers, ideas, support, readiness, the last tap."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, select
from sqlmodel import Session, SQLModel

from app.core.questions import Status
from app.core.scales import Dimension, choice_to_wire
from app.core.shuffle import own_seed
from app.core.support import counted
from app.core.who import who_from_side
from app.store import queries, tallies
from app.store.one_of import one_of
from app.store.tables import LiveSession, Readiness, Support


@dataclass(frozen=True, slots=True)
class MyRound:
    """What this participant said of a question in an earlier round, by dimension."""

    round: int
    choices: dict[str, int | list[int] | None]


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
    ``seed`` gives this phone's own order of what can be supported. ``earlier``: by question that is asked again, the last
    round before this.
    """

    choices: dict[str, dict[str, int | list[int] | None]] = field(default_factory=dict)
    ideas: tuple[MyIdea, ...] = ()
    tap: int = 0
    support: tuple[str, ...] = ()
    readiness: dict[str, str | None] = field(default_factory=dict)
    seed: str = ""
    earlier: dict[str, MyRound] = field(default_factory=dict)
    open_side: bool | None = None
    name: str = ""


# Asked for everybody who comes in, so these are built once. People are found by their ids alone, however many they are.
_people, _answers, _ideas = (SQLModel.metadata.tables[name].c for name in ("participant", "answer", "idea"))
_PEOPLE = select(
    _people.id,
    _people.session_id,
    _people.state,
    _people.side,
    _people.group_id,
    _people.token_hash.is_not(None).label("by_phone"),
    _people.open_side,
    _people.name,
).where(one_of(_people.id, "ids"))
_ANSWERS = select(
    _answers.participant_id, _answers.question, _answers.round, _answers.dimension, _answers.choice, _answers.tap
).where(_answers.session_id == bindparam("session_id"), one_of(_answers.participant_id, "ids"))
_IDEAS = (
    select(_ideas.id, _ideas.participant_id, _ideas.text, _ideas.original, _ideas.who, _ideas.side)
    .where(one_of(_ideas.participant_id, "ids"))
    .order_by(_ideas.id)
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a session has asked so far, as far as it says what somebody's own is. It is new only where phones' views are.

    ``rounds`` of the questions, by key; ``opened`` are the keys of those that were asked at all.
    """

    session_id: str = ""
    dimensions: dict[str, Dimension] = field(default_factory=dict)
    rounds: dict[str, int] = field(default_factory=dict)
    opened: frozenset[str] = frozenset()


def asked_in(db: Session, session: LiveSession) -> Asked:
    """What the session has asked so far."""
    questions = queries.questions(db, session.id)
    return Asked(
        session.id,
        {dimension.key: dimension for dimension in queries.session_template(session).dimensions},
        {key: question.round for key, question in questions.items()},
        frozenset(key for key, question in questions.items() if question.status != Status.WAITING),
    )


class Person(NamedTuple):
    """What somebody told of themselves, or was told for them, beside answers."""

    open_side: bool | None
    name: str | None


@queries.once_per_snapshot
def people(db: Session, ids: Sequence[str]) -> Sequence[Row[Any]]:
    """Those of these participants who exist, in any session. Asked for once where a look needs both places and what is theirs."""
    return db.execute(_PEOPLE, {"ids": ids}).all()


def mine_of(db: Session, *, asked: Asked, participant_ids: Iterable[str]) -> dict[str, Mine]:
    """What these participants said, by id; ids that are not of the session are left out."""
    found = people(db, list(participant_ids))
    known = {one.id: Person(one.open_side, one.name) for one in found if one.session_id == asked.session_id}
    return mine_of_people(db, asked=asked, people=known)


def mine_of_people(db: Session, *, asked: Asked, people: Mapping[str, Person]) -> dict[str, Mine]:
    """The same for participants of the session who are known already, by id."""
    theirs = {"session_id": asked.session_id, "ids": list(people)}
    dimensions, rounds, opened = asked.dimensions, asked.rounds, asked.opened
    ladder = [key for key in rounds if key not in {"change", "readiness"}]
    choices: dict[str, dict[str, dict[str, int | list[int] | None]]] = {
        id_: {key: {} for key in ladder} for id_ in people
    }
    taps = dict.fromkeys(people, 0)
    earlier: dict[str, dict[str, MyRound]] = {id_: {} for id_ in people}
    for id_, question, round_, dimension, choice, tap in db.execute(_ANSWERS, theirs):
        if dimension not in dimensions or question not in rounds:
            continue
        told = choice_to_wire(dimensions[dimension], choice)
        if rounds[question] == round_:
            choices[id_].setdefault(question, {})[dimension] = told
            taps[id_] = max(taps[id_], tap)
        else:
            last = earlier[id_].get(question)
            if last is None or last.round < round_:
                last = earlier[id_][question] = MyRound(round_, {})
            if last.round == round_:
                last.choices[dimension] = told
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
    stands_for = tallies.items(db, asked.session_id).stands_for if any(support.values()) else {}
    ideas: dict[str, list[MyIdea]] = {id_: [] for id_ in people}
    wrote = "change" in opened or rounds.get("change", 1) > 1
    for idea_id, id_, text, original, who, side in db.execute(_IDEAS, theirs) if wrote else ():
        if id_ in ideas:
            ideas[id_].append(MyIdea(idea_id, original or text, who_from_side(who, side)))
    return {
        id_: Mine(
            choices[id_],
            tuple(ideas[id_]),
            taps[id_],
            tuple(sorted(counted(support[id_], stands_for))),
            readiness[id_],
            own_seed(id_),
            earlier[id_],
            person.open_side,
            person.name or "",
        )
        for id_, person in people.items()
    }
