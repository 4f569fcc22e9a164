"""What repeated runs gave, their medians, and running several servers turn by turn."""

import math
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import uvloop

from bench.bursts import Burst
from bench.load import Target
from bench.targets import OPENINGS, PLAIN, Extra

FEWEST_CALM = 3


@dataclass
class Samples:
    """Figures of one server, by name. Those of bursts count only where nothing disturbed them, unless too few were calm."""

    name: str
    values: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    shaken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    reasons: Counter[str] = field(default_factory=Counter)
    bursts: int = 0

    def add(self, key: str, value: float | None) -> None:
        """One more value; nothing where there is none."""
        if value is not None and not math.isnan(value):
            self.values[key].append(value)

    def burst(self, kind: str, burst: Burst) -> None:
        """The figures of a burst."""
        self.bursts += 1
        figures = {"p50": burst.p50, "p99": burst.p99, "cpu": burst.cpu_vote}
        place = self.values if burst.disturbed is None else self.shaken
        if burst.disturbed is not None:
            self.reasons[burst.disturbed] += 1
        for name, value in figures.items():
            if value is not None:
                place[f"{kind} {name}"].append(value)
        self.add(f"{kind} bytes", burst.bytes_to_phone)
        self.add("unstored", float(burst.unstored))
        self.add(f"{kind} ack", float(burst.ack_bytes))
        self.add(f"{kind} frames", float(max(burst.frames_to_phone)))

    def calm(self, key: str) -> bool:
        """Whether enough undisturbed values stand behind a figure."""
        found = len(self.values.get(key, ()))
        return not self.shaken.get(key) or found >= min(FEWEST_CALM, found + len(self.shaken[key]))

    def all(self, key: str) -> list[float]:
        """The values that count."""
        found = self.values.get(key, [])
        return list(found) if self.calm(key) else [*found, *self.shaken.get(key, [])]

    def median(self, key: str) -> float | None:
        """The median of a figure; None where there is none."""
        found = self.all(key)
        return median(found) if found else None

    def words(self) -> str:
        """What was dropped, and why."""
        dropped = self.reasons.total()
        if not dropped:
            return ""
        why = ", ".join(f"{count} because {reason}" for reason, count in sorted(self.reasons.items()))
        return f"{self.name}: {dropped} of {self.bursts} bursts dropped ({why})"


@asynccontextmanager
async def opened(name: str, folder: Path, phones: int, extra: Extra = PLAIN) -> AsyncIterator[Target]:
    """A server of that name, ready for phones."""
    async with OPENINGS[name](folder, phones, extra) as target:
        await target.server.settled()
        yield target


@dataclass(frozen=True)
class Repeats:
    """How often the servers of a scene take turns; ``more`` where a ratio that wavers is repeated."""

    count: int
    more: bool = True


Turn = Callable[[Samples, Path, int], Awaitable[None]]


def turn_by_turn(
    title: str,
    turns: dict[str, Turn],
    repeats: Repeats,
    *,
    wavers: Callable[[dict[str, Samples]], bool] | None = None,
) -> dict[str, Samples]:
    """Run each server's turn that often, interleaved, each in a folder of its own.

    Where too few bursts were calm, or a ratio ``wavers`` round its goal, up to half as many repetitions are added, unless the
    repeats say otherwise.
    """
    repetitions = repeats.count
    print(f"\n{title}: {repetitions} repetitions of {', '.join(turns)}", flush=True)
    found = {name: Samples(name) for name in turns}
    most = repetitions + ((repetitions + 1) // 2 if repeats.more else 0)
    for repetition in range(most):
        if repetition >= repetitions:
            shaken = any(not one.calm(key) for one in found.values() for key in one.shaken)
            if not shaken and not (wavers and wavers(found)):
                break
            if repetition == repetitions:
                why = "too few bursts were calm" if shaken else "a ratio wavers round its goal"
                print(f"  {why}: up to {most - repetitions} more", flush=True)
        for name, turn in turns.items():
            began = time.monotonic()
            one_turn(found[name], turn, repetition)
            print(
                f"  {repetition + 1}. {name:<12} {_glimpse(found[name])}  ({time.monotonic() - began:.0f} s)",
                flush=True,
            )
    for words in filter(None, (one.words() for one in found.values())):
        print(f"  {words}")
    return found


def one_turn(samples: Samples, turn: Turn, repetition: int) -> None:
    """One turn in a fresh folder, which goes afterwards."""
    with TemporaryDirectory(prefix="stairstep-bench-") as folder:
        Path(folder).chmod(0o711)  # PostgreSQL may have to run as somebody else
        uvloop.run(_run(turn, samples, Path(folder), repetition))


async def _run(turn: Turn, samples: Samples, folder: Path, repetition: int) -> None:
    await turn(samples, folder, repetition)


def straddles(pairs: Sequence[tuple[Samples, Samples, str, float]]) -> bool:
    """Whether a ratio lies on both sides of its goal from one repetition to the next: (one, other, figure, goal)."""
    for one, other, key, goal in pairs:
        reference = other.median(key)
        mine = one.all(key)
        if reference and mine and len({value / reference <= goal for value in mine}) > 1:
            return True
    return False


def _glimpse(samples: Samples) -> str:
    shown = []
    for key in sorted({*samples.values, *samples.shaken}):
        newest = (samples.values.get(key) or samples.shaken.get(key) or [])[-1:]
        if key.endswith("p99") and newest:
            star = "" if samples.calm(key) else "*"
            shown.append(f"{key} {newest[0] * 1e3:.1f}{star} ms")
    return ", ".join(shown)
