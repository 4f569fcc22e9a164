"""Which commitments somebody is reminded of today. Pure.

Each commitment is told twice at most for a date: once when it is near, once when it is late. A date that is moved counts anew.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

Kind = Literal["soon", "late"]

DAYS_AT_MOST: Final = 30
DAYS_BY_DEFAULT: Final = 7


def kind_of(due: str, *, today: str, last: str) -> Kind | None:
    """What a date is today: late, soon where it comes no later than ``last``, else None. Dates such as 2026-12-31."""
    if due < today:
        return "late"
    return "soon" if due <= last else None


def to_tell(
    dates: Iterable[tuple[str, str]], told: Mapping[tuple[str, Kind], str], *, today: str, last: str
) -> dict[str, Kind]:
    """What is to be told today: {id: kind}.

    dates: (id, due). told: the date of which it was said before, by (id, kind). last: the last date that is near.
    """
    found: dict[str, Kind] = {}
    for id_, due in dates:
        kind = kind_of(due, today=today, last=last)
        if kind is not None and told.get((id_, kind)) != due:
            found[id_] = kind
    return found
