"""The session before, in the one that runs: what was promised there, and where sides and groups stood then beside today.

Only what is public there and here: a group that is too small in either session has no figure of last time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

from sqlmodel import Session

from app.core.scales import SIDES, Dimension, Side
from app.core.sentences import one_decimal
from app.core.series import folded, same_stair, wording_note
from app.store import history
from app.store.days import today
from app.store.tables import LiveSession
from app.views.pictures import Picture, Row
from app.views.pictures import row_of as picture_row
from app.views.plan import PlanRow, month, names_of, row_of, state_words, time_zone_of
from app.views.public import Public, public
from app.views.scenes import ChosenScene

ROWS_AT_ONCE = 5
"""Of each side, and of both together, where they are listed in a session that runs."""


@dataclass(frozen=True, slots=True)
class Promised:
    """Who promised what. ``who`` is customer, supplier or both."""

    who: str
    name: str
    rows: tuple[PlanRow, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class LastPromises:
    """What both sides agreed to in the newest session before that had any such promise. ``words``: how they stand."""

    when: str
    words: str
    sides: tuple[Promised, ...]

    @property
    def count(self) -> int:
        """How many there were."""
        return sum(len(side.rows) + side.more for side in self.sides)

    @property
    def in_short(self) -> "LastPromises":
        """The first of each side, and how many more there were."""
        sides = (
            replace(side, rows=side.rows[:ROWS_AT_ONCE], more=max(0, len(side.rows) - ROWS_AT_ONCE))
            for side in self.sides
        )
        return replace(self, sides=tuple(sides))


def last_promises(db: Session, session: LiveSession) -> LastPromises | None:
    """Last time's promises as they stand now; None where there were none. Two queries."""
    found = history.last_promised(db, session.id)
    if found is None:
        return None
    before, commitments = found
    zone = time_zone_of(db, before)
    names, now = names_of(before), today(zone)
    rows = [row_of(one, now, zone, names) for one in commitments]
    late = sum(row.late for row in rows)
    on_time = state_words([row.state for row in rows if not row.late])
    words = ", ".join(part for part in (on_time, f"{late} late" if late else "") if part)
    sides = (
        Promised(who, names.get(cast("Side", who), "Both"), tuple(row for row in rows if row.side == who))
        for who in (*SIDES, "both")
    )
    return LastPromises(month(before, zone), words, tuple(side for side in sides if side.rows))


def promises_scene(db: Session, session: LiveSession, _what: str) -> ChosenScene | None:
    """Last time's promises on the big screen, before anybody is asked anything."""
    found = last_promises(db, session)
    if found is None:
        return None
    return ChosenScene(
        kind="promised",
        heading="What we promised last time",
        sub=f"{found.when}: {found.words}.",
        name="Last time’s promises",
        about="What both sides agreed to, and how it stands.",
        content=found.in_short,
    )


@dataclass(frozen=True, slots=True)
class LastTime:
    """Where sides and groups stood last time, ready to stand beside today. ``why_not``: why it cannot, "" where it can."""

    when: str
    pictures: tuple[Picture, ...]
    why_not: str = ""


def last_time(db: Session, known: Public, pictures: Sequence[Picture]) -> LastTime | None:
    """These pictures with where each shown row stood last time (``Row.before``); None where there is no session before."""
    session = history.last_shown(db, known.session.id)
    if session is None or "current" not in known.revealed:
        return None
    before = public(db, session=session)
    when = month(session, time_zone_of(db, session))
    if "current" not in before.revealed:
        return None
    alone = len(before.template.dimensions) == len(known.template.dimensions) == 1
    dimensions = {one.key: one for one in known.template.dimensions}
    found = tuple(_beside(one, dimensions[one.key], before, when, alone=alone) for one in pictures)
    marked = any(one.before for one in found)
    return LastTime(when, found, "" if marked else f"Nothing of {when} can stand on this stair.")


def _beside(shown: Picture, dimension: Dimension, before: Public, when: str, *, alone: bool) -> Picture:
    old = next((one for one in before.template.dimensions if same_stair(one, dimension, alone=alone)), None)
    if old is None or before.published is None:
        return shown
    stood = dict(_stood(before, old))
    sides, rows = (tuple(_with_before(row, stood) for row in some) for some in (shown.sides, shown.rows))
    told = ", ".join(f"{row.name} {one_decimal(row.before)}" for row in sides if row.before is not None)
    if not told and not any(row.before for row in rows):
        return shown
    note = "Some steps had other names then." if wording_note(old, dimension, when) else ""
    words = f"Last time, {when}: {told or 'groups only'}. {note}".strip()
    return replace(shown, sides=sides, rows=rows, before=words)


def _stood(before: Public, dimension: Dimension) -> Iterator[tuple[tuple[Side, str], float]]:
    """The typical step of last time of each side (by "") and of each shown group (by its name as it is compared)."""
    assert before.published is not None
    result = before.published.dimension(dimension.key)
    for side in SIDES:
        typical = picture_row(side, "", side, result.sides[side], whole=True).today
        if typical is not None:
            yield (side, ""), typical
    for one in result.rows:
        typical = picture_row(one.id, "", one.side, one.cell, whole=False).today
        if one.kind == "group" and typical is not None:
            yield (one.side, folded(before.group_names.get(one.id, ""))), typical


def _with_before(row: Row, stood: dict[tuple[Side, str], float]) -> Row:
    """The row with where it stood; joined groups are others each time, so they never stood anywhere."""
    if row.today is None or ":" in row.id:
        return row
    return replace(row, before=stood.get((row.side, "" if row.whole else folded(row.name))))
