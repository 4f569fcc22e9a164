"""One big room: how fast, at what cost, with how much memory, in a stampede, and after everybody lost the connection."""

import asyncio
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bench.crowd import Crowd, enter_measured
from bench.goals import Line, kb, ms, octets, plain, ratio_line, seconds_text, unmeasured, us, value_line
from bench.kept import lost, stored_choices
from bench.samples import Repeats, Samples, Turn, opened, straddles, turn_by_turn
from bench.targets import PLAIN, Extra

SPREAD = 1.5
STAMPEDE = 0.1
STAMPEDE_LAG = 0.03  # seconds: 2,000 acknowledgements come in a few bundles, and reading one takes the client that long
BETWEEN = 1.2
FEW = 2  # phones of a storm in a hundred that had just voted


@dataclass(frozen=True)
class Plan:
    """What happens in the room."""

    phones: int
    bursts: int = 2
    stampedes: int = 0
    storm: bool = False
    patience: float = 30.0


def hall(name: str, plan: Plan, extra: Extra = PLAIN) -> Turn:
    """A turn of that server in such a room."""

    async def turn(samples: Samples, folder: Path, repetition: int) -> None:
        async with opened(name, folder, plan.phones, extra) as target, Crowd(target) as crowd:
            entry = await enter_measured(crowd, plan.phones)
            samples.add("enter cpu", entry.cpu)
            samples.add("memory", entry.memory)
            await crowd.watch()
            for number in range(plan.bursts):
                burst = await crowd.vote(f"{repetition} {number}", SPREAD, patience=plan.patience)
                samples.burst("burst", burst)
                await asyncio.sleep(BETWEEN)
            for number in range(plan.stampedes):
                seed = f"stampede {repetition} {number}"
                samples.burst("stampede", await crowd.vote(seed, STAMPEDE, lag_limit=STAMPEDE_LAG))
                await asyncio.sleep(BETWEEN)
            if plan.storm:
                await _storm(crowd, samples, repetition)
            acked = crowd.acked()
            target.server.kill()
            stored = stored_choices(target.database) if target.database else None
            if stored is not None:
                samples.add("lost", float(lost(acked.values(), stored)))

    return turn


async def _storm(crowd: Crowd, samples: Samples, repetition: int) -> None:
    storm = await crowd.storm(len(crowd.phones) * FEW // 100)
    samples.add("storm seconds", storm.seconds)
    samples.add("storm wrong", float(storm.wrong_views))
    samples.add("storm lost", float(storm.unanswered))
    samples.burst("after", await crowd.vote(f"after {repetition}", SPREAD))


def room_of_2000(wanted: set[int], repeats: Repeats) -> tuple[list[Line], Samples]:
    """Figures 1, 3, 5, 6, 7, 8 and 9, and what 18 needs of this room."""
    bursts = 2 if wanted & {1, 5, 8} else 1
    plan = Plan(2000, bursts, stampedes=2 if 3 in wanted else 0, storm=8 in wanted)
    turns = {"stairstep": hall("stairstep", plan)}
    if wanted & {1, 3, 8, 9}:
        turns["bare"] = hall("bare", plan)
    if 5 in wanted:
        turns["picows"] = hall("picows", Plan(2000))

    def wavers(found: dict[str, Samples]) -> bool:
        mine, bare = found["stairstep"], found.get("bare")
        pairs = [(mine, bare, "burst p99", 1.5)] if bare and 1 in wanted else []
        return straddles(pairs + ([(mine, bare, "stampede p99", 1.5)] if bare and 3 in wanted else []))

    found = turn_by_turn("2,000 phones in one session", turns, repeats, wavers=wavers)
    return lines_of_2000(found, wanted), found["stairstep"]


def lines_of_2000(found: dict[str, Samples], wanted: set[int]) -> list[Line]:
    """The lines of the room of 2,000."""
    mine, none = found["stairstep"], Samples("none")
    bare, picows = found.get("bare", none), found.get("picows", none)
    lines = []

    def against(number: int, label: str, key: str, other: Samples, *, letter: str, must: float, aim: float) -> None:
        sure = mine.calm(key) and other.calm(key)
        show = us if "cpu" in key else ms
        pair = mine.median(key), other.median(key)
        lines.append(ratio_line(number, label, *pair, name=letter, show=show, must=must, aim=aim, sure=sure))

    if 1 in wanted:
        against(1, "vote to ack p99, 2,000 phones in 1.5 s", "burst p99", bare, letter="b", must=1.5, aim=1.0)
    if 3 in wanted:
        against(3, "stampede: 2,000 votes in 0.1 s, p99", "stampede p99", bare, letter="b", must=1.5, aim=1.0)
    if 5 in wanted:
        against(5, "CPU for a vote, 2,000 phones", "burst cpu", picows, letter="a", must=2.0, aim=1.4)
    if 6 in wanted:
        frames, size = max(mine.all("burst frames")), max(mine.all("burst ack"))
        lines.append(value_line(6, "frames to a voting phone, results hidden", frames, show=plain, must=1))
        lines.append(value_line(6, "bytes of that frame", size, show=octets, must=100, aim=75, unit=" B"))
    if 7 in wanted:
        memory, scale = mine.median("memory"), 1 / 1024
        label = "private memory for an idle phone"
        lines.append(value_line(7, label, memory, show=kb, must=40, aim=26, scale=scale, unit=" KB"))
    if 8 in wanted:
        lines += _storm_lines(mine, bare)
    if 9 in wanted:
        against(9, "CPU for a phone's entry, token checked", "enter cpu", bare, letter="b", must=2.0, aim=1.2)
    gone = sum(mine.values["lost"])
    lines.append(value_line(11, "acknowledged but lost in these rooms", gone, show=plain, must=0))
    lines.append(
        value_line(11, "refused or never answered in these rooms", sum(mine.all("unstored")), show=plain, must=0)
    )
    return lines


def _storm_lines(mine: Samples, bare: Samples) -> list[Line]:
    key, label = "storm seconds", "2,000 lost sockets: until all are right again"
    pair = mine.median(key), bare.median(key)
    wrong = sum(mine.values["storm lost"]) + sum(mine.values["storm wrong"])
    after, before = mine.median("after p99"), mine.median("burst p99")
    sure = mine.calm("after p99") and mine.calm("burst p99")
    return [
        ratio_line(8, label, *pair, name="b", show=seconds_text, must=1.5, aim=1.0),
        value_line(8, "votes lost and wrong views in the storm", wrong, show=plain, must=0),
        ratio_line(8, "the next burst's p99", after, before, name="before", show=ms, must=None, aim=1.5, sure=sure),
    ]


def room_of_5000(wanted: set[int], repeats: Repeats) -> tuple[list[Line], Samples]:
    """Figure 2, and what 14 and 18 need of the largest room."""
    plan = Plan(5000)
    turns = {"stairstep": hall("stairstep", plan)}
    if 2 in wanted:
        turns["picows"] = hall("picows", plan)

    def wavers(found: dict[str, Samples]) -> bool:
        return 2 in wanted and straddles([(found["stairstep"], found["picows"], "burst p99", 2.5)])

    found = turn_by_turn("5,000 phones in one session", turns, repeats, wavers=wavers)
    mine, lines = found["stairstep"], []
    if 2 in wanted:
        a, key = found["picows"], "burst p99"
        pair, sure = (mine.median(key), a.median(key)), mine.calm(key) and a.calm(key)
        label = "vote to ack p99, 5,000 phones in 1.5 s"
        lines.append(ratio_line(2, label, *pair, name="a", show=ms, must=2.5, aim=1.5, sure=sure))
    return lines, mine


SIZES = (100, 500, 2000, 5000)
NOISE = 1.05  # a rise of a twentieth is not called one
BYTES_APART = 5  # the version in an acknowledgement grows by a digit or two


def sizes(repeats: Repeats, known: dict[int, Samples]) -> list[Line]:
    """Figure 18: what a vote costs from 100 to 5,000 phones. Sizes in ``known`` were measured already."""
    turns = {f"{size}": hall("stairstep", Plan(size)) for size in SIZES if size not in known}
    found = turn_by_turn("100 to 5,000 phones", turns, repeats) if turns else {}
    every = {size: known.get(size) or found[f"{size}"] for size in SIZES}
    costs = [every[size].median("burst cpu") for size in SIZES]
    sent = [every[size].median("burst bytes") for size in SIZES]
    if None in costs or None in sent:
        return [unmeasured(18, "cost from 100 to 5,000 phones", "no CPU figures here", must=NOISE)]
    cpu, size = [cost or 0.0 for cost in costs], [count or 0.0 for count in sent]
    rise = max(after / before for before, after in pairwise(cpu))
    apart = max(size) - min(size)
    sure = all(one.calm("burst cpu") for one in every.values())
    show = " ".join(f"{cost * 1e6:,.0f}" for cost in cpu)
    counts = " ".join(f"{count:.0f}" for count in size)
    label = "CPU for a vote with 100, 500, 2,000, 5,000 phones: largest rise"
    flat = "bytes to one phone for its vote at these sizes: largest difference"
    return [
        Line(18, label, f"{show} us", ratio=rise, judged=rise, must=NOISE, unit="x", sure=sure),
        Line(18, flat, f"{counts} B", judged=apart, must=BYTES_APART, unit=" B"),
    ]
