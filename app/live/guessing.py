"""Limits on guessing codes and passwords, which all processes share through Redis.

While Redis is away each process goes by what it counted itself, so nothing opens and nobody meets an error. Redis holds
no address and no e-mail, only keyed hashes of them, for a minute or half a day.
"""

import asyncio
import hashlib
import hmac
import logging
import math
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from weakref import WeakValueDictionary

from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.live.limits import WRONG_CODES_INSTALL_WIDE, WRONG_CODES_PER_MINUTE, SignInThrottle, WrongCodes
from app.settings import Settings

log = logging.getLogger("stairstep.limits")

ANSWERS_WITHIN_S = 0.5
LEFT_ALONE_S = 2.0
FAILURES_KEPT_S = 12 * 3600
LONGEST_CODE_WAIT_S = 30

_BUCKETS = """
local clock, longest = redis.call('TIME'), 0
local now = clock[1] + clock[2] / 1000000
for i, key in ipairs(KEYS) do
  local burst = tonumber(ARGV[1 + i])
  local held = redis.call('HMGET', key, 'left', 'at')
  local left = math.min(burst, (tonumber(held[1]) or burst) + math.max(0, now - (tonumber(held[2]) or now)) * burst / 60)
  if ARGV[1] == 'take' then
    left = math.max(0, left - 1)
    redis.call('HSET', key, 'left', string.format('%.6f', left), 'at', string.format('%.6f', now))
    redis.call('EXPIRE', key, 120)
  end
  longest = math.max(longest, (1 - left) * 60 / burst)
end
return string.format('%.3f', longest)
"""
"""Buckets that hold KEYS[i]'s burst and fill in a minute: take one of each, or look; the longest wait in seconds."""

_FAILURES = """
local clock, longest = redis.call('TIME'), 0
local now = clock[1] + clock[2] / 1000000
for _, key in ipairs(KEYS) do
  if ARGV[1] == 'failed' then
    local count = redis.call('HINCRBY', key, 'count', 1)
    local free = tonumber(ARGV[2])
    local delay = count >= free and math.min(tonumber(ARGV[3]), 2 ^ math.min(count - free, 20)) or 0
    redis.call('HSET', key, 'until', string.format('%.6f', now + delay))
    redis.call('EXPIRE', key, tonumber(ARGV[4]))
  end
  longest = math.max(longest, (tonumber(redis.call('HGET', key, 'until')) or now) - now)
end
return string.format('%.3f', longest)
"""
"""Count a failure under each key, or look; the longest wait in seconds."""


class Ledger:
    """What all processes count together. Where Redis does not answer it is left alone for two seconds."""

    def __init__(self, redis: Redis | None, secret: str) -> None:
        self._redis, self._secret = redis, secret.encode()
        self._alone_until = 0.0

    @classmethod
    def of(cls, settings: Settings) -> "Ledger":
        """The ledger that the settings name; without Redis each process counts by itself."""
        redis = Redis.from_url(settings.redis_url, decode_responses=True) if settings.redis_url else None
        return cls(redis, settings.secret_key)

    def key(self, kind: str, name: str) -> str:
        """What stands in Redis for a name."""
        return f"stairstep:{kind}:{hmac.new(self._secret, name.encode(), hashlib.sha256).hexdigest()[:32]}"

    async def ask(self, script: str, keys: Sequence[str], *values: Any) -> float | None:
        """What the script answers, a number of seconds; None where nobody answers."""
        redis = self._redis
        if redis is None or time.monotonic() < self._alone_until:
            return None
        try:
            async with asyncio.timeout(ANSWERS_WITHIN_S):
                return float(await redis.eval(script, len(keys), *keys, *map(str, values)))
        except (RedisError, OSError, TimeoutError) as error:
            self._left_alone(error)
            return None

    async def answers(self) -> bool:
        """Whether Redis answers now; true where there is none to ask."""
        return self._redis is None or await self.ask("return '1'", []) is not None

    async def forget(self, keys: Sequence[str]) -> None:
        """Forget these keys."""
        if self._redis is None or time.monotonic() < self._alone_until:
            return
        try:
            async with asyncio.timeout(ANSWERS_WITHIN_S):
                await self._redis.delete(*keys)
        except (RedisError, OSError, TimeoutError) as error:
            self._left_alone(error)

    def _left_alone(self, error: Exception) -> None:
        log.warning("Redis does not answer (%s); each process counts wrong guesses by itself", type(error).__name__)
        self._alone_until = time.monotonic() + LEFT_ALONE_S


class Turns:
    """One guess at a time for each name, so that many at once can't all pass before the first is counted."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, *names: str) -> AsyncIterator[None]:
        """Wait until nobody else in this process guesses under any of these names."""
        async with AsyncExitStack() as held:
            for name in sorted(set(names)):
                await held.enter_async_context(self._locks.setdefault(name, asyncio.Lock()))
            yield


class CodeGuesses(Turns):
    """Wrong join codes, counted by all processes together (SAFETY T1)."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self._ledger, self._own = ledger, WrongCodes()

    async def must_wait(self, address: str) -> int:
        """Seconds (1 to 30) that every typed code from here must wait, 0 when none."""
        shared = await self._ask("look", address)
        return self._own.must_wait(address) if shared is None else min(LONGEST_CODE_WAIT_S, math.ceil(max(0.0, shared)))

    async def wrong(self, address: str) -> None:
        """Count a wrong code."""
        self._own.wrong(address)
        await self._ask("take", address)

    async def _ask(self, what: str, address: str) -> float | None:
        keys = [self._ledger.key("codes", address), self._ledger.key("codes", "")]
        return await self._ledger.ask(_BUCKETS, keys, what, WRONG_CODES_PER_MINUTE, WRONG_CODES_INSTALL_WIDE)


class PasswordGuesses(Turns):
    """Failed sign-ins, counted by all processes together (SAFETY T14)."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self._ledger, self._own = ledger, SignInThrottle()

    async def must_wait(self, *names: str) -> int:
        """Seconds until another try, 0 when at once."""
        shared = await self._ask("look", names)
        if shared is None:
            return self._own.must_wait(*names)
        return max(1, round(shared)) if shared > 0 else 0

    async def failed(self, *names: str) -> None:
        """Count a failure under each name."""
        self._own.failed(*names)
        await self._ask("failed", names)

    async def worked(self, *names: str) -> None:
        """Forget the failures under each name."""
        self._own.worked(*names)
        await self._ledger.forget(self._keys(names))

    def _keys(self, names: Sequence[str]) -> list[str]:
        return [self._ledger.key("passwords", name) for name in names]

    async def _ask(self, what: str, names: Sequence[str]) -> float | None:
        limits = (SignInThrottle.FREE_TRIES, SignInThrottle.LONGEST_S, FAILURES_KEPT_S)
        return await self._ledger.ask(_FAILURES, self._keys(names), what, *limits)
