"""The phone: nothing is shown as saved before it is, nothing tapped is lost, and the page finds its place again."""

import asyncio
import json
import re
from typing import Any

import pytest
from playwright.async_api import Page, WebSocket, WebSocketRoute, expect

from tests.browser.conftest import Visit
from tests.browser.house import House, Room
from tests.browser.steps import at, linked, saved, tap


@pytest.fixture
async def room(house: House) -> Room:
    """A session whose first question is open."""
    room = await house.room()
    await room.open("current")
    return room


def answers_sent(page: Page) -> list[dict[str, Any]]:
    """The answers that the page sends from now on, by socket or by post; the list grows."""
    found: list[dict[str, Any]] = []

    def keep(text: str | bytes | None) -> None:
        frame = json.loads(text or "{}")
        if frame.get("type") == "answer":
            found.append(frame)

    def watch(socket: WebSocket) -> None:
        socket.on("framesent", keep)

    page.on("websocket", watch)
    page.on("request", lambda request: keep(request.post_data) if request.url.endswith("/say") else None)
    return found


async def waiting(page: Page) -> list[dict[str, Any]]:
    """What the phone keeps because the server has not acknowledged it."""
    kept = "JSON.parse(Object.entries(localStorage).find(([key]) => key.endsWith(':waiting'))?.[1] ?? '[]')"
    return list(await page.evaluate(kept))


async def answered(room: Room, question: str = "current") -> int:
    """How many answers the server has."""
    session = await room.house.ask("GET", f"/api/v1/sessions/{room.id}")
    return sum(next(one for one in session["questions"] if one["key"] == question)["answered"].values())


async def test_saved_is_said_only_after_the_acknowledgement(house: House, room: Room, visit: Visit) -> None:
    page = await visit(room.phone, who=await room.enter("Procurement"))
    await linked(page)
    house.server.pause()
    try:
        await tap(page, 3)
        await expect(page.locator("#status[data-state=saving]")).to_have_text("Saving…")
        await expect(page.locator(".tread:has(:checked)")).to_contain_text("Solution provider")
        assert not await page.locator("#status[data-state=saved]").count()
        assert len(await waiting(page)) == 1
    finally:
        house.server.resume()
    await saved(page, "Saved: step 3, Solution provider")
    assert await waiting(page) == []
    assert await answered(room) == 1


async def test_offline_it_is_kept_and_sent_once_with_the_same_id(room: Room, visit: Visit) -> None:
    page = await visit(who=await room.enter("Procurement"))
    sent = answers_sent(page)
    await page.goto(room.phone)
    await linked(page)
    await page.context.set_offline(True)
    await tap(page, 2)
    await expect(page.locator("#status[data-state=offline]")).to_contain_text("Your answer is kept on this phone")
    await expect(page.locator(".nolink")).to_be_visible()
    kept = await waiting(page)
    assert [one["choice"] for one in kept] == [2]
    await page.context.set_offline(False)
    await saved(page, "Saved: step 2, Preferred supplier")
    assert {one["id"] for one in sent} == {kept[0]["id"]}
    assert await answered(room) == 1
    await expect(page.locator(".nolink")).to_be_hidden()


async def test_only_the_last_of_several_taps_while_offline_is_sent(room: Room, visit: Visit) -> None:
    page = await visit(who=await room.enter("Procurement"))
    sent = answers_sent(page)
    await page.goto(room.phone)
    await linked(page)
    await page.context.set_offline(True)
    for step in (2, "cant", 4):
        await tap(page, step)
    sent.clear()
    await page.context.set_offline(False)
    await saved(page, "Saved: step 4, Trusted advisor")
    assert {one["choice"] for one in sent} == {4}


async def test_an_unsent_answer_outlives_a_reload(room: Room, visit: Visit) -> None:
    page = await visit(who=await room.enter("Procurement"))
    lose = True

    def lossy(ws: WebSocketRoute) -> None:
        server = ws.connect_to_server()
        ws.on_message(lambda message: None if lose else server.send(message))

    await page.route_web_socket(re.compile("/live/"), lossy)
    await page.goto(room.phone)
    await linked(page)
    await tap(page, 5)
    await expect(page.locator("#status[data-state=saving]")).to_be_visible()
    (kept,) = await waiting(page)
    assert await answered(room) == 0
    lose = False
    await page.reload()
    await saved(page, "Saved: step 5, Partner")
    assert kept["id"] not in json.dumps(await waiting(page))
    assert await answered(room) == 1


async def test_two_tabs_of_one_phone_stay_in_step(room: Room, visit: Visit) -> None:
    first = await visit(room.phone, who=await room.enter("Operations"))
    second = await first.context.new_page()
    await second.goto(room.phone)
    await linked(second)
    await tap(first, 2)
    await saved(second, "Saved: step 2, Preferred supplier")
    await expect(second.locator(".tread:has(:checked)")).to_contain_text("Preferred supplier")
    await tap(second, "cant")
    await saved(first, "Saved: you can’t judge this")
    assert await answered(room) == 1


async def test_a_connection_that_died_silently_is_given_up(room: Room, visit: Visit) -> None:
    page = await visit(who=await room.enter("Procurement"))
    sockets = 0

    def first_is_dead(ws: WebSocketRoute) -> None:
        nonlocal sockets
        sockets += 1
        server, dead = ws.connect_to_server(), sockets == 1
        ws.on_message(lambda message: None if dead else server.send(message))

    await page.route_web_socket(re.compile("/live/"), first_is_dead)
    await page.goto(room.phone)
    await linked(page)
    await tap(page, 3)
    await saved(page, "Saved: step 3, Solution provider")
    assert sockets == 2


async def test_without_any_socket_answers_and_questions_still_come_through(room: Room, visit: Visit) -> None:
    page = await visit(who=await room.enter("Procurement"))
    await page.route_web_socket(re.compile("/live/"), lambda ws: asyncio.ensure_future(ws.close(code=1011)))
    await page.goto(room.phone)
    await tap(page, 4)
    await saved(page, "Saved: step 4, Trusted advisor")
    await room.close("current")
    await at(page, "closed", "current")


async def test_the_server_restarts_in_the_middle(house: House, room: Room, visit: Visit) -> None:
    page = await visit(room.phone, who=await room.enter("Procurement"))
    await linked(page)
    await tap(page, 1)
    await saved(page)
    await house.server.stop()
    await tap(page, 4)
    await expect(page.locator("#status:not([data-state=saved])")).to_be_visible()
    await house.server.start()
    await expect(page.locator("#status[data-state=saved]")).to_contain_text("Trusted advisor", timeout=25_000)
    assert await answered(room) == 1
    await room.close("current")
    await at(page, "closed")


async def test_a_late_joiner_lands_on_the_open_question(room: Room, visit: Visit) -> None:
    page = await visit(room.join)
    await page.locator(".choice label", has_text="Directors").click()
    await page.get_by_role("button", name="Join").click()
    await at(page, "open", "current")
    await expect(page.locator(".place")).to_have_text("Question 1 of 3")
    await page.goto(room.join)  # scanning again leads back to the same place
    await at(page, "open", "current")
    assert sum((await room.house.ask("GET", f"/api/v1/sessions/{room.id}"))["joined"].values()) == 1


async def test_an_answer_that_comes_too_late_is_not_called_saved(room: Room, visit: Visit) -> None:
    page = await visit(room.phone, who=await room.enter("Directors"))
    await linked(page)
    await page.context.set_offline(True)
    await tap(page, 4)
    await room.close("current")
    await page.context.set_offline(False)
    await at(page, "closed")
    await expect(page.locator("#missed")).to_contain_text("did not reach us in time, so it is not counted")
    await expect(page.locator("#chose")).to_be_hidden()
    assert await waiting(page) == []
    assert await answered(room) == 0
    await room.command("questions/current/reopen")
    await at(page, "open")
    await tap(page, 4)
    await saved(page)


async def test_removed_by_the_facilitator(room: Room, visit: Visit) -> None:
    person = await room.enter("Directors")
    page = await visit(room.phone, who=person)
    await linked(page)
    await room.house.ask("DELETE", f"/api/v1/sessions/{room.id}/participants/{person.id}")
    await expect(page.get_by_role("heading", level=1).locator("visible=true")).to_have_text(
        re.compile("You are (not in this session|no longer in this session)")
    )
    await page.get_by_role("link", name="Join with a code").locator("visible=true").click()
    await expect(page.get_by_label("Code")).to_be_visible()


async def test_taking_back_all_answers(room: Room, visit: Visit) -> None:
    page = await visit(room.phone, who=await room.enter("Directors"))
    other = await page.context.new_page()
    await other.goto(room.phone)
    await linked(other)
    await tap(page, 4)
    await saved(page)
    await page.get_by_role("link", name="Take back my answers").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Take back your answers?")
    await page.get_by_role("link", name="Keep them").click()
    await saved(page)
    await page.get_by_role("link", name="Take back my answers").click()
    await page.get_by_role("button", name="Take back my answers").click()
    for tab in (page, other):
        await expect(tab.get_by_role("heading", level=1).locator("visible=true")).to_have_text(
            "Your answers are withdrawn"
        )
    assert await answered(room) == 0
    await page.go_back()
    await page.reload()
    await expect(page.get_by_role("heading", level=1)).not_to_have_text("How would you describe")


async def test_a_half_written_idea_outlives_pushes_reload_and_the_next_question(room: Room, visit: Visit) -> None:
    await room.close("current")
    await room.open("change")
    page = await visit(room.phone, who=await room.enter("Directors"))
    await linked(page)
    await page.get_by_label("Your idea", exact=True).fill("Fewer price ro")
    await room.enter("Directors")
    await room.change(locked=True)
    await page.reload()
    await linked(page)
    await expect(page.get_by_label("Your idea", exact=True)).to_have_value("Fewer price ro")
    await room.close("change")
    await expect(page.locator("#next")).to_contain_text("This question has closed")
    await expect(page.get_by_label("Your idea", exact=True)).to_have_value("Fewer price ro")
    await page.get_by_role("button", name="Go to it").click()
    await at(page, "closed", "change")


async def test_five_ideas_and_no_more(room: Room, visit: Visit) -> None:
    await room.close("current")
    await room.open("change")
    page = await visit(room.phone, who=await room.enter("Directors"))
    await linked(page)
    for number in range(1, 6):
        await page.locator("#who-both").locator("xpath=..").click()
        await page.get_by_label("Your idea", exact=True).fill(f"<i>Idea</i> {number} 🌱 مرحبا")
        await page.get_by_role("button", name="Send idea").click()
        await expect(page.locator("#my-ideas li")).to_have_count(number)
        await expect(page.locator("#my-ideas")).not_to_contain_text("not sent yet")
    await expect(page.locator("#no-more")).to_be_visible()
    await expect(page.locator("#write")).to_be_hidden()
    await expect(page.locator("#my-ideas p", has_text="Idea</i> 1")).to_have_text("<i>Idea</i> 1 🌱 مرحبا")


async def test_the_whole_way_without_javascript(house: House, visit: Visit) -> None:
    room = await house.room()
    page = await visit(f"{house.server.url}/join", java_script_enabled=False)
    await page.get_by_label("Code").fill("QQQ QQQ")
    await page.get_by_role("button", name="Next").click()
    await expect(page.locator("#code-error")).to_contain_text("We can’t find QQQ QQQ.")
    await expect(page.get_by_label("Code")).to_have_value("QQQ QQQ")
    await page.get_by_label("Code").fill(room.code)
    await page.get_by_role("button", name="Next").click()
    await page.locator(".choice label", has_text="Leadership").click()
    await page.get_by_role("button", name="Join").click()
    await at(page, "lobby")
    await room.open("current")
    await page.reload()
    await page.get_by_role("button", name="Save my answer").click()  # nothing chosen
    await expect(page.locator("[role=alert]")).to_contain_text("Choose a step first")
    await tap(page, 2)
    await page.get_by_role("button", name="Save my answer").click()
    await saved(page, "Saved: step 2, Preferred supplier")
    await tap(page, "cant")
    await page.get_by_role("button", name="Save my answer").click()
    await saved(page, "Saved: you can’t judge this")
    await tap(page, 3)
    await room.close("current")
    await page.get_by_role("button", name="Save my answer").click()
    await expect(page.locator("#main")).to_contain_text("Voting is closed")
    await room.open("desired")
    await page.reload()
    await tap(page, 5)
    await page.get_by_role("button", name="Save my answer").click()
    await saved(page, "Saved: step 5, Partner")
    await room.close("desired")
    await room.open("change")
    await page.reload()
    await page.get_by_label("Your idea", exact=True).fill("Fewer price rounds")
    await page.get_by_role("button", name="Send idea").click()
    await expect(page.locator("[role=alert]")).to_contain_text("Choose who would have to change")
    await expect(page.get_by_label("Your idea", exact=True)).to_have_value("Fewer price rounds")
    await page.locator("#who-us").locator("xpath=..").click()
    await page.get_by_role("button", name="Send idea").click()
    await expect(page.locator("#my-ideas")).to_contain_text("Fewer price rounds")
    await room.command("close")
    await page.reload()
    await expect(page.get_by_role("heading", level=1)).to_have_text("That’s it. Thank you.")
    await page.get_by_role("link", name="Take back my answers").click()
    await page.get_by_role("button", name="Take back my answers").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Your answers are withdrawn")


async def test_a_named_session_says_so_before_anything_else(house: House, visit: Visit) -> None:
    room = await house.room(attribution="named")
    page = await visit(room.join)
    await expect(page.get_by_role("heading", level=1)).to_have_text("This session uses names")
    await expect(page.locator(".note b")).to_contain_text("will see what you, by name, have answered")
    await expect(page.get_by_role("link", name="Don’t join")).to_be_visible()
    await page.locator(".choice label", has_text="Leadership").click()
    await page.get_by_label("Your name").fill("Ümit O’Hara 🦊")
    await page.get_by_role("button", name="Join with my name").click()
    await at(page, "lobby")
    console = await visit(room.console, who="facilitator")
    await console.locator("#people summary").click()
    await expect(console.locator("#people")).to_contain_text("Ümit O’Hara 🦊")


async def test_an_anonymous_session_asks_for_the_side_alone(house: House, visit: Visit) -> None:
    room = await house.room(attribution="anonymous")
    page = await visit(room.join)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Which side are you on?")
    await page.locator(".choice label", has_text="Halden Packaging").click()
    await page.get_by_role("button", name="Join").click()
    await at(page, "lobby")
    await room.open("current")
    await at(page, "open")
    await tap(page, 3)
    await saved(page)


async def test_a_small_side_is_asked_whether_it_may_be_shown(house: House, visit: Visit) -> None:
    room = await house.room()
    first, second = await room.enter("Delivery"), await room.enter("Directors")
    page, console = await visit(room.phone, who=first), await visit(room.console, who="facilitator")
    await linked(page)
    await room.command("open-side", side="supplier")
    await expect(page.get_by_role("heading", name="There are two of you from Halden")).to_be_visible()
    await page.get_by_role("button", name="Yes, show Halden").click()
    await expect(page.locator("#open-said")).to_contain_text("You said yes.")
    await expect(console.locator("#small-supplier")).to_contain_text("1 agreed")
    await second.say(type="open_side", yes=True)
    await expect(console.locator("#small-supplier")).to_contain_text("2 agreed")
    await page.reload()
    await expect(page.locator("#open-yes")).to_have_attribute("aria-pressed", "true")


async def test_locked_means_an_unknown_code_for_newcomers_and_nothing_for_those_who_are_in(
    room: Room, visit: Visit
) -> None:
    inside = await visit(room.phone, who=await room.enter("Delivery"))
    await room.change(locked=True)
    outside = await visit(room.join)
    await expect(outside.get_by_role("heading", level=1)).to_have_text("We can’t find this session")
    await inside.goto(room.join)
    await at(inside, "open")
    await room.change(locked=False, admit=True)
    await outside.goto(room.join)
    await expect(outside.locator("#main")).to_contain_text("The facilitator lets phones in one by one.")
    await outside.locator(".choice label", has_text="Delivery").click()
    await outside.get_by_role("button", name="Join").click()
    await at(outside, "admit")
    console = await visit(room.console, who="facilitator")
    await console.locator("#waiting").get_by_role("button", name="Let in").click()
    await at(outside, "open", "current")
