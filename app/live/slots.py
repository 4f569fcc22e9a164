"""How many slow files are made at once, counted by all processes together (SAFETY T17); by each alone while Redis is away."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.errors import TooMany
from app.live.guessing import Ledger

AT_ONCE = 2
"""Files that one install makes at a time; one for each user."""
ASKS_AGAIN_AFTER_S = 0.25
WAITS_S = 5
"""A user who waits for a slot is known for so long after the last question; a process that died asks no more."""
RETRY_AFTER_S = 5
BUSY_WITH_ANOTHER = "Another file is being made for you. It takes a moment; then ask again."

_CLAIM = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return '-1' end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%.3f', now))
local free = redis.call('ZCARD', KEYS[2]) < tonumber(ARGV[2])
redis.call('SET', KEYS[1], ARGV[1], 'EX', free and ARGV[3] or ARGV[4])
if not free then return '1' end
redis.call('ZADD', KEYS[2], string.format('%.3f', now + tonumber(ARGV[3])), ARGV[1])
redis.call('EXPIRE', KEYS[2], ARGV[3])
return '0'
"""
"""Take the user's place KEYS[1] and one of the slots KEYS[2] for ARGV[3] seconds: 0 taken, 1 wait, -1 the user has another."""

_GIVE_BACK = """
redis.call('ZREM', KEYS[2], ARGV[1])
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return '0'
"""


class Slots:
    """The slots of an install."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @asynccontextmanager
    async def one_for(self, user_id: str, *, lasts_s: int) -> AsyncIterator[None]:
        """Hold a slot for this user, waiting for one if need be. Raises TooMany while another file is made for them.

        lasts_s: after so many seconds it is free again, should this process die.
        """
        keys = [self._ledger.key("file", user_id), self._ledger.key("files", "")]
        name = secrets.token_hex(8)
        while said := await self._ledger.ask(_CLAIM, keys, name, AT_ONCE, lasts_s, WAITS_S):
            if said < 0:
                raise TooMany(BUSY_WITH_ANOTHER, retry_after=RETRY_AFTER_S)
            await asyncio.sleep(ASKS_AGAIN_AFTER_S)
        try:
            yield
        finally:
            await self._ledger.ask(_GIVE_BACK, keys, name)
