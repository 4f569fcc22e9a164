"""Slow files are made one for each user and two at a time, whichever process is asked."""

import asyncio
from collections.abc import Iterator

import pytest

from app.cluster.redis import RedisServer
from app.errors import TooMany
from app.live.guessing import Ledger
from app.live.slots import AT_ONCE, Slots
from tests.cluster.house import Both, House

SOON_S, LASTS_S = 1.0, 30
FILE = "export.pptx?cut=customer"


@pytest.fixture
def slots(house: House) -> Iterator[list[Slots]]:
    """The slots as two processes count them; empty at the end."""
    yield [Slots(Ledger.of(house.a.settings)) for _ in range(2)]
    with house.redis.client() as client:
        client.flushall()


async def statuses(both: Both) -> list[int]:
    """The same user asks each process for a file at the same moment."""
    asked = (at.api.get(f"/api/v1{at.path}/{FILE}") for at in (both.a, both.b))
    return sorted(answer.status_code for answer in await asyncio.gather(*asked))


async def test_a_user_who_asks_two_processes_for_a_file_gets_one_at_a_time(house: House) -> None:
    both = await house.workshop()

    assert await statuses(both) == [200, 429]
    assert (await both.b.api.get(f"/api/v1{both.b.path}/{FILE}")).status_code == 200
    await both.leave()


async def test_a_file_ordered_at_one_process_is_had_at_the_other(house: House) -> None:
    both = await house.workshop()
    path = f"/api/v1{both.a.path}/{FILE}"
    at = (await both.a.api.get(path, headers={"prefer": "respond-async"})).headers["location"]
    for _ in range(300):
        told = (await both.b.api.get(at)).json()
        if told["state"] in {"ready", "failed"}:
            break
        await asyncio.sleep(0.1)

    assert told["state"] == "ready"
    assert (await both.b.api.get(told["url"])).content[:2] == b"PK"
    await both.leave()


async def test_while_redis_is_away_files_are_made_all_the_same(house: House, redis: RedisServer) -> None:
    both = await house.workshop()
    redis.kill()
    try:
        assert await statuses(both) == [200, 200]
    finally:
        redis.start()
    await both.leave()


async def test_who_comes_when_all_slots_are_taken_waits_for_the_next(slots: list[Slots]) -> None:
    done: dict[str, asyncio.Event] = {name: asyncio.Event() for name in "abc"}
    begun: dict[str, asyncio.Event] = {name: asyncio.Event() for name in "abc"}

    async def make(name: str, at: Slots) -> None:
        async with at.one_for(name, lasts_s=LASTS_S):
            begun[name].set()
            await done[name].wait()

    tasks = [asyncio.create_task(make(name, slots[number % 2])) for number, name in enumerate("ab")]
    assert len(tasks) == AT_ONCE
    await asyncio.gather(*(begun[name].wait() for name in "ab"))
    tasks.append(asyncio.create_task(make("c", slots[0])))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(begun["c"].wait(), SOON_S)
    with pytest.raises(TooMany):
        async with slots[1].one_for("c", lasts_s=LASTS_S):
            pass

    done["a"].set()
    await asyncio.wait_for(begun["c"].wait(), SOON_S)
    for one in done.values():
        one.set()
    await asyncio.gather(*tasks)


async def test_the_slot_of_a_process_that_died_is_free_again(slots: list[Slots]) -> None:
    held = [slots[0].one_for(name, lasts_s=1) for name in "ab"]
    for one in held:
        await one.__aenter__()  # and never comes to its end

    async with asyncio.timeout(3), slots[1].one_for("c", lasts_s=LASTS_S):
        pass
