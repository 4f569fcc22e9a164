"""Past results as a table: what its columns mean, and what each line says. Pure: no file, no database.

What can't be understood is named with its row and column. Nothing is guessed that a person has not looked at: guesses are
only proposed, in `table_guesses`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, ParamSpec, TypeVar

from app.core.past_table import NOBODY, Line, RowError, Table, shorter
from app.core.scales import Dimension, Side
from app.core.texts import IDEA_AT_MOST, NAME_AT_MOST, plain_text
from app.core.who import SIDES_WHO, WHO, who_by_side
from app.errors import BadInput

P = ParamSpec("P")
T = TypeVar("T")

Field = Literal["current", "desired", "group", "side", "change", "who", "person", "time"]
FIELDS: Final[dict[Field, str]] = {
    "current": "The step today",
    "desired": "The step that is wanted",
    "group": "Group",
    "side": "Side or company",
    "change": "What would have to change",
    "who": "Who would have to change",
    "person": "What tells people apart",
    "time": "Date and time",
}
"""What a column may hold, in words."""
LADDER: Final[tuple[Literal["current", "desired"], ...]] = ("current", "desired")
PEOPLE_AT_MOST: Final = 2_000
GROUPS_AT_MOST: Final = 30
OTHER_WORDS_AT_MOST: Final = 12
"""Names of steps that are not the ladder's own, to say the meaning of."""
OUT: Final = "out"
"""Said of a group whose people are left out."""

_EMPTY: Final = {"", "-", "–", "—"}
_UNSURE: Final = {
    "?",
    "n/a",
    "na",
    "can't judge",
    "can’t judge",
    "cannot judge",
    "i can't judge this",
    "i can’t judge this",
    "don't know",
    "don’t know",
    "not sure",
    "no opinion",
}
_NUMBERED: Final = re.compile(r"(?:step\s*)?(\d{1,2})(?:\s*[.):,;–—-]\s*|\s+|$)(\D.*)?", re.IGNORECASE | re.DOTALL)
"""4, 4. Trusted advisor, step 4, 4 - we are asked; not 4,5 and not 4/10."""
_OUT_OF: Final = re.compile(r"(\d{1,2})\s*(?:/|of|out of)\s*(\d{1,2})", re.IGNORECASE)
_DECIMAL: Final = re.compile(r"(\d{1,3})[.,](\d{1,6})")
_WHO: Final = {"we": "us", "our side": "us", "they": "them", "the other side": "them", "together": "both"}


@dataclass(frozen=True, slots=True)
class PastPerson:
    """Somebody who was in a past meeting. ``choices`` by question, None for *can't judge*; what is missing was not answered.

    ``group`` is None where answers are kept by side only, ``name`` None unless the session is *named*.
    """

    side: Side
    group: str | None
    choices: Mapping[str, int | None]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class PastIdea:
    """What somebody wrote: ``writer`` counts people from 0, ``who`` is customer, supplier or both, ``status`` an idea's."""

    writer: int
    text: str
    who: str
    status: str = "waiting"


@dataclass(frozen=True, slots=True)
class Matching:
    """Which column holds what, counted from 0, and what its entries mean; entries in small letters.

    ``sides`` says whose each group is, or what each entry of the side's column means where there is one; "out" leaves these
    people out. ``only`` is the side of everybody where no column tells. ``steps``: names that are not the ladder's own.
    """

    columns: Mapping[Field, int]
    sides: Mapping[str, Side | Literal["out"]]
    steps: Mapping[str, int | None]
    only: Side | None = None

    @property
    def teller(self) -> Field | None:
        """The field whose column tells the side, None where none does."""
        return "side" if "side" in self.columns else "group" if "group" in self.columns else None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a table says under one matching. People of lines with an error are not in ``people``; ``left_out``: by choice."""

    people: tuple[PastPerson, ...]
    ideas: tuple[PastIdea, ...]
    errors: tuple[RowError, ...]
    left_out: int
    rows: tuple[int, ...]
    """The row of the file in which each of the people stands first."""

    @property
    def asked(self) -> tuple[str, ...]:
        """The questions that somebody answered."""
        return tuple(key for key in LADDER if any(key in one.choices for one in self.people))


class _WrongError(Exception):
    def __init__(self, field: Field, sentence: str) -> None:
        super().__init__(sentence)
        self.field: Field = field
        self.sentence = sentence


def read_people(table: Table, matching: Matching, dimension: Dimension) -> Reading:
    """What the lines say. Raises BadInput for a matching that can't be used at all, or for too many people or groups."""
    check_matching(table, matching)
    people: list[PastPerson] = []
    rows: list[int] = []
    ideas: list[PastIdea] = []
    errors = list(table.broken)
    seen: dict[str, int] = {}
    spelled: dict[str, str] = {}
    left_out = 0
    for line in table.lines:
        if _is_out(line, matching):
            left_out += 1
            continue
        wrong = [*_twice(line, matching, seen)]
        side = _caught(wrong, _side, line, matching)
        group = _caught(wrong, _group, line, matching, spelled)
        choices: dict[str, int | None] = {
            key: _caught(wrong, _step, line, matching, key, dimension) for key in LADDER if _said(line, matching, key)
        }
        idea = _caught(wrong, _idea, line, matching, side) if side else None
        errors += [_row_error(table, line, matching, one) for one in wrong]
        if wrong or side is None:
            continue
        if idea is not None:
            ideas.append(PastIdea(len(people), *idea))
        people.append(PastPerson(side, group, choices))
        rows.append(line.row)
    errors.sort(key=lambda one: one.row)
    return Reading(tuple(people), tuple(ideas), tuple(errors), left_out, tuple(rows))


def check_matching(table: Table, matching: Matching) -> None:
    """Raises BadInput with a plain sentence where these columns can't be read."""
    columns = matching.columns
    if len(table.lines) > PEOPLE_AT_MOST:
        words = f"This table has {len(table.lines):,} people; a meeting takes {PEOPLE_AT_MOST:,}."
        raise BadInput(f"{words} If each row is one answer, say so above; else split the file.")
    if not set(LADDER) & columns.keys():
        raise BadInput("Choose the column that holds the step today, or the one that holds the wanted step.")
    if len(set(columns.values())) < len(columns):
        twice = next(column for column in columns.values() if list(columns.values()).count(column) > 1)
        words = f"The column “{shorter(table.headings[twice], 60)}” is chosen twice. Choose it once."
        raise BadInput(words)
    if matching.teller is None and matching.only is None:
        raise BadInput("Choose the column that holds the group or the side, or say whose answers these all are.")
    for field in ("side", "group"):
        column = columns.get(field)
        if column is not None and len(table.entries(column, GROUPS_AT_MOST)) > GROUPS_AT_MOST:
            name = shorter(table.headings[column], 60)
            raise BadInput(
                f"The column “{name}” holds more than {GROUPS_AT_MOST} different entries. Is it the right one?"
            )
    if matching.teller is not None:
        entries = table.entries(columns[matching.teller], GROUPS_AT_MOST)
        unsaid = [text for text in entries if text.casefold() not in matching.sides]
        if unsaid:
            more = f" and {len(unsaid) - 1} more" if len(unsaid) > 1 else ""
            raise BadInput(f"Say on whose side “{shorter(unsaid[0], 60)}”{more} should be counted, or leave it out.")


def other_words(table: Table, matching: Matching, dimension: Dimension) -> list[str]:
    """Entries of the steps' columns that are not steps, the first dozen, for somebody to say what they mean."""
    found: dict[str, str] = {}
    bare = Matching(matching.columns, matching.sides, {}, matching.only)
    for line in table.lines:
        for key in LADDER:
            text = line.cell(matching.columns.get(key))
            if text.casefold() in _EMPTY or text.casefold() in found or text.startswith(("=", "#")):
                continue
            try:
                _step(line, bare, key, dimension)
            except _WrongError:
                if any(character.isalpha() for character in text):
                    found[text.casefold()] = text
        if len(found) >= OTHER_WORDS_AT_MOST:
            break
    return list(found.values())[:OTHER_WORDS_AT_MOST]


def _caught(wrong: list[_WrongError], read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """What ``read`` says; None where it can't, and then why is added to ``wrong``."""
    try:
        return read(*args, **kwargs)
    except _WrongError as error:
        wrong.append(error)
        return None


def _row_error(table: Table, line: Line, matching: Matching, wrong: _WrongError) -> RowError:
    column = matching.columns.get(wrong.field)
    heading = shorter(table.headings[column], 60) if column is not None else ""
    return RowError(line.row_of(column), heading, wrong.sentence)


def _text(line: Line, matching: Matching, field: Field) -> str:
    return line.cell(matching.columns.get(field))


def _is_out(line: Line, matching: Matching) -> bool:
    return matching.teller is not None and matching.sides.get(_text(line, matching, matching.teller).casefold()) == OUT


def _twice(line: Line, matching: Matching, seen: dict[str, int]) -> Iterator[_WrongError]:
    """Something to say where an earlier row is of the same person."""
    who = _text(line, matching, "person").casefold()
    if who in NOBODY:
        return
    if who in seen:
        yield _WrongError("person", f"The same person answered in row {seen[who]}. One of the two rows has to go.")
    seen.setdefault(who, line.row)


def _side(line: Line, matching: Matching) -> Side:
    if matching.teller is None:
        assert matching.only is not None
        return matching.only
    text = _text(line, matching, matching.teller)
    side = matching.sides.get(text.casefold())
    if side is not None and side != OUT:
        return side
    words = "the side" if matching.teller == "side" else "the group"
    raise _WrongError(matching.teller, f"This row does not name {words}, so it is on neither side.")


def _group(line: Line, matching: Matching, spelled: dict[str, str]) -> str | None:
    """The group's name as it is spelled first; None where no column holds groups."""
    if "group" not in matching.columns:
        return None
    text = _text(line, matching, "group")
    if not text:
        if matching.teller == "group":
            return None  # said already
        raise _WrongError("group", "This row names no group.")
    if len(text) > NAME_AT_MOST:
        raise _WrongError("group", f"The group’s name has {len(text)} characters; {NAME_AT_MOST} fit.")
    try:
        return spelled.setdefault(text.casefold(), plain_text(text, what="The group’s name", at_most=NAME_AT_MOST))
    except BadInput as error:
        raise _WrongError("group", error.sentence) from None


def _said(line: Line, matching: Matching, key: Field) -> bool:
    return _text(line, matching, key) not in _EMPTY


def _step(line: Line, matching: Matching, key: Field, dimension: Dimension) -> int | None:
    """The step's position, None for *can't judge*."""
    said = _text(line, matching, key)
    text = said.casefold()
    if text in matching.steps:
        return matching.steps[text]
    if text in _UNSURE:
        return None
    labels = {name.casefold(): step.position for step in dimension.steps for name in (step.label, step.short) if name}
    if text in labels:
        return labels[text]
    last = len(dimension.steps)
    if said.startswith("="):
        raise _WrongError(key, "This cell holds a formula and no result. Open the file, save it, and choose it again.")
    if out_of := _OUT_OF.fullmatch(said):
        if int(out_of[2]) != last:
            raise _WrongError(key, f"“{said}” is of a stair with {out_of[2]} steps; this one has {last}.")
        return _in_range(key, int(out_of[1]), said, last)
    if decimal := _DECIMAL.fullmatch(said):
        if int(decimal[2]):
            raise _WrongError(key, f"“{said}” lies between two steps. Each person’s own answer is a whole step.")
        return _in_range(key, int(decimal[1]), said, last)
    if numbered := _NUMBERED.fullmatch(said):
        position, rest = int(numbered[1]), (numbered[2] or "").strip(" ()").casefold()
        if labels.get(rest, position) != position:
            raise _WrongError(key, f"“{shorter(said, 60)}” says step {position}, but that name is step {labels[rest]}.")
        return _in_range(key, position, said, last)
    begins = [name for name in labels if re.match(rf"{re.escape(name)}\s*[.:,;(–—-]", text)]
    if begins:
        return labels[max(begins, key=len)]
    raise _WrongError(key, f"“{shorter(said, 60)}” is not a step. Use 1 to {last}, or a step’s name.")


def _in_range(key: Field, position: int, said: str, last: int) -> int:
    if not 1 <= position <= last:
        raise _WrongError(key, f"“{shorter(said, 60)}” is not on this stair, which has the steps 1 to {last}.")
    return position


def _idea(line: Line, matching: Matching, side: Side) -> tuple[str, str] | None:
    """What was written and who would have to change; None for nothing."""
    raw = _text(line, matching, "change")
    if raw.casefold() in _EMPTY | _UNSURE | {"none", "nothing"}:
        return None
    try:
        text = plain_text(raw, what="The text", at_most=IDEA_AT_MOST, lines=True)
    except BadInput as error:
        words = (
            f"This text has {len(raw)} characters; {IDEA_AT_MOST} fit." if len(raw) > IDEA_AT_MOST else error.sentence
        )
        raise _WrongError("change", words) from None
    said = _text(line, matching, "who").casefold()
    if not said or said in SIDES_WHO:
        return text, said or "both"
    who = _WHO.get(said, said)
    if who not in WHO:
        words = "does not say who would have to change: us, them or both."
        raise _WrongError("who", f"“{shorter(said, 60)}” {words}")
    return text, who_by_side(who, side)
