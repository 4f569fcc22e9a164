"""Readiness, theme by theme: what of the answers may be public (METHOD 8), who is ready, and the words for it. Pure.

Each person answers for their own side: yes, not_yet, no, or None for *can't judge*.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from app.core.language import say, to_say
from app.core.privacy import may_republish
from app.core.scales import SIDES, Side

VALUES: Final = ("yes", "not_yet", "no")

Where = Literal["both", "one", "neither", "unknown"]
ORDER: Final[tuple[Where, ...]] = ("both", "one", "neither", "unknown")
"""Where changes can start, first to last."""
Cells = Mapping[Side, Mapping[str, Any]]
"""A theme's cell for each side, as frozen."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One person's answer about one theme, without who it is. ``changed``: it differs from the last picture's."""

    theme: str
    side: Side
    value: str | None
    changed: bool = True


def tally(
    replies: Sequence[Reply],
    *,
    themes: Sequence[str],
    k: int,
    open_sides: frozenset[Side] = frozenset(),
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Counts by theme and side, as they are frozen: a side's only where at least k of its people said yes, not yet or no.

    ``n`` counts those; ``abstained`` could not judge. A hidden cell has a reason and no number.
    themes: those that are shown now; what was published of others (``earlier``) stays as it is.
    ``seen`` names the cells that were ever shown, as "theme:side".
    """
    found = {
        theme: {
            side: _cell([one for one in replies if (one.theme, one.side) == (theme, side)], k, side in open_sides)
            for side in SIDES
        }
        for theme in themes
    }
    seen = {*(earlier["seen"] if earlier else ())}
    seen |= {cell_name(theme, side) for theme, cells in found.items() for side in SIDES if cells[side]["shown"]}
    return {"themes": {**(earlier["themes"] if earlier else {}), **found}, "seen": sorted(seen)}


def cell_name(theme: str, side: str) -> str:
    """How a theme's cell is named in ``seen`` and in the counts of people who are gone."""
    return f"{theme}:{side}"


def _cell(replies: Sequence[Reply], k: int, open_side: bool) -> dict[str, Any]:
    counts = {value: sum(one.value == value for one in replies) for value in VALUES}
    n = sum(counts.values())
    if n < (1 if open_side else k):
        return {"shown": False, "why": "too_few" if replies else "no_answers"}
    return {"shown": True, **counts, "abstained": len(replies) - n, "n": n}


def changes(
    earlier: Mapping[str, Any],
    replies: Sequence[Reply],
    *,
    themes: Sequence[str],
    gone: Mapping[str, int],
    k: int,
) -> tuple[bool, bool]:
    """Whether any answer about a shown theme changed since this picture, and whether a new one is allowed (METHOD 8.3).

    gone: people whose published answer was deleted since, by the cell's name.
    """
    cells = {cell_name(theme, side): 0 for theme in themes for side in SIDES}
    for name, people in gone.items():
        if name in cells:
            cells[name] += people
    for one in replies:
        if one.changed and cell_name(one.theme, one.side) in cells:
            cells[cell_name(one.theme, one.side)] += 1
    shown = [people for name, people in cells.items() if name in earlier["seen"]]
    return any(cells.values()), may_republish(shown, k, elsewhere=sum(cells.values()) - sum(shown))


def is_ready(cell: Mapping[str, Any]) -> bool | None:
    """Whether more than half of a side's answers are yes; None where the side is not shown."""
    return 2 * cell["yes"] > cell["n"] if cell["shown"] else None


def where_ready(cells: Cells) -> Where:
    """Whether both sides are ready for a theme, one, or neither; unknown where a side is not shown."""
    ready = [is_ready(cells[side]) for side in SIDES]
    if None in ready:
        return "unknown"
    return "both" if all(ready) else "one" if any(ready) else "neither"


def verdict(cells: Cells, names: Mapping[Side, str]) -> str:
    """Where a theme stands, in words: "Both sides are ready", "Northfield is ready, Halden not yet"."""
    match where_ready(cells):
        case "both":
            return say("Both sides are ready")
        case "neither":
            return say("Neither side is ready yet")
        case "one":
            ready, other = sorted(SIDES, key=lambda side: not is_ready(cells[side]))
            return say("{ready} is ready, {other} not yet", ready=names[ready], other=names[other])
        case _:
            parts = [say(_STATES[is_ready(cells[side])], name=names[side]) for side in SIDES]
            return ", ".join(parts) if any(cells[side]["shown"] for side in SIDES) else say("Too few answers to show")


_STATES: Final[dict[bool | None, str]] = {
    True: to_say("{name} is ready"),
    False: to_say("{name} is not ready yet"),
    None: to_say("{name} is not shown"),
}


def counts_words(cell: Mapping[str, Any]) -> str:
    """A side's counts in words: "11 ready, 3 not yet, 1 no"; what is nought is left out, but the first."""
    if not cell["shown"]:
        return say("no answers") if cell["why"] == "no_answers" else say("too few to show")
    told = (
        say("{n} ready", n=cell["yes"]),
        say("{n} not yet", n=cell["not_yet"]) if cell["not_yet"] else "",
        say("{n} no", n=cell["no"]) if cell["no"] else "",
    )
    return ", ".join(filter(None, told))


_NUMBERS: Final = (
    *("No", "One", to_say("Two"), to_say("Three"), to_say("Four"), to_say("Five")),
    *(to_say("Six"), to_say("Seven"), to_say("Eight"), to_say("Nine")),
)


def number_word(count: int) -> str:
    """A number at the start of a sentence: a word up to nine."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def headline(themes: Iterable[Cells]) -> str:
    """What can start, in one sentence."""
    found = [where_ready(cells) for cells in themes]
    both = found.count("both")
    if both:
        if both == 1:
            return say("One change can start: both sides are ready")
        number = say(number_word(both))
        return say("{number} changes can start: both sides are ready", number=number)
    if all(one == "unknown" for one in found):
        return say("Too few answers to say who is ready")
    return say("No change yet for which both sides are ready")
