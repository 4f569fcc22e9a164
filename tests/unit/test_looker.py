"""The looker: a change is shown at once, then at most ten times a second, and many rooms together leave time to votes."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import pytest

from app.errors import StoreAway
from app.live.hub import DELETED, Hub
from app.live.looker import BEAT_S, CHECK_S, REST, REST_AT_MOST_S, ROOMS_AT_ONCE, SLOW_BEAT_S, Looker
from app.views.faces import Frame
from app.views.glance import Glance, Wish
from tests.unit.ahead import AheadLoop


@dataclass
class Room:
    looked_at: float = 0.0
    let_in_at: float = 0.0
    is_behind: bool = True
    has_newcomers: bool = False
    fails: bool = False
    looks: int = 0


class Looks:
    """Looks that take ``takes`` seconds each; rooms stay behind while ``changes``."""

    def __init__(self, *, takes: float = 0.0, changes: bool = False, error: type[Exception] = ValueError) -> None:
        self.takes, self.changes, self.error = takes, changes, error
        self.each: list[list[Room]] = []
        self.busy = 0.0
        self.looker = Looker(self)

    async def __call__(self, rooms: list[Room]) -> None:
        began = now()
        await asyncio.sleep(self.takes)
        self.busy += now() - began
        self.each.append(rooms)
        if any(room.fails for room in rooms):
            raise self.error
        for room in rooms:
            room.looks += 1
            room.looked_at = room.let_in_at = began
            room.is_behind, room.has_newcomers = self.changes, False


Run = Callable[[Callable[[], Coroutine[Any, Any, None]]], None]


@pytest.fixture(params=[0.0, 0.001], ids=["timers on time", "timers early"])
def run(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a scene on a clock that goes ahead."""

    def play(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
        def begin() -> AheadLoop:
            loop = AheadLoop(early=request.param)
            loop.sets(monkeypatch, "app.live.looker", "app.live.hub")
            return loop

        with asyncio.Runner(loop_factory=begin) as runner:
            runner.run(scene())

    return play


def now() -> float:
    """Seconds on the loop's clock."""
    return asyncio.get_running_loop().time()


def test_a_lone_room_is_looked_at_at_once_and_then_ten_times_a_second(run: Run) -> None:
    async def scene() -> None:
        looks, room = Looks(changes=True), Room()
        looks.looker.want(room)
        looks.looker.want(room)
        await asyncio.sleep(BEAT_S / 2)
        assert room.looks == 1
        await asyncio.sleep(5 * BEAT_S)
        assert 4 <= room.looks <= 6

    run(scene)


def test_who_comes_does_not_wait_for_the_beat(run: Run) -> None:
    async def scene() -> None:
        looks, room = Looks(), Room()
        looks.looker.want(room)
        await asyncio.sleep(0.01)
        room.is_behind = room.has_newcomers = True
        looks.looker.want(room)
        await asyncio.sleep(BEAT_S / 2)
        assert room.looks == 2

    run(scene)


def test_many_rooms_share_looks_take_turns_and_leave_most_of_the_time(run: Run) -> None:
    async def scene() -> None:
        looks, rooms = Looks(takes=0.01, changes=True), [Room() for _ in range(3 * ROOMS_AT_ONCE)]
        looks.looker.heard_a_phone()
        began = now()
        for room in rooms:
            looks.looker.want(room)
        await asyncio.sleep(0.8)
        assert looks.busy <= (now() - began) / (1 + REST) + 2 * looks.takes
        assert max(map(len, looks.each)) == ROOMS_AT_ONCE
        counts = [room.looks for room in rooms]
        assert 1 <= min(counts) <= max(counts) <= min(counts) + 1

    run(scene)


@pytest.mark.parametrize(("votes", "at_least", "at_most"), [(False, 5, 8), (True, 1, 4)])
def test_where_no_phone_says_anything_a_costly_look_is_soon_followed_by_the_next(
    run: Run, votes: bool, at_least: int, at_most: int
) -> None:
    async def scene() -> None:
        looks, room = Looks(takes=0.08, changes=True), Room()
        looks.looker.want(room)
        for _ in range(8):
            if votes:
                looks.looker.heard_a_phone()
            await asyncio.sleep(0.1)
        assert at_least <= room.looks <= at_most
        looks.changes = False

    run(scene)


def test_nothing_is_left_waiting_when_the_process_ends_amid_a_look(run: Run) -> None:
    async def scene() -> None:
        looks = Looks(takes=10)
        for room in [Room() for _ in range(3 * ROOMS_AT_ONCE)]:
            looks.looker.want(room)
        await asyncio.sleep(0.02)
        assert looks.looker._task is not None
        looks.looker._task.cancel()
        await asyncio.sleep(0.1)
        assert (looks.looker._task, looks.looker._alarm) == (None, None)

    run(scene)


def test_while_phones_say_very_much_looks_come_less_often_and_soon_after_it_as_ever(run: Run) -> None:
    async def scene() -> None:
        looks, room = Looks(changes=True), Room()
        looks.looker.want(room)
        ends = now() + 4 * SLOW_BEAT_S
        while now() < ends:
            for _ in range(400):
                looks.looker.heard_a_phone()
            await asyncio.sleep(0.01)
        amid = room.looks
        assert amid <= 7, "at most one for each slow beat, and a few before it was known how much is said"
        await asyncio.sleep(4 * CHECK_S)
        assert room.looks > amid, "what the last of them changed is shown soon"
        await asyncio.sleep(5 * BEAT_S)
        assert room.looks >= amid + 4

    run(scene)


def test_what_the_last_of_very_many_votes_changed_is_shown_soon(run: Run) -> None:
    async def scene() -> None:
        looks, room = Looks(), Room()

        def vote() -> None:
            room.is_behind = True
            looks.looker.heard_a_phone()
            looks.looker.want(room)

        ends = now() + 2 * SLOW_BEAT_S
        while now() < ends or room.is_behind:
            for _ in range(400):
                vote()
            await asyncio.sleep(0.01)
        vote()  # right after a look, which had shown all there was
        await asyncio.sleep(4 * CHECK_S)
        assert not room.is_behind

    run(scene)


def test_who_comes_is_served_before_the_crowd_of_rooms(run: Run) -> None:
    async def scene() -> None:
        looks, rooms = Looks(takes=0.02), [Room() for _ in range(3 * ROOMS_AT_ONCE)]
        for room in rooms:
            looks.looker.want(room)
        rooms[-1].has_newcomers = True
        looks.looker.want(rooms[-1])
        await asyncio.sleep(0.03)
        assert rooms[-1] is looks.each[0][0]

    run(scene)


def test_after_a_look_that_hung_nobody_waits_as_long_again(run: Run) -> None:
    async def scene() -> None:
        looks, first, second = Looks(takes=5.0), Room(), Room()
        looks.looker.want(first)
        await asyncio.sleep(4.95)
        looks.looker.heard_a_phone()
        await asyncio.sleep(0.1)
        looks.takes = 0.0
        looks.looker.want(second)
        await asyncio.sleep(REST_AT_MOST_S + 0.3)
        assert (first.looks, second.looks) == (1, 1)

    run(scene)


def test_a_room_that_fails_keeps_no_other_from_being_shown(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    async def scene() -> None:
        looks, rooms = Looks(), [Room(), Room(fails=True), Room()]
        for room in rooms:
            looks.looker.want(room)
        await asyncio.sleep(0.05)
        assert [room.looks for room in rooms] == [1, 0, 1]
        looks.looker.want(rooms[0])
        await asyncio.sleep(2 * BEAT_S)
        assert rooms[0].looks == 2

    run(scene)
    told = [record.message for record in caplog.records if record.name == "stairstep.live"]
    assert told == ["a session could not be shown"]


def test_while_the_database_is_away_nothing_is_asked_again_until_somebody_wants_it(run: Run) -> None:
    async def scene() -> None:
        looks, rooms = Looks(error=StoreAway), [Room(fails=True), Room()]
        for room in rooms:
            looks.looker.want(room)
        await asyncio.sleep(3 * BEAT_S)
        assert len(looks.each) == 1
        rooms[0].fails = False
        looks.looker.want(rooms[1])
        await asyncio.sleep(0.05)
        assert [room.looks for room in rooms] == [0, 1]

    run(scene)


class Gone:
    """A database in which no session exists any more, and a screen's mailbox."""

    def __init__(self) -> None:
        self.reads = 0
        self.codes: list[int] = []

    async def read(self, _query: object, *, wishes: list[Wish]) -> list[None]:
        self.reads += 1
        return [None for _ in wishes]

    def close(self, code: int) -> None:
        self.codes.append(code)


def test_a_deleted_session_is_closed_and_not_looked_at_again(run: Run) -> None:
    async def scene() -> None:
        gone = Gone()
        hub = Hub(gone)
        hub.join_face("s", "screen", gone, None)
        hub.nudge({"s": 5})
        await asyncio.sleep(4 * BEAT_S)
        assert set(gone.codes) == {DELETED}
        assert gone.reads == 1

    run(scene)


class WhatWasWished:
    """A database that answers each wish with what was wished for."""

    def __init__(self) -> None:
        self.wishes: list[Wish] = []

    async def read(self, _query: object, *, wishes: list[Wish]) -> list[Glance]:
        self.wishes += wishes
        return [Glance(1, {face: Frame(1, f",{face}") for face in wish.faces}, None, {}, False) for wish in wishes]


class Screen:
    """A socket that keeps what it is shown."""

    shown: object = None

    def __init__(self) -> None:
        self.frames: list[object] = []

    def show(self, _key: object, frame: object) -> None:
        self.frames.append(frame)


def test_who_comes_right_after_the_last_one_left_is_shown_too(run: Run) -> None:
    async def scene() -> None:
        database, first, second = WhatWasWished(), Screen(), Screen()
        hub = Hub(database)
        hub.join_face("s", "screen", first, None)
        hub.leave_face("s", "screen", first)
        hub.join_face("s", "screen", second, None)
        await asyncio.sleep(4 * BEAT_S)
        assert len(database.wishes) == 1, "nobody looks for those who left"
        assert len(second.frames) == 1

    run(scene)
