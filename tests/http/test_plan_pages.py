"""The commitments' pages as forms: what was typed is never lost, and the list on a phone."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

from tests.live.workshop import Web, Workshop

SOON = (date.today() + timedelta(days=20)).isoformat()  # noqa: DTZ011
MARKUP = '<img src=x onerror="alert(1)">{{1337*1337}}'
ROW = {"text": "Share the forecast", "side": "customer", "owner": "P. Okoro", "due": SOON}


async def post(browser: Web, workshop: Workshop, path: str = "", **fields: str) -> Any:
    return await browser.post(f"{workshop.path}/plan{path}", csrf=await browser.csrf(f"{workshop.path}/plan"), **fields)


async def rows(workshop: Workshop) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await workshop.do("GET /commitments"))["items"]
    return found


async def test_a_row_is_added_accepted_and_taken_on(workshop: Workshop, browser: Web) -> None:
    added = await post(browser, workshop, **ROW)
    (row,) = await rows(workshop)
    assert added.headers["location"] == f"{workshop.path}/plan#row-{row['id']}"

    for step in ("accept-customer", "accept-customer", "accept-supplier"):
        assert (await post(browser, workshop, f"/{row['id']}/{step}")).status_code == 303
    assert (await rows(workshop))[0]["state"] == "agreed"
    said = await post(browser, workshop, f"/{row['id']}/check-in", state="in_hand", note="Begun")
    assert said.headers["location"] == f"{workshop.path}/plan/{row['id']}#check-in"
    page = (await browser.get(f"{workshop.path}/plan/{row['id']}")).text
    assert "Begun" in page
    assert "Still in hand" in page


async def test_what_is_wrong_stands_beside_its_field_and_all_that_was_typed_is_kept(
    workshop: Workshop, browser: Web
) -> None:
    long = "y" * 400

    answer = await post(browser, workshop, text=long, side="", owner="P. Okoro", due="2020-01-31", theme_id="gone")

    assert answer.status_code == 422
    for words in (
        "What will be done has 400 characters; 200 fit.", "Choose who will do it", "This date is in the past.",
        "This theme was removed meanwhile.", f'value="{long}"', 'value="P. Okoro"', 'value="2020-01-31"',
    ):  # fmt: skip
        assert words in unescape(answer.text), words
    assert await rows(workshop) == []


async def test_names_and_words_with_markup_are_shown_as_they_were_typed(workshop: Workshop, browser: Web) -> None:
    await post(browser, workshop, **ROW | {"owner": MARKUP, "text": MARKUP, "counterpart": MARKUP})
    (row,) = await rows(workshop)
    await post(browser, workshop, f"/{row['id']}/accept-customer")
    await post(browser, workshop, f"/{row['id']}/accept-supplier")
    await workshop.command("scene.plan")
    phone = await workshop.join()

    account = f"/accounts/{workshop.session['account_id']}"
    for path in ("/plan", f"/plan/{row['id']}", "/report", "/report?cut=customer"):
        text = (await browser.get(f"{workshop.path}{path}")).text
        assert MARKUP in unescape(text), path
        assert "<img" not in text, path
    for answer in (
        await phone.page("/plan"),
        await workshop.web.get(f"/screen/{workshop.id}?key={workshop.key}"),
        await browser.get(account),
    ):
        assert MARKUP in unescape(answer.text)
        assert "<img" not in answer.text
        assert str(1337 * 1337) not in answer.text


async def test_an_edit_that_loses_is_offered_back_beside_the_words_that_won(workshop: Workshop, browser: Web) -> None:
    await post(browser, workshop, **ROW)
    (row,) = await rows(workshop)
    await workshop.do(f"PATCH /commitments/{row['id']}", {"text": "Theirs"})

    lost = await post(browser, workshop, f"/{row['id']}", **ROW | {"text": "Mine", "revision": "1"})

    assert lost.status_code == 409
    assert "Inga Berg changed this at the same time. Keep their words or use yours." in lost.text
    assert "Theirs" in lost.text
    assert 'value="Mine"' in lost.text
    assert (await rows(workshop))[0]["text"] == "Theirs"
    again = re.search(r'name="revision" value="(\d+)"', lost.text)
    assert again is not None
    assert (
        await post(browser, workshop, f"/{row['id']}", **ROW | {"text": "Mine", "revision": again.group(1)})
    ).status_code == 303
    assert (await rows(workshop))[0]["text"] == "Mine"


async def test_a_row_deleted_while_somebody_edits_it_leaves_their_words_in_the_form(
    workshop: Workshop, browser: Web
) -> None:
    await post(browser, workshop, **ROW)
    (row,) = await rows(workshop)
    await workshop.do(f"DELETE /commitments/{row['id']}", status=204)

    answer = await post(browser, workshop, f"/{row['id']}", **ROW | {"text": "Kept words", "revision": "1"})

    assert answer.status_code == 409
    assert "This row was deleted meanwhile. Your words are kept here" in answer.text
    assert 'value="Kept words"' in answer.text
    gone = await post(browser, workshop, f"/{row['id']}/accept-customer")
    assert gone.status_code == 404
    assert "This row was deleted meanwhile." in gone.text


async def test_a_step_that_cannot_follow_is_told_on_the_page(workshop: Workshop, browser: Web) -> None:
    await post(browser, workshop, **ROW)
    (row,) = await rows(workshop)

    answer = await post(browser, workshop, f"/{row['id']}/check-in", state="done", note="A note to keep")

    assert answer.status_code == 409
    assert "Both sides accept it first." in answer.text
    assert "A note to keep" in answer.text
    assert (await post(browser, workshop, f"/{row['id']}/dance")).status_code == 404


async def test_a_mistaken_check_in_is_corrected_or_removed_and_who_did_is_kept(
    workshop: Workshop, browser: Web, owner: Web
) -> None:
    made = await workshop.do("POST /commitments", ROW, status=201)
    await workshop.do(f"PATCH /commitments/{made['id']}", {"state": "agreed"})
    at = f"/{made['id']}"
    for state, note in (("in_hand", "Begn"), ("done", "By mistake")):
        await post(browser, workshop, f"{at}/check-in", state=state, note=note)
    newest, first = (await rows(workshop))[0]["check_ins"]

    saved = await post(browser, workshop, f"{at}/correct", look=first["id"], note="Begun", before="Begn")
    assert saved.headers["location"] == f"{workshop.path}/plan{at}#check-in"
    late = await post(browser, workshop, f"{at}/correct", look=first["id"], note="Began", before="Begn")
    assert late.status_code == 409
    assert "Inga Berg changed this at the same time." in late.text
    assert ">Began</textarea>" in late.text, "what was typed is offered back"
    assert (await post(browser, workshop, f"{at}/remove", look=newest["id"])).status_code == 303

    row = (await rows(workshop))[0]
    assert row["state"] == "in_hand", "it stands as before the mistake"
    assert [look["note"] for look in row["check_ins"]] == ["Begun"]
    page = (await browser.get(f"{workshop.path}/plan{at}")).text
    assert "By mistake" not in page
    assert "A check-in was removed here" in page
    assert page.count("Corrected by Inga Berg, ") == 1
    gone = await post(browser, workshop, f"{at}/correct", look=newest["id"], note="Kept words", before="By mistake")
    assert gone.status_code == 409
    assert "This check-in was removed meanwhile. Your words are kept here" in gone.text
    assert ">Kept words</textarea>" in gone.text
    assert (await post(browser, workshop, f"{at}/remove", look=newest["id"])).status_code == 404
    export = (await owner.get(f"{workshop.path}/export.json")).text
    assert "Begun" in export
    assert "By mistake" not in export


async def test_taking_back_a_step_back_gives_both_sides_yes_back(workshop: Workshop, browser: Web) -> None:
    made = await workshop.do("POST /commitments", ROW, status=201)
    for state in ("agreed", "in_hand"):
        await workshop.do(f"PATCH /commitments/{made['id']}", {"state": state})
    await post(browser, workshop, f"/{made['id']}/check-in", state="proposed", note="Wrong row")
    row = (await rows(workshop))[0]
    assert (row["state"], row["accepted"]["customer"]) == ("proposed", False)

    await post(browser, workshop, f"/{made['id']}/remove", look=row["check_ins"][0]["id"])

    row = (await rows(workshop))[0]
    assert (row["state"], row["accepted"]) == ("in_hand", {"customer": True, "supplier": True})


async def test_the_facilitator_is_told_kindly_where_one_side_has_all_rows(workshop: Workshop, browser: Web) -> None:
    await post(browser, workshop, **ROW)

    page = unescape((await browser.get(f"{workshop.path}/plan")).text)

    assert "The row is for Northfield." in page
    assert "A plan with one side only rarely holds." in page


async def test_the_list_reaches_phones_at_the_end_and_holds_only_what_both_accepted(workshop: Workshop) -> None:
    ana, ben = await workshop.join(), await workshop.join("Delivery")
    for text in ("Agreed row", "Proposed row"):
        await workshop.do("POST /commitments", ROW | {"text": text}, status=201)
    agreed = (await rows(workshop))[0]
    await workshop.do(f"PATCH /commitments/{agreed['id']}", {"state": "agreed"})
    before = (await ana.page("/plan")).text
    assert "Agreed row" not in before
    assert "The list comes to your phone at the end of the session." in before

    await ben.post("/withdraw")
    await workshop.do("POST /close")

    for phone in (ana, ben):
        text = (await phone.page("/plan")).text
        assert "Agreed row" in text
        assert "Proposed row" not in text
    assert "Take back my answers" in (await ana.page("/plan")).text
    assert "Take back my answers" not in (await ben.page("/plan")).text
    assert "See what we agreed" in (await ana.page()).text


async def test_a_phone_gets_a_link_that_lasts_and_it_is_the_same_for_all(workshop: Workshop) -> None:
    ana, ben = await workshop.join(), await workshop.join("Delivery")
    row = await workshop.do("POST /commitments", ROW, status=201)
    early = await ana.post("/plan")
    assert early.status_code == 409
    await workshop.do(f"PATCH /commitments/{row['id']}", {"state": "agreed"})
    await workshop.do("POST /close")

    links = {_link((await phone.post("/plan")).text) for phone in (ana, ben, ana)}

    assert len(links) == 1
    (path,) = links
    assert workshop.server.rows("SELECT count(*) FROM share_link WHERE session_id = ?", workshop.id) == [(1,)]
    workshop.server.act(_let_phones_go, session_id=workshop.id)
    assert (await ana.page("/plan")).status_code == 401
    shared = await workshop.web.get(path)
    assert shared.status_code == 200
    assert "Share the forecast" in shared.text
    (link,) = (await workshop.do("GET /share-links"))["items"]
    assert (link["for_phones"], link["made_by"]) == (True, "")


def _link(text: str) -> str:
    found = re.search(r"/share/[\w-]+", text)
    assert found is not None
    return found.group()


def _let_phones_go(db: Any, *, session_id: str) -> None:
    from app.actions.sessions import SEAL_AFTER_MS, _seal_if_due
    from app.store.ids import now_ms

    assert _seal_if_due(db, session_id, now_ms() + SEAL_AFTER_MS + 1)


async def test_the_account_tells_what_was_promised_what_was_done_and_what_is_late(
    workshops: Any, browser: Web, api: Web
) -> None:
    workshop: Workshop = await Workshop.make(browser.server, api)
    done, late = [
        await workshop.do("POST /commitments", ROW | {"text": text}, status=201) for text in ("Was done", "Is late")
    ]
    for row in (done, late):
        await workshop.do(f"PATCH /commitments/{row['id']}", {"state": "agreed"})
    await workshop.do(f"PATCH /commitments/{done['id']}", {"state": "done"})
    workshop.server.act(_make_late, commitment_id=late["id"])

    page = (await browser.get(f"/accounts/{workshop.session['account_id']}")).text

    open_rows = page.split('id="open-commitments"')[1].split("</section>")[0]
    assert "Is late" in open_rows
    assert "Was done" not in open_rows
    assert "1 late" in page.split('id="promised"')[1]
    await workshop.leave()


def _make_late(db: Any, *, commitment_id: str) -> None:
    from app.store.plan_tables import Commitment

    db.get_one(Commitment, commitment_id).due = "2020-01-31"
