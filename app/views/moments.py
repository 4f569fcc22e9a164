"""Moments (milliseconds since 1970, UTC) in words, in a workspace's time zone."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone(name: str) -> ZoneInfo:
    """The time zone, UTC where the name is unknown."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def day(at: int, time_zone: str) -> str:
    """The date: "19 November 2026"."""
    when = datetime.fromtimestamp(at / 1000, zone(time_zone))
    return f"{when.day} {when:%B %Y}"


def moment(at: int, time_zone: str) -> str:
    """The date and the time of day: "19 November 2026, 14:05"."""
    return f"{day(at, time_zone)}, {datetime.fromtimestamp(at / 1000, zone(time_zone)):%H:%M}"
