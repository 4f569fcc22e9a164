"""A second round, the mirror and people without a phone, in a browser: what is done and seen, and axe on each page."""

from playwright.async_api import expect

from tests.browser.conftest import DESK, STAGE, Visit
from tests.browser.eyes import Eyes
from tests.browser.house import House, Room
from tests.browser.steps import at, chip, linked, press, ready, saved, scene, tap

TODAY = {"Leadership": (2, 2, 3), "Procurement": (1, 1, 2), "Account team": (4, 4, 3)}


async def ask(room: Room, question: str, said: dict[str, tuple[int, ...]], step: str = "open") -> None:
    """Everybody answers, who is missing joins, and the question closes. ``step``: open or reopen."""
    await room.command(f"questions/{question}/{step}")
    for group, choices in said.items():
        here = [person for name, person in room.people if name == group]
        while len(here) < len(choices):
            here.append(await room.enter(group))
        for person, choice in zip(here, choices, strict=True):
            await person.answer(question, choice)
    await room.close(question)


async def test_a_question_is_asked_again_from_the_console_and_phones_start_empty(house: House, visit: Visit) -> None:
    room = await house.room()
    me = await room.enter("Leadership")
    phone = await visit(room.phone, who=me)
    await linked(phone)
    await ask(room, "current", {"Leadership": (2, 2, 3), "Account team": (4, 4, 3)})
    await room.reveal("current")
    console = await visit(room.console, who="facilitator")
    await ready(console)

    await press(console, "again.current")
    await expect(console.locator("#sure-dialog")).to_contain_text("What was shown is kept")
    await console.locator("#sure-yes").click()

    await chip(console, "Voting is open")
    await at(phone, "open", "current")
    await expect(phone.locator("[data-earlier]")).to_have_text("In round 1 you chose step 2, Preferred supplier.")
    await expect(phone.locator(".stair input:checked")).to_have_count(0)
    await tap(phone, 3)
    await saved(phone, "Saved: step 3, Solution provider")
    await phone.reload()
    await expect(phone.locator(".stair input[value='3']")).to_be_checked()
    await expect(phone.locator("[data-earlier]")).to_contain_text("In round 1")


async def test_axe_on_rounds_mirror_and_answers_by_hand(house: House, visit: Visit, eyes: Eyes) -> None:
    room = await house.room(mirror=True)
    screen = await visit(room.screen, viewport=STAGE)
    desk = await visit(f"{room.console}/by-hand", who="facilitator", viewport=DESK)
    await eyes.look(desk, "by hand")
    await desk.get_by_label("Operations").check()
    await desk.get_by_role("button", name="Add, then answer").click()
    await eyes.look(desk, "by hand, nothing open")
    await room.open("current")
    await desk.reload()
    await desk.get_by_label("Preferred supplier").check()
    await desk.get_by_role("button", name="Save the answer").click()
    await expect(desk.get_by_role("status")).to_contain_text("Saved")
    await eyes.look(desk, "by hand, saved")
    await room.close("current")
    await again_and_mirror(room)
    await room.command("stage", scene="mirror")
    await scene(screen, "mirror")
    await eyes.look(screen, "screen mirror")
    await room.command("stage", scene="again")
    await scene(screen, "again")
    await eyes.look(screen, "screen again")
    await desk.goto(room.console)
    await expect(desk.locator("[id='do-scene.mirror']")).to_be_visible()
    await eyes.look(desk, "console with both")
    await desk.goto(f"{room.report}?cut=private")
    await eyes.look(desk, "report with both")


async def again_and_mirror(room: Room) -> None:
    """Both asked and shown, then today once more."""
    await ask(room, "current", TODAY, "reopen")
    await ask(room, "mirror", {"Leadership": (4, 4, 4), "Procurement": (3, 4, 4), "Account team": (3, 3, 3)})
    await room.reveal("current", "mirror")
    await room.command("questions/current/round")
    await ask(room, "current", TODAY | {"Procurement": (2, 2, 3)})
    await room.reveal("current")
