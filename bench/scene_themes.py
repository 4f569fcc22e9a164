"""Sorting ideas into themes while the room is full: how soon others see a step, and what it costs on the wire."""

import asyncio
import time
from pathlib import Path

import httpx
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from bench.bursts import percentile
from bench.crowd import Crowd
from bench.goals import Line, ms, octets, value_line
from bench.phones import OPEN_LIMIT, wire_size
from bench.samples import Repeats, Samples, opened, turn_by_turn

PHONES = 300
IDEAS = 300
THEMES = 10
STEPS = 30
BETWEEN = 0.25  # seconds: a person who sorts fast
BEATS = 200  # ms: two coalescing ticks


class Looker(WSListener):
    """A socket that keeps what it hears: when, how many bytes, and the text."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, int, bytes]] = []
        self._more = asyncio.Event()

    def on_ws_frame(self, _transport: WSTransport, frame: WSFrame) -> None:
        """Keep a view."""
        if frame.msg_type == WSMsgType.TEXT:
            self.heard.append((time.perf_counter(), wire_size(frame.payload_size), frame.get_payload_as_bytes()))
            self._more.set()

    async def hears(self, words: str, *, after: int) -> tuple[float, int]:
        """When a view after the first ``after`` held these words, and its bytes."""
        async with asyncio.timeout(OPEN_LIMIT):
            while True:
                for at, size, payload in self.heard[after:]:
                    if words.encode() in payload:
                        return at, size
                self._more.clear()
                await self._more.wait()


def themes(repeats: Repeats) -> list[Line]:
    """Figure 19: a step of sorting with 300 phones and 300 ideas, two who sort, the big screen and the console."""
    found = turn_by_turn("sorting 300 ideas beside 300 phones", {"stairstep": _turn}, repeats)["stairstep"]
    worst = {key: percentile(found.all(key), 0.95) for key in ("to board", "to screen", "beside console", "to console")}
    in_time = {"show": ms, "must": BEATS, "scale": 1e3, "unit": " ms"}
    return [
        value_line(19, "an idea moved, to the other facilitator, p95", worst["to board"], **in_time),
        value_line(19, "a theme renamed, to the big screen, p95", worst["to screen"], **in_time),
        value_line(19, "an idea moved, a console open too, p95", worst["beside console"], **in_time),
        value_line(19, "an idea hidden, to the console, p95", worst["to console"], **in_time),
        value_line(
            19, "bytes to a board for an idea moved", max(found.all("bytes")), show=octets, must=8192, unit=" B"
        ),
        value_line(
            19,
            "bytes to a console for an idea hidden",
            max(found.all("console bytes")),
            show=octets,
            must=16384,
            unit=" B",
        ),
        value_line(19, "bytes of a whole board of 300 ideas", found.median("whole"), show=octets, must=None),
        value_line(19, "bytes of a whole console", found.median("whole console"), show=octets, must=None),
    ]


async def _turn(samples: Samples, folder: Path, _repetition: int) -> None:
    async with opened("stairstep", folder, PHONES) as target, Crowd(target) as crowd:
        await crowd.enter(PHONES)
        token = {"Authorization": f"Bearer {target.screen_token}"}
        url = f"http://127.0.0.1:{target.server.port}/api/v1/sessions/{target.session_id}"
        live = crowd.live(target.session_id)
        async with httpx.AsyncClient(base_url=url, headers=token, timeout=20, trust_env=False) as http:
            await _fill(http, target.question)
            _mine, other, screen = [
                await watching(crowd, f"{live}/{face}", token) for face in ("board", "board", "screen")
            ]
            samples.add("whole", float(other.heard[0][1]))
            ideas = [idea["id"] for page in await _pages(http, "/ideas") for idea in page]
            themes = [theme["id"] for theme in (await http.get("/themes")).json()["items"]]

            async def move(step: int, key: str) -> None:
                after, sent = len(other.heard), time.perf_counter()
                await _said(
                    http, "POST", "/themes/move", {"idea_ids": [ideas[step]], "theme_id": themes[step % THEMES]}
                )
                at, size = await other.hears(f"idea-{ideas[step]}", after=after)
                samples.add(key, at - sent)
                samples.add("bytes", float(size))
                await asyncio.sleep(BETWEEN)

            for step in range(STEPS):
                await move(step, "to board")
            for step in range(STEPS // 2):
                name, after, sent = f"Theme renamed {step}", len(screen.heard), time.perf_counter()
                await _said(http, "PATCH", f"/themes/{themes[0]}", {"name": name})
                at, _ = await screen.hears(name, after=after)
                samples.add("to screen", at - sent)
                await asyncio.sleep(BETWEEN)
            console = await watching(crowd, f"{live}/console?parts", token)
            samples.add("whole console", float(console.heard[0][1]))
            for step in range(STEPS, STEPS + STEPS // 2):
                await move(step, "beside console")
            for step in range(STEPS // 2):
                after, sent = len(console.heard), time.perf_counter()
                await _said(http, "PATCH", f"/ideas/{ideas[step]}", {"status": "hidden"})
                at, size = await console.hears(f"idea-{ideas[step]}", after=after)
                samples.add("to console", at - sent)
                samples.add("console bytes", float(size))
                await asyncio.sleep(BETWEEN)


async def _fill(http: httpx.AsyncClient, question: str) -> None:
    """Ideas that everybody may see, and themes on the big screen."""
    await _said(http, "POST", f"/questions/{question}/close")
    await _said(http, "POST", "/questions/change/open")
    for number in range(IDEAS):
        text = f"What would have to change, said in a sentence of about the usual length, number {number}"
        idea = {
            "text": text,
            "who": ("customer", "supplier", "both")[number % 3],
            "side": "customer",
            "status": "shown",
        }
        await _said(http, "POST", "/ideas", idea)
    for number in range(THEMES):
        made = (await _said(http, "POST", "/themes", {"name": f"Theme {number}", "component": "axis"})).json()
        await _said(http, "PATCH", f"/themes/{made['id']}", {"shown": True})
    await _said(http, "POST", "/stage", {"scene": "themes"})


async def watching(crowd: Crowd, url: str, token: dict[str, str]) -> Looker:
    """A socket of a face that has its first view."""
    looker = Looker()
    transport, _ = await ws_connect(lambda: looker, url, extra_headers=token, max_frame_size=64 * 1024 * 1024)
    crowd.keep(transport)
    await looker.hears('"type":"view"', after=0)
    return looker


async def _pages(http: httpx.AsyncClient, path: str) -> list[list[dict[str, str]]]:
    pages, cursor = [], ""
    while cursor is not None:
        page = (await http.get(path, params={"limit": 200, **({"cursor": cursor} if cursor else {})})).json()
        pages.append(page["items"])
        cursor = page["next"]
    return pages


async def _said(http: httpx.AsyncClient, method: str, path: str, body: object = None) -> httpx.Response:
    answer = await http.request(method, path, json=body)
    if answer.is_error:
        raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
    return answer
