"""The console: keys, two facilitators at once, edits that pushes do not disturb, timer, lock, remove, end."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import STAGE, Visit
from tests.browser.house import SAMPLE, House, Person, Room
from tests.browser.steps import at, chip, key, linked, press, ready, scene


@pytest.fixture
async def room(house: House) -> Room:
    """A session in its lobby."""
    return await house.room()


async def test_keys_lead_through_a_session(room: Room, visit: Visit) -> None:
    people = [await room.enter(group) for group in ("Leadership", "Leadership", "Leadership")]
    console, screen = await visit(room.console, who="facilitator"), await visit(room.screen, viewport=STAGE)
    await ready(console)
    await key(console, "o", "Voting is open")
    await console.keyboard.press("r")  # an open vote can't be revealed by a stray key
    for person in people:
        await person.answer("current", 2)
    await chip(console, "Voting is open")
    await key(console, "c", "Voting is closed")
    await key(console, "ArrowRight", "Voting is open")
    for person in people:
        await person.answer("desired", 4)
    await key(console, "c", "Voting is closed")
    await key(console, "r", "Shown on the big screen")
    await scene(screen, "reveal")
    await key(console, "h", "Voting is closed")
    await scene(screen, "held")
    await console.keyboard.press("d")
    await expect(screen.locator("html")).to_have_attribute("data-theme", "dark")
    await console.keyboard.press("?")
    await expect(console.get_by_role("dialog")).to_be_visible()
    await console.get_by_label("Use keys on this page").uncheck()
    await console.keyboard.press("Escape")
    await expect(console.get_by_role("dialog")).to_be_hidden()
    await console.keyboard.press("r")
    await console.keyboard.press("d")
    await console.reload()
    await chip(console, "Voting is closed")
    await expect(screen.locator("html")).to_have_attribute("data-theme", "dark")


async def test_two_consoles_stay_in_step_and_make_no_double_step(room: Room, visit: Visit) -> None:
    await room.enter("Leadership")
    first, second = await visit(room.console, who="facilitator"), await visit(room.console, who="facilitator")
    await ready(first)
    await ready(second)
    start = "document.getElementById('do-open.current')?.click()"
    await asyncio.gather(first.evaluate(start), second.evaluate(start))
    await chip(first, "Voting is open")
    await chip(second, "Voting is open")
    assert [one["status"] for one in await questions(room)] == ["open", "waiting", "waiting"]
    await press(second, "close.current")
    await chip(first, "Voting is closed")


async def test_a_double_click_makes_one_step(room: Room, visit: Visit) -> None:
    console = await ready(await visit(room.console, who="facilitator"))
    await console.locator("[id='do-open.current']").dblclick()
    await chip(console, "Voting is open")
    await ready(console)
    await console.locator("[id='do-close.current']").dblclick()
    await chip(console, "Voting is closed")
    assert [one["status"] for one in await questions(room)] == ["closed", "waiting", "waiting"]


async def questions(room: Room) -> list[dict[str, str]]:
    """The questions as the server has them."""
    return list((await room.house.ask("GET", f"/api/v1/sessions/{room.id}"))["questions"])


async def test_words_being_edited_outlast_pushes_and_another_edit_is_noticed(room: Room, visit: Visit) -> None:
    person, idea = await one_idea(room, "Share volumes", "us")
    console = await ready(await visit(room.console, who="facilitator"))
    card = console.locator(f"[id='idea-{idea['id']}']")
    await card.get_by_role("button", name="Edit the words").click()
    field = card.get_by_label("Words that others see")
    await field.fill("Share volumes a quar")
    await person.idea("Tell us bad news first", "them")
    await expect(console.locator(".idea-card")).to_have_count(2)
    await expect(field).to_be_focused()
    await expect(field).to_have_value("Share volumes a quar")
    await room.house.ask("PATCH", f"/api/v1/sessions/{room.id}/ideas/{idea['id']}", json={"text": "Share plans"})
    await field.fill("Share volumes a quarter ahead")
    await console.get_by_role("button", name="Save the words").locator("visible=true").click()
    await expect(console.locator("#notice")).to_contain_text("Somebody else changed this idea at the same time")
    await expect(field).to_have_value("Share volumes a quarter ahead")
    await console.get_by_role("button", name="Save the words").locator("visible=true").click()
    await expect(console.locator(".idea-card > p", has_text="Share volumes a quarter ahead")).to_be_visible()
    await expect(console.locator(".idea-card", has_text="a quarter")).to_contain_text("Author’s words: “Share volumes”")


async def test_words_being_edited_follow_their_idea_when_somebody_shows_it(room: Room, visit: Visit) -> None:
    _, idea = await one_idea(room, "Share volumes", "us")
    console = await ready(await visit(room.console, who="facilitator"))
    await console.locator(f"[id='idea-{idea['id']}']").get_by_role("button", name="Edit the words").click()
    field = console.get_by_label("Words that others see")
    await field.fill("Share volumes a quarter ahead")
    await room.house.ask("PATCH", f"/api/v1/sessions/{room.id}/ideas/{idea['id']}", json={"status": "shown"})
    await expect(console.locator(f"#ideas-shown [id='idea-{idea['id']}']")).to_be_visible()
    await expect(field).to_have_value("Share volumes a quarter ahead")
    await expect(field).to_be_focused()
    await console.get_by_role("button", name="Save the words").click()
    await expect(console.locator("#ideas-shown .idea-card > p").first).to_have_text("Share volumes a quarter ahead")


REGION = """() => {
  const copy = document.getElementById("console").cloneNode(true);
  for (const one of [copy, ...copy.querySelectorAll("*")]) {
    const attributes = one.getAttributeNames().sort().map((name) => [name, one.getAttribute(name)]);
    for (const [name] of attributes) one.removeAttribute(name);
    for (const [name, value] of attributes) if (!/^(data-htmx|style$)/.test(name)) one.setAttribute(name, value);
    for (const text of [...one.childNodes]) if (text.nodeType === 3 && !text.data.trim()) text.remove();
  }
  return copy.outerHTML.replace(/\\s+/g, " ");
}"""
"""The console as it stands in the page, without blanks, order of attributes and htmx's own marks."""


async def test_a_console_that_was_told_of_changes_is_what_a_fresh_one_is(room: Room, visit: Visit) -> None:
    console = await ready(await visit(room.console, who="facilitator"))
    first = await room.enter("Leadership")

    async def same() -> None:
        fresh = await console.context.new_page()
        await fresh.goto(room.console)
        wanted = await fresh.evaluate(REGION)
        await console.wait_for_function(f"wanted => ({REGION})() === wanted", arg=wanted)
        await fresh.close()

    await same()
    people = [
        first,
        *[
            await room.enter(name)
            for name in ("Leadership", "Leadership", "Account team", "Account team", "Account team")
        ],
    ]
    await same()
    await room.open("current")
    for number, person in enumerate(people):
        await person.answer("current", 1 + number % 3)
    await same()
    await room.close("current")
    await room.reveal("current")
    await same()
    await room.open("change")
    for number, person in enumerate(people):
        await person.idea(f"Idea {number}", ("us", "them", "both")[number % 3])
    found = await ideas(room)
    for status, idea in zip(("shown", "hidden", "shown", "waiting", "hidden"), found, strict=False):
        await room.house.ask("PATCH", f"/api/v1/sessions/{room.id}/ideas/{idea['id']}", json={"status": status})
    await same()
    await room.house.ask("PATCH", f"/api/v1/sessions/{room.id}/ideas/{found[0]['id']}", json={"status": "hidden"})
    await room.house.ask(
        "PATCH", f"/api/v1/sessions/{room.id}/ideas/{found[1]['id']}", json={"status": "shown", "text": "Another"}
    )
    await same()
    await room.close("change")
    await same()


async def ideas(room: Room) -> list[dict[str, str]]:
    """The ideas as the facilitator's script sees them."""
    return list((await room.house.ask("GET", f"/api/v1/sessions/{room.id}/ideas"))["items"])


async def one_idea(room: Room, text: str, who: str) -> tuple[Person, dict[str, str]]:
    """Somebody who wrote the room's first idea, and that idea."""
    person = await room.enter("Leadership")
    await room.open("current")
    await room.close("current")
    await room.open("change")
    await person.idea(text, who)
    (idea,) = await ideas(room)
    return person, idea


async def test_an_idea_is_shown_hidden_and_shown_again(room: Room, visit: Visit) -> None:
    _, idea = await one_idea(room, "Ask Jonas, jonas@halden.example", "both")
    console, screen = await visit(room.console, who="facilitator"), await visit(room.screen, viewport=STAGE)
    await ready(console)
    await expect(console.locator(".idea-card .chip.bad")).to_contain_text("e-mail address")
    await press(console, f"idea-show.{idea['id']}")
    await expect(screen.locator(".themes")).to_contain_text("Ask Jonas")
    await press(console, f"idea-hide.{idea['id']}")
    await expect(screen.locator("#stage")).not_to_contain_text("Ask Jonas")
    await console.locator("#ideas-hidden summary").click()
    await press(console, f"idea-show.{idea['id']}")
    await expect(screen.locator(".themes")).to_contain_text("Ask Jonas")


TEN_MINUTES_FAST = """
  const real = Date.now, origin = performance.timeOrigin;
  Date.now = () => real() + 600000;
  Object.defineProperty(performance, "timeOrigin", { get: () => origin + 600000 });
"""


async def test_a_timer_goes_by_the_servers_clock(room: Room, visit: Visit) -> None:
    await room.enter("Leadership")
    await room.open("current")
    console, screen = await visit(who="facilitator"), await visit(viewport=STAGE)
    for page, url in ((console, room.console), (screen, room.screen)):
        await page.add_init_script(TEN_MINUTES_FAST)
        await page.goto(url)
    await ready(console)

    await press(console, "timer.120")

    await expect(console.locator("#now .timer")).to_have_text(re.compile(r"^(2:00|1:[345]\d)$"))
    await expect(screen.locator("#stage .timer")).to_have_text(re.compile(r"^(2:00|1:[345]\d) left$"))


async def test_a_timer_runs_is_extended_and_closes_the_question(room: Room, visit: Visit) -> None:
    person = await room.enter("Leadership")
    await room.open("current")
    console, screen = await visit(room.console, who="facilitator"), await visit(room.screen, viewport=STAGE)
    phone = await visit(room.phone, who=person)
    await ready(console)
    await press(console, "timer.60")
    await expect(screen.locator(".timer")).to_contain_text("0:5")
    await console.keyboard.press("+")
    await expect(screen.locator(".timer")).to_contain_text("1:2")
    await expect(console.locator(".fact .timer")).to_contain_text("1:2")
    assert "1:2" not in await phone.content()
    await room.command("timer", seconds=1)
    await chip(console, "Voting is closed")
    await at(phone, "closed")


async def test_locking_and_removing(room: Room, visit: Visit) -> None:
    person = await room.enter("Leadership")
    console, phone = await visit(room.console, who="facilitator"), await visit(room.phone, who=person)
    await ready(console)
    await linked(phone)
    await press(console, "lock")
    await chip(console, "The door is locked")
    await expect(console.locator("#now")).to_contain_text("Nobody else can join until you unlock it.")
    await press(console, "unlock")
    await chip(console, "The door is open")
    await console.locator("#people summary").click()
    await console.locator("#people").get_by_role("button", name="Remove").click()
    dialog = console.get_by_role("dialog")
    await expect(dialog).to_contain_text("Remove Participant 1 (Leadership)?")
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(console.locator("#people li")).to_have_count(1)
    await console.locator("#people").get_by_role("button", name="Remove").click()
    await dialog.get_by_role("button", name="Yes, do it").click()
    await expect(console.locator("#people")).to_have_count(0)
    await expect(phone.get_by_role("heading", level=1).locator("visible=true")).to_contain_text("You are no")


async def test_ending_asks_first_and_a_reload_or_another_laptop_finds_the_same_place(room: Room, visit: Visit) -> None:
    await room.fill({"Leadership": ("24", "23", "35")})
    console = await ready(await visit(room.console, who="facilitator"))
    await chip(console, "Shown on the big screen")
    await console.reload()
    other = await visit(room.console, who="facilitator")
    for page in (console, other):
        await chip(page, "Shown on the big screen")
        await expect(page.locator("[aria-current=step]")).to_contain_text("Reveal the gap")
    await console.locator("#ask-end").click()
    await console.get_by_role("button", name="Keep it open").click()
    await chip(other, "Shown on the big screen")
    await console.locator("#ask-end").click()
    await console.locator("#do-end").click()
    await chip(other, "The session is closed")
    for name, path in (("Open the report", "/report"), ("Back to Home", "/")):
        link = other.get_by_role("link", name=name)
        assert str(await link.get_attribute("href")).endswith(path)
    await press(other, "reopen-session")
    await chip(console, "Shown on the big screen")


async def test_one_of_one_mind_is_named_but_not_what_it_said(house: House, visit: Visit) -> None:
    room = await house.room()
    await room.fill({"Leadership": ("24", "24", "24"), "Procurement": ("13", "24", "35")}, upto="closed")
    console, screen = await visit(room.console, who="facilitator"), await visit(room.screen, viewport=STAGE)
    await ready(console)
    warning = console.locator(".unanimous")
    await expect(warning).to_contain_text("Leadership (3 people)")
    await expect(warning).to_contain_text("We don’t say here which step it is.")
    await warning.get_by_role("button", name="Join them").click()
    await expect(warning.get_by_role("button", name="Join them")).to_have_attribute("aria-pressed", "true")
    await press(console, "reveal.current+desired")
    await scene(screen, "reveal")
    assert "Leadership" not in await screen.locator("#stage").inner_html()


async def test_everything_comes_back_after_the_server_was_away(house: House, visit: Visit) -> None:
    room = await house.room()
    await room.fill(SAMPLE, upto="open")
    console, screen = await visit(room.console, who="facilitator"), await visit(room.screen, viewport=STAGE)
    await ready(console)
    await scene(screen, "collect")
    await house.server.stop()
    await expect(console.locator("#lost")).to_be_visible()
    await expect(screen.locator("#lost")).to_be_visible()
    await house.server.start()
    for page in (console, screen):
        await expect(page.locator("#lost")).to_be_hidden(timeout=20_000)
    await press(console, "close.desired")
    await scene(screen, "held")
