"""The sockets' doors: who may open which is settled before the upgrade, refusals are plain HTTP."""

from collections.abc import Awaitable, Callable

from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketState

from app.core.rights import SOCKETS
from app.errors import AppError, StoreAway
from app.live.socket import serve_face, serve_phone
from app.store import queries
from app.store.ids import token_hash
from app.views.entry import Knock, entries
from app.web.doors import bearer, may_watch, member_of, phone_cookie
from app.web.guard import own_origin
from app.web.parts import parts
from app.web.report_files import log

Door = Callable[[WebSocket], Awaitable[None]]


async def _refuse(ws: WebSocket, status: int, words: str, *, retry_after: int | None = None) -> None:
    await ws.receive()  # the request to connect
    headers = {"retry-after": str(retry_after)} if retry_after is not None else None
    await ws.send_denial_response(PlainTextResponse(words, status, headers))


def _foreign(ws: WebSocket) -> bool:
    """Whether another site's page asks: a foreign origin, or a cookie without one (SAFETY T10)."""
    if "origin" in ws.headers:
        return not own_origin(ws.scope, https=parts(ws).settings.https)
    return bool(ws.cookies) and bearer(ws) is None


async def phone(ws: WebSocket) -> None:
    """`/live/{session_id}/phone`."""
    session_id, here = ws.path_params["session_id"], parts(ws)
    if _foreign(ws):
        await _refuse(ws, 403, "This page is not one of Stairstep's own.")
        return
    secret = bearer(ws) or ws.cookies.get(phone_cookie(session_id))
    hashed = token_hash(secret) if secret else ""
    entry, wait = None, here.hub.turned_away.must_stay_out(hashed)
    if secret and not wait:
        entry = await here.database.read_item(entries, Knock(session_id, hashed, here.hub.phones_of(session_id)))
    if entry is not None:
        wait = here.hub.turned_away.must_stay_out(hashed, here.hub.limits_of(entry.participant_id))
    if wait:
        await _refuse(ws, 429, "These were too many messages. Come back in a moment.", retry_after=wait)
    elif entry is None:
        found = await here.database.read(queries.find_session, session_id=session_id)
        await _refuse(ws, 404 if found is None else 401, "Join the session first.")
    elif entry.state == "removed":
        await _refuse(ws, 403, "You are not part of this session any more.")
    else:
        await serve_phone(ws, session_id=session_id, entry=entry, hub=here.hub, database=here.database)


async def screen(ws: WebSocket) -> None:
    """`/live/{session_id}/screen`."""
    await _face(ws, "screen")


async def console(ws: WebSocket) -> None:
    """`/live/{session_id}/console`: whole views with data, and for the page itself (`?parts`) only what changed."""
    await _face(ws, "console", view="console-parts" if "parts" in ws.query_params else "console")


async def board(ws: WebSocket) -> None:
    """`/live/{session_id}/board`."""
    await _face(ws, "board")


async def plan(ws: WebSocket) -> None:
    """`/live/{session_id}/plan`."""
    await _face(ws, "plan")


async def discussions(ws: WebSocket) -> None:
    """`/live/{session_id}/discussions`."""
    await _face(ws, "discussions")


async def _face(ws: WebSocket, face: str, *, view: str = "") -> None:
    session_id, here = ws.path_params["session_id"], parts(ws)
    key = ws.query_params.get("key") if face == "screen" else None
    session = await here.database.read(queries.find_session, session_id=session_id)
    by_key = session is not None and key is not None and may_watch(session, None, key)
    if _foreign(ws) and not (by_key and "origin" not in ws.headers):
        await _refuse(ws, 403, "This page is not one of Stairstep's own.")
        return
    member = await member_of(ws)
    if not by_key and member is None:
        await _refuse(ws, 401, "Sign in first, or use the big screen's whole address.")
    elif session is None or not (by_key or (member is not None and may_watch(session, member, None))):
        await _refuse(ws, 404, "This session does not exist.")
    elif not by_key and member is not None and face != "screen" and not member.may(SOCKETS[face]):
        await _refuse(ws, 403, "This needs somebody with more rights.")
    else:
        if face == "console" and member is not None and session.attribution == "named":
            await log(here, member, session, "console", "private")
        await serve_face(ws, session_id=session_id, face=view or face, member=None if by_key else member, hub=here.hub)


DOORS: dict[str, Door] = {
    "phone": phone,
    "screen": screen,
    "console": console,
    "board": board,
    "plan": plan,
    "discussions": discussions,
}


async def sockets(scope: Scope, receive: Receive, send: Send) -> None:
    """Open the door that an upgrade asks for, `/live/{session_id}/{face}`, or refuse it."""
    ws = WebSocket(scope, receive, send)
    start, _, rest = scope["path"].partition("/live/")
    session_id, _, face = rest.partition("/")
    if start or not session_id or face not in DOORS:
        await _refuse(ws, 404, "There is nothing here.")
        return
    scope["path_params"] = {"session_id": session_id}
    try:
        await DOORS[face](ws)
    except AppError as error:
        if ws.application_state is WebSocketState.CONNECTING:
            await _refuse(ws, error.status, error.sentence)
        elif not isinstance(error, StoreAway):
            raise
