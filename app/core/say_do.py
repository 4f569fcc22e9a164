"""Say and do: which step of the ladder a side's behaviour supports, held against the step it asked for. Private. Pure.

Marks are the account team's own; nothing here comes from answers but the typical wish, which is public.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Final, Literal

from app.core.language import say, say_n, to_say
from app.core.scales import SIDES, Dimension, Side, Step, Template

Mark = Literal["seen", "not_seen", "unknown"]
MARKS: Final[Mapping[Mark, str]] = {"seen": "seen", "not_seen": "not seen", "unknown": "unknown"}
PLACES: Final = 3
"""Behaviours of each side at each step, where the template does not name more."""
ENOUGH_SEEN: Final = 2
NOT_SEEN_LISTED: Final = 2


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One thing that a side does at a step, and whether it was seen.

    place: 1 for the first of its side and step. ``seen_on`` is a date as YYYY-MM-DD or "", ``text`` "" where the place is free.
    """

    side: Side
    step: int
    place: int
    text: str
    mark: Mark = "unknown"
    evidence: str = ""
    seen_on: str = ""
    author: str = ""

    @property
    def key(self) -> tuple[str, int, int]:
        """What tells it from the others of its ladder."""
        return self.side, self.step, self.place


@dataclass(frozen=True, slots=True)
class Supported:
    """The highest step that behaviour supports, None for none; ``known`` of ``asked`` marks say seen or not seen."""

    step: int | None
    known: int
    asked: int

    @property
    def enough(self) -> bool:
        """Whether at least half of the marks are known; with fewer, nothing is said."""
        return self.asked > 0 and 2 * self.known >= self.asked


def said_ladder(template: Template) -> Dimension:
    """The ladder that say-do and decisions are about: the template's first ordered one, else its first."""
    return next((one for one in template.dimensions if one.kind == "ordered"), template.dimensions[0])


def behaviours(dimension: Dimension, kept: Iterable[Behaviour]) -> tuple[Behaviour, ...]:
    """Every place of the ladder, low to high and customer's first: the template's words, over which the account's own lie."""
    own = {one.key: one for one in kept}
    places = [
        Behaviour(side, step.position, place, text)
        for side in SIDES
        for step in dimension.steps
        for place, text in enumerate(_texts(step, side), 1)
    ]
    return tuple(own.get(one.key, one) for one in places)


def _texts(step: Step, side: Side) -> tuple[str, ...]:
    texts = step.customer_behaviours if side == "customer" else step.supplier_behaviours
    return texts + ("",) * (PLACES - len(texts))


def supported(side: Side, marked: Iterable[Behaviour]) -> Supported:
    """The step that a side's behaviour supports.

    It is the highest at which at least two behaviours are seen (all, where it has fewer) and below which no step has two or
    more not seen.
    """
    by_step: dict[int, list[Mark]] = {}
    for one in marked:
        if one.side == side and one.text:
            by_step.setdefault(one.step, []).append(one.mark)
    best: int | None = None
    for step, marks in sorted(by_step.items()):
        if marks.count("seen") >= min(ENOUGH_SEEN, len(marks)):
            best = step
        if marks.count("not_seen") >= ENOUGH_SEEN:
            break
    every = [mark for marks in by_step.values() for mark in marks]
    return Supported(best, sum(mark != "unknown" for mark in every), len(every))


def say_do_sentence(
    name: str,
    seen_of: str,
    found: Supported,
    said: float | None,
    steps: Sequence[Step],
    marked: Sequence[Behaviour],
) -> str:
    """What a side said it wants against what was seen of it: "Northfield says Partner. What we have seen fits Preferred supplier, …".

    seen_of: "What we have seen", "What we have done". said: the side's typical wish, None where it is not public.
    marked: the side's behaviours.
    """
    wish = (
        say("{name} says {step}.", name=name, step=_named(said, steps))
        if said is not None
        else say("What {name} wants is not public.", name=name)
    )
    if not found.enough:
        few = say_n(
            "Too little is known yet: {n} of {all} behaviours are marked.",
            "Too little is known yet: {n} of {all} behaviours are marked.",
            found.known,
            all=found.asked,
        )
        return f"{wish} {few}"
    if found.step is None:
        return f"{wish} {say(FITS_NONE[seen_of])}{_not_seen(marked, 0, said)}"
    step = steps[found.step - 1].label
    if said is None:
        return f"{wish} {say(FITS[seen_of], step=step)}"
    far = say(FITS_FROM[seen_of], step=step, distance=_distance(found.step, said))
    return f"{wish} {far}{_not_seen(marked, found.step, said)}"


def _named(typical: float, steps: Sequence[Step]) -> str:
    """A typical step by its label, "between X and Y" exactly half-way."""
    exact = Fraction(typical).limit_denominator(1000)
    low = min(max(floor(exact), 1), len(steps))
    if exact - low == Fraction(1, 2) and low < len(steps):
        return say("between {low} and {high}", low=steps[low - 1].label, high=steps[low].label)
    return steps[min(max(floor(exact + Fraction(1, 2)), 1), len(steps)) - 1].label


SEEN, DONE = "What we have seen", "What we have done"
"""Of which side the account team tells: the customer's, its own."""
FITS_NONE: Final = {
    SEEN: to_say("What we have seen fits no step yet."),
    DONE: to_say("What we have done fits no step yet."),
}
FITS: Final = {
    SEEN: to_say("What we have seen fits {step}."),
    DONE: to_say("What we have done fits {step}."),
}
FITS_FROM: Final = {
    SEEN: to_say("What we have seen fits {step}, {distance}."),
    DONE: to_say("What we have done fits {step}, {distance}."),
}
STEPS_OFF: Final[tuple[tuple[str, str], ...]] = (
    ("", ""),
    (to_say("one step below what was said"), to_say("one step above what was said")),
    (to_say("two steps below what was said"), to_say("two steps above what was said")),
    (to_say("three steps below what was said"), to_say("three steps above what was said")),
    (to_say("four steps below what was said"), to_say("four steps above what was said")),
    (to_say("five steps below what was said"), to_say("five steps above what was said")),
    (to_say("six steps below what was said"), to_say("six steps above what was said")),
    (to_say("seven steps below what was said"), to_say("seven steps above what was said")),
    (to_say("eight steps below what was said"), to_say("eight steps above what was said")),
    (to_say("nine steps below what was said"), to_say("nine steps above what was said")),
)
HALVES_OFF: Final[tuple[tuple[str, str], ...]] = (
    (to_say("half a step below what was said"), to_say("half a step above what was said")),
    (to_say("one and a half steps below what was said"), to_say("one and a half steps above what was said")),
    (to_say("two and a half steps below what was said"), to_say("two and a half steps above what was said")),
    (to_say("three and a half steps below what was said"), to_say("three and a half steps above what was said")),
    (to_say("four and a half steps below what was said"), to_say("four and a half steps above what was said")),
    (to_say("five and a half steps below what was said"), to_say("five and a half steps above what was said")),
    (to_say("six and a half steps below what was said"), to_say("six and a half steps above what was said")),
    (to_say("seven and a half steps below what was said"), to_say("seven and a half steps above what was said")),
    (to_say("eight and a half steps below what was said"), to_say("eight and a half steps above what was said")),
    (to_say("nine and a half steps below what was said"), to_say("nine and a half steps above what was said")),
)


def _distance(step: int, said: float) -> str:
    apart = Fraction(said).limit_denominator(1000) - step
    size = abs(apart)
    if size < Fraction(1, 2):
        return say("the step that was said")
    above = apart <= 0
    whole = floor(size)
    if size - whole == Fraction(1, 2):
        return say(HALVES_OFF[whole][above])
    return say(STEPS_OFF[floor(size + Fraction(1, 2))][above])


def _not_seen(marked: Sequence[Behaviour], above: int, said: float | None) -> str:
    """The first behaviours not seen on the way from the supported step to the one that was said."""
    upto = floor(said + 0.5) if said is not None else 0
    missing = [one.text for one in marked if one.mark == "not_seen" and above < one.step <= upto]
    return " " + say("Not seen: {behaviours}.", behaviours="; ".join(missing[:NOT_SEEN_LISTED])) if missing else ""
