"""The account team's own pages: the report of a full room beside one that nobody answered, the portfolio of many accounts."""

import asyncio
import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from statistics import median

import httpx

from bench.crowd import Crowd
from bench.goals import Line, ms, ratio_line, us, value_line
from bench.old_rows import cookie_for
from bench.portfolio_rows import fill
from bench.samples import Repeats, Samples, opened, turn_by_turn
from bench.scene_hall import SPREAD
from bench.targets import Target

PHONES = 300
FEW, MANY, SESSIONS = 50, 200, 10
LOOKS = 9
PAGE_LIMIT = 60.0


def desk(repeats: Repeats) -> list[Line]:
    """Figures 20 and 21."""
    found = turn_by_turn("the account team's pages", {"stairstep": _turn}, repeats)["stairstep"]
    each = {number: (value := found.median(f"page {number}")) and value / number for number in (FEW, MANY)}
    first = {number: (value := found.median(f"first {number}")) and value / number for number in (FEW, MANY)}
    what = f"{MANY} accounts x {SESSIONS} sessions"
    return [
        value_line(20, f"portfolio of {what}", found.median(f"page {MANY}"), show=ms, must=None),
        value_line(20, "the same, the first look after a start", found.median(f"first {MANY}"), show=ms, must=None),
        ratio_line(20, "cost for an account", each[MANY], each[FEW], name=f"of {FEW}", show=us, must=1.2, aim=1),
        ratio_line(
            20, "the same, the first look", first[MANY], first[FEW], name=f"of {FEW}", show=us, must=1.2, aim=1
        ),
        ratio_line(
            21, f"report page of {PHONES} people", found.median("report"), found.median("empty"), name="of nobody",
            show=ms, must=None,
        ),
        value_line(21, f"its PDF, of {PHONES} people", found.median("pdf"), show=ms, must=2000, scale=1e3, unit=" ms"),
        value_line(21, "the first PDF after a start", found.median("first pdf"), show=ms, must=None),
    ]  # fmt: skip


async def _turn(samples: Samples, folder: Path, _repetition: int) -> None:
    room = folder / "room"
    room.mkdir()
    async with opened("stairstep", room, PHONES) as target, Crowd(target) as crowd:
        session_id = target.session_id
        await _hold(target, crowd)
        cookie = cookie_for(room / "stairstep.db")
        empty = await _said(target, "POST", "/sessions", {"account_id": await _account(target), "title": "Nobody came"})
        for name, id_ in (("report", session_id), ("empty", empty["id"])):
            samples.add(name, (await _seconds(target, f"/sessions/{id_}/report", cookie))[1])
        first, again = await _seconds(target, f"/sessions/{session_id}/export.pdf", cookie)
        samples.add("first pdf", first)
        samples.add("pdf", again)
    with closing(sqlite3.connect(room / "stairstep.db")) as db:
        db.execute("pragma wal_checkpoint(truncate)")
    for accounts in (FEW, MANY):
        place = folder / str(accounts)
        shutil.copytree(room, place)
        fill(place / "stairstep.db", session_id, accounts=accounts, sessions=SESSIONS)
        async with opened("stairstep", place, PHONES) as target:
            cookie = cookie_for(place / "stairstep.db")
            await _seconds(target, "/", cookie)  # what any page loads when it is the first
            first, page = await _seconds(target, "/accounts", cookie)
            samples.add(f"first {accounts}", first)
            samples.add(f"page {accounts}", page)


async def _hold(target: Target, crowd: Crowd) -> None:
    """Everybody answers both questions, and both are shown."""
    await crowd.enter(PHONES)
    await crowd.watch()
    await crowd.vote("today", SPREAD)
    at = f"/sessions/{target.session_id}"
    await _said(target, "POST", f"{at}/questions/current/close")
    await _said(target, "POST", f"{at}/questions/desired/open")
    crowd.target = replace(target, question="desired")
    await crowd.vote("wanted", SPREAD)
    await _said(target, "POST", f"{at}/questions/desired/close")
    await _said(target, "POST", f"{at}/reveal", {"questions": ["current", "desired"]})


async def _account(target: Target) -> str:
    session = await _said(target, "GET", f"/sessions/{target.session_id}")
    account: str = session["account_id"]
    return account


async def _said(target: Target, method: str, path: str, body: object = None) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {target.screen_token}"}
    url = f"http://127.0.0.1:{target.server.port}/api/v1"
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=PAGE_LIMIT, trust_env=False) as http:
        answer = await http.request(method, path, json=body)
        if answer.is_error:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        made: dict[str, str] = answer.json()
        return made


async def _seconds(target: Target, path: str, cookie: str) -> tuple[float, float]:
    """How long a page took the first time, and the median of the times after it."""
    url, headers = f"http://127.0.0.1:{target.server.port}", {"Cookie": cookie}
    times = []
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=PAGE_LIMIT, trust_env=False) as http:
        for _ in range(1 + LOOKS):
            began = time.perf_counter()
            answer = await http.get(path)
            times.append(time.perf_counter() - began)
            if answer.status_code != httpx.codes.OK:
                raise RuntimeError(f"GET {path}: {answer.status_code}")
            await asyncio.sleep(0.05)
    return times[0], median(times[1:])
