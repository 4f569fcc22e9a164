"""A process killed, restarted, started beside another: its people come back, the others see nothing."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.cluster.postgres import Postgres
from app.cluster.redis import RedisServer
from tests.cluster.house import (
    SECRET,
    SILENT_AT_MOST_S,
    Both,
    House,
    more_acks,
    node,
    nothing_acknowledged_is_lost,
    steady,
    voting,
)
from tests.live.server import ROOT, Server, free_port

BACK_WITHIN_S = 5.0
NOTICED_WITHIN_S = 2.0  # as the keeper: a look every half second that waits a second and a half


@pytest.fixture
async def both(house: House):
    found = await house.workshop()
    await found.until_the_front_uses_both()
    yield found
    for server in (house.a, house.b):
        if server.runs:
            server.signal(signal.SIGCONT)
        else:
            await asyncio.to_thread(server.start)
    await found.leave()


async def test_a_process_is_killed_its_people_move_and_the_others_see_nothing(house: House, both: Both) -> None:
    moved = [await both.b.join() for _ in range(6)]
    quiet = [await both.a.join() for _ in range(6)]
    await both.a.open()
    async with steady(quiet, [house.a.host]) as others, steady(moved, [house.front.host]) as people:
        assert any(phone.connections for phone in people)
        async with voting([*others, *people]):
            await asyncio.gather(*(one.until(lambda one=one: one.acked, "an ack") for one in [*others, *people]))
            await asyncio.to_thread(house.b.kill)
            await more_acks(people, within=BACK_WITHIN_S)
        await asyncio.gather(*(one.all_acked() for one in [*others, *people]))
        assert all(one.connections == 1 for one in others)
        assert sum(one.connections == 2 for one in people) == 3, "half of them were at the one that was killed"
        await nothing_acknowledged_is_lost(both, [*others, *people])


async def test_a_rolling_restart_under_votes_loses_nothing_and_tells_everybody_to_come_back(
    house: House, both: Both
) -> None:
    joined = [await both.a.join() for _ in range(8)]
    screen = await both.b.screen()
    await both.a.open()
    async with steady(joined, [house.front.host]) as people:
        async with voting(people):
            for server in (house.a, house.b):
                await asyncio.to_thread(server.stop)
                await more_acks(people, within=BACK_WITHIN_S)
                await asyncio.to_thread(server.start)
        await asyncio.gather(*(one.all_acked() for one in people))
        assert {code for one in people for code in one.codes} == {1012}
        assert await screen.closed() == 1012
        await nothing_acknowledged_is_lost(both, people)
        assert max(one.slowest for one in people) < BACK_WITHIN_S


@pytest.mark.parametrize("ended", [False, True], ids=["it goes on later", "somebody ends it"])
async def test_a_process_hangs_its_people_move_and_the_others_see_nothing(
    house: House, both: Both, *, ended: bool
) -> None:
    moved = [await both.b.join() for _ in range(6)]
    quiet = [await both.a.join() for _ in range(6)]
    await both.a.open()
    async with steady(quiet, [house.a.host]) as others, steady(moved, [house.front.host]) as people:
        async with voting([*others, *people]):
            await more_acks([*others, *people])
            house.b.signal(signal.SIGSTOP)
            if ended:  # as the keeper of `make cluster` and a liveness probe do
                await asyncio.sleep(NOTICED_WITHIN_S)
                await asyncio.to_thread(house.b.kill)
            await more_acks(people, within=SILENT_AT_MOST_S + BACK_WITHIN_S)
            if not ended:
                house.b.signal(signal.SIGCONT)
            await more_acks([*others, *people], within=BACK_WITHIN_S)
        await asyncio.gather(*(one.all_acked() for one in [*others, *people]))
        assert all(one.connections == 1 for one in others)
        assert max(one.slowest for one in others) < BACK_WITHIN_S
        assert max(one.slowest for one in people) < (BACK_WITHIN_S if ended else SILENT_AT_MOST_S + BACK_WITHIN_S)
        assert sum(one.connections >= 2 for one in people) == 3, "half of them were at the one that hung"
        await nothing_acknowledged_is_lost(both, [*others, *people])


async def test_two_processes_may_start_at_once_on_an_empty_database(
    place: Path, postgres: Postgres, redis: RedisServer
) -> None:
    url = postgres.make_database("fresh")
    pair = [node(place / f"fresh-{name}", url, redis.url) for name in "ab"]
    try:
        await asyncio.gather(*(asyncio.to_thread(server.start) for server in pair))

        assert pair[0].rows("SELECT count(*) FROM alembic_version") == [(1,)]
    finally:
        for server in pair:
            if server.runs:
                server.kill()


def refused_start(server: Server) -> str:
    """What a process says that does not start."""
    env = {"PYTHONPATH": str(ROOT), "STAIRSTEP_DATA_DIR": str(server.data_dir), "STAIRSTEP_PORT": str(free_port())}
    done = subprocess.run(
        [sys.executable, "-m", "app", "serve"],
        env=env | {"STAIRSTEP_HOST": "127.0.0.1"} | server.env,
        cwd=server.data_dir.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_second_process_on_one_sqlite_file_does_not_start(tmp_path: Path) -> None:
    first = Server(tmp_path / "data", env={"STAIRSTEP_DATABASE_URL": ""})
    first.start()
    try:
        assert "Another Stairstep uses" in refused_start(first)
    finally:
        first.kill()


def test_a_second_process_on_postgresql_without_redis_does_not_start(place: Path, postgres: Postgres) -> None:
    first = node(place / "alone", postgres.make_database("alone"))
    first.start()
    try:
        said = refused_start(first)
        assert "Another Stairstep uses this database" in said
        assert "STAIRSTEP_REDIS_URL" in said
        first.signal(signal.SIGKILL)
        first.wait_until_gone()
        first.start()  # its hold ended with it
    finally:
        first.kill()


@pytest.mark.parametrize(
    ("env", "words"),
    [
        (
            {"STAIRSTEP_REDIS_URL": "redis://127.0.0.1:1/0", "STAIRSTEP_SECRET_KEY": SECRET},
            "several processes need both",
        ),
        (
            {"STAIRSTEP_REDIS_URL": "redis://127.0.0.1:1/0", "STAIRSTEP_DATABASE_URL": "postgresql://x@127.0.0.1:1/x"},
            "STAIRSTEP_SECRET_KEY",
        ),
    ],
)
def test_settings_that_do_not_fit_together_stop_the_start(tmp_path: Path, env: dict[str, str], words: str) -> None:
    assert words in refused_start(Server(tmp_path / "data", env={"STAIRSTEP_DATABASE_URL": ""} | env))


def test_a_database_that_is_not_there_stops_the_start_with_one_line(tmp_path: Path) -> None:
    said = refused_start(node(tmp_path / "data", f"postgresql://x:secret@127.0.0.1:{free_port()}/x"))

    assert len(said.strip().splitlines()) == 1
    assert "STAIRSTEP_DATABASE_URL" in said
    assert "secret" not in said
