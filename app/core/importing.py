"""Past results as rows of a table: what its columns mean, and what each row says. Pure: no file, no database.

A row is one person's answers, as polling and form tools export them: the side or group, a step for today, a step that is
wanted, and perhaps what would have to change. What cannot be understood is named with its row and column; nothing is guessed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast

from app.core.scales import SIDES, Dimension, Side
from app.core.texts import IDEA_AT_MOST, NAME_AT_MOST, plain_text
from app.errors import BadInput

Field = Literal["side", "group", "current", "desired", "change", "who"]
FIELDS: Final[tuple[Field, ...]] = ("side", "group", "current", "desired", "change", "who")
ROWS_AT_MOST: Final = 2_000
COLUMNS_AT_MOST: Final = 200
CELL_AT_MOST: Final = 4_000
Table = Sequence[Sequence[str]]
"""Rows of cells, the headings first."""

_HEADINGS: Final[dict[Field, tuple[str, ...]]] = {
    "side": ("side", "company", "organisation", "organization", "customer or supplier", "your company"),
    "group": ("group", "stakeholder", "department", "team", "role", "function", "which group"),
    "current": ("current", "today", "now", "as is", "as-is", "how would you describe our relationship", "assess"),
    "desired": ("desired", "wanted", "want", "wish", "target", "to be", "to-be", "where would you like", "future"),
    "change": ("would have to change", "what must change", "change", "idea", "comment", "suggestion"),
    "who": ("who would have to change", "who must change", "who has to change", "owner of the change", "who"),
}
"""What headings hold, in small letters, the most telling words first."""
_ORDER: Final[tuple[Field, ...]] = ("who", "desired", "current", "change", "side", "group")
"""The order in which headings are looked at: "who would have to change" is not "change"."""
_UNSURE: Final = {
    "",
    "-",
    "–",
    "n/a",
    "na",
    "none",
    "?",
    "can't judge",
    "can’t judge",
    "i can't judge this",
    "don't know",
}
_NUMBERED: Final = re.compile(r"^\s*(?:step\s*)?(\d{1,2})\s*(?:[.):,–-].*)?$", re.IGNORECASE)
_WHO: Final = {"us": "us", "we": "us", "them": "them", "they": "them", "both": "both", "together": "both"}


@dataclass(frozen=True, slots=True)
class PastPerson:
    """One row: ``choices`` by question, None for *can't judge*; a question that is missing was not answered.

    ``idea`` is (text, who) with who customer, supplier or both, None where nothing was written.
    """

    side: Side
    group: str
    choices: Mapping[str, int | None]
    idea: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with a row; ``row`` counts as a spreadsheet does, the headings being row 1."""

    row: int
    column: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a table says under one matching of its columns."""

    people: tuple[PastPerson, ...]
    errors: tuple[RowError, ...]
    empty: int

    def groups(self, side: Side) -> dict[str, int]:
        """How many people of each group, in the order in which they appear."""
        found: dict[str, int] = {}
        for person in self.people:
            if person.side == side:
                found[person.group] = found.get(person.group, 0) + 1
        return found


@dataclass(frozen=True, slots=True)
class Matching:
    """Which column holds what: ``columns`` by field, counted from 0.

    ``sides``: whose each group is, where no column tells the side. ``only`` is the side of every row where neither does.
    """

    columns: Mapping[Field, int]
    sides: Mapping[str, Side]
    only: Side | None = None


def guess_columns(headings: Sequence[str]) -> dict[Field, int]:
    """Which column probably holds what, by its heading; each column once."""
    found: dict[Field, int] = {}
    for field in _ORDER:
        for words in _HEADINGS[field]:
            hit = next(
                (i for i, text in enumerate(headings) if i not in found.values() and _speaks_of(text, words)), None
            )
            if hit is not None:
                found[field] = hit
                break
    return found


def _speaks_of(heading: str, words: str) -> bool:
    return re.search(rf"\b{re.escape(words)}\b", heading.casefold()) is not None


def group_names(table: Table, column: int) -> list[str]:
    """The different entries of a column, in the order in which they appear."""
    return list(dict.fromkeys(text for row in table[1:] if (text := _cell(row, column))))


def read_rows(table: Table, matching: Matching, *, dimension: Dimension, names: Mapping[Side, str]) -> Reading:
    """What the rows say. ``names`` are the companies', by which a column may tell the side.

    Raises BadInput for a table or a matching that can't be used at all.
    """
    _check(table, matching)
    people, errors, empty = [], [], 0
    for number, row in enumerate(table[1:], start=2):
        if not any(_cell(row, column) for column in matching.columns.values()):
            empty += 1
            continue
        try:
            people.append(_person(row, matching, dimension, names))
        except _Wrong as wrong:
            column = matching.columns.get(wrong.field)
            heading = table[0][column] if column is not None and column < len(table[0]) else wrong.field
            errors.append(RowError(number, heading, wrong.sentence))
    return Reading(tuple(people), tuple(errors), empty)


class _Wrong(Exception):
    def __init__(self, field: Field, sentence: str) -> None:
        super().__init__(sentence)
        self.field, self.sentence = field, sentence


def _check(table: Table, matching: Matching) -> None:
    if len(table) < 2:
        raise BadInput("This table has no rows below its headings.")
    if len(table) - 1 > ROWS_AT_MOST:
        raise BadInput(f"This table has {len(table) - 1} rows; {ROWS_AT_MOST} fit. Split it and import the parts.")
    if not {"current", "desired"} & matching.columns.keys():
        raise BadInput("Say which column holds the step of today, or the step that is wanted.")
    if len(set(matching.columns.values())) < len(matching.columns):
        raise BadInput("Two fields point at the same column. Choose a column for each.")
    if "side" not in matching.columns and "group" not in matching.columns and matching.only is None:
        raise BadInput("Say which column holds the group or the side, or whose answers these all are.")


def _person(row: Sequence[str], matching: Matching, dimension: Dimension, names: Mapping[Side, str]) -> PastPerson:
    group = _text(row, matching, "group")
    if len(group) > NAME_AT_MOST:
        raise _Wrong("group", f"The group’s name has {len(group)} characters; {NAME_AT_MOST} fit.")
    side = _side(_text(row, matching, "side"), group, matching, names)
    choices = {}
    for field in ("current", "desired"):
        if field in matching.columns:
            choices[str(field)] = _step(_text(row, matching, field), field, dimension)
    return PastPerson(side, group or "Everybody", choices, _idea(row, matching, side))


def _side(said: str, group: str, matching: Matching, names: Mapping[Side, str]) -> Side:
    if "side" in matching.columns:
        wanted = said.casefold()
        for side in SIDES:
            company = names[side].casefold()
            if wanted and (wanted in {side, company} or company.startswith(f"{wanted} ")):
                return side
        raise _Wrong("side", f"“{said}” is neither customer nor supplier, nor one of the two companies.")
    found = matching.sides.get(group, matching.only)
    if found is None:
        raise _Wrong("group", f"Say whose group “{group}” is.")
    return found


def _step(said: str, field: Field, dimension: Dimension) -> int | None:
    text = said.casefold()
    if text in _UNSURE:
        return None
    for step in dimension.steps:
        if text in {step.label.casefold(), step.short.casefold()}:
            return step.position
    numbered = _NUMBERED.match(said)
    position = int(numbered.group(1)) if numbered else _from_decimal(said)
    if position is None or not 1 <= position <= len(dimension.steps):
        raise _Wrong(field, f"“{said}” is not a step. Use 1 to {len(dimension.steps)}, or a step’s name.")
    return position


def _from_decimal(said: str) -> int | None:
    """4 for "4.0", as spreadsheets write whole numbers."""
    try:
        value = float(said.replace(",", "."))
    except ValueError:
        return None
    return int(value) if value.is_integer() else None


def _idea(row: Sequence[str], matching: Matching, side: Side) -> tuple[str, str] | None:
    raw = _text(row, matching, "change")
    if raw.casefold() in _UNSURE:
        return None
    try:
        text = plain_text(raw, what="The text", at_most=IDEA_AT_MOST, lines=True)
    except BadInput as error:
        raise _Wrong("change", error.sentence) from None
    said = _text(row, matching, "who").casefold()
    other = "supplier" if side == "customer" else "customer"
    if said in SIDES or said == "":
        return text, said or "both"
    if said not in _WHO:
        raise _Wrong("who", f"“{said}” does not say who would have to change: us, them or both.")
    return text, {"us": side, "them": other, "both": "both"}[_WHO[said]]


def _text(row: Sequence[str], matching: Matching, field: Field) -> str:
    column = matching.columns.get(field)
    return _cell(row, column) if column is not None else ""


def _cell(row: Sequence[str], column: int) -> str:
    return row[column].strip() if column < len(row) else ""


def matching_from(said: Mapping[str, str], groups: Iterable[str]) -> Matching:
    """The matching as a form says it: ``column-FIELD`` a number or "", ``side-N`` for the Nth group, ``only``.

    Raises BadInput for a number that is none.
    """
    columns: dict[Field, int] = {}
    for field in FIELDS:
        text = said.get(f"column-{field}", "")
        if text:
            if not (text.isascii() and text.isdigit()) or int(text) >= COLUMNS_AT_MOST:
                raise BadInput("A column is chosen from the list.")
            columns[field] = int(text)
    sides = {
        name: cast("Side", said[f"side-{number}"])
        for number, name in enumerate(groups)
        if said.get(f"side-{number}") in SIDES
    }
    only = said.get("only")
    return Matching(columns, sides, cast("Side", only) if only in SIDES else None)
