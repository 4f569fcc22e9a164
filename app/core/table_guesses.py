"""What a table of past answers probably is: its sheet, its headings, its columns, its sides, its day. Only ever proposed. Pure."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from app.core.importing import Field
from app.core.past_table import HEADS_WITHIN, NOBODY, Keys, Rows, Sheet, Table
from app.core.scales import SIDES, Side
from app.core.session_templates import DEFAULT_GROUPS

_SPEAKS: Final[dict[Field, tuple[str, ...]]] = {
    "who": ("who would have to change", "who must change", "who has to change", "who should change"),
    "change": ("would have to change", "what must change", "has to change", "change", "idea", "comment", "suggestion"),
    "current": ("describe our relationship", "assess", "current", "today", "as is", "as-is", "now", "present"),
    "desired": (
        "would you like it",
        "should we be",
        "should it be",
        "desired",
        "wanted",
        "target",
        "to be",
        "to-be",
        "want",
        "wish",
        "future",
    ),
    "side": ("customer or supplier", "which side", "side", "company", "organisation", "organization", "employer"),
    "group": ("stakeholder group", "which group", "group", "stakeholder", "department", "team", "function", "role"),
}
"""What the headings of answers hold, the most telling words first."""
_IS: Final[dict[Field, tuple[str, ...]]] = {
    "person": (
        "participant id",
        "respondent id",
        "response id",
        "responseid",
        "voter id",
        "user id",
        "participant",
        "respondent",
        "voter",
        "email address",
        "e-mail address",
        "email",
        "e-mail",
        "user email",
        "username",
        "user name",
        "screen name",
        "user",
        "name",
        "id",
        "#",
    ),
    "time": (
        "timestamp",
        "submitted at",
        "submit date (utc)",
        "submitdate",
        "submission date",
        "date submitted",
        "completion time",
        "end date",
        "enddate",
        "recordeddate",
        "received at",
        "responded at",
        "created at",
        "start time",
        "start date",
        "startdate",
        "date",
        "time",
    ),
}
"""What tools call the columns beside the answers; a heading is one of these or it is not."""
_QUESTION: Final = (
    "question text",
    "question title",
    "poll question",
    "question",
    "poll title",
    "activity title",
    "poll",
)
_ANSWER: Final = ("answer", "response", "vote", "choice", "selected option", "option", "value")
_SIDE_WORDS: Final[dict[str, Side]] = {
    "customer": "customer",
    "client": "customer",
    "buyer": "customer",
    "supplier": "supplier",
    "vendor": "supplier",
    "seller": "supplier",
}
TOLD_APART: Final = 0.5
"""A column tells people apart only where at least so many of its entries are different ones."""
_YEAR_FIRST: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b")
_YEAR_LAST: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\b")


def sheet_of(sheets: Sequence[Sheet]) -> int:
    """The sheet that probably holds the answers: the one whose headings say most."""
    return max(range(len(sheets)), key=lambda i: (_says(sheets[i].rows), -i))


def _says(rows: Rows) -> int:
    return len(columns_of(rows[heads_of(rows) - 1])) if rows else -1


def heads_of(rows: Rows) -> int:
    """The row, counted from 1, that probably holds the headings."""

    def weight(number: int) -> tuple[int, bool, int]:
        row = rows[number - 1]
        return len(columns_of(row)) + 2 * (keys_of(row) is not None), sum(map(bool, row)) > 1, -number

    return max(range(1, min(len(rows), HEADS_WITHIN) + 1), key=weight, default=1)


def columns_of(headings: Sequence[str], table: Table | None = None) -> dict[Field, int]:
    """Which column probably holds what, by its heading; each column once."""
    found: dict[Field, int] = {}
    plain = [" ".join(text.split()).casefold() for text in headings]
    for field, names in _IS.items():
        column = next((plain.index(name) for name in names if name in plain), None)
        if column is not None and not (field == "person" and table and not _tells_apart(table, column)):
            found[field] = column
    taken = {plain.index(name) for names in _IS.values() for name in names if name in plain}
    hits = [
        (rank, column, field)
        for field, phrases in _SPEAKS.items()
        for rank, words in enumerate(phrases)
        for column, text in enumerate(plain)
        if column not in taken and re.search(rf"\b{re.escape(words)}\b", text)
    ]
    for _, column, field in sorted(hits):
        if field not in found and column not in found.values():
            found[field] = column
    return found


def _tells_apart(table: Table, column: int) -> bool:
    said = [text.casefold() for line in table.lines if (text := line.cell(column)).casefold() not in NOBODY]
    return len(said) > 0 and len(set(said)) >= TOLD_APART * len(said)


def keys_of(headings: Sequence[str]) -> Keys | None:
    """Where a row for each answer keeps person, question and answer; None where a row is probably a person."""
    plain = [" ".join(text.split()).casefold() for text in headings]
    question, answer, person = (
        next((plain.index(name) for name in names if name in plain), None)
        for names in (_QUESTION, _ANSWER, _IS["person"])
    )
    if person is None or question is None or answer is None:
        return None
    return Keys(person, question, answer)


def sides_of(entries: Sequence[str], names: Mapping[Side, str], known: Mapping[str, Side]) -> dict[str, Side]:
    """Whose side each entry probably is: by words, by the companies' ``names``, by groups ``known`` in small letters."""
    usual: dict[str, Side] = {
        name.casefold(): "customer" if side == "customer" else "supplier" for name, side in DEFAULT_GROUPS
    }
    found: dict[str, Side] = {}
    for entry in entries:
        text = entry.casefold()
        company = [side for side in SIDES if _is_short_for(text, names[side].casefold())]
        side = _SIDE_WORDS.get(text) or known.get(text) or (company[0] if len(company) == 1 else usual.get(text))
        if side is not None:
            found[text] = side
    return found


def _is_short_for(text: str, name: str) -> bool:
    return text == name or name.startswith(f"{text} ")


def day_of(texts: Sequence[str]) -> str:
    """The day on which most of these times are, such as 2026-11-19; "" where none can be read without doubt."""
    days: Counter[tuple[int, int, int]] = Counter()
    last = [tuple(map(int, hit.groups())) for text in texts if (hit := _YEAR_LAST.match(text))]
    day_first, month_first = any(one[0] > 12 for one in last), any(one[1] > 12 for one in last)
    for text in texts:
        if hit := _YEAR_FIRST.match(text):
            days[int(hit[1]), int(hit[2]), int(hit[3])] += 1
    for first, second, year in last:
        if day_first != month_first:
            days[(year, second, first) if day_first else (year, first, second)] += 1
        elif first == second:
            days[year, first, second] += 1
    if not days:
        return ""
    year, month, day = days.most_common(1)[0][0]
    return f"{year:04}-{month:02}-{day:02}"
