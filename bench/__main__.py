"""``python -m bench``: Stairstep beside the reference servers, as tables of ratios with goals."""

import argparse
import json
import os
import platform
import resource
import signal
import sqlite3
import sys
import time
from contextlib import suppress
from dataclasses import asdict, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import uvloop
from picows import WSError

from bench.bursts import percentile
from bench.figures import Series, judge, table
from bench.goals import markdown_table, text_table
from bench.kept import lost, stored_choices
from bench.load import Run, Shape, measure
from bench.page import weigh
from bench.process import CLIENT_CORE, StartError, pin
from bench.suite import EVERY, LITTLE_TIME, Suite
from bench.targets import OPENINGS

PACKAGES = ("uvicorn", "starlette", "fastapi", "websockets", "uvloop", "picows")


def main() -> int:
    """Run everything that was asked for; 1 where a goal was missed."""
    options = _options()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    pinned = pin(os.getpid(), CLIENT_CORE)
    print(_environment(pinned=pinned), flush=True)
    began = time.monotonic()
    good = True if options.only else _first_table(options)
    numbers = options.only or (EVERY if options.all else LITTLE_TIME)
    if not options.quick:
        good = _goals(set(numbers), options) and good
    print(f"{time.monotonic() - began:.0f} s; load {os.getloadavg()[0]:.1f} at the end")
    return 0 if good else 1


def _goals(numbers: set[int], options: argparse.Namespace) -> bool:
    """The table of speed goals; whether every must was seen to hold."""
    lines = Suite(numbers, options.repetitions).run()
    print(f"\n{text_table(lines)}\n")
    if options.markdown:
        options.markdown.write_text(f"{markdown_table(lines)}\n")
    missed = [f"{line.number} {line.label}" for line in lines if line.missed]
    unsure = [f"{line.number} {line.label}" for line in lines if line.open and not line.missed]
    if unsure:
        print("not sure, as the machine was too busy or the figure could not be taken: " + "; ".join(unsure))
    print("missed: " + "; ".join(missed) if missed else "no must missed")
    return not missed and not unsure


def _first_table(options: argparse.Namespace) -> bool:
    """What the project promises for one room; whether no goal was missed."""
    shape = Shape(phones=options.phones, spread=options.spread, bursts=1 if options.quick else 3)
    repetitions = options.repetitions or (1 if options.quick else 3 if options.all else 5)
    references = options.references.split(",")
    subject = options.subject if options.subject not in references else f"{options.subject} again"
    print(f"{shape.phones} phones, all voting within {shape.spread:g} s; {repetitions} repetitions, interleaved\n")

    echo = Series("echo", [_run("echo", shape, None)])
    series = {name: Series(name) for name in (subject, *references)}
    enough = (repetitions * shape.bursts + 1) // 2
    for repetition in range(2 * repetitions):
        satisfied = options.quick or all(len(one.calm()) >= enough for one in series.values())
        if repetition >= repetitions and satisfied:
            break  # the second half of the repetitions only makes good for disturbed ones
        for name, one in series.items():
            began = time.monotonic()
            run = _run(name.removesuffix(" again"), replace(shape, seed=repetition + 1), one)
            print(_line(repetition, name, run, time.monotonic() - began), flush=True)

    found = {name: one.figures() for name, one in series.items()}
    others = {name: found[name] for name in references}
    calm = all(one.trusted() for one in series.values())
    verdicts = judge(found[subject], others, whole=subject == "stairstep", calm=calm)
    print(f"\n{table(subject, verdicts, references)}\n")
    print(_client_words(echo, list(series.values())))
    if options.json:
        options.json.write_text(json.dumps({"shape": asdict(shape), "figures": found}, indent=2) + "\n")
    counted = [verdict for verdict in verdicts if not (options.quick and verdict.row.timed)]
    missed = [verdict.row.label for verdict in counted if verdict.met is False]
    if not calm and not options.quick:
        print("the machine was too busy to judge goals of time: run it again on a quieter one")
    print(f"missed: {', '.join(missed)}" if missed else "no goal missed")
    return not missed and (calm or options.quick)


def _run(name: str, shape: Shape, series: Series | None) -> Run:
    """One run on a fresh server; its acknowledged votes are looked for after a kill."""

    async def run(folder: Path) -> Run:
        async with OPENINGS[name](folder, shape.phones) as target:
            result = await measure(target, shape)
            if series is None:
                return result
            counted = await target.answered() if target.answered else len(result.acked)
            if target.join_page and series.page is None:
                try:
                    series.page, series.pages, _ = weigh(target.server.port, target.join_page, target.session_id)
                except (httpx.HTTPError, RuntimeError) as error:
                    print(f"(pages could not be weighed: {error})")
            target.server.kill()
            gone = max(0, len(result.acked) - counted)
            if target.database is not None:
                stored = stored_choices(target.database)
                if stored is not None:
                    gone = max(gone, lost(result.acked.values(), stored))
                else:
                    print("(no table of answers known in the database: counted through the API alone)")
            series.runs.append(result)
            series.lost.append(gone)
            return result

    with TemporaryDirectory(prefix="stairstep-bench-") as folder:
        return uvloop.run(run(Path(folder)))


def _line(repetition: int, name: str, run: Run, seconds: float) -> str:
    bursts = ", ".join(
        f"{percentile(burst.latencies, 0.99) * 1e3:.1f}{'*' if burst.disturbed else ''}" for burst in run.bursts
    )
    return f"  {repetition + 1}. {name:<10} p99 of each burst {bursts} ms   ({seconds:.0f} s)"


def _client_words(echo: Series, series: list[Series]) -> str:
    lines = []
    alone = echo.figures()
    lines.append(f"load generator against an echo: p50 {alone['p50'] * 1e3:.2f} ms, p99 {alone['p99'] * 1e3:.2f} ms")
    for one in series:
        bursts = [burst for run in one.runs for burst in run.bursts]
        lag = max(burst.client_lag for burst in one.bursts())
        late = max(burst.client_late for burst in one.bursts())
        reasons = sorted({burst.disturbed for burst in bursts if burst.disturbed})
        why = f" ({', '.join(reasons)})" if reasons else ""
        outcome = f"{len(bursts) - len(one.calm())} of {len(bursts)} bursts disturbed{why}"
        outcome += " and dropped" if one.trusted() else "; too few were calm, so all are in the figures"
        lines.append(
            f"{one.name}: client's event loop late by {lag * 1e3:.1f} ms (p99, worst burst), votes sent late by"
            f" {late * 1e3:.1f} ms; {outcome}"
        )
    return "\n".join(lines)


def _environment(*, pinned: bool) -> str:
    packages = []
    for name in PACKAGES:
        with suppress(PackageNotFoundError):
            packages.append(f"{name} {version(name)}")
    cores = "server and client on a core each" if pinned else "server and client share cores"
    return (
        f"Python {platform.python_version()}, {platform.system()} {platform.release()}, {os.cpu_count()} cores"
        f" ({cores}), load {os.getloadavg()[0]:.1f}\n"
        f"SQLite {sqlite3.sqlite_version}, one sync of 4 KB {_sync_seconds() * 1e3:.2f} ms; {', '.join(packages)}"
    )


def _sync_seconds() -> float:
    """The median time of a small durable write where the databases will be."""
    with TemporaryDirectory(prefix="stairstep-bench-") as folder:
        file = os.open(Path(folder) / "probe", os.O_CREAT | os.O_WRONLY)
        times = []
        for position in range(50):
            os.pwrite(file, b"x" * 4096, position * 4096)
            began = time.perf_counter()
            getattr(os, "fdatasync", os.fsync)(file)
            times.append(time.perf_counter() - began)
        os.close(file)
    return percentile(times, 0.5)


def _numbers(text: str) -> set[int]:
    """The figures named in ``--only``."""
    numbers = {int(part) for part in text.split(",")}
    if not numbers or not numbers <= EVERY:
        raise argparse.ArgumentTypeError("numbers from 1 to 19, separated by commas")
    return numbers


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--all", action="store_true", help="every figure of the speed goals; the better part of an hour"
    )
    parser.add_argument("--only", type=_numbers, help="these figures of the speed goals alone, such as 5,9")
    parser.add_argument("--markdown", type=Path, help="write the table of speed goals to this file as well")
    parser.add_argument("--phones", type=int, default=None, help="phones in one session (500; 100 with --quick)")
    parser.add_argument("--spread", type=float, default=1.5, help="seconds within which all of them vote (1.5)")
    parser.add_argument(
        "--repetitions", type=int, default=None, help="runs of each server, at most (5; fewer for long ones)"
    )
    parser.add_argument("--quick", action="store_true", help="a short run in which goals of time do not count")
    parser.add_argument("--subject", choices=[name for name in OPENINGS if name != "echo"], default="stairstep")
    parser.add_argument("--references", default="bare", help="bare, picows or bare,picows")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    options = parser.parse_args()
    options.phones = options.phones or (100 if options.quick else 500)
    unknown = set(options.references.split(",")) - (OPENINGS.keys() - {"echo", "stairstep", "tutorial"})
    if unknown:
        parser.error(f"--references: {', '.join(sorted(unknown))} is not one of bare, picows")
    if not (1 <= options.phones <= 10_000 and 1 <= (options.repetitions or 1) <= 50 and 0 < options.spread <= 60):
        parser.error("1 to 10,000 phones, 1 to 50 repetitions, a spread of up to 60 s")
    return options


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: told to stop"))  # so that servers and folders go too
    try:
        sys.exit(main())
    except (StartError, RuntimeError, TimeoutError, OSError, httpx.HTTPError, WSError) as error:
        sys.exit(f"bench: {type(error).__name__}: {error}")
