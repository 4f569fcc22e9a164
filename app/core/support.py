"""Support for ideas and themes: which of it counts, and what of the totals may be public (METHOD 8). Pure.

An *item* is what can be supported: a shown theme, or a shown idea outside of them; here it is its id.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.core.privacy import may_republish
from app.core.scales import SIDES, Side

AT_MOST: Final = 3
"""How many items one person may support at a time."""


def counted(held: Iterable[str], stands_for: Mapping[str, str]) -> frozenset[str]:
    """The items that these ids stand for now: an idea in a theme stands for the theme, what is not shown for nothing."""
    return frozenset(stands_for[one] for one in held if one in stands_for)


def with_one_more(held: frozenset[str], item: str, stands_for: Mapping[str, str]) -> frozenset[str] | None:
    """What somebody supports after one more item; None where all supports are used.

    Support for what is not shown any more is kept as long as there is room for it: it may be shown again.
    """
    wanted = counted(held, stands_for) | {item}
    if len(wanted) > AT_MOST:
        return None
    unseen = sorted(one for one in held if one not in stands_for)
    return wanted | {*unseen[: AT_MOST - len(wanted)]}


@dataclass(frozen=True, slots=True)
class Supporter:
    """What one person supports, and what it was when the last totals were made; without who it is."""

    side: Side
    now: frozenset[str]
    before: frozenset[str] = frozenset()


def tally(
    people: Sequence[Supporter],
    *,
    items: Sequence[str],
    k: int,
    open_sides: frozenset[Side] = frozenset(),
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Totals by side, as they are frozen: a side's only where at least k of its people supported something.

    ``n`` is how many took part; every item has a count, zeros included. A hidden side has a reason and no number.
    open_sides: small sides of which every member agreed to be shown.
    earlier: the totals before, so that it stays known which sides were ever shown (``seen``).
    """
    sides = {
        side: _side([one for one in people if one.side == side and one.now], items, k, open_sides) for side in SIDES
    }
    seen = {*(earlier["seen"] if earlier else ()), *(side for side in SIDES if sides[side]["shown"])}
    return {"sides": sides, "seen": sorted(seen)}


def _side(people: Sequence[Supporter], items: Sequence[str], k: int, open_sides: frozenset[Side]) -> dict[str, Any]:
    if not people:
        return {"shown": False, "why": "no_answers"}
    if len(people) < k and people[0].side not in open_sides:
        return {"shown": False, "why": "too_few"}
    counts = {item: sum(item in one.now for one in people) for item in items}
    return {"shown": True, "n": len(people), "counts": counts}


def changes(
    earlier: Mapping[str, Any], people: Sequence[Supporter], *, gone: Mapping[str, int], k: int
) -> tuple[bool, bool]:
    """Whether anybody's support changed since these totals, and whether new ones are allowed (METHOD 8.3).

    gone: people of each side whose published support was deleted since.
    """
    changed = {
        side: gone.get(side, 0) + sum(one.now != one.before for one in people if one.side == side) for side in SIDES
    }
    shown = [people for side, people in changed.items() if side in earlier["seen"]]
    elsewhere = sum(changed.values()) - sum(shown)
    return any(changed.values()), may_republish(shown, k, elsewhere=elsewhere)
