"""What the browser tests share: one Chromium, one Stairstep, pages that belong to somebody."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from app.browser_files import install
from tests.browser.chromium import FLAGS, of_this_machine
from tests.browser.eyes import Eyes
from tests.browser.house import PHONE, House, Person, Server
from tests.live.databases import Database

DESK = {"width": 1440, "height": 900}
STAGE = {"width": 1280, "height": 720}
MAIL = {"STAIRSTEP_SMTP_HOST": "127.0.0.1", "STAIRSTEP_SMTP_TLS": "off", "STAIRSTEP_SMTP_FROM": "stair@halden.example"}
"""A mail server that nobody asks while tests run, so that the settings show the reminders' form."""
Visit = Callable[..., Awaitable[Page]]
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory, one_database: Database) -> AsyncIterator[House]:
    """One Stairstep for all browser tests, set up; each test makes its own session."""
    server = Server(tmp_path_factory.mktemp("house"), one_database.fresh() | MAIL)
    await server.start()
    house = House(server)
    await house.set_up()
    yield house
    await house.close()
    await server.stop()


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=of_this_machine(), args=list(FLAGS))
        yield browser
        await browser.close()


@pytest.fixture
async def visit(chromium: Browser, house: House) -> AsyncIterator[Visit]:
    """Opens an address in a browser of its own: ``await visit(url, who=…)``.

    ``who`` is a Person, "facilitator", or None for somebody new. ``page.context.new_page()`` is a second tab.
    """
    contexts: list[BrowserContext] = []

    async def open_page(url: str | None = None, *, who: Person | str | None = None, **options: Any) -> Page:
        size = PHONE if who != "facilitator" else DESK
        context = await chromium.new_context(**{"viewport": size, "locale": "en-GB"} | options)
        context.set_default_timeout(30_000)
        contexts.append(context)
        if isinstance(who, Person):
            await context.add_cookies([who.cookie])
        elif who == "facilitator":
            await context.add_cookies(house.cookies)
        page = await context.new_page()
        if url is not None:
            await page.goto(url)
        return page

    yield open_page
    for context in contexts:
        await context.close()


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """axe-core's script, from the locked npm packages."""
    return (install(tmp_path_factory.mktemp("npm"), with_test_files=True) / "axe-core" / "axe.min.js").read_text()


@pytest.fixture
def eyes(axe: str) -> Iterator[Eyes]:
    """At the end of the test nothing may have been wrong."""
    eyes = Eyes(axe)
    yield eyes
    assert eyes.wrong == []
