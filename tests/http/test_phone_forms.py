"""The phone by form posts alone: no socket, no script, from the typed code to taking everything back."""

import re
from urllib.parse import urlsplit

from tests.live.server import Server
from tests.live.workshop import Web, Workshop


class Browser(Web):
    """A browser without script: it follows redirects, and sends a form's token with each post."""

    async def submit(self, page: str, path: str, **fields: str):
        """Send a form of ``page`` to ``path``, and go on to where that leads."""
        found = re.search(r'name="csrf" value="(\w+)"', page)
        assert found is not None, "the page has no form"
        answer = await self.client.post(path, data={"csrf": found.group(1), **fields}, follow_redirects=True)
        self.at = urlsplit(str(answer.url)).path
        return answer


async def test_the_whole_way_of_a_phone_by_forms_alone(workshop: Workshop, server: Server) -> None:
    browser, phone_path = Browser(server), f"/p/{workshop.id}"
    code_page = (await browser.get("/join")).text

    wrong = await browser.submit(code_page, "/join", code="NOSUCH")
    assert (wrong.status_code, 'value="NOSUCH"' in wrong.text) == (404, True)
    empty = await browser.submit(code_page, "/join", code="")
    assert (empty.status_code, "Type the code first" in empty.text) == (404, True)

    door = await browser.submit(code_page, "/join", code=workshop.session["code"].lower())
    assert browser.at == f"/j/{workshop.session['code']}"
    for group in workshop.groups.values():
        assert f'value="{group["id"]}"' in door.text
    none = await browser.submit(door.text, browser.at)
    assert (none.status_code, "Choose your group" in none.text) == (422, True)

    waiting = await browser.submit(door.text, browser.at, group=workshop.groups["Leadership"]["id"])
    assert (browser.at, 'data-place="lobby"' in waiting.text) == (phone_path, True)
    cookie = next(one for one in browser.client.cookies.jar if one.name == f"stairstep_p_{workshop.id}")
    assert cookie.has_nonstandard_attr("HttpOnly")
    again = await browser.get(f"/j/{workshop.join_token}")
    assert again.headers["location"] == phone_path, "who is in does not join twice"

    moved = await browser.submit(waiting.text, f"{phone_path}/group", group=workshop.groups["Delivery"]["id"])
    assert "Delivery" in moved.text

    await workshop.open()
    asked = (await browser.get(phone_path)).text
    assert 'data-place="open"' in asked
    nothing = await browser.submit(asked, f"{phone_path}/answer", question="current")
    assert (nothing.status_code, "Choose a step first" in nothing.text) == (422, True)
    off = await browser.submit(asked, f"{phone_path}/answer", question="current", **{"choice.relationship": "6"})
    assert off.status_code == 422
    for choice, words in (("4", "step 4"), ("2", "step 2"), ("cant", "can’t judge")):
        saved = await browser.submit(
            asked, f"{phone_path}/answer", question="current", **{"choice.relationship": choice}
        )
        assert f'value="{choice}" checked' in saved.text
        assert words in saved.text.split('id="status"')[1]
    assert server.rows("SELECT choice FROM answer WHERE session_id = ?", workshop.id) == [(None,)]
    late_move = await browser.submit(saved.text, f"{phone_path}/group", group=workshop.groups["Leadership"]["id"])
    assert late_move.status_code == 409

    await workshop.close()
    closed = await browser.submit(
        saved.text, f"{phone_path}/answer", question="current", **{"choice.relationship": "5"}
    )
    assert (closed.status_code, 'data-place="closed"' in closed.text) == (409, True)

    await workshop.open("change")
    writing = (await browser.get(phone_path)).text
    kept = await browser.submit(writing, f"{phone_path}/idea", text="Plan together")
    assert kept.status_code == 422
    assert "Plan together</textarea>" in kept.text, "what was typed is kept"
    written = await browser.submit(writing, f"{phone_path}/idea", text="Plan together", who="us")
    assert "1 of 5 ideas sent" in written.text
    assert server.rows("SELECT text, who FROM idea WHERE session_id = ?", workshop.id) == [
        ("Plan together", "supplier")
    ]

    sure = await browser.get(f"{phone_path}/withdraw")
    gone = await browser.submit(sure.text, f"{phone_path}/withdraw")
    assert 'data-place="withdrawn"' in gone.text
    for table in ("answer", "idea"):
        assert server.rows(f"SELECT count(*) FROM {table} WHERE session_id = ?", workshop.id) == [(0,)]
    await browser.close()


async def test_a_name_is_asked_for_where_the_session_is_named_and_nowhere_else(workshops, server: Server) -> None:
    named, plain, sides = (
        await workshops(attribution="named"),
        await workshops(),
        await workshops(attribution="anonymous"),
    )
    browser = Browser(server)

    door = (await browser.get(f"/j/{named.join_token}")).text
    assert 'name="name"' in door
    no_name = await browser.submit(door, f"/j/{named.join_token}", group=named.groups["Leadership"]["id"])
    assert no_name.status_code == 422
    await browser.submit(door, f"/j/{named.join_token}", group=named.groups["Leadership"]["id"], name="Åse 🙂")
    assert server.rows("SELECT name FROM participant WHERE session_id = ?", named.id) == [("Åse 🙂",)]

    door = (await browser.get(f"/j/{plain.join_token}")).text
    assert 'name="name"' not in door
    await browser.submit(door, f"/j/{plain.join_token}", group=plain.groups["Leadership"]["id"], name="Smuggled")
    assert server.rows("SELECT name FROM participant WHERE session_id = ?", plain.id) == [(None,)]

    door = (await browser.get(f"/j/{sides.join_token}")).text
    assert 'name="side"' in door
    assert 'name="group"' not in door
    joined = await browser.submit(door, f"/j/{sides.join_token}", side="supplier")
    assert 'data-side="supplier"' in joined.text
    await browser.close()


async def test_open_sides_are_agreed_by_form(workshop: Workshop, server: Server) -> None:
    browser = Browser(server)
    door = (await browser.get(f"/j/{workshop.join_token}")).text
    await browser.submit(door, f"/j/{workshop.join_token}", group=workshop.groups["Account team"]["id"])
    await workshop.do("POST /open-side", {"side": "supplier"})
    page = (await browser.get(f"/p/{workshop.id}")).text
    assert 'id="open-side"' in page

    yes = await browser.submit(page, f"/p/{workshop.id}/open-side", yes="1")
    assert "You said yes" in yes.text
    no = await browser.submit(page, f"/p/{workshop.id}/open-side", yes="0")
    assert "You said no" in no.text
    await browser.close()


async def test_a_door_that_was_locked_keeps_who_is_in(workshop: Workshop, server: Server) -> None:
    browser = Browser(server)
    door = (await browser.get(f"/j/{workshop.join_token}")).text
    await browser.submit(door, f"/j/{workshop.join_token}", group=workshop.groups["Leadership"]["id"])
    await workshop.do("PATCH ", {"locked": True})

    again = await browser.get(f"/j/{workshop.join_token}")

    assert again.headers["location"] == f"/p/{workshop.id}"
    stranger = Browser(server)
    assert (await stranger.get(f"/j/{workshop.join_token}")).status_code == 404
    refused = await stranger.submit(door.replace("x", "x"), f"/j/{workshop.join_token}", group="x")
    assert refused.status_code in {403, 404}
    for web in (browser, stranger):
        await web.close()


async def test_ideas_by_form_are_refused_like_ideas_by_socket(workshop: Workshop) -> None:
    phone = await workshop.join()
    assert (await phone.post("/idea", text="early", who="us")).status_code == 409
    await workshop.open("change")

    assert (await phone.post("/idea", text="x" * 281, who="us")).status_code == 422
    assert (await phone.post("/idea", text=" ", who="us")).status_code == 422
    assert (await phone.post("/idea", text="bell \a", who="us")).status_code == 422
    assert (await workshop.do("GET /ideas"))["items"] == []
