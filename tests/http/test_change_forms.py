"""Support and readiness by form posts alone, and what the console's commands and the API say of them."""

import re

from tests.live.changes import ask_support, ideas, theme
from tests.live.workshop import Phone, Web, Workshop


def pressed(page: str) -> set[str]:
    return set(re.findall(r'name="off" value="([\w-]+)"[^>]*aria-pressed="true"', page))


async def support(phone: Phone, **fields: str):
    return await phone.post("/support", **fields)


async def test_support_by_its_buttons(workshop: Workshop) -> None:
    one, two, three, four = await ideas(workshop, 4)
    phone = await workshop.join()
    await ask_support(workshop)
    page = (await phone.page()).text
    assert ("Which changes would help most?" in page, pressed(page)) == (True, set())

    for item in (one, two, three):
        assert (await support(phone, on=item)).status_code == 303
    page = (await phone.page()).text
    assert (pressed(page), "3 of 3 supports used" in page) == ({one, two, three}, True)
    assert re.search(rf'id="support-{four}"[^>]* disabled', page)

    full = await support(phone, on=four)
    assert (full.status_code, "Take one back first" in full.text) == (422, True)
    assert (await support(phone, off=one)).status_code == 303
    page = (await phone.page()).text
    assert (pressed(page), "2 of 3 supports used" in page) == ({two, three}, True)
    for nothing in ({}, {"on": ""}, {"on": "nowhere"}):
        assert (await support(phone, **nothing)).status_code == (422 if "on" in nothing else 303)

    await workshop.reveal("change")
    late = await support(phone, on=one)
    assert (late.status_code, "not counted" in late.text) == (409, True)


async def test_readiness_by_its_form(workshop: Workshop) -> None:
    one, two = theme(workshop, "One"), theme(workshop, "Two")
    phone = await workshop.join()
    early = await phone.post("/ready", **{f"ready.{one}": "yes"})
    assert (early.status_code, "not open yet" in early.text) == (409, True)
    await workshop.open("readiness")

    nothing = await phone.post("/ready")
    assert (nothing.status_code, "Choose an answer first" in nothing.text) == (422, True)
    wrong = await phone.post("/ready", **{f"ready.{one}": "maybe"})
    assert wrong.status_code == 422
    saved = await phone.post("/ready", **{f"ready.{one}": "not_yet", f"ready.{two}": "cant"})
    assert saved.status_code == 303

    page = (await phone.page()).text
    for checked in (f'id="r-{one}-not_yet" name="ready.{one}" value="not_yet" checked', f'id="r-{two}-cant"'):
        assert checked in page
    assert len(re.findall(r"<input[^>]* checked>", page)) == 2
    assert "2 of 2 answered, saved" in page
    half = await phone.post("/ready", **{f"ready.{one}": "yes", "ready.nowhere": "yes"})
    assert half.status_code == 422
    assert 'value="not_yet" checked' in (await phone.page()).text, "all of a form is stored, or nothing"


async def test_the_console_leads_from_ideas_to_support_to_readiness(workshop: Workshop, browser: Web) -> None:
    async def page() -> str:
        return (await browser.get(workshop.path)).text

    await workshop.open("change")
    await workshop.close("change")
    assert "Show an idea or a theme first." in await page()
    theme(workshop, "Plan together", *(await ideas(workshop, 2)))
    for action, leads_to in (
        ("support.ask", "Phones are asked for support"),
        ("reveal.change", "Support is revealed"),
        ("open.readiness", 'id="do-close.readiness"'),
        ("close.readiness", 'id="do-reveal.readiness"'),
        ("reveal.readiness", "Revealed, for you to read first"),
        ("scene.ready", "Shown on the big screen"),
        ("hide.readiness", 'id="do-reveal.readiness"'),
        ("show.change", "Hide support"),
    ):
        assert f'id="do-{action}"' in await page(), action
        done = await workshop.command(action)
        assert done.status_code == 204, (action, done.text)
        assert leads_to in await page(), action
    assert ">Readiness<" in await page(), "the agenda has its line"
    assert (await workshop.command("support.maybe")).status_code == 404


async def test_asking_for_support_is_a_facilitators(workshop: Workshop, viewer: Web) -> None:
    await viewer(f"POST {workshop.path}/support", {"asked": True}, status=403)
    await workshop.do("POST /support", {"asked": "perhaps"}, status=422)
    await workshop.do("POST /support", {}, status=422)
    assert (await workshop.do("POST /support", {"asked": False}))["stage"]["support"] is False
