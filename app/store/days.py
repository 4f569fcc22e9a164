"""Dates in a workspace's time zone: from moments, from typed text, and as people read them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.core.language import ENGLISH, spoken
from app.store.ids import now_ms

MORNING = time(7)
FAR_DAYS = 300
"""A date further from today than this is read with its year."""


def zone(name: str) -> ZoneInfo:
    """The time zone, UTC where the name is unknown."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def day_of(moment: int, time_zone: str) -> str:
    """The date of a moment there: "2026-11-19"."""
    return datetime.fromtimestamp(moment / 1000, zone(time_zone)).date().isoformat()


def today(time_zone: str) -> str:
    """Today's date there: "2026-11-19"."""
    return day_of(now_ms(), time_zone)


def days_later(iso: str, days: int) -> str:
    """The date so many days after another."""
    return date.fromordinal(date.fromisoformat(iso).toordinal() + days).isoformat()


def next_morning(moment: int, time_zone: str) -> int:
    """Seven o'clock there on the day after a moment; both in milliseconds since 1970, UTC."""
    there = zone(time_zone)
    tomorrow = datetime.fromtimestamp(moment / 1000, there).date() + timedelta(days=1)
    return int(datetime.combine(tomorrow, MORNING, there).timestamp() * 1000)


def real_date(text: str) -> bool:
    """Whether this is a date of the calendar, written as 2026-11-19."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def date_words(iso: str, *, now: str = "") -> str:
    """A date as people read it: "19 November 2026", without the year where it is near the date ``now``; "" for none.

    In the language that is spoken: "19. November 2026".
    """
    if not iso:
        return ""
    found = date.fromisoformat(iso)
    near = now and abs((found - date.fromisoformat(now)).days) <= FAR_DAYS
    if spoken() != ENGLISH:
        return _in_its_language(found, near=bool(near))
    return f"{found.day} {found:%B}" if near else f"{found.day} {found:%B %Y}"


def _in_its_language(found: date, *, near: bool) -> str:
    from babel.dates import format_date, format_skeleton  # noqa: PLC0415  large, and English needs none of it

    return format_skeleton("MMMMd", found, locale=spoken()) if near else format_date(found, "long", locale=spoken())
