"""The load generator's side of the sockets: phones that vote, a screen that watches.

What arrives is only counted and stamped here; nothing is judged. Times are ``time.perf_counter()``.
"""

import asyncio
import contextlib
import json
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

LARGEST_REPLY = 1024  # bytes; anything longer is a view
OPEN_LIMIT = 20.0  # seconds for one socket to open and get its first view
# Browsers offer compression; a server that accepts it is seen in the figures.
OFFER = {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}


def wire_size(payload: int) -> int:
    """Bytes on the wire of one frame from a server."""
    if payload < 126:
        return payload + 2
    return payload + (4 if payload < 65_536 else 10)


@dataclass
class Ack:
    """One acknowledged vote."""

    phone: int
    choice: int
    latency: float
    at: float
    version: int
    size: int
    tap: int = 0


@dataclass
class Hall:
    """Everything that the phones of one run heard about their votes."""

    acks: list[Ack] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    compressed_frames: int = 0
    heard: list[tuple["Phone", float, int, bytes]] = field(default_factory=list)
    waiting: int = 0
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    def expect(self, votes: int) -> None:
        """Note that so many votes are about to go out."""
        self.waiting = votes
        self.settled.clear()

    def settle(self) -> None:
        """Note that one more vote has its answer."""
        self.waiting -= 1
        if self.waiting <= 0:
            self.settled.set()

    def read(self) -> None:
        """Understand what was heard so far. Done after a burst, so that it costs nothing while times are taken."""
        heard, self.heard = self.heard, []
        for phone, at, size, text in heard:
            phone.understand(at, size, json.loads(text))


class Phone(WSListener):
    """One participant's socket."""

    def __init__(self, hall: Hall, number: int) -> None:
        self.number = number
        self.frames = 0
        self.octets = 0
        self.first_view: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._hall = hall
        self._transport: WSTransport | None = None
        self._sent: dict[str, tuple[float, int, bytes, int]] = {}
        self._taps = 0
        self.keeps_view = False
        self.view = b""

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Keep the transport: votes go out through it."""
        self._transport = transport

    def on_ws_frame(self, _transport: WSTransport, frame: WSFrame) -> None:
        """Count every frame; stamp acknowledgements."""
        now = time.perf_counter()
        if frame.msg_type != WSMsgType.TEXT:
            if frame.msg_type == WSMsgType.CLOSE:
                self._hall.closed.append(int(frame.get_close_code().value))
                self.leave()
            return
        size = wire_size(frame.payload_size)
        self.frames += 1
        self.octets += size
        if not self.first_view.done():
            if self.keeps_view:
                self.view = frame.get_payload_as_bytes()
            self.first_view.set_result(size)
        elif frame.rsv1:  # compressed: counted, not understood, so its vote stays without an answer
            self._hall.compressed_frames += 1
        elif frame.payload_size < LARGEST_REPLY:
            text = frame.get_payload_as_bytes()
            if b'"view"' not in text[:40]:
                self._hall.heard.append((self, now, size, text))
                self._hall.settle()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """A phone that lost its socket can vote no more."""
        if transport is not self._transport:
            return  # one that was dropped on purpose
        self._transport = None
        if not self.first_view.done():
            self.first_view.set_exception(ConnectionError("closed before the first view"))

    def prepare(self, question: str, dimension: str, choice: int) -> tuple[str, int, bytes]:
        """A vote as bytes, made ahead so that sending costs little."""
        id_ = str(uuid4())
        self._taps += 1
        message = {
            "type": "answer",
            "id": id_,
            "question": question,
            "dimension": dimension,
            "choice": choice,
            "tap": self._taps,
        }
        return id_, choice, json.dumps(message, separators=(",", ":")).encode()

    def send(self, vote: tuple[str, int, bytes]) -> None:
        """Send a prepared vote now; one that cannot be sent stays missing."""
        id_, choice, message = vote
        if self._transport is None:
            self._hall.settle()
            return
        self._sent[id_] = time.perf_counter(), choice, message, self._taps
        self._transport.send(WSMsgType.TEXT, message)

    def leave(self) -> None:
        """Close the socket."""
        if self._transport is not None:
            self._transport.disconnect()

    def drop(self) -> None:
        """Lose the socket and be ready for another."""
        self.leave()
        self._transport = None
        self.first_view = asyncio.get_running_loop().create_future()

    def send_again(self) -> int:
        """Send what has no answer yet once more, as a phone does after it lost its socket; how many those are."""
        for id_, (_, choice, message, _) in list(self._sent.items()):
            self.send((id_, choice, message))
        return len(self._sent)

    @property
    def connected(self) -> bool:
        """Whether it has a socket."""
        return self._transport is not None

    @property
    def unanswered(self) -> set[int]:
        """The choices that were sent and have no answer yet."""
        return {choice for _, choice, *_ in self._sent.values()}

    def understand(self, now: float, size: int, message: dict[str, Any]) -> None:
        """Stamp the answer to a vote."""
        kind, id_ = message.get("type"), message.get("id")
        if kind not in ("ack", "refused") or id_ not in self._sent:
            return
        sent, choice, _, tap = self._sent.pop(id_)
        if kind == "ack":
            self._hall.acks.append(Ack(self.number, choice, now - sent, now, message["version"], size, tap))
        else:
            self._hall.refused.append(str(message.get("reason")))


class Screen(WSListener):
    """The big screen's socket: remembers when it showed how many answers."""

    def __init__(self, question: str) -> None:
        self.views: list[tuple[float, int, int]] = []  # time, answers shown, bytes
        self.first_view: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._question = question
        self._more = asyncio.Event()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Read how many have answered."""
        now = time.perf_counter()
        if frame.msg_type == WSMsgType.CLOSE:
            transport.disconnect()
        if frame.msg_type != WSMsgType.TEXT:
            return
        message = json.loads(frame.get_payload_as_bytes())
        if message.get("type") != "view":
            return
        answered = message["state"].get("answered", {}).get(self._question, {})
        size = wire_size(frame.payload_size)
        self.views.append((now, sum(answered.values()), size))
        self._more.set()
        if not self.first_view.done():
            self.first_view.set_result(size)

    async def shows(self, answers: int, timeout: float) -> float | None:
        """When a view first had at least that many answers; None where none came in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while True:
                    for at, shown, _ in self.views:
                        if shown >= answers:
                            return at
                    self._more.clear()
                    await self._more.wait()
        return None


async def connect_phone(hall: Hall, number: int, url: str, token: str) -> tuple[Phone, float]:
    """A phone that has its first view, and the seconds that took."""
    phone = Phone(hall, number)
    return phone, await connect_again(phone, url, token)


async def connect_again(phone: Phone, url: str, token: str, *, patience: float = OPEN_LIMIT) -> float:
    """Open a phone's socket; the seconds until its first view."""
    began = time.perf_counter()
    headers = {"Authorization": f"Bearer {token}"} | OFFER
    async with asyncio.timeout(patience):
        await ws_connect(lambda: phone, url, extra_headers=headers, websocket_handshake_timeout=patience)
        await phone.first_view
    return time.perf_counter() - began


async def connect_screen(question: str, url: str, token: str) -> tuple[Screen, WSTransport]:
    """A screen that has its first view."""
    screen = Screen(question)
    async with asyncio.timeout(OPEN_LIMIT):
        transport, _ = await ws_connect(lambda: screen, url, extra_headers={"Authorization": f"Bearer {token}"})
        await screen.first_view
    return screen, transport
