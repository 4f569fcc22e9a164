"""Sorting ideas into themes in a real browser: by keys alone, by dragging, without scripts. Two people at once: see test_plan_story."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.house import House, Room

WORDS = (
    "Warn us before a delay, not after it",
    "Warn us before each delay, and not after it",
    "Pay for ideas that save you money",
    "Two leaders who meet twice a year",
)


@pytest.fixture
async def room(house: House) -> Room:
    """A session with four ideas to sort."""
    room = await house.room()
    await room.open("change")
    for text in WORDS:
        await room.command("ideas", text=text, who="supplier", side="customer", status="shown")
    return room


async def sorting(visit: Visit, room: Room) -> Page:
    """The page of themes, linked."""
    page = await visit(f"{room.console}/themes", who="facilitator")
    await page.locator("html[data-link=open]").wait_for(state="attached")
    return page


async def toast(page: Page, words: str) -> None:
    await expect(page.locator("#toast")).to_contain_text(words)


async def ideas_in(room: Room) -> dict[str, int]:
    """How many ideas each theme has, as the server has it."""
    found = (await room.house.ask("GET", f"/api/v1/sessions/{room.id}/themes"))["items"]
    return {theme["name"]: len(theme["idea_ids"]) for theme in found}


async def test_ideas_are_sorted_with_the_keyboard_alone(room: Room, visit: Visit) -> None:
    page = await sorting(visit, room)
    boxes = page.locator("#to-sort input[name=idea]")
    for _ in range(40):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.name") == "idea":
            break
    await expect(boxes.nth(0)).to_be_focused()
    await page.keyboard.press("Space")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Space")
    await expect(page.locator("#selected")).to_have_text("2 ideas selected")
    await page.keyboard.press("t")
    await page.keyboard.type("Early warnings")
    await page.keyboard.press("Enter")
    await toast(page, "New theme “Early warnings” with 2 ideas.")
    await expect(boxes).to_have_count(2)
    assert await ideas_in(room) == {"Early warnings": 2}

    await page.locator("#board h1").focus()
    for _ in range(40):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.name") == "idea":
            break
    await page.keyboard.press("1")  # nothing is selected, so the idea with the focus is meant
    await toast(page, "1 idea moved to “Early warnings”.")
    await expect(boxes).to_have_count(1)
    await expect(boxes.nth(0)).to_be_focused()
    await page.keyboard.press("z")
    await toast(page, "Undone: 1 idea moved to “Early warnings”.")
    await expect(boxes).to_have_count(2)
    await expect(page.locator("#toast[role=status]")).to_be_visible()

    await page.keyboard.press("g")
    await expect(page.locator("select[name^=part-]")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await toast(page, "“Early warnings” is under Customer at the centre.")
    await expect(page.locator(".theme-head .facts2")).to_contain_text("Customer at the centre")
    await expect(page.locator("select[name^=part-]")).to_be_focused()
    await page.locator("#board h1").focus()
    await page.keyboard.press("r")
    await toast(page, "The themes are on the big screen.")
    screen = await visit(room.screen, viewport={"width": 1280, "height": 720})
    await expect(screen.locator("#stage[data-scene=themes]")).to_contain_text("Early warnings")


async def test_an_idea_is_dragged_to_a_theme_and_back(room: Room, visit: Visit) -> None:
    await room.command("themes", name="Money")
    page = await sorting(visit, room)
    line = page.locator("#to-sort li", has_text="Pay for ideas")

    await line.drag_to(page.locator(".theme-box[data-theme]"))

    await toast(page, "1 idea moved to “Money”.")
    assert await ideas_in(room) == {"Money": 1}
    await page.locator(".theme-box summary").click()
    await page.locator(".theme-box li", has_text="Pay for ideas").drag_to(page.locator("#to-sort-title"))
    await toast(page, "1 idea moved back under To sort.")
    assert await ideas_in(room) == {"Money": 0}


async def test_a_theme_that_somebody_removed_gives_the_ideas_back(room: Room, visit: Visit) -> None:
    theme = await room.command("themes", name="Money")
    page = await sorting(visit, room)
    await page.locator("#to-sort input").first.check()
    drop = page.locator(f"#do-into-{theme['id']}")
    await page.evaluate(
        "window.kept = document.querySelector('.theme-box .drop').cloneNode(true); document.body.append(window.kept)"
    )
    await room.house.ask("DELETE", f"/api/v1/sessions/{room.id}/themes/{theme['id']}")
    await expect(page.locator(".theme-box[data-theme]")).to_have_count(0)
    await page.evaluate("window.kept.click()")
    await toast(page, "The theme was removed while you moved 1 idea. It is back under To sort.")
    await expect(drop).to_have_count(1)


async def test_a_name_that_does_not_fit_stays_in_its_field_with_what_was_selected(room: Room, visit: Visit) -> None:
    page = await sorting(visit, room)
    await page.locator("#to-sort input").first.check()
    await page.locator("#new-name").fill("x" * 81)
    await page.keyboard.press("Enter")
    await expect(page.locator("#notice")).to_contain_text("81 characters; 80 fit")
    await expect(page.locator("#new-name")).to_have_value("x" * 81)
    await expect(page.locator("#to-sort input").first).to_be_checked()
    await page.locator("#new-name").fill("Fits")
    await page.keyboard.press("Enter")
    await toast(page, "New theme “Fits” with 1 idea.")
    await expect(page.locator("#new-name")).to_have_value("")
    await expect(page.locator("#notice")).to_be_hidden()


async def test_what_looks_alike_is_selected_and_grouped_only_by_a_name(room: Room, visit: Visit) -> None:
    page = await sorting(visit, room)
    await page.get_by_role("button", name="Look for ideas that are alike").click()
    await expect(page.locator(".alike")).to_contain_text("These 2 look alike")
    await page.locator(".alike").get_by_role("button", name="Make a theme").click()
    await expect(page.locator("#new-name")).to_be_focused()
    assert await ideas_in(room) == {}
    await page.keyboard.type("Warnings")
    await page.keyboard.press("Enter")
    await toast(page, "New theme “Warnings” with 2 ideas.")
    await expect(page.locator(".alike")).to_have_count(0)
    assert await ideas_in(room) == {"Warnings": 2}


async def test_themes_are_sorted_without_scripts(room: Room, visit: Visit) -> None:
    page = await visit(f"{room.console}/themes", who="facilitator", java_script_enabled=False)
    for box in (await page.locator("#to-sort input[name=idea]").all())[:3]:
        await box.check()
    await page.get_by_label("New theme").fill("Money")
    await page.get_by_role("button", name="Make it").click()
    await toast(page, "New theme “Money” with 3 ideas.")
    await page.locator("#to-sort input[name=idea]").check()
    await page.get_by_label("Move to").select_option("1 Money")
    await page.get_by_role("button", name="Move", exact=True).click()
    await toast(page, "1 idea moved to “Money”.")
    await page.get_by_role("button", name="Undo").click()
    assert await ideas_in(room) == {"Money": 3}
