"""One run: phones join, connect, stay idle, vote in bursts; a screen watches. Gives the figures.

Every wait has a limit, so a server that stops answering ends the run with votes missing.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.bursts import Asked, Burst, each, evenly, in_groups, vote_together
from bench.phones import Hall, Phone, Screen, connect_phone, connect_screen
from bench.process import ServerProcess
from bench.seats import Seats

SCREEN_LIMIT = 5.0
EARLY_PHONES = 10  # connect before memory is read first; send the lone votes
LONE_PAUSE = 0.25


@dataclass(frozen=True)
class Shape:
    """What a run does: how many phones, and within how many seconds all of them vote."""

    phones: int
    spread: float = 1.5
    bursts: int = 3  # in each, every phone votes once; from the second on it changes its answer
    between: float = 1.5  # seconds; a person cannot be held to a rate limit by this
    connecting_at_once: int = 20
    settle: float = 1.0
    seed: int = 1


@dataclass(frozen=True)
class Target:
    """A server that is ready for phones, and how to get in."""

    name: str
    server: ServerProcess
    session_id: str
    question: str
    dimension: str
    choices: Sequence[int]
    join: Callable[[int], Awaitable[str]]
    screen_token: str | None
    answered: Callable[[], Awaitable[int]] | None = None
    database: Path | None = None
    join_page: str | None = None

    seats: Seats | None = None

    @property
    def asked(self) -> Asked:
        """What its phones answer."""
        return Asked(self.question, self.dimension, self.choices)

    @property
    def live(self) -> str:
        """Where the session's sockets are."""
        return f"ws://127.0.0.1:{self.server.port}/live/{self.session_id}"


@dataclass
class Run:
    """What was measured in one run; times in seconds."""

    bursts: list[Burst] = field(default_factory=list)
    acked: dict[int, int] = field(default_factory=dict)  # phone to its newest acknowledged choice
    refused: int = 0
    closed: int = 0
    compressed_frames: int = 0
    first_view_bytes: float = 0
    connect_seconds: list[float] = field(default_factory=list)
    last_vote_to_screen: float | None = None
    lone_vote_to_screen: list[float] = field(default_factory=list)
    screen_views: int = 0
    cpu_join: float | None = None
    cpu_enter: float | None = None
    memory_phone: float | None = None


async def measure(target: Target, shape: Shape) -> Run:
    """Do one run against a target."""
    return await _Loader(target, shape).whole_run()


class _Loader:
    """The phones and the screen of one run."""

    def __init__(self, target: Target, shape: Shape) -> None:
        self._target = target
        self._shape = shape
        self._run = Run()
        self._hall = Hall()
        self._phones: list[Phone] = []
        self._screen: Screen | None = None

    async def whole_run(self) -> Run:
        async with contextlib.AsyncExitStack() as at_end:
            await self._fill()
            for phone in self._phones:
                at_end.callback(phone.leave)
            if self._target.screen_token is not None:
                self._screen, transport = await connect_screen(
                    self._target.question, f"{self._target.live}/screen", self._target.screen_token
                )
                at_end.callback(transport.disconnect)
            await self._lone_votes()
            for number in range(self._shape.bursts):
                await asyncio.sleep(self._shape.between if number else 0)
                self._run.bursts.append(await self._burst(number))
            self._hall.read()
            self._run.acked = {ack.phone: ack.choice for ack in self._hall.acks}
            self._run.refused = len(self._hall.refused)
            self._run.closed = len(self._hall.closed)
            self._run.compressed_frames = self._hall.compressed_frames
        return self._run

    async def _fill(self) -> None:
        """Everybody joins, then connects; what that costs the server."""
        run, shape, server = self._run, self._shape, self._target.server
        total = shape.phones + EARLY_PHONES
        await server.settled()
        before = server.cpu_seconds()
        tokens = await in_groups(total, shape.connecting_at_once, self._target.join)
        run.cpu_join = each(before, server.cpu_seconds(), total)

        async def enter(number: int) -> None:
            url = f"{self._target.live}/phone"
            phone, seconds = await connect_phone(self._hall, number, url, tokens[number])
            self._phones.append(phone)
            run.connect_seconds.append(seconds)

        await in_groups(EARLY_PHONES, EARLY_PHONES, enter)
        await asyncio.sleep(shape.settle / 2)
        before, memory = server.cpu_seconds(), server.private_bytes()
        await in_groups(shape.phones, shape.connecting_at_once, lambda n: enter(n + EARLY_PHONES))
        run.cpu_enter = each(before, server.cpu_seconds(), shape.phones)
        await asyncio.sleep(shape.settle)
        run.memory_phone = each(memory, server.private_bytes(), shape.phones)
        run.first_view_bytes = sum(phone.first_view.result() for phone in self._phones) / total
        self._phones.sort(key=lambda phone: phone.number)

    async def _lone_votes(self) -> None:
        """Votes into a quiet session, one by one, and how soon a screen shows each."""
        target, hall = self._target, self._hall
        for count, phone in enumerate(self._phones[:EARLY_PHONES], start=1):
            await asyncio.sleep(LONE_PAUSE)
            vote = phone.prepare(target.question, target.dimension, target.choices[0])
            hall.expect(1)
            sent = time.perf_counter()
            phone.send(vote)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(hall.settled.wait(), SCREEN_LIMIT)
            if self._screen is not None:
                shown = await self._screen.shows(count, SCREEN_LIMIT)
                self._run.lone_vote_to_screen.append(float("inf") if shown is None else shown - sent)
        await asyncio.sleep(LONE_PAUSE)

    async def _burst(self, number: int) -> Burst:
        """All phones vote within the spread, at times and with choices drawn from the seed."""
        voting, seed = self._phones[EARLY_PHONES:], f"{self._shape.seed} {number}"
        views_before = len(self._screen.views) if self._screen else 0
        burst = await vote_together(
            self._target.server,
            self._hall,
            voting,
            self._target.asked,
            moments=evenly(seed, len(voting), self._shape.spread),
            seed=seed,
        )
        if self._screen is not None and number == 0:  # later bursts only change answers
            complete = await self._screen.shows(len(self._phones), SCREEN_LIMIT)
            self._run.last_vote_to_screen = (complete or float("inf")) - burst.last_due
            self._run.screen_views = len(self._screen.views) - views_before
        return burst
