"""Say-do and decisions: kept on the account, read by members, written by facilitators, and what is refused with which words."""

import re
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from tests.http.words import problem
from tests.live.workshop import Web, Workshop

NUMBERS = count(1)


def day(after: int = 0) -> str:
    """A date so many days from today."""
    return (datetime.now(UTC) + timedelta(days=after)).date().isoformat()


@pytest.fixture
async def own(api: Web) -> str:
    """An account that no other test writes on."""
    return str((await api("POST /accounts", {"name": f"Own {next(NUMBERS)}"}))["id"])


def seen(step: int, place: int, mark: str = "seen", side: str = "customer", **more: Any) -> dict[str, Any]:
    return {"side": side, "step": step, "place": place, "mark": mark, **more}


async def put(api: Web, account: str, *marks: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = await api(f"PUT /accounts/{account}/behaviours", {"behaviours": list(marks)})
    return found


async def wanted_partner(workshops: Any, account: str) -> Workshop:
    """A session of the account whose customer wants step 5."""
    workshop: Workshop = await workshops(account_id=account)
    await workshop.vote("current", {"Leadership": (2, 2, 3), "Account team": (4, 4, 4)})
    await workshop.vote("desired", {"Leadership": (5, 5, 5), "Account team": (5, 5, 5)})
    return workshop


async def test_a_new_account_has_the_templates_behaviours_all_unknown(api: Web, own: str) -> None:
    found = await api(f"GET /accounts/{own}/behaviours")

    assert len(found["items"]) == 30
    assert found["items"][0] == {
        "id": "customer-1-1", "side": "customer", "step": 1, "place": 1, "mark": "unknown", "evidence": "",
        "text": "asks several suppliers for a price each time", "date": None, "author": None,
    }  # fmt: skip
    assert found["say_do"]["customer"]["sentence"].endswith("Too little is known yet: 0 of 15 behaviours are marked.")


async def test_what_was_seen_is_held_against_what_was_said(workshops: Any, api: Web, own: str) -> None:
    workshop = await wanted_partner(workshops, own)
    marks = [seen(step, place) for step in (1, 2) for place in (1, 2, 3)]
    found = await put(
        api, own, *marks, seen(5, 1, "not_seen", evidence="asked in June", date=day(-9)), seen(5, 2, "not_seen")
    )
    name = found["say_do"]["customer"]["sentence"].split(" wants ")[0].removeprefix("What ")
    assert found["say_do"]["customer"]["sentence"] == (
        f"What {name} wants is not public. What we have seen fits Preferred supplier."
    )

    await workshop.reveal()
    found = await api(f"GET /accounts/{own}/behaviours")

    assert found["say_do"]["customer"] == {
        "sentence": f"{name} says Partner. What we have seen fits Preferred supplier, three steps below what was said. "
        "Not seen: shares its planning and strategic goals; takes part in joint reviews with its leaders.",
        "step": 2, "known": 8, "of": 15,
    }  # fmt: skip
    assert found["say_do"]["supplier"]["step"] is None
    private = {item["number"]: item for item in (await workshop.do("GET /discussions"))["items"]}
    assert private[8]["sentence"] == found["say_do"]["customer"]["sentence"]


async def test_marks_outlive_their_session_and_the_last_author_is_named(workshops: Any, api: Web, own: str) -> None:
    workshop = await wanted_partner(workshops, own)
    await put(api, own, seen(1, 1, evidence="three quotes", date=day()))
    await workshop.do("DELETE ")
    workshop.watchers.clear()
    workshop.people.clear()

    one = (await api(f"GET /accounts/{own}/behaviours"))["items"][0]

    assert (one["mark"], one["evidence"], one["date"], one["author"]) == ("seen", "three quotes", day(), "Inga Berg")


async def test_a_behaviour_can_be_put_in_other_words_and_is_unknown_then(api: Web, own: str) -> None:
    await put(api, own, seen(1, 1))

    changed = await put(api, own, {"side": "customer", "step": 1, "place": 1, "text": "asks three others first"})

    assert (changed["items"][0]["text"], changed["items"][0]["mark"]) == ("asks three others first", "unknown")
    kept = await put(api, own, seen(1, 1, evidence="<b>bold</b> 🙂"))
    assert kept["items"][0]["evidence"] == "<b>bold</b> 🙂"
    assert "<b>bold" not in (await api.get(f"/accounts/{own}/say-do")).text


@pytest.mark.parametrize(
    ("mark", "field", "words"),
    [
        (seen(9, 1), "customer-9-1", "no behaviour 1 of side customer at step 9"),
        (seen(1, 4), "customer-1-4", "no behaviour 4"),
        (seen(1, 1, side="both"), "both-1-1", "of side both"),
        (seen(1, 1, "often"), "customer-1-1-mark", "seen, not_seen or unknown"),
        (seen(1, 1, evidence="x" * 501), "customer-1-1-evidence", "501 characters; 500 fit"),
        (seen(1, 1, text="x" * 121), "customer-1-1-text", "121 characters; 120 fit"),
        (seen(1, 1, text=""), "customer-1-1-text", "say first which behaviour was seen"),
        (seen(1, 1, evidence="x\x00"), "customer-1-1-evidence", "can’t be shown"),
        (seen(1, 1, date="2 November"), "customer-1-1-date", "a date such as"),
        (seen(1, 1, date=day(3)), "customer-1-1-date", "still to come"),
    ],
)
async def test_a_mark_that_can_t_be_is_refused_with_words_and_nothing_is_kept(
    api: Web, own: str, mark: dict[str, Any], field: str, words: str
) -> None:
    answer = await api.client.put(f"/api/v1/accounts/{own}/behaviours", json={"behaviours": [seen(2, 1), mark]})

    errors = {one["field"]: one["message"] for one in problem(answer, 422, field)["errors"]}
    assert words in errors[field]
    assert all(one["mark"] == "unknown" for one in (await api(f"GET /accounts/{own}/behaviours"))["items"])


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send of the say-do form as it stands."""
    found = dict(re.findall(r'<input [^>]*name="([\w-]+-(?:was|text|date))"[^>]*value="([^"]*)"', page))
    found |= dict(re.findall(r'name="([\w-]+-mark)" value="(\w+)" checked', page))
    return found | dict(re.findall(r'<textarea [^>]*name="([\w-]+)"[^>]*>([^<]*)</textarea>', page))


async def test_the_page_keeps_what_was_changed_on_it_alone(api: Web, browser: Web, own: str) -> None:
    path = f"/accounts/{own}/say-do"
    form = fields_of((await browser.get(path)).text)
    assert len(form) == 30 * 5
    await put(api, own, seen(2, 1, evidence="somebody else meanwhile"))

    sent = await browser.post(path, await browser.csrf(path), **form | {"customer-1-1-mark": "not_seen"})

    assert sent.status_code == 303
    items = {one["id"]: one for one in (await api(f"GET /accounts/{own}/behaviours"))["items"]}
    assert items["customer-1-1"]["mark"] == "not_seen"
    assert items["customer-2-1"]["evidence"] == "somebody else meanwhile", "not undone by a page from before"
    assert items["customer-1-2"]["author"] is None


async def test_the_page_keeps_what_was_typed_where_it_can_t_be_stored(browser: Web, own: str) -> None:
    path = f"/accounts/{own}/say-do"
    form = fields_of((await browser.get(path)).text)
    typed = {"customer-1-1-mark": "seen", "customer-1-1-evidence": "z" * 501, "supplier-2-2-text": "our own words"}

    answer = await browser.post(path, await browser.csrf(path), **form | typed)

    assert answer.status_code == 422
    assert "z" * 501 in answer.text
    assert 'value="our own words"' in answer.text
    assert "501 characters; 500 fit" in answer.text


# --- decisions ------------------------------------------------------------------------------------

DECISION = {"choice": "invest", "step": 4, "reason": "Four joint trials are worth it."}


async def test_decisions_are_kept_with_author_and_date_and_only_added_to(api: Web, own: str) -> None:
    weighed = [{"step": 4, "cost_us": "a planner", "gain_us": "", "cost_them": "", "gain_them": "first call"}]
    first = await api(f"POST /accounts/{own}/decisions", {"choice": "stay", "reason": "First listen."}, status=201)
    second = await api(
        f"POST /accounts/{own}/decisions", DECISION | {"review_on": day(90), "weighed": weighed}, status=201
    )

    found = await api(f"GET /accounts/{own}/decisions")

    assert [one["id"] for one in found["items"]] == [second["id"], first["id"]]
    assert (second["author"], second["date"], second["review_on"]) == ("Inga Berg", day(), day(90))
    assert second["weighed"] == weighed
    assert (first["choice"], first["step"], first["review_on"]) == ("stay", None, None)
    assert (await api.client.patch(f"/api/v1/accounts/{own}/decisions/{first['id']}", json={})).status_code == 404
    page = (await api.get(f"/accounts/{own}")).text
    assert "Invest to step 4, review on " in page
    assert "First listen." in page


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"reason": "  "}, "reason", "Say why"),
        ({"reason": "x" * 2001}, "reason", "2001 characters; 2000 fit"),
        ({"review_on": day(-2)}, "review_on", "This date is in the past. Choose one from today on."),
        ({"review_on": "soon"}, "review_on", "a date such as"),
        ({"choice": "wait"}, "choice", "Choose one"),
        ({"step": None}, "step", "Choose the step."),
        ({"step": 9}, "step", "steps 1 to 5"),
        ({"weighed": [{"step": 7, "cost_us": "x"}]}, "weighed-7", "steps 1 to 5"),
        ({"weighed": [{"step": 1, "cost_us": "x" * 201}]}, "weighed-1-cost_us", "201 characters; 200 fit"),
        ({"session_id": "elsewhere"}, "session_id", "a session of this account"),
    ],
)
async def test_a_decision_that_can_t_be_is_refused_with_words(
    api: Web, own: str, wrong: dict[str, Any], field: str, words: str
) -> None:
    answer = await api.client.post(f"/api/v1/accounts/{own}/decisions", json=DECISION | wrong)

    errors = {one["field"]: one["message"] for one in problem(answer, 422, field)["errors"]}
    assert words in errors[field]
    assert (await api(f"GET /accounts/{own}/decisions"))["items"] == []


async def test_a_decision_names_a_session_of_its_own_account_alone(workshops: Any, api: Web, own: str) -> None:
    theirs, ours = await workshops(), await workshops(account_id=own)

    problem(
        await api.client.post(f"/api/v1/accounts/{own}/decisions", json=DECISION | {"session_id": theirs.id}),
        422,
        "session_id",
    )
    kept = await api(f"POST /accounts/{own}/decisions", DECISION | {"session_id": ours.id}, status=201)

    assert kept["session_id"] == ours.id


async def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(browser: Web, api: Web, own: str) -> None:
    path = f"/accounts/{own}/decision"
    typed = {"choice": "part", "reason": "", "review_on": day(-1), "weighed-3-gain_them": "peace & <quiet>"}

    answer = await browser.post(path, await browser.csrf(path), **typed)

    assert answer.status_code == 422
    assert "Say why, in a sentence or two." in answer.text
    assert "This date is in the past. Choose one from today on." in answer.text
    assert "peace &amp; &lt;quiet&gt;" in answer.text
    sent = await browser.post(path, await browser.csrf(path), **typed | {"reason": "Part well.", "review_on": ""})
    assert sent.status_code == 303
    assert (await api(f"GET /accounts/{own}/decisions"))["items"][0]["choice"] == "part"
    assert "Part ways well" in (await browser.get(path)).text


async def test_a_viewer_reads_and_another_workspace_finds_nothing(viewer: Web, foreign: Web, own: str) -> None:
    for path in ("say-do", "decision"):
        page = await viewer.get(f"/accounts/{own}/{path}")
        assert page.status_code == 200
        assert '<button class="btn primary"' not in page.text
        assert (await foreign.get(f"/accounts/{own}/{path}")).status_code == 404
    problem(await viewer.client.post(f"/api/v1/accounts/{own}/decisions", json=DECISION), 403)
    problem(await viewer.client.put(f"/api/v1/accounts/{own}/behaviours", json={"behaviours": []}), 403)


async def test_with_the_account_all_of_it_is_gone(owner: Web, api: Web, own: str, server: Any, workshops: Any) -> None:
    workshop = await workshops(account_id=own)
    await workshop.do("PATCH /discussions/8", {"notes": "kx-gone"})
    await put(api, own, seen(1, 1, evidence="kx-gone"))
    await api(f"POST /accounts/{own}/decisions", DECISION | {"session_id": workshop.id}, status=201)

    await owner(f"DELETE /accounts/{own}")

    for table in ("discussion", "behaviour", "decision"):
        assert not any({own, workshop.id} & set(map(str, row)) for row in server.rows(f"SELECT * FROM {table}"))
