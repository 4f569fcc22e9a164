"""Readiness that is public: a row for each shown theme, where changes can start first."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.core.readiness import ORDER, VALUES, Where, counts_words, headline, verdict, where_ready
from app.core.scales import SIDES, Side
from app.core.sentences import short_name
from app.store import tallies
from app.store.tables import LiveSession
from app.views.support import published


@dataclass(frozen=True, slots=True)
class ReadySide:
    """One side's answers about one theme; without numbers where it is not shown."""

    side: Side
    name: str
    shown: bool
    yes: int
    not_yet: int
    no: int
    words: str


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """A theme: where it stands in words, and both sides, customer first."""

    theme_id: str
    name: str
    where: Where
    verdict: str
    sides: tuple[ReadySide, ...]


@dataclass(frozen=True, slots=True)
class ReadyPicture:
    """Readiness side by side. ``rows``: both sides ready, then one, then neither. ``most``: marks in the longest line."""

    headline: str
    rows: tuple[ReadyRow, ...]
    sides: tuple[tuple[Side, str], ...]
    most: int


def ready_picture(db: Session, session: LiveSession) -> ReadyPicture | None:
    """Readiness while it is revealed, else None."""
    tally = published(db, session, "readiness")
    if tally is None:
        return None
    names: dict[Side, str] = {"customer": short_name(session.customer), "supplier": short_name(session.supplier)}
    found = tally.content["themes"]
    themes = [theme for theme in tallies.shown_themes(db, session.id) if theme.id in found]
    rows = [
        ReadyRow(
            theme.id,
            theme.name,
            where_ready(cells := found[theme.id]),
            verdict(cells, names),
            tuple(_side(side, names[side], cells[side]) for side in SIDES),
        )
        for theme in themes
    ]
    rows.sort(key=lambda row: ORDER.index(row.where))
    return ReadyPicture(
        headline=headline(found[theme.id] for theme in themes),
        rows=tuple(rows),
        sides=tuple(names.items()),
        most=max((one.yes + one.not_yet + one.no for row in rows for one in row.sides), default=0),
    )


def _side(side: Side, name: str, cell: dict[str, Any]) -> ReadySide:
    yes, not_yet, no = (cell.get(value, 0) for value in VALUES)
    return ReadySide(side, name, cell["shown"], yes, not_yet, no, counts_words(cell))


def readiness_json(db: Session, session: LiveSession) -> dict[str, dict[str, Any]] | None:
    """Theme id to its cells by side; None before the reveal."""
    tally = published(db, session, "readiness")
    return tally.content["themes"] if tally is not None else None
