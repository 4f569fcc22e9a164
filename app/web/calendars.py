"""Calendars: the addresses that members make and end, and what a calendar gets that asks at one."""

import asyncio
from contextlib import suppress

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from sqlmodel import Session

from app.actions import calendar_feeds
from app.core.rights import Who
from app.errors import AppError, NotFound
from app.store import queries
from app.store.feeds import DAY_MS
from app.store.ids import new_token, now_ms
from app.store.reminder_tables import CalendarFeed
from app.store.tables import Account
from app.views.calendar import Calendar, as_file, customer_calendar
from app.views.calendar_page import CalendarPage, calendar_page, feed_url
from app.views.team_calendar import team_calendar
from app.web.answers import go, page
from app.web.doors import Caller, Entered
from app.web.parts import parts
from app.web.password_again import check_password, typed_recently

router = APIRouter(include_in_schema=False)

KIND = "text/calendar; charset=utf-8"
PASSWORD = {"private": "password", "customer": "customer_password"}
"""The field for the password in the form for each cut."""


async def _page(
    request: Request,
    caller: Caller,
    account_id: str | None,
    *,
    url: str = "",
    url_cut: str = "",
    error: AppError | None = None,
) -> Response:
    view: CalendarPage = await parts(request).database.read(
        calendar_page, member=caller.user, account_id=account_id, now=now_ms()
    )
    return page(
        request,
        "home/calendar.html",
        error.status if error else 200,
        view=view,
        user=caller.user.name,
        owner=caller.user.may(Who.OWNER),
        may_edit=caller.user.may(Who.FACILITATOR),
        asks_password=not await typed_recently(request, caller),
        mail=bool(parts(request).settings.smtp_host),
        url=url,
        url_cut=url_cut,
        error=error.sentence if error and not error.fields else "",
        errors=error.fields if error else {},
    )


async def _make(request: Request, caller: Caller, account_id: str | None, cut: str) -> Response:
    """A new address, shown once."""
    here, token = parts(request), new_token()
    await _check_account(request, caller, account_id)
    try:
        if not await typed_recently(request, caller):
            await check_password(request, caller, otherwise="No address was made.", field=PASSWORD[cut])
        await here.database.write(
            calendar_feeds.create_feed,
            workspace_id=caller.user.workspace_id,
            account_id=account_id,
            user_id=caller.user.user_id,
            by=caller.user.name,
            cut=cut,
            token=token,
        )
    except AppError as error:
        return await _page(request, caller, account_id, error=error)
    return await _page(request, caller, account_id, url=feed_url(token), url_cut=cut)


async def _end(request: Request, caller: Caller, account_id: str | None, cut: str, feed_id: str) -> Response:
    await _check_account(request, caller, account_id)
    await parts(request).database.write(
        calendar_feeds.end_feed,
        workspace_id=caller.user.workspace_id,
        account_id=account_id,
        user_id=caller.user.user_id,
        cut=cut,
        feed_id=feed_id,
    )
    return go(f"/accounts/{account_id}/calendar" if account_id else "/calendar")


async def _check_account(request: Request, caller: Caller, account_id: str | None) -> None:
    """Raises NotFound for an account of another workspace."""
    if account_id is not None:
        await parts(request).database.read(
            queries.account_in_workspace, account_id=account_id, workspace_id=caller.user.workspace_id
        )


# --- all accounts -----------------------------------------------------------------------------------


@router.get("/calendar")
async def all_page(request: Request, caller: Entered) -> Response:
    """One's own addresses of all commitments."""
    return await _page(request, caller, None)


@router.post("/calendar")
async def make_all(request: Request, caller: Entered) -> Response:
    """An address of all commitments."""
    return await _make(request, caller, None, "private")


@router.post("/calendar/{feed_id}/end")
async def end_all(request: Request, feed_id: str, caller: Entered) -> Response:
    """End one of them."""
    return await _end(request, caller, None, "private", feed_id)


# --- one account ------------------------------------------------------------------------------------


@router.get("/accounts/{account_id}/calendar")
async def account_page(request: Request, account_id: str, caller: Entered) -> Response:
    """One's own addresses of an account, and the customer's."""
    return await _page(request, caller, account_id)


@router.post("/accounts/{account_id}/calendar")
async def make_own(request: Request, account_id: str, caller: Entered) -> Response:
    """An address of one's own."""
    return await _make(request, caller, account_id, "private")


@router.post("/accounts/{account_id}/calendar/{feed_id}/end")
async def end_own(request: Request, account_id: str, feed_id: str, caller: Entered) -> Response:
    """End one of one's own."""
    return await _end(request, caller, account_id, "private", feed_id)


@router.post("/accounts/{account_id}/customer-calendar")
async def make_theirs(request: Request, account_id: str, caller: Entered) -> Response:
    """An address for the customer."""
    return await _make(request, caller, account_id, "customer")


@router.post("/accounts/{account_id}/customer-calendar/{feed_id}/end")
async def end_theirs(request: Request, account_id: str, feed_id: str, caller: Entered) -> Response:
    """End one of the customer's."""
    return await _end(request, caller, account_id, "customer", feed_id)


# --- what a calendar gets ---------------------------------------------------------------------------


@router.get("/calendar/{token}.ics")
async def feed(request: Request, token: str, _caller: Entered) -> Response:
    """The calendar, as it stands."""
    here, now = parts(request), now_ms()

    def look(db: Session) -> tuple[CalendarFeed, Calendar]:
        found = calendar_feeds.open_feed(db, token=token)
        if found.cut == "customer":
            account = db.get_one(Account, found.account_id)
            return found, customer_calendar(db, account=account)
        return found, team_calendar(db, workspace_id=found.workspace_id, account_id=found.account_id)

    try:
        found, calendar = await here.database.read(look)
    except NotFound as error:
        return _quiet(PlainTextResponse(error.sentence, 404))
    if found.asked_at == found.created_at or now - found.asked_at >= DAY_MS:
        with suppress(AppError):  # a full disk keeps no calendar from reading
            await here.database.write(calendar_feeds.was_asked, feed_id=found.id, now=now)
    content = await asyncio.to_thread(as_file, calendar)
    return _quiet(Response(content, media_type=KIND))


def _quiet(response: Response) -> Response:
    """Keep it out of search engines, and its address to itself."""
    response.headers["x-robots-tag"] = "noindex, nofollow"
    response.headers["referrer-policy"] = "no-referrer"
    response.headers["cache-control"] = "no-store"
    return response
