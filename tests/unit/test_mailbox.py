"""A mailbox sends the newest view only, and of a view in parts only what is new to its own socket."""

import asyncio
from dataclasses import dataclass

from app.live.mailbox import Mailbox


class Pipe:
    """A socket that takes a frame only when it is let."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.open = asyncio.Event()

    async def send(self, message: dict[str, str]) -> None:
        self.sent.append(message["text"])
        await self.open.wait()


@dataclass(frozen=True)
class Parts:
    """A view that says from what to what it leads."""

    name: str

    def since(self, last: "Parts | None") -> str:
        return f"{last.name if last else 'nothing'}>{self.name}"


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_slow_socket_is_sent_what_is_new_since_the_last_view_it_really_got() -> None:
    pipe = Pipe()
    box = Mailbox(pipe)  # type: ignore[arg-type]

    for name in "abc":
        box.show(name, Parts(name))
        await settled()
    assert pipe.sent == ["nothing>a"], "b and c wait, and b is not owed any more"
    box.show("d", Parts("d"))
    pipe.open.set()
    await settled()

    assert pipe.sent == ["nothing>a", "a>d"]


async def test_each_socket_has_its_own_past() -> None:
    early, late = Pipe(), Pipe()
    one, two = Mailbox(early), Mailbox(late)  # type: ignore[arg-type]
    for pipe in (early, late):
        pipe.open.set()

    one.show("a", Parts("a"))
    await settled()
    for box in (one, two):
        box.show("b", Parts("b"))
    await settled()

    assert (early.sent, late.sent) == (["nothing>a", "a>b"], ["nothing>b"])


async def test_replies_go_before_views_and_whole_views_as_they_are() -> None:
    pipe = Pipe()
    box = Mailbox(pipe)  # type: ignore[arg-type]

    box.show("a", "view a")
    box.reply("ack 1")
    box.show("b", "view b")
    pipe.open.set()
    await settled()

    assert pipe.sent == ["ack 1", "view b"]
