"""The report as an Excel workbook: a sheet each for summary, groups, pairs, ideas, the method and, where there are any, others.

Every text is written as a text: no cell is a formula or a link, whatever it starts with.
"""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from app.core.language import say, say_as, to_say, to_say_as
from app.core.proof import method_words
from app.core.sentences import state_words
from app.reports.material import Material
from app.reports.palette import INK, INK_2, LINE, PRIVATE, SUNKEN
from app.reports.xlsx_charts import add_charts
from app.views.pictures import Row
from app.views.report import ReportView

NO_FORMULAS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}
ON = {"current": to_say("today"), "desired": to_say("wanted")}
SIDES = (
    *(to_say("Side"), to_say("People"), to_say("Today"), to_say("Wanted"), to_say("Mean gap")),
    *(to_say("Up"), to_say("Stay"), to_say("Down"), to_say("Agreement today"), to_say("Agreement wanted")),
)
GROUPS = (
    *(to_say("Scale"), to_say("Side"), to_say("Row"), to_say("Kind"), to_say("Shown"), to_say("People")),
    *(to_say("Today"), to_say("Wanted"), to_say("Mean gap"), to_say("Median gap")),
)
MOVES = (
    *(to_say("Up"), to_say("Stay"), to_say("Down"), to_say("d_w"), to_say("Agreement today")),
    *(to_say("Agreement wanted"), to_say("A today"), to_say("A wanted"), to_say("Could not judge")),
)
PAIRS = (
    *(to_say("Scale"), to_say("On"), to_say("First"), to_say("Second"), to_say("Steps apart")),
    *(to_say("Cliff’s delta"), to_say("Flag"), to_say("Sentence")),
)
IDEAS = (to_say("Who would change"), to_say("Idea"), to_say("From"), to_say("Theme"), to_say("Part"))
ROUNDS = (
    *(to_say("Scale"), to_say("On"), to_say("Row"), to_say("Earlier round"), to_say("This round"), to_say("People")),
    *(to_say("Step earlier"), to_say("Step now"), to_say("In words")),
)
MIRROR = (
    *(to_say("Scale"), to_say("Side"), to_say("Answers"), to_say("Said"), to_say("Guesses")),
    *(to_say("Thought the other says"), to_say("The guess is"), to_say("In words")),
)
READINESS = (
    *(to_say("What would change"), to_say("In words"), to_say("Company"), to_say("Yes"), to_say("Not yet")),
    *(to_say("No"), to_say("Counts")),
)
COMMITMENTS = (
    *(to_say("Who will do it"), to_say("What"), to_say("Name"), to_say("By"), to_say("In return")),
    *(to_say("State"), to_say("Late")),
)
PEOPLE = (to_say("Name"), to_say("Company"), to_say("Group"), to_say("Answers"))
METHOD_HEADS = (to_say("Word"), to_say("What it means"))
CLASSES: dict[str, str] = {
    "single": to_say_as("together", "single"),
    "same": to_say_as("together", "same"),
    "close": to_say_as("together", "close"),
    "split": to_say_as("together", "split"),
    "leaning": to_say_as("together", "leaning"),
    "spread": to_say_as("together", "spread"),
}
"""Words for how together people are; English has METHOD's own."""
LONGEST_CELL = 32_767

Cell = str | int | float | None


class Book:
    """A workbook with the formats that its sheets share."""

    def __init__(self, material: Material) -> None:
        self.file = io.BytesIO()
        self.workbook: Any = xlsxwriter.Workbook(self.file, NO_FORMULAS)
        view = material.view
        self.workbook.set_properties(
            {
                "title": f"{_names(material)}: {view.title}",
                "author": view.supplier,
                "comments": say("Held on {day}.", day=view.held),
                "created": datetime.fromtimestamp(material.held_at / 1000, UTC).replace(tzinfo=None),
            }
        )
        base = {"font_name": "Arial", "font_size": 10, "font_color": INK, "valign": "top"}
        self.text = self._format(base, text_wrap=True)
        self.whole = self._format(base, num_format="0")
        self.one = self._format(base, num_format="0.0")
        self.two = self._format(base, num_format="0.00")
        self.signed = self._format(base, num_format="+0.0;−0.0;0.0")
        self.date = self._format(base, num_format="yyyy-mm-dd", align="left")
        self.signed_two = self._format(base, num_format="+0.00;−0.00;0.00")
        head = base | {"bold": True, "bg_color": SUNKEN, "bottom": 1, "bottom_color": LINE, "text_wrap": True}
        self.head = self._format(head)
        self.head_number = self._format(head, align="right")
        self.title = self._format(base, bold=True, font_size=16)
        self.section = self._format(base, bold=True, font_size=12)
        self.quiet = self._format(base, font_color=INK_2, text_wrap=True)
        self.private = self._format(base, bold=True, font_color=PRIVATE)

    def _format(self, base: dict[str, Any], **more: Any) -> Any:
        return self.workbook.add_format(base | more)

    def sheet(self, name: str, widths: Sequence[float]) -> Any:
        """A new sheet with its columns' widths, ready to print on one page's width."""
        sheet = self.workbook.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        return sheet

    def table(self, sheet: Any, names: Sequence[str], lines: Sequence[Sequence[Cell]], kinds: str) -> None:
        """A header that stays in view, and the lines under it, with a filter. kinds: a letter for each column."""
        self.heads(sheet, 0, names, kinds)
        for number, line in enumerate(lines, 1):
            self.line(sheet, number, line, kinds)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        if lines:
            sheet.autofilter(0, 0, len(lines), len(names) - 1)

    def heads(self, sheet: Any, row: int, names: Sequence[str], kinds: str) -> None:
        """A line of headings, those of numbers at the right."""
        sheet.set_row(row, 30 if max(map(len, names), default=0) < 24 else 45)
        for column, (name, kind) in enumerate(zip(names, kinds, strict=True)):
            sheet.write_string(row, column, name, self.head if kind in "td" else self.head_number)

    def line(self, sheet: Any, row: int, cells: Sequence[Cell], kinds: str) -> None:
        """One line of cells: t text, d a date such as 2026-12-31, n whole, 1 and 2 decimals, + and = signed with one and two.

        None stays empty, as does a date that is "".
        """
        looks = {"n": self.whole, "1": self.one, "2": self.two, "+": self.signed, "=": self.signed_two}
        for column, (value, kind) in enumerate(zip(cells, kinds, strict=True)):
            if kind == "d" and isinstance(value, str):
                if value:
                    sheet.write_datetime(row, column, datetime.fromisoformat(value), self.date)
            elif isinstance(value, str):
                sheet.write_string(row, column, value[:LONGEST_CELL], self.text)
            elif value is not None:
                sheet.write_number(row, column, value, looks.get(kind, self.text))

    def bytes(self) -> bytes:
        """The finished file."""
        self.workbook.close()
        return self.file.getvalue()


def xlsx_file(material: Material) -> bytes:
    """The workbook of what was read. Pure: it may run in a thread or in a process of its own."""
    book = Book(material)
    _summary(book, material)
    _groups(book, material)
    _pairs(book, material)
    if material.view.movements:
        _rounds(book, material)
    if material.view.mirrors:
        _mirror(book, material)
    _ideas(book, material)
    _support(book, material)
    _readiness(book, material)
    if material.view.commitments_count:
        _commitments(book, material)
    if material.view.people:
        _people(book, material)
    if material.view.dimensions:
        book.table(book.sheet(say("Method"), (34, 120)), _heads(METHOD_HEADS), method_words(), "tt")
    return book.bytes()


def _summary(book: Book, material: Material) -> None:
    view = material.view
    sheet = book.sheet(say("Summary"), _roomy((34, 12, 10, 10, 12, 10, 10, 10, 26, 26), view))
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, _names(material), book.title)
    sheet.write_string(1, 0, f"{view.title}, {view.held}. {view.who_took_part}. {view.silent_words}".strip())
    sheet.freeze_panes(2, 0)
    row = 3
    if not view.revealed:
        sheet.write_string(row, 0, say("Nothing has been shown to the room yet."))
        row += 2
    for one in view.dimensions:
        picture = one.picture
        sheet.write_string(row, 0, picture.label, book.section)
        if picture.headline:
            sheet.write_string(row + 1, 0, picture.headline)
        if picture.finding:
            finding = picture.finding
            sheet.write_string(row + 2, 0, f"{finding.sentence} ({finding.flag_words})")
        row = _sides(book, sheet, row + 4, picture.sides)
        row = add_charts(book, sheet, row + 1, picture)
    if view.cut == "private":
        told = [f"{item.text} {item.hint}" for item in view.private_guide]
        told += [f"{text}: {hint}" for text, hint in view.team.lines] if view.team else []
        for line in told:
            sheet.write_string(row, 0, say("Private to the account team: {line}", line=line), book.private)
            row += 1
    sheet.merge_range(row + 1, 0, row + 1, 9, "", book.quiet)
    sheet.write_string(row + 1, 0, view.foot, book.quiet)
    sheet.set_row(row + 1, 60)


def _roomy(widths: Sequence[float], view: ReportView) -> list[float]:
    """The widths, wide enough for the longest word of the steps that stand over their counts."""
    steps = [one.picture.steps for one in view.dimensions]
    columns = range(1, 1 + max(map(len, steps), default=0))
    longest = max((len(word) for labels in steps for label in labels for word in label.split()), default=0)
    return [max(width, min(longest + 1, 20)) if at in columns else width for at, width in enumerate(widths)]


def _heads(names: Sequence[str]) -> tuple[str, ...]:
    """Headings in the language that is spoken."""
    return tuple(map(say, names))


def _names(material: Material) -> str:
    return say("{customer} and {supplier}", customer=material.view.customer, supplier=material.view.supplier)


def _sides(book: Book, sheet: Any, row: int, sides: Sequence[Row]) -> int:
    book.heads(sheet, row, _heads(SIDES), "tn11+nnntt")
    for number, side in enumerate(sides, row + 1):
        gap = side.gap is not None
        moves = (side.up, side.stay, side.down) if gap else (None,) * 3
        said = (side.agreement_today, side.agreement_wanted)
        cells = (side.name, side.n, side.today, side.wanted, side.gap, *moves, *said)
        book.line(sheet, number, (side.name, side.why) + (None,) * 8 if side.why else cells, "tn11+nnntt")
    return row + 1 + len(sides)


def _groups(book: Book, material: Material) -> None:
    view, dimensions = material.view, material.results["dimensions"]
    steps = max((len(found["steps"]) for found in dimensions), default=0)
    counts = [f"{word} {step}" for word in (say("Today"), say("Wanted")) for step in range(1, steps + 1)]
    names = {"customer": view.customer_short, "supplier": view.supplier_short}
    widths = (20, 18, 34, 9, 16, 9, 9, 9, 10, 10, 7, 7, 7, 7, 24, 24, 9, 9, 9, *[9] * len(counts))
    sheet = book.sheet(say("Groups"), widths)
    lines = []
    for found in dimensions:
        cells = [(side, names[side], say("side"), cell) for side, cell in found["sides"].items() if cell]
        cells += [(row["side"], row["name"], say("group"), row) for row in found["rows"]]
        for side, name, kind, cell in cells:
            lines.append((found["label"], names[side], name, kind, *_numbers(cell, steps)))
    kinds = "tttttn11+1nnn=tt22n" + "n" * len(counts)
    book.table(sheet, (*_heads(GROUPS), *_heads(MOVES), *counts), lines, kinds)
    sheet.freeze_panes(1, 3)


def _numbers(cell: dict[str, Any], steps: int) -> list[Cell]:
    """A row's numbers from the column Shown on; empty where nothing may be shown."""
    if not cell["shown"]:
        words = say("too few to show") if cell["why"] == "too_few" else say("no answers")
        return [words, *[None] * (14 + 2 * steps)]
    gap, today, wanted = cell["gap"] or {}, cell["current"] or {}, cell["desired"] or {}
    people = gap.get("n_pairs") or max(today.get("n", 0), wanted.get("n", 0))
    typical = (gap.get("today", today.get("interpolated_median")), gap.get("wanted", wanted.get("interpolated_median")))
    moves = [gap.get(key) for key in ("mean_gap", "median_gap", "up", "stay", "down", "d_w")]
    agreed = [*(_class(one) for one in (today, wanted)), *(one.get("agreement_A") for one in (today, wanted))]
    unsure = max(today.get("abstained", 0), wanted.get("abstained", 0))
    counts = [n for one in (today, wanted) for n in _filled(one.get("counts", ()), steps)]
    shown = say("gap: too few to show") if cell.get("gap_hidden") else say_as("is shown", "yes")
    return [shown, people, *typical, *moves, *agreed, unsure, *counts]


def _class(dist: dict[str, Any]) -> str | None:
    """How together people are in one word; None where that is not known."""
    found = dist.get("agreement_class")
    return say_as("together", CLASSES[found]) if found else None


def _filled(counts: Sequence[int], steps: int) -> list[Cell]:
    return [*counts, *[None] * (steps - len(counts))]


def _pairs(book: Book, material: Material) -> None:
    names = {"customer": material.view.customer_short, "supplier": material.view.supplier_short}
    lines = []
    for found in material.results["dimensions"]:
        known = names | {row["id"]: row["name"] for row in found["rows"]}
        for pair in found["pairs"]:
            ends = (known[pair["a"]], known[pair["b"]])
            measures = (pair["emd_steps"], pair["cliffs_delta"], pair["flag_words"], pair["sentence"])
            asked = ON[pair["question"]]
            lines.append((found["label"], say(asked), *ends, *measures))
    book.table(book.sheet(say("Pairs"), (20, 10, 28, 28, 12, 12, 26, 70)), _heads(PAIRS), lines, "tttt2=tt")


def _rounds(book: Book, material: Material) -> None:
    lines: list[tuple[Cell, ...]] = []
    for one in material.view.movements:
        for row in (*one.sides, *one.rows):
            was, now = (row.now, None) if one.kept else (row.was, row.now)
            asked = (one.label, say(ON[one.question]), row.name, *one.rounds, row.n)
            lines.append((*asked, was, now, one.title if one.kept else row.how))
    book.table(book.sheet(say("Rounds"), (20, 10, 30, 9, 9, 9, 12, 12, 50)), _heads(ROUNDS), lines, "tttnnn11t")


def _mirror(book: Book, material: Material) -> None:
    lines = [
        (
            one.label,
            side.name,
            side.n,
            side.said,
            side.guesses,
            side.thought,
            side.off,
            state_words(side.state) if side.state else "",
        )
        for one in material.view.mirrors
        for side in one.sides
    ]
    book.table(book.sheet(say("Mirror"), (20, 24, 9, 9, 9, 22, 20, 50)), _heads(MIRROR), lines, "ttn1n1tt")


def _ideas(book: Book, material: Material) -> None:
    lines = []
    for column in material.view.ideas:
        for theme in column.themes:
            told = [(idea.text, idea.from_words) for idea in theme.ideas] or [("", "")]
            lines += [(column.heading, *one, theme.name, theme.part) for one in told]
        lines += [(column.heading, idea.text, idea.from_words, "", "") for idea in column.ideas]
    book.table(book.sheet(say("Ideas"), (30, 90, 40, 40, 30)), _heads(IDEAS), lines, "ttttt")


def _support(book: Book, material: Material) -> None:
    found = material.view.support
    if found is not None:
        names = [one.name for one in found.sides]
        lines = [(line.text, *line.people) for line in found.lines]
        book.table(book.sheet(say("Support"), (90, 20, 20)), (say("What would change"), *names), lines, "tnn")


def _readiness(book: Book, material: Material) -> None:
    found = material.view.ready
    if found is not None:
        lines = [
            (
                row.name,
                row.verdict,
                one.name,
                *((one.yes, one.not_yet, one.no) if one.shown else (None,) * 3),
                one.words,
            )
            for row in found.rows
            for one in row.sides
        ]
        book.table(book.sheet(say("Readiness"), (60, 40, 24, 10, 10, 10, 40)), _heads(READINESS), lines, "tttnnnt")


def _commitments(book: Book, material: Material) -> None:
    lines = [
        (
            group.heading,
            row.text,
            row.owner,
            row.due,
            row.counterpart,
            row.state_words,
            say("late") if row.late else "",
        )
        for group in material.view.commitments
        for row in group.rows
    ]
    book.table(book.sheet(say("Commitments"), (30, 70, 24, 14, 50, 14, 10)), _heads(COMMITMENTS), lines, "tttdttt")


def _people(book: Book, material: Material) -> None:
    view = material.view
    names = {"customer": view.customer_short, "supplier": view.supplier_short}
    lines = [(one.name, names[one.side], one.group, "\n".join(one.answers)) for one in view.people]
    sheet = book.sheet(say("People"), (30, 24, 30, 50))
    sheet.set_tab_color(PRIVATE)
    book.table(sheet, _heads(PEOPLE), lines, "tttt")
