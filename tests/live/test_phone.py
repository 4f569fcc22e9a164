"""What a phone says and what it hears: acks, repeats, order, taps, other tabs."""

import json
from uuid import uuid4

import pytest

from tests.live.sockets import Line
from tests.live.workshop import SUPPLIER, Phone, Workshop

STORED = "SELECT question, dimension, choice FROM answer WHERE session_id = ? AND participant_id = ?"


async def asked(workshop: Workshop, key: str = "current") -> Phone:
    """A phone that sees an open question."""
    phone = await workshop.phone()
    await workshop.open(key)
    await phone.until('data-place="open"')
    return phone


def stored(phone: Phone) -> list[tuple[str, str, int | None]]:
    return phone.workshop.server.rows(STORED, phone.workshop.id, phone.id)


async def test_the_first_view_shows_the_lobby_and_carries_what_is_ones_own(workshop: Workshop) -> None:
    phone = await workshop.phone()
    first = phone.line.frames[0]

    assert first["type"] == "view"
    assert (first["target"], first["swap"]) == ("#view", "outerMorph")
    assert isinstance(first["version"], int)
    assert first["state"]["session"] == "lobby"
    assert first["state"]["question"] is None
    assert first["state"]["mine"]["current"] == {}
    assert 'data-place="lobby"' in first["content"]


async def test_opening_a_question_reaches_every_phone(workshop: Workshop) -> None:
    phones = [*await workshop.phones(2), await workshop.phone(SUPPLIER)]

    await workshop.open()

    for phone in phones:
        view = await phone.until(lambda state: state["question"] == {"key": "current", "status": "open"})
        assert view["state"]["session"] == "live"
        assert "mine" not in view["state"]


async def test_an_ack_means_that_another_process_can_read_the_answer(workshop: Workshop) -> None:
    phone = await asked(workshop)

    for choice in (4, 2, None):
        await phone.choose(choice)
        assert stored(phone) == [("current", "relationship", choice)]


async def test_an_ack_carries_the_id_and_a_version_that_goes_up(workshop: Workshop) -> None:
    phone = await asked(workshop)

    first = await phone.choose(4, id="one")
    second = await phone.choose(3, id="two")

    assert set(first) == {"type", "id", "version"}
    assert first["id"] == "one"
    assert second["version"] > first["version"] >= phone.line.frames[0]["version"]
    assert len(phone.line.raw[-1].encode()) <= 100


async def test_the_same_message_again_is_acknowledged_and_changes_nothing(workshop: Workshop) -> None:
    phone = await asked(workshop)
    first = await phone.choose(4, id="one", tap=1)
    await phone.choose(2, id="two", tap=2)

    again = await phone.choose(4, id="one", tap=1)

    assert again["version"] >= first["version"]
    assert stored(phone) == [("current", "relationship", 2)]
    assert (await workshop.do("GET "))["version"] == again["version"]


async def test_the_same_id_with_another_body_is_refused(workshop: Workshop) -> None:
    phone = await asked(workshop)
    await phone.choose(4, id="one")

    reply = await phone.answer(5, id="one")

    assert (reply["type"], reply["reason"], reply["id"]) == ("refused", "invalid", "one")
    assert reply["message"]
    assert stored(phone) == [("current", "relationship", 4)]


async def test_two_people_may_use_the_same_id(workshop: Workshop) -> None:
    ana = await asked(workshop)
    ben = await workshop.phone()

    await ana.choose(4, id="one")
    await ben.choose(2, id="one")

    assert (stored(ana)[0][2], stored(ben)[0][2]) == (4, 2)


async def test_an_older_tap_never_overwrites_a_newer_one(workshop: Workshop) -> None:
    phone = await asked(workshop)

    await phone.choose(5, tap=12)
    await phone.choose(1, tap=11)
    assert stored(phone)[0][2] == 5

    await phone.choose(3, tap=13)
    assert stored(phone)[0][2] == 3


async def test_an_older_tap_loses_also_within_one_burst(workshop: Workshop) -> None:
    phone = await asked(workshop)
    frames = [(tap, tap % 5 + 1) for tap in (3, 9, 1, 7, 2)]

    for tap, choice in frames:
        await phone.line.send(f'{{"type":"answer","id":"t{tap}","question":"current","choice":{choice},"tap":{tap}}}')
    for tap, _ in frames:
        assert (await phone.line.reply_to(f"t{tap}", after=0))["type"] == "ack"

    assert stored(phone)[0][2] == 9 % 5 + 1


async def test_taps_with_and_without_numbers_keep_their_order_within_one_burst(workshop: Workshop) -> None:
    phone = await asked(workshop)
    await phone.choose(5, tap=5)
    frames = [("a", 1, 3), ("b", 2, None), ("c", 3, 4)]  # id, choice, tap: too old, always stands, too old

    for id_, choice, tap in frames:
        frame = {"type": "answer", "id": id_, "question": "current", "choice": choice, "tap": tap}
        await phone.line.send(json.dumps(frame))
    for id_, _, _ in frames:
        assert (await phone.line.reply_to(id_, after=0))["type"] == "ack"

    assert stored(phone)[0][2] == 2


async def test_a_later_answer_without_a_tap_replaces_an_earlier_one(workshop: Workshop) -> None:
    phone = await asked(workshop)

    await phone.choose(5, tap=12)
    await phone.choose(2)

    assert stored(phone)[0][2] == 2


@pytest.mark.parametrize("choice", [4, "4", 4.0])
async def test_a_step_may_come_as_a_number_or_as_a_numeral(workshop: Workshop, choice: object) -> None:
    phone = await asked(workshop)

    await phone.choose(choice, dimension="relationship", tap="7")

    assert stored(phone) == [("current", "relationship", 4)]


async def test_the_sender_hears_only_the_ack_and_its_other_tab_gets_a_view(workshop: Workshop) -> None:
    phone = await asked(workshop)
    other = await phone.connect()
    heard, other_heard = len(phone.line.frames), len(other.frames)

    await phone.choose(4)
    view = await other.until(lambda state: state["mine"]["current"] == {"relationship": 4})

    assert [frame["type"] for frame in phone.line.frames[heard:]] == ["ack"]
    assert [frame["type"] for frame in other.frames[other_heard:]] == ["view"]
    assert view["state"]["mine"]["tap"] == 0


async def test_phones_of_others_hear_nothing_of_a_vote(workshop: Workshop) -> None:
    ana = await asked(workshop)
    ben, cleo = await workshop.phone(), await workshop.phone(SUPPLIER)
    screen = await workshop.screen()
    heard = [len(ben.line.frames), len(cleo.line.frames)]

    for choice in (4, 3, 2):
        await ana.choose(choice)
    await screen.until('data-answered="customer:1 supplier:0"')
    await workshop.close()
    for phone in (ben, cleo):
        await phone.until('data-place="closed"')

    assert [len(ben.line.frames), len(cleo.line.frames)] == [heard[0] + 1, heard[1] + 1]


async def test_versions_never_go_back_on_any_socket(workshop: Workshop) -> None:
    phone = await asked(workshop)
    other = await phone.connect()
    screen, console = await workshop.screen(), await workshop.console()

    for choice in (1, 2, 3, 4):
        await phone.choose(choice)
        await other.until(lambda state, wanted=choice: state["mine"]["current"] == {"relationship": wanted})
    late = await phone.connect()
    await workshop.close()
    await screen.until('data-scene="held"')
    await console.until("Voting is closed")
    await late.until('data-place="closed"')

    for line in (phone.line, other, late, screen.line, console.line):
        for frames in (line.views, line.replies):
            versions = [frame["version"] for frame in frames]
            assert versions == sorted(versions)
    assert late.frames[0]["version"] >= max(frame["version"] for frame in phone.line.replies)


async def test_who_comes_late_lands_on_the_open_question(workshop: Workshop) -> None:
    await asked(workshop)

    late = await workshop.phone(SUPPLIER)

    assert late.state["question"] == {"key": "current", "status": "open"}
    assert 'data-place="open"' in late.line.frames[0]["content"]


async def test_who_comes_back_finds_the_own_answers(workshop: Workshop) -> None:
    phone = await asked(workshop)
    await phone.choose(4, tap=3)
    await phone.line.close()

    again = await phone.connect()

    assert again.frames[0]["state"]["mine"]["current"] == {"relationship": 4}
    assert again.frames[0]["state"]["mine"]["tap"] == 3
    await workshop.close()
    await workshop.open("desired")
    await again.until(lambda state: state["question"]["key"] == "desired")
    await again.ask({"type": "answer", "id": "d", "question": "desired", "choice": None})
    third = await phone.connect()
    assert third.frames[0]["state"]["mine"]["desired"] == {"relationship": None}


async def test_an_answer_by_post_means_the_same_and_reaches_the_socket(workshop: Workshop) -> None:
    phone = await asked(workshop)

    posted = await workshop.web.client.post(
        f"/p/{workshop.id}/say",
        json={"type": "answer", "id": "posted", "question": "current", "choice": 2},
        headers=phone.bearer,
    )

    assert posted.json() == {"type": "ack", "id": "posted", "version": posted.json()["version"]}
    await phone.until(lambda state: state.get("mine", {}).get("current") == {"relationship": 2})
    assert (await phone.choose(2, id="posted"))["type"] == "ack"


async def test_one_answer_for_each_person_however_many_tabs_vote(workshop: Workshop) -> None:
    phone = await asked(workshop)
    tabs = [phone.line, await phone.connect(), await phone.connect()]

    for choice, tab in enumerate(tabs, 1):
        reply = await tab.ask({"type": "answer", "id": str(uuid4()), "question": "current", "choice": choice})
        assert reply["type"] == "ack"

    assert stored(phone) == [("current", "relationship", 3)]
    assert (await workshop.do("GET "))["questions"][0]["answered"] == {"customer": 1, "supplier": 0}


async def test_everything_about_a_session_reaches_a_phone_without_compression(workshop: Workshop) -> None:
    phone = await workshop.join()

    line = await Line.open(workshop.live("phone"), compression="deflate", **phone.bearer)
    phone.lines.append(line)

    assert line.socket.protocol.extensions == []
    assert "sec-websocket-extensions" not in line.socket.response.headers
    await line.until('data-place="lobby"')
