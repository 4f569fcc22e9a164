"""What the sample workspace's account team keeps for itself: what it saw the two sides do, and what it decided. Data, no database."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Saw:
    """A behaviour of the ladder that was seen, or was not, ``days_ago``."""

    side: str
    step: int
    place: int
    mark: str
    evidence: str
    days_ago: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision taken ``days_ago``. ``review_in``: days from today until it is looked at again, 0 for none."""

    days_ago: int
    choice: str
    step: int | None
    reason: str
    review_in: int = 0


def _seen(side: str, *steps: int) -> tuple[Saw, ...]:
    return tuple(Saw(side, step, place, "seen", "", 40) for step in steps for place in (1, 2, 3))


SEEN: Mapping[str, tuple[Saw, ...]] = {
    "Northfield Foods": (
        *_seen("customer", 1),
        Saw("customer", 2, 1, "seen", "Renewed in March without a tender.", 190),
        Saw("customer", 2, 3, "seen", "Three times since May, the same day.", 12),
        Saw("customer", 3, 1, "seen", "The lighter tray began as their problem.", 60),
        Saw("customer", 4, 2, "not_seen", "Asked in June and in October, not shared.", 20),
        Saw("customer", 5, 1, "not_seen", "Planning stays with Procurement.", 20),
        *_seen("supplier", 1, 2),
        Saw("supplier", 3, 1, "seen", "Store visits with their sales team in spring.", 150),
        Saw("supplier", 3, 3, "seen", "Monthly figures at each review.", 9),
        Saw("supplier", 4, 3, "not_seen", "The delay in September came out late.", 60),
    ),
}
DECIDED: Mapping[str, tuple[Decided, ...]] = {
    "Northfield Foods": (
        Decided(355, "stay", 3, "First listen, then spend."),
        Decided(178, "invest", 4, "Procurement is not with us yet. Decide again after the next tender."),
        Decided(
            4,
            "invest",
            4,
            "One planner, two days a week. Brings four joint trials and first call on the new line.",
            190,
        ),
    ),
    "Kestrel Home": (
        Decided(110, "step_down", 3, "They want less from us, and the shops are well served as it is.", 250),
    ),
}
