"""From the first idea to what both sides will do: two facilitators, each signed in, a big screen and six phones."""

import asyncio

from playwright.async_api import Page, expect

from tests.browser.conftest import DESK, STAGE, Visit
from tests.browser.house import House, Room
from tests.browser.steps import at, chip, linked, press, ready, saved, scene

IDEAS = (
    "Share the forecast every Monday",
    "Plan the harvest weeks with us",
    "Warn us before a delay, not after it",
    "Tell us bad news the day you know it",
    "Judge offers on total cost",
    "Fire the man from Procurement",
)
"""One from each phone; the last one is not for the room."""


async def second_facilitator(inga: Page, visit: Visit, house: House) -> Page:
    """Jonas, who comes in by Inga's invitation with a sign-in of his own."""
    await inga.goto(f"{house.server.url}/people")
    await inga.get_by_label("E-mail").fill("jonas.story@halden.example")
    await inga.get_by_role("button", name="Make the link").click()
    jonas = await visit(await inga.locator(".secret").inner_text(), viewport=DESK)
    await jonas.get_by_label("Your name").fill("Jonas Falk")
    await jonas.locator("#password").fill("four other words")
    await jonas.locator("form button.primary").click()
    await expect(jonas.get_by_role("heading", level=1)).to_contain_text("Jonas")
    return jonas


async def themes_page(page: Page, room: Room) -> Page:
    await page.goto(f"{room.console}/themes")
    await linked(page)
    return page


async def group(page: Page, name: str, *texts: str) -> None:
    """Make a theme of these ideas."""
    for text in texts:
        await page.locator("#to-sort li", has_text=text).locator("input").check()
    await page.locator("#new-name").fill(name)
    await page.keyboard.press("Enter")
    await expect(page.locator("#toast")).to_contain_text(f"New theme “{name}” with {len(texts)} ideas.")


async def test_from_the_first_idea_to_an_agreed_commitment(house: House, visit: Visit) -> None:
    room = await house.room()
    inga, screen = await visit(room.console, who="facilitator"), await visit(room.screen, viewport=STAGE)
    people = [await room.enter(name) for name in ("Leadership", "Procurement", "Operations", "Delivery", "Delivery")]
    people.append(await room.enter("Account team"))
    phones = list(await asyncio.gather(*(visit(room.phone, who=person) for person in people)))
    jonas = await second_facilitator(inga, visit, house)

    await ideas_from_six_phones_are_read_first(room, inga, screen, phones)
    await both_sort_at_once(room, inga, jonas)
    await inga.keyboard.press("r")
    await expect(inga.locator("#toast")).to_contain_text("The themes are on the big screen.")
    await expect(screen.locator("#stage[data-scene=themes]")).to_contain_text("Plan the year together")

    await inga.goto(room.console)
    await what_is_supported_is_shown_when_it_is_revealed(inga, screen, phones)
    await who_is_ready_is_shown_when_it_is_revealed(room, inga, screen, phones)
    await a_theme_becomes_a_commitment_that_both_accept(room, inga, jonas, screen)
    await everybody_takes_it_home(room, phones)


async def ideas_from_six_phones_are_read_first(room: Room, inga: Page, screen: Page, phones: list[Page]) -> None:
    await inga.goto(room.console)
    await room.open("change")

    async def send(phone: Page, text: str) -> None:
        await at(phone, "open", "change")
        await phone.locator("#who-both").locator("xpath=..").click()
        await phone.get_by_label("Your idea", exact=True).fill(text)
        await phone.get_by_role("button", name="Send idea").click()
        await saved(phone, "Sent. Thank you.")

    await asyncio.gather(*(send(phone, text) for phone, text in zip(phones, IDEAS, strict=True)))
    for text in IDEAS:
        card = inga.locator(".idea-card", has_text=text)
        wanted = "idea-hide" if text == IDEAS[-1] else "idea-show"
        await press(inga, (await card.locator(f"[data-do^={wanted}]").get_attribute("data-do")) or "")
    await expect(inga.locator("#ideas-shown")).to_contain_text(IDEAS[4])
    await expect(screen.locator("#stage")).to_contain_text(IDEAS[4])
    assert IDEAS[-1] not in await screen.content()
    await press(inga, "close.change")


async def both_sort_at_once(room: Room, inga: Page, jonas: Page) -> None:
    """Each makes a theme; a step is taken back; of two names for one theme the second is offered both."""
    await asyncio.gather(themes_page(inga, room), themes_page(jonas, room))
    await asyncio.gather(group(inga, "Planning", *IDEAS[:2]), group(jonas, "Early warnings", *IDEAS[2:4]))
    for page in (inga, jonas):
        await expect(page.locator(".theme-box h3", has_text="Early warnings")).to_be_visible()
        await expect(page.locator(".theme-box h3", has_text="Planning")).to_be_visible()
        await expect(page.locator("#to-sort input[name=idea]")).to_have_count(1)

    found = (await room.house.ask("GET", f"/api/v1/sessions/{room.id}/themes"))["items"]
    planning = next(theme["id"] for theme in found if theme["name"] == "Planning")
    await inga.locator(f"#theme-{planning} summary").click()
    field = inga.locator(f"#rename-{planning}")
    await field.fill("Plan the")
    await jonas.locator("#to-sort input[name=idea]").focus()
    await jonas.keyboard.press("1")
    await expect(inga.locator("#to-sort input[name=idea]")).to_have_count(0)
    await jonas.keyboard.press("z")
    await expect(jonas.locator("#toast")).to_contain_text("Undone: 1 idea moved to")
    await expect(inga.locator("#to-sort input[name=idea]")).to_have_count(1)
    await expect(field).to_be_focused()
    await expect(field).to_have_value("Plan the")

    await jonas.locator(f"#theme-{planning} summary").click()
    await jonas.locator(f"#rename-{planning}").fill("Forecasts")
    await jonas.keyboard.press("Enter")
    await expect(inga.get_by_role("heading", name="Forecasts")).to_be_visible()
    await field.fill("Plan the year together")
    await inga.keyboard.press("Enter")
    await expect(inga.locator("#toast")).to_contain_text("Jonas Falk changed this at the same time.")
    await expect(inga.get_by_role("button", name="Keep “Forecasts”")).to_be_focused()
    await inga.get_by_role("button", name="Use “Plan the year together”").click()
    await expect(jonas.get_by_role("heading", name="Plan the year together")).to_be_visible()
    await inga.locator("#board h1").focus()


async def what_is_supported_is_shown_when_it_is_revealed(inga: Page, screen: Page, phones: list[Page]) -> None:
    await ready(inga)
    await press(inga, "support.ask")

    async def support(phone: Page, *texts: str) -> None:
        await at(phone, "support")
        for number, text in enumerate(texts, start=1):
            await phone.locator("#items > li", has_text=text).get_by_role("button").click()
            await saved(phone, f"{number} of 3 supports used")

    customer, supplier = ("Plan the year together", "Early warnings"), ("Plan the year together",)
    await asyncio.gather(
        *(support(phone, *(customer if place < 3 else supplier)) for place, phone in enumerate(phones))
    )
    await scene(screen, "themes")
    await expect(screen.locator(".backers")).to_have_count(0)
    await press(inga, "reveal.change")
    await expect(inga.locator("#support tr", has_text="Plan the year together").locator("td")).to_have_text(["3", "3"])
    backers = screen.locator(".theme", has_text="Early warnings").locator(".backers")
    await expect(backers).to_have_attribute("aria-label", "3 at Northfield, 0 at Halden")


async def who_is_ready_is_shown_when_it_is_revealed(room: Room, inga: Page, screen: Page, phones: list[Page]) -> None:
    await press(inga, "open.readiness")

    async def say(phone: Page, place: int) -> None:
        await at(phone, "open", "readiness")
        for number, (text, value) in enumerate(
            (("Plan the year together", "Yes"), ("Early warnings", "Yes" if place < 3 else "Not yet")), start=1
        ):
            await phone.locator("fieldset", has_text=text).get_by_text(value, exact=True).click()
            await saved(phone, f"{number} of 2 answered, saved")

    await asyncio.gather(*(say(phone, place) for place, phone in enumerate(phones)))
    assert "Both sides are ready" not in await screen.content()
    await press(inga, "close.readiness")
    await chip(inga, "Voting is closed")
    await press(inga, "reveal.readiness")
    await expect(inga.locator("#ready tr", has_text="Plan the year")).to_contain_text("Both sides are ready")
    await press(inga, "scene.ready")
    await scene(screen, "ready")
    await expect(screen.locator("#stage")).to_contain_text("Northfield is ready, Halden not yet")


async def a_theme_becomes_a_commitment_that_both_accept(room: Room, inga: Page, jonas: Page, screen: Page) -> None:
    await asyncio.gather(*(page.goto(f"{room.console}/plan") for page in (inga, jonas)))
    await asyncio.gather(linked(inga), linked(jonas))
    await jonas.locator(".note", has_text="Plan the year together").get_by_role("link").click()
    await linked(jonas)
    await expect(jonas.get_by_label("From theme").locator("option:checked")).to_have_text("Plan the year together")
    await jonas.get_by_label("What", exact=True).fill("Share the 12-week forecast every Monday")
    await jonas.locator(".seg label.customer").click()
    await jonas.get_by_label("Name", exact=True).fill("P. Okoro")
    await jonas.get_by_label("What the other side gives in return").fill("A plan back by Wednesday")
    await jonas.keyboard.press("Enter")

    row = inga.locator(".promises li", has_text="Share the 12-week forecast")
    await row.get_by_role("button", name="Northfield").click()
    mine = jonas.locator(".promises li", has_text="Share the 12-week forecast")
    await expect(mine.locator(".accept.yes")).to_have_count(1)
    await mine.get_by_role("button", name="Halden").click()
    await expect(row.locator(".accept.yes")).to_have_count(2)
    await inga.get_by_role("button", name="Show on big screen").click()
    await scene(screen, "plan")
    await expect(screen.locator("#stage")).to_contain_text("Share the 12-week forecast every Monday")


async def everybody_takes_it_home(room: Room, phones: list[Page]) -> None:
    """At the end the list opens on a phone, and by its link on a device that was never there."""
    await room.command("close")
    await asyncio.gather(*(at(phone, "ended") for phone in phones))
    phone = phones[0]
    await phone.get_by_role("link", name="See what we agreed").click()
    await expect(phone.locator(".willdo.customer")).to_contain_text("Share the 12-week forecast every Monday")
    await expect(phone.locator(".willdo.customer")).to_contain_text("Halden gives: A plan back by Wednesday")
    await phone.get_by_role("button", name="Get the link to this list").click()
    link = await phone.locator("#url").input_value()
    assert phone.context.browser is not None
    elsewhere = await phone.context.browser.new_page()
    await elsewhere.goto(link)
    await expect(elsewhere.locator(".willdo")).to_contain_text("P. Okoro")
    await elsewhere.close()
