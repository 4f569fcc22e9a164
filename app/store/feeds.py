"""Questions to the database about the addresses that calendars read."""

from typing import Final

from sqlmodel import Session, col, select

from app.store.reminder_tables import CalendarFeed

DAY_MS: Final = 24 * 3600 * 1000
UNASKED_DAYS: Final = 90
"""An address that no calendar has asked for so long gives nothing any more."""


def feeds(
    db: Session, *, workspace_id: str, account_id: str | None, user_id: str | None, cut: str
) -> list[CalendarFeed]:
    """A member's own addresses of an account or of all (None), or with the cut customer those of the account; newest first."""
    query = select(CalendarFeed).where(
        CalendarFeed.workspace_id == workspace_id, CalendarFeed.account_id == account_id, CalendarFeed.cut == cut
    )
    if cut == "private":
        query = query.where(CalendarFeed.user_id == user_id)
    return list(db.exec(query.order_by(col(CalendarFeed.created_at).desc(), col(CalendarFeed.id))))


def holds(feed: CalendarFeed, *, now: int) -> bool:
    """Whether an address still gives something."""
    return now - feed.asked_at < UNASKED_DAYS * DAY_MS
