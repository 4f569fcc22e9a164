"""Each file says the numbers of the results, no more and no fewer."""

import io
import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from pypdf import PdfReader

from app.core.sentences import moves, one_decimal, signed
from tests.reports.meetings import DUE
from tests.reports.odd import MEETINGS, NAMES, whole
from tests.reports.readers import every_text, lines_of, made, pdf_text, sheets, slides, table

SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"
BROKEN = {"ten steps, long names", "names of 80 characters"}
"""Names over several lines, or in scripts whose letters do not come back in order."""
ORDERED = [name for name in MEETINGS if name not in {"set", "nobody", "not revealed", "one person"}]


def cells(material) -> list[tuple[str, dict]]:
    """Every side and row that is shown, with its name."""
    view = material.view
    names = {"customer": view.customer_short, "supplier": view.supplier_short}
    found = []
    for dimension in material.results["dimensions"]:
        found += [(names[side], cell) for side, cell in dimension["sides"].items() if cell and cell["shown"]]
        found += [(row["name"], row) for row in dimension["rows"] if row["shown"]]
    return found


@cache
def schema() -> Draft202012Validator:
    """The published schema, checked."""
    found = json.loads(SCHEMA.read_text())
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found)


@pytest.mark.parametrize(
    ("name", "cut"),
    [(name, cut) for name in MEETINGS for cut in {whole(name): 0, "customer": 0} if name != "many groups"],
)
def test_json_keeps_to_its_schema(material, name: str, cut: str) -> None:
    found = json.loads(made("json", material(name, cut)))

    assert [error.message for error in schema().iter_errors(found)] == []
    assert found["results"] == material(name, cut).results


def test_the_schema_refuses_a_hidden_row_with_a_number(material) -> None:
    found = json.loads(made("json", material("too few")))
    side = found["results"]["dimensions"][0]["sides"]["customer"]
    assert side == {"shown": False, "why": "too_few"}

    side["n"] = 2

    assert not schema().is_valid(found)


@pytest.mark.parametrize("name", ORDERED)
def test_the_workbook_has_every_number_as_a_number(material, name: str) -> None:
    lines = [
        line
        for line in table(made("xlsx", material(name, whole(name))), "Groups")
        if line["Shown"] not in {"too few to show", "no answers"}
    ]

    expected = cells(material(name, whole(name)))

    assert [line["Row"] for line in lines] == [row for row, _ in expected]
    for line, (_, cell) in zip(lines, expected, strict=True):
        for question, word in (("current", "Today"), ("desired", "Wanted")):
            if dist := cell[question]:
                counts = [line[f"{word} {step}"] for step in range(1, len(dist["counts"]) + 1)]
                assert counts == dist["counts"]
                assert line[f"A {word.lower()}"] == dist["agreement_A"]
        if gap := cell["gap"]:
            said = [line[key] for key in ("People", "Today", "Wanted", "Mean gap", "Up", "Stay", "Down", "d_w")]
            assert said == [gap[key] for key in ("n_pairs", "today", "wanted", "mean_gap", "up", "stay", "down", "d_w")]


@pytest.mark.parametrize("name", ORDERED)
def test_the_workbook_has_every_comparison(material, name: str) -> None:
    pairs = [pair for dimension in material(name, whole(name)).results["dimensions"] for pair in dimension["pairs"]]

    lines = table(made("xlsx", material(name, whole(name))), "Pairs")

    assert [(line["Steps apart"], line["Cliff’s delta"], line["Flag"]) for line in lines] == [
        (pair["emd_steps"], pair["cliffs_delta"], pair["flag_words"]) for pair in pairs
    ]


@pytest.mark.parametrize("name", [*ORDERED, "set"])
def test_the_table_for_programs_has_every_count(material, name: str) -> None:
    lines = lines_of(made("csv", material(name)))
    rounds = material(name).results.get("questions", {})
    newest = {**{key: str(number) for key, number in rounds.items()}, "gap": str(max(rounds.values(), default=""))}
    lines = [line for line in lines if line["round"] == newest.get(line["question"], line["round"])]

    for question in ("current", "desired"):
        counts = [n for _, cell in cells(material(name)) if cell[question] for n in cell[question]["counts"]]
        assert [
            int(line["value"]) for line in lines if (line["measure"], line["question"]) == ("count", question)
        ] == counts
    gaps = [cell["gap"]["mean_gap"] for _, cell in cells(material(name)) if cell["gap"]]
    assert [float(line["value"]) for line in lines if line["measure"] == "mean_gap"] == gaps


@pytest.mark.parametrize("name", ORDERED)
def test_slides_carry_the_numbers_in_charts_tables_and_notes(material, name: str) -> None:
    deck = slides(made("pptx", material(name, whole(name))))
    view = material(name, whole(name)).view

    charts = [shape.chart for slide in deck for shape in slide.shapes if shape.has_chart]
    drawn = [[tuple(int(v) for v in series.values) for series in chart.plots[0].series] for chart in charts]
    assert drawn == [
        [counts for side in one.picture.sides for counts in (side.t, side.w) if counts]
        for one in view.dimensions
        if any(not side.why for side in one.picture.sides)
    ]
    told = "\n".join(slide.notes_slide.notes_text_frame.text for slide in deck)
    for one in view.dimensions:
        for row in (*one.picture.sides, *one.picture.rows):
            if row.gap is not None:
                assert f"gap {signed(row.gap)} steps per person, {moves(row.up, row.stay, row.down)}" in told
                assert f"typical step today {one_decimal(row.today)}" in told


@pytest.mark.parametrize("name", ORDERED)
def test_pages_say_the_numbers(material, name: str) -> None:
    text = pdf_text(made("pdf", material(name, whole(name))))

    for one in material(name, whole(name)).view.dimensions:
        assert name in BROKEN or one.picture.headline in text
        for row in (*one.picture.sides, *one.picture.rows):
            if row.gap is not None:
                typical = f"{row.n} {one_decimal(row.today)} {one_decimal(row.wanted)}"
                called = "" if name in BROKEN else f"{row.name} "
                assert f"{called}{typical} {signed(row.gap)} {moves(row.up, row.stay, row.down)}" in text


def test_a_question_asked_again_is_in_every_file_with_both_rounds(material) -> None:
    again = material("asked again")

    (movement,) = again.view.movements
    assert movement.sides[0].how == "4 of 14 moved up, 10 stayed"
    for text in (pdf_text(made("pdf", again)), "\n".join(_notes(made("pptx", again)))):
        assert "4 of 14 moved up, 10 stayed" in text
        assert movement.title in text
        assert again.view.mirrors[0].title in text
    assert [line["Row"] for line in table(made("xlsx", again), "Rounds")][:2] == ["Northfield", "Halden"]
    assert [line["Said"] for line in table(made("xlsx", again), "Mirror")]
    lines = lines_of(made("csv", again))
    assert {line["round"] for line in lines if line["question"] == "current"} == {"", "1", "2"}
    assert {line["round"] for line in lines if line["question"] == "desired"} == {"", "1"}
    moved = [line["value"] for line in lines if line["measure"] == "moved_up"]
    assert moved == ["4", "0"]


def test_too_few_changes_are_said_in_every_file(material) -> None:
    again = material("asked again, too few")

    assert again.results["snapshot"] == "kept"
    for text in (pdf_text(made("pdf", again)), "\n".join(_notes(made("pptx", again)))):
        assert "Too few answers changed for a new picture" in text
        assert "moved" not in text
    assert not [line for line in lines_of(made("csv", again)) if line["measure"].startswith("moved")]


def _notes(body: bytes) -> list[str]:
    texts = []
    for slide in slides(body):
        texts += [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        texts.append(slide.notes_slide.notes_text_frame.text)
    return texts


def test_the_sample_meeting_reads_as_the_method_says(material) -> None:
    """The figures of the design's sample, from the other end."""
    text = pdf_text(made("pdf", material("sample")))

    assert "Northfield sees step 2 today and wants step 4. Halden sees step 3 to 4 and wants 4 to 5." in text
    assert "Northfield 14 2.3 4.0 +1.6 12 up, 1 stay, 1 down" in text
    assert "Halden 10 3.5 4.5 +1.0 8 up, 2 stay" in text
    summary = sheets(made("xlsx", material("sample")))["Summary"]
    assert ["Northfield", 14] in [line[:2] for line in summary]


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_a_page_has_the_size_that_was_asked_for(material, paper: str, size: tuple[int, int]) -> None:
    from app.reports.pdf_file import pdf_file

    reader = PdfReader(io.BytesIO(pdf_file(material("sample"), paper=paper)))

    assert (round(reader.pages[0].mediabox.width), round(reader.pages[0].mediabox.height)) == size
    assert reader.metadata.title == "Northfield Foods and Halden Packaging: Review"
    assert reader.metadata.author == "Halden Packaging"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"] is not None
    assert f"1 of {len(reader.pages)}" in reader.pages[0].extract_text()


def test_groups_that_were_expected_and_gave_no_answer_are_named_in_every_file(material) -> None:
    found = material("names of 80 characters", "private")
    silent = [group["name"] for group in found.results["silent"]]
    assert silent == ["Silent", NAMES["arabic"][::-1].strip()]
    assert [name.split(" at ")[0] for name in found.view.silent] == silent
    lines = [line["row"] for line in lines_of(made("csv", found)) if line["value"] == "no_answers"]
    assert lines == silent
    assert json.loads(made("json", found))["results"]["silent"][0]["side"] == "customer"
    for kind in ("pdf", "pptx", "xlsx"):
        assert "No answers from Silent at" in every_text(kind, made(kind, found)), kind


@pytest.mark.parametrize("name", ["too few", "not revealed", "nobody", "anonymous"])
def test_no_group_of_a_side_that_is_not_shown_is_named_as_silent(material, name: str) -> None:
    assert [group for group in material(name).results["silent"] if group["side"] == "customer"] == []


def test_every_number_of_the_method_page_stands_with_its_n(material) -> None:
    found = material("sample")
    (numbers,) = [one.numbers for one in found.view.dimensions]
    expected = cells(found)

    assert [(one.name, one.n, one.abstained) for one in numbers.measures] == [
        (name, cell[question]["n"], cell[question]["abstained"])
        for name, cell in expected
        for question in ("current", "desired")
    ]
    assert [(one.name, one.n, round(one.mean, 4)) for one in numbers.gaps] == [
        (name, cell["gap"]["n_pairs"], cell["gap"]["mean_gap"]) for name, cell in expected
    ]
    pairs = found.results["dimensions"][0]["pairs"]
    assert sorted(round(one.steps, 4) for one in numbers.pairs) == sorted(pair["emd_steps"] for pair in pairs)
    assert all(min(one.n) >= 3 for one in numbers.pairs)
    first = found.view.dimensions[0].pairs[0]
    assert [sum(counts) for _, _, _, counts in first.rows] == [n for _, _, n, _ in first.rows]
    assert first.why.startswith(f"{one_decimal(first.steps_apart)} steps apart")


DOCUMENTED = Path(__file__).parents[2] / "docs" / "api.md"


@pytest.mark.parametrize("name", ["sample", "judged", "asked again", "names of 80 characters", "too few"])
def test_the_tables_columns_and_words_are_documented(material, name: str) -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", DOCUMENTED.read_text().split("**CSV**")[1], re.MULTILINE))
    lines = lines_of(made("csv", material(name, "private")))

    assert list(rows) == list(lines[0])
    for column in ("question", "side", "kind", "measure"):
        known = set(re.findall(r"`(\w+)`", rows[column])) | {""}
        assert {line[column] for line in lines} - {"both"} <= known, column


def test_the_workbook_has_dates_as_dates(material) -> None:
    (promise,) = table(made("xlsx", material("sample")), "Commitments")

    assert promise["By"] == datetime.fromisoformat(DUE)


def test_the_table_has_what_each_side_thought_of_the_other(material) -> None:
    found = material("asked again")
    lines = [line for line in lines_of(made("csv", found)) if line["question"] == "mirror"]
    mirror = found.results["dimensions"][0]["mirror"]

    for side in ("customer", "supplier"):
        counts = [int(line["value"]) for line in lines if (line["side"], line["measure"]) == (side, "count")]
        assert counts == mirror[side]["guess"]["counts"]
        (gap,) = [float(line["value"]) for line in lines if (line["side"], line["measure"]) == (side, "accuracy_gap")]
        assert gap == mirror[side]["accuracy"]["gap"]
