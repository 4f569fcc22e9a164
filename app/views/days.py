"""Dates in words, as pages show them."""

from datetime import date


def day_words(iso: str) -> str:
    """A date as 2026-11-21 in words: "21 November 2026"; "" for an empty one."""
    if not iso:
        return ""
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"
