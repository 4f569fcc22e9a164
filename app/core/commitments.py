"""Commitments: which state may follow which, what is late, and kind words where a plan leans to one side. Pure.

Dates are texts such as 2026-12-31, so that they compare as they are; "" is none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.core.hints import Hint
from app.core.language import say_n, to_say
from app.core.scales import Side

COMMITMENT_AT_MOST: Final = 200
"""Characters of what will be done, and of what the other side gives."""
NOTE_AT_MOST: Final = 400
ROWS_AT_MOST: Final = 60
SOON_DAYS: Final = 7


class State(StrEnum):
    """Where a commitment is on its way."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    IN_HAND = "in_hand"
    DONE = "done"
    DROPPED = "dropped"


WORDS: Final = {
    State.PROPOSED: to_say("proposed"),
    State.AGREED: to_say("agreed"),
    State.IN_HAND: to_say("in hand"),
    State.DONE: to_say("done"),
    State.DROPPED: to_say("dropped"),
}

STEPS: Final = {
    State.PROPOSED: (State.AGREED, State.DROPPED),
    State.AGREED: (State.IN_HAND, State.DONE, State.DROPPED, State.PROPOSED),
    State.IN_HAND: (State.DONE, State.DROPPED, State.PROPOSED),
    State.DONE: (State.IN_HAND,),
    State.DROPPED: (State.PROPOSED,),
}
"""The states that may follow each. *Agreed* also comes by itself once both sides have accepted."""

OPEN: Final = (State.PROPOSED, State.AGREED, State.IN_HAND)
"""States in which something is still to be done."""


def may_follow(state: str, wanted: str) -> bool:
    """Whether ``wanted`` may follow ``state``. The state it has already is always allowed: repeating does no harm."""
    return wanted == state or State(wanted) in STEPS[State(state)]


def is_public(state: str, *, accepted_by_both: bool) -> bool:
    """Whether everybody who was there may read it: both sides said yes to it, whatever became of it."""
    return accepted_by_both and state != State.PROPOSED


def is_late(state: str, due: str, today: str) -> bool:
    """Whether both agreed to it, its day has passed and it is not done."""
    return state in {State.AGREED, State.IN_HAND} and bool(due) and due < today


@dataclass(frozen=True, slots=True)
class Row:
    """What hints need of a commitment. ``side``: customer, supplier or both."""

    side: str
    state: str
    due: str
    counterpart: bool


def one_sided(rows: Sequence[Row], names: dict[Side, str]) -> Hint | None:
    """A kind word where every row asks the same side alone, without anything in return; None for a balanced plan."""
    alive = [row for row in rows if row.state != State.DROPPED]
    sides = {row.side for row in alive}
    if len(sides) != 1 or "both" in sides or any(row.counterpart for row in alive):
        return None
    side: Side = "customer" if "customer" in sides else "supplier"
    other = names["supplier" if side == "customer" else "customer"]
    count = "The row is" if len(alive) == 1 else f"All {len(alive)} rows are"
    return Hint(
        f"{count} for {names[side]}.",
        f"A plan with one side only rarely holds. Ask {other}: “What would make this easy for you?”",
        rows_words(len(alive)),
    )


def plan_hints(rows: Sequence[Row], names: dict[Side, str], *, soon: str) -> Iterator[Hint]:
    """What the facilitator might do about a plan. ``soon`` is the date within which a first thing should be done."""
    alive = [row for row in rows if row.state in OPEN]
    leaning = one_sided(rows, names)
    if leaning is not None:
        yield leaning
    elif (uneven := _uneven(alive, names)) is not None:
        yield uneven
    if alive and not any(row.due and row.due <= soon for row in alive):
        yield Hint(
            "Nothing on the list happens within a week.",
            "One thing done within a week keeps it moving.",
            "Earliest date on the list",
        )
    waiting = sum(row.state == State.PROPOSED for row in alive)
    if waiting and waiting < len(alive):
        are = "row waits" if waiting == 1 else "rows wait"
        yield Hint(
            f"{waiting} {are} for a yes.",
            "Read it aloud, and ask each side. Only what both accept comes onto their phones.",
            rows_words(len(alive)),
        )


def _uneven(alive: Sequence[Row], names: dict[Side, str]) -> Hint | None:
    """Where one side has at least twice the rows of the other."""
    counts: dict[Side, int] = {
        "customer": sum(row.side == "customer" for row in alive),
        "supplier": sum(row.side == "supplier" for row in alive),
    }
    more, fewer = sorted(counts, key=lambda side: -counts[side])
    if counts[more] < 2 or counts[more] < 2 * counts[fewer]:
        return None
    return Hint(
        f"{names[more]} has {rows_words(counts[more])}, {names[fewer]} {counts[fewer] or 'none'}.",
        f"A plan that leans to one side rarely holds. Ask {names[fewer]}: “What would make this easy for you?”",
        f"{rows_words(len(alive))} on the list",
    )


def rows_words(count: int) -> str:
    """So many rows, in words: "1 row", "3 rows"."""
    return say_n("{n} row", "{n} rows", count)
