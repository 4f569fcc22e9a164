"""Who would have to change: us, them or both as people say it, customer, supplier or both as it is stored."""

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
