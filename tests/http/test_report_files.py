"""Files and pictures over HTTP: papers, pictures of charts, and files that are waited for."""

import io
import re
from typing import Any

import pytest
from pypdf import PdfReader
from sqlmodel import select

from app.actions import report_files
from app.store.file_tables import ReportFile
from app.store.tables import User
from tests.http.words import problem
from tests.live.workshop import Web, Workshop

LATER = {"prefer": "respond-async"}
LOOKS_AT_MOST = 2000


async def revealed(workshop: Workshop) -> None:
    await workshop.vote("current", {"Leadership": (2, 3, 3), "Account team": (3, 4, 4)})
    await workshop.vote("desired", {"Leadership": (4, 4, 5), "Account team": (5, 5, 5)})
    await workshop.reveal()


@pytest.fixture
async def shown(workshop: Workshop) -> Workshop:
    await revealed(workshop)
    return workshop


async def test_a_pdf_comes_on_the_paper_that_was_asked_for(shown: Workshop, browser: Web) -> None:
    page = (await browser.get(f"{shown.path}/report?cut=customer")).text
    letter = f"{shown.path}/export.pdf?cut=customer&paper=letter"
    assert f'<a href="{letter.replace("&", "&amp;")}">' in page, (
        "without `download`: what comes may be the page that waits"
    )

    answer = await fetched(browser, letter)

    box = PdfReader(io.BytesIO(answer.content)).pages[0].mediabox
    assert (round(box.width), round(box.height)) == (612, 792)
    for wrong in ("export.pdf?paper=a5", "export.csv?paper=a4"):
        problem(await shown.api.get(f"/api/v1{shown.path}/{wrong}"), 422)


async def test_every_chart_is_had_as_a_picture(shown: Workshop, browser: Web) -> None:
    listed = (await shown.do("GET /pictures?cut=customer"))["items"]

    assert [one["chart"] for one in listed] == ["stair", "gap", "people", "heat", "sides"]
    for one in listed:
        svg = await shown.api.get(one["svg"])
        assert svg.headers["content-type"] == "image/svg+xml"
        assert f"{one['chart']}.svg" in svg.headers["content-disposition"]
        assert svg.text.startswith("<svg")
    png = await shown.api.get(listed[0]["png"])
    assert png.content.startswith(b"\x89PNG")
    links = re.findall(
        r'href="([^"]+/pictures/[^"]+\.svg\?cut=customer)"',
        (await browser.get(f"{shown.path}/report?cut=customer")).text,
    )
    assert sorted(links) == sorted(one["svg"].removeprefix("/api/v1") for one in listed)
    assert (await browser.get(links[0])).status_code == 200


async def test_a_picture_that_is_not_there_is_said(workshop: Workshop) -> None:
    assert (await workshop.do("GET /pictures"))["items"] == []
    for at in ("relationship/stair.svg", "relationship/pie.svg", "other/stair.png", "relationship/stair.gif"):
        problem(await workshop.api.get(f"/api/v1{workshop.path}/pictures/{at}"), 404)


async def until_ready(web: Web, at: str) -> Any:
    """The waiting page once the file is there, as a browser without scripts comes to it."""
    for _ in range(LOOKS_AT_MOST):
        answer = await web.get(at)
        assert answer.status_code == 200
        if not answer.headers["refresh"].isdigit():
            return answer
        assert "<progress" in answer.text
    raise AssertionError("the file never came")


async def fetched(web: Web, path: str) -> Any:
    """The answer to a page's path; of a file that takes long, what comes in the end."""
    answer = await web.get(path)
    if answer.status_code != 303 or "/files/" not in answer.headers["location"]:
        return answer
    at = answer.headers["location"]
    await until_ready(web, at)
    return await web.get(f"{at}/download")


async def test_a_long_file_is_waited_for_on_a_page_without_a_script(shown: Workshop, browser: Web) -> None:
    sent = await browser.get(f"{shown.path}/export.xlsx?cut=customer", headers=LATER)
    assert sent.status_code == 303
    at = sent.headers["location"]
    ready = await until_ready(browser, at)

    assert "Your file is ready" in ready.text
    assert ready.headers["refresh"] == f"0; url={at}/download"
    file = await browser.get(f"{at}/download")
    assert "customer.xlsx" in file.headers["content-disposition"]
    assert file.content[:2] == b"PK"


async def test_a_script_may_wait_for_a_file_elsewhere(shown: Workshop) -> None:
    path = f"/api/v1{shown.path}/export.pptx?cut=private"
    answer = await shown.api.get(path, headers=LATER)
    assert answer.status_code == 202
    at, told = answer.headers["location"], answer.json()
    assert (told["kind"], told["cut"], told["url"]) == ("pptx", "private", None)
    problem(await shown.api.get(f"{at}/download"), 409)
    for _ in range(LOOKS_AT_MOST):
        told = (await shown.api.get(at)).json()
        if told["state"] not in {"waiting", "making"}:
            break
    assert told["state"] == "ready"
    assert (await shown.api.get(told["url"])).content[:2] == b"PK"
    looks = shown.server.rows("SELECT what FROM look WHERE session_id = ?", shown.id)
    assert looks.count(("export.pptx",)) == 2, "asking and fetching are both in the log of looks"


def order(db: Any, *, session_id: str, **more: Any) -> str:
    """A file of the facilitator's whose process has died."""
    user_id = db.exec(select(User.id).where(User.email == "inga@halden.example")).one()
    file = report_files.order(db, session_id=session_id, user_id=user_id, kind="csv", cut="customer", paper="")
    file.held_until = 0
    for name, value in more.items():
        setattr(file, name, value)
    db.flush()
    return file.id


async def test_a_file_whose_process_died_is_made_by_the_next_that_is_asked(shown: Workshop, browser: Web) -> None:
    file_id = shown.server.act(order, session_id=shown.id)

    ready = await until_ready(browser, f"{shown.path}/files/{file_id}")

    assert "Your file is ready" in ready.text
    direct = await browser.get(f"{shown.path}/export.csv?cut=customer")
    assert (await browser.get(f"{shown.path}/files/{file_id}/download")).content == direct.content


async def test_a_file_that_ends_processes_is_given_up(shown: Workshop, browser: Web) -> None:
    file_id = shown.server.act(order, session_id=shown.id, tries=report_files.TRIES_AT_MOST)

    page = await browser.get(f"{shown.path}/files/{file_id}")

    assert "refresh" not in page.headers
    assert report_files.FAILED in page.text
    problem(await shown.api.get(f"/api/v1{shown.path}/files/{file_id}/download"), 409)


async def test_who_asks_twice_waits_for_one_file(shown: Workshop, browser: Web) -> None:
    file_id = shown.server.act(order, session_id=shown.id, kind="xlsx", held_until=2**50)

    again = await browser.get(f"{shown.path}/export.xlsx?cut=customer")

    assert again.headers["location"] == f"{shown.path}/files/{file_id}"
    assert "Waiting for its turn" in (await browser.get(again.headers["location"])).text


def takes(db: Any, *, file_id: str) -> list[bool]:
    return [report_files.take_over(db, file_id=file_id) for _ in range(2)]


async def test_of_two_processes_that_are_asked_one_makes_the_file(shown: Workshop) -> None:
    file_id = shown.server.act(order, session_id=shown.id)

    assert shown.server.act(takes, file_id=file_id) == [True, False]


def ages(db: Any, *, file_id: str) -> None:
    db.get_one(ReportFile, file_id).created_at -= report_files.KEPT_FOR_MS


async def test_files_are_kept_for_minutes_and_go_with_what_somebody_takes_back(shown: Workshop) -> None:
    old, new = (shown.server.act(order, session_id=shown.id) for _ in "ab")
    shown.server.act(ages, file_id=old)
    problem(await shown.api.get(f"/api/v1{shown.path}/files/{old}"), 404)
    assert (await shown.api.get(f"/api/v1{shown.path}/files/{new}")).status_code == 200

    await shown.do(f"DELETE /participants/{shown.people[0].id}", status=204)

    problem(await shown.api.get(f"/api/v1{shown.path}/files/{new}"), 404)
