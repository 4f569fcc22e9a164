"""axe on every page and state, in light and dark and at 320 px."""

from typing import Any

from playwright.async_api import expect
from sqlmodel import Session, select

from app.actions import report_files
from app.store.once import run_once
from app.store.tables import User
from tests.browser.conftest import DESK, STAGE, Visit
from tests.browser.eyes import Eyes
from tests.browser.house import SAMPLE, House, Server
from tests.browser.steps import at, linked, pick, ready, saved, scene, tap
from tests.live.databases import Database


async def test_axe_on_the_way_in(
    house: House, visit: Visit, eyes: Eyes, tmp_path_factory: Any, one_database: Database
) -> None:
    page = await visit(house.server.setup_link, viewport=DESK)
    await eyes.look(page, "used link")
    await page.goto(f"{house.server.url}/signin")
    await eyes.look(page, "sign-in")
    await page.get_by_label("Your e-mail").fill("nobody@halden.example")
    await page.locator("#password").fill("not the password")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.locator("#password-error")).to_be_visible()
    await eyes.look(page, "sign-in refused")
    await page.goto(f"{house.server.url}/nothing/here")
    await eyes.look(page, "no such page")
    fresh = Server(tmp_path_factory.mktemp("empty"), one_database.fresh())
    await fresh.start()
    try:
        await page.goto(fresh.setup_link)
        await eyes.look(page, "setup")
        for name, words in (
            ("name", "Inga"),
            ("email", "inga@x.example"),
            ("password", "four quiet words"),
            ("company", "Halden"),
        ):
            await page.locator(f"#{name}").fill(words)
        await page.get_by_role("button", name="Start").click()
        await page.wait_for_url(f"{fresh.url}/")
        await eyes.look(page, "empty home")
    finally:
        await fresh.stop()


async def test_axe_on_the_phone(house: House, visit: Visit, eyes: Eyes) -> None:  # noqa: PLR0915  state after state
    room = await house.room()
    page = await visit(f"{house.server.url}/join")
    await eyes.look(page, "code")
    await page.get_by_label("Code").fill("QQQ QQQ")
    await page.get_by_role("button", name="Next").click()
    await expect(page.locator("#code-error")).to_be_visible()
    await eyes.look(page, "code not found")
    await page.goto(f"{house.server.url}/j/QQQQQQ")
    await eyes.look(page, "link not found")
    await page.goto(room.join)
    await eyes.look(page, "groups")
    await page.context.add_cookies([(await room.enter("Delivery")).cookie])
    await page.goto(f"{room.phone}/group")
    await eyes.look(page, "change group")
    await page.goto(room.phone)
    await linked(page)
    await eyes.look(page, "lobby")
    await room.command("open-side", side="supplier")
    await expect(page.locator("#open-side")).to_be_visible()
    await eyes.look(page, "open side")
    await room.open("current")
    await at(page, "open", "current")
    await eyes.look(page, "today")
    await tap(page, 3)
    await saved(page)
    await eyes.look(page, "today saved")
    await page.context.set_offline(True)
    await tap(page, 2)
    await expect(page.locator("#status[data-state=offline]")).to_be_visible()
    await eyes.look(page, "offline")
    await page.context.set_offline(False)
    await saved(page, "step 2")
    await room.close("current")
    await at(page, "closed")
    await eyes.look(page, "closed")
    await room.open("desired")
    await at(page, "open", "desired")
    await tap(page, 4)
    await saved(page)
    await eyes.look(page, "wanted")
    await room.close("desired")
    await room.open("change")
    await at(page, "open", "change")
    await page.get_by_role("button", name="Send idea").click()
    await eyes.look(page, "change, nothing written")
    await page.locator("#who-them").locator("xpath=..").click()
    await page.get_by_label("Your idea", exact=True).fill("Tell us early")
    await page.get_by_role("button", name="Send idea").click()
    await saved(page, "Sent. Thank you.")
    await eyes.look(page, "change, sent")
    await page.goto(f"{room.phone}/withdraw")
    await eyes.look(page, "withdraw")
    await page.goto(room.phone)
    await linked(page)
    await room.command("close")
    await at(page, "ended")
    await eyes.look(page, "ended")
    for attribution, name in (("named", "named"), ("anonymous", "anonymous")):
        await page.goto((await house.room(attribution=attribution)).join)
        await eyes.look(page, name)


async def test_axe_on_the_discussions_and_what_the_team_keeps(house: House, visit: Visit, eyes: Eyes) -> None:
    room = await house.room()
    await room.fill(SAMPLE)
    await room.open("change")
    for index, (_, person) in enumerate(room.people[:6]):
        await person.idea(f"One thing, number {index}", ("us", "them", "both")[index % 3])
    for idea in (await house.ask("GET", f"/api/v1/sessions/{room.id}/ideas"))["items"]:
        await house.ask("PATCH", f"/api/v1/sessions/{room.id}/ideas/{idea['id']}", json={"status": "shown"})
    await room.close("change")
    at_api = f"/api/v1/sessions/{room.id}/discussions"
    for number in (6, 7):
        await house.ask("PATCH", f"{at_api}/{number}", json={"read": True, "notes": "Asked.", "done": number == 6})
    screen, page = await visit(room.screen, viewport=STAGE), await visit(who="facilitator")
    for number in range(1, 10):
        await page.goto(f"{room.console}/discussions?open={number}")
        await eyes.look(page, f"discussion {number}")
        if number < 8:
            await room.command("stage", scene=f"discussion-{number}")
            await expect(screen.locator(f"[data-discussion='{number}']")).to_be_visible()
            await eyes.look(screen, f"screen discussion {number}", schemes=("light",))
    account = (await house.ask("GET", f"/api/v1/sessions/{room.id}"))["account_id"]
    seen = {"side": "customer", "step": 1, "place": 1, "mark": "not_seen", "evidence": "Asked in June"}
    await house.ask("PUT", f"/api/v1/accounts/{account}/behaviours", json={"behaviours": [seen]})
    decision = {"choice": "stay", "step": 2, "reason": "First listen.", "review_on": "2999-01-01"}
    await house.ask("POST", f"/api/v1/accounts/{account}/decisions", json=decision)
    for path in ("", "/say-do", "/decision"):
        await page.goto(f"{house.server.url}/accounts/{account}{path}")
        await eyes.look(page, f"account{path}")
    await page.get_by_role("button", name="Keep this decision").click()
    await expect(page.locator("#reason-error")).to_be_visible()
    await eyes.look(page, "decision refused")


async def test_axe_on_screen_and_console(house: House, visit: Visit, eyes: Eyes) -> None:
    room = await house.room(expected=25)
    await room.enter("Delivery")
    screen, console = await visit(room.screen, viewport=STAGE), await visit(room.console, who="facilitator")
    await ready(console)

    async def both(name: str, *, wide: bool = True) -> None:
        await eyes.look(console, f"console {name}")
        if wide:
            await eyes.look(screen, f"screen {name}", schemes=("light",))

    await both("lobby")
    await room.command("open-side", side="supplier")
    await expect(console.locator("#small-supplier")).to_contain_text("agreed")
    await eyes.look(console, "console small side")
    await room.fill({name: tuple("24" for _ in every) for name, every in SAMPLE.items()}, upto="open")
    await room.command("timer", seconds=600)
    await scene(screen, "collect")
    await expect(console.locator(".fact .timer")).to_be_visible()
    await both("open")
    await room.close("desired")
    await expect(console.locator(".unanimous").first).to_be_visible()
    await both("unanimous")
    await room.reveal()
    await scene(screen, "reveal")
    await both("revealed")
    for layer in ("people", "headline"):
        await room.command("stage", layer=layer)
        await expect(screen.locator(f".layer-{layer}")).to_be_visible()
        await eyes.look(screen, f"screen {layer}", schemes=("light",))
    await room.command("stage", dark=True, layer="groups")
    await expect(screen.locator("html[data-theme=dark] .layer-groups")).to_be_visible()
    await eyes.look(screen, "screen revealed dark", schemes=("dark",))
    await room.command("stage", prompt=1)
    await scene(screen, "prompt")
    await eyes.look(screen, "screen prompt", schemes=("dark",))
    await room.open("change")
    for index, (_, person) in enumerate(room.people[:6]):
        await person.idea(f"Ask Jonas, number {index}, jonas@halden.example", ("us", "them", "both")[index % 3])
    ideas = (await house.ask("GET", f"/api/v1/sessions/{room.id}/ideas"))["items"]
    for idea, status in zip(ideas, ("shown", "shown", "shown", "hidden"), strict=False):
        await house.ask("PATCH", f"/api/v1/sessions/{room.id}/ideas/{idea['id']}", json={"status": status})
    await scene(screen, "ideas")
    await expect(console.locator("#ideas-hidden")).to_be_visible()
    await console.locator("[data-edit]").first.click()
    await both("ideas")
    await console.keyboard.press("Escape")
    await console.locator("#ask-keys").click()
    await eyes.look(console, "console keys")
    await console.keyboard.press("Escape")
    await room.command("close")
    await expect(console.locator("#open-report")).to_be_visible()
    await both("ended")


async def test_axe_on_themes(house: House, visit: Visit, eyes: Eyes) -> None:
    room = await house.room()
    page = await visit(f"{room.console}/themes", who="facilitator")
    await eyes.look(page, "themes, none")
    await room.open("change")
    for index in range(9):
        words = f"Tell us about delays the day before, number {index}, to jonas@halden.example"
        await room.command("ideas", text=words, who=("customer", "supplier", "both")[index % 3], side="customer")
    ideas = [one["id"] for one in (await house.ask("GET", f"/api/v1/sessions/{room.id}/ideas"))["items"]]
    theme = await room.command("themes", name="Early warnings", component="gimbal", idea_ids=ideas[:3])
    await room.command("themes", name="Zusammenarbeitsvereinbarung" * 2, idea_ids=ideas[3:4])
    await house.ask("PATCH", f"/api/v1/sessions/{room.id}/themes/{theme['id']}", json={"shown": True})
    await expect(page.locator(".theme-box[data-theme]")).to_have_count(2)
    for summary in await page.locator(".theme-box summary").all():
        await summary.click()
    await page.locator("#to-sort input").first.check()
    await page.get_by_role("button", name="Look for ideas that are alike").click()
    await expect(page.locator(".alike").first).to_be_visible()
    await eyes.look(page, "themes")
    await page.locator(f"#rename-{theme['id']}").fill("Mine")
    await house.ask("PATCH", f"/api/v1/sessions/{room.id}/themes/{theme['id']}", json={"name": "Theirs"})
    await expect(page.locator(".theme-box h3").first).to_have_text("Theirs")
    await page.keyboard.press("Enter")
    await expect(page.locator("#do-use-mine")).to_be_visible()
    await eyes.look(page, "themes, two names")
    await page.locator("#do-use-mine").click()
    await page.locator("#do-show-all").click()
    screen = await visit(room.screen, viewport=STAGE)
    await scene(screen, "themes")
    await eyes.look(screen, "screen themes", schemes=("light",))
    await page.goto(room.report)
    await eyes.look(page, "report with themes")
    await page.goto(f"{room.report}?lang=de")
    await eyes.look(page, "report in German", schemes=("light",))


async def test_axe_on_the_plan(house: House, visit: Visit, eyes: Eyes) -> None:  # noqa: PLR0915  state after state
    room = await house.room()
    page = await visit(f"{room.console}/plan", who="facilitator")
    await eyes.look(page, "plan with nothing on it")
    await page.get_by_role("button", name="Add").click()
    await expect(page.locator("#text-error")).to_be_visible()
    await eyes.look(page, "plan refused")
    for text, side in (
        ("Share the forecast", "Northfield"),
        ("Warn two hours before a missed slot", "Halden"),
        ("Meet", "Both"),
    ):
        await page.get_by_label("What", exact=True).fill(text)
        await pick(page.get_by_label(side, exact=True))
        await page.get_by_label("What the other side gives in return").fill("An open cost sheet")
        async with page.expect_event("load"):
            await page.get_by_role("button", name="Add").click()
        await expect(page.locator(".promises")).to_contain_text(text)
    for side in ("Northfield", "Halden"):
        await page.get_by_role("button", name=f"{side} accepts: Share the forecast").click()
        await expect(page.locator(".accept.yes", has_text=side)).to_be_visible()
    await page.get_by_role("button", name="Halden accepts: Warn two hours").click()
    await expect(page.locator(".accept.yes", has_text="Halden")).to_have_count(2)
    await eyes.look(page, "plan")
    await page.get_by_role("button", name="Show on big screen").click()
    screen = await visit(room.screen, viewport=STAGE)
    await scene(screen, "plan")
    await eyes.look(screen, "screen plan", schemes=("light",))
    person = await room.enter("Delivery")
    phone = await visit(room.phone, who=person)
    await phone.get_by_role("link", name="See what we agreed").click()
    await phone.wait_for_url(f"{room.phone}/plan")
    await eyes.look(phone, "phone plan")
    await phone.get_by_role("button", name="Get the link to this list").click()
    await expect(phone.locator("#url")).to_be_visible()
    await eyes.look(phone, "phone link")
    shared = await visit(await phone.locator("#url").input_value())
    await eyes.look(shared, "shared plan")
    await page.get_by_role("link", name="Edit or check in: Share the forecast").click()
    await expect(page.get_by_label("In hand")).to_be_visible()
    await eyes.look(page, "row")
    await page.get_by_label("In hand").check()
    await page.get_by_label("Note, for the account team only").fill("Begun")
    await page.get_by_role("button", name="Write it down").click()
    await expect(page.locator(".lookback")).to_contain_text("Begun")
    await page.locator(".lookback summary").click()
    await eyes.look(page, "row with a check-in")
    await page.goto(f"{room.console}/links")
    await page.get_by_label("may answer it").check()
    await page.get_by_label("Passphrase, if you like").fill("three quiet words")
    await page.get_by_role("button", name="Make the link").click()
    await expect(page.locator("#url")).to_be_visible()
    await eyes.look(page, "links")
    await shared.goto(await page.locator("#url").input_value())
    await eyes.look(shared, "passphrase")
    await shared.locator("#passphrase").fill("three quiet words")
    await shared.get_by_role("button", name="Open").click()
    await expect(shared.locator("#waiting")).to_contain_text("Warn two hours")
    await shared.locator("summary", has_text="Share the forecast").click()
    await eyes.look(shared, "shared plan that takes answers")
    await shared.get_by_role("button", name="We accept").click()
    await expect(shared.get_by_role("status")).to_contain_text("Saved. Thank you.")
    await page.goto(f"{house.server.url}/accounts/{room.made['account_id']}")
    await eyes.look(page, "account with promises")


def file_in_the_making(db: Session, *, session_id: str) -> str:
    """A file that a process says it is making."""
    (user_id,) = db.exec(select(User.id).limit(1))
    order = {"session_id": session_id, "user_id": user_id, "kind": "pdf", "cut": "customer", "paper": "letter"}
    made = report_files.order(db, **order)
    report_files.hold(db, file_id=made.id, making=True)
    return made.id


async def test_axe_on_home_and_report(house: House, visit: Visit, eyes: Eyes) -> None:
    room = await house.room()
    page = await visit(room.report, who="facilitator")
    await eyes.look(page, "report with nothing shown")
    await room.fill(SAMPLE)
    await room.open("change")
    await room.people[0][1].idea("Share volumes a quarter ahead", "us")
    (idea,) = (await house.ask("GET", f"/api/v1/sessions/{room.id}/ideas"))["items"]
    await house.ask("PATCH", f"/api/v1/sessions/{room.id}/ideas/{idea['id']}", json={"status": "shown"})
    for cut in ("private", "customer"):
        await page.goto(f"{room.report}?cut={cut}")
        await page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
        await eyes.look(page, f"report {cut}")
    waited = run_once(house.server.settings, file_in_the_making, session_id=room.id)
    await page.goto(f"{house.server.url}/sessions/{room.id}/files/{waited}")
    await eyes.look(page, "a file that is waited for")
    await page.goto(f"{house.server.url}/")
    await page.get_by_text("Change more").click()
    await eyes.look(page, "home")
    account = f"accounts/{await house.account('Northfield Foods')}"
    sheets = ("templates", "templates/supplier-to-partner")
    for name in ("accounts", account, f"{account}/calendar", "settings", *sheets, "people"):
        await page.goto(f"{house.server.url}/{name}")
        await eyes.look(page, name)
    await page.get_by_label("E-mail").fill("jonas@halden.example")
    await page.get_by_role("button", name="Make the link").click()
    await expect(page.locator(".secret")).to_be_visible()
    await eyes.look(page, "people with a link")
    await page.goto(f"{house.server.url}{(await page.locator('.secret').inner_text()).removeprefix(house.server.url)}")
    await eyes.look(page, "invitation")


async def test_axe_on_the_import(house: House, visit: Visit, eyes: Eyes) -> None:
    account = await house.account("Northfield Foods")
    page = await visit(f"{house.server.url}/accounts/{account}/import", who="facilitator")
    await eyes.look(page, "import")

    async def hand_in(name: str, content: str) -> None:
        file = {"name": name, "mimeType": "text/csv", "buffer": content.encode()}
        await page.get_by_label("The file").set_input_files(files=[file])
        await page.get_by_role("button", name="Look at it").click()

    await hand_in("large.csv", "x" * 6_000_000)
    await expect(page.get_by_role("heading", name="This file is too large")).to_be_visible()
    await page.get_by_role("link", name="Choose another file").click()
    await hand_in("empty.csv", "Group,Today\n")
    await expect(page.locator("#file-error")).to_be_visible()
    await eyes.look(page, "import refused", schemes=("light",))
    long = "Zusammenarbeitsvereinbarungsausschuss" * 2
    rows = [f"p{n},{group},{step},4,Tell us" for n, (group, step) in enumerate([("Quality", 3)] * 4 + [(long, 2)] * 4)]
    heads = "Email,Which group are you in?,How would you describe our relationship today?,Wanted,Idea"
    await hand_in("answers.csv", "\n".join([heads, *rows, "p9,Quality,Vendor,4,", "p10,Quality,9,4,"]))
    await expect(page.locator(".whose-row")).to_have_count(2)
    await eyes.look(page, "import asks for sides")
    for row, side in ((0, "customer"), (1, "supplier")):
        await pick(page.locator(".whose-row").nth(row).locator(f"input[value={side}]"))
    await page.get_by_role("button", name="Show what this says").press("Enter")
    await page.get_by_label("“Vendor”").select_option("1, Supplier")
    await page.get_by_role("button", name="Show what this says").click()
    await expect(page.locator(".wrong-rows tbody tr")).to_have_count(1)
    await page.get_by_text("How the first rows are read").click()
    await page.get_by_label("Held on").fill("2025-03-12")
    await page.get_by_role("button", name="Enter this meeting").click()
    await expect(page.locator("#leave_out-error")).to_be_visible()
    await eyes.look(page, "import with a row that can't be read")
    await page.get_by_label("Leave the 1 row out that can’t be read").check()
    await page.get_by_role("button", name="Enter this meeting").click()
    await expect(page.get_by_text("entered them from “answers.csv”")).to_be_visible()
