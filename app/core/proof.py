"""Why a comparison carries its flag, in words for whoever asks (METHOD 7.1 and 7.2). Works on counts that may be shown."""

from typing import Final

from app.core.dissonance import Flag, permutation_p
from app.core.measures import Counts, exact_cliffs_delta, exact_emd_steps
from app.core.sentences import MINUS, one_decimal

METHOD: Final[tuple[tuple[str, str], ...]] = (
    (
        "Typical step",
        "The middle answer, placed between steps by how many stand above and below it (interpolated median).",
    ),
    ("Gap", "Each person’s wanted step minus their own today, then the mean. Only people who answered both count."),
    (
        "d_w",
        "People who want up minus people who want down, divided by everybody who answered both: from −1 to +1.",
    ),
    (
        "Agreement A",
        "How together a group is: +1 all on one step, 0 spread evenly over all steps, −1 half at each end.",
    ),
    ("Steps apart", "How many steps people would have to move, on average, for the two pictures to match."),
    (
        "Cliff’s delta",
        (
            "Of all pairs of one person from each group: the share in which the first stands higher minus the share in "
            "which the second does. From −1 to +1."
        ),
    ),
    (
        "Clear in this room",
        (
            "At least one step apart, delta at least 0.47, it stays so whichever person is left out, and dealing the same "
            "answers at random parts the two this far in at most 10 of 100 deals. With three or more groups all of them "
            "together have to differ, too."
        ),
    ),
    ("Worth asking about", "At least one step apart and delta at least 0.33, but not clear."),
    ("Same middle, different spread", "At least one step apart, and neither group stands higher."),
    ("No clear difference", "Less than one step apart."),
    ("Too few to compare", "Fewer than 3 people in one of the two."),
    (
        "In this room",
        (
            "Every figure is about the people who answered. It is not an estimate for anybody else, and no figure is of "
            "both sides together."
        ),
    ),
)
"""The words that a report uses, and what they mean (METHOD 3 to 7)."""


def proof(flag: Flag, a: Counts, b: Counts) -> str:
    """What the flag rests on: how far apart, how consistently, and what was tried; "" where there is nothing to say."""
    apart, delta = exact_emd_steps(a, b), exact_cliffs_delta(a, b)
    if apart is None or delta is None:
        return ""
    measured = f"{one_decimal(float(apart))} steps apart, Cliff’s delta {two_decimals(float(delta), sign=True)}."
    if flag == "clear":
        return f"{measured} It stays so whoever is left out. {_by_chance(permutation_p(a, b))}"
    if flag == "ask":
        return f"{measured} Enough to ask about; one person or chance may be behind it, so it is not called clear."
    if flag == "shape":
        return f"{measured} Neither stands clearly higher; the answers are spread differently."
    return measured


def _by_chance(p: float | None) -> str:
    if p is None:
        return ""
    share = "fewer than 1" if p < 0.01 else str(round(p * 100))
    return f"Dealing the same answers at random parts the two this far in {share} of 100 deals."


def two_decimals(value: float, sign: bool = False) -> str:
    """A measure with two decimals and a true minus, as the method's page has it."""
    return format(value, "+.2f" if sign else ".2f").replace("-", MINUS)
