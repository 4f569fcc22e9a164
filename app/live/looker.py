"""When to look at which room: one look at a time, each room in its turn, and never so much that votes have to wait."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

from app.errors import StoreAway

log = logging.getLogger("stairstep.live")

BEAT_S = 0.1
"""A change is shown at once, then at most ten times a second."""
MANY_A_SECOND = 500
SLOW_BEAT_S, CHECK_S = 0.3, 0.05
"""While phones say more than so many things a second, looks come less often: each of the slowest votes had a look beside it.
That they have become fewer is seen at the second check at the latest."""
CROWD_S = 0.05
"""Whoever comes in alone is shown the view at once; of a crowd, those who come within so long are shown it together."""
ROOMS_AT_ONCE = 20
"""Rooms in one look: enough to share its queries, few enough that nobody waits long for the next."""
REST = 3.0
"""After a look, three times as long is left to votes: looks take a quarter of the time at most. Who comes is gathered."""
REST_AMID_MANY = 9.0
"""While phones say very much, looks take a tenth: with hundreds of rooms they would make every vote wait."""
REST_IN_QUIET = 0.3
"""Where no phone has said anything lately there is nobody to leave the time to, and whoever sorts ideas waits for the look."""
QUIET_AFTER_S = 1.0
REST_AT_MOST_S = 0.5
"""A look that hung because the database did must not keep everybody waiting after it."""


class Watched(Protocol):
    """A room, as far as its turn depends on it: when it was last looked at for all, and for newcomers, in monotonic seconds."""

    looked_at: float
    let_in_at: float

    @property
    def is_behind(self) -> bool:
        """Whether somebody here is to be shown something new."""

    @property
    def has_newcomers(self) -> bool:
        """Whether somebody here waits for a first view."""


W = TypeVar("W", bound=Watched)


class Looker(Generic[W]):
    """Calls ``look(rooms)`` for rooms that are behind, newcomers' first, then the longest waiting, from one task."""

    def __init__(self, look: Callable[[list[W]], Awaitable[None]]) -> None:
        self._look = look
        self._behind: dict[int, W] = {}
        self._task: asyncio.Task[None] | None = None
        self._alarm: asyncio.Handle | None = None
        self._alarm_at = 0.0
        self._ended = 0.0
        self._took = 0.0
        self._heard_at = -QUIET_AFTER_S
        self._heard = 0
        self._counted_at = 0.0
        self._many = False

    def heard_a_phone(self) -> None:
        """A phone came in or said something: looks leave most of the time to phones again."""
        self._heard_at = time.monotonic()
        self._heard += 1

    def want(self, room: W) -> None:
        """This room is behind: look at it as soon as it is its turn."""
        self._behind.setdefault(id(room), room)
        if self._task is None:
            self._wake_at(self._turn_of(room))

    def forget(self, room: W) -> None:
        """Nobody watches this room any more."""
        self._behind.pop(id(room), None)

    def _turn_of(self, room: W) -> float:
        """When the room may be looked at, in monotonic seconds."""
        rested = self._ended + min(REST_AT_MOST_S, self._took * self._rest)
        beat = SLOW_BEAT_S if self._many else BEAT_S
        return max(rested, room.let_in_at + CROWD_S if room.has_newcomers else room.looked_at + beat)

    @property
    def _rest(self) -> float:
        """How many times as long as the last look took is left to votes."""
        if self._ended >= self._heard_at + QUIET_AFTER_S:
            return REST_IN_QUIET
        return REST_AMID_MANY if self._many else REST

    def _count(self, now: float) -> None:
        """See whether phones say much at the moment."""
        if now >= self._counted_at + CHECK_S:
            self._many = self._heard > MANY_A_SECOND * (now - self._counted_at)
            self._heard, self._counted_at = 0, now

    def _wake_at(self, turn: float) -> None:
        now = time.monotonic()
        if self._many:
            turn = min(turn, now + CHECK_S)  # to see whether it still is so
        if self._alarm is not None:
            if self._alarm_at <= turn:
                return
            self._alarm.cancel()
        self._alarm_at = turn
        self._alarm = asyncio.get_running_loop().call_later(max(0.0, turn - now), self._start)

    def _start(self) -> None:
        self._alarm = None
        self._task = asyncio.get_running_loop().create_task(self._look_around())

    async def _look_around(self) -> None:
        """One look at the rooms whose turn it is, those with newcomers first; the next one is set before it ends."""
        now = time.monotonic()
        self._count(now)
        ready = [room for room in self._behind.values() if self._turn_of(room) <= now]
        rooms = sorted(ready, key=lambda room: not room.has_newcomers)[:ROOMS_AT_ONCE]
        for room in rooms:
            del self._behind[id(room)]
        try:
            if rooms:
                await self._look_at(rooms)
                self._ended = time.monotonic()
                self._took = self._ended - now
        except asyncio.CancelledError:
            self._behind.clear()  # the process ends: nobody is left to be shown anything
            raise
        finally:
            self._task = None
            if self._behind:
                self._wake_at(min(map(self._turn_of, self._behind.values())))

    async def _look_at(self, rooms: list[W]) -> None:
        """Look at these together; where that fails at each alone, so that none keeps the others from being shown."""
        try:
            await self._look(rooms)
        except StoreAway:
            return  # the next sweep looks again
        except Exception:
            if len(rooms) == 1:
                log.exception("a session could not be shown")
            else:
                for room in rooms:
                    await self._look_at([room])
            return
        for room in rooms:
            if room.is_behind:
                self._behind.setdefault(id(room), room)
