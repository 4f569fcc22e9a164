"""Phones that vote together, and what that costs: the heart of every figure.

Every wait has a limit, so a server that stops answering ends a burst with votes missing. Times are in seconds.
"""

import asyncio
import contextlib
import gc
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bench.phones import Hall, Phone
from bench.process import ServerProcess

T = TypeVar("T")

BURST_LIMIT = 30.0  # seconds after the last vote in which acknowledgements are waited for
QUIET = 0.4  # seconds after a burst, for frames that nobody asked for
LAG_STEP = 0.005
LAG_LIMIT = 0.005  # seconds, p99, by which the client's event loop may wake late
LATE_LIMIT = 0.01  # seconds, p99, by which it may send late
OTHERS_LIMIT = 0.10


@dataclass(frozen=True)
class Asked:
    """What the phones answer."""

    question: str
    dimension: str
    choices: Sequence[int]


@dataclass
class Burst:
    """What was measured while phones voted once each."""

    latencies: list[float]
    missing: int
    ack_bytes: int
    frames_to_phone: list[int]
    bytes_to_phone: float
    cpu_vote: float | None
    client_late: float
    others_share: float  # of the server's core, taken by others
    last_due: float  # when the last vote was due
    by_phone: dict[int, float] = field(default_factory=dict)
    client_lag: float = 0
    lag_limit: float = LAG_LIMIT
    patience: float = BURST_LIMIT

    @property
    def disturbed(self) -> str | None:
        """Why this burst says nothing about the server; None where it does."""
        if self.client_lag > self.lag_limit or self.client_late > LATE_LIMIT:
            return "the client lagged"
        if self.others_share > OTHERS_LIMIT:
            return "others used the server's core"
        return None

    @property
    def unstored(self) -> int:
        """How many votes got no acknowledgement: refused, or never answered."""
        return len(self.frames_to_phone) - len(self.latencies)

    @property
    def p99(self) -> float:
        """The 99th percentile from vote to acknowledgement; a vote without one counts as the whole wait."""
        return percentile([*self.latencies, *[self.patience] * self.unstored], 0.99)

    @property
    def p50(self) -> float:
        """The same, median."""
        return percentile([*self.latencies, *[self.patience] * self.unstored], 0.5)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of ``values`` lies (nearest rank); nan where there are none."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def evenly(seed: object, count: int, spread: float) -> list[float]:
    """Moments drawn evenly from 0 to ``spread`` seconds."""
    draw = random.Random(f"moments {seed}")
    return [draw.random() * spread for _ in range(count)]


async def vote_together(
    server: ServerProcess,
    hall: Hall,
    voters: Sequence[Phone],
    asked: Asked,
    *,
    moments: Sequence[float],
    seed: object,
    patience: float = BURST_LIMIT,
    lag_limit: float = LAG_LIMIT,
) -> Burst:
    """Every voter votes once, at its moment, with a choice drawn from the seed."""
    draw = random.Random(str(seed))
    votes = [phone.prepare(asked.question, asked.dimension, draw.choice(asked.choices)) for phone in voters]
    async with quiet_client() as lag:
        hall.read()
        acks_before, refused = len(hall.acks), len(hall.refused)
        frames = [phone.frames for phone in voters]
        octets = sum(phone.octets for phone in voters)
        late: list[float] = []
        loop = asyncio.get_running_loop()
        hall.expect(len(voters))
        before, others = server.cpu_seconds(), server.others_seconds()
        start, loop_start = time.perf_counter(), loop.time()

        def send(phone: Phone, vote: tuple[str, int, bytes], moment: float) -> None:
            late.append(time.perf_counter() - start - moment)
            phone.send(vote)

        for phone, vote, moment in zip(voters, votes, moments, strict=True):
            loop.call_at(loop_start + moment, send, phone, vote, moment)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(hall.settled.wait(), max(moments) + patience)
        await asyncio.sleep(QUIET)
        cpu = each(before, server.cpu_seconds(), len(voters))
        taken = each(others, server.others_seconds(), 1) or 0.0
        share = taken / (time.perf_counter() - start)
    hall.read()
    acks = hall.acks[acks_before:]
    return Burst(
        latencies=[ack.latency for ack in acks],
        missing=len(voters) - len(acks) - (len(hall.refused) - refused),
        ack_bytes=max((ack.size for ack in acks), default=0),
        frames_to_phone=[phone.frames - was for phone, was in zip(voters, frames, strict=True)],
        bytes_to_phone=(sum(phone.octets for phone in voters) - octets) / len(voters),
        cpu_vote=cpu,
        client_late=percentile(late, 0.99),
        others_share=share,
        last_due=start + max(moments),
        by_phone={ack.phone: ack.latency for ack in acks},
        client_lag=percentile(lag, 0.99),
        lag_limit=lag_limit,
        patience=patience,
    )


async def in_groups(count: int, at_once: int, act: Callable[[int], Awaitable[T]]) -> list[T]:
    """The results of ``act(0)`` to ``act(count - 1)``, never more than ``at_once`` under way."""
    slots = asyncio.Semaphore(at_once)

    async def one(number: int) -> T:
        async with slots:
            return await act(number)

    return list(await asyncio.gather(*(one(number) for number in range(count))))


@contextlib.asynccontextmanager
async def quiet_client() -> AsyncIterator[list[float]]:
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


def each(before: float | None, after: float | None, count: int) -> float | None:
    """The difference for each of ``count``; None where it could not be read."""
    return None if before is None or after is None else (after - before) / count
