"""Support: up to three, in an order of each phone's own, and no totals before they are revealed."""

import re
from typing import Any

import pytest

from app.actions.sessions import SEAL_AFTER_MS, seal_closed
from app.store.ids import now_ms
from tests.live.changes import ask_support, idea, ideas, move, theme
from tests.live.workshop import SUPPLIER, Phone, Workshop

HELD = "SELECT item_id FROM support WHERE participant_id = ? AND held"


async def support(phone: Phone, item: str, *, on: bool = True, kind: str = "idea", **more: Any) -> dict[str, Any]:
    return await phone.say(type="support", **{f"{kind}_id": item}, on=on, **more)


async def supports(phone: Phone, *items: str) -> Phone:
    for item in items:
        reply = await support(phone, item)
        assert reply["type"] == "ack", reply
    return phone


def held(phone: Phone) -> set[str]:
    return {row[0] for row in phone.workshop.server.rows(HELD, phone.id)}


def order(page: str) -> list[str]:
    return re.findall(r'<li class="idea" data-item="(\w[\w-]*)"', page)


async def test_every_phone_has_the_list_in_an_order_of_its_own_that_stays(workshop: Workshop) -> None:
    listed = set(await ideas(workshop, 6))
    phones = await workshop.phones(6)
    await ask_support(workshop)
    for phone in phones:
        await phone.until('data-place="support"')

    pages = [order((await phone.page()).text) for phone in phones]

    assert all(set(page) == listed for page in pages)
    assert len({tuple(page) for page in pages}) > 1
    assert [order((await phone.page()).text) for phone in phones] == pages, "and it stays"
    seeds = {(await phone.connect()).shown["state"]["mine"]["seed"] for phone in phones}
    assert len(seeds) == 6
    frames = {phone.line.shown["content"] for phone in phones}
    assert len(frames) == 1, "the push is the same for all; the phone puts it in order"
    assert {one["idea_id"] for one in phones[0].state["items"]} == listed


async def test_three_at_most_and_one_can_be_taken_back(workshop: Workshop) -> None:
    one, two, three, four = await ideas(workshop, 4)
    phone = await workshop.phone()
    await ask_support(workshop)
    await supports(phone, one, two, three)

    refused = await support(phone, four)
    assert (refused["reason"], refused["message"]) == (
        "invalid",
        "You have used your three supports. Take one back first.",
    )
    assert (await support(phone, three))["type"] == "ack", "a second time for the same one is no fourth"

    await support(phone, one, on=False)
    assert (await support(phone, four))["type"] == "ack"
    assert held(phone) == {two, three, four}
    again = await phone.connect()
    assert set(again.shown["state"]["mine"]["support"]) == {two, three, four}


async def test_the_same_message_again_changes_nothing_and_an_older_tap_neither(workshop: Workshop) -> None:
    one, two = await ideas(workshop, 2)
    phone = await workshop.phone()
    await ask_support(workshop)

    await support(phone, one, id="a", tap=1)
    await support(phone, one, id="b", tap=2, on=False)
    assert (await support(phone, one, id="a", tap=1))["type"] == "ack", "known: acknowledged again"
    assert held(phone) == set()
    assert (await support(phone, one, id="late", tap=1))["type"] == "ack", "older: the newer one stands"
    assert held(phone) == set()
    assert (await support(phone, two, id="a", tap=1))["reason"] == "invalid", "another body under the id"


async def test_what_is_not_shown_can_not_be_supported(workshop: Workshop) -> None:
    shown, hidden = await idea(workshop, "Shown"), await idea(workshop, "Hidden", status="hidden")
    elsewhere = "no-such-idea"
    phone = await workshop.phone()
    await ask_support(workshop)

    for item in (hidden, elsewhere, "nul\0", "x" * 36):
        assert (await support(phone, item))["reason"] == "invalid", item
        assert (await support(phone, item, on=False))["type"] == "ack", "there is nothing to take back"
    await supports(phone, shown)
    await workshop.do(f"PATCH /ideas/{shown}", {"status": "hidden"})

    await phone.until(lambda state: state.get("items") == [])
    again = await phone.connect()
    assert again.shown["state"]["mine"]["support"] == []
    await workshop.do(f"PATCH /ideas/{shown}", {"status": "shown"})
    assert (await phone.connect()).shown["state"]["mine"]["support"] == [shown], "shown again, it counts again"


async def test_support_for_an_idea_becomes_support_for_its_theme(workshop: Workshop) -> None:
    one, two, three = await ideas(workshop, 3)
    ana, ben, eve = await workshop.phones(3)
    await ask_support(workshop)
    await supports(ana, one, two)
    await supports(ben, two)
    await supports(eve, three)

    made = theme(workshop, "Plan together", one, two)
    await ana.until(lambda state: [item.get("theme_id") for item in state.get("items", [])] == [made, None])
    assert (await ana.connect()).shown["state"]["mine"]["support"] == [made]
    assert (await support(eve, one))["type"] == "ack", "an idea in a theme stands for it"
    assert held(eve) == {three, made}

    await workshop.reveal("change")
    change = (await workshop.results())["change"]
    assert [found["supports"] for found in change["themes"]] == [{"customer": 3, "supplier": None}]
    assert change["took_part"] == {
        "customer": {"shown": True, "n": 3},
        "supplier": {"shown": False, "why": "no_answers"},
    }


async def test_until_the_reveal_there_is_only_how_many_of_each_side_took_part(workshop: Workshop) -> None:
    one, two = await ideas(workshop, 2)
    silent, *others = await workshop.phones(4)
    screen = await workshop.screen()
    await ask_support(workshop)
    await silent.until('data-place="support"')
    await screen.until("Totals come later.")
    views = len(silent.line.views), len(screen.line.views)

    for phone in others:
        await supports(phone, one, two)

    found = (await workshop.results())["change"]
    assert (found["took_part"], [line["supports"] for line in found["ideas"]]) == (None, [None, None])
    assert (await workshop.do("GET "))["supported"] == {"customer": 3, "supplier": 0}
    await workshop.do("POST /support", {"asked": False})
    await silent.until('data-place="closed"')
    assert (len(silent.line.views), len(screen.line.views)) == (views[0] + 1, views[1] + 1), "nothing but that it ended"


async def test_the_reveal_locks_and_shows_totals_by_side_but_none_of_a_side_of_two(workshop: Workshop) -> None:
    one, two = await ideas(workshop, 2)
    customers = await workshop.phones(4)
    suppliers = await workshop.phones(2, SUPPLIER)
    screen, console = await workshop.screen(), await workshop.console()
    await ask_support(workshop)
    for phone in customers[:3]:
        await supports(phone, one)
    for phone in suppliers:
        await supports(phone, one, two)

    await workshop.reveal("change")

    await screen.until("Support: 3 Northfield")
    await console.until("too few to show")
    change = (await workshop.results("customer"))["change"]
    assert {found["id"]: found["supports"] for found in change["ideas"]} == {
        one: {"customer": 3, "supplier": None},
        two: {"customer": 0, "supplier": None},
    }
    assert change["took_part"]["supplier"] == {"shown": False, "why": "too_few"}
    assert (await support(customers[3], two))["reason"] == "closed"
    await customers[3].until('data-place="closed"')


async def test_a_small_side_that_agreed_to_be_open_is_shown(workshop: Workshop) -> None:
    (one,) = await ideas(workshop, 1)
    two = await workshop.phones(2, SUPPLIER)
    await workshop.do("POST /open-side", {"side": "supplier"})
    for phone in two:
        assert (await phone.say(type="open_side", yes=True))["type"] == "ack"
    await ask_support(workshop)
    await supports(two[0], one)

    await workshop.reveal("change")

    assert (await workshop.results())["change"]["ideas"][0]["supports"] == {"customer": None, "supplier": 1}


async def test_a_second_reveal_shows_the_earlier_totals_while_too_few_changed(workshop: Workshop) -> None:
    one, two = await ideas(workshop, 2)
    phones = await workshop.phones(4)
    await ask_support(workshop)
    for phone in phones[:3]:
        await supports(phone, one)

    async def again() -> tuple[list[int], str | None]:
        await workshop.reveal("change")
        found = await workshop.results()
        totals = [
            line["supports"]["customer"] for line in sorted(found["change"]["ideas"], key=lambda x: x["id"] == two)
        ]
        await workshop.question("change", "hide")
        assert (await workshop.results())["change"]["ideas"][0]["supports"] is None
        return totals, found.get("snapshot")

    assert await again() == ([3, 0], None)
    assert await again() == ([3, 0], None), "nothing changed: the same totals, and nothing to say about it"
    await supports(phones[3], two)
    assert await again() == ([3, 0], "kept"), "one came to it: the difference would be that one"
    await support(phones[0], one, on=False)
    assert await again() == ([3, 0], "kept")
    await supports(phones[1], two)
    assert await again() == ([2, 2], None), "three changed"


async def test_withdrawing_takes_support_along_and_leaves_what_was_shown(workshop: Workshop) -> None:
    (one,) = await ideas(workshop, 1)
    phones = await workshop.phones(3)
    await ask_support(workshop)
    for phone in phones:
        await supports(phone, one)
    await workshop.reveal("change")

    assert (await phones[0].say(type="withdraw"))["type"] == "ack"

    assert workshop.server.rows("SELECT item_id FROM support WHERE participant_id = ?", phones[0].id) == []
    assert (await workshop.results())["change"]["ideas"][0]["supports"]["customer"] == 3
    await workshop.question("change", "hide")
    found = await workshop.reveal("change")
    assert (found["change"]["ideas"][0]["supports"]["customer"], found["snapshot"]) == (3, "kept")


async def test_asking_closes_the_ideas_and_opening_them_again_ends_it(workshop: Workshop) -> None:
    phone, console = await workshop.phone(), await workshop.console()
    told = await workshop.do("POST /support", {"asked": True}, status=409)
    assert "Ask first what would have to change" in told["detail"]
    await workshop.open("change")
    told = await workshop.do("POST /support", {"asked": True}, status=409)
    assert "Show an idea or a theme first" in told["detail"]
    (one,) = await ideas(workshop, 1)
    assert (await support(phone, one))["type"] == "ack", "a script may be early"
    await phone.until('data-question="change"')
    assert phone.state["place"] == "open", "phones show the form while ideas are collected"

    assert (await console.command("support.ask")).status_code == 204
    await phone.until('data-place="support"')
    await console.until("Stop asking for support")
    await workshop.do("POST /support", {"asked": True})
    await workshop.question("change", "open")
    await phone.until('data-place="open"')
    await workshop.close("change")
    await phone.until('data-place="closed"')
    await console.command("support.ask")
    await console.command("support.stop")
    await phone.until('data-place="closed"')

    await workshop.reveal("change")
    told = await workshop.do("POST /support", {"asked": True}, status=409)
    assert "Hide them first" in told["detail"]
    await workshop.do("POST /close")
    assert (await support(phone, one))["reason"] == "closed"
    assert (await workshop.do("POST /support", {"asked": True}, status=409))["detail"].startswith(
        "This session is closed"
    )


async def test_support_counts_on_in_the_theme_however_often_ideas_are_moved(workshop: Workshop) -> None:
    one, two, three, four = await ideas(workshop, 4)
    phone = await workshop.phone()
    await ask_support(workshop)
    await supports(phone, one, two, three)
    made = theme(workshop, "Both", one, two)

    assert (await support(phone, four))["type"] == "ack", "two ideas of one theme are one support"
    assert held(phone) == {made, three, four}
    move(workshop, None, one)
    assert (await support(phone, one))["reason"] == "invalid", "still three"


@pytest.mark.parametrize("state", ["waiting", "removed"])
async def test_who_is_not_in_can_support_nothing(workshop: Workshop, state: str) -> None:
    (one,) = await ideas(workshop, 1)
    if state == "waiting":
        await workshop.do("PATCH ", {"admit": True})
    phone = await workshop.join()
    await ask_support(workshop)
    if state == "removed":
        await workshop.do(f"DELETE /participants/{phone.id}")

    said = {"type": "support", "id": "x", "idea_id": one, "on": True}
    answer = await workshop.web.client.post(f"/p/{workshop.id}/say", json=said, headers=phone.bearer)

    assert answer.status_code == 403 or answer.json()["type"] == "refused"
    await workshop.do("PATCH ", {"admit": False})


async def test_the_big_screen_has_totals_by_theme_and_side_once_they_are_revealed(workshop: Workshop) -> None:
    one, two = await ideas(workshop, 2)
    made = theme(workshop, "Plan together", one)
    customer, supplier, screen = await workshop.phones(3), await workshop.phones(2, SUPPLIER), await workshop.screen()
    await ask_support(workshop)
    for phone in (*customer, *supplier):
        await supports(phone, two)
    await supports(customer[0], made)
    view = await screen.until('data-scene="themes"')
    assert "backers" not in view["content"]
    assert "Totals come later." in view["content"]

    await workshop.reveal("change")

    view = await screen.until('class="backers"')
    content = view["content"]
    assert 'aria-label="1 at Northfield"' in content
    assert 'aria-label="3 at Northfield"' in content
    assert "the other side is not shown" in content, "two of a side are too few"
    await workshop.question("change", "hide")
    view = await screen.until('data-scene="ideas"')
    assert "Support:" not in view["content"]


async def test_a_theme_without_a_shown_idea_can_not_be_supported(workshop: Workshop) -> None:
    hidden, shown = await idea(workshop, "Hidden", status="hidden"), await idea(workshop, "Shown")
    empty, not_shown = theme(workshop, "Empty", hidden), theme(workshop, "Not shown", shown, shown=False)
    phone = await workshop.phone()
    await ask_support(workshop)

    for item in (empty, not_shown):
        assert (await support(phone, item, kind="theme"))["reason"] == "invalid"
    await supports(phone, shown)
    assert held(phone) == {shown}, "its theme is not shown, so it stands for itself"


async def test_phones_that_were_let_go_are_not_asked_twice(workshop: Workshop) -> None:
    (one,) = await ideas(workshop, 1)
    made = theme(workshop, "Plan together", one)
    phone = await workshop.join()
    await ask_support(workshop)
    for said in (
        {"type": "support", "theme_id": made, "on": True},
        {"type": "ready", "theme_id": made, "value": "yes"},
    ):
        if said["type"] == "ready":
            await workshop.do("POST /support", {"asked": False})
            await workshop.open("readiness")
        sent = await workshop.web.client.post(
            f"/p/{workshop.id}/say", json={"id": "x" + said["type"], **said}, headers=phone.bearer
        )
        assert sent.json()["type"] == "ack", sent.text
    await workshop.do("POST /close")

    workshop.server.act(seal_closed, now=now_ms() + SEAL_AFTER_MS + 1000)
    await workshop.do("POST /reopen")

    assert "people would count twice" in (await ask_support(workshop, status=409))["detail"]
    assert "people would count twice" in (await workshop.question("readiness", "open", status=409))["detail"]
    await workshop.reveal("change")
    await workshop.question("readiness", "reveal")
