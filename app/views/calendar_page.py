"""The page on which members make and end the addresses that calendars read."""

from dataclasses import dataclass
from functools import partial

from sqlmodel import Session

from app.store import queries
from app.store.callers import Member
from app.store.feeds import feeds, holds
from app.store.reminder_tables import CalendarFeed
from app.views.links import base_url
from app.views.moments import day


@dataclass(frozen=True, slots=True)
class FeedLine:
    """An address in a list, without the address itself. ``asked`` says when a calendar asked last, in words."""

    id: str
    made: str
    asked: str
    open: bool


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """The addresses of one account, or of all where ``account_id`` is "". ``reachable``: from the internet, as far as we know."""

    account_id: str
    account: str
    company: str
    mine: tuple[FeedLine, ...]
    theirs: tuple[FeedLine, ...]
    server: str
    reachable: bool

    @property
    def at(self) -> str:
        """The page's own address."""
        return f"/accounts/{self.account_id}/calendar" if self.account_id else "/calendar"


def calendar_page(db: Session, *, member: Member, account_id: str | None, now: int) -> CalendarPage:
    """What the page shows this member. Raises NotFound for an account of another workspace."""
    account = queries.account_in_workspace(db, account_id, member.workspace_id) if account_id is not None else None
    of_account = partial(feeds, db, workspace_id=member.workspace_id, account_id=account_id)
    mine = of_account(user_id=member.user_id, cut="private")
    theirs = of_account(user_id=None, cut="customer") if account is not None else []
    return CalendarPage(
        account_id=account.id if account is not None else "",
        account=account.name if account is not None else "",
        company=member.workspace,
        mine=tuple(_line(feed, member.time_zone, now) for feed in mine),
        theirs=tuple(_line(feed, member.time_zone, now) for feed in theirs),
        server=base_url(),
        reachable=base_url().startswith("https://"),
    )


def _line(feed: CalendarFeed, time_zone: str, now: int) -> FeedLine:
    made = f"Made on {day(feed.created_at, time_zone)} by {feed.made_by}"
    never = feed.asked_at == feed.created_at
    asked = "no calendar has asked yet" if never else f"a calendar asked last on {day(feed.asked_at, time_zone)}"
    return FeedLine(feed.id, made, asked, holds(feed, now=now))


def feed_url(token: str) -> str:
    """The address that a calendar reads."""
    return f"{base_url()}/calendar/{token}.ics"
