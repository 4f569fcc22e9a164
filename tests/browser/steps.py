"""What tests do and see on the pages, in a participant's or facilitator's terms."""

from playwright.async_api import Locator, Page, expect


async def tap(page: Page, step: int | str) -> None:
    """Tap a step of the stair ("cant" for "I can't judge this"), without waiting for anything."""
    await page.locator(f".stair input[value='{step}']").locator("xpath=..").click()


async def saved(page: Page, words: str = "") -> None:
    """Wait until the phone says that the answer is saved."""
    await expect(page.locator("#status[data-state=saved]")).to_contain_text(words or "Saved")


async def at(page: Page, place: str, question: str | None = None) -> None:
    """Wait until a phone is at a place (open, closed, lobby, ended …), at a question where one is named."""
    about = f"[data-question={question}]" if question else ""
    await page.locator(f"#view[data-place={place}]{about}").wait_for()


async def linked(page: Page) -> None:
    """Wait until the phone's socket is open."""
    await page.locator("html[data-link=open]").wait_for(state="attached")


async def scene(page: Page, name: str) -> None:
    """Wait until the big screen shows a scene."""
    await page.locator(f"#stage[data-scene={name}]").wait_for()


async def chip(page: Page, words: str) -> None:
    """Wait until the console says what is true now."""
    await page.locator(f"#told[data-chip='{words}']").wait_for(state="attached")


async def press(page: Page, action: str) -> None:
    """Press a command of the console, once it is old enough to be meant."""
    await page.locator(f"html:not([data-fresh]) [id='do-{action}']").click()


async def ready(page: Page) -> Page:
    """The console once its socket is open and its commands are old enough to be meant."""
    await page.locator("html[data-link=open]:not([data-fresh])").wait_for(state="attached")
    return page


async def key(page: Page, name: str, words: str) -> None:
    """Press a key of the console and wait for what is true then."""
    await ready(page)
    await page.keyboard.press(name)
    await chip(page, words)


async def sideways(page: Page) -> int:
    """By how many pixels the page can be scrolled sideways."""
    return int(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


async def pick(field: Locator) -> None:
    """Choose a radio button by the keyboard, wherever on a page that is still settling it stands."""
    await field.press(" ")
    await expect(field).to_be_checked()
