"""The portfolio in a browser: found, filtered and sorted in place, by keyboard, and back again."""

import re

from playwright.async_api import expect

from tests.browser.conftest import DESK, Visit
from tests.browser.house import SAMPLE, House


async def test_the_portfolio_follows_what_is_asked_for_and_the_browsers_way_back(house: House, visit: Visit) -> None:
    room = await house.room(account="Onyx Foods")
    await room.fill(SAMPLE)
    for name in ("Quartz <i>& Sons</i>", "Quartz Marine"):
        await house.account(name)
    page = await visit(f"{house.server.url}/accounts?find=Quartz", who="facilitator", viewport=DESK)
    rows, mark = page.locator(".folio tbody tr"), "window.same = true"
    await expect(rows).to_have_count(2)
    await expect(rows.first).to_contain_text("Quartz <i>& Sons</i>")
    await page.evaluate(mark)

    await page.get_by_role("searchbox", name="Find an account").fill("Quartz mar")
    await expect(rows).to_have_count(1)
    await expect(page).to_have_url(re.compile("find=Quartz\\+mar"))
    await expect(page.get_by_role("searchbox")).to_be_focused()
    await page.get_by_role("searchbox").fill("Onyx")
    await expect(rows).to_have_count(1)
    await expect(rows.get_by_role("img")).to_have_attribute("aria-label", re.compile("today 2.3, wanted 4.0"))
    await expect(page.locator(".folio tbody")).to_contain_text("clear in this room")

    await page.get_by_role("link", name="Overdue 0").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#folio")).to_contain_text("No account here has “Onyx” in its name.")
    await expect(page.locator("#show-overdue")).to_be_focused()
    await page.get_by_role("link", name="No decision 1").click()
    await expect(rows).to_have_count(1)
    await page.get_by_role("link", name="Account", exact=True).click()
    await expect(page.get_by_role("columnheader", name="Account")).to_have_attribute("aria-sort", "ascending")
    assert await page.evaluate("window.same"), "all of it happened in place"
    await page.go_back()
    await expect(page.get_by_role("columnheader", name="Apart today")).to_have_attribute("aria-sort", "descending")
