"""What a socket is owed, at a socket that takes frames at once, later, or not at all."""

import asyncio
from dataclasses import dataclass
from typing import Any, cast

import pytest
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.live.direct import SEND
from app.live.mailbox import REPLIES_AT_MOST, TOO_SLOW, Mailbox


class Socket:
    """Takes frames while it is ``ready``; makes senders wait, as uvicorn does before it takes anything, while it is not."""

    def __init__(self) -> None:
        self.ready = asyncio.Event()
        self.ready.set()
        self.gone = False
        self.taken: list[Any] = []
        self.scope = {"extensions": {SEND: self._send_now}}

    def _send_now(self, text: str) -> bool:
        if self.gone or not self.ready.is_set():
            return False
        self.taken.append(text)
        return True

    async def send(self, message: dict[str, Any]) -> None:
        await self.ready.wait()
        if self.gone:
            raise WebSocketDisconnect(1006)
        self.taken.append(message.get("text", message.get("code")))


@pytest.fixture
async def socket() -> Socket:
    return Socket()


async def rounds() -> None:
    """Let whatever is ready run, and what that makes ready."""
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
async def box(socket: Socket) -> Mailbox:
    return Mailbox(cast("WebSocket", socket))


async def test_a_frame_goes_out_at_once_where_the_socket_takes_it(box: Mailbox, socket: Socket) -> None:
    box.reply("one")
    box.show("key", "view")
    box.reply("two")

    assert socket.taken == ["one", "view", "two"]


async def test_a_server_without_the_short_way_is_sent_the_same(socket: Socket) -> None:
    socket.scope = {}
    box = Mailbox(cast("WebSocket", socket))
    box.reply("one")
    box.reply("two")
    await rounds()

    assert socket.taken == ["one", "two"]


async def test_what_a_slow_socket_is_owed_arrives_once_and_in_order_with_the_newest_view_last(
    box: Mailbox, socket: Socket
) -> None:
    socket.ready.clear()
    box.reply("one")
    box.show("old", "old view")
    await rounds()
    box.reply("two")
    box.show("new", "new view")
    socket.ready.set()
    await rounds()
    box.reply("three")

    assert socket.taken == ["one", "two", "new view", "three"]


async def test_a_socket_that_takes_nothing_is_closed_when_it_is_owed_too_much(box: Mailbox, socket: Socket) -> None:
    socket.ready.clear()
    for number in range(REPLIES_AT_MOST + 2):
        box.reply(f"{number}")
        await asyncio.sleep(0)
    socket.ready.set()
    await rounds()

    assert socket.taken[-1] == TOO_SLOW
    assert socket.taken[:-1] == [f"{number}" for number in range(len(socket.taken) - 1)]


async def test_a_socket_that_is_gone_is_left_alone(box: Mailbox, socket: Socket) -> None:
    socket.gone = True
    box.reply("one")
    await rounds()
    socket.gone = False
    box.reply("two")
    await rounds()

    assert socket.taken == []


@dataclass(frozen=True)
class Parts:
    """A view that says from what to what it leads."""

    name: str

    def since(self, last: "Parts | None") -> str:
        return f"{last.name if last else 'nothing'}>{self.name}"


async def test_of_a_view_in_parts_only_what_is_new_since_the_last_one_really_sent_goes_out(
    box: Mailbox, socket: Socket
) -> None:
    box.show("a", Parts("a"))
    socket.ready.clear()
    for name in "bcd":
        box.show(name, Parts(name))
        await rounds()
    socket.ready.set()
    await rounds()
    box.show("e", Parts("e"))

    assert socket.taken[0] == "nothing>a"
    assert socket.taken[-1] == "d>e"
    assert [text.partition(">")[0] for text in socket.taken[1:]] == [
        text.partition(">")[2] for text in socket.taken[:-1]
    ]
