"""How processes tell each other to look again. A nudge says "session 12 is at version 40", never more; losing one is harmless."""

import asyncio
import json
import logging
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Protocol

from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.live.hub import Hub

log = logging.getLogger("stairstep.bus")

CHANNEL = "stairstep:nudges"
AGAIN_AFTER_S = 0.5
ANSWER_WITHIN_S = 2.0
PING_S = 1.0
APART_S = 0.02
"""From one message to the next, so that what comes meanwhile shares it."""


class Bus(Protocol):
    """Tells hubs which sessions changed."""

    def publish(self, changed: dict[str, int]) -> None:
        """Say that these sessions are at these versions; returns at once."""

    def publish_again(self, session_id: str, participant_id: str) -> None:
        """Say that this participant said something: it counts for the rate, and is shown on other tabs; returns at once."""

    async def run(self) -> None:
        """Listen to other processes, for ever."""


class LocalBus:
    """One process: its own hub is all there is to tell."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def publish(self, changed: dict[str, int]) -> None:
        """Nudge the hub."""
        self._hub.nudge(changed)

    def publish_again(self, session_id: str, participant_id: str) -> None:
        """Nobody else to tell."""

    async def run(self) -> None:
        """Nobody else to listen to."""


class RedisBus:
    """Several processes: the own hub at once, the others through Redis. While Redis is away, sweeps make up for it.

    What could not be said is not said later: the next message tells only that some was ``lost``.
    """

    def __init__(self, hub: Hub, redis: Redis) -> None:
        self._hub = hub
        hub.hears_others = True
        self._redis = redis
        self._versions: dict[str, int] = {}
        self._again: Counter[tuple[str, str]] = Counter()
        self._texts: Counter[str] = Counter()
        self._lost = False
        self._own = secrets.token_hex(8)
        self._something = asyncio.Event()

    def publish(self, changed: dict[str, int]) -> None:
        """Nudge the own hub now and the others as soon as Redis takes it; what waits is merged."""
        self._hub.nudge(changed)
        self._versions.update(changed)
        self._something.set()

    def publish_again(self, session_id: str, participant_id: str) -> None:
        """Tell the others; what waits is added up."""
        self._again[session_id, participant_id] += 1
        if texts := self._hub.limits_of(participant_id).texts_to_tell():
            self._texts[participant_id] += texts
        self._something.set()

    async def run(self) -> None:
        """Send what waits and hear what others send, for ever; a Redis that is away is tried again and again."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._keep_trying(self._send))
            both.create_task(self._keep_trying(self._hear))

    async def _keep_trying(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except (RedisError, OSError, TimeoutError) as error:
                log.warning("Redis does not answer (%s); sweeps make up for it until it does", type(error).__name__)
            except Exception:
                log.exception("the bus stumbled; it goes on")
            self._hub.missed_some = True
            await asyncio.sleep(AGAIN_AFTER_S)

    async def _send(self) -> None:
        while True:
            await self._something.wait()
            self._something.clear()
            versions, self._versions = self._versions, {}
            again, self._again = self._again, Counter()
            texts, self._texts = self._texts, Counter()
            told = [[*whose, times] for whose, times in again.items()]
            said = {"from": self._own, "versions": versions, "again": told, "texts": texts, "lost": self._lost}
            self._lost = True  # until Redis has it
            async with asyncio.timeout(ANSWER_WITHIN_S):
                await self._redis.publish(CHANNEL, json.dumps(said))
            self._lost = False
            await asyncio.sleep(APART_S)

    async def _hear(self) -> None:
        async with self._redis.pubsub() as heard:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                await heard.subscribe(CHANNEL)
            self._hub.missed_some = True  # what was said before this
            asked = False
            while True:
                message = await heard.get_message(timeout=PING_S)
                if message is not None:
                    asked = False
                    if message["type"] == "message":
                        self._pass_on(message["data"])
                elif asked:
                    raise TimeoutError("no answer to a ping")  # cut off: subscribe again on a fresh connection
                else:
                    asked = True
                    await heard.ping()

    def _pass_on(self, text: str) -> None:
        try:
            nudge = json.loads(text)
            if nudge["from"] == self._own:
                return
            if nudge.get("lost"):  # the release before does not say so
                self._hub.missed_some = True
            self._hub.nudge({str(session_id): int(version) for session_id, version in nudge["versions"].items()})
            for session_id, participant_id, times in nudge["again"]:
                self._hub.said_elsewhere(session_id, participant_id, times)
            for participant_id, times in nudge.get("texts", {}).items():  # the release before does not count them
                self._hub.wrote_elsewhere(str(participant_id), int(times))
        except (ValueError, TypeError, KeyError, AttributeError):
            log.warning("a nudge could not be read; the next sweep makes up for it")
