"""``python -m bench.costs``: what a join, a vote, a look and a socket cost, for the sizing table of docs/scaling.md.

25 sessions of 20 phones that nobody watches, in which people vote, and 25 with a screen and a console each; the same commands
in both tell what the looks of the second cost. Once on SQLite and once on PostgreSQL and Redis, one process on one core. Put
what it prints into `bench/sizing.py`. CPU of PostgreSQL is counted for itself. Medians of ``--repetitions``.
"""

import argparse
import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import fields
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx
import uvloop

from bench.bursts import in_groups
from bench.crowd import Crowd
from bench.phones import connect_phone
from bench.process import cpu_seconds, family
from bench.samples import opened
from bench.scene_disks import postgres_and_redis
from bench.scene_themes import watching
from bench.sizing import NAMES, Costs
from bench.targets import PLAIN, SECRET, Extra

ROOMS, ROOM_PHONES, JOINING, CHANGES = 25, 20, 300, 8
SPREAD = 5.0
VOTES = ROOMS * ROOM_PHONES
KB = 1024


class Meter:
    """CPU seconds of the server's process and of its database since it was last read."""

    def __init__(self, server: Callable[[], float | None], roots: list[int]) -> None:
        self._server, self._roots = server, roots
        self._before = self._now()

    def _now(self) -> tuple[float, float]:
        database = [cpu_seconds(pid) or 0.0 for root in self._roots for pid in family(root)]
        return self._server() or 0.0, sum(database)

    def read(self) -> tuple[float, float]:
        """What was used since the last reading."""
        now, before = self._now(), self._before
        self._before = now
        return now[0] - before[0], now[1] - before[1]


async def measure(extra: Extra, roots: list[int], folder: Path) -> Costs:
    """The costs of one installation. CPU in ms, memory in KB; those of PostgreSQL are None where ``roots`` is empty."""
    async with opened("stairstep", folder, JOINING, extra) as target, Crowd(target) as crowd, AsyncExitStack() as stack:
        assert target.seats is not None
        assert target.screen_token is not None
        process = (target.server.private_bytes() or 0) / KB
        meter = Meter(target.server.cpu_seconds, roots)

        async def come_in(number: int) -> None:
            phone, _ = await connect_phone(crowd.hall, number, f"{target.live}/phone", await target.join(number))
            stack.callback(phone.leave)

        await in_groups(JOINING, 20, come_in)
        joining = [seconds / JOINING * 1e3 for seconds in meter.read()]
        memory = (target.server.private_bytes() or 0) / KB
        rooms = target.seats.more_sessions(target.session_id, 2 * ROOMS)
        seated = [phone for room in rooms for phone in await crowd.enter(ROOM_PHONES, session_id=room)]
        socket = ((target.server.private_bytes() or 0) / KB - memory) / len(seated)
        await asyncio.sleep(1)
        meter.read()
        await crowd.vote("alone", SPREAD, voters=seated[:VOTES])
        voting = [seconds / VOTES * 1e3 for seconds in meter.read()]

        token = {"Authorization": f"Bearer {target.screen_token}"}
        watchers = [
            await watching(crowd, f"{crowd.live(room)}/{face}", token)
            for room in rooms[ROOMS:]
            for face in ("screen", "console?parts")
        ]
        url = f"http://127.0.0.1:{target.server.port}/api/v1/sessions"
        async with httpx.AsyncClient(base_url=url, headers=token, timeout=20, trust_env=False) as http:
            await _turn_lights(http, rooms[:2])
            spent = []
            for some in (rooms[:ROOMS], rooms[ROOMS:]):
                await asyncio.sleep(1)
                before = sum(len(watcher.heard) for watcher in watchers)
                meter.read()
                await _turn_lights(http, some)
                spent.append([seconds * 1e3 for seconds in meter.read()])
            looks = (sum(len(watcher.heard) for watcher in watchers) - before) / 2
    looking = [(seen - unseen) / looks for unseen, seen in zip(*spent, strict=True)]
    database = (joining[1], voting[1], looking[1]) if roots else (None, None, None)
    return Costs(joining[0], voting[0], looking[0], socket, process, *database)


async def _turn_lights(http: httpx.AsyncClient, rooms: list[str]) -> None:
    """Change what screen and console of each room show, some times, one command after the other."""
    for number in range(CHANGES):
        for room in rooms:
            answer = await http.post(f"/{room}/stage", json={"dark": number % 2 == 0})
            answer.raise_for_status()


def middle(found: list[Costs]) -> Costs:
    """The median of each cost."""
    columns = {field.name: [getattr(one, field.name) for one in found] for field in fields(Costs)}
    return Costs(**{name: None if None in values else median(values) for name, values in columns.items()})


def _run(extra: Extra, roots: list[int]) -> Costs:
    with TemporaryDirectory(prefix="stairstep-bench-") as folder:
        return uvloop.run(measure(extra, roots, Path(folder)))


def main() -> None:
    """Measure both, print both."""
    parser = argparse.ArgumentParser(prog="python -m bench.costs", description=__doc__)
    parser.add_argument("--repetitions", type=int, default=3)
    times = range(parser.parse_args().repetitions)
    on_sqlite = middle([_run(PLAIN, []) for _ in times])
    with postgres_and_redis() as (database, redis, _):
        found = []
        for number in times:
            url = database.make_database(f"costs_{number}")
            environment = {
                "STAIRSTEP_DATABASE_URL": url,
                "STAIRSTEP_REDIS_URL": redis.url,
                "STAIRSTEP_SECRET_KEY": SECRET,
            }
            found.append(_run(Extra(environment), [database.program.pid]))
    for title, costs in (("SQLITE", on_sqlite), ("POSTGRES", middle(found))):
        values = ((field.name, getattr(costs, field.name)) for field in fields(Costs))
        print(f"{title} = Costs({', '.join(f'{name}={value:.3g}' for name, value in values if value is not None)})")
        for name, words in NAMES.items():
            print(f"  {words}: {getattr(costs, name) or float('nan'):.3g}")


if __name__ == "__main__":
    main()
