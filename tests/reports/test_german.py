"""Files in German, opened by libraries that had no part in making them: the same numbers, German words, nothing left in English."""

import io
import json
import re
from functools import cache

import openpyxl
import pytest
from pypdf import PdfReader

from app.core.language import speaking
from app.locales import catalogue
from app.reports.charts import charts_of
from app.reports.export import KINDS, Order
from app.views.render import render
from app.web.report import Links, language_links
from tests.reports.readers import every_text, lines_of, made, pdf_pages, pdf_text, sheets, slides
from tests.reports.test_layout import content, frame
from tests.reports.test_numbers import schema

HEADLINE = "Northfield sieht heute Stufe 2 und wünscht sich Stufe 4."
FINDING = "8 von 14 bei Northfield sehen die Beziehung heute mindestens eine Stufe tiefer als Halden."
FULL = ("sample", "asked again", "judged", "set")
CROWDED = ("sample", "names of 80 characters", "ten steps, long names")
PLACE = re.compile(r"\{\w+\}")


def page(found) -> str:
    """The report's page as members see it."""
    links = Links("/t", "/c", (), "/console", "", "/pictures", "&lang=de", language_links("/t", found.language))
    with speaking(found.language):
        return render("report/page.html", view=found.view, user="Inga", links=links, csrf="", disk_full=False)


@cache
def english() -> list[str]:
    """What would be English in a German file: the longest run of three words or more between a message's places."""
    words = catalogue("de")
    told = [
        (text, german)
        for message in words
        if message.id
        for text, german in zip(
            *(one if isinstance(one, (list, tuple)) else (one,) for one in (message.id, message.string)), strict=True
        )
    ]
    runs = [max(PLACE.split(text), key=len).strip(" .,:;") for text, german in told if text != german]
    return [run for run in runs if len(run.split()) >= 3]


@pytest.mark.parametrize("name", FULL)
@pytest.mark.parametrize("kind", ["html", *KINDS])
def test_nothing_of_a_full_report_is_left_in_english(material, name: str, kind: str) -> None:
    found = material(name, "private", "de")
    text = page(found) if kind == "html" else every_text(kind, made(kind, found))
    said = pdf_text(made(kind, found)) if kind == "pdf" else text

    assert [run for run in english() if run in text or run in said] == []


def test_the_check_for_english_finds_english(material) -> None:
    text = page(material("sample", "private"))

    assert len([run for run in english() if run in text]) > 40


def test_the_page_says_it_in_german_and_says_so(material) -> None:
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page(material("sample", "private", "de"))))

    assert HEADLINE in text
    assert FINDING in text
    assert "+1,6" in text
    assert "22. November" in text or re.search(r"\d\. \w+ 20\d\d", text)
    assert '<html lang="de"' in page(material("sample", "private", "de"))


def test_pdf_and_slides_have_headline_finding_flag_and_language(material) -> None:
    found = material("sample", "customer", "de")
    pdf = made("pdf", found)
    told = pdf_text(pdf)
    for words in (HEADLINE, FINDING, "eindeutig in diesem Kreis", "2,3 heute", "Übrige Gruppen"):
        assert words in told
    assert PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Lang"] == "de-DE"

    deck = slides(made("pptx", found))
    assert [slide.shapes.title.text_frame.text for slide in deck][1].startswith(HEADLINE)
    notes = " ".join(slide.notes_slide.notes_text_frame.text for slide in deck)
    assert "Northfield: 14 Personen; typische Stufe heute 2,3; gewünscht 4,0; Abstand +1,6 Stufen pro Person" in notes
    assert 'lang="de-DE"' in deck[3].shapes._spTree.xml
    assert 'lang="en-GB"' not in "".join(slide.shapes._spTree.xml for slide in deck)


def test_every_number_of_a_workbook_is_that_of_the_english_one(material) -> None:
    german, english_ = (sheets(made("xlsx", material("sample", "private", language))) for language in ("de", "en"))

    assert list(german)[:4] == ["Übersicht", "Gruppen", "Vergleiche", "Ideen"]
    for ours, theirs in zip(german.values(), english_.values(), strict=True):
        assert [numbers(line) for line in ours] == [numbers(line) for line in theirs]
    book = openpyxl.load_workbook(io.BytesIO(made("xlsx", material("sample", "private", "de"))))
    assert {cell.number_format for row in book["Gruppen"].iter_rows() for cell in row} >= {"0", "0.0", "0.00"}
    assert book["Gruppen"]["A1"].value == "Skala"


def numbers(line: list[object]) -> list[object]:
    return [cell if not isinstance(cell, str) else "" for cell in line]


def test_a_csv_has_the_same_keys_codes_and_numbers(material) -> None:
    german, english_ = (lines_of(made("csv", material("sample", "customer", language))) for language in ("de", "en"))

    told = {"row", "step"}
    for ours, theirs in zip(german, english_, strict=True):
        assert list(ours) == list(theirs)
        sentence = ours["measure"] == "sentence"
        for key in ours:
            if key not in told and not (key == "value" and sentence):
                assert ours[key] == theirs[key]
    sentences = [line["value"] for line in german if line["measure"] == "sentence"]
    assert FINDING in sentences
    assert any(line["row"] == "Einkauf" for line in german)


def test_json_keeps_its_keys_and_numbers(material) -> None:
    german, english_ = (material("sample", "private", language).results for language in ("de", "en"))

    def bare(value: object) -> object:
        if isinstance(value, dict):
            return {key: bare(one) for key, one in value.items()}
        if isinstance(value, list):
            return [bare(one) for one in value]
        return "" if isinstance(value, str) else value

    assert bare(german) == bare(english_)
    file = json.loads(made("json", material("sample", "private", "de")))
    assert [error.message for error in schema().iter_errors(file)] == []
    assert german["headline"].startswith("Northfield sieht heute Stufe 2")
    assert german["dimensions"][0]["steps"][1]["label"] == "Bevorzugter Lieferant"


def test_a_picture_speaks_german(material) -> None:
    found = material("sample", "customer", "de")

    for dimension, chart in charts_of(found.view):
        svg = Order("svg", dimension=dimension, chart=chart, language="de").render(found).decode()
        assert [run for run in english() if run in svg] == []
        assert re.search("Stufe|Personen|heute", svg)


@pytest.mark.parametrize("name", CROWDED)
def test_long_german_words_stay_on_their_page(material, name: str) -> None:
    for sheet in pdf_pages(made("pdf", material(name, "private", "de"))):
        for text, x, y in sheet.letters:
            assert 20 < x < sheet.width - 20, text
            assert 20 < y < sheet.height - 20, text
    for slide in slides(made("pptx", material(name, "private", "de"))):
        for shape in content(slide):
            left, top, right, bottom = frame(shape)
            assert 0 <= left <= right <= 12192000, shape.name
            assert 0 <= top <= bottom <= 6858000, shape.name


def test_many_themes_in_german_fit_their_slides(material) -> None:
    deck = slides(made("pptx", material("300 themes", "customer", "de")))

    for slide in deck:
        for shape in content(slide):
            assert frame(shape)[3] <= 6858000, shape.name


def test_a_file_keeps_its_language_whoever_renders_it(material) -> None:
    """The rendering process is another one: it has what was read, and nothing else."""
    found = material("sample", "customer", "de")

    with speaking("en"):
        first = KINDS["csv"].render(found)
    assert first == made("csv", found)
    assert Order("csv", language="de").file_name("abc", "customer") == "stairstep-abc-customer-de.csv"
    assert Order("csv").file_name("abc", "customer") == "stairstep-abc-customer.csv"
