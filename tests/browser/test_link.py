"""A slow network brings the parts of a page in any order: whichever script comes late, the page finds its way to the server."""

import asyncio

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import Visit
from tests.browser.house import SAMPLE, House
from tests.browser.steps import linked

LATE_S = 1.2
"""By how much a script is late: longer than it takes to open a socket."""
PAGES = {
    "console": ("link", "console", "htmx.min", "keep-open", "hx-ws.min"),
    "console/plan": ("link", "fresh", "htmx.min", "hx-ws.min"),
    "console/discussions": ("notes", "fresh", "hx-ws.min"),
    "console/themes": ("link", "themes", "htmx.min", "hx-ws.min"),
    "screen": ("link", "screen", "htmx.min", "hx-ws.min"),
    "phone": ("phone", "phone-link", "htmx.min", "hx-ws.min"),
}


@pytest.mark.parametrize("page_name", PAGES)
async def test_a_script_that_comes_late_leaves_nobody_without_a_connection(
    page_name: str, house: House, visit: Visit
) -> None:
    room = await house.room()
    person = await room.enter("Leadership")
    await room.fill(SAMPLE, upto="closed")
    kind, _, rest = page_name.partition("/")
    url = {"console": f"{room.console}/{rest}".rstrip("/"), "screen": room.screen, "phone": room.phone}[kind]

    async def late(route: Route) -> None:
        await asyncio.sleep(LATE_S)
        await route.continue_()

    for script in PAGES[page_name]:
        page = await visit(who=person if kind == "phone" else "facilitator" if kind == "console" else None)
        await page.route(f"**/{script}.js", late)
        await page.goto(url)
        await linked(page)
        await expect(page.locator("#lost")).to_be_hidden()
        await page.close()
