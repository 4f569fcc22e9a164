"""Support and readiness in the files: every public number, and none of a side of two."""

import csv
import io

import pytest

from tests.reports.odd import MARKUP
from tests.reports.readers import every_text, made, pdf_text, sheets, table

NAMES = ("Plan together", MARKUP[0], "=cmd()")


def test_the_workbook_has_a_sheet_for_each(material) -> None:
    file = made("xlsx", material("judged"))

    support, ready = table(file, "Support"), table(file, "Readiness")

    assert {line["What would change"]: line["Northfield"] for line in support}["Plan together"] == 5
    assert {line["Halden"] for line in support} == {None}
    assert [(line["What would change"], line["Company"], line["Yes"], line["Counts"]) for line in ready[:2]] == [
        ("Plan together", "Northfield", 5, "5 ready"),
        ("Plan together", "Halden", None, "too few to show"),
    ]
    assert {line["What would change"] for line in ready} == set(NAMES)


def test_a_file_has_no_such_sheet_where_nothing_was_asked(material) -> None:
    assert not {"Support", "Readiness"} & set(sheets(made("xlsx", material("sample"))))


def test_the_table_has_a_line_for_each_number(material) -> None:
    text = made("csv", material("judged")).decode("utf-8-sig")
    lines = [tuple(line.values()) for line in csv.DictReader(io.StringIO(text))]

    assert ("", "change", "customer", "Plan together", "theme", "", "supports", "5", "") in lines
    assert ("", "change", "supplier", "Plan together", "theme", "", "hidden", "too_few", "") in lines
    assert ("", "readiness", "customer", "'=cmd()", "theme", "not_yet", "count", "5", "") in lines
    assert ("", "readiness", "supplier", "Plan together", "theme", "", "hidden", "too_few", "") in lines
    ours = [line for line in lines if line[2] == "supplier" and line[4] in {"theme", "idea"} and line[6] != "text"]
    assert {line[6] for line in ours} == {"hidden"}


@pytest.mark.parametrize("cut", ["customer", "private"])
def test_paper_and_slides_tell_it_in_words(material, cut: str) -> None:
    paper = pdf_text(made("pdf", material("judged", cut)))
    deck = every_text("pptx", made("pptx", material("judged", cut)))

    for told in (" ".join(paper.split()), " ".join(deck.split())):
        for words in ("Which changes would help most", "5 ready", "5 not yet", "too few to show", MARKUP[0]):
            assert words in told, words
