"""`stairstep demo`, as a person runs it: a past to read, simulated people who answer, and nothing left afterwards."""

import asyncio
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect

from app.demo.meetings import ACCOUNTS
from tests.live.server import ROOT, free_port

PEOPLE = 12
READY_WITHIN_S, ANSWERED_WITHIN_S, ENDS_WITHIN_S = 60, 30, 15
SAMPLE_MEETING = {"customer": (14, 2.3, 4.0, 1.6), "supplier": (10, 3.5, 4.5, 1.0)}
"""DESIGN.md: people, typical step today and wanted, mean gap."""


@dataclass
class Demo:
    process: "subprocess.Popen[str]"
    folder: Path
    port: int
    said: str

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def told(self, label: str) -> str:
        """What the greeting says behind a label."""
        found = re.search(rf"^ +{label} +(\S+)$", self.said, re.MULTILINE)
        assert found is not None, self.said
        return found.group(1)

    def left(self) -> list[Path]:
        return list(self.folder.glob("stairstep-demo-*"))


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith("STAIRSTEP_")}
    env |= {"TMPDIR": str(tmp_path), "STAIRSTEP_HOST": "127.0.0.1", "PYTHONPATH": str(ROOT)}
    log = tmp_path / "demo.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "demo", "--port", str(port), "--people", str(PEOPLE), "--pace", "20"],
            cwd=tmp_path,
            env=env,
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        with httpx.Client() as client:
            for _ in range(READY_WITHIN_S * 10):
                assert process.poll() is None, log.read_text()
                with contextlib.suppress(httpx.TransportError):
                    if client.get(f"http://localhost:{port}/readyz").is_success:
                        break
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.1)
            else:
                raise AssertionError(log.read_text())
        yield Demo(process, tmp_path, port, log.read_text())
    finally:
        process.kill()
        process.wait(ENDS_WITHIN_S)


async def signed_in(demo: Demo, client: httpx.AsyncClient) -> None:
    form = await client.get("/signin")
    said = {"csrf": csrf(form.text), "email": demo.told("E-mail"), "password": demo.told("Password")}
    answer = await client.post("/signin", data=said)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def csrf(page: str) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', page)
    assert found is not None
    return found.group(1)


async def results(client: httpx.AsyncClient, session_id: str) -> dict[str, Any]:
    answer = await client.get(f"/sessions/{session_id}/export.json", params={"cut": "customer"})
    assert answer.is_success
    return answer.json()["results"]


async def everybody_answered(demo: Demo, client: httpx.AsyncClient, session_id: str, question: str) -> dict[str, Any]:
    """The console's first state in which all simulated people have answered."""
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    address = f"ws://localhost:{demo.port}/live/{session_id}/console"
    async with (
        asyncio.timeout(ANSWERED_WITHIN_S),
        connect(address, origin=demo.url, additional_headers={"Cookie": cookies}, proxy=None, max_size=None) as socket,
    ):
        while True:
            state = json.loads(await socket.recv())["state"]
            (found,) = [one for one in state["questions"] if one["key"] == question]
            if sum(found["answered"].values()) == PEOPLE:
                return state


async def press(client: httpx.AsyncClient, session_id: str, action: str) -> None:
    page = await client.get("/")
    answer = await client.post(f"/sessions/{session_id}/do/{action}", data={"csrf": csrf(page.text)})
    assert answer.status_code < 400, answer.text


async def test_the_demo_has_a_past_its_people_answer_and_nothing_is_left(demo: Demo) -> None:
    async with httpx.AsyncClient(base_url=demo.url, timeout=20) as client:
        await signed_in(demo, client)
        home = (await client.get("/")).text
        accounts = dict(re.findall(r'<a href="/accounts/(\w+)"><b>([^<]+)</b>', home))
        assert sorted(accounts.values()) == sorted(name.replace("&", "&amp;") for name in ACCOUNTS)
        reports: dict[str, list[str]] = {}
        for id_, name in accounts.items():
            page = (await client.get(f"/accounts/{id_}")).text
            reports[name] = re.findall(r'btn small" href="/sessions/(\w+)/report', page)
            assert len(reports[name]) == len(ACCOUNTS[name.replace("&amp;", "&")])

        (dimension,) = (await results(client, reports["Northfield Foods"][0]))["dimensions"]
        for side, (people, today, wanted, gap) in SAMPLE_MEETING.items():
            cell = dimension["sides"][side]
            steps = [round(cell[key]["interpolated_median"], 1) for key in ("current", "desired")]
            assert (cell["gap"]["n_pairs"], *steps, round(cell["gap"]["mean_gap"], 1)) == (people, today, wanted, gap)

        live = demo.told("Console").rsplit("/", 1)[-1]
        await press(client, live, "open.current")
        state = await everybody_answered(demo, client, live, "current")
        assert state["status"] == "live"
        assert sum(state["joined"].values()) == PEOPLE
        await press(client, live, "close.current")
        await press(client, live, "open.desired")
        await everybody_answered(demo, client, live, "desired")

    assert len(demo.left()) == 1
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(ENDS_WITHIN_S) == 0
    assert demo.left() == []
