"""Commitments by the HTTP API: written down, accepted, on their way, and every way in which they can be refused."""

import asyncio
import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest

from tests.http.words import problem
from tests.live.workshop import Web, Workshop

SOON = (date.today() + timedelta(days=20)).isoformat()  # noqa: DTZ011  the server's day may be another: see LATER
LATER = (date.today() + timedelta(days=40)).isoformat()  # noqa: DTZ011
ROW = {"text": "Share the forecast", "side": "customer", "owner": "P. Okoro", "due": SOON, "counterpart": "a plan back"}


async def add(workshop: Workshop, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = await workshop.do("POST /commitments", ROW | more, status=201)
    return found


async def change(workshop: Workshop, row: dict[str, Any], **body: Any) -> dict[str, Any]:
    found: dict[str, Any] = await workshop.do(f"PATCH /commitments/{row['id']}", body)
    return found


async def refused(workshop: Workshop, status: int, *fields: str, id_: str = "", **body: Any) -> dict[str, object]:
    method, path = ("PATCH", f"/commitments/{id_}") if id_ else ("POST", "/commitments")
    answer = await workshop.api.client.request(method, f"/api/v1{workshop.path}{path}", json=body)
    return problem(answer, status, *fields)


async def listed(workshop: Workshop) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await workshop.do("GET /commitments"))["items"]
    return found


async def test_a_row_is_kept_as_it_was_written(workshop: Workshop) -> None:
    version = (await workshop.do("GET "))["version"]

    row = await add(workshop)

    assert row == ROW | {
        "id": row["id"], "state": "proposed", "theme_id": None, "late": False, "check_ins": [],
        "accepted": {"customer": False, "supplier": False}, "revision": 1, "changed_by": "Inga Berg",
    }  # fmt: skip
    assert await listed(workshop) == [row]
    assert (await workshop.do("GET "))["version"] == version + 1


async def test_only_what_and_which_side_have_to_be_said(workshop: Workshop) -> None:
    row = await workshop.do("POST /commitments", {"text": "Meet", "side": "both"}, status=201)

    assert (row["owner"], row["due"], row["counterpart"]) == ("", None, "")


async def test_both_sides_yes_makes_it_agreed_and_a_second_yes_does_no_harm(workshop: Workshop) -> None:
    row = await add(workshop)

    row = await change(workshop, row, accepted={"customer": True})
    assert (row["state"], row["accepted"]) == ("proposed", {"customer": True, "supplier": False})
    again = await change(workshop, row, accepted={"customer": True})
    assert again == row, "nothing changed, not even the revision"
    row = await change(workshop, row, accepted={"supplier": True})
    assert row["state"] == "agreed"
    row = await change(workshop, row, accepted={"customer": False})
    assert (row["state"], row["accepted"]) == ("proposed", {"customer": False, "supplier": True})


async def test_agreed_is_the_yes_of_both_and_proposed_takes_it_back(workshop: Workshop) -> None:
    row = await change(workshop, await add(workshop), state="agreed")
    assert row["accepted"] == {"customer": True, "supplier": True}
    assert row["check_ins"] == []

    row = await change(workshop, row, state="proposed")

    assert row["accepted"] == {"customer": False, "supplier": False}


async def test_the_way_from_agreed_to_done_is_written_down(workshop: Workshop) -> None:
    row = await change(workshop, await add(workshop), state="agreed")

    row = await change(workshop, row, state="in_hand")
    row = await workshop.do(f"POST /commitments/{row['id']}/check-ins", {"note": "Half of it"}, status=201)
    row = await workshop.do(f"POST /commitments/{row['id']}/check-ins", {"note": "All", "state": "done"}, status=201)

    assert row["state"] == "done"
    told = [(one["state"], one["note"], one["by"]) for one in row["check_ins"]]
    assert told == [("done", "All", "Inga Berg"), ("in_hand", "Half of it", "Inga Berg"), ("in_hand", "", "Inga Berg")]
    row = await change(workshop, row, state="in_hand")
    assert row["state"] == "in_hand", "done by mistake can be taken back"


@pytest.mark.parametrize("state", ["in_hand", "done"])
async def test_nothing_is_in_hand_or_done_before_both_accepted(workshop: Workshop, state: str) -> None:
    row = await change(workshop, await add(workshop), accepted={"customer": True})

    told = await refused(workshop, 409, id_=row["id"], state=state)

    assert told["detail"] == "This is proposed. Both sides accept it first."
    assert await listed(workshop) == [row]


async def test_a_step_that_cannot_follow_says_which_can(workshop: Workshop) -> None:
    row = await change(workshop, await add(workshop), state="agreed")
    await change(workshop, row, state="done")

    told = await refused(workshop, 409, id_=row["id"], state="dropped")
    assert told["detail"] == "This is done, so it can’t be dropped next. It can be in hand."
    told = await refused(workshop, 409, id_=row["id"], accepted={"customer": False})
    assert told["detail"] == "This is done, so what each side said to it stays."
    told = await refused(workshop, 409, id_=row["id"], text="Other words")
    assert told["detail"] == "This is done, so its words stay as they were. Take it up again first."
    await refused(workshop, 422, "state", id_=row["id"], state="finished")


@pytest.mark.parametrize("changed", [{"text": "More"}, {"side": "both"}, {"counterpart": "more"}, {"due": LATER}])
async def test_other_words_than_those_accepted_are_accepted_anew(workshop: Workshop, changed: dict[str, str]) -> None:
    row = await change(workshop, await add(workshop), state="agreed")

    row = await change(workshop, row, **changed)

    assert (row["state"], row["accepted"]) == ("proposed", {"customer": False, "supplier": False})


async def test_a_name_may_change_without_asking_again(workshop: Workshop) -> None:
    row = await change(workshop, await add(workshop), state="agreed")

    assert (await change(workshop, row, owner="R. Castell"))["state"] == "agreed"


async def test_a_date_that_moves_while_in_hand_leaves_a_check_in(workshop: Workshop) -> None:
    row = await change(workshop, await add(workshop), state="agreed")
    row = await change(workshop, row, state="in_hand")

    row = await change(workshop, row, due=LATER)

    assert row["state"] == "in_hand"
    assert row["check_ins"][0]["note"].startswith("Date moved from ")


async def test_a_date_in_the_past_is_refused_when_it_is_new_and_kept_when_it_is_not(workshop: Workshop) -> None:
    told = await refused(workshop, 422, "due", **ROW | {"due": "2020-01-31"})
    assert told["detail"] == "This date is in the past. Choose one from today on."
    for text in ("31.12.2026", "20261231", "2026-02-30", "2026-W05-1", "soon"):
        told = await refused(workshop, 422, "due", **ROW | {"due": text})
        assert told["detail"] == "Write the date as year, month and day, such as 2026-12-31."

    row = await change(workshop, await add(workshop), state="agreed")
    workshop.server.act(_let_time_pass, commitment_id=row["id"])
    (row,) = await listed(workshop)
    assert row["late"] is True
    assert (await change(workshop, row, due="2020-01-31", owner="Somebody"))["due"] == "2020-01-31"
    assert (await change(workshop, row, due=None))["late"] is False


def _let_time_pass(db: Any, *, commitment_id: str) -> None:
    from app.store.plan_tables import Commitment

    db.get_one(Commitment, commitment_id).due = "2020-01-31"


async def test_a_text_that_is_too_long_is_refused_with_its_length(workshop: Workshop) -> None:
    told = await refused(workshop, 422, "text", **ROW | {"text": "x" * 400})

    assert told["type"] == "urn:stairstep:too_long"
    assert told["detail"] == "What will be done has 400 characters; 200 fit. Make it shorter and send it again."
    assert (await add(workshop, text="x" * 200))["text"] == "x" * 200


async def test_every_field_that_is_wrong_is_named(workshop: Workshop) -> None:
    told = await refused(workshop, 422, "text", "due", "owner", **ROW | {"text": " ", "due": "x", "owner": "a\x00b"})

    assert told["detail"] == "Some of this can’t be used."
    await refused(workshop, 422, "side", **ROW | {"side": "us"})
    assert await listed(workshop) == []


async def test_a_theme_of_this_session_may_be_named_and_no_other(workshop: Workshop, workshops: Any) -> None:
    here, there = _theme(workshop, "Ordering"), _theme(await workshops(), "Elsewhere")

    row = await add(workshop, theme_id=here)

    assert row["theme_id"] == here
    for unknown in (there, "nowhere"):
        told = await refused(workshop, 422, "theme_id", **ROW | {"theme_id": unknown})
        assert told["detail"] == "This theme was removed meanwhile. Choose another one, or none."
    workshop.server.act(_remove_theme, theme_id=here)
    assert (await listed(workshop))[0]["theme_id"] is None, "the row outlives its theme"


def _theme(workshop: Workshop, name: str) -> str:
    from app.store.ids import new_id
    from app.store.tables import Theme

    id_ = new_id()
    workshop.server.act(lambda db: db.add(Theme(id=id_, session_id=workshop.id, name=name)))
    return id_


def _remove_theme(db: Any, *, theme_id: str) -> None:
    from app.store.tables import Theme

    db.delete(db.get_one(Theme, theme_id))


async def test_of_two_edits_of_the_same_row_one_wins_and_the_other_is_told(workshop: Workshop) -> None:
    row = await add(workshop)

    answers = await asyncio.gather(
        *(
            workshop.api.client.patch(
                f"/api/v1{workshop.path}/commitments/{row['id']}", json={"text": text, "revision": 1}
            )
            for text in ("One", "Two", "Three")
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    lost = next(answer for answer in answers if answer.status_code == 409)
    assert problem(lost, 409)["detail"] == "Inga Berg changed this at the same time. Keep their words or use yours."
    (now,) = await listed(workshop)
    assert now["revision"] == 2
    assert now["text"] == next(answer.json()["text"] for answer in answers if answer.status_code == 200)


async def test_all_of_a_change_is_stored_or_nothing(workshop: Workshop) -> None:
    row = await add(workshop)

    await refused(workshop, 409, id_=row["id"], text="New words", accepted={"customer": True}, state="done")

    assert await listed(workshop) == [row]


async def test_what_was_never_agreed_can_be_deleted_and_what_was_only_dropped(workshop: Workshop) -> None:
    row = await add(workshop)
    agreed = await change(workshop, await add(workshop), state="agreed")

    await workshop.do(f"DELETE /commitments/{row['id']}", status=204)
    problem(await workshop.api.client.delete(f"/api/v1{workshop.path}/commitments/{row['id']}"), 404)
    kept = await workshop.api.client.delete(f"/api/v1{workshop.path}/commitments/{agreed['id']}")
    assert "Drop it instead" in str(problem(kept, 409)["detail"])
    await change(workshop, agreed, state="dropped")
    await workshop.do(f"DELETE /commitments/{agreed['id']}", status=204)

    assert await listed(workshop) == []


async def test_a_check_in_says_something(workshop: Workshop) -> None:
    row = await add(workshop)
    path = f"/api/v1{workshop.path}/commitments/{row['id']}/check-ins"

    problem(await workshop.api.client.post(path, json={}), 422, "note")
    long = await workshop.api.client.post(path, json={"note": "x" * 401})
    assert problem(long, 422)["detail"] == "The note has 401 characters; 400 fit. Make it shorter and send it again."


async def test_a_list_has_an_end(workshop: Workshop) -> None:
    from app.actions.commitments import add_commitment

    def fill(db: Any) -> None:
        for number in range(60):
            add_commitment(db, session_id=workshop.id, by="", said={"text": f"Row {number}", "side": "both"})

    workshop.server.act(fill)

    assert (await refused(workshop, 409, **ROW))["detail"] == (
        "This list has 60 rows, as many as fit. Fewer promises are kept more often."
    )
    assert len((await workshop.do("GET /commitments?limit=50"))["items"]) == 50


async def test_results_tell_the_customer_what_both_agreed_to_and_no_note(workshop: Workshop) -> None:
    await add(workshop, text="Only proposed")
    await change(workshop, await add(workshop, text="Dropped before it was agreed"), state="dropped")
    done = await change(workshop, await add(workshop, text="Agreed and done"), state="agreed")
    await workshop.do(f"POST /commitments/{done['id']}/check-ins", {"note": "candid words", "state": "done"})

    shared, private = await workshop.results("customer"), await workshop.results("private")

    assert [row["text"] for row in shared["commitments"]] == ["Agreed and done"]
    (row,) = shared["commitments"]
    assert set(row["check_ins"][0]) == {"date", "state"}
    assert "changed_by" not in row
    assert len(private["commitments"]) == 3
    for kind in ("csv", "json"):
        text = (await workshop.api.get(f"/api/v1{workshop.path}/export.{kind}?cut=customer")).text
        assert "Agreed and done" in text
        assert not [words for words in ("Only proposed", "candid words", "Dropped before") if words in text]


@pytest.mark.parametrize("text", ["=CMD()", "+1 agree", "-1", "@sum(A1)"])
async def test_no_spreadsheet_runs_what_was_promised_or_by_whom(workshop: Workshop, text: str) -> None:
    await change(workshop, await add(workshop, text=text, owner=text, counterpart=text), state="agreed")

    body = (await workshop.api.get(f"/api/v1{workshop.path}/export.csv")).content.decode("utf-8-sig")

    cells = [cell for line in csv.reader(io.StringIO(body)) for cell in line]
    assert cells.count(f"'{text}") == 3
    assert text not in cells


async def test_deleting_a_session_leaves_no_promise_and_no_link(workshop: Workshop) -> None:
    row = await change(workshop, await add(workshop), state="agreed")
    await change(workshop, row, state="in_hand")
    link = await workshop.do("POST /share-links", {"kind": "plan"}, status=201)
    await workshop.web.get(link["url"].replace("http://localhost", "http://127.0.0.1"))

    await workshop.do("DELETE ", status=204)

    rows = workshop.server.rows
    assert rows("SELECT id FROM commitment WHERE session_id = ?", workshop.id) == []
    assert rows("SELECT id FROM check_in WHERE commitment_id = ?", row["id"]) == []
    assert rows("SELECT id FROM share_link WHERE session_id = ?", workshop.id) == []
    assert rows("SELECT looks FROM share_view WHERE link_id = ?", link["id"]) == []


async def test_a_viewer_reads_the_list_and_changes_nothing(workshop: Workshop, viewer: Web) -> None:
    row = await add(workshop)

    assert (await viewer(f"GET {workshop.path}/commitments"))["items"] == [row]
    page = await viewer.get(f"{workshop.path}/plan")
    assert page.status_code == 200
    assert "Share the forecast" in page.text
    assert "<form" not in page.text.split('id="main"')[1]
    assert "Private to you" not in page.text
