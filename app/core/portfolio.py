"""The rules of the portfolio: which accounts are shown, in which order, and what is said over them. Pure.

Works on whatever has the attributes of ``Known``; a value that is not there is None and stands last in every order.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Protocol, TypeVar

from app.core.readiness import number_word

AT_ONCE: Final = 50
"""Accounts on one page."""


class Known(Protocol):
    """What the rules ask of an account. ``on_stair``: 0 to 1, the share of the stair up to there, so that stairs compare."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def overdue(self) -> int:
        """How many commitments are late."""

    @property
    def decided(self) -> bool:
        """Whether there is a decision."""

    @property
    def sides_apart(self) -> bool:
        """Whether the sides differ on today so that it is worth asking about."""

    @property
    def has_next(self) -> bool:
        """Whether a session is ahead, or a day to look at the decision again."""

    def value(self, key: str) -> float | str | None:
        """What an order goes by; None where it is not known."""


T = TypeVar("T", bound=Known)

FILTERS: Final[Mapping[str, str]] = {
    "all": "All",
    "overdue": "Overdue",
    "apart": "Sides apart",
    "undecided": "No decision",
    "unplanned": "No next session",
}
_HOLDS: Final[Mapping[str, Callable[[Known], bool]]] = {
    "all": lambda _: True,
    "overdue": lambda one: one.overdue > 0,
    "apart": lambda one: one.sides_apart,
    "undecided": lambda one: not one.decided,
    "unplanned": lambda one: not one.has_next,
}
ORDERS: Final[Mapping[str, str]] = {
    "name": "Account, A to Z",
    "-apart": "Furthest apart today",
    "today": "Customer’s today, lowest first",
    "-wanted": "Customer’s wish, highest first",
    "-rise": "Customer wants to rise most",
    "us": "Our today, lowest first",
    "ready": "Least ready",
    "decision": "Decision",
    "-overdue": "Most overdue",
    "-last": "Last session, newest first",
    "next": "Next, soonest first",
}
"""Orders by their key in words; a minus in front turns one round."""
FIRST: Final = "-apart"


def order_of(text: str) -> str:
    """The order that was asked for; the usual one for what does not exist."""
    return text if text.removeprefix("-") in {key.removeprefix("-") for key in ORDERS} else FIRST


def turned(order: str) -> str:
    """The same order the other way round."""
    return order.removeprefix("-") if order.startswith("-") else f"-{order}"


def filter_of(text: str) -> str:
    """The filter that was asked for; all for what does not exist."""
    return text if text in FILTERS else "all"


def found(accounts: Iterable[T], find: str) -> list[T]:
    """Accounts that have these letters in their name, large or small."""
    wanted = find.casefold()
    return [one for one in accounts if wanted in one.name.casefold()]


def held_by(accounts: Iterable[T], which: str) -> list[T]:
    """Accounts that a filter lets through."""
    return [one for one in accounts if _HOLDS[which](one)]


def sorted_by(accounts: Iterable[T], order: str) -> list[T]:
    """Accounts in an order, those without a value last, equal ones by name."""
    key = order.removeprefix("-")
    by_name = sorted(accounts, key=lambda one: (one.name.casefold(), one.name))
    with_value = [(value, one) for one in by_name if (value := one.value(key)) is not None]
    without = [one for one in by_name if one.value(key) is None]
    ordered = sorted(with_value, key=_value, reverse=order.startswith("-"))
    return [one for _, one in ordered] + without


def _value(entry: tuple[Any, object]) -> Any:
    """What an entry goes by: of one order all are numbers, or all are words."""
    return entry[0]


def page_of(accounts: Sequence[T], number: int) -> tuple[Sequence[T], int, int]:
    """The accounts of a page from 1, the nearest page that exists, and how many pages there are."""
    pages = max(1, -(-len(accounts) // AT_ONCE))
    page = min(max(1, number), pages)
    return accounts[(page - 1) * AT_ONCE : page * AT_ONCE], page, pages


def headline(accounts: Sequence[Known]) -> str:
    """What asks for somebody, in a sentence or two."""
    if not accounts:
        return "No accounts yet"
    late = sum(one.overdue > 0 for one in accounts)
    undecided = sum(not one.decided for one in accounts)
    said = []
    if late:
        said.append(f"{_accounts(late)} {'has' if late == 1 else 'have'} something overdue.")
    if undecided:
        who = number_word(undecided) if late else _accounts(undecided)
        said.append(f"{who} {'has' if undecided == 1 else 'have'} no decision yet.")
    return " ".join(said) or "Nothing is overdue, and every account has a decision."


def _accounts(count: int) -> str:
    return f"{number_word(count)} {'account' if count == 1 else 'accounts'}"
