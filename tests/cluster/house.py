"""Several processes on one PostgreSQL and one Redis, a front before them, and phones that come back by themselves."""

import asyncio
import itertools
import json
import re
import time
from collections.abc import Callable
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from app.cluster.front import front
from app.cluster.postgres import Postgres
from app.cluster.redis import RedisServer
from tests.live.server import Server, free_port
from tests.live.workshop import Phone, Watcher, Web, Workshop

SECRET = "a secret that every process of a cluster shares"
OWNER, COMPANY = "olga@halden.example", "Halden Works"
COMES_BACK_AFTER_S = 0.2
SILENT_AT_MOST_S = 5.0  # as the phone's own script
LOOKS_EVERY_S = 0.5
ASKS_AGAIN_AFTER_S = 0.3
FRONT_KNOWS_WITHIN_S = 10.0
WAITING_AT_MOST = 2  # taps of somebody who sees "sending …" and waits


def node(folder: Path, database_url: str, redis_url: str = "") -> Server:
    """One process on these; not started."""
    env = {"STAIRSTEP_DATABASE_URL": database_url, "STAIRSTEP_REDIS_URL": redis_url, "STAIRSTEP_SECRET_KEY": SECRET}
    return Server(folder, env=env)


def open_folder(stack: ExitStack) -> Path:
    """A folder that PostgreSQL can reach whoever it runs as; it goes with the stack."""
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="stairstep-test-")))
    folder.chmod(0o711)
    return folder


@dataclass
class House:
    """Two processes, ``a`` and ``b``, behind a front."""

    postgres: Postgres
    redis: RedisServer
    a: Server
    b: Server
    front_url: str
    token: str

    @classmethod
    def build(cls, stack: ExitStack, postgres: Postgres, redis: RedisServer, url: str, folder: Path) -> "House":
        """Both processes running on the database at this address; the stack ends them."""
        folder.mkdir(exist_ok=True)
        a, b = (node(folder / name, url, redis.url) for name in "ab")
        token = a.add_user(OWNER, "owner", COMPANY, "Olga Owner")
        for server in (a, b):
            stack.callback(lambda server=server: server.kill() if server.runs else None)
            server.start()
        caddy = front(folder / "front", host="127.0.0.1", port=(port := free_port()), processes=[a.port, b.port])
        stack.callback(caddy.stop)
        caddy.start()
        return cls(postgres, redis, a, b, f"http://127.0.0.1:{port}", token)

    @property
    def front(self) -> Server:
        """The front, as somebody to talk to."""
        port = urlsplit(self.front_url).port
        assert port is not None
        return Server(self.a.data_dir, port=port, env=self.a.env)

    async def workshop(self, **body: Any) -> "Both":
        """A new session, made at ``a``."""
        made = await Workshop.make(self.a, Web(self.a, self.token), **body)
        return Both(self, made, Workshop(self.b, Web(self.b, self.token), made.session))


@dataclass
class Both:
    """One session as the two processes serve it."""

    house: House
    a: Workshop
    b: Workshop

    @property
    def id(self) -> str:
        return str(self.a.id)

    async def everyone(self) -> tuple[list[Phone], list[Watcher]]:
        """Three phones at each process, a screen and a console at each."""
        phones = [
            await at.phone(group) for at in (self.a, self.b) for group in ("Leadership", "Account team", "Operations")
        ]
        watchers = [watcher for at in (self.a, self.b) for watcher in (await at.screen(), await at.console())]
        return phones, watchers

    async def settle_and_leave(self) -> None:
        """The last pushed region of everybody is what a fresh page shows, at either process."""
        for at in (self.a, self.b):
            await at.settle()
        await self.leave()

    async def leave(self) -> None:
        for at in (self.a, self.b):
            await at.leave()
            await at.api.close()

    async def until_the_front_uses_both(self) -> None:
        """Wait until people go to either process by turns: one that was away is used again once the front saw it answer."""
        pair = [await self.a.join() for _ in range(2)]
        async with asyncio.timeout(FRONT_KNOWS_WITHIN_S):
            while True:
                before = await sockets(self.house.b)
                async with steady(pair, [self.house.front.host]):
                    if await sockets(self.house.b) == before + 1:
                        return
                await asyncio.sleep(LOOKS_EVERY_S)

    def stored(self, question: str = "current") -> dict[str, tuple[int, int]]:
        """{participant: (tap, choice)} in the database."""
        rows = self.house.a.rows(
            "SELECT participant_id, tap, choice FROM answer WHERE session_id = ? AND question = ?", self.id, question
        )
        return {person: (tap, choice) for person, tap, choice in rows}


async def sockets(server: Server) -> float:
    """How many sockets a process has open."""
    web = Web(server)
    web.client.headers.pop("x-forwarded-for")
    said = (await web.get("/metrics")).text
    await web.close()
    return sum(float(value) for value in re.findall(r"^stairstep_sockets{.*} (\S+)$", said, re.MULTILINE))


class SamePerson(Phone):
    """Somebody's phone, once more, at another process."""

    def __init__(self, workshop: Workshop, phone: Phone) -> None:
        super().__init__(workshop, phone.joined, phone.side, phone.group_id)
        workshop.people.append(self)


_TAPS = itertools.count(0, 10_000)


class SteadyPhone:
    """A phone that does what the page's script does: it keeps what was not acknowledged, comes back, sends it again.

    ``lost`` are the moments at which its connection ended, ``codes`` how; ``acked`` {tap: (choice, version)}.
    """

    def __init__(self, phone: Phone, host: str) -> None:
        self.phone, self.host = phone, host
        self.outbox: dict[str, dict[str, Any]] = {}
        self.sent_at: dict[str, float] = {}
        self.acked: dict[int, tuple[int, int]] = {}
        self.slowest = 0.0
        self.refused: list[dict[str, Any]] = []
        self.versions: list[int] = []
        self.views: list[dict[str, Any]] = []
        self.codes: list[int | None] = []
        self.connections = 0
        self._connected_at = 0.0
        self._tap = next(_TAPS)  # a phone never numbers two taps alike, also after it was switched off
        self._socket: ClientConnection | None = None
        self._news = asyncio.Condition()

    @property
    def url(self) -> str:
        return f"ws://{self.host}/live/{self.phone.workshop.id}/phone"

    async def run(self) -> None:
        """Stay connected, for ever."""
        while True:
            with suppress(OSError, InvalidHandshake, WebSocketException, TimeoutError):
                socket = await connect(
                    self.url, additional_headers=self.phone.bearer, compression=None, open_timeout=4, proxy=None
                )
                try:
                    await self._listen(socket)
                finally:
                    self.codes.append(socket.close_code)
                    self._socket = None
                    socket.transport.abort()
            await asyncio.sleep(COMES_BACK_AFTER_S)

    async def _listen(self, socket: ClientConnection) -> None:
        self.connections += 1
        self._socket, self._connected_at = socket, time.monotonic()
        for message in list(self.outbox.values()):
            await self._send(message)
        while True:
            try:
                async with asyncio.timeout(LOOKS_EVERY_S):  # wait_for may swallow that its task was ended
                    frame = json.loads(await socket.recv())
            except TimeoutError:
                if self._waits_too_long():
                    raise
                continue
            async with self._news:
                await self._take(frame)
                self._news.notify_all()

    def _waits_too_long(self) -> bool:
        """Whether something that this connection should have acknowledged is not."""
        since = time.monotonic() - SILENT_AT_MOST_S
        return any(max(self.sent_at[id_], self._connected_at) < since for id_ in self.outbox)

    async def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "view":
            self.views.append(frame)
            self.versions.append(frame["version"])
        elif frame["type"] == "ack":
            message = self.outbox.pop(frame["id"], None)
            if message is not None:
                self.acked[message["tap"]] = (message["choice"], frame["version"])
                self.slowest = max(self.slowest, time.monotonic() - self.sent_at[frame["id"]])
        elif frame["reason"] == "rate":
            message = self.outbox.get(frame["id"])
            if message is not None:
                asyncio.get_running_loop().call_later(
                    ASKS_AGAIN_AFTER_S, lambda: asyncio.ensure_future(self._send(message))
                )
        else:
            self.refused.append(frame)
            self.outbox.pop(frame["id"], None)

    async def _send(self, message: dict[str, Any]) -> None:
        if self._socket is not None and message["id"] in self.outbox:
            with suppress(WebSocketException, OSError):
                await self._socket.send(json.dumps(message))

    async def choose(self, choice: int, question: str = "current") -> None:
        """Answer; it is sent until it is acknowledged."""
        self._tap += 1
        message = {"type": "answer", "id": f"tap-{self._tap}", "question": question, "choice": choice, "tap": self._tap}
        self.outbox[message["id"]] = message
        self.sent_at[message["id"]] = time.monotonic()
        await self._send(message)

    async def until(self, found: Callable[[], Any], what: str, *, within: float = 15.0) -> None:
        """Wait until ``found``, which is asked after each frame."""
        try:
            async with asyncio.timeout(within), self._news:
                await self._news.wait_for(found)
        except TimeoutError:
            raise AssertionError(f"waited {within} s for {what}; {len(self.outbox)} waiting, {self.codes}") from None

    async def all_acked(self, *, within: float = 15.0) -> None:
        await self.until(lambda: not self.outbox, "every ack", within=within)


@asynccontextmanager
async def steady(phones: list[Phone], hosts: list[str]):
    """These phones, connected by turns to these hosts, with their first view; disconnected at the end."""
    found = [SteadyPhone(phone, hosts[number % len(hosts)]) for number, phone in enumerate(phones)]
    tasks = [asyncio.create_task(one.run()) for one in found]
    try:
        for one in found:
            await one.until(lambda one=one: one.views, "the first view")
        yield found
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def voting(phones: list[SteadyPhone], *, every_s: float = 0.25):
    """While inside, each phone goes on voting."""

    async def go_on(phone: SteadyPhone) -> None:
        choice = 0
        while True:
            if len(phone.outbox) < WAITING_AT_MOST:
                choice = choice % 5 + 1
                await phone.choose(choice)
            await asyncio.sleep(every_s)

    tasks = [asyncio.create_task(go_on(phone)) for phone in phones]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def more_acks(phones: list[SteadyPhone], more: int = 2, *, within: float = 15.0) -> None:
    """Wait until each phone got so many more acks."""
    wanted = {phone: len(phone.acked) + more for phone in phones}
    await asyncio.gather(
        *(phone.until(lambda p=phone: len(p.acked) >= wanted[p], f"{more} acks", within=within) for phone in phones)
    )


async def nothing_acknowledged_is_lost(both: Both, phones: list[SteadyPhone]) -> None:
    """Each phone's last acknowledged answer, or a later one, is what is stored; versions never went back."""
    stored = await asyncio.to_thread(both.stored)
    for phone in phones:
        tap = max(phone.acked)
        kept_tap, kept_choice = stored[phone.phone.id]
        assert kept_tap >= tap, f"an acknowledged vote is gone: {tap} was acknowledged, {kept_tap} is stored"
        if kept_tap == tap:
            assert kept_choice == phone.acked[tap][0]
        assert not phone.refused, phone.refused
