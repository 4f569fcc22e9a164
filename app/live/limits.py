"""How fast somebody may be: token buckets in this process's memory."""

import math
import time
from collections import OrderedDict
from dataclasses import dataclass

ONE = 1 - 1e-6
"""A whole turn. What small parts of seconds add up to is a hair less than one, by rounding."""


@dataclass(slots=True)
class Bucket:
    """``burst`` at once, then ``per_s`` each second. ``full_at``: when it is full again, in monotonic seconds."""

    per_s: float
    burst: float
    full_at: float = 0.0

    def take(self) -> bool:
        """Whether there was one left to take."""
        now = time.monotonic()
        full_at = max(self.full_at, now)
        if self.burst - (full_at - now) * self.per_s < ONE:
            return False
        self.full_at = full_at + 1 / self.per_s
        return True

    def lose(self, times: int) -> None:
        """Take so many, or what is left: somebody else has taken them."""
        now = time.monotonic()
        self.full_at = now + min(max(self.full_at - now, 0.0) + times / self.per_s, self.burst / self.per_s)

    def wait_s(self) -> float:
        """Seconds until there is one to take; 0 when there is one now."""
        return max(0.0, self.full_at - time.monotonic() - (self.burst - 1) / self.per_s)


class Buckets:
    """A bucket for each key; the longest unused are forgotten when there are too many."""

    def __init__(self, per_s: float, burst: float, *, at_most: int = 100_000) -> None:
        self._per_s, self._burst, self._at_most = per_s, burst, at_most
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def of(self, key: str) -> Bucket:
        """The key's bucket."""
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(self._per_s, self._burst)
            if len(self._buckets) > self._at_most:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(key)
        return bucket


FLOOD_SHUT_S = 5


class PhoneLimits:
    """What one participant may send (SAFETY 3.8): answers 5 a second, 10 at once; texts 6 a minute.

    A socket that goes on far beyond that is closed, and for a few seconds there is no other.
    """

    __slots__ = ("_answers", "_frames", "_not_told", "_shut_until", "_texts")

    def __init__(self) -> None:
        self._answers = Bucket(5, 10)
        self._texts = Bucket(0.1, 6)
        self._frames = Bucket(20, 100)
        self._shut_until = 0.0
        self._not_told = 0

    def may_answer(self) -> bool:
        """Whether one more answer is fine."""
        return self._answers.take()

    def may_write(self) -> bool:
        """Whether one more text is fine."""
        fine = self._texts.take()
        self._not_told += fine
        return fine

    def texts_to_tell(self) -> int:
        """How many texts were taken here since this was last asked: other processes are to count them too."""
        found, self._not_told = self._not_told, 0
        return found

    def said_elsewhere(self, times: int) -> None:
        """Count messages that other processes have taken as answers."""
        self._answers.lose(times)

    def wrote_elsewhere(self, times: int) -> None:
        """Count texts that other processes have taken."""
        self._texts.lose(times)

    def may_go_on(self) -> bool:
        """Whether the connection may go on at all."""
        if self._frames.take():
            return True
        self._shut_until = time.monotonic() + FLOOD_SHUT_S
        return False

    def must_stay_out(self) -> int:
        """Seconds until a connection may be opened again after one was closed for its messages, 0 when at once."""
        return max(0, math.ceil(self._shut_until - time.monotonic()))


class TurnedAway:
    """Who must stay out for a while, by token, so that one who goes on knocking costs no look at the database."""

    AT_MOST = 1_000

    def __init__(self) -> None:
        self._limits: OrderedDict[str, PhoneLimits] = OrderedDict()

    def must_stay_out(self, hashed: str, limits: PhoneLimits | None = None) -> int:
        """Seconds until there may be a connection, 0 when at once. ``limits``: whose token it is, None while nobody asked."""
        found = limits or self._limits.pop(hashed, None)
        wait = found.must_stay_out() if found else 0
        if found and wait:
            self._limits[hashed] = found
            if len(self._limits) > self.AT_MOST:
                self._limits.popitem(last=False)
        return wait


WRONG_CODES_PER_MINUTE = 30
WRONG_CODES_INSTALL_WIDE = 600


class WrongCodes:
    """Counts wrong join codes (SAFETY T1). Right ones never count."""

    def __init__(self) -> None:
        self._by_address = Buckets(WRONG_CODES_PER_MINUTE / 60, WRONG_CODES_PER_MINUTE)
        self._all = Bucket(WRONG_CODES_INSTALL_WIDE / 60, WRONG_CODES_INSTALL_WIDE)

    def must_wait(self, address: str) -> int:
        """Seconds (1 to 30) that every typed code from here must wait, 0 when none."""
        wait = max(self._by_address.of(address).wait_s(), self._all.wait_s())
        return min(30, math.ceil(wait))

    def wrong(self, address: str) -> None:
        """Count a wrong code."""
        self._by_address.of(address).take()
        self._all.take()


class SignInThrottle:
    """Slows guessing of passwords: per account and per address, each failure makes the next wait longer (SAFETY T14)."""

    FREE_TRIES = 5
    LONGEST_S = 60.0

    def __init__(self) -> None:
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def must_wait(self, *keys: str) -> int:
        """Seconds until another try, 0 when at once."""
        now = time.monotonic()
        waits = [until - now for key in keys if (until := self._failures.get(key, (0, 0.0))[1]) > now]
        return max(1, round(max(waits))) if waits else 0

    def failed(self, *keys: str) -> None:
        """Count a failure under each key."""
        for key in keys:
            count = self._failures.pop(key, (0, 0.0))[0] + 1
            delay = min(self.LONGEST_S, 2.0 ** (count - self.FREE_TRIES)) if count >= self.FREE_TRIES else 0.0
            self._failures[key] = (count, time.monotonic() + delay)
            if len(self._failures) > 100_000:
                self._failures.popitem(last=False)

    def worked(self, *keys: str) -> None:
        """Forget the failures under each key."""
        for key in keys:
            self._failures.pop(key, None)
