"""PostgreSQL restarted, crashed, killed, failed over while people vote: nothing acknowledged is lost, all come back."""

import asyncio
import time
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from app.actions import people
from app.cluster.postgres import Postgres
from app.cluster.redis import RedisServer
from app.errors import StoreFull
from app.settings import Settings
from app.store.database import Database
from tests.cluster.house import OWNER, Both, House, more_acks, nothing_acknowledged_is_lost, open_folder, steady, voting
from tests.live.sockets import refused_with

BACK_WITHIN_S = 5.0
WATCHED_S = 2.0


async def break_and_mend(
    both: Both, breaking: Callable[[], None], mending: Callable[[], None], *, away_s: float = 1.0
) -> float:
    """Votes go on while PostgreSQL is broken and mended; seconds from there until everybody has acks again."""
    house = both.house
    joined = [await at.join() for at in (both.a, both.b) for _ in range(5)]
    screen = await both.b.screen()
    await both.a.open()
    async with steady(joined, [house.a.host, house.b.host]) as phones:
        async with voting(phones):
            await more_acks(phones)
            await asyncio.to_thread(breaking)
            await asyncio.sleep(away_s)
            await asyncio.to_thread(mending)
            back = time.monotonic()
            await more_acks(phones)
            took = time.monotonic() - back
        await asyncio.gather(*(phone.all_acked() for phone in phones))
        await nothing_acknowledged_is_lost(both, phones)
        assert both.stored() == {
            phone.phone.id: (max(phone.acked), phone.acked[max(phone.acked)][0]) for phone in phones
        }
    await screen.until('data-answered="customer:10 supplier:0"')
    await both.a.close()
    await screen.until('data-scene="held"')
    await both.settle_and_leave()
    return took


@pytest.mark.parametrize("how", ["stop", "crash", "kill"])
async def test_postgresql_may_go_away_under_votes_and_come_back(house: House, how: str) -> None:
    took = await break_and_mend(await house.workshop(), getattr(house.postgres, how), house.postgres.start)

    assert took < BACK_WITHIN_S


async def test_pages_say_so_and_do_not_crash_while_postgresql_is_away(house: House) -> None:
    both = await house.workshop()
    phone = await both.a.join()
    house.postgres.stop()
    try:
        assert (await both.a.web.get("/readyz")).status_code == 503
        assert (await both.a.web.get("/healthz")).status_code == 200
        for path, headers in ((f"/p/{both.id}", phone.bearer), (f"/j/{both.a.join_token}", {})):
            answer = await both.a.web.client.get(path, headers=headers)
            assert answer.status_code == 503, path
            assert "Traceback" not in answer.text
        assert (await both.a.api.get(f"/api/v1/sessions/{both.id}")).status_code == 503
        assert await refused_with(both.a.live("phone"), **phone.bearer) == 503
        assert await refused_with(f"{both.a.live('screen')}?key={both.a.key}") == 503
        said = await both.a.api.client.post(f"/api/v1/sessions/{both.id}/start")
        assert said.status_code == 503
    finally:
        house.postgres.start()
    assert (await both.a.do("GET "))["status"] == "lobby"
    await both.a.do("POST /start")  # the first write of this process after the restart
    await both.leave()


async def test_a_standby_takes_over_and_the_old_primary_does_no_harm_when_it_comes_back(redis: RedisServer) -> None:
    with ExitStack() as stack:
        place = open_folder(stack)
        primary = Postgres(place / "primary")
        primary.start()
        stack.callback(primary.stop)
        primary.make_database("house")
        standby = primary.standby(place / "standby")
        stack.callback(standby.stop)
        user, rest = primary.url("house").split("@")
        both_hosts = f"{user}@127.0.0.1:{primary.port},127.0.0.1:{standby.port}/house?target_session_attrs=read-write"
        assert rest
        house = House.build(stack, primary, redis, both_hosts, place / "processes")

        took = await break_and_mend(await house.workshop(), primary.kill, standby.promote)  # dead is fenced
        assert took < 2 * BACK_WITHIN_S

        def comes_back_to_read_only() -> None:
            primary.only_follow()
            primary.start()
            standby.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'house'")

        took = await break_and_mend(await house.workshop(), comes_back_to_read_only, lambda: None)
        assert took < BACK_WITHIN_S, (
            "whoever connects anew passes over the one that only reads, though it is named first"
        )
        assert primary.ask("SELECT pg_is_in_recovery()") == [(True,)]

        primary.stop()
        primary.only_follow(no_more=True)
        primary.start()
        await acknowledges_nothing(house.a.settings.model_copy(update={"database_url": primary.url("house")}), primary)


async def acknowledges_nothing(settings: Settings, primary: Postgres) -> None:
    """An old primary that nobody fenced waits for its standby with every commit; then it is stopped."""
    database = Database.of(settings)
    database.start()
    try:
        change = asyncio.create_task(database.write(people.create_token, email=OWNER, name="split"))
        _, waits = await asyncio.wait([change], timeout=WATCHED_S)
        assert waits
        await asyncio.to_thread(primary.stop)
        with pytest.raises(StoreFull):
            await change
    finally:
        await database.stop()


async def test_the_first_change_after_a_quiet_restart_goes_through(house: House) -> None:
    both = await house.workshop()
    await both.b.do("PATCH ", {"title": "Before"})
    house.postgres.stop()
    house.postgres.start()

    assert (await both.b.do("PATCH ", {"title": "After"}))["title"] == "After"
    await both.leave()
