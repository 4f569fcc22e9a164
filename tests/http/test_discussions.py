"""The nine discussions over HTTP: evidence from what is public, notes that two people edit, reading first, the customer's cut."""

import re
from typing import Any

import pytest

from tests.http.words import problem
from tests.live.changes import theme
from tests.live.workshop import SUPPLIER, Web, Workshop

NOTHING = "Nothing to show yet: reveal today first."


async def panels(workshop: Workshop, cut: str = "private") -> dict[int, dict[str, Any]]:
    """The discussions by number."""
    items = (await workshop.do(f"GET /discussions?cut={cut}"))["items"]
    return {item["number"]: item for item in items}


async def revealed(workshop: Workshop) -> Workshop:
    """Three groups that differ, today and wanted revealed."""
    await workshop.vote("current", {"Leadership": (4, 4, 5), "Procurement": (1, 1, 2), "Account team": (4, 4, 4)})
    await workshop.vote("desired", {"Leadership": (5, 5, 5), "Procurement": (2, 2, 2), "Account team": (5, 5, 5)})
    await workshop.reveal()
    return workshop


async def test_before_the_reveal_there_is_no_evidence(workshop: Workshop) -> None:
    await workshop.vote("current", {"Leadership": (4, 4, 5), "Account team": (1, 1, 2)})

    found = await panels(workshop)

    assert [found[number]["evidence"]["sentence"] for number in range(1, 5)] == [NOTHING] * 4
    assert not any(found[number]["evidence"]["there"] for number in range(1, 8))
    assert all(found[number]["evidence"]["rows"] == [] for number in range(1, 8))


async def test_evidence_is_what_the_results_say(workshop: Workshop) -> None:
    await revealed(workshop)

    found, results = await panels(workshop), (await workshop.results())["dimensions"][0]

    customer = results["sides"]["customer"]["current"]
    assert found[1]["evidence"]["rows"][0]["current"]["counts"] == customer["counts"]
    assert found[1]["evidence"]["sentence"].startswith("Typical step ")
    between = next(
        pair
        for pair in results["pairs"]
        if pair["question"] == "current" and {pair["a"], pair["b"]} != {"customer", "supplier"}
    )
    assert found[2]["evidence"]["pairs"][0]["sentence"] == between["sentence"]
    sides = next(pair for pair in results["pairs"] if pair["question"] == "current" and pair["a"] == "customer")
    assert found[3]["evidence"]["sentence"] == sides["sentence"]
    assert found[3]["evidence"]["flag"] == sides["flag"]
    assert re.match(r"(Same|Other) start, (same|other) goal\.", found[4]["evidence"]["sentence"])
    await workshop.question("current", "hide")
    assert (await panels(workshop))[1]["evidence"]["sentence"] == NOTHING


async def test_a_side_too_small_to_show_has_no_number_in_any_discussion(workshop: Workshop) -> None:
    await workshop.vote("current", {"Leadership": (2, 3, 3), "Account team": (4, 5)})
    await workshop.reveal("current")

    found = await panels(workshop)

    assert found[3]["evidence"]["sentence"].endswith("has too few answers to show. So the sides can’t be compared.")
    assert found[3]["evidence"]["rows"] == []
    assert found[4]["evidence"]["there"] is False


async def test_ideas_are_evidence_once_shown_and_by_who_would_change(workshop: Workshop) -> None:
    ideas = {"ours": "supplier", "theirs": "customer", "of both": "both", "unread": "both"}
    for text, who in ideas.items():
        status = "waiting" if text == "unread" else "shown"
        await workshop.do("POST /ideas", {"text": text, "who": who, "side": "customer", "status": status})

    found = await panels(workshop)

    texts = {
        number: {idea["text"] for theme in found[number]["evidence"]["themes"] for idea in theme["ideas"]}
        for number in (5, 6)
    }
    assert texts == {5: {"ours", "of both"}, 6: {"theirs", "of both"}}
    assert found[5]["evidence"]["sentence"] == "2 ideas, not sorted into themes."


async def test_ideas_of_a_shown_theme_stand_under_its_name(workshop: Workshop, server: Any) -> None:
    from app.store import queries
    from app.store.tables import Theme

    def theme(db: Any, *, shown: bool, name: str) -> None:
        db.add(Theme(id=f"{name}-{workshop.id}", session_id=workshop.id, name=name, who="both", shown=shown))
        db.flush()
        idea = next(one for one in queries.ideas(db, workshop.id) if one.text == name)
        idea.theme_id = f"{name}-{workshop.id}"
        db.add(idea)

    for name in ("Forecast", "Hidden"):
        await workshop.do("POST /ideas", {"text": name, "who": "both", "side": "customer", "status": "shown"})
        server.act(theme, shown=name == "Forecast", name=name)

    found = (await panels(workshop))[5]["evidence"]

    assert [(one["name"], [idea["text"] for idea in one["ideas"]]) for one in found["themes"]] == [
        ("Forecast", ["Forecast"]),
        (None, ["Hidden"]),
    ]
    assert found["sentence"] == "2 ideas in 1 theme."


async def test_who_names_their_own_side_is_counted_when_ideas_are_closed_and_enough_wrote(workshop: Workshop) -> None:
    await workshop.open("change")
    customer = [await workshop.phone("Leadership") for _ in range(3)]
    supplier = [await workshop.phone("Delivery") for _ in range(2)]
    for phone in (*customer, *supplier):
        await phone.until('data-question="change"')
        assert (await phone.idea("x", who="them"))["type"] == "ack"
    for idea in (await workshop.do("GET /ideas"))["items"]:
        await workshop.do(f"PATCH /ideas/{idea['id']}", {"status": "shown"})
    assert (await panels(workshop))[7]["evidence"]["more"] == [], "not while a number would move with each idea"

    await workshop.close("change")
    found = (await panels(workshop))[7]["evidence"]

    assert found["sentence"] == "Readiness is not asked yet."
    assert found["more"] == [
        "Nobody at Northfield names their own side.",
        "Halden Works: too few wrote ideas to show a number.",
    ]


async def test_readiness_that_is_revealed_is_what_question_seven_talks_about(workshop: Workshop) -> None:
    customer, supplier = await workshop.phones(3), await workshop.phones(3, SUPPLIER)
    one, two = theme(workshop, "Plan together"), theme(workshop, "Share costs")
    await workshop.open("readiness")
    for phone in (*customer, *supplier):
        for theme_id, ready in ((one, True), (two, phone in customer)):
            reply = await phone.say(type="ready", theme_id=theme_id, value="yes" if ready else "not_yet")
            assert reply["type"] == "ack"
    await workshop.close("readiness")
    assert (await panels(workshop))[7]["evidence"]["ready"] == [], "not before it is revealed"

    await workshop.reveal("readiness")
    found = (await panels(workshop))[7]["evidence"]

    assert found["sentence"] == "One change can start: both sides are ready."
    assert [(row["theme"], row["verdict"]) for row in found["ready"]] == [
        ("Plan together", "Both sides are ready"),
        ("Share costs", "Northfield is ready, Halden Works not yet"),
    ]
    assert found["ready"][1]["sides"] == {"customer": "3 ready", "supplier": "0 ready, 3 not yet"}
    assert (await panels(workshop, "customer"))[7]["evidence"]["there"] is False, "the facilitator reads it first"
    await workshop.do("PATCH /discussions/7", {"read": True})
    await workshop.command("scene.discussion-7")
    screen = (await workshop.web.get(f"/screen/{workshop.id}?key={workshop.key}")).text
    assert 'data-discussion="7"' in screen
    assert "Northfield is ready, Halden Works not yet" in screen


async def test_six_and_seven_reach_others_once_the_facilitator_has_read_them(workshop: Workshop) -> None:
    await workshop.do("POST /ideas", {"text": "kx-theirs", "who": "customer", "side": "supplier", "status": "shown"})
    customer = (await panels(workshop, "customer"))[6]
    assert (customer["evidence"]["there"], customer["evidence"]["sentence"]) == (False, "Not shared yet.")
    assert (await panels(workshop))[6]["evidence"]["there"] is True
    problem(await workshop.api.client.post(f"/api/v1{workshop.path}/stage", json={"scene": "discussion-6"}), 409)

    await workshop.do("PATCH /discussions/6", {"read": True})

    assert (await panels(workshop, "customer"))[6]["evidence"]["themes"][0]["ideas"][0]["text"] == "kx-theirs"
    await workshop.do("POST /stage", {"scene": "discussion-6"})
    problem(await workshop.api.client.patch(f"/api/v1{workshop.path}/discussions/3", json={"read": True}), 422, "read")


async def test_the_customers_cut_has_seven_without_notes(workshop: Workshop) -> None:
    await workshop.do("PATCH /discussions/1", {"notes": "for us", "done": True})

    private, customer = await panels(workshop), await panels(workshop, "customer")

    assert sorted(private) == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert sorted(customer) == [1, 2, 3, 4, 5, 6, 7]
    assert (private[1]["notes"], private[1]["done"], private[8]["audience"]) == ("for us", True, "private")
    assert all(not {"notes", "done", "revision"} & set(one) for one in customer.values())


@pytest.mark.parametrize("scene", ["discussion-8", "discussion-9", "discussion-0", "discussion-1x", "discussion"])
async def test_a_private_discussion_can_t_be_put_on_the_big_screen(workshop: Workshop, scene: str) -> None:
    answer = problem(await workshop.api.client.post(f"/api/v1{workshop.path}/stage", json={"scene": scene}), 422)

    assert "Only discussions 1 to 7" in str(answer["detail"])
    assert (await workshop.do("GET "))["stage"]["scene"] is None


# --- notes ----------------------------------------------------------------------------------------

LETTERS = ("🙂 more\nlines", "<b>bold</b> {{ 7*7 }} <script>alert(1)</script>", "=1+1", "نحتاج إلى", "a\ttab", "")


@pytest.mark.parametrize("text", LETTERS)
async def test_notes_are_kept_as_they_are_written(workshop: Workshop, text: str) -> None:
    await workshop.do("PATCH /discussions/2", {"notes": "before"})

    kept = await workshop.do("PATCH /discussions/2", {"notes": text})

    assert kept["notes"] == text.replace("\t", " ")
    page = (await workshop.api.get(f"{workshop.path}/discussions")).text
    assert "<b>bold" not in page
    assert "<script>alert" not in page


async def test_notes_that_are_too_long_or_hold_what_can_t_be_shown_are_refused(workshop: Workshop) -> None:
    for notes, status in (("x" * 4001, 422), ("x\x00", 422), ("x" * 30_000, 422)):
        answer = await workshop.api.client.patch(f"/api/v1{workshop.path}/discussions/1", json={"notes": notes})
        assert answer.status_code == status
    assert (await workshop.do("PATCH /discussions/1", {"notes": "x" * 4000}))["revision"] == 1
    for number in (0, 10):
        problem(
            await workshop.api.client.patch(f"/api/v1{workshop.path}/discussions/{number}", json={"notes": "x"}), 404
        )


async def test_the_second_of_two_edits_is_told_and_overwrites_nothing(workshop: Workshop) -> None:
    first = await workshop.do("PATCH /discussions/3", {"notes": "Jonas was here", "revision": 0})

    late = await workshop.api.client.patch(
        f"/api/v1{workshop.path}/discussions/3", json={"notes": "mine", "revision": 0}
    )

    assert "changed these notes at the same time" in str(problem(late, 409)["detail"])
    assert (await panels(workshop))[3]["notes"] == "Jonas was here"
    again = await workshop.do("PATCH /discussions/3", {"notes": "mine", "revision": first["revision"]})
    assert (again["notes"], again["revision"]) == ("mine", 2)
    assert (await workshop.do("PATCH /discussions/3", {"notes": "mine", "revision": 0}))["revision"] == 2, (
        "the same words"
    )


async def send(workshop: Workshop, browser: Web, number: int, *, typed: bool = False, **fields: str) -> Any:
    """Send the form of one discussion; ``typed``: as htmx does while somebody types."""
    headers = {"hx-request": "true"} if typed else {}
    token = await browser.csrf(f"{workshop.path}/discussions")
    return await browser.client.post(
        f"{workshop.path}/discussions/{number}", data={"csrf": token, **fields}, headers=headers
    )


async def test_the_page_keeps_notes_without_javascript(workshop: Workshop, browser: Web) -> None:
    sent = await send(workshop, browser, 4, notes="two\r\nlines", revision="0", do="done")

    assert sent.headers["location"] == f"{workshop.path}/discussions?open=4#discussion-4"
    page = (await browser.get(f"{workshop.path}/discussions?open=4")).text
    assert ">two\nlines</textarea>" in page
    assert "1 of 9 done" in page
    await send(workshop, browser, 4, notes="two\nlines", revision="1", do="undone")
    assert (await panels(workshop))[4]["done"] is False


async def test_typing_is_answered_with_where_the_notes_stand(workshop: Workshop, browser: Web) -> None:
    saved = await send(workshop, browser, 9, typed=True, notes="not for them", revision="0")
    late = await send(workshop, browser, 9, typed=True, notes="mine", revision="0")
    over = await send(workshop, browser, 9, typed=True, notes="mine", revision="0", over="1")

    assert (saved.status_code, late.status_code, over.status_code) == (200, 409, 200)
    assert 'id="kept-9"' in saved.text
    assert 'name="revision" value="1"' in saved.text
    assert "Notes saved" in saved.text
    assert "Inga Berg changed these notes at the same time" in late.text
    assert "not for them" in late.text
    assert 'name="revision" value="0"' in late.text, "what is typed next is not stored either until somebody chooses"
    assert "Notes saved" not in late.text
    assert 'name="revision" value="2"' in over.text


async def test_what_could_not_be_kept_stays_in_the_form(workshop: Workshop, browser: Web) -> None:
    long = await send(workshop, browser, 1, notes="y" * 4001, revision="0", do="save")
    await workshop.do("PATCH /discussions/1", {"notes": "their words"})
    late = await send(workshop, browser, 1, notes="my <i>words</i>", revision="0", do="show")

    assert long.status_code == 422
    assert "y" * 4001 in long.text
    assert "The note has 4001 characters; 4000 fit." in long.text
    assert late.status_code == 409
    assert "my &lt;i&gt;words&lt;/i&gt;</textarea>" in late.text
    assert "their words" in late.text
    assert 'name="over" value="1"' in late.text
    assert (await workshop.do("GET "))["stage"]["scene"] is None, "nothing is shown while a conflict stands"


async def test_the_page_shows_and_takes_off(workshop: Workshop, browser: Web) -> None:
    await revealed(workshop)

    await send(workshop, browser, 3, notes="", revision="0", do="show")
    assert (await workshop.do("GET "))["stage"]["scene"] == "discussion-3"
    page = (await browser.get(f"{workshop.path}/discussions?open=3")).text
    assert "Take off the big screen" in page
    await send(workshop, browser, 3, notes="", revision="0", do="unshow")
    assert (await workshop.do("GET "))["stage"]["scene"] is None
    refused = await send(workshop, browser, 8, notes="", revision="0", do="show")
    assert refused.status_code == 422
    private = page.split('aria-label="Private to the account team"')[1]
    assert 'value="show"' not in private


async def test_the_report_has_the_nine_for_the_team_and_seven_for_the_customer(workshop: Workshop) -> None:
    await revealed(workshop)
    await workshop.do("PATCH /discussions/3", {"notes": "only for us"})

    private = (await workshop.api.get(f"{workshop.path}/report")).text
    customer = (await workshop.api.get(f"{workshop.path}/report?cut=customer")).text

    assert "The nine discussions" in private
    assert "only for us" in private
    assert "8. Do their answers match what they do? Do ours?" in private
    for number, heading in ((1, "How does Northfield see Halden Works today?"), (7, "Are we both ready?")):
        assert f"{number}. {heading}" in customer
    assert "8. " not in customer
    assert "only for us" not in customer


async def test_a_viewer_reads_and_writes_nothing(workshop: Workshop, viewer: Web) -> None:
    assert (await viewer.get(f"/api/v1{workshop.path}/discussions")).status_code == 200
    problem(await viewer.client.patch(f"/api/v1{workshop.path}/discussions/1", json={"notes": "x"}), 403)
    assert (await viewer.get(f"{workshop.path}/discussions")).status_code == 403
