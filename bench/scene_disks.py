"""What stands under the server: a slow disk, a full one, a sudden end, another database, and the tutorial way."""

import asyncio
import random
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from app.cluster.postgres import Postgres
from app.cluster.redis import RedisServer
from bench.full_disk import full_disk
from bench.goals import Line, ms, plain, ratio_line, unmeasured, value_line
from bench.kills import MidBurst
from bench.process import SERVER_CORE, family, pin
from bench.samples import Repeats, Samples, Turn, straddles, turn_by_turn
from bench.scene_hall import Plan, hall
from bench.slow_sync import NoCompilerError, slow_disk
from bench.targets import SECRET, Extra

MORE_PER_SYNC = 0.005
TUTORIAL_PATIENCE = 40.0  # it has not answered everybody by then; what has no answer counts as this


def slow(repeats: Repeats) -> list[Line]:
    """Figure 4: a disk that takes 5 ms more for each sync."""
    label = "vote to ack p99 in syncs, disk 5 ms slower"
    with TemporaryDirectory(prefix="stairstep-bench-") as folder:
        try:
            environment, sync = slow_disk(Path(folder), MORE_PER_SYNC)
        except NoCompilerError as error:
            return [unmeasured(4, label, str(error), must=6)]
        extra, plan = Extra(environment), Plan(2000)
        turns = {name: hall(name, plan, extra) for name in ("stairstep", "bare")}
        found = turn_by_turn(f"a disk on which a sync takes {sync * 1e3:.2f} ms", turns, repeats)
    mine, bare = found["stairstep"], found["bare"]
    p99, other = mine.median("burst p99"), bare.median("burst p99")
    syncs = None if p99 is None else p99 / sync
    reference = "-" if other is None else f"{other / sync:.1f} b"
    sure = mine.calm("burst p99")
    ratio = p99 / other if p99 and other else None
    shown = "-" if p99 is None or syncs is None else f"{ms(p99)} = {syncs:.1f}"
    return [Line(4, label, shown, reference, ratio, syncs, must=6, aim=4, unit=" syncs", sure=sure)]


def kills(times: int) -> list[Line]:
    """Figure 11: SIGKILL in mid-burst, again and again on one database, then with the disk full."""
    print(f"\nSIGKILL in mid-burst, {times} times on one database", flush=True)
    with TemporaryDirectory(prefix="stairstep-bench-") as folder:
        mid = MidBurst(Path(folder))
        draw = random.Random(11)
        for time_ in range(times):
            uvloop.run(mid.once(time_, draw.uniform(0.05, 0.55)))
        print(f"  {mid.words()}")
        lines = [
            value_line(11, f"acknowledged but lost, SIGKILL {times} times", float(mid.lost), show=plain, must=0),
            value_line(11, "slowest start after a SIGKILL", mid.slowest_start, show=ms, must=None),
        ]
    try:
        with full_disk() as place:
            lost, refused, back = uvloop.run(place.fill_and_kill())
    except OSError as error:
        return [*lines, unmeasured(11, "the same with the disk full", str(error))]
    print(f"  disk full: {refused} votes refused or unanswered, {lost} lost, votes stored again with room: {back}")
    label = "acknowledged but lost, disk full and SIGKILL"
    lines.append(Line(11, label, f"{lost}", judged=lost, aim=0))
    lines.append(
        Line(11, "the disk filled and votes were refused; stored again with room", str(back), judged=1 - back, aim=0)
    )
    return lines


def tutorial_way(repeats: Repeats) -> list[Line]:
    """Figure 12: against the tutorial way, 500 phones."""
    turns = {
        "stairstep": hall("stairstep", Plan(500)),
        "tutorial": hall("tutorial", Plan(500, bursts=1, patience=TUTORIAL_PATIENCE)),
    }
    found = turn_by_turn("500 phones, against the tutorial way", turns, repeats)
    mine, other, key = found["stairstep"], found["tutorial"], "burst p99"
    p99, theirs = mine.median(key), other.median(key)
    times = theirs / p99 if p99 and theirs else None
    label = "times better than the tutorial way, p99, 500 phones"
    value, reference = ms(p99), f"{ms(theirs)} c"
    sure = mine.calm(key)
    return [Line(12, label, value, reference, times, times, 100, 1000, "x", sure, more_is_better=True)]


@contextmanager
def postgres_and_redis() -> Iterator[tuple[Postgres, RedisServer, list[int]]]:
    """Both, freshly made, on the server's core."""
    with ExitStack() as stack:
        place = Path(stack.enter_context(TemporaryDirectory(prefix="stairstep-bench-", dir=tempfile.gettempdir())))
        place.chmod(0o711)
        database, redis = Postgres(place / "postgres"), RedisServer(place / "redis")
        for one in (database, redis):
            stack.callback(one.program.kill)
            one.start()
        roots = [database.program.pid, redis.program.pid]
        for root in roots:
            for pid in family(root):
                pin(pid, SERVER_CORE)
        yield database, redis, roots


def postgres(repeats: Repeats) -> list[Line]:
    """Figure 13: PostgreSQL and Redis, one process, beside SQLite; all of it on one core."""
    with postgres_and_redis() as (database, redis, roots):

        def on_postgres() -> Turn:
            async def turn(samples: Samples, folder: Path, repetition: int) -> None:
                url = await asyncio.to_thread(database.make_database, f"bench_{repetition}")
                environment = {
                    "STAIRSTEP_DATABASE_URL": url,
                    "STAIRSTEP_REDIS_URL": redis.url,
                    "STAIRSTEP_SECRET_KEY": SECRET,
                }
                await hall("stairstep", Plan(2000), Extra(environment, roots))(samples, folder, repetition)

            return turn

        turns = {"postgres": on_postgres(), "sqlite": hall("stairstep", Plan(2000))}

        def wavers(found: dict[str, Samples]) -> bool:
            return straddles([(found["postgres"], found["sqlite"], "burst p99", 3.0)])

        found = turn_by_turn("PostgreSQL and Redis beside SQLite, 2,000 phones", turns, repeats, wavers=wavers)
    mine, other = found["postgres"], found["sqlite"]
    lines = []
    for key, show, must, aim in (("burst p99", ms, 3.0, 1.5), ("burst cpu", ms, None, None)):
        what = "p99" if "p99" in key else "CPU for a vote, the database's included"
        pair, sure = (mine.median(key), other.median(key)), mine.calm(key) and other.calm(key)
        label = f"PostgreSQL + Redis, one process, 2,000 phones: {what}"
        lines.append(ratio_line(13, label, *pair, name="SQLite", show=show, must=must, aim=aim, sure=sure))
    return lines
