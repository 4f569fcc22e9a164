"""The sockets' doors: who may open which is settled before the upgrade, refusals are plain HTTP."""

from collections.abc import Awaitable, Callable

from starlette.responses import PlainTextResponse
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketState

from app.core.rights import SOCKETS
from app.errors import StoreAway
from app.live.socket import serve_face, serve_phone
from app.store import queries
from app.store.callers import Place, places_by_token
from app.store.ids import token_hash
from app.web.doors import bearer, may_watch, member_of, phone_cookie
from app.web.guard import own_origin
from app.web.parts import parts
from app.web.report import log

Door = Callable[[WebSocket], Awaitable[None]]


async def _refuse(ws: WebSocket, status: int, words: str) -> None:
    await ws.receive()  # the request to connect
    await ws.send_denial_response(PlainTextResponse(words, status))


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
    place: Place | None = None
    if secret:
        place = await here.database.read_item(places_by_token, (session_id, token_hash(secret)))
    if place is None:
        found = await here.database.read(queries.find_session, session_id=session_id)
        await _refuse(ws, 404 if found is None else 401, "Join the session first.")
    elif place.state == "removed":
        await _refuse(ws, 403, "You are not part of this session any more.")
    else:
        await serve_phone(
            ws, session_id=session_id, participant_id=place.participant_id, hub=here.hub, database=here.database
        )


async def screen(ws: WebSocket) -> None:
    """`/live/{session_id}/screen`."""
    await _face(ws, "screen")


async def console(ws: WebSocket) -> None:
    """`/live/{session_id}/console`."""
    await _face(ws, "console")


async def board(ws: WebSocket) -> None:
    """`/live/{session_id}/board`."""
    await _face(ws, "board")


async def _face(ws: WebSocket, face: str) -> None:
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
        await serve_face(ws, session_id=session_id, face=face, member=None if by_key else member, hub=here.hub)


def _while_the_database_is_away(door: Door) -> Door:
    """The same door; where nobody can be looked up it refuses with 503, and whoever came tries again."""

    async def open_door(ws: WebSocket) -> None:
        try:
            await door(ws)
        except StoreAway as away:
            if ws.application_state is WebSocketState.CONNECTING:
                await _refuse(ws, away.status, away.sentence)

    return open_door


routes = [
    WebSocketRoute(f"/live/{{session_id}}/{face}", _while_the_database_is_away(door))
    for face, door in (("phone", phone), ("screen", screen), ("console", console), ("board", board))
]
