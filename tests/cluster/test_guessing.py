"""Wrong codes and failed sign-ins are counted by all processes together, and by each alone while Redis is away."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from app.cluster.redis import RedisServer
from app.live.limits import WRONG_CODES_PER_MINUTE, SignInThrottle
from tests.cluster.house import OWNER, House
from tests.live.workshop import Web, one_address

BACK_WITHIN_S = 10.0
LOOKS_EVERY_S = 0.2


@pytest.fixture
async def pair(house: House) -> AsyncIterator[tuple[Web, Web]]:
    """Somebody at one address who goes to either process by turns."""
    found = Web(house.a), Web(house.b)
    found[1].client.headers["x-forwarded-for"] = found[0].client.headers["x-forwarded-for"]
    yield found
    for web in found:
        await web.close()


async def statuses(pair: tuple[Web, Web], count: int) -> list[int]:
    return [(await pair[number % 2].get("/j/NNNNNN")).status_code for number in range(count)]


async def until_counted_together(pair: tuple[Web, Web], redis: RedisServer) -> None:
    """Wait until both processes have come back to Redis."""
    end = time.monotonic() + BACK_WITHIN_S
    with redis.client() as client:
        for web in pair:
            client.flushall()
            while not client.keys("stairstep:codes:*"):
                assert time.monotonic() < end, "each process goes on by itself"
                await web.get("/j/NNNNNN")
                await asyncio.sleep(LOOKS_EVERY_S)


async def test_wrong_codes_are_counted_together_and_a_link_is_never_stopped(pair, house: House) -> None:
    both = await house.workshop()
    assert set(await statuses(pair, WRONG_CODES_PER_MINUTE)) == {404}

    for web in pair:
        answer = await web.get("/j/NNNNNN")
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["retry-after"]) <= 30
        assert (await web.get(f"/j/{both.a.session['code']}")).status_code == 429
        assert (await web.get(f"/j/{both.a.join_token}")).status_code == 200
    elsewhere = Web(house.a)
    assert (await elsewhere.get("/j/NNNNNN")).status_code == 404
    await elsewhere.close()
    await both.leave()


async def test_failed_sign_ins_are_counted_together_and_forgotten_after_a_good_one(pair, house: House) -> None:
    for number in range(SignInThrottle.FREE_TRIES):
        assert (await pair[number % 2].sign_in("nobody@halden.example", "wrong")).status_code == 422
    assert {(await web.sign_in("nobody@halden.example", "wrong")).status_code for web in pair} == {429}

    fresh = Web(house.a), Web(house.b)
    for web in fresh:
        web.client.headers["x-forwarded-for"] = one_address()
    for number in range(SignInThrottle.FREE_TRIES - 1):
        assert (await fresh[number % 2].sign_in(OWNER, "wrong")).status_code == 422
    assert (await fresh[0].sign_in(OWNER)).status_code == 303
    assert (await fresh[1].sign_in(OWNER, "wrong")).status_code == 422
    assert (await fresh[1].sign_in(OWNER)).status_code == 303
    for web in fresh:
        await web.close()


async def test_while_redis_is_away_each_process_counts_by_itself(pair, redis: RedisServer) -> None:
    redis.hold()
    try:
        assert set(await statuses(pair, 2 * WRONG_CODES_PER_MINUTE)) == {404}
        assert 429 in await statuses(pair, 20), "one more may be let through every two seconds"
    finally:
        redis.let_go()
    await until_counted_together(pair, redis)


async def test_redis_holds_no_address_and_no_email(pair, redis: RedisServer) -> None:
    await statuses(pair, 2)
    await pair[0].sign_in("nobody@halden.example", "wrong")

    with redis.client() as client:
        held = " ".join(f"{key} {client.hgetall(key)}" for key in client.scan_iter("*"))

    assert "stairstep:" in held
    assert "nobody" not in held
    assert pair[0].client.headers["x-forwarded-for"] not in held
