"""A slow network brings the parts of a page in any order: whichever script comes late, the page finds its way to the server."""

import asyncio

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import Visit
from tests.browser.house import SAMPLE, House
from tests.browser.steps import linked

LATE_S = 0.5
"""By how much a script is late: longer than it takes to open a socket."""


@pytest.mark.parametrize("late", ["own", "htmx.min", "hx-ws.min"])
async def test_a_script_that_comes_late_leaves_nobody_without_a_connection(
    late: str, house: House, visit: Visit
) -> None:
    room = await house.room()
    person = await room.enter("Leadership")
    await room.fill(SAMPLE, upto="closed")

    async def wait(route: Route) -> None:
        await asyncio.sleep(LATE_S)
        await route.continue_()

    for url, who, own in (
        (room.console, "facilitator", "console"),
        (f"{room.console}/plan", "facilitator", "fresh"),
        (room.screen, None, "screen"),
        (room.phone, person, "phone-link"),
    ):
        page = await visit(who=who)
        await page.route(f"**/{own if late == 'own' else late}.js", wait)
        await page.goto(url)
        await linked(page)
        await expect(page.locator("#lost")).to_be_hidden()
        await page.close()
