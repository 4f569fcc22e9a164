"""A real Stairstep for the browser tests: a process on a free port, its facilitator, sessions, people who answer by script."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from app.settings import Settings

ROOT = Path(__file__).parents[2]
EMAIL, PASSWORD = "inga@halden.example", "four quiet words"
PHONE = {"width": 390, "height": 844}
CUSTOMER_GROUPS = ("Leadership", "Procurement", "Operations")
SUPPLIER_GROUPS = ("Account team", "Delivery", "Directors")
SAMPLE = {
    "Procurement": ("14", "12", "24", "23", "33"),
    "Leadership": ("25", "24", "35"),
    "Operations": ("24", "25", "34", "34", "35", "43", "xx"),
    "Delivery": ("23", "34", "35"),
    "Directors": ("34", "45", "44"),
    "Account team": ("35", "45", "45", "44"),
}
"""DESIGN.md's sample meeting: each person's step today and wanted; x is "I can't judge this"."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One Stairstep process with its own data folder; it can be stopped, started again, paused."""

    def __init__(self, folder: Path, database: dict[str, str]) -> None:
        self.folder, self.port, self.database = folder, free_port(), database
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "serve.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def env(self) -> dict[str, str]:
        own = {
            "STAIRSTEP_DATA_DIR": str(self.folder / "data"),
            "STAIRSTEP_HOST": "127.0.0.1",
            "STAIRSTEP_PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
        }
        return (
            {name: value for name, value in os.environ.items() if not name.startswith("STAIRSTEP_")}
            | own
            | self.database
        )

    @property
    def settings(self) -> Settings:
        """Its settings, to act beside it on its database."""
        url = self.database.get("STAIRSTEP_DATABASE_URL", "")
        return Settings(data_dir=self.folder / "data", database_url=url, _env_file=None)

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "app", "serve"]
            return subprocess.Popen(command, cwd=self.folder, env=self.env, stdout=log, stderr=log)

    async def start(self) -> None:
        self.process = self._spawn()
        async with httpx.AsyncClient() as client:
            for _ in range(300):
                assert self.process.poll() is None, self.log.read_text()
                try:
                    if (await client.get(f"{self.url}/readyz")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.1)
        raise AssertionError(self.log.read_text())

    async def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        await asyncio.to_thread(self.process.wait, 20)

    def pause(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    @property
    def setup_link(self) -> str:
        found = re.search(r"/setup/\S+", self.log.read_text())
        assert found is not None
        return self.url + found.group()

    def token(self) -> str:
        command = [sys.executable, "-m", "app", "token", "create", "--email", EMAIL]
        made = subprocess.run(command, cwd=self.folder, env=self.env, check=True, capture_output=True, text=True)
        return made.stdout.strip()


@dataclass
class Person:
    """Somebody in a session who answers by script."""

    room: "Room"
    id: str
    token: str

    async def say(self, **frame: Any) -> dict[str, Any]:
        return await self.room.house.post(
            f"/p/{self.room.id}/say", token=self.token, json={"id": str(uuid.uuid4()), **frame}
        )

    async def answer(self, question: str, choice: int | None) -> None:
        reply = await self.say(type="answer", question=question, choice=choice)
        assert reply["type"] == "ack", reply

    async def idea(self, text: str, who: str) -> None:
        reply = await self.say(type="idea", text=text, who=who)
        assert reply["type"] == "ack", reply

    @property
    def cookie(self) -> dict[str, Any]:
        return {"name": f"stairstep_p_{self.room.id}", "value": self.token, "url": self.room.house.server.url}


@dataclass
class Room:
    """One session, driven by the HTTP API."""

    house: "House"
    id: str
    made: dict[str, Any]
    people: list[tuple[str, Person]] = field(default_factory=list)

    @property
    def console(self) -> str:
        return f"{self.house.server.url}/sessions/{self.id}"

    @property
    def report(self) -> str:
        return f"{self.console}/report"

    @property
    def screen(self) -> str:
        return str(self.made["screen_url"])

    @property
    def join(self) -> str:
        return str(self.made["join_url"])

    @property
    def phone(self) -> str:
        return f"{self.house.server.url}/p/{self.id}"

    @property
    def code(self) -> str:
        return str(self.made["code"])

    def group(self, name: str) -> str:
        return next(group["id"] for group in self.made["groups"] if group["name"] == name)

    async def enter(self, group: str, **more: Any) -> Person:
        """Somebody who joins; ``group`` is a group's name, or a side in an anonymous session."""
        where = {"side": group} if self.made["attribution"] == "anonymous" else {"group_id": self.group(group)}
        joined = await self.house.post("/api/v1/join", token=None, json={"code": self.code, **where, **more})
        person = Person(self, joined["participant_id"], joined["token"])
        self.people.append((group, person))
        return person

    async def command(self, path: str, **body: Any) -> dict[str, Any]:
        return await self.house.post(f"/api/v1/sessions/{self.id}/{path}", json=body or None)

    async def change(self, **body: Any) -> None:
        await self.house.ask("PATCH", f"/api/v1/sessions/{self.id}", json=body)

    async def open(self, question: str) -> None:
        await self.command(f"questions/{question}/open")

    async def close(self, question: str) -> None:
        await self.command(f"questions/{question}/close")

    async def reveal(self, *questions: str) -> None:
        await self.command("reveal", questions=list(questions or ("current", "desired")))

    async def fill(self, sample: dict[str, tuple[str, ...]], *, upto: str = "revealed") -> None:
        """Everybody of a sample joins, answers, and the session goes as far as ``upto``: in, open, closed, revealed."""
        here = [(answers, await self.enter(group)) for group, every in sample.items() for answers in every]
        if upto == "in":
            return
        for place, question in enumerate(("current", "desired")):
            await self.open(question)
            for answers, person in here:
                await person.answer(question, None if answers[place] == "x" else int(answers[place]))
            if upto == "open" and place == 1:
                return
            await self.close(question)
        if upto == "revealed":
            await self.reveal()


class House:
    """A server whose facilitator is set up and signed in."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.client = httpx.AsyncClient(base_url=server.url, timeout=20)
        self.cookies: list[dict[str, Any]] = []
        self.token = ""
        self._accounts: dict[str, str] = {}

    async def set_up(self) -> None:
        """Take the one-time link as a browser would, and make a token for scripts."""
        form = {
            "name": "Inga Marsh",
            "email": EMAIL,
            "password": PASSWORD,
            "company": "Halden Packaging",
            "time_zone": "Europe/Berlin",
        }
        async with httpx.AsyncClient(timeout=20) as browser:
            page = await browser.get(self.server.setup_link)
            csrf = re.search(r'name="csrf" value="(\w+)"', page.text)
            assert csrf is not None
            answer = await browser.post(self.server.setup_link, data=form | {"csrf": csrf.group(1)})
            assert answer.status_code == 303, answer.text
            value = browser.cookies["stairstep"]
        self.cookies = [{"name": "stairstep", "value": value, "url": self.server.url, "httpOnly": True}]
        self.token = await asyncio.to_thread(self.server.token)

    async def ask(self, method: str, path: str, *, token: str | None = "", **more: Any) -> Any:
        headers = {} if token is None else {"Authorization": f"Bearer {token or self.token}"}
        answer = await self.client.request(method, path, headers=headers, **more)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else {}

    async def post(self, path: str, **more: Any) -> Any:
        return await self.ask("POST", path, **more)

    async def account(self, name: str) -> str:
        if name not in self._accounts:
            self._accounts[name] = (await self.post("/api/v1/accounts", json={"name": name}))["id"]
        return self._accounts[name]

    async def room(
        self,
        *,
        account: str = "Northfield Foods",
        customer: tuple[str, ...] = CUSTOMER_GROUPS,
        supplier: tuple[str, ...] = SUPPLIER_GROUPS,
        **more: Any,
    ) -> Room:
        """A fresh session in its lobby."""
        sides = (("customer", customer), ("supplier", supplier))
        body = {"account_id": await self.account(account), **more}
        if more.get("attribution") != "anonymous":
            body["groups"] = [{"name": name, "side": side} for side, names in sides for name in names]
        made = await self.post("/api/v1/sessions", json=body)
        return Room(self, made["id"], made)

    async def close(self) -> None:
        await self.client.aclose()
