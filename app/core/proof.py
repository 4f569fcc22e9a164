"""Why a comparison carries its flag, in words for whoever asks (METHOD 7.1 and 7.2). Works on counts that may be shown."""

from typing import Final

from app.core.dissonance import Flag, permutation_p
from app.core.language import figures, say, to_say
from app.core.measures import Counts, exact_cliffs_delta, exact_emd_steps
from app.core.sentences import MINUS, one_decimal

METHOD: Final[tuple[tuple[str, str], ...]] = (
    (
        to_say("Typical step"),
        to_say("The middle answer, placed between steps by how many stand above and below it (interpolated median)."),
    ),
    (
        to_say("Gap"),
        to_say("Each person’s wanted step minus their own today, then the mean. Only people who answered both count."),
    ),
    (
        to_say("d_w"),
        to_say("People who want up minus people who want down, divided by everybody who answered both: from −1 to +1."),
    ),
    (
        to_say("Agreement A"),
        to_say("How together a group is: +1 all on one step, 0 spread evenly over all steps, −1 half at each end."),
    ),
    (
        to_say("Steps apart"),
        to_say("How many steps people would have to move, on average, for the two pictures to match."),
    ),
    (
        to_say("Cliff’s delta"),
        to_say(
            "Of all pairs of one person from each group: the share in which the first stands higher minus the share in "
            "which the second does. From −1 to +1."
        ),
    ),
    (
        to_say("Clear in this room"),
        to_say(
            "At least one step apart, delta at least 0.47, it stays so whichever person is left out, and dealing the same "
            "answers at random parts the two this far in at most 10 of 100 deals. With three or more groups all of them "
            "together have to differ, too."
        ),
    ),
    (to_say("Worth asking about"), to_say("At least one step apart and delta at least 0.33, but not clear.")),
    (to_say("Same middle, different spread"), to_say("At least one step apart, and neither group stands higher.")),
    (to_say("No clear difference"), to_say("Less than one step apart.")),
    (to_say("Too few to compare"), to_say("Fewer than 3 people in one of the two.")),
    (
        to_say("In this room"),
        to_say(
            "Every figure is about the people who answered. It is not an estimate for anybody else, and no figure is of "
            "both sides together."
        ),
    ),
)
"""The words that a report uses, and what they mean (METHOD 3 to 7)."""

BECAUSE: Final[dict[Flag, str]] = {
    "ask": to_say("Enough to ask about; one person or chance may be behind it, so it is not called clear."),
    "shape": to_say("Neither stands clearly higher; the answers are spread differently."),
}


def method_words() -> tuple[tuple[str, str], ...]:
    """The words of a report with their meanings, in the language that is spoken."""
    return tuple((say(word), say(meaning)) for word, meaning in METHOD)


def proof(flag: Flag, a: Counts, b: Counts) -> str:
    """What the flag rests on: how far apart, how consistently, and what was tried; "" where there is nothing to say."""
    apart, delta = exact_emd_steps(a, b), exact_cliffs_delta(a, b)
    if apart is None or delta is None:
        return ""
    steps, cliffs = one_decimal(float(apart)), two_decimals(float(delta), sign=True)
    measured = say("{steps} steps apart, Cliff’s delta {delta}.", steps=steps, delta=cliffs)
    if flag == "clear":
        always = say("It stays so whoever is left out.")
        return f"{measured} {always} {_by_chance(permutation_p(a, b))}"
    return f"{measured} {say(BECAUSE[flag])}" if flag in BECAUSE else measured


def _by_chance(p: float | None) -> str:
    if p is None:
        return ""
    if p < 0.01:
        return say("Dealing the same answers at random parts the two this far in fewer than 1 of 100 deals.")
    return say("Dealing the same answers at random parts the two this far in {n} of 100 deals.", n=round(p * 100))


def two_decimals(value: float, sign: bool = False) -> str:
    """A measure with two decimals and a true minus, as the method's page has it."""
    return figures(format(value, "+.2f" if sign else ".2f").replace("-", MINUS))
