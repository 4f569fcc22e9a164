"""Phones and screens of one or many sessions on one server, connected and ready to vote."""

import asyncio
import contextlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from picows import WSTransport

from bench.bursts import LAG_LIMIT, Burst, each, evenly, in_groups, vote_together
from bench.load import Target
from bench.phones import Hall, Phone, Screen, connect_again, connect_screen

AT_ONCE = 20
STORM_PATIENCE = 60.0


@dataclass
class Storm:
    """A reconnect storm: seconds until everybody has the right view again, and what went wrong."""

    seconds: float
    wrong_views: int
    unanswered: int


@dataclass
class Crowd:
    """Everybody who is connected to one server. Use as a context manager: they leave at the end."""

    target: Target
    hall: Hall = field(default_factory=Hall)
    phones: list[Phone] = field(default_factory=list)
    doors: dict[Phone, tuple[str, str]] = field(default_factory=dict)
    screens: dict[str, Screen] = field(default_factory=dict)
    _watching: list[WSTransport] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        await self.target.join(0)  # somebody who came in through the door, as the pattern for all others
        return self

    async def __aexit__(self, *_: object) -> None:
        for phone in self.phones:
            phone.leave()
        for transport in self._watching:
            transport.disconnect()
        await asyncio.sleep(0)

    def live(self, session_id: str) -> str:
        """Where a session's sockets are."""
        return f"ws://127.0.0.1:{self.target.server.port}/live/{session_id}"

    async def enter(self, count: int, *, session_id: str = "", at_once: int = AT_ONCE) -> list[Phone]:
        """So many phones more in a session, each with its first view."""
        assert self.target.seats is not None
        session_id = session_id or self.target.session_id
        tokens = self.target.seats.seat(session_id, count)
        new = [Phone(self.hall, len(self.phones) + at) for at in range(count)]
        self.phones += new
        url = f"{self.live(session_id)}/phone"

        async def one(number: int) -> None:
            await connect_again(new[number], url, tokens[number])

        await in_groups(count, at_once, one)
        self.doors |= {phone: (url, token) for phone, token in zip(new, tokens, strict=True)}
        return new

    async def watch(self, session_id: str = "") -> Screen:
        """A screen of a session."""
        session_id = session_id or self.target.session_id
        assert self.target.screen_token is not None
        url = f"{self.live(session_id)}/screen"
        screen, transport = await connect_screen(self.target.question, url, self.target.screen_token)
        self._watching.append(transport)
        self.screens[session_id] = screen
        return screen

    def keep(self, transport: WSTransport) -> None:
        """Close this socket, too, at the end."""
        self._watching.append(transport)

    async def vote(
        self,
        seed: object,
        spread: float,
        *,
        voters: Sequence[Phone] | None = None,
        moments: Sequence[float] | None = None,
        patience: float = 30.0,
        lag_limit: float = LAG_LIMIT,
    ) -> Burst:
        """A burst of everybody, or of these voters."""
        who = self.phones if voters is None else voters
        return await vote_together(
            self.target.server,
            self.hall,
            who,
            self.target.asked,
            moments=evenly(seed, len(who), spread) if moments is None else moments,
            seed=seed,
            patience=patience,
            lag_limit=lag_limit,
        )

    async def lone_vote(self, phone: Phone, screen: Screen, count: int, patience: float = 5.0) -> float:
        """Seconds from a vote into a quiet session to the screen that counts it as the ``count``-th."""
        asked = self.target.asked
        vote = phone.prepare(asked.question, asked.dimension, asked.choices[0])
        self.hall.expect(1)
        sent = time.perf_counter()
        phone.send(vote)
        shown = await screen.shows(count, patience)
        return float("inf") if shown is None else shown - sent

    async def storm(self, voting: int) -> Storm:
        """All sockets are lost at once, ``voting`` of them right after sending a vote, and all come back at once.

        Who had no answer to a vote sends it again. A view is right where it has the phone's newest answer.
        """
        self.hall.read()
        newest = {ack.phone: ack.choice for ack in self.hall.acks}
        asked = self.target.asked
        for at, phone in enumerate(self.phones[:voting]):
            choice = asked.choices[at % len(asked.choices)]
            phone.send(phone.prepare(asked.question, asked.dimension, choice))
        for phone in self.phones:
            phone.keeps_view = True
            phone.drop()
        began = time.perf_counter()

        async def back(number: int) -> float:
            phone = self.phones[number]
            url, token = self.doors[phone]
            await connect_again(phone, url, token, patience=STORM_PATIENCE)
            return time.perf_counter()

        done = await in_groups(len(self.phones), len(self.phones), back)
        wrong = sum(not self._is_right(phone, newest.get(phone.number)) for phone in self.phones)
        sending = [phone for phone in self.phones if phone.unanswered]
        self.hall.expect(max(1, sum(phone.send_again() for phone in sending)))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.hall.settled.wait(), 20)
        self.hall.read()
        for phone in self.phones:
            phone.keeps_view, phone.view = False, b""
        return Storm(max(done) - began, wrong, sum(bool(phone.unanswered) for phone in self.phones))

    def _is_right(self, phone: Phone, newest: int | None) -> bool:
        asked = self.target.asked
        mine = json.loads(phone.view)["state"]["mine"].get(asked.question, {})
        shown = mine.get(asked.dimension)
        return shown == newest or shown in phone.unanswered

    def acked(self) -> dict[int, int]:
        """Every phone's newest acknowledged choice."""
        self.hall.read()
        return {ack.phone: ack.choice for ack in self.hall.acks}


@dataclass
class Entry:
    """What connecting cost the server, for each phone."""

    cpu: float | None
    memory: float | None


async def enter_measured(crowd: Crowd, count: int, settle: float = 1.0) -> Entry:
    """So many phones enter; CPU and private memory for each. A few come first, so that what is made once is made."""
    server = crowd.target.server
    await crowd.enter(10)
    await asyncio.sleep(settle / 2)
    before, memory = server.cpu_seconds(), server.private_bytes()
    await crowd.enter(count)
    cpu = each(before, server.cpu_seconds(), count)
    await asyncio.sleep(settle)
    return Entry(cpu, each(memory, server.private_bytes(), count))
