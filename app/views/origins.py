"""Where the answers of an imported session came from, in words."""

from sqlmodel import Session

from app.core.language import say, say_n
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
        return say("These answers were collected elsewhere and entered from a file on {day}.", day=on)
    rows = origin.rows_left_out
    told = say(
        "These answers were collected elsewhere; {name} entered them from “{file}” on {day}.",
        name=origin.entered_by,
        file=origin.file_name,
        day=on,
    )
    left = say_n("{n} of its rows is left out.", "{n} of its rows are left out.", rows) if rows else ""
    return f"{told} {left}".rstrip()
