"""Tables of past answers as polling tools export them: which row holds the headings, and one row a person. Pure.

Three layouts: a row for each person with a column for each question, the same with times and names beside, and a row for
each answer. The last is turned into the first, and every cell remembers the row of the file that it stood in.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.core.texts import TITLE_AT_MOST
from app.errors import BadInput

FILE_AT_MOST: Final = 5 * 1024 * 1024
"""Bytes of a file as it is handed in."""
TOO_LARGE: Final = "This file is larger than 5 MB. Take out what is not answers, or split it."
ROWS_AT_MOST: Final = 10_000
COLUMNS_AT_MOST: Final = 200
CELL_AT_MOST: Final = 4_000
HEADS_WITHIN: Final = 10
"""The headings are in one of the first ten rows: some tools write a title above them."""

Rows = Sequence[Sequence[str]]
"""A sheet as it was read: rows of cells, empty ones at the end left out."""
NOBODY: Final = {"", "-", "anonymous", "anonym", "guest", "n/a", "unknown", "none"}
"""What tools write for somebody whom they can't tell from others."""
_BENEATH: Final = {"response", "open-ended response"}
"""What SurveyMonkey writes in a second row of headings."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a file. ``name`` is "" for a CSV file."""

    name: str
    rows: Rows


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with a row; ``row`` counts as a spreadsheet does, from 1. ``column`` is a heading, "" for the whole row."""

    row: int
    column: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row under the headings: its cells, and its row in the file. ``rows``: that of cells that stood elsewhere, by column."""

    cells: Sequence[str]
    row: int
    rows: Mapping[int, int] = field(default_factory=dict)

    def cell(self, column: int | None) -> str:
        """The text of a cell without the white space around it, "" for none."""
        return self.cells[column].strip() if column is not None and column < len(self.cells) else ""

    def row_of(self, column: int | None) -> int:
        """The row of the file that a cell stood in."""
        return self.row if column is None else self.rows.get(column, self.row)


@dataclass(frozen=True, slots=True)
class Table:
    """Headings, and a line for each person. ``broken``: rows that could not be put in a line."""

    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    broken: tuple[RowError, ...] = ()

    def entries(self, column: int, at_most: int) -> list[str]:
        """The different entries of a column whatever their capitals, as they appear: the first ``at_most`` and one more."""
        found: dict[str, str] = {}
        for line in self.lines:
            if text := line.cell(column):
                found.setdefault(text.casefold(), text)
            if len(found) > at_most:
                break
        return list(found.values())


def table_of(rows: Rows, heads: int) -> Table:
    """The table whose headings are in row ``heads``, counted from 1. Raises BadInput where there is nothing below it."""
    if not 1 <= heads <= len(rows) or not any(rows[heads - 1]):
        raise BadInput(f"Row {heads} of this table is empty, so it can’t hold the headings.")
    headings = tuple(text.strip()[:CELL_AT_MOST] for text in rows[heads - 1])
    lines, broken = [], []
    for number, row in enumerate(rows[heads:], start=heads + 1):
        if not any(text.strip() for text in row) or (number <= heads + 2 and _is_beneath(row)):
            continue
        if any(text.strip() for text in row[len(headings) :]):
            words = (
                f"This row has {len(row)} cells and there are {len(headings)} headings. Is a quotation mark missing?"
            )
            broken.append(RowError(number, "", words))
        else:
            lines.append(Line(row, number))
    if not lines and not broken:
        raise BadInput(f"There are no answers below the headings in row {heads}.")
    return Table(headings, tuple(lines), tuple(broken))


def _is_beneath(row: Sequence[str]) -> bool:
    """Whether this is a second row of headings, as SurveyMonkey and Qualtrics write."""
    said = [text.strip() for text in row if text.strip()]
    return all(text.startswith('{"ImportId"') for text in said) or (
        any(text.casefold() in _BENEATH for text in said) and len(said) < len(row)
    )


@dataclass(frozen=True, slots=True)
class Keys:
    """Where a row for each answer says whose it is, to which question, and what was said; columns counted from 0."""

    person: int
    question: int
    answer: int


def by_person(table: Table, keys: Keys) -> Table:
    """One line for each person, from a row for each answer; each question is a column.

    Raises BadInput where two keys are one column, or there are more questions than a table has columns.
    """
    if len({keys.person, keys.question, keys.answer}) < 3:
        raise BadInput("Person, question and answer are three columns. Choose a different one for each.")
    beside = [i for i in range(len(table.headings)) if i not in {keys.question, keys.answer}]
    asked = table.entries(keys.question, COLUMNS_AT_MOST)
    if len(beside) + len(asked) > COLUMNS_AT_MOST:
        raise BadInput(f"The column “{shorter(table.headings[keys.question])}” holds too many different questions.")
    places = {text.casefold(): len(beside) + number for number, text in enumerate(asked)}
    people: dict[str, _Person] = {}
    broken = list(table.broken)
    for line in table.lines:
        who = line.cell(keys.person)
        if who.casefold() in NOBODY:
            broken.append(RowError(line.row, table.headings[keys.person], "This row does not say whose answer it is."))
            continue
        person = people.setdefault(who, _Person(line.row, [""] * (len(beside) + len(asked)), {}))
        broken += person.take(line, keys, beside, places)
    lines = (Line(tuple(one.cells), one.row, one.rows) for one in people.values())
    headings = (*(table.headings[i] for i in beside), *asked)
    return Table(headings, tuple(lines), tuple(sorted(broken, key=lambda one: one.row)))


@dataclass(slots=True)
class _Person:
    row: int
    cells: list[str]
    rows: dict[int, int]

    def take(self, line: Line, keys: Keys, beside: Sequence[int], places: Mapping[str, int]) -> Iterator[RowError]:
        """Add a row of this person's. What is said about the person stands as it was said first."""
        for place, column in enumerate(beside):
            if not self.cells[place] and line.cell(column):
                self.cells[place], self.rows[place] = line.cell(column), line.row
        question, answer = line.cell(keys.question), line.cell(keys.answer)
        if not question or not answer:
            return
        place = places[question.casefold()]
        if self.cells[place] and self.cells[place] != answer:
            words = f"The same person gave another answer to this in row {self.rows[place]}. One of the two has to go."
            yield RowError(line.row, shorter(question), words)
        elif not self.cells[place]:
            self.cells[place], self.rows[place] = answer, line.row


def shorter(text: str, at_most: int = TITLE_AT_MOST) -> str:
    """A heading as a page shows it: on one line, cut off where it runs on."""
    plain = " ".join(text.split())
    return plain if len(plain) <= at_most else plain[: at_most - 1].rstrip() + "…"
