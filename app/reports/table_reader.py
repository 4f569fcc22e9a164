"""From a file that somebody hands in to its sheets, within limits (SAFETY T17). Runs in a process of its own, see `web/exporting`."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Any

from openpyxl import load_workbook

from app.core.past_table import CELL_AT_MOST, COLUMNS_AT_MOST, FILE_AT_MOST, ROWS_AT_MOST, TOO_LARGE, Sheet
from app.errors import BadInput

UNPACKED_AT_MOST = 60 * 1024 * 1024
ENTRIES_AT_MOST = 1_000
RATIO_AT_MOST = 120
TEXT_AT_MOST = 6_000_000
"""Characters of all cells together."""
SHEETS_AT_MOST = 20
SAMPLE_LINES = 40
DELIMITERS = ",;\t|"
MARKED = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
OTHER_FILES = {
    b"\xd0\xcf\x11\xe0": "This is an older Excel file (.xls), or one with a password. Save it as .xlsx without a password.",
    b"%PDF": "This is a PDF. Export the answers as CSV or Excel instead.",
}
NOT_A_TABLE = "This is neither a CSV nor an Excel file (.xlsx). Save it as one of them and choose it again."
BROKEN_EXCEL = "This Excel file is broken. Open it, save it again and choose it once more."
EMPTY = "This file has no table: a row of headings, and below it the answers."
TOO_PACKED = "This Excel file unpacks to far more than answers need, so it was not opened. Save it as CSV."
TOO_MUCH_TEXT = "This file holds far more text than answers do. Take out what is not answers, or split it."


def read_sheets(content: bytes) -> list[Sheet]:
    """The sheets of a CSV or Excel file that have a table, as texts; empty rows at the end are left out.

    Raises BadInput for something else, for a broken file, and for what is larger than the limits of this module.
    """
    if len(content) > FILE_AT_MOST:
        raise BadInput(TOO_LARGE)
    for start, words in OTHER_FILES.items():
        if content.startswith(start):
            raise BadInput(words)
    budget = _Budget()
    sheets = _excel(content, budget) if content.startswith(b"PK") else [Sheet("", _csv(_decoded(content), budget))]
    found = [sheet for sheet in sheets if len(sheet.rows) > 1]
    if not found:
        raise BadInput(EMPTY)
    return found


class _Budget:
    """How much text may still be read."""

    def __init__(self) -> None:
        self.left = TEXT_AT_MOST

    def rows(self, rows: Iterable[Iterable[str]]) -> list[list[str]]:
        """The rows, as far as the limits allow. Raises BadInput beyond them."""
        found: list[list[str]] = []
        for number, cells in enumerate(rows, start=1):
            row = _without_empty_end([text.strip() for text in cells])
            if row and number > ROWS_AT_MOST + 1:
                raise BadInput(f"This table has more than {ROWS_AT_MOST:,} rows. Split it and import the parts.")
            if len(row) > COLUMNS_AT_MOST:
                raise BadInput(f"Row {number} has {len(row):,} columns; {COLUMNS_AT_MOST} fit.")
            longest = max(map(len, row), default=0)
            if longest > CELL_AT_MOST:
                words = f"Row {number} holds a text of {longest:,} characters; {CELL_AT_MOST:,} fit."
                raise BadInput(f"{words} Is a quotation mark missing?")
            self.left -= sum(map(len, row))
            if self.left < 0:
                raise BadInput(TOO_MUCH_TEXT)
            found.append(row)
        while found and not found[-1]:
            found.pop()
        return found


def _without_empty_end(row: list[str]) -> list[str]:
    while row and not row[-1]:
        row.pop()
    return row


def _decoded(content: bytes) -> str:
    """The text: by its mark, else as UTF-8, else as Windows writes it in western Europe."""
    for mark, encoding in MARKED:
        if content.startswith(mark):
            encodings = [encoding]
            break
    else:
        if b"\x00" in content:
            raise BadInput(NOT_A_TABLE)
        encodings = ["utf-8", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text and not text.lstrip().startswith("<"):
            return text
    raise BadInput(NOT_A_TABLE)


def _csv(text: str, budget: _Budget) -> list[list[str]]:
    if text[:4].casefold() == "sep=":  # what Excel writes to name the separator
        delimiter, text = text[4:5], "\n" + text.partition("\n")[2]
    else:
        delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or ",", strict=True)
    try:
        rows = budget.rows(reader)
    except csv.Error:
        words = f"This CSV file is broken near line {reader.line_num}: a quotation mark is missing or one too many."
        raise BadInput(f"{words} Export it again.") from None
    if rows and max(map(len, rows)) < 2:
        raise BadInput("This file has one column only. At least a group or side and a step are needed.")
    return rows


def _delimiter(text: str) -> str:
    """What separates the cells: what parts the first lines into the most columns, the same number in most of them."""

    def weight(delimiter: str) -> tuple[int, int]:
        lines = io.StringIO("\n".join(text.splitlines()[:SAMPLE_LINES]), newline="")
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            return 0, 0
        several = [width for width in widths if width > 1]
        usual = max(set(several), key=several.count, default=0)
        return several.count(usual), usual

    return max(DELIMITERS, key=weight)


def _excel(content: bytes, budget: _Budget) -> list[Sheet]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            _check_packing(packed.infolist())
        results, formulas = (
            load_workbook(io.BytesIO(content), read_only=True, data_only=only, keep_links=False)
            for only in (True, False)
        )
    except BadInput:
        raise
    except Exception:  # noqa: BLE001  whatever a broken file does to the library, it is a broken file
        raise BadInput(NOT_A_TABLE) from None
    try:
        pairs = list(zip(results.worksheets, formulas.worksheets, strict=True))[:SHEETS_AT_MOST]
        return [Sheet(str(one.title), budget.rows(_cells(one, two))) for one, two in pairs]
    except BadInput:
        raise
    except Exception:  # noqa: BLE001  as above
        raise BadInput(BROKEN_EXCEL) from None
    finally:
        results.close()
        formulas.close()


def _cells(results: Any, formulas: Any) -> Iterator[list[str]]:
    """The cells of a sheet as text; a formula that was never worked out stays a formula."""
    for sheet in (results, formulas):
        sheet.reset_dimensions()  # what a file says of its own size is not to be believed
    both = zip_longest(results.iter_rows(values_only=True), formulas.iter_rows(values_only=True), fillvalue=())
    for row, written in both:
        yield [_text(cell, source) for cell, source in zip_longest(row, written)]


def _text(cell: object, source: object) -> str:
    if cell is None:
        return source if isinstance(source, str) and source.startswith("=") else ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("_x000D_", "")  # how Excel writes a carriage return


def _check_packing(entries: list[zipfile.ZipInfo]) -> None:
    """Raises BadInput for what would unpack to far more than it is, before anything is unpacked."""
    unpacked, packed = sum(one.file_size for one in entries), sum(one.compress_size for one in entries)
    if len(entries) > ENTRIES_AT_MOST or unpacked > UNPACKED_AT_MOST or unpacked > RATIO_AT_MOST * max(packed, 1):
        raise BadInput(TOO_PACKED)
