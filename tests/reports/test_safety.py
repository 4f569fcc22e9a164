"""No file runs what people wrote, tells what is private to the wrong reader, or says what may not be shown."""

import io
import re
import zipfile
from dataclasses import replace
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from app.core import words
from app.reports.export import KINDS
from app.reports.material import REPLACEMENT, legible
from tests.reports.meetings import Held, House
from tests.reports.odd import FORMULAS, LONG, MARKUP, MEETINGS, people
from tests.reports.readers import every_text, made, pdf_text, sheets, slides

OFFICE = ("xlsx", "pptx")
PRIVATE_WORDS = [part for prompt in words.PRIVATE_PROMPTS for part in prompt]


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(material) -> None:
    book = openpyxl.load_workbook(io.BytesIO(made("xlsx", material("formulas"))))

    texts = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]

    assert {cell.data_type for cell in texts} <= {"s", "n", "d"}
    assert not any(cell.hyperlink for cell in texts)
    assert set(FORMULAS) <= {cell.value for cell in texts}


def test_no_workbook_behind_a_slides_chart_has_a_formula(material) -> None:
    found = 0
    for slide in slides(made("pptx", material("formulas"))):
        for shape in slide.shapes:
            if shape.has_chart:
                book = openpyxl.load_workbook(io.BytesIO(shape.chart.part.chart_workbook.xlsx_part.blob))
                found += 1
                assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "n"}
                assert book.active["B1"].value == "=CMD(), today"
    assert found


@pytest.mark.parametrize("text", [*FORMULAS, *MARKUP])
def test_texts_read_as_they_were_written(material, text: str) -> None:
    found = material("formulas")

    assert text.replace("'", "") in pdf_text(made("pdf", found)).replace("'", "").replace("’", "")
    for sheet in ("Ideas", "Commitments"):
        assert text in [cell for line in sheets(made("xlsx", found))[sheet] for cell in line]
    said = [
        cell.text
        for slide in slides(made("pptx", found))
        for shape in slide.shapes
        if shape.has_table
        for cell in shape.table.iter_cells()
    ]
    assert text in said


@pytest.mark.parametrize("kind", OFFICE)
def test_office_files_reach_for_nothing_outside(material, kind: str) -> None:
    with zipfile.ZipFile(io.BytesIO(made(kind, material("formulas", "private")))) as archive:
        assert not [name for name in archive.namelist() if re.search(r"vba|macro|externalLink|embeddings/ole", name)]
        for name in archive.namelist():
            if name.endswith(".rels"):
                root = ET.fromstring(archive.read(name))
                assert not [one.attrib for one in root if one.get("TargetMode") == "External"]


def test_a_pdf_reaches_for_nothing_outside(material) -> None:
    body = made("pdf", material("formulas", "private"))

    assert not re.search(rb"/(URI|Launch|JavaScript|JS|EmbeddedFile|GoToR)\b", body)
    assert "root:" not in pdf_text(body)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["sample", "named", "anonymous", "two scales"])
def test_nothing_private_is_in_any_customers_file(material, name: str, kind: str) -> None:
    private = [*PRIVATE_WORDS, "Private", "private to", *MEETINGS[name].names, "Zephyrine"]

    told = every_text(kind, made(kind, material(name, "customer")))

    assert [text for text in private if text in told] == []


@pytest.mark.parametrize("kind", ["xlsx", "pptx", "pdf"])
def test_the_teams_files_have_what_is_private(material, kind: str) -> None:
    told = every_text(kind, made(kind, material("named", "private")))

    assert all(text in told for text in PRIVATE_WORDS)
    assert "Zephyrine 11" in told


def test_people_have_a_sheet_in_a_named_sessions_private_file_alone(material) -> None:
    files = {
        (name, cut): sheets(made("xlsx", material(name, cut)))
        for name in ("named", "sample")
        for cut in ("customer", "private")
    }

    assert [key for key, found in files.items() if "People" in found] == [("named", "private")]


def test_answers_that_may_not_be_shown_leave_no_trace(house: House) -> None:
    """Two meetings that differ only in answers of a side that is too small make the same files."""
    shown = {"Account team": people("shown", 4), "Delivery": people("more", 3)}
    held = [
        house.hold(Held({"Leadership": answers}, shown, ideas=("One idea",)))
        for answers in ([(1, 2), (2, 2)], [(5, 5), (4, 1)])
    ]
    for cut, kinds in (("customer", ("csv", "xlsx", "pptx", "pdf")), ("private", ("csv", "pdf"))):
        one, other = (replace(house.material(id_, cut), held_at=0) for id_ in held)
        for kind in kinds:
            assert every_text(kind, made(kind, one)) == every_text(kind, made(kind, other)), (cut, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_characters_no_file_can_hold_are_replaced_visibly(material, kind: str) -> None:
    found = material("sample")
    view = replace(found.view, customer="North\x00field\x0b\ud800", title="a\x1bb\ufffe")

    body = made(kind, legible(replace(found, view=view, session=found.session | {"customer": "North\x00field"})))

    assert body
    if kind in {"pptx", "xlsx"}:
        assert f"North{REPLACEMENT}field" in every_text(kind, body)


def test_a_files_properties_name_the_session_and_nobody_else(material) -> None:
    for kind in OFFICE:
        with zipfile.ZipFile(io.BytesIO(made(kind, material("named")))) as archive:
            told = archive.read("docProps/core.xml").decode() + archive.read("docProps/app.xml").decode()
        assert "Halden Packaging" in told
        assert "Steve" not in told
        assert "Inga" not in told


def test_long_names_are_whole_in_tables(material) -> None:
    found = material("ten steps, long names")

    assert LONG in pdf_text(made("pdf", found))
    assert LONG in every_text("pptx", made("pptx", found))
    assert LONG in every_text("xlsx", made("xlsx", found))
