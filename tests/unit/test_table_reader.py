"""Files that somebody hands in: what is read from each kind, and with which words the others are refused."""

import io
import zipfile
from collections.abc import Sequence

import pytest
from openpyxl import Workbook

from app.errors import BadInput
from app.reports import table_reader
from app.reports.table_reader import read_sheets

ROWS = [["Grüppe", "Today"], ["Ä, B", "3"]]
SEMICOLONS = "Grüppe;Today\nÄ, B;3\n"


def book(*rows: Sequence[object], more: str = "") -> bytes:
    found = Workbook()
    for row in rows:
        found.active.append(row)
    if more:
        found.create_sheet(more).append(["alone"])
    file = io.BytesIO()
    found.save(file)
    return file.getvalue()


def packed(**entries: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        SEMICOLONS.encode(),
        SEMICOLONS.encode("utf-8-sig"),
        SEMICOLONS.encode("utf-16"),
        SEMICOLONS.encode("cp1252"),
        SEMICOLONS.replace(";", "\t").replace("\n", "\r\n").encode(),
        b'Gr\xc3\xbcppe,Today\n"\xc3\x84, B",3\n\n,\n',
        ("sep=;\n" + SEMICOLONS).encode(),
        book(*ROWS, more="Other"),
    ],
    ids=["utf-8", "mark", "utf-16", "windows", "tabs", "commas", "sep=", "excel"],
)
def test_a_table_is_read_whatever_wrote_it(content: bytes) -> None:
    (sheet,) = read_sheets(content)

    assert [row for row in sheet.rows if row] == ROWS


def test_excels_numbers_times_and_formulas_are_texts() -> None:
    (sheet,) = read_sheets(book(["A", "B", "C"], [4.0, 3.5, "=1+1"], [None, True, "a_x000D_\nb"]))

    assert sheet.rows == [["A", "B", "C"], ["4", "3.5", "=1+1"], ["", "True", "a\nb"]]


def test_a_separator_inside_a_heading_is_none() -> None:
    text = '"Where, all in all, and today, are we?";Group\n3;A\n4;B\n'

    (sheet,) = read_sheets(text.encode())

    assert sheet.rows[0] == ["Where, all in all, and today, are we?", "Group"]


def test_ten_thousand_rows_fit_and_one_more_does_not() -> None:
    row = b"A,3\n"
    (sheet,) = read_sheets(b"Group,Today\n" + row * 10_000)
    assert len(sheet.rows) == 10_001

    with pytest.raises(BadInput, match="more than 10,000 rows"):
        read_sheets(b"Group,Today\n" + row * 10_001)


EXCEL = book(*ROWS)
TWO_LINES = b"Group,Today\nA,%s\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file has no table"),
        (b"Group,Today\n", "This file has no table"),
        (b"Group\nA\nB\n", "one column only"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "neither a CSV nor an Excel file"),
        (b"Gr\x81ppe,Today\nA,3\n", "neither a CSV nor an Excel file"),
        (SEMICOLONS.encode("utf-16-le"), "neither a CSV nor an Excel file"),
        (b"<html><table><tr><td>1</td></tr></table>", "neither a CSV nor an Excel file"),
        (b"%PDF-1.7", "This is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "older Excel file"),
        (b'Group,Today\n"A,3\nB,4\n', "broken near line 3: a quotation mark"),
        (TWO_LINES % (b"x" * 4_001), "Row 2 holds a text of 4,001 characters"),
        (TWO_LINES % (b"," * 300 + b"x"), "Row 2 has 302 columns; 200 fit"),
        (b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
        (EXCEL[: len(EXCEL) // 2], "neither a CSV nor an Excel file"),
        (EXCEL[: len(EXCEL) // 3] + b"\x00\x01" + EXCEL[len(EXCEL) // 3 + 2 :], "Excel file"),
        (packed(a=b"no workbook"), "neither a CSV nor an Excel file"),
        (packed(**{"xl/workbook.xml": b"0" * 3_000_000}), "unpacks to far more"),
        (packed(**{f"x{number}": b"" for number in range(1_001)}), "unpacks to far more"),
    ],
)
def test_what_is_no_table_is_refused_in_plain_words(content: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        read_sheets(content)


def test_a_bomb_of_entities_is_not_expanded() -> None:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    bomb = f'<!DOCTYPE w [<!ENTITY l0 "lol">{lol}]><workbook>&l8;</workbook>'.encode()
    with zipfile.ZipFile(io.BytesIO(EXCEL)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}

    with pytest.raises(BadInput, match="neither a CSV nor an Excel file"):
        read_sheets(packed(**{**entries, "xl/workbook.xml": bomb}))


def test_one_long_text_in_every_cell_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_reader, "TEXT_AT_MOST", 5_000)

    with pytest.raises(BadInput, match="far more text than answers"):
        read_sheets(book(["A", "B"], *[["x" * 100] * 2] * 26))
