"""Who may enter: the rights table at work. Every router has `enter` as its dependency; sockets ask the same functions."""

import hashlib
import hmac
import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response
from starlette.requests import HTTPConnection

from app.actions.people import touch_sign_in
from app.core.rights import ROUTES, Who
from app.errors import Forbidden, NotFound, NotSignedIn, StoreFull
from app.settings import Settings
from app.store import callers, queries
from app.store.callers import Member
from app.store.ids import now_ms, token_hash
from app.store.tables import LiveSession, Participant
from app.web.guard import own_origin
from app.web.parts import Parts, parts

CSRF_COOKIE = "stairstep_form"
TOUCH_EVERY_MS = 60_000
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(slots=True)
class Caller:
    """Who a request comes from, as far as its route needs to know. ``session`` is set for routes of one session."""

    member: Member | None = None
    participant: Participant | None = None
    session: LiveSession | None = None

    @property
    def user(self) -> Member:
        """The member; a route asks for it only where its right demands one."""
        assert self.member is not None
        return self.member

    @property
    def phone(self) -> Participant:
        """The participant; a route asks for it only where its right demands one."""
        assert self.participant is not None
        return self.participant

    @property
    def live(self) -> LiveSession:
        """The session of the route."""
        assert self.session is not None
        return self.session


def sign_in_cookie(settings: Settings) -> str:
    """The sign-in cookie's name; over https the browser itself ties it to this host."""
    return "__Host-stairstep" if settings.https else "stairstep"


def phone_cookie(session_id: str) -> str:
    """The participant's cookie, one for each session."""
    return f"stairstep_p_{session_id}"


def bearer(connection: HTTPConnection) -> str | None:
    """The token of an ``Authorization: Bearer`` header."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


async def enter(request: Request) -> Caller:
    """The caller, if the rights table lets this one in.

    Raises NotSignedIn, Forbidden, or NotFound for what belongs to another workspace.
    """
    here = parts(request)
    path = str(request.scope["route"].path)
    right = ROUTES[f"{request.method} {path}"]
    by_form = request.method in UNSAFE and bearer(request) is None and not path.startswith("/api/")
    with_file = request.headers.get("content-type", "").startswith("multipart/")
    if by_form and not with_file:
        await _check_form(request, here)
    caller = await _let_in(request, here, path, right)
    if by_form and with_file:  # which is read only from somebody who may hand one in
        await _check_form(request, here)
    request.state.caller = caller
    return caller


async def _let_in(request: Request, here: Parts, path: str, right: Who) -> Caller:
    caller = Caller()
    session_id = request.path_params.get("session_id")
    if right is Who.PHONE:
        caller.participant = await _participant(request, here, str(session_id))
        caller.session = await here.database.read(queries.live_session, session_id=str(session_id))
    elif right is Who.SCREEN:
        caller.member = await member_of(request)
        caller.session = await _session_for_screen(request, here, caller.member, str(session_id))
    else:
        caller.member = await member_of(request, api_only=path.startswith("/api/"))
        if right > Who.EVERYONE:
            if caller.member is None:
                raise NotSignedIn("Sign in first.")
            if session_id is not None:
                caller.session = await here.database.read(
                    queries.session_in_workspace, session_id=session_id, workspace_id=caller.member.workspace_id
                )
            if not caller.member.may(right):
                raise Forbidden(f"This needs somebody with more rights than a {caller.member.role} has.")
    return caller


Entered = Annotated[Caller, Depends(enter)]


async def member_of(connection: HTTPConnection, *, api_only: bool = False) -> Member | None:
    """The member behind a cookie or an API token; None for nobody. The API takes tokens alone, so no cookie can be abused."""
    here = parts(connection)
    token = bearer(connection)
    if token is not None:
        return await here.database.read(callers.member_by_token, hashed=token_hash(token))
    cookie = connection.cookies.get(sign_in_cookie(here.settings))
    if cookie is None or api_only:
        return None
    member = await here.database.read(callers.member_by_cookie, secret=cookie, now=now_ms())
    if member is not None and now_ms() - member.seen_at > TOUCH_EVERY_MS:
        with suppress(StoreFull):  # a full disk keeps nobody out of what can still be read
            await here.database.write(touch_sign_in, hashed=member.secret_hash)
    return member


async def participant_of(connection: HTTPConnection, session_id: str) -> Participant | None:
    """The participant of this session behind a cookie or a bearer token; None for nobody."""
    secret = bearer(connection) or connection.cookies.get(phone_cookie(session_id))
    if not secret:
        return None
    return await parts(connection).database.read(callers.participant, session_id=session_id, secret=secret)


async def _participant(request: Request, here: Parts, session_id: str) -> Participant:
    found = await participant_of(request, session_id)
    if found is None:
        session = await here.database.read(queries.find_session, session_id=session_id)
        if session is None:
            raise NotFound("This session does not exist.")
        if session.sealed:
            raise NotSignedIn(
                "The session has ended, and nobody can tell any more which answers came from this phone. "
                "So they can’t be changed or taken back."
            )
        raise NotSignedIn("This phone is not part of the session. Scan the code on the big screen to join.")
    return found


async def _session_for_screen(
    request: HTTPConnection, here: Parts, member: Member | None, session_id: str
) -> LiveSession:
    session = await here.database.read(queries.find_session, session_id=session_id)
    if session is None or not may_watch(session, member, request.query_params.get("key")):
        raise NotFound("This big screen does not exist. Open it from the console, or use its whole address.")
    return session


def may_watch(session: LiveSession, member: Member | None, key: str | None) -> bool:
    """Whether somebody with this key, or this member, may see the session's big screen."""
    by_key = key is not None and callers.screen_key_holds(session, key)
    return by_key or (member is not None and member.workspace_id == session.workspace_id)


# --- forms ----------------------------------------------------------------------------------------


def csrf_token(request: Request) -> str:
    """What a form carries to show that it came from a page of ours. Set with `keep_form_cookie` on the answer."""
    seed = request.cookies.get(CSRF_COOKIE) or getattr(request.state, "form_seed", None)
    if not seed:
        seed = secrets.token_urlsafe(18)
    request.state.form_seed = seed
    return sign(parts(request), f"form:{seed}")


def keep_form_cookie(request: Request, response: Response) -> None:
    """Send the cookie that forms are held against, where the browser has none."""
    seed = getattr(request.state, "form_seed", None)
    if seed and request.cookies.get(CSRF_COOKIE) != seed:
        https = parts(request).settings.https
        response.set_cookie(CSRF_COOKIE, seed, httponly=True, samesite="lax", secure=https, path="/")


def sign(here: Parts, text: str) -> str:
    """What only this server can make of ``text``: 64 hexadecimal digits."""
    return hmac.new(here.secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()


async def _check_form(request: Request, here: Parts) -> None:
    """Refuse what another site sent: the origin must be ours and the token must fit the cookie. Raises Forbidden."""
    if not own_origin(request.scope, https=here.settings.https):
        raise Forbidden("This came from another site, so nothing was changed.")
    seed = request.cookies.get(CSRF_COOKIE, "")
    given = request.headers.get("x-csrf-token")
    if given is None:
        form = await request.form()
        given = str(form.get("csrf", ""))
    if not seed or not hmac.compare_digest(sign(here, f"form:{seed}"), given):
        raise Forbidden("This page has been open for too long. Load it again and repeat what you did.")
