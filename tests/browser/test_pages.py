"""What pages load: nothing from elsewhere, nothing that the security policy stops, little on a phone."""

import re
from urllib.parse import urlsplit

from playwright.async_api import Page, expect

from tests.browser.conftest import STAGE, Visit
from tests.browser.house import SAMPLE, House
from tests.browser.steps import at, linked, ready, saved, scene, tap

PHONE_AT_MOST = 60_000


def watch(page: Page, found: list[str], host: str) -> None:
    """Note every message of the console, failed script, violation of the policy and request to another host."""
    page.on(
        "console",
        lambda message: (
            found.append(f"{page.url}: {message.type}: {message.text}")
            if message.type in {"error", "warning"}
            else None
        ),
    )
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    page.on(
        "request",
        lambda request: (
            found.append(f"{page.url}: {request.url}") if urlsplit(request.url).netloc not in {host, ""} else None
        ),
    )
    page.on(
        "requestfailed",
        lambda request: (
            found.append(f"{page.url}: {request.url} failed") if "ERR_ABORTED" not in str(request.failure) else None
        ),
    )


async def test_nothing_from_elsewhere_and_no_error_on_any_page(  # noqa: PLR0915  page after page
    house: House, visit: Visit
) -> None:
    found: list[str] = []
    host = urlsplit(house.server.url).netloc
    room = await house.room()
    first, person = await room.enter("Leadership"), await room.enter("Leadership")
    phone, screen, console = await visit(who=person), await visit(viewport=STAGE), await visit(who="facilitator")
    newcomer = await visit()
    for page in (phone, screen, console, newcomer):
        watch(page, found, host)
    await newcomer.goto(f"{house.server.url}/join")
    await newcomer.get_by_label("Code").fill(room.code)
    await newcomer.get_by_role("button", name="Next").click()
    await newcomer.locator(".choice label", has_text="Delivery").click()
    await newcomer.get_by_role("button", name="Join").click()
    await at(newcomer, "lobby")
    await newcomer.get_by_role("link", name="Change group").click()
    await newcomer.get_by_role("link", name="Keep it as it is").click()
    await phone.goto(room.phone)
    await screen.goto(room.screen)
    await console.goto(room.console)
    await linked(phone)
    await ready(console)
    await room.fill(SAMPLE, upto="in")
    await room.open("current")
    await tap(phone, 3)
    await saved(phone)
    await scene(screen, "collect")
    for _, other in room.people[2:]:
        await other.answer("current", 2)
    await room.close("current")
    await room.open("desired")
    await at(phone, "open", "desired")
    await tap(phone, "cant")
    await saved(phone)
    for _, other in room.people[2:]:
        await other.answer("desired", 4)
    await room.close("desired")
    await room.reveal()
    await scene(screen, "reveal")
    await room.command("stage", dark=True, layer="headline")
    await expect(screen.locator(".layer-headline")).to_be_visible()
    await room.open("change")
    await at(phone, "open", "change")
    await first.idea("Tell us early", "them")
    await expect(console.locator(".idea-card")).to_have_count(1)
    await phone.goto(f"{room.phone}/withdraw")
    await phone.goto(room.phone)
    await room.command("close")
    await at(phone, "ended")
    await console.get_by_role("link", name="Open the report").click()
    await console.get_by_role("link", name="Customer copy").click()
    await console.goto(f"{house.server.url}/")
    await console.goto(f"{house.server.url}/accounts/{await house.account('Northfield Foods')}")
    await console.goto(f"{house.server.url}/api/docs")
    await expect(console.locator("body")).to_contain_text("token create")
    await newcomer.goto(f"{house.server.url}/signin")
    assert found == []


async def test_the_phones_first_page_is_light(house: House, visit: Visit) -> None:
    room = await house.room()
    await room.open("current")
    page = await visit(who=await room.enter("Leadership"))
    network = await page.context.new_cdp_session(page)
    await network.send("Network.enable")
    sizes: dict[str, float] = {}
    names: dict[str, str] = {}
    network.on("Network.requestWillBeSent", lambda event: names.update({event["requestId"]: event["request"]["url"]}))
    network.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    await page.goto(room.phone, wait_until="networkidle")
    await linked(page)
    told = {names[id_]: size for id_, size in sizes.items()}
    assert any(re.search(r"htmx\.min\.js$", name) for name in told)
    assert sum(told.values()) < PHONE_AT_MOST, told


async def test_names_and_ideas_are_shown_as_they_were_typed_and_never_run(house: House, visit: Visit) -> None:
    trap = "<img src=x onerror=alert(1)>"
    room = await house.room(customer=(trap, "Operations"))
    person = await room.enter(trap)
    found: list[str] = []
    phone, console, screen = (
        await visit(who=person),
        await visit(who="facilitator"),
        await visit(viewport=STAGE),
    )
    for page in (phone, console, screen):
        watch(page, found, urlsplit(house.server.url).netloc)
        page.on("dialog", lambda dialog: found.append(dialog.message))
    await room.open("current")
    await room.close("current")
    await room.open("change")
    await phone.goto(room.phone)
    await console.goto(room.console)
    await screen.goto(room.screen)
    await linked(phone)
    await phone.locator("#who-us").locator("xpath=..").click()
    idea = '"><svg/onload=alert(2)> ${7*7} {{ 7*7 }} hx-get="/" 🙈 مرحبا'
    await phone.get_by_label("Your idea", exact=True).fill(idea)
    await phone.get_by_role("button", name="Send idea").click()
    await saved(phone, "Sent. Thank you.")
    await expect(phone.locator("#my-ideas p")).to_have_text(idea)
    (stored,) = (await house.ask("GET", f"/api/v1/sessions/{room.id}/ideas"))["items"]
    await house.ask("PATCH", f"/api/v1/sessions/{room.id}/ideas/{stored['id']}", json={"status": "shown"})
    await expect(console.locator(".idea-card > p").first).to_have_text(idea)
    await expect(screen.locator(".themes li p").first).to_have_text(idea)
    await expect(console.locator(".who-table")).to_contain_text(trap)
    assert found == []
