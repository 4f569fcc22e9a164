"""Readiness: each side speaks for itself, theme by theme; nothing of it before the reveal, no side of two after it."""

from typing import Any

from tests.live.changes import idea, theme
from tests.live.workshop import SUPPLIER, Phone, Workshop

SAID = "SELECT theme_id, value FROM readiness WHERE participant_id = ?"


async def ready(phone: Phone, theme_id: str, value: Any, **more: Any) -> dict[str, Any]:
    return await phone.say(type="ready", theme_id=theme_id, value=value, **more)


async def say(phones: list[Phone], theme_id: str, *values: Any) -> None:
    for phone, value in zip(phones, values, strict=False):
        reply = await ready(phone, theme_id, value)
        assert reply["type"] == "ack", reply


def said(phone: Phone) -> dict[str, str | None]:
    return dict(phone.workshop.server.rows(SAID, phone.id))


def cells(results: dict[str, Any], theme_id: str) -> dict[str, Any]:
    return next(one["readiness"] for one in results["change"]["themes"] if one["id"] == theme_id)


async def test_it_is_asked_once_a_theme_is_shown(workshop: Workshop) -> None:
    phone = await workshop.phone()
    told = await workshop.question("readiness", "open", status=409)
    assert told["detail"] == "Show a theme first. Readiness is asked theme by theme."
    theme(workshop, "Not shown yet", shown=False)
    await workshop.question("readiness", "open", status=409)
    made = theme(workshop, "Plan together", who="customer")
    assert (await ready(phone, made, "yes"))["reason"] == "not_open"

    await workshop.open("readiness")

    await phone.until('data-question="readiness"')
    assert phone.state["themes"] == [{"id": made, "name": "Plan together", "who": "us"}]
    assert "ready for this?" in phone.line.shown["content"]
    assert (await workshop.do("GET "))["questions"][-1] == {
        "key": "readiness",
        "status": "open",
        "answered": {"customer": 0, "supplier": 0},
    }


async def test_a_later_answer_replaces_an_earlier_one_and_an_older_tap_never(workshop: Workshop) -> None:
    one, two = theme(workshop, "One"), theme(workshop, "Two")
    phone, console = await workshop.phone(), await workshop.console()
    await workshop.open("readiness")

    assert (await ready(phone, one, "yes", id="a", tap=1))["type"] == "ack"
    assert (await ready(phone, one, "not_yet", id="b", tap=3))["type"] == "ack"
    assert (await ready(phone, one, "no", id="c", tap=2))["type"] == "ack"
    assert (await ready(phone, one, "yes", id="a", tap=1))["type"] == "ack"
    assert (await ready(phone, one, "no", id="a", tap=1))["reason"] == "invalid"
    assert (await ready(phone, two, None))["type"] == "ack"

    assert said(phone) == {one: "not_yet", two: None}
    assert (await phone.connect()).shown["state"]["mine"]["readiness"] == {one: "not_yet", two: None}
    await console.until(lambda state: state["questions"][-1]["answered"] == {"customer": 1, "supplier": 0})
    other = await workshop.phone()
    for value in ("maybe", "", 1, True, ["yes"], "YES"):
        assert (await ready(other, one, value))["reason"] == "invalid", value
    assert (await ready(other, "no-such-theme", "yes"))["reason"] == "invalid"
    assert (await phone.answer(4, "readiness"))["reason"] == "invalid", "it is not answered on the stair"
    await workshop.close("readiness")
    assert (await ready(phone, one, "yes"))["reason"] == "closed"


async def test_side_by_side_after_the_reveal_and_never_a_side_of_two(workshop: Workshop) -> None:
    both, one, neither = (theme(workshop, name) for name in ("Both", "One side", "Neither"))
    customers, suppliers = await workshop.phones(4), await workshop.phones(3, SUPPLIER)
    screen, console = await workshop.screen(), await workshop.console()
    await workshop.open("readiness")
    for theme_id, theirs, ours in (
        (neither, ("yes", "yes", "no", "not_yet"), ("yes", "no", None)),
        (one, ("yes", "yes", "yes", "no"), ("yes", "not_yet", "no")),
        (both, ("yes", "yes", "not_yet"), ("yes", "yes", "yes")),
    ):
        await say(customers, theme_id, *theirs)
        await say(suppliers, theme_id, *ours)
    await workshop.close("readiness")
    hidden = await workshop.results()
    assert [found["readiness"] for found in hidden["change"]["themes"]] == [None, None, None]
    assert screen.state["results"] is None

    await workshop.question("readiness", "reveal")

    await console.until("One change can start: both sides are ready")
    found = await workshop.results("customer")
    assert cells(found, both)["supplier"] == {
        "shown": True, "yes": 3, "not_yet": 0, "no": 0, "abstained": 0, "n": 3,
    }  # fmt: skip
    assert cells(found, neither)["supplier"] == {"shown": False, "why": "too_few"}, "two judged it"
    assert found["change"]["ready"] == "One change can start: both sides are ready"
    assert 'data-scene="held"' in screen.content, "the facilitator reads it first"
    await workshop.do("POST /stage", {"scene": "ready"})
    shown = await screen.until('data-scene="ready"')
    at = [shown["content"].index(words) for words in (">Both<", ">One side<", ">Neither<")]
    assert at == sorted(at)
    for words in ("3 ready", "2 ready, 1 not yet", "too few to show", "is ready, Halden Works not yet"):
        assert words in shown["content"], words
    await workshop.question("readiness", "hide")
    await screen.until('data-scene="held"')
    assert cells(await workshop.results(), both) is None


async def test_a_second_reveal_shows_the_earlier_counts_while_too_few_changed(workshop: Workshop) -> None:
    first = theme(workshop, "First")
    phones = await workshop.phones(5)
    await workshop.open("readiness")
    await say(phones, first, "yes", "yes", "no")

    async def again(*values: str | None, theme_id: str = first) -> tuple[dict[str, Any], str | None]:
        if values:
            await workshop.question("readiness", "reopen")
            await say(phones, theme_id, *values)
        await workshop.close("readiness")
        await workshop.question("readiness", "reveal")
        found = await workshop.results()
        return cells(found, theme_id)["customer"], found.get("snapshot")

    published = {"shown": True, "yes": 2, "not_yet": 0, "no": 1, "abstained": 0, "n": 3}
    assert await again() == (published, None)
    assert await again("yes", "no") == (published, "kept")
    assert await again("yes", "no", "yes", "no") == (published | {"yes": 2, "no": 2, "n": 4}, None)
    second = theme(workshop, "Second")
    assert await again("yes", "yes", theme_id=second) == ({"shown": False, "why": "too_few"}, None)
    assert (await again("yes", "yes", "yes", theme_id=second))[0]["n"] == 3
    assert cells(await workshop.results(), first)["customer"]["n"] == 4


async def test_withdrawing_deletes_readiness_and_leaves_what_was_shown(workshop: Workshop) -> None:
    made = theme(workshop, "Plan together")
    phones = await workshop.phones(3)
    await workshop.open("readiness")
    await say(phones, made, "yes", "yes", "no")
    await workshop.close("readiness")
    await workshop.question("readiness", "reveal")

    await phones[0].say(type="withdraw")

    assert said(phones[0]) == {}
    await workshop.question("readiness", "hide")
    await workshop.question("readiness", "reveal")
    found = await workshop.results()
    assert (cells(found, made)["customer"]["n"], found["snapshot"]) == (3, "kept")
    assert (await workshop.do("GET "))["questions"][-1]["answered"] == {"customer": 2, "supplier": 0}


async def test_nothing_is_left_of_it_when_the_session_is_deleted(workshop: Workshop) -> None:
    made = theme(workshop, "Plan together", await idea(workshop, "One"))
    phone = await workshop.phone()
    await workshop.open("change")
    await phone.say(type="support", theme_id=made, on=True)
    await workshop.close("change")
    await workshop.reveal("change")
    await workshop.open("readiness")
    await ready(phone, made, "yes")
    await workshop.close("readiness")
    await workshop.question("readiness", "reveal")
    tables = ("support", "readiness", "tally")
    count = "SELECT count(*) FROM {} WHERE session_id = ?"
    assert all(workshop.server.rows(count.format(name), workshop.id) > [(0,)] for name in tables)

    await workshop.do("DELETE ")

    assert all(workshop.server.rows(count.format(name), workshop.id) == [(0,)] for name in tables)
    workshop.watchers.clear()
    workshop.people.clear()
