"""Ideas: letter for letter, at most five, by who would have to change, shown only once they were read."""

import json

import pytest

from tests.live.workshop import SUPPLIER, Phone, Workshop

IDEAS = "SELECT text, who, side, status FROM idea WHERE session_id = ?"
LETTERS = (
    "🙂👩‍👩‍👧‍👦 more workshops",
    "نحتاج إلى تخطيط مشترك",
    "אנחנו צריכים לתכנן ביחד",
    "e\u0301 is not é",
    "<b>bold</b> & <script>alert(1)</script> {{ 7*7 }}",
    "two\nlines",
    "=1+1",
    "計画を一緒に立てる",
    "\u202eright to left\u202c",
    '\' OR 1=1; -- "quoted"',
)


async def writing(workshop: Workshop, group: str = "Leadership") -> Phone:
    """A phone that may write ideas."""
    phone = await workshop.phone(group)
    if (await workshop.do("GET "))["questions"][-1]["status"] == "waiting":
        await workshop.open("change")
    await phone.until('data-question="change"')
    return phone


def stored(workshop: Workshop) -> list[tuple[str, str, str, str]]:
    return workshop.server.rows(IDEAS, workshop.id)


async def test_an_idea_is_kept_letter_for_letter(workshop: Workshop) -> None:
    phones = [await writing(workshop), await writing(workshop)]

    for number, text in enumerate(LETTERS):
        assert (await phones[number // 5].idea(text))["type"] == "ack"

    assert {row[0] for row in stored(workshop)} == set(LETTERS)
    again = await phones[0].connect()
    assert {idea["text"] for idea in again.shown["state"]["mine"]["ideas"]} == set(LETTERS[:5])
    assert {idea["text"] for idea in (await workshop.do("GET /ideas"))["items"]} == set(LETTERS)


async def test_markup_in_an_idea_is_shown_as_text_and_never_as_markup(workshop: Workshop) -> None:
    phone, screen, console = await writing(workshop), await workshop.screen(), await workshop.console()
    await phone.idea("<img src=x onerror=alert(1)><script>alert(2)</script>")
    idea = (await workshop.do("GET /ideas"))["items"][0]
    await console.until("&lt;img src=x")

    await workshop.do(f"PATCH /ideas/{idea['id']}", {"status": "shown"})

    await screen.until("&lt;img src=x onerror=alert(1)&gt;&lt;script&gt;")
    for shown in (screen.content, console.content, (await phone.page()).text):
        assert "<img src=x" not in shown
        assert "<script>alert" not in shown


async def test_280_characters_fit_and_281_do_not(workshop: Workshop) -> None:
    phone = await writing(workshop)

    assert (await phone.idea("🙂" * 280))["type"] == "ack"
    reply = await phone.idea("x" * 281)

    assert (reply["type"], reply["reason"]) == ("refused", "too_long")
    assert "280" in reply["message"]
    assert [row[0] for row in stored(workshop)] == ["🙂" * 280]


@pytest.mark.parametrize(
    "text", ["", "   ", "\n\n", "\u200b", "\u202e", "bell \a", "nul \0", "escape \x1b[31m", "\x85"]
)
async def test_a_text_without_words_or_with_control_characters_is_refused(workshop: Workshop, text: str) -> None:
    phone = await writing(workshop)

    reply = await phone.idea(text)

    assert (reply["type"], reply["reason"]) == ("refused", "invalid")
    assert stored(workshop) == []


async def test_a_sixth_idea_is_refused_and_says_that_five_are_the_most(workshop: Workshop) -> None:
    phone = await writing(workshop)

    replies = [await phone.idea(f"idea {number}") for number in range(6)]

    assert [reply["type"] for reply in replies] == ["ack"] * 5 + ["refused"]
    assert replies[5]["reason"] == "invalid"
    assert "5" in replies[5]["message"]
    assert len(stored(workshop)) == 5


async def test_texts_faster_than_six_a_minute_are_refused_with_reason_rate(workshop: Workshop) -> None:
    phone = await writing(workshop)

    replies = [await phone.idea("") for _ in range(8)]

    assert [reply["reason"] for reply in replies] == ["invalid"] * 6 + ["rate"] * 2


async def test_us_and_them_are_seen_from_the_writers_own_side(workshop: Workshop) -> None:
    buyer, seller = await writing(workshop), await writing(workshop, SUPPLIER)

    for phone in (buyer, seller):
        for who in ("us", "them", "both"):
            assert (await phone.idea(f"{phone.side} says {who}", who))["type"] == "ack"

    assert {(text, who) for text, who, _, _ in stored(workshop)} == {
        ("customer says us", "customer"),
        ("customer says them", "supplier"),
        ("customer says both", "both"),
        ("supplier says us", "supplier"),
        ("supplier says them", "customer"),
        ("supplier says both", "both"),
    }
    mine = (await seller.connect()).shown["state"]["mine"]["ideas"]
    assert {(idea["text"], idea["who"]) for idea in mine} == {
        ("supplier says us", "us"),
        ("supplier says them", "them"),
        ("supplier says both", "both"),
    }


async def test_an_idea_sent_twice_is_stored_once(workshop: Workshop) -> None:
    phone = await writing(workshop)

    first = await phone.idea("once", id="i")
    again = await phone.idea("once", id="i")
    other = await phone.idea("twice", id="i")

    assert (first["type"], again["type"], other["reason"]) == ("ack", "ack", "invalid")
    assert [row[0] for row in stored(workshop)] == ["once"]


async def test_an_idea_before_or_after_its_question_is_refused(workshop: Workshop) -> None:
    phone = await workshop.phone()
    assert (await phone.idea("early"))["reason"] == "not_open"
    await workshop.open("change")
    await phone.until('data-question="change"')
    await workshop.close("change")

    assert (await phone.idea("late"))["reason"] == "closed"
    assert stored(workshop) == []


async def test_an_idea_is_on_the_screen_only_once_the_facilitator_shows_it(workshop: Workshop) -> None:
    phone, screen, console = await writing(workshop), await workshop.screen(), await workshop.console()
    await phone.idea("plan together")
    idea = (await console.until(lambda state: state["ideas"]))["state"]["ideas"][0]
    assert idea["status"] == "waiting"
    assert not any("plan together" in text for text in screen.line.raw)

    await workshop.do(f"PATCH /ideas/{idea['id']}", {"status": "shown"})
    await screen.until("plan together")
    await workshop.do(f"PATCH /ideas/{idea['id']}", {"status": "hidden"})
    await screen.until(lambda state: state["question"]["key"] == "change" and "plan together" not in screen.content)


async def test_a_mended_wording_is_shown_and_the_authors_own_stays_private(workshop: Workshop) -> None:
    phone, screen, console = await writing(workshop), await workshop.screen(), await workshop.console()
    await phone.idea("Inga must call less")
    idea = (await workshop.do("GET /ideas"))["items"][0]

    await workshop.command(f"idea-edit.{idea['id']}", text="Call less", before="Inga must call less")
    await workshop.command(f"idea-show.{idea['id']}")

    await screen.until("Call less")
    await console.until(lambda state: [one["original"] for one in state["ideas"]] == ["Inga must call less"])
    assert not any("Inga must call less" in text for text in screen.line.raw)
    mine = (await phone.connect()).shown["state"]["mine"]["ideas"]
    assert [one["text"] for one in mine] == ["Inga must call less"]


async def test_two_facilitators_who_edit_the_same_idea_do_not_overwrite_each_other(workshop: Workshop) -> None:
    phone = await writing(workshop)
    await phone.idea("first")
    idea = (await workshop.do("GET /ideas"))["items"][0]

    one = await workshop.command(f"idea-edit.{idea['id']}", text="one", before="first")
    two = await workshop.command(f"idea-edit.{idea['id']}", text="two", before="first")

    assert (one.status_code, two.status_code) == (204, 409)
    assert (await workshop.do("GET /ideas"))["items"][0]["text"] == "one"


async def test_an_idea_names_its_group_only_where_enough_of_it_wrote(workshop: Workshop) -> None:
    screen = await workshop.screen()
    for number, phone in enumerate([await writing(workshop) for _ in range(3)]):
        await phone.idea(f"idea {number}")
    await (await writing(workshop, SUPPLIER)).idea("alone")
    for idea in (await workshop.do("GET /ideas"))["items"]:
        await workshop.do(f"PATCH /ideas/{idea['id']}", {"status": "shown"})

    await screen.until("alone")

    change = (await workshop.results("customer"))["change"]["ideas"]
    labels = {idea["text"]: idea["from"] for idea in change}
    assert labels["alone"] == ""
    assert labels["idea 0"].endswith("Leadership")


async def test_what_is_said_behind_an_idea_waits_for_it(workshop: Workshop) -> None:
    phone = await writing(workshop)
    said = [
        {"type": "idea", "id": "first", "text": "Plans, early", "who": "us"},
        {"type": "answer", "id": "second", "question": "current", "choice": 2},
        {"type": "idea", "id": "third", "text": "No surprises", "who": "both"},
        {"type": "nothing", "id": "fourth"},
        {"type": "withdraw", "id": "fifth"},
        {"type": "idea", "id": "sixth", "text": "Gone by then", "who": "us"},
    ]
    for frame in said:
        await phone.line.send(json.dumps(frame))
    last = await phone.line.reply_to("sixth", after=0)
    assert [reply["id"] for reply in phone.line.replies if reply.get("id") in {one["id"] for one in said}] == [
        one["id"] for one in said
    ]
    assert last["type"] == "refused"
    assert stored(workshop) == []
