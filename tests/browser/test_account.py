"""An account over time, in a browser: from its page to the next session, last time's promises first, last time beside today."""

from playwright.async_api import expect

from tests.browser.conftest import DESK, STAGE, Visit
from tests.browser.eyes import Eyes
from tests.browser.house import SAMPLE, House
from tests.browser.steps import chip, press, ready, scene

ACCOUNT = "Lindqvist Paper"
SMALL = {group: answers[:3] for group, answers in SAMPLE.items()}


async def test_the_next_session_starts_from_the_last(house: House, visit: Visit, eyes: Eyes) -> None:
    first = await house.room(account=ACCOUNT, title="First review")
    await first.fill(SMALL)
    at_api = f"/api/v1/sessions/{first.id}/commitments"
    row = await house.post(at_api, json={"text": "Share the forecast", "side": "customer", "owner": "P. Okoro"})
    await house.ask("PATCH", f"{at_api}/{row['id']}", json={"accepted": {"customer": True, "supplier": True}})
    await first.command("close")

    page = await visit(f"{house.server.url}/accounts/{await house.account(ACCOUNT)}", who="facilitator", viewport=DESK)
    await expect(page.locator(".cycle [aria-current=step]")).to_contain_text("Develop")
    await page.get_by_text("Show the numbers").click()
    table = page.locator(".in-time")
    await expect(table.get_by_role("row").filter(has_text="3 up").first).to_be_visible()
    await eyes.look(page, "account in time")

    await page.get_by_role("link", name="Plan the next session").click()
    await expect(page.get_by_label("Customer groups")).to_have_value("Leadership\nProcurement\nOperations")
    await eyes.look(page, "next session")
    await page.get_by_role("button", name="Create session").click()
    await chip(page, "The door is open")
    await ready(page)
    await expect(page.locator("#last-time")).to_contain_text("Share the forecast")
    await eyes.look(page, "console with last time’s promises")
    second = page.url.rsplit("/", 1)[1]
    made = await house.ask("GET", f"/api/v1/sessions/{second}")
    screen = await visit(made["screen_url"], viewport=STAGE)
    await press(page, "scene.promised")
    await scene(screen, "promised")
    await expect(screen.locator("#stage")).to_contain_text("Share the forecast")
    await eyes.look(screen, "screen with last time’s promises")

    await page.goto(f"{house.server.url}/accounts/{await house.account(ACCOUNT)}")
    await expect(page.locator(".cycle [aria-current=step]")).to_contain_text("Re-calibrate")
    await expect(page.get_by_role("link", name="Open its console").first).to_have_attribute(
        "href", f"/sessions/{second}"
    )


async def test_last_time_stands_beside_today_on_the_big_screen(house: House, visit: Visit, eyes: Eyes) -> None:
    name = "Ostrava Glass"
    for _ in range(2):
        room = await house.room(account=name)
        await room.fill(SMALL)
    console, screen = (
        await visit(room.console, who="facilitator", viewport=DESK),
        await visit(room.screen, viewport=STAGE),
    )
    await ready(console)
    await expect(screen.locator(".last-line")).to_have_count(0)

    await console.locator("#do-last").check()

    await expect(screen.locator(".last-line")).to_contain_text("Last time, ")
    assert await screen.locator(".lying .faded").count() > 2
    box = await screen.locator(".lying svg").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= STAGE["height"], "nothing is cut off"
    await expect(console.locator("#do-last")).to_be_checked()
    await eyes.look(screen, "screen with last time", narrow=False)
    await console.locator("#do-last").uncheck()
    await expect(screen.locator(".last-line")).to_have_count(0)
