"""Importing past results: from a file to a closed session that keeps the rules of a live one; nothing before it is confirmed."""

import asyncio
import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx
import pytest

from app.core.past_table import FILE_AT_MOST
from tests.http.forms import fields_of
from tests.live.server import Server
from tests.live.workshop import Web

NUMBERS = count(1)
TODAY = {
    "Leadership": (2, 3, 2, 4),
    "Procurement": (3, 3, 2),
    "Quality": (1,),
    "Account team": (4, 4, 5),
    "Delivery": (3, 4, 2),
}
WANTED = {
    "Leadership": (4, 4, 5, 5),
    "Procurement": (4, 3, 4),
    "Quality": (5,),
    "Account team": (5, 4, 5),
    "Delivery": (4, 5, 5),
}
IDEA = "Show us the plan before it is final"


def csv(today: Mapping[str, tuple[int, ...]] = TODAY, wanted: Mapping[str, tuple[int, ...]] = WANTED) -> str:
    rows = ["Timestamp;E-mail;Group;Step today;Wanted step;What would have to change?"]
    for group, steps in today.items():
        for step, wish in zip(steps, wanted[group], strict=True):
            number = len(rows)
            idea = IDEA if number == 2 else ""
            rows.append(f"2025-03-12 09:0{number % 10};person{number}@x.example;{group};{step};{wish};{idea}")
    return "\n".join(rows) + "\n"


class Import:
    """A browser's way through the pages of an account."""

    def __init__(self, web: Web, account: str) -> None:
        self.web, self.path, self.csrf = web, f"/accounts/{account}/import", ""
        self.file = ""

    async def hand_in(self, content: bytes | str, name: str = "answers.csv", **more: Any) -> httpx.Response:
        self.csrf = await self.web.csrf()
        body = content.encode() if isinstance(content, str) else content
        answer = await self.web.client.post(
            self.path, data={"csrf": self.csrf, **more}, files={"file": (name, body, "text/csv")}
        )
        self.file = answer.headers.get("location", "")
        return answer

    async def page(self) -> str:
        answer = await self.web.get(self.file)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def send(self, do: str, page: str = "", **changed: str) -> httpx.Response:
        """Press a button under the form as it is on the page, with some fields changed."""
        said = fields_of(page or await self.page(), self.file) | changed
        return await self.web.client.post(self.file, data=said | {"do": do})


@pytest.fixture
async def moving(api: Web, browser: Web) -> Import:
    """The import pages of an account that no other test writes on."""
    account = await api("POST /accounts", {"name": f"Moving {next(NUMBERS)}"})
    return Import(browser, account["id"])


def side(text: str) -> str:
    """The name of the field that says whose side an entry is on."""
    return f"side-{hashlib.sha256(text.casefold().encode()).hexdigest()[:16]}"


def uploads(server: Server) -> int:
    return int(server.rows("SELECT count(*) FROM upload")[0][0])


async def sessions(api: Web, moving: Import) -> list[dict[str, Any]]:
    account = moving.path.split("/")[2]
    found = await api("GET /sessions?limit=200")
    return [await api(f"GET /sessions/{one['id']}") for one in found["items"] if one["account_id"] == account]


async def public(api: Web, session: dict[str, Any]) -> list[str]:
    """The session's figures by side and group, without what differs from session to session."""
    names = {group["id"]: group["name"] for group in session["groups"]}
    (result,) = (await api(f"GET /sessions/{session['id']}/results?cut=private"))["dimensions"]
    rows = [str(sorted(row.items(), key=str)) for row in result["rows"]]
    return sorted(
        re.sub("|".join(names), lambda found: names[found[0]], text) for text in [*rows, str(result["sides"])]
    )


async def test_a_file_becomes_a_closed_session_with_the_results_of_a_live_one(
    workshops: Any, moving: Import, api: Web, server: Server
) -> None:
    handed_in = await moving.hand_in(csv())
    assert handed_in.status_code == 303
    page = await moving.page()
    assert "Say on whose side “Quality” should be counted" in page, "it is in no list of groups"
    page = (await moving.send("look", page, **{side("Quality"): "customer"})).text
    assert "14 people, 1 text on what would have to change" in page
    assert await sessions(api, moving) == [], "nothing is entered before it is confirmed"

    entered = await moving.send("enter", page, title="Spring review")

    assert entered.status_code == 303, entered.text
    (session,) = await sessions(api, moving)
    assert entered.headers["location"] == f"/sessions/{session['id']}/report"
    assert (session["title"], session["status"], session["attribution"]) == ("Spring review", "closed", "group")
    assert [group["name"] for group in session["groups"]] == [
        "Leadership",
        "Procurement",
        "Quality",
        "Account team",
        "Delivery",
    ]
    live = await workshops(groups=[{"name": group["name"], "side": group["side"]} for group in session["groups"]])
    await live.vote("current", TODAY)
    await live.vote("desired", WANTED)
    await live.reveal()
    assert await public(api, session) == await public(api, live.session)
    assert (await moving.web.get(moving.file)).status_code == 404, "the file is gone"

    report = (await moving.web.get(f"/sessions/{session['id']}/report")).text
    assert "12 March 2025" in report
    assert "Inga Berg entered them from “answers.csv”" in report
    assert IDEA not in report, "what people wrote waits to be read"
    customers = (await moving.web.get(f"/sessions/{session['id']}/report?cut=customer")).text
    assert "collected elsewhere and entered from a file on" in customers
    assert "answers.csv" not in customers
    assert "Imported from answers.csv" in (await moving.web.get(moving.path.removesuffix("/import"))).text
    (idea,) = (await api(f"GET /sessions/{session['id']}/ideas"))["items"]
    assert (idea["text"], idea["status"], idea["who"]) == (IDEA, "waiting", "both")
    assert not server.rows(
        "SELECT 1 FROM participant WHERE session_id = ? AND (token_hash IS NOT NULL OR by_hand)", session["id"]
    )


async def test_a_small_group_and_a_small_side_are_hidden_as_ever(moving: Import, api: Web) -> None:
    today = {"Leadership": (1, 2, 3), "Procurement": (5,), "Account team": (4, 2)}
    await moving.hand_in(csv(today, today))
    page = await moving.page()
    assert page.count("too few to be shown") == 3

    await moving.send("enter", page)

    (session,) = await sessions(api, moving)
    for cut in ("private", "customer"):
        (result,) = (await api(f"GET /sessions/{session['id']}/results?cut={cut}"))["dimensions"]
        assert result["sides"]["supplier"] == {"shown": False, "why": "too_few"}
        assert result["sides"]["customer"]["current"]["counts"] == [1, 1, 1, 0, 1]
        assert not [row for row in result["rows"] if row["shown"]], (
            "with Procurement told, Leadership could be counted out"
        )


async def test_rows_that_cannot_be_read_are_told_and_left_out_only_when_ticked(moving: Import, api: Web) -> None:
    file = (
        csv()
        .replace("Leadership;2;4", "Leadership;2,5;4", 1)
        .replace("person3@", "person2@")
        .replace("Delivery", "Observers")
    )
    await moving.hand_in(file)
    whose = {side("Quality"): "customer", side("Observers"): "out"}
    page = (await moving.send("look", **whose)).text
    assert "3 rows are left out as you chose" in page
    told = re.findall(
        r'<td data-label="Row">(\d+)</td><td data-label="Column">(.*?)</td><td data-label="What">(.*?)</td>', page
    )
    assert told == [
        ("2", "Step today", "“2,5” lies between two steps. Each person’s own answer is a whole step."),
        ("4", "E-mail", "The same person answered in row 3. One of the two rows has to go."),
    ]

    refused = await moving.send("enter", page)
    assert refused.status_code == 422
    assert "tick that they are left out" in refused.text
    assert await sessions(api, moving) == []

    assert (await moving.send("enter", refused.text, leave_out="1")).status_code == 303
    (session,) = await sessions(api, moving)
    report = (await moving.web.get(f"/sessions/{session['id']}/report")).text
    assert "6 people at" in report
    assert "5 of its rows are left out" in report


async def test_what_was_changed_after_the_look_is_looked_at_again(moving: Import, api: Web) -> None:
    await moving.hand_in(csv().replace("Quality", "Procurement"))
    page = await moving.page()
    fields = fields_of(page, moving.file)
    swapped = {"column-current": fields["column-desired"], "column-desired": fields["column-current"]}

    again = await moving.send("enter", page, **swapped)

    assert "You changed something above" in again.text
    assert await sessions(api, moving) == []
    assert (await moving.send("enter", again.text)).status_code == 303
    (session,) = await sessions(api, moving)
    (result,) = (await api(f"GET /sessions/{session['id']}/results?cut=private"))["dimensions"]
    assert result["sides"]["supplier"]["current"]["counts"] == [0, 0, 0, 2, 4]


async def test_a_file_is_entered_once_and_the_same_file_again_only_knowingly(moving: Import, api: Web) -> None:
    only_sides = "Company,Today\nCustomer,3\nCustomer,4\nCustomer,3\n"
    await moving.hand_in(only_sides)
    page = await moving.page()
    day = (datetime.now(UTC) - timedelta(days=9)).date().isoformat()
    assert (await moving.send("enter", page, day="")).status_code == 422, "the file holds no day"
    assert (await moving.send("enter", page, day=day)).status_code == 303
    assert (await moving.send("enter", page, day=day)).status_code == 404
    (session,) = await sessions(api, moving)
    assert (session["attribution"], session["groups"]) == ("anonymous", [])

    await moving.hand_in(only_sides)
    assert "This file was entered before: Relationship review" in await moving.page()
    assert (await moving.send("drop")).headers["location"] == moving.path.removesuffix("/import")
    assert (await moving.web.get(moving.file)).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("day", "2999-01-01", "today or earlier"),
        ("day", "1989-12-31", "1 January 1990 or later"),
        ("day", "31.12.2025", "a date such as"),
        ("smallest_group", "2", "3 or more, so that nobody can be picked out"),
        ("smallest_group", "x", "a whole number, 3 or more"),
        ("title", "x" * 121, "121 characters; 120 fit"),
    ],
)
async def test_a_field_that_cannot_be_used_says_why(
    moving: Import, api: Web, field: str, value: str, words: str
) -> None:
    await moving.hand_in("Company,Today,Date\nCustomer,3,2025-03-12\n")

    answer = await moving.send("enter", **{field: value})

    assert answer.status_code == 422
    assert words in answer.text
    assert await sessions(api, moving) == []


async def test_files_that_are_none_are_refused_on_the_form(moving: Import, server: Server) -> None:
    before = uploads(server)
    for content, words in (
        (b"\xd0\xcf\x11\xe0", "older Excel file"),
        (b"", "has no table"),
        (b"PK\x03\x04", "neither a CSV"),
    ):
        answer = await moving.hand_in(content)
        assert (answer.status_code, words in answer.text) == (422, True), words
    none = await moving.web.client.post(moving.path, data={"csrf": moving.csrf})
    assert (none.status_code, "Choose a file first." in none.text) == (422, True)
    nearly = await moving.hand_in(b"x" * (FILE_AT_MOST + 1))
    assert (nearly.status_code, "larger than 5 MB" in nearly.text) == (422, True)
    assert uploads(server) == before


async def test_fifty_megabytes_are_refused_before_they_are_read(moving: Import, server: Server) -> None:
    """Only the length is told; not a byte follows, and the answer comes all the same."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    head = f"POST {moving.path} HTTP/1.1\r\nHost: {server.host}\r\nContent-Length: {50 * 1024 * 1024}\r\n"
    writer.write(f"{head}Content-Type: multipart/form-data; boundary=x\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.readuntil(b"</html>"), 5)
    writer.close()

    assert answer.startswith(b"HTTP/1.1 413")
    assert b"This file is larger than 5 MB. Take out what is not answers, or split it." in answer
    assert b"content-security-policy" in answer


async def test_only_who_may_gets_in_and_nobody_sees_anothers_file(
    moving: Import, viewer: Web, foreign: Web, owner: Web, nobody: Web, server: Server
) -> None:
    await moving.hand_in(csv())

    no_token = await moving.web.client.post(moving.path, files={"file": ("a.csv", csv().encode())})
    assert no_token.status_code == 403
    assert (await nobody.client.post(moving.path, files={"file": ("a.csv", b"x")})).status_code in {303, 401}
    for web, status in ((viewer, 403), (foreign, 404)):
        assert (await web.client.post(moving.path, files={"file": ("a.csv", csv().encode())})).status_code == status
        assert (await web.get(moving.path)).status_code == status
    for path in (moving.file, moving.file[:-1]):
        assert (await owner.get(path)).status_code == 404, "an owner may import, and has not handed this in"
    assert (await owner.get(moving.path)).status_code == 200
    assert (await moving.web.get(moving.file)).status_code == 200


async def test_what_stands_in_a_file_is_text_and_no_markup(moving: Import) -> None:
    await moving.hand_in("Group,Today,Idea\n<script>alert(1)</script>,3,<b>x\n=cmd|' /C calc'!A0,3,y\n", name="<i>.csv")

    page = (
        await moving.send(
            "look", **{side("<script>alert(1)</script>"): "customer", side("=cmd|' /C calc'!A0"): "supplier"}
        )
    ).text

    assert "<script>alert" not in page
    assert "<b>x" not in page
    assert "<i>" not in page
    assert "2 people" in page
