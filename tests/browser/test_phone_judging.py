"""Support and readiness on the phone: what is tapped is kept, said as saved only then, and everybody can use it."""

from collections.abc import Sequence

import pytest
from playwright.async_api import Page, expect

from app.settings import Settings
from app.store.once import run_once
from tests.browser.conftest import STAGE, Visit
from tests.browser.eyes import Eyes
from tests.browser.house import House, Room
from tests.browser.steps import at, linked, pick, ready, saved, scene
from tests.browser.test_phone import waiting
from tests.live.changes import make_theme

IDEAS = ("Judge offers on total cost", "Warn us early", "Share plans earlier, both ways", "Leaders meet every quarter")


async def shown(room: Room, texts: Sequence[str]) -> list[str]:
    """Ideas that the facilitator shows; their ids."""
    path = f"/api/v1/sessions/{room.id}/ideas"
    body = {"who": "both", "side": "customer", "status": "shown"}
    return [(await room.house.post(path, json={"text": text, **body}))["id"] for text in texts]


def themes(room: Room, *names: str) -> list[str]:
    settings = Settings(data_dir=room.house.server.folder / "data", _env_file=None)
    about = {"session_id": room.id, "who": "both", "idea_ids": (), "shown": True}
    return [str(run_once(settings, make_theme, name=name, **about)) for name in names]


@pytest.fixture
async def room(house: House) -> Room:
    """A session in which phones are asked for support."""
    room = await house.room()
    await room.open("change")
    await shown(room, IDEAS)
    await room.command("support", asked=True)
    return room


async def order(page: Page) -> list[str]:
    return await page.locator("#items > li > p").all_inner_texts()


def button(page: Page, number: int):
    return page.locator("#items button").nth(number)


async def test_support_given_offline_is_kept_and_sent(room: Room, visit: Visit) -> None:
    person = await room.enter("Procurement")
    page = await visit(room.phone, who=person)
    await linked(page)
    listed = await order(page)
    assert sorted(listed) == sorted(IDEAS)
    await button(page, 0).click()
    await saved(page, "1 of 3 supports used")

    await page.context.set_offline(True)
    for _ in range(3):
        await button(page, 2).click()
    await button(page, 1).click()
    await expect(page.locator("#status[data-state=offline]")).to_contain_text("Your support is kept on this phone")
    assert [one["on"] for one in await waiting(page)] == [True, True]
    await expect(button(page, 2)).to_have_attribute("aria-pressed", "true")
    await page.context.set_offline(False)
    await saved(page, "3 of 3 supports used")
    assert await waiting(page) == []

    await page.reload()
    await linked(page)
    assert await order(page) == listed, "the order stays"
    await expect(page.locator("#items button[aria-pressed=true]")).to_have_count(3)
    await expect(button(page, 2)).to_contain_text("Supported")


async def test_three_are_all_and_the_rest_rests_until_one_is_taken_back(room: Room, visit: Visit) -> None:
    page = await visit(room.phone, who=await room.enter("Procurement"))
    await linked(page)
    for number in range(3):
        await button(page, number).click()
        await saved(page, f"{number + 1} of 3 supports used")
    await expect(button(page, 3)).to_be_disabled()
    await expect(page.locator("#status")).to_contain_text("To choose another, take one back first.")
    await page.locator("#items button").first.focus()
    await page.keyboard.press("Space")
    await saved(page, "2 of 3 supports used")
    await expect(button(page, 3)).to_be_enabled()


async def test_a_second_tab_shows_what_was_supported_and_a_new_idea_takes_its_place(room: Room, visit: Visit) -> None:
    page = await visit(room.phone, who=await room.enter("Procurement"))
    await linked(page)
    tab = await page.context.new_page()
    await tab.goto(room.phone)
    await linked(tab)
    await button(page, 1).click()
    await expect(button(tab, 1)).to_have_attribute("aria-pressed", "true")

    await shown(room, ["One named person who can decide"])
    await expect(page.locator("#items > li")).to_have_count(5)
    fresh = await visit(room.phone, who=room.people[-1][1])
    await linked(fresh)
    assert await order(page) == await order(fresh), "pushed or loaded, the order is the same"
    assert await page.locator("#items button[aria-pressed=true]").count() == 1


async def test_readiness_given_offline_is_kept_and_sent(house: House, visit: Visit) -> None:
    room = await house.room()
    first, second = themes(room, "Plan together", "Warn early")
    await room.open("readiness")
    page = await visit(room.phone, who=await room.enter("Procurement"))
    await linked(page)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Is Northfield ready for this?")
    await pick(page.locator(f"#r-{first}-yes"))
    await saved(page, "1 of 2 answered, saved")

    await page.context.set_offline(True)
    await pick(page.locator(f"#r-{first}-not_yet"))
    await pick(page.locator(f"#r-{second}-cant"))
    await expect(page.locator("#status[data-state=offline]")).to_be_visible()
    assert [one["value"] for one in await waiting(page)] == ["not_yet", None]
    await page.context.set_offline(False)
    await saved(page, "2 of 2 answered, saved")

    await page.reload()
    await linked(page)
    await expect(page.locator(f"#r-{first}-not_yet")).to_be_checked()
    await expect(page.locator(f"#r-{second}-cant")).to_be_checked()
    await room.close("readiness")
    await at(page, "closed")


async def test_axe_on_support_and_readiness(house: House, visit: Visit, eyes: Eyes) -> None:
    room = await house.room()
    await room.open("change")
    await shown(room, IDEAS)
    (theme,) = themes(room, "Plan together, " + "with all who have a part in it " * 2)
    for _ in range(3):
        await room.enter("Procurement")
    page = await visit(room.phone, who=await room.enter("Delivery"))
    screen, console = await visit(room.screen, viewport=STAGE), await visit(room.console, who="facilitator")
    await room.command("support", asked=True)
    await at(page, "support")
    await ready(console)
    await eyes.look(page, "support")
    for number in range(3):
        await button(page, number).click()
    await saved(page, "3 of 3")
    await eyes.look(page, "support, all used")
    await eyes.look(console, "console asking for support")
    await room.reveal("change")
    await expect(console.locator("#support")).to_be_visible()
    await eyes.look(console, "console support")
    await scene(screen, "themes")
    await eyes.look(screen, "screen support", schemes=("light",))
    await room.open("readiness")
    await at(page, "open", "readiness")
    await pick(page.locator(f"#r-{theme}-no"))
    await saved(page, "1 of 1")
    await eyes.look(page, "readiness")
    for _, person in room.people[:3]:
        assert (await person.say(type="ready", theme_id=theme, value="yes"))["type"] == "ack"
    await scene(screen, "collect")
    await eyes.look(screen, "screen readiness open", schemes=("light",))
    await room.close("readiness")
    await room.reveal("readiness")
    await expect(console.locator("#ready")).to_be_visible()
    await eyes.look(console, "console readiness")
    await room.command("stage", scene="ready")
    await scene(screen, "ready")
    await eyes.look(screen, "screen readiness", schemes=("light",))
    report = await visit(room.report, who="facilitator")
    await eyes.look(report, "report with support and readiness")
