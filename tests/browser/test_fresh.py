"""Pages that two facilitators have open: what one changes appears on the other's, and never in a field that is being typed in."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.house import SAMPLE, House, Room


@pytest.fixture
async def room(house: House) -> Room:
    """A session in its lobby."""
    return await house.room()


async def listening(visit: Visit, url: str) -> Page:
    """A facilitator's page that hears of changes."""
    page = await visit(url, who="facilitator")
    await page.locator("html[data-link=open]").wait_for(state="attached")
    return page


async def row(room: Room, **more: Any) -> dict[str, Any]:
    said = {"text": "Share the forecast", "side": "customer", **more}
    return await room.command("commitments", **said)


async def test_rows_of_another_appear_beside_what_is_being_typed(room: Room, visit: Visit) -> None:
    page = await listening(visit, f"{room.console}/plan")
    await page.get_by_label("What", exact=True).fill("Half a sent")

    made = await row(room)
    await expect(page.locator(f"#row-{made['id']}")).to_contain_text("Share the forecast")
    accept = page.locator(f"#says-customer-{made['id']}")
    await accept.focus()
    await room.house.ask("PATCH", f"/api/v1/sessions/{room.id}/commitments/{made['id']}", json={"owner": "P. Okoro"})
    await expect(page.locator(f"#row-{made['id']}")).to_contain_text("P. Okoro")
    await expect(accept).to_be_focused()
    await expect(page.get_by_label("What", exact=True)).to_have_value("Half a sent")


async def test_a_row_somebody_else_changes_is_told_and_saving_shows_both(room: Room, visit: Visit) -> None:
    made = await row(room)
    at = f"/api/v1/sessions/{room.id}/commitments/{made['id']}"
    page = await listening(visit, f"{room.console}/plan/{made['id']}")

    await room.house.ask("PATCH", at, json={"owner": "P. Okoro"})
    await expect(page.get_by_label("Name", exact=True)).to_have_value("P. Okoro")
    await page.get_by_label("What", exact=True).fill("Mine")
    await room.house.ask("PATCH", at, json={"text": "Theirs"})

    await expect(page.get_by_role("heading", level=1)).to_have_text("Theirs")
    await expect(page.get_by_text("Somebody else changed this row meanwhile.")).to_be_visible()
    await expect(page.get_by_label("What", exact=True)).to_have_value("Mine")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("Keep their words or use yours.")
    await expect(page.locator(".theirs")).to_contain_text("Theirs")
    await page.get_by_role("button", name="Use mine").click()
    await expect(page.locator(f"#row-{made['id']}")).to_contain_text("Mine")


async def test_notes_of_another_appear_and_wait_while_somebody_types(room: Room, visit: Visit) -> None:
    await room.fill(SAMPLE, upto="closed")
    page = await listening(visit, f"{room.console}/discussions?open=1")
    at = f"/api/v1/sessions/{room.id}/discussions/1"
    notes, kept = page.locator("#notes-1"), page.locator("#kept-1 .savedline")
    await expect(page.locator("#question-1")).to_contain_text("Nothing to show yet")

    await room.reveal()
    await expect(page.locator("#question-1")).not_to_contain_text("Nothing to show yet")
    await room.house.ask("PATCH", at, json={"notes": "Late trucks", "done": True})
    await expect(notes).to_have_value("Late trucks")
    await expect(page.locator("#done-count")).to_contain_text("1 of 9 done")
    await notes.press("End")
    await notes.press_sequentially(", every week")
    await expect(kept).to_be_visible()
    await expect(page.locator("#part-1")).not_to_have_attribute("data-behind", "")

    await room.house.ask("PATCH", at, json={"notes": "Late trucks, says Jonas"})
    await expect(page.get_by_text("Somebody else changed these notes meanwhile.").first).to_be_visible()
    await expect(notes).to_be_focused()
    await expect(notes).to_have_value("Late trucks, every week")
    await page.locator("#question-1").focus()
    await expect(notes).to_have_value("Late trucks, says Jonas")
