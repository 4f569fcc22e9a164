"""What is refused: with its reason and words, nothing stored, and the connection lives on."""

import asyncio
import json
from typing import Any

import pytest

from tests.live.sockets import refused_with
from tests.live.test_phone import asked, stored
from tests.live.workshop import Workshop


def deep(levels: int) -> str:
    return "[" * levels + "]" * levels


def answer(**more: Any) -> str:
    return json.dumps({"type": "answer", "id": "x", "question": "current", "choice": 4} | more)


async def lives_on(phone: Any) -> None:
    """The same connection still takes a good answer."""
    await phone.choose(4, id="after all")
    assert phone.line.code is None


@pytest.mark.parametrize("choice", [0, 6, -1, 2.5, True, "x", "", "٤", [1], {"a": 1}, 10**14, 1e300, "1e400", "null"])
async def test_a_step_off_the_stair_is_refused(workshop: Workshop, choice: object) -> None:
    phone = await asked(workshop)

    reply = await phone.answer(choice)

    assert (reply["type"], reply["reason"]) == ("refused", "unknown_choice")
    assert reply["message"]
    assert stored(phone) == []
    await lives_on(phone)


async def test_a_number_beyond_all_numbers_is_refused(workshop: Workshop) -> None:
    phone = await asked(workshop)

    reply = await phone.line.ask('{"type":"answer","id":"x","question":"current","choice":1e400}', id_="x")

    assert reply["reason"] == "unknown_choice"
    await lives_on(phone)


async def test_half_a_character_is_no_step_and_spoils_nothing(workshop: Workshop) -> None:
    phone = await asked(workshop)

    reply = await phone.line.ask(r'{"type":"answer","id":"x","question":"current","choice":"\ud800"}', id_="x")

    assert reply["reason"] == "unknown_choice"
    await lives_on(phone)


async def test_an_answer_before_the_question_opens_is_not_open(workshop: Workshop) -> None:
    phone = await workshop.phone()

    assert (await phone.answer(4))["reason"] == "not_open"
    await workshop.open()
    await phone.until('data-place="open"')
    assert (await phone.answer(4, "desired"))["reason"] == "not_open"

    assert stored(phone) == []


async def test_an_answer_after_closing_is_closed_and_says_that_it_is_not_counted(workshop: Workshop) -> None:
    phone = await asked(workshop)
    await phone.choose(4)
    await workshop.close()

    late = await phone.answer(5)
    assert (late["reason"], "not counted" in late["message"]) == ("closed", True)

    await workshop.open("desired")
    await workshop.close("desired")
    await workshop.reveal()
    assert (await phone.answer(5))["reason"] == "closed"
    await workshop.do("POST /close")
    assert (await phone.answer(5))["reason"] == "closed"
    assert stored(phone) == [("current", "relationship", 4)]


async def test_a_vote_that_was_refused_counts_with_the_same_id_once_the_question_is_open_again(
    workshop: Workshop,
) -> None:
    phone = await asked(workshop)
    await workshop.close()
    assert (await phone.answer(5, id="kept"))["reason"] == "closed"

    await workshop.question("current", "reopen")

    await phone.choose(5, id="kept")
    assert stored(phone) == [("current", "relationship", 5)]


BAD_FRAMES = {
    "no JSON": "hello",
    "nothing": "",
    "a list": "[]",
    "a number": "4",
    "null": "null",
    "an unknown type": '{"type":"shout","id":"x"}',
    "no type": '{"id":"x"}',
    "a type that is a list": '{"type":["answer"],"id":"x"}',
    "a key twice": '{"type":"answer","id":"x","question":"current","choice":4,"choice":5}',
    "a type twice": '{"type":"withdraw","type":"answer","id":"x","question":"current","choice":4}',
    "nine levels": f'{{"type":"answer","id":"x","question":"current","choice":{deep(9)}}}',
    "two thousand levels": f'{{"type":"answer","id":"x","choice":{deep(2000)}}}',
    "an integer of twenty digits": answer(choice=10**19),
    "not a number": '{"type":"answer","id":"x","question":"current","choice":NaN}',
    "infinity": '{"type":"answer","id":"x","question":"current","choice":Infinity}',
    "no id": '{"type":"answer","question":"current","choice":4}',
    "an id that is a number": answer(id=4),
    "an empty id": answer(id=""),
    "an id of 37 characters": answer(id="x" * 37),
    "half a character as id": '{"type":"answer","id":"\\ud800","question":"current","choice":4}',
    "no question": '{"type":"answer","id":"x","choice":4}',
    "a question that is a list": answer(question=["current"]),
    "an unknown part": answer(dimension="moon"),
    "a part that is a number": answer(dimension=4),
    "no choice": '{"type":"answer","id":"x","question":"current"}',
    "a tap below zero": answer(tap=-1),
    "a tap that is half": answer(tap=1.5),
    "a tap that is true": answer(tap=True),
    "the change question with a step": answer(question="change"),
    "open_side without yes": '{"type":"open_side","id":"x"}',
    "open_side with a list": '{"type":"open_side","id":"x","yes":[1]}',
    "open_side with a word": '{"type":"open_side","id":"x","yes":"yes"}',
    "an idea without a text": '{"type":"idea","id":"x","who":"us"}',
    "an idea for nobody": '{"type":"idea","id":"x","text":"t","who":"me"}',
    "an idea for a list": '{"type":"idea","id":"x","text":"t","who":["us"]}',
    "an idea that is a number": '{"type":"idea","id":"x","text":4,"who":"us"}',
    "an idea that holds half a character": '{"type":"idea","id":"x","text":"a\\ud800b","who":"us"}',
    "an idea with a key twice": '{"type":"idea","id":"x","text":"t","text":"u","who":"us"}',
    "bytes": b'{"type":"answer","id":"x","question":"current","choice":4}',
}
WITH_ID = "xyz"
NO_ID = {
    "no JSON", "nothing", "a list", "a number", "null", "a key twice", "a type twice", "nine levels",
    "two thousand levels", "an integer of twenty digits", "not a number", "infinity", "no id", "an id that is a number",
    "an empty id", "an id of 37 characters", "half a character as id", "an idea with a key twice", "bytes",
}  # fmt: skip


async def test_what_is_no_message_is_refused_and_the_connection_lives_on(workshop: Workshop) -> None:
    phones = [await asked(workshop), *await workshop.phones(3)]

    for number, (what, text) in enumerate(BAD_FRAMES.items()):
        phone = phones[number % len(phones)]
        reply = await phone.line.ask(text, id_=None if what in NO_ID else "x")
        wanted = {"not_open", "invalid"} if what == "the change question with a step" else {"invalid"}
        assert (reply["type"], reply["reason"] in wanted) == ("refused", True), f"{what}: {reply}"
        assert reply["message"], what
        assert stored(phone) == [], what
    for phone in phones:
        await lives_on(phone)


async def test_a_bad_message_does_not_spoil_its_neighbours(workshop: Workshop) -> None:
    good, bad = await asked(workshop), await workshop.phone()

    for number in range(5):
        await bad.line.send('{"type":"answer","id":"\\ud800","question":"current","choice":4}')
        await bad.line.send('{"type":"answer","id":"s","question":"\\ud800","choice":"\\ud800","dimension":"\\ud800"}')
        await good.choose(number % 5 + 1)

    assert stored(good) == [("current", "relationship", 5)]


@pytest.mark.parametrize("said", [{"type": "support", "idea_id": "t", "on": True}, {"type": "ready", "theme_id": "t"}])
async def test_what_was_not_asked_yet_is_not_open(workshop: Workshop, said: dict) -> None:
    phone = await asked(workshop)

    assert (await phone.say(value="yes", **said))["reason"] == "not_open"


async def test_any_text_of_up_to_36_characters_is_an_id(workshop: Workshop) -> None:
    phone = await asked(workshop)

    for id_ in ("1", "x" * 36, "ü" * 36, "🙂" * 36, 'a"b\\c', "  ", "\u202e", "a\nb", "nul\0"):
        reply = await phone.choose(4, id=id_)
        assert reply["id"] == id_


async def test_a_frame_of_more_than_8_kib_ends_its_own_connection_alone(workshop: Workshop) -> None:
    phone, neighbour = await asked(workshop), await workshop.phone()
    fits = answer(question="q" * 7000)
    assert len(fits.encode()) < 8192
    assert (await phone.line.ask(fits, id_="x"))["reason"] == "not_open"

    await phone.line.send(answer(question="q" * 8192))

    assert await phone.line.closed() == 1009
    await neighbour.choose(4)


async def test_8_kib_are_counted_in_bytes(workshop: Workshop) -> None:
    phone = await asked(workshop)

    await phone.line.send('{"type":"idea","id":"x","text":"' + "🙂" * 2100 + '"}')

    assert await phone.line.closed() == 1009


async def test_a_frame_far_too_large_ends_its_own_connection_alone(workshop: Workshop) -> None:
    phone, neighbour = await asked(workshop), await workshop.phone()

    await phone.line.send("x" * 100_000)

    assert await phone.line.closed() == 1009
    await neighbour.choose(4)


async def test_answers_faster_than_a_person_taps_are_refused_with_reason_rate(workshop: Workshop) -> None:
    phone = await asked(workshop)

    for number in range(15):
        await phone.line.send(answer(id=f"f{number}", choice=number % 5 + 1))
    replies = [await phone.line.reply_to(f"f{number}", after=0) for number in range(15)]

    assert [reply["type"] for reply in replies[:10]] == ["ack"] * 10
    assert {reply.get("reason") for reply in replies[12:]} == {"rate"}
    assert phone.line.code is None


async def test_a_rate_holds_for_all_tabs_and_posts_of_a_person_together_and_for_nobody_else(workshop: Workshop) -> None:
    phone, neighbour = await asked(workshop), await workshop.phone()
    tab = await phone.connect()

    for number in range(30):
        await (phone.line, tab)[number % 2].send(answer(id=f"f{number}"))
    posted = await workshop.web.client.post(f"/p/{workshop.id}/say", content=answer(id="p"), headers=phone.bearer)
    form = await phone.post("/answer", **{"question": "current", "choice.relationship": "1"})

    assert posted.json()["reason"] == "rate"
    assert form.status_code == 429
    await neighbour.choose(4)


async def test_a_flood_ends_the_connection_of_who_sends_it(workshop: Workshop) -> None:
    phone, neighbour = await asked(workshop), await workshop.phone()

    for number in range(400):
        await phone.line.send(answer(id=f"f{number}"))

    assert await phone.line.closed() == 4429
    for _ in range(3):
        assert await refused_with(workshop.live("phone"), **phone.bearer) == 429
    await neighbour.choose(4)


@pytest.mark.parametrize("face", ["screen", "console"])
async def test_screens_and_consoles_say_nothing(workshop: Workshop, face: str) -> None:
    await workshop.open()
    watcher = await getattr(workshop, face)()

    for text in (answer(), '{"type":"withdraw","id":"x"}', "hello", b"bytes"):
        reply = await watcher.line.ask(text)
        assert (reply["type"], reply["reason"], reply["id"]) == ("refused", "invalid", None)

    assert watcher.line.code is None
    assert workshop.server.rows("SELECT * FROM answer WHERE session_id = ?", workshop.id) == []


async def test_fields_that_claim_to_be_somebody_else_are_not_believed(workshop: Workshop) -> None:
    phone, other = await asked(workshop), await workshop.phone()

    await phone.choose(4, participant_id=other.id, session_id="other", role="owner", side="supplier")

    assert stored(phone) == [("current", "relationship", 4)]
    assert stored(other) == []


async def test_what_one_phone_sends_never_spoils_the_batch_of_the_others(workshop: Workshop) -> None:
    odd, *others = await workshop.phones(6)
    await workshop.open()

    for number in range(5):
        frames = [
            {"type": "answer", "id": f"{number}-\0", "question": "current", "choice": 2, "tap": 999_999_999_999_999}
        ]
        frames += [{"type": "answer", "id": f"{number}-\\0", "question": "cur\0rent", "dimension": "\0", "choice": 2}]
        for frame in frames:
            await odd.line.send(json.dumps(frame))
        replies = await asyncio.gather(*(other.answer(number % 5 + 1, tap=number) for other in others))
        assert [reply["type"] for reply in replies] == ["ack"] * 5

    wanted = {f"{number}-\0": "ack" for number in range(5)}
    await odd.line.wait_for(lambda: len(odd.line.replies) == 10, "ten replies")
    assert {reply["id"]: reply["type"] for reply in odd.line.replies if reply["type"] == "ack"} == wanted
    assert (await workshop.web.get("/j/%00")).status_code == 404
    assert (await workshop.api.get("/api/v1/sessions/%00")).status_code == 404
    assert (await workshop.api.client.delete(f"/api/v1{workshop.path}/participants/%00")).status_code in {404, 422}
