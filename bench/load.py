"""One run: phones join, connect, stay idle, vote in bursts; a screen watches. Gives the figures.

Every wait has a limit, so a server that stops answering ends the run with votes missing.
"""

import asyncio
import contextlib
import gc
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bench.phones import Hall, Phone, Screen, connect_phone, connect_screen
from bench.process import ServerProcess

T = TypeVar("T")

BURST_LIMIT = 30.0  # seconds after the last vote in which acknowledgements are waited for
SCREEN_LIMIT = 5.0
QUIET = 0.4  # seconds after a burst, for frames that nobody asked for
EARLY_PHONES = 10  # connect before memory is read first; send the lone votes
LONE_PAUSE = 0.25
LAG_STEP = 0.005
LAG_LIMIT = 0.005  # seconds, p99, by which the client's event loop may wake late
LATE_LIMIT = 0.01  # seconds, p99, by which it may send late
OTHERS_LIMIT = 0.10


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

    @property
    def live(self) -> str:
        """Where the session's sockets are."""
        return f"ws://127.0.0.1:{self.server.port}/live/{self.session_id}"


@dataclass
class Burst:
    """What was measured while all phones voted once; times in seconds."""

    latencies: list[float]
    missing: int
    ack_bytes: int
    frames_to_phone: list[int]
    bytes_to_phone: float
    cpu_vote: float | None
    client_late: float
    others_share: float  # of the server's core, taken by others
    client_lag: float = 0

    @property
    def disturbed(self) -> str | None:
        """Why this burst says nothing about the server; None where it does."""
        if self.client_lag > LAG_LIMIT or self.client_late > LATE_LIMIT:
            return "the client lagged"
        if self.others_share > OTHERS_LIMIT:
            return "others used the server's core"
        return None


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


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of ``values`` lies (nearest rank); nan where there are none."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


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
                async with _quiet_client() as lag:
                    burst = await self._burst(number)
                burst.client_lag = percentile(lag, 0.99)
                self._run.bursts.append(burst)
            self._run.acked = {ack.phone: ack.choice for ack in self._hall.acks}
            self._run.refused = len(self._hall.refused)
            self._run.closed = len(self._hall.closed)
            self._run.compressed_frames = self._hall.compressed_frames
        return self._run

    async def _fill(self) -> None:
        """Everybody joins, then connects; what that costs the server."""
        run, shape, server = self._run, self._shape, self._target.server
        total = shape.phones + EARLY_PHONES
        before = server.cpu_seconds()
        tokens = await _in_groups(total, shape.connecting_at_once, self._target.join)
        run.cpu_join = _each(before, server.cpu_seconds(), total)

        async def enter(number: int) -> None:
            url = f"{self._target.live}/phone"
            phone, seconds = await connect_phone(self._hall, number, url, tokens[number])
            self._phones.append(phone)
            run.connect_seconds.append(seconds)

        await _in_groups(EARLY_PHONES, EARLY_PHONES, enter)
        await asyncio.sleep(shape.settle / 2)
        before, memory = server.cpu_seconds(), server.private_bytes()
        await _in_groups(shape.phones, shape.connecting_at_once, lambda n: enter(n + EARLY_PHONES))
        run.cpu_enter = _each(before, server.cpu_seconds(), shape.phones)
        await asyncio.sleep(shape.settle)
        run.memory_phone = _each(memory, server.private_bytes(), shape.phones)
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
        target, shape, hall = self._target, self._shape, self._hall
        voting = self._phones[EARLY_PHONES:]
        draw = random.Random(f"{shape.seed} {number}")
        votes = [phone.prepare(target.question, target.dimension, draw.choice(target.choices)) for phone in voting]
        moments = [draw.random() * shape.spread for _ in voting]
        acks_before, views_before = len(hall.acks), len(self._screen.views) if self._screen else 0
        frames = [phone.frames for phone in voting]
        octets = sum(phone.octets for phone in voting)
        refused = len(hall.refused)
        late: list[float] = []
        loop = asyncio.get_running_loop()
        hall.expect(len(voting))
        before, others = target.server.cpu_seconds(), target.server.others_seconds()
        start, loop_start = time.perf_counter(), loop.time()

        def send(phone: Phone, vote: tuple[str, int, bytes], moment: float) -> None:
            late.append(time.perf_counter() - start - moment)
            phone.send(vote)

        for phone, vote, moment in zip(voting, votes, moments, strict=True):
            loop.call_at(loop_start + moment, send, phone, vote, moment)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(hall.settled.wait(), shape.spread + BURST_LIMIT)
        if self._screen is not None and number == 0:  # later bursts only change answers
            complete = await self._screen.shows(len(self._phones), SCREEN_LIMIT)
            self._run.last_vote_to_screen = (complete or float("inf")) - start - max(moments)
            self._run.screen_views = len(self._screen.views) - views_before
        await asyncio.sleep(QUIET)
        cpu = _each(before, target.server.cpu_seconds(), len(voting))
        taken = _each(others, target.server.others_seconds(), 1) or 0.0
        share = taken / (time.perf_counter() - start)
        acks = hall.acks[acks_before:]
        return Burst(
            latencies=[ack.latency for ack in acks],
            missing=len(voting) - len(acks) - (len(hall.refused) - refused),
            ack_bytes=max((ack.size for ack in acks), default=0),
            frames_to_phone=[phone.frames - was for phone, was in zip(voting, frames, strict=True)],
            bytes_to_phone=(sum(phone.octets for phone in voting) - octets) / len(voting),
            cpu_vote=cpu,
            client_late=percentile(late, 0.99),
            others_share=share,
        )


async def _in_groups(count: int, at_once: int, act: Callable[[int], Awaitable[T]]) -> list[T]:
    """The results of ``act(0)`` to ``act(count - 1)``, never more than ``at_once`` under way."""
    slots = asyncio.Semaphore(at_once)

    async def one(number: int) -> T:
        async with slots:
            return await act(number)

    return list(await asyncio.gather(*(one(number) for number in range(count))))


@contextlib.asynccontextmanager
async def _quiet_client() -> AsyncIterator[list[float]]:
    """Keeps the collector away from this process; the list fills with how late its loop wakes."""
    gc.collect()
    gc.freeze()
    gc.disable()
    overshoot: list[float] = []

    async def watch() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(LAG_STEP)
            overshoot.append(time.perf_counter() - before - LAG_STEP)

    watching = asyncio.create_task(watch())
    try:
        yield overshoot
    finally:
        watching.cancel()
        gc.enable()
        gc.unfreeze()


def _each(before: float | None, after: float | None, count: int) -> float | None:
    """The difference for each of ``count``; None where it could not be read."""
    return None if before is None or after is None else (after - before) / count
