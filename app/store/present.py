"""Who is in a session, one by one, as plain rows: lists of people are asked for at every push to a console."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from sqlalchemy import bindparam, select
from sqlmodel import Session, SQLModel

from app.core.scales import Side
from app.store.queries import once_per_snapshot


class Present(NamedTuple):
    """A participant who is in, or waits to be let in. ``name`` only in *named* sessions."""

    id: str
    side: Side
    group_id: str | None
    name: str | None
    state: str
    open_side: bool | None
    by_hand: bool


_PEOPLE, _ANSWERS = (SQLModel.metadata.tables[name].c for name in ("participant", "answer"))
_PRESENT = (
    select(*(_PEOPLE[name] for name in Present._fields))
    .where(_PEOPLE.session_id == bindparam("session_id"), _PEOPLE.state.in_(["in", "waiting"]))
    .order_by(_PEOPLE.id)
)
_CHOICES = select(
    _ANSWERS.participant_id, _ANSWERS.question, _ANSWERS.round, _ANSWERS.dimension, _ANSWERS.choice
).where(_ANSWERS.session_id == bindparam("session_id"))


@once_per_snapshot
def present(db: Session, session_id: str) -> Sequence[Present]:
    """Everybody who is in or waits to be let in, in random order."""
    return [Present._make(row) for row in db.execute(_PRESENT, {"session_id": session_id}).all()]


Choices = dict[tuple[str, int], dict[str, int | None]]
"""One participant's choices by question and round: for each dimension a step, None for *can't judge*."""


def choices_by_person(db: Session, session_id: str) -> Mapping[str, Choices]:
    """Everybody's choices, every round, by participant id."""
    found: dict[str, Choices] = {}
    for person, question, round_, dimension, choice in db.execute(_CHOICES, {"session_id": session_id}).all():
        found.setdefault(cast("str", person), {}).setdefault((question, round_), {})[dimension] = choice
    return found
