"""A server that is killed in the middle of a burst: what it acknowledged has to be in its database."""

import asyncio
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from bench.bursts import Asked, evenly
from bench.crowd import Crowd
from bench.kept import stored_taps
from bench.phones import Phone
from bench.targets import OPENINGS

PHONES = 200
SPREAD = 0.6


@dataclass
class MidBurst:
    """One database that lives through many sudden ends."""

    folder: Path
    lost: int = 0
    acked: int = 0
    unanswered: int = 0
    slowest_start: float = 0
    _known: dict[str, tuple[int, int]] = field(default_factory=dict)

    async def once(self, number: int, after: float) -> None:
        """A new session votes, the server is killed ``after`` seconds into it; everything ever acknowledged is looked for."""
        async with OPENINGS["stairstep"](self.folder, PHONES) as target:
            self.slowest_start = max(self.slowest_start, target.server.ready_after or 0)
            async with Crowd(target) as crowd:
                await crowd.enter(PHONES)
                moments = evenly(number, PHONES, SPREAD)
                _send_at(crowd.phones, target.asked, moments)
                await asyncio.sleep(after)
                target.server.kill()
                await asyncio.sleep(0.05)  # what it had sent before it ended still arrives
                self._count(crowd)
        self.lost += self._missing(stored_taps(self.folder / "stairstep.db"))

    def words(self) -> str:
        """What happened, in a line."""
        return f"{self.acked} votes acknowledged, {self.unanswered} without an answer when the server ended, {self.lost} lost"

    def _count(self, crowd: Crowd) -> None:
        crowd.hall.read()
        self.acked += len(crowd.hall.acks)
        self.unanswered += sum(bool(phone.unanswered) for phone in crowd.phones)
        self._known |= newest_by_token(crowd)

    def _missing(self, stored: dict[str, tuple[int, int | None]]) -> int:
        return count_lost(self._known, stored)


def newest_by_token(crowd: Crowd) -> dict[str, tuple[int, int]]:
    """Each phone's newest acknowledged tap and choice, by the hash of its token."""
    newest: dict[str, tuple[int, int]] = {}
    for ack in crowd.hall.acks:
        _, token = crowd.doors[crowd.phones[ack.phone]]
        hashed = hashlib.sha256(token.encode()).hexdigest()
        newest[hashed] = max(newest.get(hashed, (0, 0)), (ack.tap, ack.choice))
    return newest


def count_lost(known: dict[str, tuple[int, int]], stored: dict[str, tuple[int, int | None]]) -> int:
    """How many acknowledged votes are not stored: the tap has to be there, or a newer one of the same phone."""
    gone = 0
    for hashed, (tap, choice) in known.items():
        kept_tap, kept_choice = stored.get(hashed, (0, None))
        gone += kept_tap < tap or (kept_tap == tap and kept_choice != choice)
    return gone


def _send_at(phones: list[Phone], asked: Asked, moments: list[float]) -> None:
    loop = asyncio.get_running_loop()
    start = loop.time()
    for at, (phone, moment) in enumerate(zip(phones, moments, strict=True)):
        vote = phone.prepare(asked.question, asked.dimension, asked.choices[at % len(asked.choices)])
        loop.call_at(start + moment, phone.send, vote)
