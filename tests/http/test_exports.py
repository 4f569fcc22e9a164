"""Files: what they hold, and that no spreadsheet runs what people wrote."""

import csv
import io
import json

import pytest

from tests.http.words import problem
from tests.live.workshop import Workshop

FORMULAS = (
    "=1+1",
    "+1 agree",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "＝1+1",
    '=HYPERLINK("http://evil.example")',
    "=cmd|'/C calc'!A0",
)


async def with_texts(workshop: Workshop, *texts: str) -> None:
    await workshop.open("change")
    for text in texts:
        await workshop.do(
            "POST /ideas", {"text": text, "who": "both", "side": "customer", "status": "shown"}, status=201
        )


async def lines(workshop: Workshop, cut: str = "customer") -> list[list[str]]:
    answer = await workshop.api.get(f"/api/v1{workshop.path}/export.csv?cut={cut}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def test_no_cell_of_a_csv_is_a_formula_and_texts_stay_readable(workshop: Workshop) -> None:
    await with_texts(workshop, *FORMULAS)

    cells = [cell for line in await lines(workshop) for cell in line]

    for cell in cells:
        numeric = cell.lstrip("-").replace(".", "").isdigit()
        assert numeric or not cell or cell[0] not in "=+-@\t\r\0＝＋－＠", cell
    for text in FORMULAS:
        assert f"'{text.strip()}" in cells
    assert any("+1 agree" in cell for cell in cells)


@pytest.mark.parametrize("text", ["two\nlines", 'a "quote", a comma', "Größe 🪜 計画", "; semicolon"])
async def test_a_text_comes_back_from_a_csv_letter_for_letter(workshop: Workshop, text: str) -> None:
    await with_texts(workshop, text)

    assert text in [cell for line in await lines(workshop) for cell in line]


async def test_group_names_that_look_like_formulas_are_harmless_too(workshops) -> None:
    groups = [{"name": "=1+1", "side": "customer"}, {"name": "@sales", "side": "supplier"}]
    workshop = await workshops(groups=groups)
    await workshop.vote("current", {"=1+1": (3, 3, 4), "@sales": (4, 4, 5)})
    await workshop.question("current", "reveal")

    cells = [cell for line in await lines(workshop) for cell in line]

    assert "'=1+1" in cells
    assert "=1+1" not in cells


async def test_files_have_shown_themes_with_their_shown_ideas(workshop: Workshop) -> None:
    await workshop.open("change")
    told = {"who": "supplier", "side": "customer"}
    shown = await workshop.do("POST /ideas", {"text": "Tell us early", "status": "shown", **told})
    unread = await workshop.do("POST /ideas", {"text": "Unread words", **told})
    ideas = [shown["id"], unread["id"]]
    theme = await workshop.do("POST /themes", {"name": "=Warnings", "component": "gimbal", "idea_ids": ideas})
    await workshop.do("POST /themes", {"name": "Secret theme"})
    await workshop.do(f"PATCH /themes/{theme['id']}", {"shown": True})

    found = await lines(workshop, "customer")

    assert ["", "change", "supplier", "", "theme", "gimbal", "text", "'=Warnings", ""] in found
    assert ["", "change", "supplier", "", "idea", "'=Warnings", "text", "Tell us early", ""] in found
    for cut in ("customer", "private"):
        everything = str(await lines(workshop, cut))
        assert "Unread words" not in everything
        assert "Secret theme" not in everything
        for kind in ("pdf", "pptx", "xlsx", "json"):
            file = await workshop.api.get(f"/api/v1{workshop.path}/export.{kind}?cut={cut}")
            assert file.status_code == 200, kind


async def test_a_csv_has_what_is_public_and_nothing_before(workshop: Workshop) -> None:
    await workshop.vote("current", {"Leadership": (2, 3, 3)})
    before = await lines(workshop, "private")
    assert {line[6] for line in before[1:]} == {"answered"}

    await workshop.question("current", "reveal")

    after = await lines(workshop, "private")
    assert after[0] == before[0]
    counts = [line[7] for line in after if line[4] == "side" and line[6] == "count"]
    assert counts == ["0", "1", "2", "0", "0"]


async def test_json_holds_session_and_results_without_what_opens_doors(workshop: Workshop) -> None:
    await workshop.vote("current", {"Leadership": (2, 3, 3)})
    await workshop.question("current", "reveal")

    answer = await workshop.api.get(f"/api/v1{workshop.path}/export.json?cut=customer")

    found = json.loads(answer.content)
    assert found["results"]["dimensions"] == (await workshop.results("customer"))["dimensions"]
    assert found["session"]["title"] == workshop.session["title"]
    for secret in (workshop.session["code"], workshop.join_token, workshop.key):
        assert secret not in answer.text


@pytest.mark.parametrize("kind", ["exe", "xml", "csv.exe", "CSV"])
async def test_an_unknown_kind_of_file_is_404(workshop: Workshop, kind: str) -> None:
    problem(await workshop.api.get(f"/api/v1{workshop.path}/export.{kind}"), 404)


async def test_names_are_in_a_named_sessions_private_file_alone(workshops) -> None:
    workshop = await workshops(attribution="named")
    for number in range(3):
        await workshop.join(name=f"=Person{number}")
    await workshop.vote("current", {"Leadership": (2, 3, 3)})
    await workshop.question("current", "reveal")

    assert any(cell == "'=Person0" for line in await lines(workshop, "private") for cell in line)
    assert not any("Person0" in cell for line in await lines(workshop, "customer") for cell in line)
