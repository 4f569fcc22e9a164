"""A database with years in it: 10,000 old sessions and 1,000,000 old answers, beside one that has a page of them."""

import asyncio
import shutil
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from bench.crowd import Crowd
from bench.goals import Line, ms, ratio_line, us
from bench.old_rows import OldRows, cookie_for
from bench.samples import Repeats, Samples, Turn, opened, turn_by_turn
from bench.scene_hall import BETWEEN, SPREAD
from bench.targets import OPENINGS

OLD_SESSIONS = 10_000
ANSWERS_EACH = 100
SESSIONS_PER_ACCOUNT = 50
SESSIONS_ON_A_PAGE, ACCOUNTS_ON_HOME = 50, 21
"""What fills the API's first page, and Home, which shows 20 accounts with two sessions each: the young database has that much."""
PHONES = 500
REQUESTS = 15
PAGE_LIMIT = 60.0  # seconds; a page that takes longer counts as this


def old_data(repeats: Repeats) -> list[Line]:
    """Figure 17: the live path, the lists and the start, with and without years of data."""
    with TemporaryDirectory(prefix="stairstep-bench-") as place:
        folders = {"old": Path(place) / "old", "young": Path(place) / "young"}
        for name, folder in folders.items():
            sessions = OLD_SESSIONS if name == "old" else SESSIONS_ON_A_PAGE
            print(f"\n{_make(folder, sessions)}", flush=True)
        turns = {name: _turn(folder) for name, folder in folders.items()}
        found = turn_by_turn("years of data", turns, repeats)
    old, young = found["old"], found["young"]
    rows = (
        ("burst p99", "vote to ack p99, 500 phones", ms, 1.2),
        ("burst cpu", "CPU for a vote", us, 1.2),
        ("start", "start", ms, 1.5),
        ("home", "home", ms, 1.5),
        ("api", "the API's list of sessions, first page", ms, 1.5),
    )
    lines = []
    for key, what, show, must in rows:
        pair, sure = (old.median(key), young.median(key)), old.calm(key) and young.calm(key)
        label = f"1,000,000 old answers: {what}"
        lines.append(ratio_line(17, label, *pair, name="young", show=show, must=must, aim=1.1, sure=sure))
    return lines


def _make(folder: Path, sessions: int) -> str:
    """A data directory with so many old sessions; a line on what was made."""
    folder.mkdir()
    began = time.monotonic()

    async def first_session(at: Path) -> str:
        async with OPENINGS["stairstep"](at, PHONES) as target:
            await target.join(0)
            return target.session_id

    session_id = asyncio.run(first_session(folder))
    rows = OldRows(folder / "stairstep.db", session_id)
    made = rows.fill(sessions, ANSWERS_EACH, accounts=max(ACCOUNTS_ON_HOME, sessions // SESSIONS_PER_ACCOUNT))
    size = (folder / "stairstep.db").stat().st_size / 1e6
    return f"a database with {sessions:,} old sessions and {made:,} answers, {size:,.0f} MB, in {time.monotonic() - began:.0f} s"


def _turn(kept: Path) -> Turn:
    async def turn(samples: Samples, folder: Path, repetition: int) -> None:
        for file in kept.iterdir():  # on the same disk a move would do, but the data have to stay as they are
            shutil.copy2(file, folder / file.name)
        async with opened("stairstep", folder, PHONES) as target, Crowd(target) as crowd:
            samples.add("start", target.server.ready_after)
            cookie = cookie_for(folder / "stairstep.db")
            port, token = target.server.port, target.screen_token or ""
            samples.add("home", await _page_seconds(port, "/", {"Cookie": cookie}))
            api = {"Authorization": f"Bearer {token}"}
            samples.add("api", await _page_seconds(port, "/api/v1/sessions", api))
            await crowd.enter(PHONES)
            await crowd.watch()
            for number in range(3):
                samples.burst("burst", await crowd.vote(f"{repetition} {number}", SPREAD))
                await asyncio.sleep(BETWEEN)

    return turn


async def _page_seconds(port: int, path: str, headers: dict[str, str]) -> float:
    """The median time of fifteen requests, after one that does not count; the limit where even that one took too long."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=PAGE_LIMIT) as http:
        times = []
        for _ in range(1 + REQUESTS):
            began = time.perf_counter()
            try:
                answer = await http.get(path, headers=headers)
            except httpx.TimeoutException:
                return PAGE_LIMIT
            if answer.status_code != httpx.codes.OK:
                raise RuntimeError(f"GET {path}: {answer.status_code}")
            times.append(time.perf_counter() - began)
            if times[0] > PAGE_LIMIT / 10:
                return times[0]
        return statistics.median(times[1:])
