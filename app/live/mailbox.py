"""What one socket is still owed: its replies in order, then the newest view only. Nobody waits for a slow socket.

A view is a whole frame, or one that knows its parts: then only what is new since the last one sent to this socket goes out.
"""

import asyncio
from collections import deque
from typing import Any, Protocol, Self

from starlette.websockets import WebSocket, WebSocketDisconnect

from app import gauges
from app.live.direct import SEND

SEND_WITHIN_S = 10.0
REPLIES_AT_MOST = 256
TOO_SLOW = 4408
GONE = (WebSocketDisconnect, RuntimeError, OSError)


def _never(_text: str) -> bool:
    """Stands for the extension where the server has none."""
    return False


class InParts(Protocol):
    """A view of which a socket is sent only what is new to it."""

    def since(self, last: Self | None) -> str:
        """The frame for a socket that was sent ``last``; None for nothing yet."""


class Mailbox:
    """The sending half of a socket. A task that writes exists only while the socket does not take what is owed at once."""

    __slots__ = ("_closing", "_replies", "_send_now", "_sent", "_view", "_writer", "shown", "ws")

    def __init__(self, ws: WebSocket) -> None:
        self.ws = ws
        self.shown: object = None
        self._replies: deque[str] = deque()
        self._view: str | InParts | None = None
        self._sent: Any = None
        self._writer: asyncio.Task[None] | None = None
        self._closing: int | None = None
        self._send_now = ws.scope.get("extensions", {}).get(SEND, _never)

    def reply(self, frame: str) -> None:
        """Owe a frame that must arrive, in order."""
        if len(self._replies) >= REPLIES_AT_MOST:
            self.close(TOO_SLOW)
        elif not self._went_at_once(frame):
            self._replies.append(frame)
            self._write()

    def show(self, key: object, frame: str | InParts) -> None:
        """Owe the newest view; an older one that was not sent yet is dropped. ``key`` tells equal views apart from new ones."""
        self.shown = key
        if self._writer is None and self._went_at_once(self._text_of(frame)):
            self._sent = frame
            return
        if self._view is not None:
            gauges.drops.inc()
        self._view = frame
        self._write()

    def close(self, code: int) -> None:
        """End the connection once what is owed was sent."""
        if self._closing is None:
            self._closing = code
            self._write()

    @property
    def closing(self) -> bool:
        """Whether the connection is being ended from here."""
        return self._closing is not None

    def _went_at_once(self, frame: str) -> bool:
        """Whether nothing else was owed and the server took the frame at once, as it nearly always does."""
        return self._writer is None and self._closing is None and self._send_now(frame)

    def _write(self) -> None:
        if self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._send_what_is_owed())

    async def _send_what_is_owed(self) -> None:
        try:
            async with asyncio.timeout(None) as patience:
                while self._replies or self._view is not None:
                    patience.reschedule(asyncio.get_running_loop().time() + SEND_WITHIN_S)
                    frame = self._replies.popleft() if self._replies else self._take_view()
                    await self.ws.send({"type": "websocket.send", "text": frame})
        except TimeoutError:
            gauges.slow.inc()
            self._closing = TOO_SLOW
        except GONE:
            return  # gone; the reader notices by itself, and the mailbox stays without a writer
        self._writer = None
        if self._closing is not None:
            await self._send_close(self._closing)

    def _take_view(self) -> str:
        """The newest view as it goes out now."""
        view, self._view = self._view or "", None
        frame, self._sent = self._text_of(view), view
        return frame

    def _text_of(self, view: str | InParts) -> str:
        return view if isinstance(view, str) else view.since(self._sent)

    async def _send_close(self, code: int) -> None:
        message: dict[str, Any] = {"type": "websocket.close", "code": code}
        try:
            async with asyncio.timeout(1):
                await self.ws.send(message)
        except (TimeoutError, *GONE):
            return
