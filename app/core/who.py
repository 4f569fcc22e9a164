"""Who would have to change: us, them or both as people say it, customer, supplier or both as it is stored."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

WHO: Final = ("us", "them", "both")
SIDES_WHO: Final = ("customer", "supplier", "both")


def who_by_side(who: str, side: str) -> str:
    """customer, supplier or both, from us, them or both as ``side`` said it."""
    other = "supplier" if side == "customer" else "customer"
    return {"us": side, "them": other, "both": "both"}[who]


def who_from_side(who: str, side: str) -> str:
    """us, them or both, as ``side`` would say it."""
    return "both" if who == "both" else ("us" if who == side else "them")


def proposed_who(whos: Iterable[str]) -> str:
    """customer, supplier or both: what a theme asks for, from what its ideas ask for.

    One side where at least two thirds of the ideas name it alone, else both; both where there is none.
    """
    counted = Counter(whos)
    return next(
        (who for who in ("customer", "supplier") if counted[who] and 3 * counted[who] >= 2 * counted.total()), "both"
    )
