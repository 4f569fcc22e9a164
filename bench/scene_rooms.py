"""More than one room, or guests who misbehave: what others notice of it. And how soon a screen is complete."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from bench.bursts import Burst, evenly, percentile
from bench.crowd import Crowd
from bench.goals import Line, mb, ms, plain, ratio_line, us, value_line
from bench.rude import rude_guests
from bench.samples import Repeats, Samples, opened, turn_by_turn
from bench.scene_hall import BETWEEN, SPREAD, STAMPEDE, STAMPEDE_LAG, Plan, hall

SEEDS = 10
SEED_PHONES = 500
LONE_VOTES = 5
ROOMS, ROOM_PHONES = 250, 20
QUIET_ROOMS, QUIET_PHONES, LOUD_PHONES = 50, 6, 2000
ABUSE_PHONES = 500
ABUSE_BURSTS = 5
GROWTH_MB = 16


def seeds() -> list[Line]:
    """Figure 10: ten bursts of 500 phones in sessions of their own; the screen; lone votes."""
    print(f"\nlast vote to complete screen: {SEEDS} seeds, {SEED_PHONES} phones, one server", flush=True)
    samples = Samples("stairstep")
    with TemporaryDirectory(prefix="stairstep-bench-") as folder:
        uvloop.run(_seeds(samples, Path(folder)))
    times = ", ".join(f"{value * 1e3:.0f}" for value in samples.values["screen"])
    print(f"  {times} ms")
    screen, sure = samples.all("screen"), samples.calm("screen")
    worst, lone = max(screen), samples.median("lone")
    middle, scale = samples.median("screen"), 1e3
    return [
        value_line(
            10,
            "last vote to complete screen, median of 10",
            middle,
            show=ms,
            must=60,
            aim=45,
            scale=scale,
            unit=" ms",
            sure=sure,
        ),
        value_line(
            10, "the same, slowest of 10", worst, show=ms, must=150, aim=105, scale=scale, unit=" ms", sure=sure
        ),
        value_line(10, "lone vote to screen, median", lone, show=ms, must=None, aim=15, scale=scale, unit=" ms"),
    ]


async def _seeds(samples: Samples, folder: Path) -> None:
    async with opened("stairstep", folder, SEED_PHONES) as target, Crowd(target) as crowd:
        assert target.seats is not None
        for seed, session_id in enumerate(target.seats.more_sessions(target.session_id, SEEDS)):
            phones = await crowd.enter(SEED_PHONES + LONE_VOTES, session_id=session_id)
            screen = await crowd.watch(session_id)
            for count, phone in enumerate(phones[:LONE_VOTES], start=1):
                await asyncio.sleep(0.25)
                samples.add("lone", await crowd.lone_vote(phone, screen, count))
            await asyncio.sleep(0.25)
            burst = await crowd.vote(f"screen {seed}", SPREAD, voters=phones[LONE_VOTES:])
            shown = await screen.shows(len(phones), 5.0)
            value = (shown or float("inf")) - burst.last_due
            (samples.values if burst.disturbed is None else samples.shaken)["screen"].append(value)
            for phone in phones:
                phone.leave()


def many_rooms(repeats: Repeats) -> list[Line]:
    """Figure 14: 250 sessions of 20 phones and a screen each, turn by turn with one session of 5,000."""

    async def turn(samples: Samples, folder: Path, repetition: int) -> None:
        async with opened("stairstep", folder, ROOM_PHONES) as target, Crowd(target) as crowd:
            assert target.seats is not None
            for session_id in target.seats.more_sessions(target.session_id, ROOMS):
                await crowd.enter(ROOM_PHONES, session_id=session_id)
                await crowd.watch(session_id)
            await asyncio.sleep(1)
            for number in range(2):
                samples.burst("burst", await crowd.vote(f"{repetition} {number}", SPREAD))
                await asyncio.sleep(BETWEEN)

    turns = {"250 sessions": turn, "one of 5,000": hall("stairstep", Plan(ROOMS * ROOM_PHONES))}
    found = turn_by_turn("250 sessions of 20 phones", turns, repeats)
    many, largest = found["250 sessions"], found["one of 5,000"]
    goals = (
        ("burst p50", "p50", ms, 1.5, None),
        ("burst cpu", "CPU for a vote", us, 2.0, None),
        ("burst p99", "p99", ms, None, 2.0),
    )
    lines = []
    for key, what, show, must, aim in goals:
        pair, sure = (many.median(key), largest.median(key)), many.calm(key) and largest.calm(key)
        label = f"250 sessions of 20 phones and a screen: {what}"
        lines.append(ratio_line(14, label, *pair, name="one of 5,000", show=show, must=must, aim=aim, sure=sure))
    return lines


def beside(repeats: Repeats) -> list[Line]:
    """Figure 15: a stampede in one session, 50 quiet sessions beside it."""

    async def turn(samples: Samples, folder: Path, repetition: int) -> None:
        async with opened("stairstep", folder, LOUD_PHONES) as target, Crowd(target) as crowd:
            assert target.seats is not None
            loud = await crowd.enter(LOUD_PHONES)
            await crowd.watch()
            quiet = []
            for session_id in target.seats.more_sessions(target.session_id, QUIET_ROOMS):
                quiet += await crowd.enter(QUIET_PHONES, session_id=session_id)
                await crowd.watch(session_id)
            for number in range(3):
                await asyncio.sleep(BETWEEN)
                seed = f"{repetition} {number}"
                start = 0.3  # quiet rooms vote before, in and after the stampede
                moments = [start + at for at in evenly(f"loud {seed}", len(loud), STAMPEDE)]
                moments += evenly(f"quiet {seed}", len(quiet), SPREAD)
                burst = await crowd.vote(seed, SPREAD, voters=[*loud, *quiet], moments=moments, lag_limit=STAMPEDE_LAG)
                samples.burst("all", burst)
                place = samples.values if burst.disturbed is None else samples.shaken
                place["loud p99"].append(percentile(_of(burst, range(len(loud))), 0.99))
                place["quiet p99"].append(percentile(_of(burst, range(len(loud), len(crowd.phones))), 0.99))

    found = turn_by_turn("a stampede beside 50 quiet sessions", {"stairstep": turn}, repeats)["stairstep"]
    pair, sure = (found.median("quiet p99"), found.median("loud p99")), found.calm("quiet p99")
    label = "50 quiet sessions' p99 beside a stampede of 2,000"
    return [ratio_line(15, label, *pair, name="the stampede", show=ms, must=1.0, aim=0.33, sure=sure)]


def _of(burst: Burst, numbers: range) -> list[float]:
    return [burst.by_phone.get(number, burst.patience) for number in numbers]


def abuse(repeats: Repeats) -> list[Line]:
    """Figure 16: bursts with and without a deaf screen and a flooding phone, turn by turn on one server."""

    async def turn(samples: Samples, folder: Path, repetition: int) -> None:
        async with opened("stairstep", folder, ABUSE_PHONES) as target, Crowd(target) as crowd:
            voters = await crowd.enter(ABUSE_PHONES)
            (rude,) = await crowd.enter(1)
            await crowd.watch()
            await crowd.vote(f"first {repetition}", SPREAD, voters=voters)
            before = target.server.private_bytes()
            most = before or 0
            for number in range(ABUSE_BURSTS):
                await asyncio.sleep(0.6)
                samples.burst("without", await crowd.vote(f"{repetition} {number}", SPREAD, voters=voters))
                async with rude_guests(crowd, rude) as flood:
                    await asyncio.sleep(0.6)
                    samples.burst("with", await crowd.vote(f"rude {repetition} {number}", SPREAD, voters=voters))
                    most = max(most, target.server.private_bytes() or 0)
                    samples.add("sent", float(flood.sent))
                    samples.add("closings", float(flood.closed))
            if before is not None:
                samples.add("growth", float(most - before))

    found = turn_by_turn("a deaf screen and a flooding phone", {"stairstep": turn}, repeats)["stairstep"]
    pair = found.median("with p99"), found.median("without p99")
    sure = found.calm("with p99") and found.calm("without p99")
    sent, closings = found.median("sent"), found.median("closings")
    print(f"  in each burst the flood sent {plain(sent)} votes and was closed {plain(closings)} times")
    label = "others' p99 beside a deaf screen and 1,000 votes/s"
    growth, scale = found.median("growth"), 1 / 1024 / 1024
    memory = "the server's memory grew by"
    return [
        ratio_line(16, label, *pair, name="without", show=ms, must=1.2, aim=1.05, sure=sure),
        value_line(16, memory, growth, show=mb, must=GROWTH_MB, scale=scale, unit=" MB"),
    ]
