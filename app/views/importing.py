"""A file of past answers as its user looks at it: what its columns are taken for, what its rows say, and what is wrong."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from app.core import table_guesses
from app.core.importing import (
    GROUPS_AT_MOST,
    LADDER,
    Matching,
    Reading,
    other_words,
    read_people,
)
from app.core.past_table import HEADS_WITHIN, RowError, Table, shorter
from app.core.scales import SIDES, Dimension, Side
from app.core.sentences import short_name
from app.core.session_templates import SHIPPED
from app.errors import BadInput
from app.store import imports
from app.store.import_tables import Upload
from app.store.tables import Account, Workspace
from app.views.import_form import (
    CANT_JUDGE,
    KEYS,
    Layout,
    Said,
    columns_of,
    field_name,
    fields_of,
    layout_of,
    matching_of,
    number,
    people_of,
    print_of,
    steps_of,
)
from app.views.moments import day

SHOWN_ERRORS = 50
SHOWN_PEOPLE = 5
SAMPLES = 3
SAMPLE_AT_MOST = 40
MANY_PEOPLE = 30
"""With more people than this, 5 is proposed as the smallest group (METHOD 8)."""
TEMPLATE = next(iter(SHIPPED.values()))


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose: ``value`` as the form sends it."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """What may be in a column, which one it was taken for ("" for none), and what stands there."""

    name: str
    label: str
    chosen: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a column whose meaning is chosen; ``people`` have it."""

    name: str
    text: str
    chosen: str
    people: int


@dataclass(frozen=True, slots=True)
class GroupCount:
    """How many people of a group are in the file, and how many of them said what. ``small``: never shown by itself."""

    name: str
    people: int
    said: tuple[int, ...]
    ideas: int
    small: bool


@dataclass(frozen=True, slots=True)
class SideCount:
    """The same for a side and its groups; those without a group are the side alone."""

    side: Side
    name: str
    total: GroupCount
    groups: tuple[GroupCount, ...]


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One of the first people, as their row is read."""

    row: int
    side: Side
    place: str
    said: tuple[str, ...]
    idea: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What the rows say. ``asked`` are the questions' names."""

    asked: tuple[str, ...]
    sides: tuple[SideCount, ...]
    people: int
    ideas: int
    first: tuple[PersonLine, ...]
    left_out: int
    errors: tuple[RowError, ...]
    more_errors: int
    error_rows: int


@dataclass(frozen=True, slots=True)
class ImportView:
    """The whole page. ``problem``: why nothing can be read yet, "" where it can. ``told`` and ``seen`` go with the form."""

    account_id: str
    account: str
    upload_id: str
    file_name: str
    names: Mapping[Side, str]
    layout: Layout
    sheets: tuple[Option, ...]
    heads: tuple[Option, ...]
    headings: tuple[Option, ...]
    raw_headings: tuple[Option, ...]
    keys: tuple[ColumnChoice, ...]
    columns: tuple[ColumnChoice, ...]
    teller: str
    entries: tuple[Entry, ...]
    words: tuple[Entry, ...]
    steps: tuple[Option, ...]
    only: str
    title: str
    day: str
    smallest_group: str
    leave_out: bool
    problem: str
    preview: Preview | None
    again: str
    seen: str


@dataclass(frozen=True, slots=True)
class Look:
    """The page, and what would be entered; ``reading`` is None while nothing can be read."""

    view: ImportView
    reading: Reading | None


def look_at(db: Session, *, account: Account, upload: Upload, said: Said) -> Look:
    """The file as the form says it is to be read; what the form leaves open is proposed."""
    workspace = db.get_one(Workspace, account.workspace_id)
    names: dict[Side, str] = {"customer": account.name, "supplier": workspace.name}
    sheets = imports.unpacked(upload.content)
    layout, raw, problem = layout_of(sheets, said)
    table = people_of(raw, layout) if raw is not None else None
    if isinstance(table, str):
        problem, table = table, None
    dimension = TEMPLATE.dimensions[0]
    matching = Matching({}, {}, {})
    words: list[str] = []
    reading: Reading | None = None
    if table is not None:
        columns = columns_of(table, layout, said)
        matching = matching_of(table, columns, said, names, imports.known_groups(db, account.id))
        words = other_words(table, matching, dimension)
        matching = replace(matching, steps=steps_of(words, said, dimension))
        try:
            reading = read_people(table, matching, dimension)
        except BadInput as error:
            problem = error.sentence
    before = imports.entered_before(db, account_id=account.id, digest=upload.digest)
    smallest = said.get("smallest_group") or smallest_of(reading)
    view = ImportView(
        account_id=account.id,
        account=account.name,
        upload_id=upload.id,
        file_name=upload.file_name,
        names={side: short_name(name) for side, name in names.items()},
        layout=layout,
        sheets=tuple(Option(str(i), shorter(one.name, 60)) for i, one in enumerate(sheets)),
        heads=tuple(
            Option(str(i), f"Row {i}: {_in_short(row)}")
            for i, row in enumerate(sheets[layout.sheet].rows[:HEADS_WITHIN], start=1)
            if any(row)
        ),
        headings=_headings(table),
        raw_headings=_headings(raw),
        keys=_key_choices(raw, layout),
        columns=tuple(_choices(table, matching, layout)) if table is not None else (),
        teller={"group": "group", "side": "company"}.get(matching.teller or "", ""),
        entries=tuple(_entries(table, matching)) if table is not None else (),
        words=tuple(_word_entries(words, matching)),
        steps=tuple(Option(str(step.position), f"{step.position}, {step.label}") for step in dimension.steps),
        only=matching.only or "",
        title=said.get("title", ""),
        day=said.get("day") or (_day(table, matching) if table is not None else ""),
        smallest_group=smallest,
        leave_out="leave_out" in said,
        problem=problem,
        preview=_preview(reading, matching, names, dimension, smallest) if reading else None,
        again=f"{before.title}, {day(before.started_at or before.created_at, workspace.time_zone)}" if before else "",
        seen=print_of(layout, matching),
    )
    return Look(view, reading)


def _day(table: Table, matching: Matching) -> str:
    column = matching.columns.get("time")
    return table_guesses.day_of([line.cell(column) for line in table.lines]) if column is not None else ""


def smallest_of(reading: Reading | None) -> str:
    """The smallest group that is proposed."""
    return "5" if reading is not None and len(reading.people) > MANY_PEOPLE else "3"


def _in_short(row: Sequence[str]) -> str:
    return shorter(" · ".join(text for text in row if text), 70)


def _headings(table: Table | None) -> tuple[Option, ...]:
    headings = table.headings if table is not None else ()
    return tuple(Option(str(i), shorter(text, 80) or f"Column {i + 1}") for i, text in enumerate(headings))


def _key_choices(raw: Table | None, layout: Layout) -> tuple[ColumnChoice, ...]:
    if raw is None or layout.each == "person":
        return ()
    return tuple(
        ColumnChoice(f"key-{name}", label, "" if column is None else str(column), _samples(raw, column))
        for (name, label), column in zip(KEYS.items(), layout.keys, strict=True)
    )


def _choices(table: Table, matching: Matching, layout: Layout) -> list[ColumnChoice]:
    found = []
    for field, label in fields_of(layout).items():
        column = matching.columns.get(field)
        chosen = "" if column is None else str(column)
        found.append(ColumnChoice(f"column-{field}", label, chosen, _samples(table, column)))
    return found


def _samples(table: Table, column: int | None) -> tuple[str, ...]:
    if column is None:
        return ()
    return tuple(shorter(text, SAMPLE_AT_MOST) for text in table.entries(column, SAMPLES - 1)[:SAMPLES])


def _entries(table: Table, matching: Matching) -> list[Entry]:
    if matching.teller is None:
        return []
    column = matching.columns[matching.teller]
    people = Counter(line.cell(column).casefold() for line in table.lines)
    return [
        Entry(
            field_name("side", text.casefold()),
            shorter(text),
            matching.sides.get(text.casefold(), ""),
            people[text.casefold()],
        )
        for text in table.entries(column, GROUPS_AT_MOST)[:GROUPS_AT_MOST]
    ]


def _word_entries(words: Sequence[str], matching: Matching) -> list[Entry]:
    found = []
    for word in words:
        step = matching.steps.get(word.casefold(), "")
        found.append(
            Entry(field_name("step", word.casefold()), shorter(word), CANT_JUDGE if step is None else str(step), 0)
        )
    return found


def _preview(
    reading: Reading, matching: Matching, names: Mapping[Side, str], dimension: Dimension, smallest: str
) -> Preview:
    asked = [key for key in LADDER if key in matching.columns]
    short = {side: short_name(name) for side, name in names.items()}
    k = max(3, number(smallest, 1000) or 3)
    rows = {error.row for error in reading.errors}
    return Preview(
        asked=tuple(ASKED[key] for key in asked),
        sides=tuple(_side_count(reading, side, short[side], asked, k) for side in SIDES),
        people=len(reading.people),
        ideas=len(reading.ideas),
        first=tuple(_first(reading, short, asked, dimension)),
        left_out=reading.left_out,
        errors=reading.errors[:SHOWN_ERRORS],
        more_errors=max(0, len(reading.errors) - SHOWN_ERRORS),
        error_rows=len(rows),
    )


ASKED = {"current": "Today", "desired": "Wanted"}


def _side_count(reading: Reading, side: Side, name: str, asked: Sequence[str], k: int) -> SideCount:
    own = [n for n, one in enumerate(reading.people) if one.side == side]
    wrote = {idea.writer for idea in reading.ideas}

    def count(label: str, people: Sequence[int]) -> GroupCount:
        said = tuple(sum(key in reading.people[n].choices for n in people) for key in asked)
        small = 0 < len(people) < k
        return GroupCount(label, len(people), said, sum(n in wrote for n in people), small)

    groups: dict[str, list[int]] = {}
    for n in own:
        group = reading.people[n].group
        if group is not None:
            groups.setdefault(group, []).append(n)
    return SideCount(side, name, count(name, own), tuple(count(label, people) for label, people in groups.items()))


def _first(reading: Reading, names: Mapping[Side, str], asked: Sequence[str], dimension: Dimension) -> list[PersonLine]:
    labels = {step.position: step.label for step in dimension.steps}
    ideas = {idea.writer: idea.text for idea in reading.ideas}
    found = []
    for n, (one, row) in enumerate(zip(reading.people[:SHOWN_PEOPLE], reading.rows, strict=False)):
        said = []
        for key in asked:
            step = one.choices.get(key)
            unsaid = "can’t judge" if key in one.choices else "–"
            said.append(unsaid if step is None else f"{step}, {labels[step]}")
        found.append(
            PersonLine(row, one.side, one.group or names[one.side], tuple(said), shorter(ideas.get(n, ""), 80))
        )
    return found
