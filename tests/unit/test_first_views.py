"""What a phone is shown as it comes in: at once what was seen at the door, and only where that still holds."""

from dataclasses import replace
from typing import Any

import pytest

from app.live.hub import Hub
from app.views.entry import Entry
from app.views.faces import Frame, PhoneFrames
from app.views.glance import Glance

SESSION, PLACE = "one session", "in:leadership"
PHONES = PhoneFrames(7, {PLACE: Frame(7, ',"state":{"asked":1}}')}, {"first": PLACE})
ENTRY = Entry("second", "in", PLACE, 9, 7, '{"tap":3}')


class Box:
    """A socket's sending half that keeps what it was shown."""

    def __init__(self) -> None:
        self.shown: object = None
        self.texts: list[str] = []

    def show(self, key: object, frame: str) -> None:
        self.shown = key
        self.texts.append(frame)

    def close(self, code: int) -> None:
        raise AssertionError(f"closed with {code}")


class Looker:
    """Notes which rooms it was asked to look at; never looks."""

    def __init__(self) -> None:
        self.wanted: list[Any] = []

    def heard_a_phone(self) -> None:
        pass

    def want(self, room: Any) -> None:
        self.wanted.append(room)


class Store:
    """Answers each look with the next of these glances; ``meanwhile`` happens while it looks."""

    def __init__(self) -> None:
        self.glances: list[Glance] = []
        self.meanwhile = lambda: None

    async def read(self, _query: object, **_wishes: Any) -> list[Glance]:
        self.meanwhile()
        return [self.glances.pop(0)]


@pytest.fixture
def hub() -> Hub:
    """A hub with one phone in its room, which shows its view."""
    hub = Hub(Store())
    hub._looker = Looker()
    hub.join_phone(SESSION, replace(ENTRY, participant_id="first"), Box())
    room = hub._rooms[SESSION]
    room.phones, room.wanted = PHONES, 9
    room.restless.clear()
    hub._looker.wanted.clear()
    return hub


def test_a_known_view_goes_out_at_once_with_what_is_ones_own(hub: Hub) -> None:
    box = Box()
    assert hub.phones_of(SESSION) is PHONES
    hub.join_phone(SESSION, ENTRY, box)
    assert box.texts == ['{"type":"view","version":9,"state":{"asked":1,"mine":{"tap":3}}}']
    assert not hub._looker.wanted
    assert not hub._rooms[SESSION].restless


@pytest.mark.parametrize(
    "entry",
    [
        replace(ENTRY, version=8),
        replace(ENTRY, phone_version=8),
        replace(ENTRY, place="in:board"),
        replace(ENTRY, mine=None),
    ],
    ids=[
        "something happened since",
        "phones show something newer",
        "nobody is there yet",
        "nothing was known at the door",
    ],
)
def test_whoever_was_seen_otherwise_waits_for_a_look(hub: Hub, entry: Entry) -> None:
    box = Box()
    hub.join_phone(SESSION, entry, box)
    assert box.texts == []
    assert hub._looker.wanted == [hub._rooms[SESSION]]
    assert hub._rooms[SESSION].restless == {"second"}


def test_a_second_tab_waits_with_the_first_where_something_was_said(hub: Hub) -> None:
    hub.join_phone(SESSION, ENTRY, Box())
    hub.said(SESSION, "second")
    late = Box()
    hub.join_phone(SESSION, ENTRY, late)
    assert late.texts == []
    assert hub._rooms[SESSION].restless == {"second"}


async def test_who_comes_in_while_a_look_finds_a_new_round_is_shown_it_next(hub: Hub) -> None:
    """What is their own was not looked at, as they were not here."""
    room, box = hub._rooms[SESSION], Box()
    newer = PhoneFrames(10, {PLACE: Frame(10, ',"state":{"round":2}}')}, {"first": PLACE, "second": PLACE})
    hub._database.glances = [Glance(10, {}, newer, {"first": "{}"}, new_round=True)]
    hub._database.meanwhile = lambda: hub.join_phone(SESSION, ENTRY, box)
    room.wanted = 9
    await hub._look_at([room])
    assert len(box.texts) == 1, "the view of the old round"
    assert room.restless == {"second"}
    assert room.is_behind


def test_a_hub_that_nobody_is_in_knows_no_views(hub: Hub) -> None:
    assert hub.phones_of("another session").version == -1
