"""Dates that people type."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.errors import BadInput
from app.store.ids import now_ms


def today_in(time_zone: str) -> date:
    """Today's date in a time zone; in UTC where the zone is unknown."""
    try:
        zone: ZoneInfo | None = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = None
    return datetime.fromtimestamp(now_ms() / 1000, zone or UTC).date()


def typed_date(raw: object, *, field: str) -> date | None:
    """The date of a text such as 2026-11-21, None for an empty one. Raises BadInput for anything else."""
    if raw is None or raw == "":
        return None
    try:
        return date.fromisoformat(raw.strip() if isinstance(raw, str) else "")
    except ValueError:
        words = "a date such as 2026-11-21"
        raise BadInput("This date can’t be read. Write it as year, month and day.", fields={field: words}) from None
