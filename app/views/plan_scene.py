"""The plan on the big screen: what each side gives stands beside what the other does."""

import math
from dataclasses import dataclass

from sqlmodel import Session

from app.core.commitments import State, rows_words
from app.core.scales import Side
from app.store.tables import LiveSession
from app.views.plan import PlanRow, names_of, plan_rows
from app.views.scenes import ChosenScene

ROOM = 700
"""How high all rows may be together, in the screen's units."""
SIZES = ((36, 86, 47), (30, 66, 57))
"""Largest first: a line's letters, what a row takes beside its lines, and letters that fit on a line of half the width."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One half of a row. ``row`` is None for what is given in return."""

    text: str
    row: PlanRow | None


@dataclass(frozen=True, slots=True)
class Deal:
    """A row: the customer's half beside the supplier's, or one across for both. ``waits_for`` are sides without a yes."""

    id: str
    across: bool
    cells: tuple[Cell | None, Cell | None]
    row: PlanRow
    waits_for: str


@dataclass(frozen=True, slots=True)
class PlanScene:
    """The rows that fit, the newest ones where there are too many; ``earlier`` says how many more, "" for none."""

    names: dict[Side, str]
    deals: tuple[Deal, ...]
    size: int
    earlier: str


def plan_scene(db: Session, session: LiveSession, _what: str) -> ChosenScene:
    """Everything on the list but what was dropped."""
    names = names_of(session)
    deals = [_deal(row, names) for row in plan_rows(db, session) if row.state != State.DROPPED]
    size, fitting = _fitted(deals)
    left_out = len(deals) - len(fitting)
    content = PlanScene(names, tuple(fitting), size, f"{rows_words(left_out)} more" if left_out else "")
    sub = (
        "You find this list on your phone at the end."
        if deals
        else "The first row comes as soon as it is written down."
    )
    return ChosenScene(
        "plan", "What we will do, both sides", sub, "Commitments", "Every row that is not dropped.", content
    )


def _deal(row: PlanRow, names: dict[Side, str]) -> Deal:
    own, back = Cell(row.text, row), Cell(row.counterpart, None) if row.counterpart else None
    cells = (own, back) if row.side != "supplier" else (back, own)
    waits = [names[side] for side, yes in row.accepted.items() if not yes] if row.state == State.PROPOSED else []
    return Deal(row.id, row.side == "both", cells, row, " and ".join(waits))


def _fitted(deals: list[Deal]) -> tuple[int, list[Deal]]:
    """The largest size in which all rows fit; in the smallest one the newest rows that do."""
    for size, beside, letters in SIZES:
        heights = [_height(deal, size, beside, letters) for deal in deals]
        if sum(heights) <= ROOM:
            return size, deals
    left, first = float(ROOM), len(deals)
    while first and left >= heights[first - 1]:
        first -= 1
        left -= heights[first]
    return size, deals[min(first, len(deals) - 1) :]


def _height(deal: Deal, size: int, beside: int, letters: int) -> float:
    wide = 2 * letters if deal.across else letters
    texts = [cell.text for cell in deal.cells if cell is not None]
    return beside + max(math.ceil(max(len(text), 1) / wide) for text in texts) * size * 1.2
