"""Sessions of one account beside each other: which groups and which stairs are the same, and what changed, in words. Pure.

Nothing here makes a figure: it sets figures that each session published for itself side by side.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from app.core.scales import Dimension, Side
from app.core.sentences import MINUS, one_decimal

ALIKE: Final = 0.25
"""Steps by which two typical steps may differ and still be called the same."""


def folded(name: str) -> str:
    """A name as it is compared: capitals, width of letters and spaces do not matter."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def same_stair(a: Dimension, b: Dimension, *, alone: bool) -> bool:
    """Whether figures on the two may stand in one picture: as many ordered steps, and the same thing asked.

    alone: each is all that its session asked, so the same words are enough.
    """
    if a.kind != "ordered" or b.kind != "ordered" or len(a.steps) != len(b.steps):
        return False
    return a.key == b.key or (alone and not other_words(a, b))


def other_words(before: Dimension, after: Dimension) -> list[tuple[int, str, str]]:
    """The steps that got another name: position, what it was called before and after."""
    pairs = zip(before.steps, after.steps, strict=False)
    return [(old.position, old.label, new.label) for old, new in pairs if folded(old.label) != folded(new.label)]


def stair_words(dimension: Dimension) -> str:
    """A stair in words: "5 steps, from Supplier to Partner"."""
    return f"{len(dimension.steps)} steps, from {dimension.steps[0].label} to {dimension.steps[-1].label}"


def wording_note(before: Dimension, after: Dimension, when: str) -> str:
    """That the steps' names changed, "" where they did not. ``when``: the session from which the new names hold."""
    changed = other_words(before, after)
    if not changed:
        return ""
    step, old, new = changed[0]
    more = len(changed) - 1
    others = f", and {more} other {'step has' if more == 1 else 'steps have'} another name too" if more else ""
    return f"The stair’s words changed in {when}: step {step} was “{old}” and is “{new}”{others}. Compare with care."


@dataclass(frozen=True, slots=True)
class Asked:
    """One session of a series. ``groups``: (side, name) of everyone who could be asked; empty where only sides were."""

    when: str
    groups: tuple[tuple[Side, str], ...]
    names: Mapping[Side, str]


def group_notes(asked: Sequence[Asked]) -> Iterator[str]:
    """How the groups changed from session to session, oldest first. Groups are the same where side and name are."""
    for before, after in pairwise(asked):
        if bool(before.groups) != bool(after.groups):
            how = "by group" if after.groups else "by side only"
            yield f"In {after.when} people were asked {how}, before that {'by side only' if after.groups else 'by group'}."
            continue
        old, new = _keys(before.groups), _keys(after.groups)
        gone = [old[key] for key in old if key not in new]
        came = [new[key] for key in new if key not in old]
        if gone or came:
            parts = (f"no longer there: {', '.join(gone)}" if gone else "", f"new: {', '.join(came)}" if came else "")
            told = "; ".join(part for part in parts if part)
            yield f"Groups in {after.when}: {told}. A group under a new name starts a line of its own."


def company_notes(asked: Sequence[Asked]) -> Iterator[str]:
    """Where a company was called otherwise, oldest first."""
    for before, after in pairwise(asked):
        for side, name in after.names.items():
            if folded(before.names[side]) != folded(name):
                yield f"Until {before.when} “{name}” was called “{before.names[side]}”."


def _keys(groups: Iterable[tuple[Side, str]]) -> dict[tuple[Side, str], str]:
    return {(side, folded(name)): name for side, name in groups}


@dataclass(frozen=True, slots=True)
class At:
    """A figure at a session."""

    when: str
    value: float


def apart_words(found: Sequence[At]) -> str:
    """How far apart the sides see today, in the last session against the first; "" where there is nothing to say."""
    if not found:
        return ""
    first, last = found[0], found[-1]
    now = f"{one_decimal(last.value)} steps apart in {last.when}"
    if len(found) == 1:
        return f"The sides are {now}."
    moved = _moved(first.value, last.value)
    how = "As far apart as before" if not moved else "Closer" if moved < 0 else "Further apart"
    return f"{how}: {now}, {one_decimal(first.value)} in {first.when}."


def moved_words(name: str, found: Sequence[At]) -> str:
    """How somebody's typical step today moved from the first session to the last; "" with fewer than two."""
    if len(found) < 2:  # nothing to compare
        return ""
    first, last = found[0], found[-1]
    moved = _moved(first.value, last.value)
    if not moved:
        return f"{name} sees today much as in {first.when}"
    steps = one_decimal(abs(moved))
    unit = "step" if steps == "1.0" else "steps"
    return f"{name} sees today {steps} {unit} {'higher' if moved > 0 else 'lower'} than in {first.when}"


def _moved(first: float, last: float) -> float:
    """The difference of two figures as they are read, 0 where they are alike."""
    difference = _as_read(last) - _as_read(first)
    return float(difference) if abs(difference) > ALIKE else 0.0


def _as_read(value: float) -> Decimal:
    return Decimal(one_decimal(value).replace(MINUS, "-"))
