"""Private words are planted wherever the account team may write, then everything that somebody else can reach is searched.

The walk goes over the rights table, so a new route is searched without being named here: what needs no member's right, whatever knows
a customer's cut, and members' pages, of which only those named below may show such words. Frames and scenes likewise.
"""

from itertools import count
from typing import Any

import pytest

from app.core.rights import ROUTES, Who
from app.reports.export import KINDS
from app.views.screen import MAKERS
from tests.http.test_report_files import fetched
from tests.http.test_rights import filled, ids_of
from tests.live.workshop import Web, Workshop
from tests.reports.readers import every_text

NOTES = {number: f"kx-notes-on-{number}" for number in range(1, 10)}
BEHAVIOUR, EVIDENCE, REASON, COST = "kx-behaviour", "kx-evidence", "kx-reason", "kx-cost"
NUMBERS = count(1)
PLANTED = (*NOTES.values(), BEHAVIOUR, EVIDENCE, REASON, COST)
TEAMS_OWN = {
    "GET /accounts/{account_id}",
    "GET /accounts/{account_id}/say-do",
    "GET /accounts/{account_id}/decision",
    "GET /sessions/{session_id}/discussions",
    "GET /api/v1/accounts/{account_id}/behaviours",
    "GET /api/v1/accounts/{account_id}/decisions",
}
"""Members' pages and answers that know no cut and may show the account team's own words."""


@pytest.fixture
async def planted(workshops, api: Web) -> Workshop:
    """A revealed session with shown ideas, and private words wherever they can be written."""
    account = (await api("POST /accounts", {"name": f"Planted {next(NUMBERS)}"}))["id"]
    workshop: Workshop = await workshops(account_id=account)
    await workshop.vote("current", {"Leadership": (2, 3, 3), "Account team": (4, 4, 5)})
    await workshop.vote("desired", {"Leadership": (4, 4, 5), "Account team": (5, 5, 5)})
    await workshop.reveal()
    await workshop.open("change")
    for who in ("customer", "supplier"):
        await workshop.do("POST /ideas", {"text": f"idea of {who}", "who": who, "side": who, "status": "shown"})
    await workshop.close("change")
    for number, notes in NOTES.items():
        body = {"notes": notes, "done": True} | ({"read": True} if number in {6, 7} else {})
        await workshop.do(f"PATCH /discussions/{number}", body)
    mark = {"side": "customer", "step": 1, "place": 1, "text": BEHAVIOUR, "mark": "seen", "evidence": EVIDENCE}
    every = [
        {"side": "customer", "step": step, "place": place, "mark": "seen"}
        for step in range(2, 5)
        for place in (1, 2, 3)
    ]
    await workshop.api(f"PUT /accounts/{account}/behaviours", {"behaviours": [mark, *every]})
    decision = {"choice": "invest", "step": 4, "reason": REASON, "weighed": [{"step": 4, "cost_us": COST}]}
    await workshop.api(f"POST /accounts/{account}/decisions", {**decision, "session_id": workshop.id}, status=201)
    return workshop


def found_in(text: str) -> list[str]:
    return [word for word in PLANTED if word in text]


async def gets(workshop: Workshop) -> list[tuple[str, str, str]]:
    """Every call that reads, its path on this workshop, and the kind of file that it gives, "" for a page or JSON.

    ``token`` is that of a link to the customer's report.
    """
    ids = await ids_of(workshop)
    link = await workshop.do("POST /share-links", {"kind": "report", "cut": "customer", "texts": True})
    ids["token"] = link["url"].rsplit("/", 1)[1]
    found = []
    for call in ROUTES:
        if call.startswith("GET "):
            kinds = ["svg"] if "pictures/{" in call else list(KINDS) if "{kind}" in call else [""]
            found += [(call, filled(call, workshop, ids | ({"kind": kind} if kind else {}))[1], kind) for kind in kinds]
    return found


def text_of(kind: str, answer: Any) -> str:
    return every_text(kind, answer.content) if kind and answer.status_code == 200 else answer.text


async def test_no_route_that_needs_no_member_shows_what_is_private(planted: Workshop, nobody: Web) -> None:
    phone = await planted.join()
    seen = {}
    for call, path, kind in await gets(planted):
        if ROUTES[call] < Who.VIEWER:
            for headers in ({}, phone.bearer):
                query = f"?key={planted.key}" if ROUTES[call] is Who.SCREEN else ""
                answer = await nobody.get(path + query, headers=headers)
                seen[f"{call} {headers and 'phone'}"] = found_in(text_of(kind, answer))
                if call == "GET /share/{token}":
                    assert "idea of customer" in answer.text, "the link shows the report"

    assert len(seen) > 20
    assert {call: words for call, words in seen.items() if words} == {}


async def test_whatever_knows_a_cut_leaves_it_out_of_the_customers(planted: Workshop) -> None:
    api, knows, private = planted.api, set(), set()
    for call, path, kind in await gets(planted):
        if ROUTES[call] < Who.VIEWER or (await api.get(f"{path}?cut=nonsense")).status_code != 422:
            continue
        knows.add(call)
        customer = await fetched(api, f"{path}?cut=customer")
        assert customer.status_code == 200, call
        assert found_in(text_of(kind, customer)) == [], f"{call} {kind}"
        if kind in {"", "json"}:
            private |= set(found_in(text_of(kind, await api.get(f"{path}?cut=private"))))

    report, export = "/sessions/{session_id}/report", "/sessions/{session_id}/export.{kind}"
    assert knows >= {
        f"GET {report}",
        f"GET {export}",
        f"GET /api/v1{export}",
        "GET /api/v1/sessions/{session_id}/discussions",
    }
    assert private == set(PLANTED), "the search would have found what is there"


async def test_of_members_pages_only_the_teams_own_show_it(planted: Workshop, owner: Web) -> None:
    showing = set()
    for call, path, kind in await gets(planted):
        if ROUTES[call] >= Who.VIEWER and (await owner.get(f"{path}?cut=nonsense")).status_code != 422:
            answer = await owner.get(path)
            assert answer.status_code in {200, 303, 404, 409}, call
            showing |= {call} if found_in(text_of(kind, answer)) else set()

    assert showing == TEAMS_OWN


async def test_no_frame_carries_it_whatever_is_put_on_the_big_screen(planted: Workshop) -> None:
    phone, screen, console = await planted.phone(), await planted.screen(), await planted.console()
    shown = set()
    for kind in MAKERS:
        for what in ("", *(f"-{number}" for number in range(12)), "-x"):
            answer = await planted.command(f"scene.{kind}{what}")
            assert answer.status_code in {204, 409, 422}, f"{kind}{what}"
            page = await planted.web.get(f"/screen/{planted.id}?key={planted.key}")
            assert found_in(page.text) == []
            if f'data-scene="{kind}"' in page.text:
                shown.add(f"{kind}{what}")
                await screen.until(f'data-scene="{kind}"')

    assert {f"discussion-{number}" for number in range(1, 7)} <= shown
    assert not shown & {"discussion-8", "discussion-9", "discussion-0", "discussion-10", "discussion", "discussion-x"}
    for line in (phone.line, screen.line, console.line):
        assert line.raw
        assert [words for text in line.raw if (words := found_in(text))] == []


PHONES_FORMS = {
    "/answer": {"question": "current", "choice": "3"},
    "/idea": {"text": "x", "who": "us"},
    "/open-side": {"yes": "1"},
    "/withdraw": {},
}


async def test_no_answer_to_a_phones_form_carries_it(planted: Workshop) -> None:
    phone = await planted.join()

    for path, fields in PHONES_FORMS.items():
        assert found_in((await phone.post(path, **fields)).text) == [], path
