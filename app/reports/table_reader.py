"""From a file that somebody hands in to the rows of its table, within limits (SAFETY T17)."""

import csv
import io
import zipfile
from collections.abc import Iterator

from openpyxl import load_workbook

from app.core.importing import CELL_AT_MOST, COLUMNS_AT_MOST, ROWS_AT_MOST
from app.errors import BadInput

FILE_AT_MOST = 5 * 1024 * 1024
"""Bytes of a file as it is handed in."""
UNPACKED_AT_MOST = 60 * 1024 * 1024
ENTRIES_AT_MOST = 1_000
RATIO_AT_MOST = 120
SNIFFED = 8_192
DELIMITERS = ",;\t|"
NOT_A_TABLE = "This is neither a CSV nor an Excel file (.xlsx). Save it as one of them and choose it again."
TOO_LARGE = "This file is larger than 5 MB. Take out what is not answers, or split it."


def read_table(content: bytes) -> list[list[str]]:
    """The rows of a CSV file or of an Excel file's first sheet, as text; empty rows at the end are left out.

    Raises BadInput for something else, and for what is larger than the limits of this module.
    """
    if len(content) > FILE_AT_MOST:
        raise BadInput(TOO_LARGE)
    if content.startswith(b"PK"):
        rows = list(_checked(_excel_rows(content)))
    elif b"\x00" in content[:SNIFFED] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadInput(NOT_A_TABLE)
    else:
        rows = list(_checked(_csv_rows(_decoded(content))))
    while rows and not any(rows[-1]):
        rows.pop()
    if len(rows) < 2 or not any(rows[0]):
        raise BadInput("This file has no table: the first row holds the headings, each further row one person.")
    return rows


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput(NOT_A_TABLE)


def _csv_rows(text: str) -> Iterator[list[str]]:
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    if not first.count(delimiter):
        raise BadInput("This file has one column only. One column for the group and one for a step are needed.")
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise BadInput(f"This CSV file is broken: {error}. Export it again.") from None


def _excel_rows(content: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            _check_packing(packed.infolist())
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except BadInput:
        raise
    except Exception:  # noqa: BLE001  whatever a broken file does to the library, it is a broken file
        raise BadInput(NOT_A_TABLE) from None
    sheet = book.worksheets[0] if book.worksheets else None
    if sheet is None:
        raise BadInput(NOT_A_TABLE)
    try:
        for row in sheet.iter_rows(values_only=True, max_col=COLUMNS_AT_MOST + 1, max_row=ROWS_AT_MOST + 2):
            yield ["" if cell is None else str(cell) for cell in row]
    except Exception:  # noqa: BLE001  as above
        raise BadInput("This Excel file is broken. Open it, save it again and choose it once more.") from None
    finally:
        book.close()


def _check_packing(entries: list[zipfile.ZipInfo]) -> None:
    unpacked, packed = sum(one.file_size for one in entries), sum(one.compress_size for one in entries)
    if len(entries) > ENTRIES_AT_MOST or unpacked > UNPACKED_AT_MOST or unpacked > RATIO_AT_MOST * max(packed, 1):
        raise BadInput("This Excel file unpacks to far more than answers need, so it was not opened. Save it as CSV.")


def _checked(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    for number, row in enumerate(rows, start=1):
        if number > ROWS_AT_MOST + 1:
            raise BadInput(f"This table has more than {ROWS_AT_MOST} rows. Split it and import the parts.")
        if len(row) > COLUMNS_AT_MOST:
            raise BadInput(f"Row {number} has more than {COLUMNS_AT_MOST} columns.")
        if any(len(cell) > CELL_AT_MOST for cell in row):
            raise BadInput(f"Row {number} holds a text of more than {CELL_AT_MOST} characters.")
        yield [cell.strip() for cell in row]
