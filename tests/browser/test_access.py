"""Everybody can use it: keyboard alone, 320 px, reduced motion, names of any length and script."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import STAGE, Visit
from tests.browser.eyes import NARROW
from tests.browser.house import PHONE, SAMPLE, House, Person
from tests.browser.steps import at, linked, ready, saved, scene, sideways, tap


async def enter_by_keyboard(page: Page) -> None:
    """Join with the Tab and arrow keys, Space and Enter alone."""
    await page.keyboard.press("Tab")  # the link that skips
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")  # first group
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")


async def test_a_vote_with_the_keyboard_alone(house: House, visit: Visit) -> None:
    room = await house.room()
    page = await visit(room.join)
    await enter_by_keyboard(page)
    await at(page, "lobby")
    await expect(page.locator(".chip")).to_contain_text("Procurement")
    await linked(page)
    await room.open("current")
    await at(page, "open")
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
    await expect(page).to_have_title("How would you describe our relationship with Halden today? – Stairstep")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")  # the top step comes first, as it is seen
    await saved(page, "Saved: step 5, Partner")
    await page.keyboard.press("ArrowDown")
    await saved(page, "Saved: step 4, Trusted advisor")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowUp")
    await saved(page, "Saved: you can’t judge this")
    label = await page.locator("label.tread.n4").inner_text()
    assert " ".join(label.split()) == "Step 4 of 5: Trusted advisor We ask for your view before we decide."


@pytest.mark.parametrize("size", [PHONE, {"width": 390, "height": 740}], ids=["844", "740"])
async def test_the_whole_stair_is_in_sight(house: House, visit: Visit, size: dict[str, int]) -> None:
    room = await house.room()
    await room.open("current")
    page = await visit(room.phone, who=await room.enter("Procurement"), viewport=size)
    await linked(page)
    await tap(page, 3)
    await saved(page)
    cant, foot = page.locator(".cant"), page.locator(".phone-foot .status")
    box, bar = await cant.bounding_box(), await foot.bounding_box()
    assert box is not None
    assert bar is not None
    if size["height"] >= PHONE["height"]:
        assert box["y"] + box["height"] <= bar["y"]
    for tread in await page.locator(".tread").all():
        here = await tread.bounding_box()
        assert here is not None
        assert here["height"] >= 72


async def test_no_motion_for_those_who_want_none(house: House, visit: Visit) -> None:
    room = await house.room()
    await room.fill(SAMPLE)
    for url, size in ((room.screen, STAGE), (room.phone, PHONE)):
        page = await visit(url, who=room.people[0][1], viewport=size, reduced_motion="reduce")
        assert await page.evaluate("document.getAnimations().length") == 0


@pytest.mark.parametrize("names", ["long", "scripts"])
async def test_names_of_any_length_and_script_fit(house: House, visit: Visit, names: str) -> None:
    long = ("Procurement for packaging materials and contract logistics worldwide " + "Zusammenarbeitsvereinbarung")[
        :80
    ]
    other = "فريق المشتريات 🛒 採購部門 Прокуремент"
    customer = (long if names == "long" else other, "Operations <script>alert(1)</script>")
    account = (
        "Northfield International Foods and Beverages Aktiengesellschaft" if names == "long" else "نورثفيلد 🌾 北野食品"
    )
    room = await house.room(account=account, customer=customer, supplier=("Delivery",))
    await room.fill(
        {customer[0]: ("14", "24", "35"), customer[1]: ("12", "24", "25"), "Delivery": ("35", "44", "45")}, upto="in"
    )
    person: Person = room.people[0][1]
    phone = await visit(room.phone, who=person, viewport=NARROW)
    console = await visit(room.console, who="facilitator", viewport={"width": 320, "height": 720})
    screen = await visit(room.screen, viewport=STAGE)
    join = await visit(room.join, viewport=NARROW)
    await expect(join.locator(".choice").first).to_contain_text(customer[0])
    await expect(phone.locator(".chip")).to_contain_text(customer[0])
    await expect(console.locator("#who-is-in")).to_contain_text(customer[1])
    for question, place in (("current", 0), ("desired", 1)):
        await room.open(question)
        for group, member in room.people:
            index = [one for name, one in room.people if name == group].index(member)
            answers = {customer[0]: ("14", "24", "35"), customer[1]: ("12", "24", "25"), "Delivery": ("35", "44", "45")}
            await member.answer(question, int(answers[group][index][place]))
        await room.close(question)
    await room.reveal()
    await scene(screen, "reveal")
    await ready(console)
    report = await visit(room.report, who="facilitator", viewport={"width": 320, "height": 720})
    for page in (phone, console, screen, join, report):
        assert await sideways(page) <= 0, page.url
