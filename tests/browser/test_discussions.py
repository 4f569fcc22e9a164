"""The page of the nine discussions: notes are saved as they are typed, two people's edits meet, and it works without JavaScript."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import STAGE, Visit
from tests.browser.house import SAMPLE, House, Room
from tests.browser.steps import scene


@pytest.fixture
async def room(house: House) -> Room:
    """A revealed session."""
    room = await house.room()
    await room.fill(SAMPLE)
    return room


async def notes_of(room: Room, number: int) -> str:
    """The notes as the server has them."""
    items = (await room.house.ask("GET", f"/api/v1/sessions/{room.id}/discussions"))["items"]
    return str(items[number - 1]["notes"])


async def saved(page: Page, number: int, revision: int) -> None:
    """Wait until the page says that the notes are saved in this revision."""
    await page.locator(f"#kept-{number} input[name=revision][value='{revision}']").wait_for(state="attached")
    await expect(page.locator(f"#kept-{number} .savedline")).to_be_visible()


async def test_notes_are_saved_as_they_are_typed(room: Room, visit: Visit) -> None:
    page = await visit(f"{room.console}/discussions?open=1", who="facilitator")
    field = page.locator("#notes-1")

    await field.press_sequentially("Late trucks")
    await saved(page, 1, 1)
    assert await notes_of(room, 1) == "Late trucks"
    await field.press_sequentially(", every week")
    await saved(page, 1, 2)

    await page.reload()
    await expect(page.locator("#notes-1")).to_have_value("Late trucks, every week")


async def test_a_save_that_waits_for_the_one_before_is_no_conflict(room: Room, visit: Visit) -> None:
    page = await visit(f"{room.console}/discussions?open=2", who="facilitator")
    field = page.locator("#notes-2")
    async with page.expect_request("**/discussions/2"):
        await field.press_sequentially("one")
    room.house.server.pause()
    try:
        await field.press_sequentially(" two")
        await page.wait_for_function("document.querySelector('form[data-saving=typed] #notes-2')")
    finally:
        room.house.server.resume()

    await expect(page.locator("#kept-2 .savedline")).to_be_visible()
    await expect(page.locator("#kept-2 .clash")).to_have_count(0)
    await page.wait_for_function("document.querySelector('form[data-saving=saved] #notes-2')")
    assert await notes_of(room, 2) == "one two"


async def test_of_two_edits_the_second_is_offered_both(room: Room, visit: Visit) -> None:
    page = await visit(f"{room.console}/discussions?open=8", who="facilitator")
    await page.locator("#notes-8").focus()  # from here on the field is left as it is
    await room.house.ask("PATCH", f"/api/v1/sessions/{room.id}/discussions/8", json={"notes": "what Jonas wrote"})

    await page.locator("#notes-8").press_sequentially("mine")
    clash = page.locator("#kept-8 .clash")
    await expect(clash).to_contain_text("what Jonas wrote")
    await expect(clash).to_contain_text("changed these notes at the same time")
    await expect(page.locator("#notes-8")).to_have_value("mine")
    assert await notes_of(room, 8) == "what Jonas wrote"
    await clash.get_by_role("button", name="Use mine").click()

    await expect(page.locator("#notes-8")).to_have_value("mine")
    await expect(page.locator("#kept-8 .savedline")).to_be_visible()
    assert await notes_of(room, 8) == "mine"


async def test_what_cannot_be_saved_says_so_and_stays(room: Room, visit: Visit) -> None:
    page = await visit(f"{room.console}/discussions?open=1", who="facilitator")
    await page.context.set_offline(True)
    await page.locator("#notes-1").press_sequentially("in a tunnel")
    await expect(page.locator("#kept-1 .save-state")).to_contain_text("Not saved.")
    await page.context.set_offline(False)

    await page.locator("#notes-1").press_sequentially(".")

    await saved(page, 1, 1)
    assert await notes_of(room, 1) == "in a tunnel."


async def test_without_javascript_notes_marks_and_the_big_screen_work(room: Room, visit: Visit) -> None:
    screen = await visit(room.screen, viewport=STAGE)
    page = await visit(f"{room.console}/discussions?open=3", who="facilitator", java_script_enabled=False)
    three = page.locator("#discussion-3")

    await page.locator("#notes-3").fill("One example each.")
    await three.get_by_role("button", name="Show on big screen").click()
    await scene(screen, "discussion")
    await expect(screen.locator("h1")).to_contain_text("Do both sides see the same relationship?")
    await three.get_by_role("button", name="Mark as done").click()

    await expect(page.locator("#notes-3")).to_have_value("One example each.")
    await expect(page.get_by_text("1 of 9 done")).to_be_visible()
    await three.get_by_role("button", name="Take off the big screen").click()
    await scene(screen, "reveal")
