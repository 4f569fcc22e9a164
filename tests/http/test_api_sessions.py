"""Accounts and sessions by script: making, changing, starting, closing, deleting."""

import json
import sqlite3
from contextlib import closing

import pytest

from tests.conftest import Tokens
from tests.http.words import problem
from tests.live.server import Server
from tests.live.workshop import Web, Workshop

SESSION = {
    "id", "code", "title", "account_id", "status", "attribution", "smallest_group", "version", "join_url", "screen_url",
    "groups", "dimensions", "questions",
}  # fmt: skip


async def test_an_account_has_an_id_and_its_name(api: Web) -> None:
    made = await api("POST /accounts", {"name": "  Göteborg Hamn 🚢 "}, status=201)

    assert made == {"id": made["id"], "name": "Göteborg Hamn 🚢"}
    assert await api(f"GET /accounts/{made['id']}") == made
    assert made in (await api("GET /accounts?limit=200"))["items"]


@pytest.mark.parametrize("name", ["Kaffebryggeriet", "Österreich AG", "ÉLAN", "Straße"])
async def test_an_account_with_a_name_that_is_taken_is_409_whatever_its_capitals(api: Web, name: str) -> None:
    await api("POST /accounts", {"name": name}, status=201)

    for again in (name, name.upper(), name.lower()):
        problem(await api.client.post("/api/v1/accounts", json={"name": again}), 409)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "bell\a", "\u202e", None, 4, ["x"], "half \ud800"])
async def test_a_name_that_cannot_be_shown_is_422(api: Web, name: object) -> None:
    answer = await api.client.post(
        "/api/v1/accounts", content=json.dumps({"name": name}), headers={"content-type": "application/json"}
    )

    problem(answer, 422)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b'{"nme": "x"}', b"\xff\xfe", b'{"name": "x", "more": 1}']
)
async def test_a_body_that_is_not_what_it_should_be_is_422(api: Web, body: bytes) -> None:
    answer = await api.client.post("/api/v1/accounts", content=body, headers={"content-type": "application/json"})

    problem(answer, 422)


async def test_lists_come_in_pages(api: Web) -> None:
    names = {(await api("POST /accounts", {"name": f"Paged {number}"}))["name"] for number in range(5)}
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = await api(f"GET /accounts?limit=2{f'&cursor={cursor}' if cursor else ''}")
        assert len(page["items"]) <= 2
        seen += [item["name"] for item in page["items"]]
        cursor = page["next"]

    assert names <= set(seen)
    assert len(seen) == len(set(seen))
    for query in ("limit=0", "limit=201", "limit=x", "cursor=nowhere"):
        problem(await api.get(f"/api/v1/accounts?{query}"), 422)


async def test_a_session_is_made_with_sensible_defaults(api: Web, account: str) -> None:
    made = await api("POST /sessions", {"account_id": account}, status=201)

    assert set(made) >= SESSION
    assert (made["status"], made["attribution"], made["smallest_group"]) == ("lobby", "group", 3)
    assert [(group["name"], group["side"]) for group in made["groups"]] == [
        ("Leadership", "customer"), ("Procurement", "customer"), ("Operations", "customer"),
        ("Account team", "supplier"), ("Delivery", "supplier"), ("Directors", "supplier"),
    ]  # fmt: skip
    assert [one["key"] for one in made["questions"]] == ["current", "desired", "change"]
    assert made["questions"][0] == {"key": "current", "status": "waiting", "answered": {"customer": 0, "supplier": 0}}
    (dimension,) = made["dimensions"]
    assert (dimension["kind"], len(dimension["steps"])) == ("ordered", 5)
    assert dimension["steps"][0] == {"position": 1, "label": "Supplier"}
    assert len(made["code"]) in {6, 8}
    assert made["code"] not in made["join_url"]
    assert made["join_url"].startswith(f"{api.server.url}/j/")
    assert f"/screen/{made['id']}?key=" in made["screen_url"]
    assert await api(f"GET /sessions/{made['id']}") == made


async def test_a_session_is_made_as_it_was_asked_for(api: Web, account: str) -> None:
    body = {
        "account_id": account, "title": "Überblick 🪜", "template": "supplier-to-partner", "attribution": "named",
        "groups": [{"name": "Einkauf", "side": "customer"}, {"name": "Vertrieb", "side": "supplier"}],
        "smallest_group": 5, "mirror": True, "expected": 25,
    }  # fmt: skip

    made = await api("POST /sessions", body, status=201)

    assert (made["title"], made["attribution"], made["smallest_group"]) == ("Überblick 🪜", "named", 5)
    assert [(group["name"], group["side"]) for group in made["groups"]] == [
        ("Einkauf", "customer"),
        ("Vertrieb", "supplier"),
    ]
    assert [one["key"] for one in made["questions"]] == ["current", "desired", "mirror", "change"]


BAD = {
    "a smallest group of two": ({"smallest_group": 2}, "smallest_group"),
    "a smallest group below zero": ({"smallest_group": -1}, "smallest_group"),
    "a smallest group of half": ({"smallest_group": 3.5}, "smallest_group"),
    "an unknown template": ({"template": "moon"}, "template"),
    "an unknown attribution": ({"attribution": "loud"}, "attribution"),
    "nobody expected": ({"expected": 0}, "expected"),
    "no groups": ({"groups": []}, "groups"),
    "groups of one side": ({"groups": [{"name": "A", "side": "customer"}]}, "groups"),
    "two groups of one name": (
        {
            "groups": [
                {"name": "A", "side": "customer"},
                {"name": "a", "side": "customer"},
                {"name": "B", "side": "supplier"},
            ]
        },
        "groups",
    ),
    "a group of no side": ({"groups": [{"name": "A", "side": "both"}]}, "groups.0.side"),
    "an unknown field": ({"colour": "red"}, "colour"),
    "a title that is too long": ({"title": "x" * 1001}, "title"),
}


@pytest.mark.parametrize("what", BAD)
async def test_a_session_that_cannot_be_is_422_and_names_the_field(api: Web, account: str, what: str) -> None:
    body, field = BAD[what]

    problem(await api.client.post("/api/v1/sessions", json={"account_id": account, **body}), 422, field)


async def test_a_session_needs_an_account_of_its_workspace(api: Web, foreign: Web) -> None:
    theirs = (await foreign("POST /accounts", {"name": "Theirs"}))["id"]

    answers = [await api.client.post("/api/v1/sessions", json={"account_id": id_}) for id_ in (theirs, "nowhere")]

    assert problem(answers[0], 404) == problem(answers[1], 404)


async def test_a_session_starts_closes_and_reopens_and_each_can_be_repeated(workshop: Workshop) -> None:
    for call, status in (("start", "live"), ("start", "live"), ("close", "closed"), ("close", "closed")):
        assert (await workshop.do(f"POST /{call}"))["status"] == status
    problem(await workshop.api.client.post(f"/api/v1{workshop.path}/start"), 409)
    for _ in range(2):
        assert (await workshop.do("POST /reopen"))["status"] == "live"


async def test_opening_the_first_question_starts_the_session_and_closing_it_closes_the_question(
    workshop: Workshop,
) -> None:
    await workshop.open()
    assert (await workshop.do("GET "))["status"] == "live"

    closed = await workshop.do("POST /close")

    assert closed["questions"][0]["status"] == "closed"
    problem(await workshop.api.client.post(f"/api/v1{workshop.path}/questions/desired/open"), 409)
    assert (await workshop.do("POST /reopen"))["questions"][0]["status"] == "closed"


async def test_a_repeated_close_changes_nothing(workshop: Workshop) -> None:
    closed = await workshop.do("POST /close")

    assert await workshop.do("POST /close") == closed


async def test_what_may_change_is_changed(workshop: Workshop) -> None:
    changed = await workshop.do(
        "PATCH ", {"title": "Neu", "locked": True, "admit": True, "expected": 40, "smallest_group": 5}
    )

    assert (changed["title"], changed["locked"], changed["admit"], changed["expected"]) == ("Neu", True, True, 40)
    assert changed["smallest_group"] == 5


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"smallest_group": 2}, "smallest_group"),
        ({"smallest_group": 0}, "smallest_group"),
        ({"expected": 0}, "expected"),
        ({"attribution": "named"}, "attribution"),
        ({"mirror": True}, "mirror"),
        ({"status": "closed"}, "status"),
        ({"title": 4}, "title"),
        ({"locked": "perhaps"}, "locked"),
    ],
)
async def test_what_may_not_change_is_422(workshop: Workshop, body: dict[str, object], field: str) -> None:
    problem(await workshop.api.client.patch(f"/api/v1{workshop.path}", json=body), 422, field)


async def test_the_smallest_group_goes_up_only_and_not_after_the_first_answer(workshop: Workshop) -> None:
    await workshop.do("PATCH ", {"smallest_group": 5})
    problem(
        await workshop.api.client.patch(f"/api/v1{workshop.path}", json={"smallest_group": 4}), 422, "smallest_group"
    )
    await workshop.vote("current", {"Leadership": (3,)})

    problem(await workshop.api.client.patch(f"/api/v1{workshop.path}", json={"smallest_group": 6}), 409)
    assert (await workshop.do("GET "))["smallest_group"] == 5


async def test_a_deleted_session_leaves_nothing(workshop: Workshop, server: Server) -> None:
    phone = await workshop.join()
    await workshop.vote("current", {"Leadership": (2, 3, 3), "Account team": (4, 4, 5)})
    await workshop.vote("desired", {"Leadership": (4, 4, 4), "Account team": (5, 5, 5)})
    await workshop.reveal()
    await workshop.open("change")
    await workshop.do("POST /ideas", {"text": "Zugluft plan", "who": "both", "side": "customer"}, status=201)
    await phone.post("/idea", text="Zugluft thought", who="us")
    await phone.post("/withdraw")
    ids = {
        phone.id,
        workshop.id,
        *(row[0] for row in server.rows("SELECT id FROM participant WHERE session_id = ?", workshop.id)),
    }

    for _ in range(2):
        answer = await workshop.api.client.delete(f"/api/v1{workshop.path}")
        assert answer.status_code in {204, 404}

    problem(await workshop.api.get(f"/api/v1{workshop.path}"), 404)
    assert (await phone.page()).status_code == 404
    may_stay = {"tombstone", "look", "retired_code"}
    for table in server.tables():
        for row in server.rows(f'SELECT * FROM "{table}"'):
            texts = [str(value) for value in row]
            assert table in may_stay or not ids & set(texts), f"{table} still has {row}"
            assert not any("Zugluft" in text for text in texts)
    assert server.rows("SELECT kind FROM tombstone WHERE id = ?", workshop.id) == [("session",)]


@pytest.mark.sqlite_only
async def test_what_was_deleted_is_not_in_the_file_either(workshop: Workshop, server: Server) -> None:
    await workshop.open("change")
    word = "Zugspitzbahnhofsvorsteher"
    await workshop.do("POST /ideas", {"text": word, "who": "both", "side": "customer"})
    await workshop.do("DELETE ", status=204)

    file = server.settings.sqlite_file
    with closing(sqlite3.connect(file, timeout=5)) as db:
        assert db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0

    assert word.encode() not in file.read_bytes()
    assert word.encode() not in file.with_name(file.name + "-wal").read_bytes()


async def test_an_account_goes_with_all_its_sessions_and_only_an_owner_deletes_it(
    api: Web, owner: Web, viewer: Web
) -> None:
    account = (await api("POST /accounts", {"name": "Short-lived"}))["id"]
    session = (await api("POST /sessions", {"account_id": account}))["id"]
    for web in (api, viewer):
        problem(await web.client.delete(f"/api/v1/accounts/{account}"), 403)

    await owner(f"DELETE /accounts/{account}", status=204)

    problem(await api.get(f"/api/v1/accounts/{account}"), 404)
    problem(await api.get(f"/api/v1/sessions/{session}"), 404)


async def test_sessions_are_listed_newest_first_and_by_account(api: Web, tokens: Tokens) -> None:
    account = (await api("POST /accounts", {"name": "Listed"}))["id"]
    made = [(await api("POST /sessions", {"account_id": account, "title": f"No {n}"}))["id"] for n in range(3)]

    listed = await api(f"GET /sessions?account_id={account}")

    assert {one["id"] for one in listed["items"]} == set(made)
    assert listed["next"] is None


async def test_templates_are_listed_and_described(api: Web) -> None:
    listed = await api("GET /templates")
    assert "supplier-to-partner" in {one["key"] for one in listed["items"]}

    one = await api("GET /templates/supplier-to-partner")

    (dimension,) = one["dimensions"]
    assert [step["label"] for step in dimension["steps"]][-1] == "Partner"
    assert all(len(step["customer_behaviours"]) == len(step["supplier_behaviours"]) == 3 for step in dimension["steps"])
    problem(await api.get("/api/v1/templates/moon"), 404)


async def test_groups_are_added_renamed_and_deleted_while_a_session_is_prepared(workshop: Workshop) -> None:
    made = await workshop.do("POST /groups", {"name": "Legal", "side": "customer"}, status=201)
    url = f"/api/v1{workshop.path}/groups"
    assert await workshop.do(f"PATCH /groups/{made['id']}", {"name": "Law"}) == {**made, "name": "Law"}
    problem(await workshop.api.client.post(url, json={"name": "law", "side": "customer"}), 422, "name")
    problem(await workshop.api.client.patch(f"{url}/{made['id']}", json={"name": "Leadership"}), 422, "name")
    problem(await workshop.api.client.post(url, json={"name": "X", "side": "moon"}), 422, "side")
    assert made["id"] in {one["id"] for one in (await workshop.do("GET /groups"))["items"]}

    await workshop.join("Leadership")
    leadership = workshop.groups["Leadership"]["id"]
    problem(await workshop.api.client.delete(f"{url}/{leadership}"), 409)
    await workshop.do(f"DELETE /groups/{made['id']}", status=204)
    problem(await workshop.api.client.delete(f"{url}/{made['id']}"), 404)

    await workshop.open()
    problem(await workshop.api.client.post(url, json={"name": "Late", "side": "customer"}), 409)


async def test_the_last_group_of_a_side_stays(workshops) -> None:
    one_each = [{"name": "A", "side": "customer"}, {"name": "B", "side": "supplier"}]
    workshop = await workshops(groups=one_each)

    for group in workshop.session["groups"]:
        problem(await workshop.api.client.delete(f"/api/v1{workshop.path}/groups/{group['id']}"), 409)


async def test_openapi_describes_every_call_and_the_page_reads_it(nobody: Web) -> None:
    spec = (await nobody.get("/api/openapi.json")).json()
    page = await nobody.get("/api/docs")

    assert spec["openapi"].startswith("3.")
    for path in ("/api/v1/sessions", "/api/v1/join", "/api/v1/sessions/{session_id}/results"):
        assert path in spec["paths"]
        assert path in page.text


@pytest.mark.parametrize("call", ["GET /api/v1/nothing", "PUT /api/v1/accounts", "DELETE /api/v1/sessions"])
async def test_an_unknown_call_is_a_problem_too(api: Web, call: str) -> None:
    method, path = call.split(" ")

    problem(await api.client.request(method, path), 404 if "nothing" in path else 405)
