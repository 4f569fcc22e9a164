"""Two guests nobody wants: a screen that never reads, and a phone that sends a thousand votes a second."""

import asyncio
import base64
import contextlib
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bench.crowd import Crowd
from bench.phones import Hall, Phone, connect_again

SMALL_BUFFER = 4096
EVERY = 0.01
VOTES_PER_S = 1000


@asynccontextmanager
async def deaf_screen(crowd: Crowd) -> AsyncIterator[None]:
    """A screen's socket that is opened and then never read from."""
    target = crowd.target
    with socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        wire.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(wire, ("127.0.0.1", target.server.port))
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        lines = [
            f"GET /live/{target.session_id}/screen HTTP/1.1",
            f"Host: 127.0.0.1:{target.server.port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            f"Authorization: Bearer {target.screen_token}",
        ]
        await loop.sock_sendall(wire, ("\r\n".join(lines) + "\r\n\r\n").encode())
        answer = await asyncio.wait_for(loop.sock_recv(wire, 64), 10)
        if b" 101 " not in answer:
            raise RuntimeError(f"the screen was refused: {answer!r}")
        yield


class Flood:
    """A phone that sends far more than anybody may; it comes back whenever it is closed."""

    def __init__(self, crowd: Crowd, phone: Phone) -> None:
        self._url, self._token = crowd.doors[phone]
        self._asked = crowd.target.asked
        self.sent = 0
        self.closed = 0

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            hall = Hall()
            phone = Phone(hall, 0)
            with contextlib.suppress(Exception):
                await connect_again(phone, self._url, self._token)
                await self._send(phone, hall)
            phone.leave()
            self.closed += 1
            await asyncio.sleep(0.05)

    async def _send(self, phone: Phone, hall: Hall) -> None:
        choices, question, dimension = self._asked.choices, self._asked.question, self._asked.dimension
        try:
            while phone.connected:
                for _ in range(int(VOTES_PER_S * EVERY)):
                    phone.send(phone.prepare(question, dimension, choices[self.sent % len(choices)]))
                    self.sent += 1
                hall.heard.clear()
                await asyncio.sleep(EVERY)
        finally:
            phone.leave()


@asynccontextmanager
async def rude_guests(crowd: Crowd, phone: Phone) -> AsyncIterator[Flood]:
    """Both of them, for as long as the block lasts. ``phone``: whose place the flood comes from."""
    flood = Flood(crowd, phone)
    async with deaf_screen(crowd):
        sending = asyncio.create_task(flood.run())
        try:
            yield flood
        finally:
            sending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sending
