"""Moments (milliseconds since 1970, UTC) in words, in a workspace's time zone."""

from datetime import datetime

from app.store.days import date_words, day_of, zone


def day(at: int, time_zone: str) -> str:
    """The date: "19 November 2026"."""
    return date_words(day_of(at, time_zone))


def moment(at: int, time_zone: str) -> str:
    """The date and the time of day: "19 November 2026, 14:05"."""
    return f"{day(at, time_zone)}, {datetime.fromtimestamp(at / 1000, zone(time_zone)):%H:%M}"
