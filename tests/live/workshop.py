"""A workshop to test with: a session on a real server, with phones, screens and consoles that watch it.

Each workshop ends with `settle`: the last pushed region of everybody who watches is what a fresh page shows there.
"""

import itertools
import re
import time
from contextlib import suppress
from typing import Any
from uuid import uuid4

import httpx

from tests.live.server import PASSWORD, Server
from tests.live.sockets import Frame, Line

API = "/api/v1"
SETTLED_WITHIN_S = 4.0
CUSTOMER, SUPPLIER = "Leadership", "Account team"
_NUMBERS = itertools.count(1)


def one_address() -> str:
    """An address that no other test comes from."""
    number = next(_NUMBERS)
    return f"198.18.{number // 250}.{number % 250 + 1}"


class Web:
    """Somebody's way to the server over HTTP: a script with a token, or a browser that keeps cookies."""

    def __init__(self, server: Server, token: str | None = None) -> None:
        self.server, self.token = server, token
        headers = {"x-forwarded-for": one_address()}
        if token:
            headers["authorization"] = f"Bearer {token}"
        self.client = httpx.AsyncClient(base_url=server.url, headers=headers, trust_env=False, timeout=20, verify=False)

    async def __call__(self, call: str, body: Any = None, *, status: int | None = None, **more: Any) -> Any:
        """Make an API call such as ``POST /accounts``; the JSON that comes back, None for none."""
        method, path = call.split(" ", 1)
        answer = await self.client.request(method, path if path.startswith("/api") else API + path, json=body, **more)
        assert answer.status_code == status if status else answer.is_success, (
            f"{call}: {answer.status_code} {answer.text}"
        )
        return answer.json() if answer.content else None

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.client.get(path, **more)

    async def csrf(self, path: str = "/join") -> str:
        """The token that this browser's forms carry."""
        found = re.search(r'name="csrf" value="(\w+)"|"X-CSRF-Token": "(\w+)"', (await self.get(path)).text)
        assert found, f"no form token on {path}"
        return found.group(1) or found.group(2)

    async def post(self, path: str, csrf: str | None = None, **fields: Any) -> httpx.Response:
        """Send a form as a browser does."""
        token = csrf if csrf is not None else await self.csrf()
        return await self.client.post(path, data={"csrf": token, **fields})

    async def sign_in(self, email: str, password: str = PASSWORD) -> httpx.Response:
        return await self.post("/signin", email=email, password=password)

    async def close(self) -> None:
        await self.client.aclose()


class Watcher:
    """A screen or console: its socket, and where its fresh page is."""

    def __init__(self, line: Line, web: Web, page: str) -> None:
        self.line, self.web, self.page = line, web, page
        self.until, self.closed, self.close = line.until, line.closed, line.close

    @property
    def content(self) -> str:
        return str(self.line.shown["content"])

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.line.shown["state"]
        return found

    async def command(self, action: str, **fields: str) -> httpx.Response:
        """Press a button of the console."""
        return await self.web.post(
            f"{self.page}/do/{action}", csrf=await self.web.csrf(self.page) if self.web.token is None else "", **fields
        )


class Phone:
    """A participant, with one socket or several."""

    def __init__(self, workshop: "Workshop", joined: dict[str, Any], side: str, group_id: str | None) -> None:
        self.workshop, self.joined = workshop, joined
        self.id, self.token, self.side, self.group_id = joined["participant_id"], joined["token"], side, group_id
        self.bearer = {"authorization": f"Bearer {self.token}"}
        self.lines: list[Line] = []
        self.spoke = False

    @property
    def line(self) -> Line:
        return self.lines[0]

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.line.shown["state"]
        return found

    async def connect(self) -> Line:
        """One more socket, whose first view has arrived."""
        line = await Line.open(self.workshop.live("phone"), **self.bearer)
        self.lines.append(line)
        await line.wait_for(lambda: line.views or line.code, "the first view")
        return line

    async def say(self, **frame: Any) -> Frame:
        """Send a message; the ack or refusal. It has an id of its own unless one is given."""
        self.spoke = True
        return await self.line.ask({"id": str(uuid4())} | frame)

    async def answer(self, choice: Any, question: str = "current", **more: Any) -> Frame:
        return await self.say(type="answer", question=question, choice=choice, **more)

    async def choose(self, choice: Any, question: str = "current", **more: Any) -> Frame:
        """Answer, and insist on the ack."""
        reply = await self.answer(choice, question, **more)
        assert reply["type"] == "ack", reply
        return reply

    async def idea(self, text: str, who: str = "us", **more: Any) -> Frame:
        return await self.say(type="idea", text=text, who=who, **more)

    async def until(self, wanted: Any, **more: Any) -> Frame:
        return await self.line.until(wanted, **more)

    async def post(self, path: str, **fields: Any) -> httpx.Response:
        """Send a form of the phone's page, without a browser."""
        return await self.workshop.web.client.post(f"/p/{self.workshop.id}{path}", data=fields, headers=self.bearer)

    async def page(self, path: str = "") -> httpx.Response:
        return await self.workshop.web.client.get(f"/p/{self.workshop.id}{path}", headers=self.bearer)


class Workshop:
    """One session. ``api`` is the facilitator's script, ``web`` somebody without any right."""

    def __init__(self, server: Server, api: Web, made: dict[str, Any]) -> None:
        self.server, self.api, self.session = server, api, made
        self.web = Web(server)
        self.id = made["id"]
        self.path = f"/sessions/{self.id}"
        self.groups = {group["name"]: group for group in made["groups"]}
        self.watchers: list[Watcher] = []
        self.people: list[Phone] = []

    @classmethod
    async def make(cls, server: Server, api: Web, account: str | None = None, **body: Any) -> "Workshop":
        if account is None:
            account = (await api("POST /accounts", {"name": f"Northfield {next(_NUMBERS)}"}))["id"]
        return cls(server, api, await api("POST /sessions", {"account_id": account, **body}, status=201))

    @property
    def join_token(self) -> str:
        return str(self.session["join_url"]).rsplit("/", 1)[1]

    @property
    def key(self) -> str:
        return str(self.session["screen_url"]).split("key=")[1]

    def live(self, face: str) -> str:
        return f"ws://{self.server.host}/live/{self.id}/{face}"

    # --- people and displays

    async def join(self, group: str = CUSTOMER, *, side: str | None = None, name: str | None = None) -> Phone:
        """Somebody who has joined and is not connected."""
        if not side and group not in self.groups:
            group = next(iter(self.groups))
        where = {"side": side} if side else {"group_id": self.groups[group]["id"]}
        said = {"code": self.join_token, **where, **({"name": name} if name else {})}
        joined = await self.web("POST /join", said, status=201)
        phone = Phone(self, joined, side or self.groups[group]["side"], where.get("group_id"))
        self.people.append(phone)
        return phone

    async def phone(self, group: str = CUSTOMER, **more: Any) -> Phone:
        """Somebody who has joined and sees the first view."""
        phone = await self.join(group, **more)
        await phone.connect()
        return phone

    async def phones(self, count: int, group: str = CUSTOMER, **more: Any) -> list[Phone]:
        return [await self.phone(group, **more) for _ in range(count)]

    async def screen(self) -> Watcher:
        line = await Line.open(f"{self.live('screen')}?key={self.key}")
        return await self._watch(line, self.web, f"/screen/{self.id}?key={self.key}")

    async def console(self, browser: Web | None = None) -> Watcher:
        """A console: with the facilitator's token, or in a browser that is signed in."""
        web = browser or self.api
        if web.token:
            headers = {"authorization": f"Bearer {web.token}"}
        else:
            cookie = "; ".join(f"{name}={value}" for name, value in web.client.cookies.items())
            headers = {"cookie": cookie, "origin": self.server.url}
        return await self._watch(await Line.open(self.live("console"), **headers), web, self.path)

    async def _watch(self, line: Line, web: Web, page: str) -> Watcher:
        watcher = Watcher(line, web, page)
        self.watchers.append(watcher)
        await line.wait_for(lambda: line.views, "the first view")
        return watcher

    # --- the facilitator

    async def do(self, call: str, body: Any = None, **more: Any) -> Any:
        """A call below this session, such as ``POST /close``; its answer."""
        method, _, path = call.partition(" ")
        return await self.api(f"{method} {self.path}{path}", body, **more)

    async def question(self, key: str, command: str, **more: Any) -> Any:
        return await self.do(f"POST /questions/{key}/{command}", **more)

    async def open(self, key: str = "current") -> None:
        await self.question(key, "open")

    async def close(self, key: str = "current") -> None:
        await self.question(key, "close")

    async def reveal(self, *keys: str) -> dict[str, Any]:
        """Reveal these questions together; the private Results."""
        await self.do("POST /reveal", {"questions": list(keys or ("current", "desired"))})
        return await self.results()

    async def results(self, cut: str = "private") -> dict[str, Any]:
        found: dict[str, Any] = await self.do(f"GET /results?cut={cut}")
        return found

    async def command(self, action: str, **fields: str) -> httpx.Response:
        """A command of the console page, sent by a script."""
        return await self.api.client.post(f"{self.path}/do/{action}", data=fields)

    async def crowd(self, size: int = 3) -> None:
        """So many people in each group."""
        for group in self.groups:
            for _ in range(size):
                await self.join(group)

    async def vote(self, question: str, choices: dict[str, Any]) -> None:
        """Open a question, let people of groups choose ({group: choices in order}), and close it. They are made as needed."""
        await self.open(question)
        for group, wanted in choices.items():
            here = [phone for phone in self.people if phone.group_id == self.groups[group]["id"]]
            while len(here) < len(wanted):
                here.append(await self.join(group))
            for phone, choice in zip(here, wanted, strict=False):
                answer = {"type": "answer", "id": str(uuid4()), "question": question, "choice": choice}
                sent = await self.web.client.post(f"/p/{self.id}/say", json=answer, headers=phone.bearer)
                assert sent.json()["type"] == "ack", sent.text
        await self.close(question)

    # --- the end of each test

    async def settle(self) -> None:
        """Every watched region is, letter for letter, what a fresh page shows there."""
        for watcher in self.watchers:
            if watcher.line.code is None:
                await self._equals_fresh_page(watcher)
        seen = set()
        for phone in list(self.people):
            for line in phone.lines:
                if line.code is None and line.views and phone.group_id not in seen:
                    seen.add(phone.group_id)
                    await self._equals_page_of_somebody_silent(phone, line)
        self._counts_equal_the_rows()

    def _counts_equal_the_rows(self) -> None:
        """How many have answered is counted as answers come; it has to be what the answers say."""
        counted = """
            SELECT key, round, customer_answered, supplier_answered FROM question WHERE session_id = ?
        """
        rows = """
            SELECT a.question, a.round, p.side, count(DISTINCT p.id) FROM answer a JOIN participant p ON p.id = a.participant_id
            WHERE a.session_id = ? GROUP BY a.question, a.round, p.side
        """
        real = {(key, round_, side): people for key, round_, side, people in self.server.rows(rows, self.id)}
        for key, round_, *numbers in self.server.rows(counted, self.id):
            assert numbers == [real.get((key, round_, side), 0) for side in ("customer", "supplier")], (key, round_)

    async def _equals_fresh_page(self, watcher: Watcher) -> None:
        end, page = time.monotonic() + SETTLED_WITHIN_S, ""
        while time.monotonic() < end:
            page = (await watcher.web.get(watcher.page)).text
            if watcher.content in page:
                return
            with suppress(AssertionError):
                count = len(watcher.line.frames)
                await watcher.line.wait_for(lambda c=count: len(watcher.line.frames) > c, "news", within=0.2)
        raise AssertionError(f"{watcher.page} differs:\n{difference(watcher.content, page)}")

    async def _equals_page_of_somebody_silent(self, phone: Phone, line: Line) -> None:
        silent, place = None, ""
        end, pushed, page = time.monotonic() + SETTLED_WITHIN_S, "", ""
        while time.monotonic() < end:
            if silent is None or place != line.shown["state"]["place"]:  # what is under way may still arrive
                place, silent = line.shown["state"]["place"], await self._somebody_silent(phone)
            page = without_own_words((await silent.page()).text)
            pushed = without_own_words(line.shown["content"])
            if pushed in page:
                return
            with suppress(AssertionError):
                count = len(line.frames)
                await line.wait_for(lambda c=count: len(line.frames) > c, "news", within=0.2)
        raise AssertionError(f"a phone of {self.path} differs:\n{difference(pushed, page)}")

    async def _somebody_silent(self, phone: Phone) -> Phone:
        """Somebody of the same group who has said nothing; the phone itself where nothing personal is shown any more."""
        now = await self.do("GET ")
        if now["status"] == "closed" or phone.line.shown["state"]["place"] not in {
            "lobby",
            "open",
            "support",
            "closed",
        }:
            return phone
        if now["locked"] or now["admit"]:
            await self.do("PATCH ", {"locked": False, "admit": False})
        return await self.join_like(phone)

    async def join_like(self, phone: Phone) -> Phone:
        """Somebody new in the same group, who says nothing."""
        where = {"group_id": phone.group_id} if phone.group_id else {"side": phone.side}
        name = {"name": "Nobody"} if self.session["attribution"] == "named" else {}
        joined = await self.web("POST /join", {"code": self.join_token, **where, **name}, status=201)
        assert "waiting" not in joined
        return Phone(self, joined, phone.side, phone.group_id)

    async def leave(self) -> None:
        """Close every connection."""
        for line in [watcher.line for watcher in self.watchers] + [line for one in self.people for line in one.lines]:
            await line.close()
        await self.web.close()


def without_own_words(region: str) -> str:
    """A phone's region without the note on one's own answer, which a page says and a push leaves to the phone, and with
    what can be supported in one order for everybody.
    """
    region = re.sub(r'<div class="note" id="chose".*?</p></div>', "", region, flags=re.DOTALL)
    return re.sub(r'(?<=<ul class="stack" id="items">).*?(?=</ul>)', _sorted_lines, region, flags=re.DOTALL)


def _sorted_lines(found: re.Match[str]) -> str:
    return "\n".join(sorted(found.group().splitlines()))


def difference(region: str, page: str) -> str:
    """The first line of the region that the page does not have."""
    lines = [line for line in region.splitlines() if line not in page]
    return "\n".join(lines[:3]) or "the same lines, put together differently"
