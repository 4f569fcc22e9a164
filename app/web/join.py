"""Joining from a phone: by code, by QR code or link. No account, no script needed."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from app.actions.participants import UNKNOWN_CODE, Joined, find_door, join
from app.errors import BadInput, NotFound, TooMany
from app.store import queries
from app.store.tables import LiveSession, SessionGroup
from app.web.answers import go, page
from app.web.doors import Entered, participant_of, phone_cookie
from app.web.guard import client_address
from app.web.parts import Parts, parts
from app.web.signin import form_of

router = APIRouter(include_in_schema=False)

PHONE_COOKIE_LASTS_S = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Door:
    """A session as somebody sees it who is about to join."""

    session: LiveSession
    groups: list[SessionGroup]

    def words(self) -> tuple[str, ...]:
        """Who will see what, in words."""
        return tuple(self.session.promise)


def look_at_door(db: Session, *, code: str) -> Door:
    """The session behind a code or token, with its groups. Raises NotFound."""
    session = find_door(db, code=code)
    return Door(session, queries.groups(db, session.id))


def look_with_token(db: Session, *, code: str) -> Door | None:
    """The same where ``code`` is a token, None where it is none and so counts as typed. Raises NotFound."""
    return look_at_door(db, code=code) if queries.session_by_join_token(db, code) is not None else None


async def door_behind(request: Request, code: str) -> Door:
    """The session behind a code or token. Raises NotFound, and TooMany after too many wrong typed codes from an address."""
    here = parts(request)
    door = await here.database.read(look_with_token, code=code)
    if door is not None:
        return door
    address = client_address(request.scope, here.settings.trusted_proxies)
    async with here.wrong_codes.turn(address):
        await check_pace(here, address)  # whatever is not a token counts as typed, also a code with a tail of dashes
        try:
            return await here.database.read(look_at_door, code=code)
        except NotFound:
            await here.wrong_codes.wrong(address)
            raise


async def check_pace(here: Parts, address: str) -> None:
    """Raise TooMany where too many wrong codes came from this address."""
    wait = await here.wrong_codes.must_wait(address)
    if wait:
        raise TooMany(f"Too many wrong codes from here. Wait {wait} seconds, then try again.", retry_after=wait)


@router.get("/join")
async def code_page(request: Request, _caller: Entered) -> Response:
    """Where a code is typed."""
    return page(request, "join/code.html", code="", error="")


@router.post("/join")
async def type_code(request: Request, _caller: Entered) -> Response:
    """From a typed code to the groups, or the same page with the code kept."""
    typed = (await form_of(request)).get("code", "").strip()[:64]
    try:
        door = await door_behind(request, typed or "?")
    except NotFound:
        shown = f"We can’t find {typed}." if typed else "Type the code first."
        return page(request, "join/code.html", 404, code=typed, error=f"{shown} {UNKNOWN_CODE.split('. ')[1]}")
    except TooMany as error:
        response = page(request, "join/code.html", error.status, code=typed, error=error.sentence)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    return go(f"/j/{door.session.code}")


@router.get("/j/{code}")
async def door_page(request: Request, code: str, _caller: Entered) -> Response:
    """Who will see what, and the groups to choose from. Somebody who is in already goes straight to the phone's page."""
    try:
        door = await door_behind(request, code)
    except NotFound:
        back = await _place_in_closed(request, code)
        return go(back) if back else page(request, "join/unavailable.html", 404)
    if await participant_of(request, door.session.id) is not None:
        return go(f"/p/{door.session.id}")
    return _door(request, door, code, "")


async def _place_in_closed(request: Request, code: str) -> str | None:
    """The phone's page of somebody who joined before the door was locked or the session ended."""
    session = await parts(request).database.read(queries.session_by_join_token, token=code)
    if session is not None and await participant_of(request, session.id) is not None:
        return f"/p/{session.id}"
    return None


def _door(request: Request, door: Door, code: str, error: str, chosen: str = "", name: str = "") -> Response:
    session = door.session
    return page(
        request,
        "join/group.html",
        422 if error else 200,
        token=code,
        title=session.title,
        customer=session.customer,
        supplier=session.supplier,
        groups=door.groups,
        attribution=session.attribution,
        words=door.words(),
        smallest_group=session.smallest_group,
        error=error,
        chosen=chosen,
        name=name,
        waiting_note="The facilitator lets phones in one by one." if session.admit else "",
    )


@router.post("/j/{code}")
async def join_here(request: Request, code: str, _caller: Entered) -> Response:
    """Take a place in the session."""
    said = await form_of(request)
    try:
        door = await door_behind(request, code)
    except NotFound:
        return page(request, "join/unavailable.html", 404)
    if await participant_of(request, door.session.id) is not None:
        return go(f"/p/{door.session.id}")
    named = door.session.attribution == "named"
    try:
        joined = await parts(request).database.write(
            join,
            about=door.session.id,
            code=code,
            group_id=said.get("group"),
            side=said.get("side"),
            name=said.get("name", "") if named else None,
        )
    except BadInput as error:
        return _door(
            request, door, code, error.sentence, said.get("group") or said.get("side", ""), said.get("name", "")
        )
    return _with_cookie(request, joined)


def _with_cookie(request: Request, joined: Joined) -> Response:
    response = go(f"/p/{joined.session_id}")
    secure = parts(request).settings.https
    response.set_cookie(
        phone_cookie(joined.session_id),
        joined.token,
        max_age=PHONE_COOKIE_LASTS_S,
        httponly=True,
        samesite="lax",
        secure=secure,
    )
    return response
