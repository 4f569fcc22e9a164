"""Short hints for the facilitator while a session runs: rules, each with the numbers it comes from. Pure.

A hint may only use what its reader may know: head counts at any time, and figures that are public.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from app.core.dissonance import compare
from app.core.published import Cell
from app.core.scales import SIDES, Side

AT_MOST: Final = 4
FAR_APART: Final = 2.0
"""From this many steps between the sides on, both are asked for an example (METHOD 12, question 4)."""
NEARLY_ALL: Final = 0.75
ENOUGH_IDEAS: Final = 3

Stage = Literal["lobby", "open", "ready", "shown", "change", "over"]


@dataclass(frozen=True, slots=True)
class Hint:
    """What to do, why, and which numbers say so."""

    text: str
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class HeadCount:
    """People of a group or side: how many are in, and how many answered the question that is on."""

    name: str
    side: Side
    here: int
    answered: int = 0


@dataclass(frozen=True, slots=True)
class Situation:
    """All that hints are made from. ``cells`` are the sides' public figures, empty before a reveal.

    ``asks_of``: for each side, how many of its ideas ask itself, the other side or both to change.
    """

    stage: Stage
    k: int
    expected: int | None
    groups: Sequence[HeadCount]
    sides: Sequence[HeadCount]
    names: dict[Side, str]
    cells: dict[Side, Cell]
    asks_of: dict[Side, dict[str, int]]


def hints(now: Situation) -> tuple[Hint, ...]:
    """The hints that fit now, most pressing first; at most four."""
    match now.stage:
        case "lobby":
            found = _who_is_missing(now)
        case "open":
            found = _who_still_answers(now)
        case "ready":
            found = iter((ASK_FIRST,))
        case "shown":
            found = _what_is_shown(now)
        case "change":
            found = _who_is_asked(now)
        case _:
            found = iter(())
    return tuple(islice(found, AT_MOST))


ASK_FIRST: Final = Hint(
    "Ask both sides for an example before you show anything.",
    "“What would the next step look like in a normal week?” Nobody has seen a figure yet.",
    "Voting is closed, nothing is shown",
)


def _who_is_missing(now: Situation) -> Iterator[Hint]:
    here = sum(side.here for side in now.sides)
    for side in now.sides:
        if not side.here and here:
            yield Hint(
                f"Nobody from {side.name} is here yet.",
                "One side alone can be shown, but not compared.",
                f"0 from {side.name}",
            )
    full = {side.side for side in now.sides if side.here}
    for group in now.groups:
        if group.side in full and not group.here:
            yield Hint(
                f"Nobody from {group.name} is here yet.",
                "Ask whether somebody can join for them.",
                f"0 in {group.name}",
            )
    for group in now.groups:
        if 0 < group.here < now.k:
            yield Hint(
                f"{group.name} has {group.here} of {now.k}.",
                f"With fewer than {now.k} answers {group.name} is shown together with another group of its side.",
                f"{group.here} in {group.name}",
            )
    if now.expected is not None and 0 < here < now.expected:
        yield Hint(
            f"{now.expected - here} of {now.expected} are still expected.",
            "Start on time. Latecomers land on the open question.",
            f"{here} of {now.expected} are in",
        )


def _who_still_answers(now: Situation) -> Iterator[Hint]:
    for side in now.sides:
        missing = side.here - side.answered
        if side.here >= now.k and missing > 0 and side.answered >= NEARLY_ALL * side.here:
            yield Hint(
                f"{missing} at {side.name} {'has' if missing == 1 else 'have'} not answered yet.",
                "Say that you will close in half a minute. “I can’t judge this” is an answer too.",
                f"{side.answered} of {side.here} at {side.name} answered",
            )


def _what_is_shown(now: Situation) -> Iterator[Hint]:
    yield from _far_apart(now)
    for side in SIDES:
        cell, name = now.cells.get(side), now.names[side]
        if cell is None or cell.gap is None or cell.gap.shift.mean_gap is None:
            continue
        shift = cell.gap.shift
        if shift.down > shift.up:
            yield Hint(
                f"{name} wants a simpler relationship. Take it as a wish, not as a complaint.",
                "Ask what would make a lower step work well.",
                f"{shift.down} of {shift.n_pairs} at {name} want a lower step",
            )
    yield from _who_wants_more(now)
    unsure = {side: now.cells[side].could_not_judge for side in SIDES if side in now.cells}
    for side, people in unsure.items():
        if people:
            yield Hint(
                f"{people} at {now.names[side]} could not judge. Say it aloud.",
                "It is an answer, not a fault.",
                f"{people} chose “I can’t judge this”",
            )


def _far_apart(now: Situation) -> Iterator[Hint]:
    pictures = [cell.current for side in SIDES if (cell := now.cells.get(side)) and cell.current]
    if len(pictures) < len(SIDES):
        return
    pair = compare("customer", pictures[0].counts, "supplier", pictures[1].counts)
    if pair.flag in {"clear", "ask"} and (pair.emd_steps or 0) >= FAR_APART:
        yield Hint(
            "The sides see today two steps or more apart. Ask each for one example.",
            "Ask the customer first, your own people last.",
            f"{pair.emd_steps:.1f} steps between the sides on today",
        )


def _who_wants_more(now: Situation) -> Iterator[Hint]:
    gaps = {
        side: cell.gap.shift.mean_gap
        for side, cell in now.cells.items()
        if cell.gap and cell.gap.shift.mean_gap is not None
    }
    if len(gaps) == len(SIDES) and gaps["customer"] + 1 <= gaps["supplier"] and gaps["customer"] >= 0:
        yield Hint(
            f"{now.names['customer']} wants less of a change than we do.",
            "Ask what would make a higher step worth it for them, and accept “nothing”.",
            f"{gaps['customer']:+.1f} against {gaps['supplier']:+.1f} steps per person",
        )


def _who_is_asked(now: Situation) -> Iterator[Hint]:
    for side in SIDES:
        asks = now.asks_of.get(side, {})
        total = sum(asks.values())
        if total >= ENOUGH_IDEAS and not asks.get(side) and not asks.get("both"):
            yield Hint(
                f"Nobody at {now.names[side]} names their own side.",
                "Ask: “What could we do ourselves, by next month?”",
                f"all {total} ideas from {now.names[side]} ask the other side to change",
            )
