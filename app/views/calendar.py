"""Commitments as a calendar (iCalendar, RFC 5545). What this module makes may lie in the customer's hands.

Each is an all-day event on its date: calendars that subscribe to an address show events and leave tasks out. It takes no time
away (TRANSP), keeps its name through every change (UID), and counts them (SEQUENCE).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from icalendar import Calendar as ICalendar
from icalendar import Event, vText
from sqlmodel import Session

from app.core.commitments import WORDS, State
from app.store.dated import Dated, dated
from app.store.days import days_later, today
from app.store.tables import Account, Workspace

PAST_DAYS = 365
"""How far back a calendar goes."""
ENTRIES_AT_MOST = 1000
ASK_AGAIN = timedelta(hours=6)
PRODUCT = "-//Stairstep//Commitments//EN"
END = b"END:VCALENDAR\r\n"


@dataclass(frozen=True, slots=True)
class Entry:
    """An all-day event. ``uid`` names it for good; ``changes`` counts its changes, the last at ``changed_at`` (ms)."""

    uid: str
    day: str
    title: str
    words: str
    changes: int
    changed_at: int
    dropped: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """What one address gives."""

    name: str
    entries: tuple[Entry, ...]


def customer_calendar(db: Session, *, account: Account) -> Calendar:
    """What both sides of an account agreed to, as the customer may have it: no links, for there is no way in."""
    supplier = db.get_one(Workspace, account.workspace_id)
    rows = recent(db, workspace=supplier, account_id=account.id)
    name = f"{account.name} and {supplier.name}: commitments"
    return Calendar(name, tuple(entry_of(row, supplier.name) for row in rows))


def recent(db: Session, *, workspace: Workspace, account_id: str | None) -> list[Dated]:
    """What a calendar holds: the latest dates, from a year ago on, up to as many as calendars take well."""
    return dated(
        db,
        workspace_id=workspace.id,
        account_id=account_id,
        first=days_later(today(workspace.time_zone), -PAST_DAYS),
        at_most=ENTRIES_AT_MOST,
    )


def entry_of(row: Dated, supplier: str, *, link: str = "", with_account: bool = False) -> Entry:
    """A commitment as an event. with_account: the calendar holds several accounts, so the title names this one."""
    names = {"customer": row.account, "supplier": supplier, "both": f"{row.account} and {supplier}"}
    gives = {"customer": f"In return, {supplier}", "supplier": f"In return, {row.account}"}.get(row.side, "In return")
    words = [
        ", ".join(part for part in (names[row.side], row.owner) if part),
        f"{gives}: {row.counterpart}" if row.counterpart else "",
        WORDS[State(row.state)].capitalize(),
    ]
    title = f"{row.account}: {row.text}" if with_account else row.text
    return Entry(
        uid=f"commitment-{row.id}@stairstep",
        day=row.due,
        title=f"✓ {title}" if row.state == State.DONE else title,
        words="\n".join(filter(None, words)),
        changes=row.revision - 1,
        changed_at=row.changed_at,
        dropped=row.state == State.DROPPED,
        link=link,
    )


def as_file(calendar: Calendar) -> bytes:
    """The calendar as a file. Takes a millisecond for each entry that is new or changed: call it where nobody waits."""
    found = ICalendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    name = vText(calendar.name)  # as the library does not know that these hold text, which it has to escape
    found.add("name", name)
    found.add("x-wr-calname", name)
    found.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    found.add("x-published-ttl", "PT6H")
    return b"".join((found.to_ical().removesuffix(END), *map(_event, calendar.entries), END))


@lru_cache(maxsize=4 * ENTRIES_AT_MOST)
def _event(entry: Entry) -> bytes:
    """An entry as it stands in the file. Calendars ask several times a day, so what did not change is not written anew."""
    event, day = Event(), date.fromisoformat(entry.day)
    changed = datetime.fromtimestamp(entry.changed_at // 1000, UTC)
    event.add("uid", entry.uid)
    event.add("dtstart", day)
    if day < date.max:  # which has no day after; without an end it is that day too
        event.add("dtend", day + timedelta(days=1))
    event.add("summary", entry.title)
    event.add("description", entry.words)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", entry.changes)
    event.add("status", "CANCELLED" if entry.dropped else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    if entry.link:
        event.add("url", entry.link)
    return bytes(event.to_ical())
