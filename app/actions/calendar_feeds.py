"""Addresses that calendars read commitments from: made, asked, ended."""

from typing import Final

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from app.actions.accounts import tombstone
from app.errors import Conflict, NotFound
from app.store.feeds import feeds, holds
from app.store.ids import new_id, now_ms, token_hash
from app.store.reminder_tables import CalendarFeed

FEEDS_AT_MOST: Final = 20
NO_SUCH_FEED: Final = "This calendar does not exist, or not any more. Ask whoever sent it for a new address."


def create_feed(
    db: Session, *, workspace_id: str, account_id: str | None, user_id: str, by: str, cut: str, token: str
) -> CalendarFeed:
    """A new address; only the hash of its token is stored. One of the customer's cut belongs to the account, else to the user.

    Raises Conflict for one too many.
    """
    owner = user_id if cut == "private" else None
    count = select(func.count()).select_from(CalendarFeed).where(CalendarFeed.workspace_id == workspace_id)
    mine = CalendarFeed.user_id == owner if owner else CalendarFeed.account_id == account_id
    if db.exec(count.where(CalendarFeed.cut == cut, mine)).one() >= FEEDS_AT_MOST:
        raise Conflict(f"There are {FEEDS_AT_MOST} addresses, as many as fit. End one that is not needed any more.")
    now = now_ms()
    feed = CalendarFeed(
        id=new_id(),
        token_hash=token_hash(token),
        workspace_id=workspace_id,
        account_id=account_id,
        user_id=owner,
        cut=cut,
        made_by=by,
        created_at=now,
        asked_at=now,
    )
    db.add(feed)
    db.flush()
    return feed


def open_feed(db: Session, *, token: str) -> CalendarFeed:
    """The address behind a token. Raises NotFound, the same for unknown, ended and unused ones."""
    feed = db.exec(select(CalendarFeed).where(CalendarFeed.token_hash == token_hash(token))).first()
    if feed is None or not holds(feed, now=now_ms()):
        raise NotFound(NO_SUCH_FEED)
    return feed


def was_asked(db: Session, *, feed_id: str, now: int) -> None:
    """Write down that a calendar asked. Nothing where the address is gone."""
    feed = db.get(CalendarFeed, feed_id)
    if feed is not None:
        feed.asked_at = now
        db.add(feed)


def end_feed(
    db: Session, *, workspace_id: str, account_id: str | None, user_id: str | None, cut: str, feed_id: str
) -> None:
    """End one of the `feeds` at once. Harmless when repeated, also for an address of somebody else: it stays."""
    own = {feed.id for feed in feeds(db, workspace_id=workspace_id, account_id=account_id, user_id=user_id, cut=cut)}
    if feed_id in own:
        tombstone(db, feed_id, "calendar_feed")
        db.execute(delete(CalendarFeed).where(col(CalendarFeed.id) == feed_id))
