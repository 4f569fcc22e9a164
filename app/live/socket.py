"""One display's connection: what it says is carried out, what it is owed is sent. Entry was checked before."""

import asyncio
from collections import deque
from collections.abc import Callable

from starlette.websockets import WebSocket

from app.errors import TooMany
from app.live.direct import LISTEN
from app.live.hub import Hub, Seat
from app.live.mailbox import Mailbox
from app.live.says import TOO_FAST, say, say_answer
from app.live.wire import PHONE_FRAME_AT_MOST, BadFrame, Said, SayAnswer, parse, refused
from app.store.callers import Member
from app.store.database import Database
from app.views.entry import Entry

TOO_LARGE, TOO_MANY = 1009, 4429


class PhoneLine:
    """What a phone says, in the order in which it says it. Answers are queued at once; all else waits for what came before."""

    __slots__ = ("_box", "_database", "_later", "_participant_id", "_reply", "_seat", "_session_id", "_talk")

    def __init__(
        self, box: Mailbox, seat: Seat, reply: Callable[[str], None], *, session_id: str, database: Database
    ) -> None:
        self._box, self._seat, self._reply = box, seat, reply
        self._session_id, self._participant_id, self._database = session_id, seat.participant_id, database
        self._later: deque[str] = deque()
        self._talk: asyncio.Task[None] | None = None

    def hear(self, text: str | None) -> None:
        """One message; None for one that is no text."""
        if self._box.closing:
            return
        if text is None:
            self._box.reply(refused(None, BadFrame("Messages are text: one JSON object in each frame.", id_=None)))
        elif len(text) > PHONE_FRAME_AT_MOST or len(text.encode()) > PHONE_FRAME_AT_MOST:
            self._box.close(TOO_LARGE)
        elif not self._seat.limits.may_go_on():
            self._box.close(TOO_MANY)
        elif self._talk is None:
            self._take(text)
        else:
            self._later.append(text)

    def _take(self, text: str) -> None:
        try:
            said = parse(text)
        except BadFrame as error:
            self._box.reply(refused(error.id, error))
            return
        limits = self._seat.limits
        if not isinstance(said, SayAnswer):
            self._talk = asyncio.get_running_loop().create_task(self._say(said))
        elif limits.may_answer():
            say_answer(self._database, self._session_id, self._participant_id, said, self._reply)
        else:
            self._box.reply(refused(said.id, TooMany(TOO_FAST)))

    async def _say(self, said: Said) -> None:
        self._reply(await say(self._database, self._session_id, self._participant_id, said, self._seat.limits))
        self._talk = None
        while self._later and self._talk is None:
            self._take(self._later.popleft())


async def serve_phone(ws: WebSocket, *, session_id: str, entry: Entry, hub: Hub, database: Database) -> None:
    """A phone's socket until it closes."""
    await ws.accept()
    box, participant_id = Mailbox(ws), entry.participant_id
    seat = hub.join_phone(session_id, entry, box)

    def reply(frame: str) -> None:
        box.reply(frame)
        hub.said(session_id, participant_id, but=box)

    line = PhoneLine(box, seat, reply, session_id=session_id, database=database)
    if LISTEN in ws.scope["extensions"]:
        ws.scope["extensions"][LISTEN](line.hear)
    try:
        while True:
            message = await ws.receive()
            if message["type"] != "websocket.receive":
                return
            line.hear(message.get("text"))
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
