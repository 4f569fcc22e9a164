"""What the form about a file of past answers says of its layout and its columns; what it leaves open is proposed."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from app.core import table_guesses
from app.core.importing import FIELDS, GROUPS_AT_MOST, OUT, Field, Matching
from app.core.past_table import HEADS_WITHIN, Keys, Sheet, Table, by_person, table_of
from app.core.scales import SIDES, Dimension, Side
from app.errors import BadInput

KEYS = {"person": "Whose answer it is", "question": "The question", "answer": "The answer"}
CANT_JUDGE = "none"

Said = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """How the file is laid out: sheet, row of the headings, whether a row is a person or an answer, and then where what is."""

    sheet: int
    heads: int
    each: Literal["person", "answer"]
    keys: tuple[int | None, int | None, int | None] = (None, None, None)

    @property
    def told(self) -> str:
        """As the form carries it, to notice a change."""
        return ".".join(str(one) for one in (self.sheet, self.heads, self.each, *self.keys))


def layout_of(sheets: Sequence[Sheet], said: Said) -> tuple[Layout, Table | None, str]:
    """The layout, the table as it stands in the file, and why there is none. What changed makes what hangs on it fresh."""
    was = said.get("told", "").split(".")
    sheet = number(said.get("sheet"), len(sheets))
    if sheet is None:
        sheet = table_guesses.sheet_of(sheets)
    same_sheet = was[0] == str(sheet)
    rows = sheets[sheet].rows
    heads = number(said.get("heads"), HEADS_WITHIN + 1) if same_sheet else None
    heads = heads or table_guesses.heads_of(rows)
    same_heads = same_sheet and was[1:2] == [str(heads)]
    try:
        raw = table_of(rows, heads)
    except BadInput as error:
        return Layout(sheet, heads, "person"), None, error.sentence
    guess = table_guesses.keys_of(raw.headings)
    each = said.get("each") if same_heads else "answer" if guess else "person"
    if each != "answer":
        return Layout(sheet, heads, "person"), raw, ""
    guessed = (guess.person, guess.question, guess.answer) if guess else (None, None, None)
    chosen = tuple(number(said.get(f"key-{name}"), len(raw.headings)) for name in KEYS)
    keys = chosen if same_heads and was[2:3] == ["answer"] else guessed
    return Layout(sheet, heads, "answer", cast("tuple[int | None, int | None, int | None]", keys)), raw, ""


def people_of(raw: Table, layout: Layout) -> Table | str:
    """A line for each person; why not, where that can't be."""
    if layout.each == "person":
        return raw
    if None in layout.keys:
        return "Choose the columns that say whose answer it is, to which question, and what was answered."
    person, question, answer = cast("tuple[int, int, int]", layout.keys)
    try:
        return by_person(raw, Keys(person, question, answer))
    except BadInput as error:
        return error.sentence


def fields_of(layout: Layout) -> dict[Field, str]:
    """What a column may hold, in words. In a row for each answer, people are told apart already."""
    return {field: words for field, words in FIELDS.items() if field != "person" or layout.each == "person"}


def columns_of(table: Table, layout: Layout, said: Said) -> dict[Field, int]:
    """Which column holds what: as chosen, or as proposed where there is nothing chosen yet."""
    fields = fields_of(layout)
    if said.get("told") != layout.told:
        guessed = table_guesses.columns_of(table.headings, table)
        return {field: column for field, column in guessed.items() if field in fields}
    chosen = {field: number(said.get(f"column-{field}"), len(table.headings)) for field in fields}
    return {field: column for field, column in chosen.items() if column is not None}


def matching_of(
    table: Table, columns: dict[Field, int], said: Said, names: Mapping[Side, str], known: Mapping[str, Side]
) -> Matching:
    """What the columns mean, as chosen; whose side an entry is, is proposed until it is chosen."""
    only = cast("Side | None", said["only"]) if said.get("only") in SIDES else None
    bare = Matching(columns, {}, {}, only)
    if bare.teller is None:
        return bare
    entries = table.entries(columns[bare.teller], GROUPS_AT_MOST)
    proposed = table_guesses.sides_of(entries, names, known)
    sides: dict[str, Side | Literal["out"]] = {}
    for entry in entries:
        text = entry.casefold()
        value = said.get(field_name("side", text), proposed.get(text, ""))
        if value in {*SIDES, OUT}:
            sides[text] = cast("Side", value)
    return replace(bare, sides=sides)


def steps_of(words: Sequence[str], said: Said, dimension: Dimension) -> dict[str, int | None]:
    """The chosen meanings of names that are not the ladder’s own."""
    found: dict[str, int | None] = {}
    for word in words:
        value = said.get(field_name("step", word.casefold()), "")
        position = number(value, len(dimension.steps) + 1)
        if position or value == CANT_JUDGE:
            found[word.casefold()] = position
    return found


def number(text: str | None, below: int) -> int | None:
    """A number of the form, None for what is none or too large."""
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > 6 or int(text) >= below:
        return None
    return int(text)


def field_name(kind: str, text: str) -> str:
    """The name of a field about an entry, whatever stands in it."""
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def print_of(layout: Layout, matching: Matching) -> str:
    """What was looked at, in short: nothing else is entered."""
    parts = [layout.told, str(matching.only)]
    parts += [str(sorted(one.items(), key=str)) for one in (matching.columns, matching.sides, matching.steps)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]
