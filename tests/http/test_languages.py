"""The report and its files in a chosen language over HTTP: pages, files that are waited for, pictures, share links."""

import csv
import io
import re
from typing import Any

import openpyxl
import pytest
from sqlmodel import select

from app.actions import report_files
from app.store.tables import User
from tests.http.words import problem
from tests.live.server import PASSWORD
from tests.live.workshop import Web, Workshop

LATER = {"prefer": "respond-async"}
GERMAN, ENGLISH = "sieht heute Stufe 3", "sees step 3 today"
LOOKS_AT_MOST = 2000


@pytest.fixture
async def shown(workshop: Workshop) -> Workshop:
    await workshop.vote("current", {"Leadership": (2, 3, 3), "Account team": (3, 4, 4)})
    await workshop.vote("desired", {"Leadership": (4, 4, 5), "Account team": (5, 5, 5)})
    await workshop.reveal()
    return workshop


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


async def test_the_report_is_english_until_another_language_is_asked_for(shown: Workshop, browser: Web) -> None:
    english = (await browser.get(f"{shown.path}/report?cut=customer")).text
    german = (await browser.get(f"{shown.path}/report?cut=customer&lang=de")).text

    assert '<html lang="en"' in english
    assert ENGLISH in plain(english)
    assert "lang=de" not in english.replace("&amp;lang=de", "", 1), "only the link to the other language"
    assert '<html lang="de"' in german
    assert GERMAN in plain(german)
    assert ENGLISH not in plain(german)
    assert (await browser.get(f"{shown.path}/report?cut=customer")).text == english, "nothing was kept of it"


async def test_the_switch_keeps_the_cut_and_downloads_keep_the_language(shown: Workshop, browser: Web) -> None:
    german = (await browser.get(f"{shown.path}/report?cut=customer&lang=de")).text

    switch = re.findall(r'<a href="([^"]+)" hreflang="(\w+)" lang="(\w+)"( aria-current="true")?>(\w+)</a>', german)
    assert switch == [
        (f"{shown.path}/report?cut=customer&amp;lang=en", "en", "en", "", "English"),
        (f"{shown.path}/report?cut=customer&amp;lang=de", "de", "de", ' aria-current="true"', "Deutsch"),
    ]
    files = re.findall(rf'href="({shown.path}/(?:export|pictures)[^"]+)"', german)
    assert len(files) > 8
    assert all(url.endswith("&amp;lang=de") for url in files)
    assert f'href="{shown.path}/report?lang=de"' in german, "the team's report, in the same language"
    team = (await browser.get(f"{shown.path}/report?lang=de")).text
    assert f'href="{shown.path}/report?lang=en" hreflang="en"' in team


async def test_quick_files_and_pictures_are_in_the_language(shown: Workshop) -> None:
    at = f"/api/v1{shown.path}"
    table = await shown.api.get(f"{at}/export.csv?cut=customer&lang=de")
    assert f'filename="stairstep-{shown.id}-customer-de.csv"' in table.headers["content-disposition"]
    lines = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert any(line["measure"] == "sentence" and "sehen die Beziehung" in line["value"] for line in lines)
    assert {line["measure"] for line in lines} >= {"count", "interpolated_median"}

    told = (await shown.api.get(f"{at}/export.json?cut=customer&lang=de")).json()
    assert GERMAN in told["results"]["headline"]
    listed = (await shown.do("GET /pictures?cut=customer&lang=de"))["items"]
    assert listed[0]["name"] == "Die Treppe"
    svg = (await shown.api.get(listed[0]["svg"])).text
    assert "Typische Stufe heute und gewünscht" in svg
    assert ENGLISH in (await shown.results("customer"))["headline"], "the API itself speaks English"


async def test_a_file_made_in_the_background_keeps_its_language(shown: Workshop, browser: Web) -> None:
    sent = await browser.get(f"{shown.path}/export.xlsx?cut=customer&lang=de", headers=LATER)
    at = sent.headers["location"]

    page = await until_ready(browser, at)
    assert '<html lang="de"' in page.text
    assert "Ihre Datei ist fertig" in page.text
    assert f'href="{shown.path}/report?cut=customer&amp;lang=de"' in page.text
    assert (await shown.api.get(f"/api/v1{at}")).json()["language"] == "de"
    file = await browser.get(f"{at}/download")
    assert "-customer-de.xlsx" in file.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    assert book.sheetnames[0] == "Übersicht"
    assert any(GERMAN in str(cell.value) for row in book["Übersicht"].iter_rows() for cell in row)


async def until_ready(web: Web, at: str) -> Any:
    for _ in range(LOOKS_AT_MOST):
        answer = await web.get(at)
        if not answer.headers["refresh"].isdigit():
            return answer
        assert "<progress" in answer.text
    raise AssertionError("the file never came")


def left_alone(db: Any, *, session_id: str) -> str:
    user_id = db.exec(select(User.id).where(User.email == "inga@halden.example")).one()
    asked = {"session_id": session_id, "user_id": user_id, "kind": "csv", "cut": "customer", "paper": ""}
    file = report_files.order(db, **asked, language="de")
    file.held_until = 0
    db.add(file)
    db.flush()
    found = [report_files.same_order(db, **asked, language=language) for language in ("en", "de")]
    assert [one and one.id for one in found] == [None, file.id], "another language is another file"
    return str(file.id)


async def test_a_file_that_another_process_takes_over_keeps_its_language(shown: Workshop, browser: Web) -> None:
    file_id = shown.server.act(left_alone, session_id=shown.id)

    await until_ready(browser, f"{shown.path}/files/{file_id}")
    body = (await browser.get(f"{shown.path}/files/{file_id}/download")).content.decode()

    assert "sehen die Beziehung heute" in body


async def test_an_unknown_language_is_refused_everywhere(shown: Workshop, browser: Web) -> None:
    at = f"/api/v1{shown.path}"
    for path in ("export.csv", "pictures", "pictures/relationship/stair.svg"):
        body = problem(await shown.api.get(f"{at}/{path}?lang=fr"), 422, "lang")
        assert "en (English) or de (Deutsch)" in str(body["detail"])
    for path in ("report", "export.pdf", "pictures/relationship/stair.svg"):
        answer = await browser.get(f"{shown.path}/{path}?lang=fr")
        assert answer.status_code == 422
        assert "A report’s language is en (English) or de (Deutsch)." in answer.text


async def test_a_shared_report_is_there_in_both_languages(shown: Workshop, nobody: Web) -> None:
    made = await shown.do("POST /share-links", {"kind": "report", "language": "de"}, status=201)
    url = str(made["url"])
    assert url.endswith("?lang=de")
    path = "/share/" + url.rsplit("/", 1)[1]

    german, english = (await nobody.get(path)).text, (await nobody.get(path.removesuffix("?lang=de"))).text

    assert GERMAN in plain(german)
    assert '<a href="?lang=en" hreflang="en" lang="en">English</a>' in german
    assert ENGLISH in plain(english)
    assert '<a href="?lang=de" hreflang="de" lang="de">Deutsch</a>' in english
    assert plain((await nobody.get(path.replace("=de", "=en"))).text) == plain(english)
    assert (await nobody.get(path.replace("=de", "=fr"))).status_code == 422
    await shown.do(f"DELETE /share-links/{made['id']}", status=204)
    assert (await nobody.get(path)).status_code == 404
    (stored,) = shown.server.rows("SELECT page FROM share_link WHERE id = ?", made["id"])
    assert stored[0] is None, "no language is left behind"


async def test_the_passphrase_is_asked_for_in_the_links_language(shown: Workshop, nobody: Web) -> None:
    body = {"kind": "report", "cut": "private", "passphrase": "three quiet words", "language": "de"}
    path = "/share/" + str((await shown.do("POST /share-links", body, status=201))["url"]).rsplit("/", 1)[1]

    asked = (await nobody.get(path)).text
    assert "Hier wird ein Kennwort gebraucht" in asked
    csrf = await nobody.csrf(path)
    wrong = await nobody.post(path, csrf=csrf, passphrase="three loud words")
    assert "Das ist nicht das Kennwort." in wrong.text
    right = await nobody.post(path, csrf=csrf, passphrase="three quiet words")
    assert "Nur für das Account-Team von" in plain(right.text)


async def test_a_link_is_made_in_a_language_on_its_page_too(shown: Workshop, browser: Web) -> None:
    german = (await browser.get(f"{shown.path}/report?lang=de")).text
    assert f'href="{shown.path}/links?kind=report&amp;lang=de"' in german
    asked = (await browser.get(f"{shown.path}/links?kind=report&lang=de")).text
    assert 'name="language" value="de" checked' in asked
    csrf = await browser.csrf(f"{shown.path}/links")
    form = {"kind": "report", "days": "7", "language": "de", "password": PASSWORD}
    made = await browser.post(f"{shown.path}/links", csrf=csrf, **form)
    assert re.search(r'value="http[^"]+/share/[\w-]{32}\?lang=de"', made.text)

    body = problem(
        await shown.api.client.post(f"/api/v1{shown.path}/share-links", json={"kind": "plan", "language": "de"}), 422
    )
    assert body["detail"] == "Only a report has a language."
