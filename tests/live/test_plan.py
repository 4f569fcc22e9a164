"""The plan while the room watches: the big screen gets each row, phones get the way to the list."""

from typing import Any

from tests.live.workshop import Workshop


async def add(workshop: Workshop, text: str, side: str = "customer", **more: str) -> dict[str, Any]:
    found: dict[str, Any] = await workshop.do("POST /commitments", {"text": text, "side": side, **more}, status=201)
    return found


async def agree(workshop: Workshop, row: dict[str, Any], *sides: str) -> None:
    yes = dict.fromkeys(sides or ("customer", "supplier"), True)
    await workshop.do(f"PATCH /commitments/{row['id']}", {"accepted": yes})


async def test_the_big_screen_shows_each_row_as_it_is_written_and_accepted(workshop: Workshop) -> None:
    screen, console = await workshop.screen(), await workshop.console()
    assert (await workshop.command("scene.plan")).status_code == 204
    await screen.until('data-scene="plan"')
    await console.until("Every row that is not dropped.")

    row = await add(workshop, "Share the forecast", counterpart="a plan by Wednesday", owner="P. Okoro")
    shown = await screen.until("Share the forecast")
    assert "a plan by Wednesday" in shown["content"]
    assert "waiting for Northfield and Halden" in shown["content"]
    await agree(workshop, row, "supplier")
    await screen.until("waiting for Northfield<")
    await agree(workshop, row)
    await screen.until("Agreed by both")
    await workshop.do(f"PATCH /commitments/{row['id']}", {"state": "dropped"})
    await screen.until(lambda _: "Share the forecast" not in screen.content)

    await workshop.command("scene.none")
    await screen.until('data-scene="lobby"')


async def test_a_long_plan_shows_the_newest_rows_and_counts_the_others(workshop: Workshop) -> None:
    screen = await workshop.screen()
    await workshop.command("scene.plan")
    for number in range(12):
        await add(workshop, f"Row number {number}")

    await screen.until("Row number 11")

    assert "Row number 0<" not in screen.content
    assert "more, written down earlier" in screen.content


async def test_phones_get_the_way_to_the_list_while_it_is_shown_and_at_the_end(workshop: Workshop) -> None:
    phone, gone = await workshop.phone(), await workshop.phone("Delivery")
    row = await add(workshop, "Share the forecast")
    await workshop.command("scene.plan")
    assert "See what we agreed" not in phone.line.shown["content"], "nothing is agreed yet"

    await agree(workshop, row)
    await phone.until("See what we agreed")
    await workshop.command("scene.none")
    await phone.until(lambda _: "See what we agreed" not in phone.line.shown["content"])
    await gone.say(type="withdraw")
    await workshop.do("POST /close")

    await phone.until("See what we agreed")
    await gone.until("See what we agreed")


async def test_phones_hear_nothing_of_a_plan_that_is_not_shown(workshop: Workshop) -> None:
    phone, screen = await workshop.phone(), await workshop.screen()
    await workshop.open()
    await phone.until('data-place="open"')
    views = len(phone.line.views)

    await agree(workshop, await add(workshop, "Kept for later"))
    await workshop.close()
    await phone.until('data-place="closed"')

    assert len(phone.line.views) == views + 1
    assert not any("Kept for later" in text for text in (*phone.line.raw, *screen.line.raw))


async def test_a_closed_sessions_plan_still_grows_on_phones(workshop: Workshop) -> None:
    phone = await workshop.phone()
    await workshop.do("POST /close")
    await phone.until('data-place="ended"')

    await agree(workshop, await add(workshop, "Said on the way out"))

    await phone.until("See what we agreed")
    assert "Said on the way out" in (await phone.page("/plan")).text
