"""Real sockets: what arrived on one, and waiting for what shall arrive."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

WITHIN_S = 5.0
Frame = dict[str, Any]


async def refused_with(url: str, **headers: str) -> int:
    """The HTTP status with which an upgrade is refused."""
    try:
        socket = await connect(url, additional_headers=headers, compression=None, open_timeout=10, proxy=None)
    except InvalidStatus as error:
        return int(error.response.status_code)
    await socket.close()
    raise AssertionError("the upgrade was let through")


class Line:
    """One open socket. ``raw`` is every text frame in order; ``code`` is how it was closed, None while it is open."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.raw: list[str] = []
        self.frames: list[Frame] = []
        self.code: int | None = None
        self._news = asyncio.Condition()
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, url: str, *, compression: str | None = None, **headers: str) -> "Line":
        return cls(
            await connect(
                url, additional_headers=headers, compression=compression, max_size=None, open_timeout=10, proxy=None
            )
        )

    async def _read(self) -> None:
        try:
            async for text in self.socket:
                assert isinstance(text, str), "the server sends text only"
                async with self._news:
                    self.raw.append(text)
                    self.frames.append(json.loads(text))
                    self._news.notify_all()
        except ConnectionClosed:
            pass
        async with self._news:
            self.code = self.socket.close_code
            self._news.notify_all()

    async def wait_for(self, found: Callable[[], Any], what: str, *, within: float = WITHIN_S) -> Any:
        """What ``found`` gives once that is something."""
        end = time.monotonic() + within
        async with self._news:
            while True:
                result = found()
                if result:
                    return result
                left = end - time.monotonic()
                if left <= 0 or (self.code is not None and self._reader.done()):
                    last = self.raw[-1][-1500:] if self.raw else "nothing"
                    raise AssertionError(f"waited {within} s for {what}; closed: {self.code}; last frame: {last}")
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), left)

    @property
    def views(self) -> list[Frame]:
        return [frame for frame in self.frames if frame["type"] == "view"]

    @property
    def replies(self) -> list[Frame]:
        return [frame for frame in self.frames if frame["type"] != "view"]

    @property
    def shown(self) -> Frame:
        """The newest view."""
        return self.views[-1]

    async def until(self, wanted: str | Callable[[Frame], Any], *, within: float = WITHIN_S) -> Frame:
        """The first view, from the newest one on, that holds this text or whose ``state`` fits.

        A state that lacks what is asked for, as one without a question does, does not fit yet.
        """

        def found() -> Frame | None:
            if not self.views:
                return None
            shown = self.shown
            with suppress(TypeError, KeyError):
                fits = wanted in shown["content"] if isinstance(wanted, str) else wanted(shown["state"])
                return shown if fits else None
            return None

        result: Frame = await self.wait_for(
            found, wanted if isinstance(wanted, str) else "a view that fits", within=within
        )
        return result

    async def closed(self, *, within: float = WITHIN_S) -> int:
        """The code it is closed with."""
        return int(await self.wait_for(lambda: self.code, "the end of the connection", within=within))

    async def reply_to(self, id_: str | None, *, after: int, within: float = WITHIN_S) -> Frame:
        """The first ack or refusal with this id after ``after`` frames."""

        def found() -> Frame | None:
            return next((one for one in self.frames[after:] if one["type"] != "view" and one["id"] == id_), None)

        result: Frame = await self.wait_for(found, f"a reply to {id_}", within=within)
        return result

    async def send(self, text: str | bytes) -> None:
        await self.socket.send(text)

    async def ask(self, frame: Frame | str | bytes, *, id_: str | None = None) -> Frame:
        """Send a frame, and give what is answered to it."""
        after = len(self.frames)
        text = json.dumps(frame, ensure_ascii=False) if isinstance(frame, dict) else frame
        await self.send(text)
        return await self.reply_to(frame.get("id") if isinstance(frame, dict) else id_, after=after)

    async def close(self) -> None:
        await self.socket.close()
        with suppress(asyncio.CancelledError):
            await self._reader
