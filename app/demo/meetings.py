"""What the sample workspace's past consists of: accounts, their meetings, who answered what. Data, no database.

People are written as pairs, today and wanted: "24" is somebody who sees step 2 today and wants step 4; "xx" could not
judge. All companies and people are made up.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.demo import promises, sayings
from app.demo.promises import Promise
from app.demo.sayings import Saying

COMPANY = "Halden Packaging"
FACILITATOR = "Inga Marsh"
TIME_ZONE = "Europe/Berlin"
LIVE_ACCOUNT = "Northfield Foods"
LIVE_TITLE = "Live review"
HIGHEST = 5
CANT_JUDGE = "x"


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session that was held ``days_ago``. People by group; in *anonymous* meetings the one key of a side has no meaning.

    ``agreed``: the side whose members all agreed to be shown though it is small.
    """

    title: str
    days_ago: int
    customer: Mapping[str, str]
    supplier: Mapping[str, str]
    attribution: str = "group"
    agreed: str | None = None
    ideas: tuple[Saying, ...] = field(default=())
    promises: tuple[Promise, ...] = field(default=())


def pair(text: str) -> tuple[int | None, int | None]:
    """The steps, today and wanted, of somebody written as two signs; None for *can't judge*."""
    today, wanted = (None if sign == CANT_JUDGE else int(sign) for sign in text)
    return today, wanted


def drawn(seed: str, people: int, *, today: float, gap: float) -> str:
    """Many people around a typical step today who want to move by about ``gap`` steps; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311  sample data, the same at every start
    found = []
    for _ in range(people):
        now = _on_the_stair(chance.gauss(today, 0.8))
        found.append(f"{now}{_on_the_stair(now + chance.gauss(gap, 0.7))}")
    return " ".join(found)


def _on_the_stair(place: float) -> int:
    return min(HIGHEST, max(1, round(place)))


NORTHFIELD = (
    Meeting(
        title="First review",
        days_ago=368,
        customer={
            "Leadership": "24 24 35",
            "Procurement": "12 13 13 13 24",
            "Operations": "14 23 24 24 44",
        },
        supplier={"Account team": "45 45 55", "Delivery": "34 34 33", "Directors": "34 44 45"},
        ideas=sayings.NORTHFIELD_FIRST,
        promises=promises.NORTHFIELD_FIRST,
    ),
    Meeting(
        title="Half-year review",
        days_ago=186,
        customer={
            "Leadership": "24 24 35",
            "Procurement": "12 13 23 23 24",
            "Operations": "14 24 24 24 35 43",
        },
        supplier={"Account team": "35 45 45 55", "Delivery": "23 34 34", "Directors": "34 44 45"},
        ideas=sayings.NORTHFIELD_HALF,
        promises=promises.NORTHFIELD_HALF,
    ),
    Meeting(
        title="Annual review",
        days_ago=9,
        customer={
            "Leadership": "25 24 35",
            "Procurement": "14 12 24 23 33",
            "Operations": "24 25 34 34 35 43 xx",
        },
        supplier={"Account team": "35 45 45 44", "Delivery": "23 34 35", "Directors": "34 45 44"},
        ideas=sayings.NORTHFIELD_ANNUAL,
        promises=promises.NORTHFIELD_ANNUAL,
    ),
)
"""The last one is DESIGN.md's sample meeting; the two before it are the rest of its year."""

ALDER = (
    Meeting(
        title="All regions",
        days_ago=402,
        attribution="anonymous",
        customer={"": drawn("alder 1 customer", 38, today=2.9, gap=0.6)},
        supplier={"": drawn("alder 1 supplier", 22, today=3.3, gap=0.9)},
        ideas=sayings.ALDER,
    ),
    Meeting(
        title="All regions, a year on",
        days_ago=19,
        attribution="anonymous",
        customer={"": drawn("alder 2 customer", 36, today=3.4, gap=0.5)},
        supplier={"": drawn("alder 2 supplier", 24, today=3.4, gap=0.8)},
        ideas=sayings.ALDER,
    ),
)

BRIGHTWATER = (
    Meeting(
        title="First meeting",
        days_ago=301,
        attribution="named",
        customer={"Leadership": "12 13 24", "Procurement": "11 12 22"},
        supplier={"Account team": "24 34 35", "Delivery": "23 33"},
    ),
    Meeting(
        title="After the new contract",
        days_ago=73,
        attribution="named",
        customer={"Leadership": "23 24 34", "Procurement": "12 22 23"},
        supplier={"Account team": "34 34 35", "Delivery": "23 33 34"},
        ideas=sayings.BRIGHTWATER,
    ),
)

CORVANE = (
    Meeting(
        title="Small circle",
        days_ago=540,
        customer={"Leadership": "23 33 34"},
        supplier={"Account team": "34 35 44"},
    ),
    Meeting(
        title="Small circle, second",
        days_ago=220,
        customer={"Leadership": "34 33 44"},
        supplier={"Account team": "34 45"},
        agreed="supplier",
    ),
    Meeting(
        title="Small circle, third",
        days_ago=38,
        customer={"Leadership": "34 44 45"},
        supplier={"Account team": "44 45"},
        agreed="supplier",
        ideas=sayings.CORVANE,
        promises=promises.CORVANE,
    ),
)

KESTREL = (
    Meeting(
        title="Both companies",
        days_ago=655,
        customer={
            "Leadership": drawn("kestrel 1 leadership", 5, today=3.6, gap=0.4),
            "Procurement": drawn("kestrel 1 procurement", 11, today=2.6, gap=0.2),
            "Shops": drawn("kestrel 1 shops", 12, today=3.2, gap=0.3),
        },
        supplier={
            "Account team": drawn("kestrel 1 account", 7, today=3.8, gap=0.9),
            "Delivery": drawn("kestrel 1 delivery", 9, today=3.1, gap=0.8),
        },
    ),
    Meeting(
        title="After the move",
        days_ago=121,
        customer={
            "Leadership": drawn("kestrel 2 leadership", 6, today=3.3, gap=-0.2),
            "Procurement": drawn("kestrel 2 procurement", 10, today=2.6, gap=-0.7),
            "Shops": drawn("kestrel 2 shops", 13, today=2.9, gap=0.1),
        },
        supplier={
            "Account team": drawn("kestrel 2 account", 6, today=3.9, gap=0.7),
            "Delivery": drawn("kestrel 2 delivery", 10, today=3.0, gap=0.5),
        },
        ideas=sayings.KESTREL,
        promises=promises.KESTREL,
    ),
)

TELLER = (
    Meeting(
        title="Supplier day",
        days_ago=266,
        customer={"Leadership": "12 23 24", "Operations": "12 13 23 22"},
        supplier={"Account team": "34 45 44"},
    ),
    Meeting(
        title="Second supplier day",
        days_ago=94,
        customer={"Leadership": "23 24 34", "Operations": "13 23 23 24 33"},
        supplier={"Account team": "34 45"},
        ideas=sayings.TELLER,
    ),
)
"""In the newer one our side is too small to be shown, and nobody was asked to agree."""

ACCOUNTS: Mapping[str, tuple[Meeting, ...]] = {
    LIVE_ACCOUNT: NORTHFIELD,
    "Alder Health Group": ALDER,
    "Brightwater Utilities": BRIGHTWATER,
    "Corvane Rail": CORVANE,
    "Kestrel Home": KESTREL,
    "Osprey Marine": (),
    "Teller & Vane": TELLER,
}
"""Each account's meetings, oldest first; with one of them nobody has met yet."""

NAMES = (
    "Ada Brook", "Ben Castell", "Clara Dunne", "David Okoro", "Elena Faber", "Femi Grant",
    "Greta Holm", "Hugo Ivers", "Iris Jansen", "Jonas Keller", "Kim Lorne", "Leo Brandt",
)  # fmt: skip
"""What people are called where a meeting asked for names."""
