"""One display's connection: what it says is carried out, what it is owed is sent. Entry was checked before."""

from starlette.websockets import WebSocket

from app.errors import TooMany
from app.live.hub import Hub
from app.live.mailbox import Mailbox
from app.live.says import TOO_FAST, say, say_answer
from app.live.wire import PHONE_FRAME_AT_MOST, BadFrame, SayAnswer, parse, refused
from app.store.callers import Member
from app.store.database import Database

TOO_LARGE, TOO_MANY = 1009, 4429


async def serve_phone(ws: WebSocket, *, session_id: str, participant_id: str, hub: Hub, database: Database) -> None:
    """A phone's socket until it closes."""
    await ws.accept()
    box = Mailbox(ws)
    seat = hub.join_phone(session_id, participant_id, box)

    def reply(frame: str) -> None:
        box.reply(frame)
        hub.said(session_id, participant_id, but=box)

    try:
        while True:
            message = await ws.receive()
            if message["type"] != "websocket.receive":
                return
            text = message.get("text")
            if text is None:
                box.reply(refused(None, BadFrame("Messages are text: one JSON object in each frame.", id_=None)))
                continue
            if len(text) > PHONE_FRAME_AT_MOST or len(text.encode()) > PHONE_FRAME_AT_MOST:
                await box.end(TOO_LARGE)
                return
            if not seat.limits.may_go_on():
                await box.end(TOO_MANY)
                return
            try:
                said = parse(text)
            except BadFrame as error:
                box.reply(refused(error.id, error))
                continue
            if not isinstance(said, SayAnswer):
                reply(await say(database, session_id, participant_id, text, seat.limits))
            elif seat.limits.may_answer():
                say_answer(database, session_id, participant_id, said, reply)
            else:
                box.reply(refused(said.id, TooMany(TOO_FAST)))
    finally:
        hub.leave_phone(session_id, participant_id, box)


async def serve_face(ws: WebSocket, *, session_id: str, face: str, member: Member | None, hub: Hub) -> None:
    """A screen's, console's or board's socket until it closes. They say nothing; what they send is answered and ignored."""
    await ws.accept()
    box = Mailbox(ws)
    hub.join_face(session_id, face, box, member)
    try:
        while True:
            message = await ws.receive()
            if message["type"] != "websocket.receive":
                return
            box.reply(refused(None, BadFrame("This connection only listens. Use the HTTP API for commands.", id_=None)))
    finally:
        hub.leave_face(session_id, face, box)
