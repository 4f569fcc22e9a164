"""Dates that people type."""

from app.errors import BadInput
from app.store.days import real_date


def typed_date(raw: object, *, field: str) -> str:
    """The date of a text such as 2026-11-21, "" for an empty one. Raises BadInput for anything else."""
    if raw is None or raw == "":
        return ""
    text = raw.strip() if isinstance(raw, str) else ""
    if not real_date(text):
        words = "a date such as 2026-11-21"
        raise BadInput("This date can’t be read. Write it as year, month and day.", fields={field: words})
    return text
