"""Support that is public: the frozen totals by item and side, while they are revealed."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.core.language import say, to_say
from app.core.questions import Status
from app.core.scales import SIDES, Side
from app.core.sentences import short_name
from app.store import queries, tallies
from app.store.tables import LiveSession, SessionQuestion, Tally


@dataclass(frozen=True, slots=True)
class SupportSide:
    """One side's totals: ``n`` people took part. ``why`` is "" where they are shown, else words."""

    side: Side
    name: str
    n: int
    why: str


@dataclass(frozen=True, slots=True)
class SupportLine:
    """An item and how many of each side support it, in the order of the sides; None where a side is not shown."""

    id: str
    text: str
    people: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class SupportList:
    """Published support, the most supported first."""

    sides: tuple[SupportSide, ...]
    lines: tuple[SupportLine, ...]

    @property
    def names(self) -> tuple[tuple[Side, str], ...]:
        """Each side with its company's name."""
        return tuple((one.side, one.name) for one in self.sides)


Backers = dict[str, dict[Side, int | None]]
"""Item id to how many of each side support it; None where the side has too few to show."""


def published(db: Session, session: LiveSession, key: str) -> Tally | None:
    """What was published of a question's newest round (change or readiness), while that is revealed."""
    question: SessionQuestion | None = queries.questions(db, session.id).get(key)
    if question is None or question.status != Status.REVEALED:
        return None
    return tallies.tally(db, session.id, key, question.round)


def backers(db: Session, session: LiveSession) -> Backers:
    """Who supports what: nothing before the reveal. An item that was not on the list then is missing."""
    tally = published(db, session, "change")
    if tally is None:
        return {}
    sides = tally.content["sides"]
    ids = {id_ for side in SIDES for id_ in sides[side].get("counts", {})}
    return {id_: {side: sides[side].get("counts", {}).get(id_) for side in SIDES} for id_ in ids}


def support_json(db: Session, session: LiveSession) -> dict[str, Any] | None:
    """How many took part on each side, or why a side is not shown; None before the reveal."""
    tally = published(db, session, "change")
    if tally is None:
        return None
    sides = tally.content["sides"]
    return {side: {key: value for key, value in sides[side].items() if key != "counts"} for side in SIDES}


def support_list(db: Session, session: LiveSession) -> SupportList | None:
    """The list with its totals, in the order of the most on one side; None before the reveal."""
    found, told = backers(db, session), support_json(db, session)
    if told is None:
        return None
    names: dict[Side, str] = {"customer": short_name(session.customer), "supplier": short_name(session.supplier)}
    lines = [
        SupportLine(item.id, item.text, tuple(found[item.id].values()))
        for item in tallies.items(db, session.id).listed
        if item.id in found
    ]
    lines.sort(key=lambda line: sorted((people or 0 for people in line.people), reverse=True), reverse=True)
    sides = tuple(SupportSide(side, names[side], told[side].get("n", 0), _why(told[side])) for side in SIDES)
    return SupportList(sides, tuple(lines))


def _why(side: dict[str, Any]) -> str:
    words = WHY[side.get("why", "")]
    return say(words)


WHY = {"": "", "too_few": to_say("too few to show"), "no_answers": to_say("no support given")}


def backers_words(found: dict[Side, int | None] | None, names: dict[Side, str]) -> str:
    """Words such as "Support: 4 Northfield, 2 Halden"; "" where nobody is shown."""
    if found is None:
        return ""
    parts = [f"{people} {names[side]}" for side in SIDES if (people := found[side]) is not None]
    return say("Support: {people}", people=", ".join(parts)) if parts else ""
