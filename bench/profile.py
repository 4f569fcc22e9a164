"""``python -m bench.profile``: where a vote's time goes, measured while 2,000 phones vote. Needs py-spy.

The CPU time of each thread is the kernel's, taken in a burst without sampling. Then py-spy samples: the event loop's
thread where it holds the interpreter, the lane's thread by the clock (a sync takes time and no CPU). Each sample counts
for the first row that its stack fits, read from the innermost call outwards.
"""

import argparse
import asyncio
import os
import resource
import shutil
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from bench.crowd import Crowd
from bench.process import CLIENT_CORE, pin
from bench.samples import opened

RATE = 500  # samples a second
Places = tuple[tuple[str, tuple[str, ...]], ...]
LOOP_PLACES: Places = (
    ("parsing and limits", ("parse (app", "may_go_on", "may_answer", "_shallow")),
    ("looks, rendering and nudges", ("_look", "nudge (app", "sweep (app", "after_commit", "show (app")),
    ("queueing for the lane, settling", ("_queue (app", "_settle (app/store", "_item (app/store", "say_answer")),
    (
        "acknowledgement made and sent",
        ("_went_at_once", "_send_what_is_owed", "settle (app/live", "reply (app", "_write (app/live", "said (app/live"),
    ),
    ("socket read, frame, phone's task", ("data_received", "serve_phone", "handle_events", "receive (")),
)
LANE_PLACES: Places = (
    ("commit and sync", ("_commit (app/store/ballots", "do_commit", "_commit_impl")),
    ("SQL statements, begin included", ("(app/store/ballots", "do_begin", "begin (sqlalchemy", "_begin (app/store")),
    ("checking votes", ("cast_ballots", "_row (app/actions", "digest (app", "body_digest")),
)
LOOP_REST, LANE_REST = "the event loop itself, other tasks", "taking the batch, waking the loop"
IDLE = ("_worker (concurrent", "wait (threading", "_wait_for_work (app/store")


def place_of(stack: list[str], places: Places, rest: str) -> str:
    """The row that a stack belongs to; the innermost frame is the last."""
    for frame in reversed(stack):
        for name, marks in places:
            if any(mark in frame for mark in marks):
                return name
    return rest


def shares(raw: str, thread: str, places: Places, rest: str) -> Counter[str]:
    """Samples by row, of the stacks that have a frame of that ``thread`` and do not just wait."""
    rows: Counter[str] = Counter()
    for line in raw.splitlines():
        stack, _, count = line.rpartition(" ")
        frames = stack.split(";")
        if any(thread in frame for frame in frames) and not any(mark in frames[-1] for mark in IDLE):
            rows[place_of(frames, places, rest)] += int(count)
    return rows


def thread_seconds(pid: int) -> dict[int, float]:
    """CPU time of each living thread, in seconds."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return {int(task.name): int((task / "schedstat").read_text().split()[0]) / 1e9 for task in tasks}


@dataclass
class Profile:
    """What a vote costs, by thread, and the samples."""

    p99: float
    loop: float
    lane: float
    others: float
    held: str
    clock: str


async def _record(phones: int, spread: float, bursts: int, spy: str, folder: Path) -> Profile:
    """Take CPU times of a few bursts, then sample the server during as many more, twice."""
    async with opened("stairstep", folder, phones) as target, Crowd(target) as crowd:
        await crowd.enter(phones)
        await crowd.watch()
        await asyncio.sleep(1)
        pid = target.server.pid
        before = thread_seconds(pid)
        slowest = []
        for number in range(bursts):
            slowest.append((await crowd.vote(f"alone {number}", spread)).p99)
            await asyncio.sleep(1.2)
        spent = {thread: now - before.get(thread, 0.0) for thread, now in thread_seconds(pid).items()}
        loop = spent.pop(pid)
        lane = max(spent.values())
        others = sum(spent.values()) - lane
        texts = []
        for option in (["--gil"], []):
            out = folder / "samples"
            seconds = str(int(bursts * (spread + 2.2)) + 1)
            command = [
                spy,
                "record",
                *option,
                "-p",
                str(pid),
                "-r",
                str(RATE),
                "-d",
                seconds,
                "-f",
                "raw",
                "-o",
                str(out),
            ]
            quiet, pipe = asyncio.subprocess.DEVNULL, asyncio.subprocess.PIPE
            sampling = await asyncio.create_subprocess_exec(*command, stdout=quiet, stderr=pipe)
            for number in range(bursts):
                await asyncio.sleep(1.2)
                await crowd.vote(f"sampled {number}", spread)
            _, words = await sampling.communicate()
            if sampling.returncode:
                raise RuntimeError(words.decode()[-500:])
            texts.append(out.read_text())
        votes = bursts * phones
        return Profile(sorted(slowest)[bursts // 2], loop / votes, lane / votes, others / votes, *texts)


def _print(title: str, rows: Counter[str], each: float, what: str) -> None:
    total = max(1, rows.total())
    print(f"\n{title}: {total:,} samples\n\n| where | share | {what} |\n|---|---:|---:|")
    for name, count in rows.most_common():
        print(f"| {name} | {count / total:.0%} | {count / total * each * 1e6:,.0f} us |")


def main() -> int:
    """Print where the time goes."""
    parser = argparse.ArgumentParser(prog="python -m bench.profile", description=__doc__)
    parser.add_argument("--phones", type=int, default=2000)
    parser.add_argument("--spread", type=float, default=1.5)
    parser.add_argument("--bursts", type=int, default=3)
    parser.add_argument("--raw", type=Path, help="keep the samples of the event loop here, for a flame graph")
    options = parser.parse_args()
    spy = shutil.which("py-spy") or shutil.which("py-spy", path=str(Path(sys.executable).parent))
    if spy is None:
        print("py-spy is not installed: pip install py-spy")
        return 1
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    pin(os.getpid(), CLIENT_CORE)
    with TemporaryDirectory(prefix="stairstep-bench-") as folder:
        found = uvloop.run(_record(options.phones, options.spread, options.bursts, spy, Path(folder)))
    if options.raw:
        options.raw.write_text(found.held)
    total = found.loop + found.lane + found.others
    print(
        f"{options.phones} phones within {options.spread:g} s, p99 {found.p99 * 1e3:.1f} ms, load {os.getloadavg()[0]:.1f}"
    )
    print("\n| thread | CPU for a vote |\n|---|---:|")
    threads = (
        ("event loop", found.loop),
        ("write lane", found.lane),
        ("readers and others", found.others),
        ("all", total),
    )
    for name, each in threads:
        print(f"| {name} | {each * 1e6:,.0f} us |")
    loop = shares(found.held, "Runner.run", LOOP_PLACES, LOOP_REST)
    _print("event loop, where it holds the interpreter", loop, found.loop, "of a vote's CPU")
    lane = shares(found.clock, "_run (app/store/lane", LANE_PLACES, LANE_REST)
    _print(
        "write lane, by the clock while it is busy",
        lane,
        lane.total() / RATE / (options.bursts * options.phones),
        "for a vote",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
