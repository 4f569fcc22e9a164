"""Taking back, being sent out, agreeing to be shown: what a phone may still change about itself."""

import pytest

from tests.live.sockets import refused_with
from tests.live.test_phone import asked, stored
from tests.live.workshop import SUPPLIER, Workshop

LEFT = (
    "SELECT participant_id FROM answer WHERE participant_id = ?",
    "SELECT participant_id FROM idea WHERE participant_id = ?",
)


def left_of(workshop: Workshop, participant_id: str) -> list[tuple[str]]:
    return [row for query in LEFT for row in workshop.server.rows(query, participant_id)]


async def test_taking_back_deletes_everything_that_was_said(workshop: Workshop) -> None:
    phone, neighbour = await asked(workshop), await workshop.phone()
    tab = await phone.connect()
    await phone.choose(4, id="before")
    await neighbour.choose(2)
    await workshop.close()
    await workshop.open("change")
    await phone.until('data-question="change"')
    await phone.idea("a thought")

    reply = await phone.say(type="withdraw", id="w")

    assert reply["type"] == "ack"
    assert left_of(workshop, phone.id) == []
    for line in (phone.line, tab):
        await line.until('data-place="withdrawn"')
    assert len(left_of(workshop, neighbour.id)) == 1
    assert (await workshop.do("GET "))["questions"][0]["answered"] == {"customer": 1, "supplier": 0}
    assert (await phone.say(type="withdraw", id="w"))["type"] == "ack"


async def test_who_took_back_can_say_nothing_more_and_joins_anew(workshop: Workshop) -> None:
    phone = await asked(workshop)
    await phone.say(type="withdraw")

    assert (await phone.answer(4))["type"] == "refused"
    assert (await phone.idea("still here"))["type"] == "refused"
    assert (await phone.say(type="open_side", yes=True))["type"] == "refused"

    again = await workshop.phone()
    await again.choose(4)
    assert left_of(workshop, phone.id) == []
    page = await phone.page()
    assert 'data-place="withdrawn"' in page.text


async def test_a_message_from_before_taking_back_is_not_stored_when_it_comes_again(workshop: Workshop) -> None:
    phone = await asked(workshop)
    await phone.choose(4, id="before")
    await phone.say(type="withdraw")

    await phone.answer(4, id="before")

    assert stored(phone) == []


async def test_taking_back_by_form_shows_in_every_tab(workshop: Workshop) -> None:
    phone = await asked(workshop)
    await phone.choose(4)

    await phone.post("/withdraw")

    view = await phone.until('data-place="withdrawn"')
    assert view["state"]["mine"]["current"] == {}


async def test_who_is_removed_is_sent_out_with_4403_and_not_let_in_again(workshop: Workshop) -> None:
    phone, neighbour = await asked(workshop), await workshop.phone()
    tab = await phone.connect()
    await phone.choose(4)

    await workshop.do(f"DELETE /participants/{phone.id}", status=204)

    assert [await line.closed() for line in (phone.line, tab)] == [4403, 4403]
    assert left_of(workshop, phone.id) == []
    assert await refused_with(workshop.live("phone"), **phone.bearer) == 403
    assert 'data-place="removed"' in (await phone.page()).text
    assert (await phone.post("/answer", **{"question": "current", "choice.relationship": "2"})).status_code >= 400
    await neighbour.choose(2)


async def test_who_waits_to_be_let_in_sees_so_and_is_let_in(workshop: Workshop) -> None:
    await workshop.do("PATCH ", {"admit": True})
    phone = await workshop.phone()
    await workshop.open()

    assert phone.joined["waiting"] is True
    assert phone.state["place"] == "admit"
    assert (await phone.answer(4))["type"] == "refused"
    assert (await workshop.do("GET "))["joined"] == {"customer": 0, "supplier": 0}

    await workshop.do(f"POST /participants/{phone.id}/admit", status=204)
    await phone.until(lambda state: state["question"] == {"key": "current", "status": "open"})
    await phone.choose(4)


async def test_a_small_side_agrees_before_its_first_answer_and_not_after(workshop: Workshop) -> None:
    ana, ben = await workshop.phones(2, SUPPLIER)
    console = await workshop.console()
    await workshop.command("ask-open.supplier")
    await ana.until('id="open-side"')

    assert (await ana.say(type="open_side", yes=True, id="y"))["type"] == "ack"
    assert (await ana.say(type="open_side", yes=True, id="y"))["type"] == "ack"
    assert (await ana.say(type="open_side", yes=False, id="y"))["reason"] == "invalid"
    assert (await ben.say(type="open_side", yes=False))["type"] == "ack"
    assert (await ben.say(type="open_side", yes=True))["type"] == "ack"
    assert (await ana.connect()).shown["state"]["mine"]["open_side"] is True
    await console.until("open, as all agreed")

    await workshop.open()
    await ana.until('data-place="open"')
    await ana.choose(3)
    assert (await ana.say(type="open_side", yes=False))["reason"] == "closed"


async def test_who_comes_while_a_side_is_asked_is_counted_on_every_phone(workshop: Workshop) -> None:
    ana, ben = await workshop.phones(2, SUPPLIER)
    await workshop.command("ask-open.supplier")
    await ana.until("There are two of you")

    await workshop.phone(SUPPLIER)

    for phone in (ana, ben):
        await phone.until("There are 3 of you")


@pytest.mark.parametrize("face", ["phone", "screen", "console"])
async def test_a_deleted_session_ends_every_connection_with_4404(workshop: Workshop, face: str) -> None:
    phone, screen, console = await workshop.phone(), await workshop.screen(), await workshop.console()

    await workshop.do("DELETE ", status=204)

    line = {"phone": phone.line, "screen": screen.line, "console": console.line}[face]
    assert await line.closed() == 4404
    headers = {"phone": phone.bearer, "console": {"authorization": f"Bearer {workshop.api.token}"}}.get(face, {})
    url = workshop.live(face) + (f"?key={workshop.key}" if face == "screen" else "")
    assert await refused_with(url, **headers) in {401, 404}
