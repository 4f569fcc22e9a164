"""The rights table, walked: who may call each route, and that what is another's does not exist."""

import re

import pytest
from sqlmodel import Session, select

from app.actions import report_files
from app.core.rights import ROUTES, Who
from app.store.tables import User
from tests.http.words import problem
from tests.live.workshop import Web, Workshop

API_ROUTES = [call for call in ROUTES if "/api/v1/" in call]
PAGE_ROUTES = [call for call in ROUTES if "/api/" not in call]
BODIES = {
    "POST /api/v1/accounts": {"name": "X"},
    "POST /api/v1/sessions": {"account_id": "x"},
    "POST /api/v1/sessions/{session_id}/reveal": {"questions": ["current"]},
    "POST /api/v1/sessions/{session_id}/groups": {"name": "X", "side": "customer"},
    "PATCH /api/v1/sessions/{session_id}/groups/{group_id}": {"name": "X"},
    "POST /api/v1/sessions/{session_id}/ideas": {"text": "X", "who": "both", "side": "customer"},
    "POST /api/v1/sessions/{session_id}/themes": {"name": "X"},
    "POST /api/v1/sessions/{session_id}/themes/move": {"idea_ids": ["x"]},
    "POST /api/v1/sessions/{session_id}/themes/{theme_id}/merge": {"theme_ids": ["x"]},
    "POST /api/v1/sessions/{session_id}/themes/{theme_id}/split": {"name": "X", "idea_ids": ["x"]},
    "POST /api/v1/sessions/{session_id}/participants": {"group_id": "x"},
    "POST /api/v1/sessions/{session_id}/participants/{participant_id}/answers": {"question": "current", "choice": 1},
    "POST /api/v1/sessions/{session_id}/participants/{participant_id}/ideas": {"text": "X", "who": "us"},
    "POST /api/v1/sessions/{session_id}/participants/{participant_id}/open-side": {"yes": True},
    "POST /api/v1/sessions/{session_id}/commitments": {"text": "X", "side": "both"},
    "POST /api/v1/sessions/{session_id}/commitments/{commitment_id}/check-ins": {"note": "X"},
    "POST /api/v1/sessions/{session_id}/share-links": {"kind": "plan"},
    "POST /api/v1/sessions/{session_id}/timer": {"seconds": 5},
    "POST /api/v1/sessions/{session_id}/open-side": {"side": "customer"},
    "POST /api/v1/sessions/{session_id}/join-group": {"group_id": "x"},
    "POST /api/v1/sessions/{session_id}/support": {"asked": False},
    "PUT /api/v1/accounts/{account_id}/behaviours": {"behaviours": []},
    "POST /api/v1/accounts/{account_id}/decisions": {"choice": "stay", "reason": "X"},
}


def filled(call: str, workshop: Workshop, ids: dict[str, str]) -> tuple[str, str]:
    """Method and path of a call on this workshop's things."""
    method, path = call.split(" ")
    known = {
        "session_id": workshop.id, "account_id": workshop.session["account_id"], "key": "current", "command": "open",
        "kind": "json", "number": "1", "code": workshop.join_token, "token": "x", "action": "open.current", "step": "done",
        "dimension": "relationship", "chart": "heat",
        "theme_id": "x", "commitment_id": "x", "link_id": "x", "file_id": "x", "feed_id": "x", "upload_id": "x", **ids,
    }  # fmt: skip
    return method, re.sub(r"\{(\w+)\}", lambda found: known[found.group(1)], path)


async def ids_of(workshop: Workshop) -> dict[str, str]:
    """A group, an idea, a theme, a participant, a commitment, a share link and a file of the workshop."""
    theme = await workshop.do("POST /themes", {"name": "T"})
    idea = await workshop.do("POST /ideas", {"text": "T", "who": "both", "side": "customer"})
    phone = await workshop.join()
    row = await workshop.do("POST /commitments", {"text": "T", "side": "both"})
    link = await workshop.do("POST /share-links", {"kind": "plan"})
    return {
        "group_id": workshop.groups["Delivery"]["id"],
        "idea_id": idea["id"],
        "theme_id": theme["id"],
        "participant_id": phone.id,
        "commitment_id": row["id"],
        "link_id": link["id"],
        "file_id": workshop.server.act(_a_file, session_id=workshop.id),
    }


def _a_file(db: Session, *, session_id: str) -> str:
    """A file that somebody waited for."""
    user = db.exec(select(User)).first()
    assert user is not None
    made = report_files.order(db, session_id=session_id, user_id=user.id, kind="csv", cut="customer", paper="")
    report_files.finish(db, file_id=made.id, body=b"x")
    return made.id


async def send(web: Web, call: str, method: str, path: str):
    return await web.client.request(
        method, path, json=BODIES.get(call, {}) if method in {"POST", "PUT", "PATCH"} else None
    )


async def test_without_a_token_the_api_says_401_everywhere_but_where_everyone_may(
    workshop: Workshop, nobody: Web
) -> None:
    ids = await ids_of(workshop)
    bad = Web(nobody.server, "nonsense")

    for call in API_ROUTES:
        method, path = filled(call, workshop, ids)
        for web in (nobody, bad):
            answer = await send(web, call, method, path)
            if ROUTES[call] is Who.EVERYONE:
                assert answer.status_code not in {401, 403}, call
            else:
                assert problem(answer, 401)["type"] == "urn:stairstep:not_signed_in", call
    await bad.close()


async def test_a_cookie_is_no_way_into_the_api(workshop: Workshop, browser: Web) -> None:
    problem(await browser.get(f"/api/v1{workshop.path}"), 401)
    problem(await browser.client.post("/api/v1/accounts", json={"name": "X"}), 401)


async def test_a_viewer_reads_and_does_nothing_else(workshop: Workshop, viewer: Web) -> None:
    ids = await ids_of(workshop)

    for call in API_ROUTES:
        method, path = filled(call, workshop, ids)
        if ROUTES[call] is Who.EVERYONE:
            continue
        answer = await send(viewer, call, method, path)
        if ROUTES[call] > Who.VIEWER:
            assert problem(answer, 403)["type"] == "urn:stairstep:forbidden", call
        else:
            missing = "templates/{key}" in call or "pictures/{" in call  # nothing is revealed
            assert answer.status_code == (404 if missing else 200), call
    assert (await workshop.do("GET "))["status"] == "lobby"


async def test_a_facilitator_does_all_but_what_is_an_owners(workshop: Workshop, api: Web) -> None:
    ids = await ids_of(workshop)

    for call in API_ROUTES:
        if ROUTES[call] is Who.OWNER:
            method, path = filled(call, workshop, ids)
            problem(await send(api, call, method, path), 403)


async def test_what_belongs_to_another_workspace_is_the_same_404_as_what_does_not_exist(
    workshop: Workshop, foreign: Web
) -> None:
    ids = await ids_of(workshop)
    missing = {"session_id": "nowhere", "account_id": "nowhere", **dict.fromkeys(ids, "nowhere")}
    for call in API_ROUTES:
        if "{session_id}" not in call and "{account_id}" not in call:
            continue
        method, path = filled(call, workshop, ids)
        _, nowhere = filled(call, workshop, missing)
        theirs, none = await send(foreign, call, method, path), await send(foreign, call, method, nowhere)
        assert problem(theirs, 404) == problem(none, 404), call
        for headers in (theirs.headers, none.headers):
            del headers["x-request-id"]  # differs from request to request
        assert dict(theirs.headers) == dict(none.headers), call

    assert (await workshop.do("GET "))["title"] == workshop.session["title"]


async def test_things_of_one_session_are_not_reached_through_another(workshops) -> None:
    here, there = await workshops(), await workshops()
    ids = await ids_of(there)

    for call in API_ROUTES:
        if any(f"{{{name}}}" in call for name in ids):
            method, path = filled(call, here, ids)
            problem(await send(here.api, call, method, path), 404)
    for action in ("admit", "remove"):
        assert (await here.command(f"{action}.{ids['participant_id']}")).status_code == 404
    assert (await here.command(f"idea-show.{ids['idea_id']}")).status_code == 404
    assert (await there.do("GET /ideas"))["items"][0]["status"] == "waiting"


async def test_pages_for_members_send_others_to_sign_in_or_say_404(
    workshop: Workshop, nobody: Web, foreign: Web
) -> None:
    ids = await ids_of(workshop)

    for call in PAGE_ROUTES:
        method, path = filled(call, workshop, ids)
        if ROUTES[call] < Who.VIEWER or method == "POST":
            continue
        sent_away = await nobody.get(path)
        assert (sent_away.status_code, sent_away.headers["location"]) == (303, f"/?next={path}"), call
        if "{" in call:
            assert (await foreign.get(path)).status_code == 404, call


async def test_pages_of_phones_and_screens_are_closed_to_others(workshop: Workshop, workshops, nobody: Web) -> None:
    other = await (await workshops()).join()

    for call in PAGE_ROUTES:
        if ROUTES[call] is Who.PHONE and call.startswith("GET"):
            _, path = filled(call, workshop, {})
            assert (await nobody.get(path)).status_code == 401, call
            assert (await nobody.get(path, headers=other.bearer)).status_code == 401, call
            assert (await nobody.get(path.replace(workshop.id, "nowhere"))).status_code == 404, call
    for query in ("", "?key=", "?key=wrong"):
        assert (await nobody.get(f"/screen/{workshop.id}{query}")).status_code == 404


@pytest.mark.parametrize("call", [call for call in PAGE_ROUTES if call.startswith("POST")])
async def test_every_form_without_its_token_is_refused(workshop: Workshop, browser: Web, call: str) -> None:
    phone = await workshop.join()
    browser.client.cookies.set(f"stairstep_p_{workshop.id}", phone.token)
    _, path = filled(call, workshop, await ids_of(workshop))
    version = (await workshop.do("GET "))["version"]

    for csrf in ("", "0" * 64):
        assert (await browser.post(path, csrf=csrf)).status_code == 403
    right = await browser.csrf()
    foreign = await browser.client.post(path, data={"csrf": right}, headers={"origin": "https://evil.example"})
    null = await browser.client.post(path, data={"csrf": right}, headers={"origin": "null"})
    cross = await browser.client.post(path, data={"csrf": right}, headers={"sec-fetch-site": "cross-site"})

    assert (foreign.status_code, null.status_code, cross.status_code) == (403, 403, 403)
    assert (await workshop.do("GET "))["version"] == version
    assert (await browser.get("/")).status_code == 200, "still signed in"


async def test_a_form_token_of_one_browser_is_none_of_another(workshop: Workshop, browser: Web, nobody: Web) -> None:
    theirs = await nobody.csrf()

    assert (await browser.post(f"{workshop.path}/do/open.current", csrf=theirs)).status_code == 403
    assert (await workshop.do("GET "))["status"] == "lobby"


async def test_the_token_may_come_in_a_header_as_the_console_sends_it(workshop: Workshop, browser: Web) -> None:
    headers = {"x-csrf-token": await browser.csrf(workshop.path), "hx-request": "true"}

    done = await browser.client.post(f"{workshop.path}/do/open.current", headers=headers)

    assert done.status_code == 204
    assert (await workshop.do("GET "))["questions"][0]["status"] == "open"
    again = await browser.client.post(f"{workshop.path}/do/open.current", headers=headers)
    assert again.status_code == 409


async def test_reading_changes_nothing(workshop: Workshop, browser: Web) -> None:
    phone = await workshop.join()
    ids = await ids_of(workshop)
    before = await workshop.do("GET ")

    for call in ROUTES:
        method, path = filled(call, workshop, ids)
        if method == "GET":
            for web, headers in ((browser, {}), (workshop.api, {}), (workshop.web, phone.bearer)):
                await web.get(path, headers=headers)
        elif "{session_id}/do" in call or "/questions/" in call:
            assert (await workshop.api.get(path)).status_code in {404, 405}

    assert await workshop.do("GET ") == before
