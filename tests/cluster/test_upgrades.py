"""A release that brings steps of the schema is rolled out under votes: the old and the new one serve side by side."""

import asyncio
import itertools
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from app.cluster.front import is_ready
from app.cluster.postgres import Postgres
from app.cluster.programs import Program
from app.cluster.redis import RedisServer
from app.store.migrate import LOCK_WITHIN_S
from tests.cluster.house import House, SamePerson, more_acks, node, nothing_acknowledged_is_lost, steady, voting
from tests.cluster.test_faults import BACK_WITHIN_S, refused_start
from tests.live.server import ROOT, Server
from tests.unit.test_migrations import next_step

ADDS = (
    'op.add_column("answer", sa.Column("certain", sa.Integer())); '
    'op.add_column("participant", sa.Column("mood", sa.String(), nullable=False, server_default="fine")); '
    'op.add_column("live_session", sa.Column("tone", sa.String())); '
    'op.create_index("answer_certain", "answer", ["certain"]); '
    'op.create_table("mood", sa.Column("id", sa.String(), primary_key=True))'
)
_NUMBERS = itertools.count(1)
READS_FOR_S = LOCK_WITHIN_S + 1.5


@dataclass
class Release:
    """A copy of the program, with one more step of the schema."""

    code: Path
    step: str

    @classmethod
    def make(cls, code: Path, does: str, *, name: str = "") -> "Release":
        leave_out = shutil.ignore_patterns("__pycache__")
        for part in ("app", "migrations"):
            shutil.copytree(ROOT / part, code / part, ignore=leave_out)
        return cls(code, next_step(code / "migrations", does, name=name))

    def start(self, server: Server) -> Program:
        """Start it in the place of a server that has ended."""
        env = {"PYTHONPATH": str(self.code), "STAIRSTEP_DATA_DIR": str(server.data_dir)} | server.env
        env |= {"STAIRSTEP_HOST": "127.0.0.1", "STAIRSTEP_PORT": str(server.port)}
        command = [sys.executable, "-P", "-m", "app", "serve"]  # from its own code, wherever we are
        program = Program("the next release", command, server.log, lambda: is_ready(server.url), env=env)
        program.launch()
        return program


@pytest.fixture
def newer(tmp_path: Path) -> Release:
    """The release after this one: its step only adds."""
    return Release.make(tmp_path / "newer", ADDS)


@pytest.fixture
def own_house(postgres: Postgres, redis: RedisServer, tmp_path: Path) -> Iterator[House]:
    """Two processes of this release on a database of their own."""
    with ExitStack() as stack:
        url = postgres.make_database(f"upgrade_{next(_NUMBERS)}")
        yield House.build(stack, postgres, redis, url, tmp_path / "house")


def step_of(house: House) -> list[tuple[str]]:
    return house.a.rows("SELECT version_num FROM alembic_version")


async def test_a_release_is_rolled_out_under_votes_and_both_serve_the_same_session(
    own_house: House, newer: Release
) -> None:
    house, programs = own_house, []
    both = await house.workshop()
    joined = [await both.a.join() for _ in range(8)]
    await both.a.open()
    try:
        async with steady(joined, [house.front.host]) as people:
            async with voting(people):
                await more_acks(people)
                await asyncio.to_thread(house.a.stop)
                programs.append(newer.start(house.a))
                await asyncio.to_thread(programs[0].wait_until_ready)
                assert step_of(house) == [(newer.step,)]
                await more_acks(people, within=BACK_WITHIN_S)

                await asyncio.to_thread(house.b.kill)  # the old one falls over, and starts beside the newer schema
                await asyncio.to_thread(house.b.start)
                await more_acks(people, within=BACK_WITHIN_S)
            await asyncio.gather(*(one.all_acked() for one in people))
            await nothing_acknowledged_is_lost(both, people)
            assert max(one.slowest for one in people) < BACK_WITHIN_S

        phones = [await SamePerson(at, joined[0]).connect() for at in (both.a, both.b)]
        screens = [await at.screen() for at in (both.a, both.b)]
        await both.b.close()
        assert await both.a.reveal("current") == await both.b.results()
        for screen in screens:
            await screen.until(lambda state: (state["results"] or {}).get("dimensions"))
        await both.b.open("desired")
        for phone in phones:
            await phone.until('data-question="desired"')
        await both.settle_and_leave()

        await asyncio.to_thread(house.b.stop)
        programs.append(newer.start(house.b))
        await asyncio.to_thread(programs[1].wait_until_ready)
    finally:
        for program in programs:
            program.kill()


async def test_two_of_a_new_release_start_at_once_beside_an_old_one_and_migrate_once(
    own_house: House, newer: Release, tmp_path: Path
) -> None:
    house = own_house
    both = await house.workshop()
    joined = [await both.a.join() for _ in range(6)]
    await both.a.open()
    (tmp_path / "more").mkdir()
    servers = [node(tmp_path / "more" / name, house.a.env["STAIRSTEP_DATABASE_URL"], house.redis.url) for name in "cd"]
    async with steady(joined, [house.a.host, house.b.host]) as people, voting(people):
        await more_acks(people)
        programs = [newer.start(server) for server in servers]
        try:
            await asyncio.gather(*(asyncio.to_thread(program.wait_until_ready) for program in programs))
            await more_acks(people)
        finally:
            for program in programs:
                program.kill()
        assert all(one.connections == 1 for one in people), "who is at an old process notices nothing"
    assert step_of(house) == [(newer.step,)]
    await both.leave()


async def test_a_step_that_has_to_wait_for_a_table_does_not_make_votes_wait(
    own_house: House, newer: Release, tmp_path: Path
) -> None:
    house = own_house
    both = await house.workshop()
    joined = [await both.a.join() for _ in range(4)]
    await both.a.open()
    server = node(tmp_path / "c", house.a.env["STAIRSTEP_DATABASE_URL"], house.redis.url)
    async with steady(joined, [house.a.host, house.b.host]) as people, voting(people):
        await more_acks(people)
        with psycopg.connect(house.a.env["STAIRSTEP_DATABASE_URL"]) as dump:
            dump.execute("SELECT count(*) FROM answer")  # holds the table until it is closed, as pg_dump does
            program = newer.start(server)
            try:
                await asyncio.sleep(READS_FOR_S)
                await more_acks(people)
                dump.rollback()
                await asyncio.to_thread(program.wait_until_ready)
            finally:
                program.kill()
        await more_acks(people)
        assert max(one.slowest for one in people) < LOCK_WITHIN_S + 2
    assert step_of(house) == [(newer.step,)]
    await both.leave()


def test_an_old_release_does_not_start_on_a_database_that_it_cannot_live_with(
    postgres: Postgres, tmp_path: Path
) -> None:
    later = Release.make(tmp_path / "later", ADDS, name="0100")
    server = node(tmp_path / "data", postgres.make_database("later"))
    program = later.start(server)
    try:
        program.wait_until_ready()
    finally:
        program.kill()

    said = refused_start(server)

    assert len(said.strip().splitlines()) == 1
    assert "A newer Stairstep has changed this database (step 0100" in said
