"""Where the answers of an imported session came from, in words."""

from sqlmodel import Session

from app.store import imports
from app.store.import_tables import Imported
from app.store.tables import LiveSession
from app.views.moments import day


def origin_line(origin: Imported, time_zone: str) -> str:
    """For the account team's lists."""
    return f"Imported from {origin.file_name}, {day(origin.entered_at, time_zone)}"


def origin_sentence(db: Session, session: LiveSession, *, private: bool, time_zone: str) -> str:
    """For a report; "" where people answered here. Only the private cut names the file and who entered it."""
    origin = imports.imported(db, [session.id]).get(session.id)
    if origin is None:
        return ""
    on = day(origin.entered_at, time_zone)
    if not private:
        return f"These answers were collected elsewhere and entered from a file on {on}."
    rows = origin.rows_left_out
    left = f" {rows} of its rows {'is' if rows == 1 else 'are'} left out." if rows else ""
    return f"These answers were collected elsewhere; {origin.entered_by} entered them from “{origin.file_name}” on {on}.{left}"
