"""Redis held, emptied, cut, killed and back: everybody is shown what is new within two seconds, nobody meets an error."""

import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from app.cluster.redis import RedisServer
from tests.cluster.house import Both, House, SamePerson
from tests.live.workshop import Phone, Watcher

SWEPT_WITHIN_S = 4.0
"""A sweep is due every 2 s; as much again is for a busy machine."""
NUDGED_WITHIN_S = 0.5
RIGHT_WITHIN_S = 5.0
"""As promised. It takes 2 s to a sweep, half a second to see that nobody has told, and a look."""


class Scene:
    """A phone that votes at ``a`` and a screen that watches at ``b``."""

    def __init__(self, both: Both, phone: Phone, screen: Watcher) -> None:
        self.both, self.phone, self.screen = both, phone, screen

    async def seconds_until_seen(self) -> float:
        """How long somebody's joining and answering at ``a`` takes to be seen at ``b``."""
        phone = await self.both.a.phone()
        answered = len(self.both.a.people)
        begun = time.monotonic()
        await phone.choose(3)
        await self.screen.until(f'data-answered="customer:{answered - 1} supplier:0"', within=10)
        return time.monotonic() - begun

    async def until_nudged(self, within: float = 10.0) -> None:
        """Wait until nudges get through again."""
        end = time.monotonic() + within
        while await self.seconds_until_seen() > NUDGED_WITHIN_S:
            assert time.monotonic() < end, "nudges do not get through"


@pytest.fixture
async def scene(house: House) -> AsyncIterator[Scene]:
    both = await house.workshop()
    phone, screen = await both.a.phone(), await both.b.screen()
    await both.a.open()
    found = Scene(both, phone, screen)
    await found.until_nudged()
    yield found
    await found.until_nudged()
    await both.settle_and_leave()


async def test_a_nudge_is_seen_at_once(scene: Scene) -> None:
    assert min([await scene.seconds_until_seen() for _ in range(3)]) < NUDGED_WITHIN_S


async def test_while_redis_hangs_the_sweep_shows_what_is_new(scene: Scene, redis: RedisServer) -> None:
    redis.hold()
    try:
        for _ in range(3):
            assert await scene.seconds_until_seen() < SWEPT_WITHIN_S
        for path, status in (("/healthz", 200), ("/readyz", 503), ("/join", 200)):
            assert (await scene.both.b.web.get(path)).status_code == status
    finally:
        redis.let_go()


async def test_redis_may_be_emptied_and_its_connections_cut(scene: Scene, redis: RedisServer) -> None:
    with redis.client() as client:
        client.flushall()
        client.client_kill_filter(_type="pubsub", skipme=True)
        assert await scene.seconds_until_seen() < SWEPT_WITHIN_S
        client.client_kill_filter(_type="normal", skipme=True)
        assert await scene.seconds_until_seen() < SWEPT_WITHIN_S


async def test_redis_may_be_killed_and_come_back_empty(scene: Scene, redis: RedisServer) -> None:
    redis.kill()
    try:
        for _ in range(2):
            assert await scene.seconds_until_seen() < SWEPT_WITHIN_S
        for at in (scene.both.a, scene.both.b):
            assert (await at.web.get("/join")).status_code == 200
            assert (await at.web.get(f"/j/{at.join_token}")).status_code == 200
            assert (await at.web.get("/j/NNNNNN")).status_code == 404
            assert (await at.api.get("/")).status_code in {200, 303}
    finally:
        redis.start()


async def test_a_session_begun_while_redis_is_away_goes_on_when_it_is_back(house: House, redis: RedisServer) -> None:
    redis.kill()
    try:
        both = await house.workshop()
        phone = await both.b.phone()
        await both.a.open()
        await phone.until('data-question="current"', within=SWEPT_WITHIN_S)
    finally:
        redis.start()
    await phone.choose(2)
    await both.a.close()
    await phone.until('data-place="closed"')
    await both.settle_and_leave()


def shows(choice: int) -> Callable[[dict[str, Any]], bool]:
    """Whether a phone shows this as its own answer to the first question."""
    return lambda state: state.get("mine", {}).get("current") == {"relationship": choice}


@pytest.mark.parametrize("how", ["hold", "kill", "silence"])
async def test_a_second_tab_at_another_process_catches_up_without_redis(
    house: House, redis: RedisServer, how: str
) -> None:
    both = await house.workshop()
    phone = await both.a.phone()
    tab = await SamePerson(both.b, phone).connect()
    await both.a.open()
    getattr(redis, how)()
    try:
        for choice in (4, 2, 5, 3):
            await phone.choose(choice)
            await tab.until(shows(choice), within=RIGHT_WITHIN_S)
    finally:
        redis.start() if how == "kill" else redis.let_go()
    await both.leave()


async def test_what_could_not_be_said_is_made_up_for_when_the_next_thing_is(house: House, redis: RedisServer) -> None:
    both = await house.workshop()
    phone, other = await both.a.phone(), await both.a.phone()
    tab = await SamePerson(both.b, phone).connect()
    await both.a.open()
    for choice in (4, 2, 5):
        redis.silence()
        try:
            await phone.choose(choice)
        finally:
            redis.let_go()
        await other.choose(choice)  # this one is heard, and its version is the newer
        await tab.until(shows(choice), within=RIGHT_WITHIN_S)
    await both.leave()
