"""The whole story in real browsers: a facilitator, a big screen, four phones; from the one-time link to the report."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import STAGE, Visit
from tests.browser.house import House, Person, Room, Server
from tests.browser.steps import at, chip, press, saved, scene, tap
from tests.live.databases import Database

COUNTS = re.compile(r"steps per person|clear in this room|typical step today", re.IGNORECASE)


@pytest.fixture
async def fresh(tmp_path_factory: pytest.TempPathFactory, one_database: Database) -> AsyncIterator[Server]:
    """A Stairstep that nobody has set up."""
    server = Server(tmp_path_factory.mktemp("fresh"), one_database.fresh())
    await server.start()
    yield server
    await server.stop()


async def set_up(page: Page, server: Server) -> None:
    await page.goto(server.setup_link)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Set up Stairstep")
    await page.get_by_label("Your name").fill("Inga Marsh")
    await page.get_by_label("Your e-mail").fill("inga@halden.example")
    await page.get_by_label("Choose a password").fill("four quiet words")
    await page.get_by_label("Your company").fill("Halden Packaging")
    await page.get_by_role("button", name="Start").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Your first session in a minute")


async def new_session(page: Page) -> None:
    await page.get_by_label("Customer", exact=True).fill("Northfield Foods")
    await page.get_by_text("Change more").click()
    await page.get_by_label("Title").fill("Autumn review")
    await page.get_by_role("button", name="Open the lobby").click()
    await chip(page, "The door is open")


async def join_by_code(page: Page, server: Server, code: str, group: str) -> None:
    await page.goto(f"{server.url}/join")
    await page.get_by_label("Code").fill(code[:3].lower() + " - " + code[3:].lower())
    await page.get_by_role("button", name="Next").click()
    await choose(page, group)


async def choose(page: Page, group: str) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text("Which group are you in?")
    await expect(page.locator(".note")).to_contain_text("Nobody is shown who chose what: not Inga Marsh")
    await page.locator(".choice label", has_text=group).click()
    await page.get_by_role("button", name="Join").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("You’re in")


async def answer(page: Page, step: int | str, words: str) -> None:
    await tap(page, step)
    await saved(page, words)


async def body(page: Page) -> str:
    """A page's HTML as the server sends it now, without versions and clocks."""
    answer = await page.context.request.get(page.url)
    return re.sub(r' data-(version|now)="[^"]*"', "", await answer.text())


async def test_story_from_the_one_time_link_to_the_report(  # noqa: PLR0915  one story, in its order
    fresh: Server, visit: Visit
) -> None:
    console = await visit(who=None, viewport={"width": 1440, "height": 900})
    await set_up(console, fresh)
    await new_session(console)
    session_id = console.url.rsplit("/", 1)[1]
    code = (await console.locator(".door .code").inner_text()).replace(" ", "")
    async with console.context.expect_page() as opening:
        await console.get_by_role("link", name="Open big screen").click()
    window = await opening.value
    screen = await visit(window.url, viewport=STAGE)  # another machine: its address is enough
    await window.close()
    await expect(screen.locator(".bigcode")).to_have_text(f"{code[:3]} {code[3:]}")
    join_url = await console.locator(".door a").get_attribute("href")
    assert join_url is not None
    assert code not in join_url  # the QR carries a token

    # four phones, two by QR and two by code; three more people by script
    ann, bob, cleo, dan = [await visit() for _ in range(4)]
    for phone in (ann, bob):
        await phone.goto(join_url)
        await choose(phone, "Leadership")
    await join_by_code(cleo, fresh, code, "Leadership")
    await join_by_code(dan, fresh, code, "Delivery")
    house = House(fresh)
    known = await house.ask("GET", f"/api/v1/join/{code}", token=None)
    room = Room(house, session_id, known | {"code": code})
    others: list[Person] = [await room.enter("Delivery") for _ in range(3)]
    await expect(screen.locator("#stage[data-joined='customer:3 supplier:4']")).to_be_visible()
    await expect(console.locator("#who-is-in .seat", has_text="Leadership")).to_contain_text("3 in")
    await expect(dan.locator(".chip")).to_contain_text("Halden Packaging · Delivery")

    # today: nobody sees what others chose
    await press(console, "open.current")
    await scene(screen, "collect")
    await expect(screen.get_by_role("heading", level=1)).to_have_text("Where is our relationship today?")
    for phone in (ann, bob, cleo, dan):
        await at(phone, "open", "current")
    await expect(ann.get_by_role("heading", level=1)).to_have_text(
        "How would you describe our relationship with Halden today?"
    )
    await answer(ann, 2, "Saved: step 2, Preferred supplier")
    await answer(bob, 1, "Saved: step 1, Supplier")
    await answer(cleo, "cant", "Saved: you can’t judge this")
    await answer(dan, 3, "Saved: step 3, Solution provider")
    for person, choice in zip(others, (4, 4, None), strict=True):
        await person.answer("current", choice)
    await expect(screen.locator("#stage[data-answered='customer:3 supplier:4']")).to_be_visible()
    await expect(screen.locator(".answered").first).to_contain_text("3 of 3 answered")
    before = [await body(page) for page in (screen, console, bob)]
    await answer(cleo, 3, "Saved: step 3, Solution provider")  # a change of mind
    await answer(ann, 5, "Saved: step 5, Partner")
    assert [await body(page) for page in (screen, console, bob)] == before
    await answer(ann, 2, "Saved: step 2, Preferred supplier")
    await press(console, "close.current")
    await at(ann, "closed", "current")
    await expect(ann.locator("#chose")).to_have_text("You chose step 2, Preferred supplier.")
    await scene(screen, "held")

    # wanted, with today in sight
    await press(console, "open.desired")
    await at(ann, "open", "desired")
    await expect(ann.locator(".tread.is-today")).to_contain_text("your “today”")
    await answer(ann, 4, "Saved: step 4, Trusted advisor")
    await answer(bob, 4, "Saved: step 4, Trusted advisor")
    await answer(cleo, 5, "Saved: step 5, Partner")
    await answer(dan, 4, "Saved: step 4, Trusted advisor")
    for person, choice in zip(others, (5, 4, None), strict=True):
        await person.answer("desired", choice)
    for page in (screen, console, ann):
        assert not COUNTS.search(await page.content())
    await press(console, "close.desired")
    await chip(console, "Voting is closed")
    for page in (screen, console, ann):
        assert not COUNTS.search(await page.content())

    # the reveal: the numbers are those of the answers
    await press(console, "reveal.current+desired")
    await scene(screen, "reveal")
    await expect(screen.locator(".verdict.customer")).to_contain_text("Northfield sees step 2 today and wants step 4.")
    await expect(screen.locator(".verdict.customer .fig")).to_have_text("+2.3")  # (2 + 3 + 2) / 3
    await expect(screen.locator(".verdict.customer .how")).to_have_text("3 people: 3 up")
    await expect(screen.locator(".verdict.supplier .fig")).to_have_text("+0.7")  # (1 + 1 + 0) / 3
    await expect(screen.locator(".verdict.supplier .how")).to_have_text("3 people: 2 up, 1 stay")
    told = screen.locator(".lying svg desc")
    await expect(told).to_contain_text("Northfield, steps 1 to 5: today 1, 1, 1, 0, 0; wanted 0, 0, 0, 2, 1;")
    await expect(told).to_contain_text("Halden, steps 1 to 5: today 0, 0, 1, 2, 0; wanted 0, 0, 0, 2, 1;")
    await expect(screen.locator(".lying svg")).to_contain_text("1 could not judge")
    assert not COUNTS.search(await ann.content())
    await press(console, "layer.headline")
    await expect(screen.locator(".lying svg")).to_have_count(0)
    await press(console, "layer.people")
    await expect(screen.locator(".lying svg")).to_have_count(1)
    await press(console, "hide.current+desired")
    await scene(screen, "held")
    assert not COUNTS.search(await screen.content())
    await press(console, "reveal.current+desired")
    await scene(screen, "reveal")

    # ideas, read before anyone sees them
    await press(console, "open.change")
    await at(ann, "open", "change")
    await expect(ann.get_by_role("heading", level=1)).to_have_text(
        "What would have to change to get to step 4, Trusted advisor?"
    )
    await ann.get_by_role("button", name="Send idea").click()
    await expect(ann.locator("#who-error")).to_be_visible()
    for phone, who, text in (
        (ann, "us", "Share volumes a quarter ahead <b>always</b>"),
        (bob, "them", "Tell us bad news first"),
        (dan, "both", "Plan the harvest weeks together"),
    ):
        await phone.locator(f"#who-{who}").locator("xpath=..").click()
        await phone.get_by_label("Your idea", exact=True).fill(text)
        await phone.get_by_role("button", name="Send idea").click()
        await saved(phone, "Sent. Thank you.")
        await expect(phone.locator("#my-ideas")).to_contain_text(text)
    await expect(console.locator(".idea-card")).to_have_count(3)
    assert "bad news" not in await screen.content()
    for text in ("Share volumes", "Plan the harvest"):
        card = console.locator(".idea-card", has_text=text)
        await press(console, (await card.locator("[data-do^=idea-show]").get_attribute("data-do")) or "")
        await expect(console.locator("#ideas-shown")).to_contain_text(text)
    await scene(screen, "ideas")
    await expect(screen.locator("section.customer")).to_contain_text("Share volumes a quarter ahead <b>always</b>")
    card = console.locator(".idea-card", has_text="Plan the harvest")
    await card.get_by_role("button", name="Edit the words").click()
    await card.get_by_label("Words that others see").fill("Plan the busy weeks together")
    await card.get_by_role("button", name="Save the words").click()
    await expect(screen.locator("section.both")).to_contain_text("Plan the busy weeks together")
    await expect(card).to_contain_text("Author’s words: “Plan the harvest weeks together”")
    assert "bad news" not in await screen.content()
    await press(console, "close.change")

    # the end, and what is left: the report in two cuts
    await console.locator("#ask-end").click()
    await console.locator("#do-end").click()
    await chip(console, "The session is closed")
    for phone in (ann, bob, cleo, dan):
        await at(phone, "ended")
        await expect(phone.get_by_role("heading", level=1)).to_have_text("That’s it. Thank you.")
    await console.get_by_role("link", name="Open the report").click()
    await expect(console.locator(".verdict.customer")).to_contain_text("Northfield sees step 2 today and wants step 4.")
    await expect(console.locator("main")).to_contain_text("Plan the busy weeks together")
    await expect(console.locator("main")).to_contain_text("Private to the account team")
    assert "bad news" not in await console.content()
    await console.get_by_role("link", name="Customer copy").click()
    await expect(console.locator(".copy-banner")).to_be_visible()
    customers = await console.content()
    assert "Private to the account team" not in customers
    assert "invest, stay" not in customers
    await console.emulate_media(media="print")
    await expect(console.locator(".desk-top")).to_be_hidden()
    await house.close()
