"""Redis and PostgreSQL cut off by a firewall: packets vanish, nobody says so. Runs as root, in a network of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from app.cluster.postgres import Postgres
from app.cluster.redis import RedisServer
from tests.cluster.house import House, open_folder
from tests.cluster.test_postgres import break_and_mend
from tests.cluster.test_redis import SWEPT_WITHIN_S, Scene

pytestmark = pytest.mark.needs_root
BACK_WITHIN_S = 5.0
NUDGED_AGAIN_WITHIN_S = 10.0


def test_redis_and_postgresql_may_be_cut_off_and_nothing_is_lost() -> None:
    done = subprocess.run(
        ["unshare", "--net", "sh", "-c", f"ip link set lo up && exec {sys.executable} -m tests.faults.cut_off"],
        cwd=Path(__file__).parents[2],
        env={name: value for name, value in os.environ.items() if not name.startswith("STAIRSTEP_")},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "recovered"


def cut(port: int) -> None:
    """Let every packet from and to this port vanish."""
    rules = f"type filter hook input priority 0; tcp dport {port} drop; tcp sport {port} drop;"
    table = f"table inet cut {{\nchain in {{\n{rules}\n}}\n}}\n"
    subprocess.run(["nft", "-f", "-"], input=table, text=True, check=True)


def mend() -> None:
    subprocess.run(["nft", "delete", "table", "inet", "cut"], check=True)


@contextmanager
def cut_off(port: int) -> Iterator[None]:
    cut(port)
    try:
        yield
    finally:
        mend()


async def story() -> None:
    """Raises AssertionError where a promise is broken."""
    with ExitStack() as stack:
        place = open_folder(stack)
        postgres, redis = Postgres(place / "postgres"), RedisServer(place / "redis")
        for one in (postgres, redis):
            stack.callback(one.stop)
            one.start()
        house = House.build(stack, postgres, redis, postgres.make_database("house"), place / "house")
        await redis_cut_off(house)
        for away_s in (3.0, 14.0):  # shorter and longer than a silent connection is trusted
            both = await house.workshop()
            took = await break_and_mend(both, lambda: cut(postgres.port), mend, away_s=away_s)
            assert took < BACK_WITHIN_S, f"{took} s after {away_s} s"


async def redis_cut_off(house: House) -> None:
    both = await house.workshop()
    scene = Scene(both, await both.a.phone(), await both.b.screen())
    await both.a.open()
    await scene.until_nudged()
    with cut_off(house.redis.port):
        begun = time.monotonic()
        while time.monotonic() - begun < 6:
            assert await scene.seconds_until_seen() < SWEPT_WITHIN_S
        assert (await both.a.web.get("/j/NNNNNN")).status_code == 404
    await scene.until_nudged(NUDGED_AGAIN_WITHIN_S)
    await both.settle_and_leave()
