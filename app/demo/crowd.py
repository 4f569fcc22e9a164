"""Simulated people: they join over HTTP with the join token, keep a socket open, and answer as people do.

Each follows the frames of their own phone, as a phone does: nobody here looks into the database.
"""

import asyncio
import http.client
import json
import random
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from app.demo.meetings import HIGHEST
from app.demo.sayings import LIVE, Saying

STAY_AWAY = frozenset({4401, 4403, 4404})
"""Closings after which a phone does not come back."""
LADDER = frozenset({"current", "desired", "mirror"})
JOIN_TRIES = 5
ARRIVE_WITHIN_S = 15.0
BACK_AFTER_S = 1.0
HTTP_TIMEOUT_S = 5.0
LEANINGS = {
    "Leadership": (2.6, 1.9),
    "Procurement": (2.0, 1.1),
    "Operations": (2.9, 1.2),
    "Account team": (3.8, 0.9),
    "Delivery": (3.0, 1.1),
    "Directors": (3.9, 0.6),
}
"""Where a group sees the relationship today, and by how many steps it would move."""
TURNS = (
    "Operations", "Account team", "Procurement", "Leadership", "Delivery", "Operations", "Procurement", "Directors",
    "Operations", "Account team", "Leadership", "Delivery", "Procurement", "Operations", "Account team", "Directors",
)  # fmt: skip
"""Who comes in when: nine of the customer's to seven of ours."""


@dataclass(frozen=True, slots=True)
class Room:
    """Where the people go: the server's address on this machine, the session and its join token."""

    host: str
    port: int
    join_token: str
    group_ids: dict[str, str]


@dataclass(slots=True)
class Person:
    """Somebody with a phone and an opinion. ``choices`` by question; ``later`` is what they choose on second thoughts."""

    room: Room
    group: str
    chance: random.Random
    pace: float
    choices: dict[str, int | None]
    later: dict[str, int | None]
    ideas: Sequence[Saying]
    planned: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    unsaved: dict[str, dict[str, Any]] = field(default_factory=dict)
    saved: set[str] = field(default_factory=set)
    taps: int = 0

    async def take_part(self) -> None:
        """Arrive, join, and stay until the session has no more place for this person. Network errors are waited out."""
        await asyncio.sleep(self.chance.uniform(0.5, ARRIVE_WITHIN_S) / self.pace)
        place = await self._join()
        if place is None:
            return
        url = f"ws://{_bracketed(self.room.host)}:{self.room.port}/live/{place['session_id']}/phone"
        headers = {"Authorization": f"Bearer {place['token']}"}
        try:
            async for socket in connect(url, additional_headers=headers, compression=None, proxy=None):
                try:
                    await self._follow(socket)
                except ConnectionClosed:
                    if socket.close_code in STAY_AWAY:
                        return
                await asyncio.sleep(BACK_AFTER_S)
        except InvalidHandshake:
            return

    async def _join(self) -> dict[str, Any] | None:
        body = {"code": self.room.join_token, "group_id": self.room.group_ids[self.group]}
        for _ in range(JOIN_TRIES):
            try:
                status, answer = await asyncio.to_thread(_post, self.room, "/api/v1/join", body)
            except (OSError, http.client.HTTPException, ValueError):
                status, answer = http.client.SERVICE_UNAVAILABLE, {}
            if status < http.client.INTERNAL_SERVER_ERROR:
                return answer if status == http.client.CREATED else None
            await asyncio.sleep(BACK_AFTER_S)
        return None

    async def _follow(self, socket: ClientConnection) -> None:
        """Hear what the server says and say what is due, until the connection closes."""
        for frame in self.unsaved.values():
            await socket.send(json.dumps(frame))
        while True:
            try:
                async with asyncio.timeout_at(min((due for due, _ in self.planned), default=None)):
                    heard = json.loads(await socket.recv())
            except TimeoutError:
                await self._say_what_is_due(socket)
            else:
                self._hear(heard)

    async def _say_what_is_due(self, socket: ClientConnection) -> None:
        now = _now()
        due = [frame for at, frame in self.planned if at <= now]
        self.planned = [(at, frame) for at, frame in self.planned if at > now]
        for frame in due:
            self.unsaved[frame["id"]] = frame
            await socket.send(json.dumps(frame))

    def _hear(self, heard: dict[str, Any]) -> None:
        if heard["type"] == "view":
            self._look(heard["state"])
        elif (frame := self.unsaved.pop(str(heard.get("id")), None)) is not None and heard["type"] == "ack":
            self.saved.add(_question_of(frame))

    def _look(self, state: dict[str, Any]) -> None:
        """Take in a view: think about a question that is open and not answered, forget one that has closed."""
        mine = state.get("mine")
        if mine is not None:
            self.saved = {key for key in (*LADDER, "support", "readiness") if mine.get(key)}
            self.saved |= {"change"} if mine.get("ideas") else set()
        question = state["question"]
        key = question["key"] if question and question["status"] == "open" else None
        key = "support" if state["place"] == "support" else key
        self.planned = [(at, frame) for at, frame in self.planned if _question_of(frame) == key]
        in_hand = {_question_of(frame) for frame in (*self.unsaved.values(), *(frame for _, frame in self.planned))}
        if key is not None and key not in self.saved | in_hand:
            self._think(key, state)

    def _think(self, key: str, state: dict[str, Any]) -> None:
        """Plan what to say about an open question, and when."""
        at = _now()
        if key == "support":
            items = state["items"]
            for item in self.chance.sample(items, min(len(items), self.chance.choice((1, 2, 3, 3)))):
                at += self._takes(2, 8)
                named = {name: item[name] for name in ("idea_id", "theme_id") if name in item}
                self.planned.append((at, _frame("support", on=True, **named)))
        for theme in state["themes"] if key == "readiness" else ():
            at += self._takes(1, 6)
            (value,) = self.chance.choices(("yes", "not_yet", "no", None), (6, 4, 1, 1))
            self.planned.append((at, _frame("ready", theme_id=theme["id"], value=value)))
        if key == "change":
            for idea in self.ideas:
                at += self._takes(8, 35)
                self.planned.append((at, _frame("idea", text=idea.text, who=idea.who)))
        elif key in self.choices:
            at += self._takes(2, 12)
            self.planned.append((at, self._answer(key, self.choices[key])))
            if key in self.later:
                at += self._takes(2, 5)
                self.planned.append((at, self._answer(key, self.later[key])))

    def _takes(self, least: float, most: float) -> float:
        """Seconds, nearer to the least than to the most for most people."""
        return self.chance.triangular(least, most, least + (most - least) / 4) / self.pace

    def _answer(self, key: str, choice: int | None) -> dict[str, Any]:
        self.taps += 1
        return _frame("answer", question=key, choice=choice, tap=self.taps)


def make_people(room: Room, sides: dict[str, str], *, people: int, pace: float, seed: str) -> list[Person]:
    """So many people for the room, the same for the same seed. ``sides``: each group's side; ``pace`` 2: twice as fast."""
    chance = random.Random(seed)  # noqa: S311  people differ; nothing here is secret
    ideas = {side: [idea for idea in LIVE if idea.side == side] for side in ("customer", "supplier")}
    made = []
    for number in range(people):
        group = TURNS[number % len(TURNS)]
        today, gap = LEANINGS[group]
        now = _step(chance.gauss(today, 0.7))
        choices: dict[str, int | None] = {
            "current": now,
            "desired": _step(now + chance.gauss(gap, 0.6)),
            "mirror": _step(chance.gauss(3.0, 0.8)),
        }
        later: dict[str, int | None] = {}
        if chance.random() < 0.15:
            key = chance.choice(("current", "desired"))
            later[key] = _step((choices[key] or 0) + chance.choice((-1, 1)))
        if chance.random() < 0.04:
            choices |= {"current": None, "desired": None}
            later = {}
        own = ideas[sides[group]]
        said = [own.pop(chance.randrange(len(own))) for _ in range(min(len(own), chance.choice((0, 1, 1, 2))))]
        own_chance = random.Random(f"{seed} {number}")  # noqa: S311
        made.append(Person(room, group, own_chance, pace, choices, later, said))
    return made


async def run_crowd(people: Iterable[Person]) -> None:
    """Let everybody take part, until cancelled or until nobody has a place any more."""
    async with asyncio.TaskGroup() as tasks:
        for person in people:
            tasks.create_task(person.take_part())


def _now() -> float:
    return asyncio.get_running_loop().time()


def _step(place: float) -> int:
    return min(HIGHEST, max(1, round(place)))


def _frame(type_: str, **body: Any) -> dict[str, Any]:
    return {"type": type_, "id": str(uuid.uuid4()), **body}


def _question_of(frame: dict[str, Any]) -> str:
    about = {"support": "support", "ready": "readiness"}.get(frame["type"], "change")
    return str(frame.get("question", about))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _post(room: Room, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """The status and the JSON of an answer. Blocks. Raises OSError, HTTPException or ValueError for no answer that makes sense."""
    connection = http.client.HTTPConnection(room.host, room.port, timeout=HTTP_TIMEOUT_S)
    try:
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()
