"""The report as an Excel workbook: a sheet each for summary, groups, pairs, ideas, the method and, where there are any, others.

Every text is written as a text: no cell is a formula or a link, whatever it starts with.
"""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from app.core.proof import METHOD
from app.core.sentences import STATE_WORDS
from app.reports.material import Material
from app.reports.palette import INK, INK_2, LINE, PRIVATE, SUNKEN
from app.reports.xlsx_charts import add_charts
from app.views.pictures import Row

NO_FORMULAS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}
ON = {"current": "today", "desired": "wanted"}
GROUPS = ("Scale", "Side", "Row", "Kind", "Shown", "People", "Today", "Wanted", "Mean gap", "Median gap")
MOVES = ("Up", "Stay", "Down", "d_w", "Agreement today", "Agreement wanted", "A today", "A wanted", "Could not judge")
PAIRS = ("Scale", "On", "First", "Second", "Steps apart", "Cliff’s delta", "Flag", "Sentence")
IDEAS = ("Who would change", "Idea", "From", "Theme", "Part")
ROUNDS = ("Scale", "On", "Row", "Earlier round", "This round", "People", "Step earlier", "Step now", "In words")
MIRROR = ("Scale", "Side", "Answers", "Said", "Guesses", "Thought the other says", "The guess is", "In words")
READINESS = ("What would change", "In words", "Company", "Yes", "Not yet", "No", "Counts")
COMMITMENTS = ("Who will do it", "What", "Name", "By", "In return", "State", "Late")
PEOPLE = ("Name", "Company", "Group", "Answers")
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
                "title": f"{view.customer} and {view.supplier}: {view.title}",
                "author": view.supplier,
                "comments": f"Held on {view.held}.",
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
        book.table(book.sheet("Method", (34, 120)), ("Word", "What it means"), METHOD, "tt")
    return book.bytes()


def _summary(book: Book, material: Material) -> None:
    view = material.view
    sheet = book.sheet("Summary", (34, 12, 10, 10, 12, 10, 10, 10, 26, 26))
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, f"{view.customer} and {view.supplier}", book.title)
    sheet.write_string(1, 0, f"{view.title}, {view.held}. {view.who_took_part}. {view.silent_words}".strip())
    sheet.freeze_panes(2, 0)
    row = 3
    if not view.revealed:
        sheet.write_string(row, 0, "Nothing has been shown to the room yet.")
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
            sheet.write_string(row, 0, f"Private to the account team: {line}", book.private)
            row += 1
    sheet.merge_range(row + 1, 0, row + 1, 9, "", book.quiet)
    sheet.write_string(row + 1, 0, view.foot, book.quiet)
    sheet.set_row(row + 1, 60)


def _sides(book: Book, sheet: Any, row: int, sides: Sequence[Row]) -> int:
    names = (
        "Side",
        "People",
        "Today",
        "Wanted",
        "Mean gap",
        "Up",
        "Stay",
        "Down",
        "Agreement today",
        "Agreement wanted",
    )
    book.heads(sheet, row, names, "tn11+nnntt")
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
    counts = [f"{word} {step}" for word in ("Today", "Wanted") for step in range(1, steps + 1)]
    names = {"customer": view.customer_short, "supplier": view.supplier_short}
    widths = (20, 18, 34, 9, 16, 9, 9, 9, 10, 10, 7, 7, 7, 7, 24, 24, 9, 9, 9, *[9] * len(counts))
    sheet = book.sheet("Groups", widths)
    lines = []
    for found in dimensions:
        cells = [(side, names[side], "side", cell) for side, cell in found["sides"].items() if cell]
        cells += [(row["side"], row["name"], "group", row) for row in found["rows"]]
        for side, name, kind, cell in cells:
            lines.append((found["label"], names[side], name, kind, *_numbers(cell, steps)))
    kinds = "tttttn11+1nnn=tt22n" + "n" * len(counts)
    book.table(sheet, (*GROUPS, *MOVES, *counts), lines, kinds)
    sheet.freeze_panes(1, 3)


def _numbers(cell: dict[str, Any], steps: int) -> list[Cell]:
    """A row's numbers from the column Shown on; empty where nothing may be shown."""
    if not cell["shown"]:
        words = "too few to show" if cell["why"] == "too_few" else "no answers"
        return [words, *[None] * (14 + 2 * steps)]
    gap, today, wanted = cell["gap"] or {}, cell["current"] or {}, cell["desired"] or {}
    people = gap.get("n_pairs") or max(today.get("n", 0), wanted.get("n", 0))
    typical = (gap.get("today", today.get("interpolated_median")), gap.get("wanted", wanted.get("interpolated_median")))
    moves = [gap.get(key) for key in ("mean_gap", "median_gap", "up", "stay", "down", "d_w")]
    agreed = [one.get(key) for key in ("agreement_class", "agreement_A") for one in (today, wanted)]
    unsure = max(today.get("abstained", 0), wanted.get("abstained", 0))
    counts = [n for one in (today, wanted) for n in _filled(one.get("counts", ()), steps)]
    shown = "gap: too few to show" if cell.get("gap_hidden") else "yes"
    return [shown, people, *typical, *moves, *agreed, unsure, *counts]


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
            lines.append((found["label"], ON[pair["question"]], *ends, *measures))
    book.table(book.sheet("Pairs", (20, 10, 28, 28, 12, 12, 26, 70)), PAIRS, lines, "tttt2=tt")


def _rounds(book: Book, material: Material) -> None:
    lines: list[tuple[Cell, ...]] = []
    for one in material.view.movements:
        for row in (*one.sides, *one.rows):
            was, now = (row.now, None) if one.kept else (row.was, row.now)
            asked = (one.label, ON[one.question], row.name, *one.rounds, row.n)
            lines.append((*asked, was, now, one.title if one.kept else row.how))
    book.table(book.sheet("Rounds", (20, 10, 30, 9, 9, 9, 12, 12, 50)), ROUNDS, lines, "tttnnn11t")


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
            STATE_WORDS[side.state] if side.state else "",
        )
        for one in material.view.mirrors
        for side in one.sides
    ]
    book.table(book.sheet("Mirror", (20, 24, 9, 9, 9, 22, 20, 50)), MIRROR, lines, "ttn1n1tt")


def _ideas(book: Book, material: Material) -> None:
    lines = []
    for column in material.view.ideas:
        for theme in column.themes:
            told = [(idea.text, idea.from_words) for idea in theme.ideas] or [("", "")]
            lines += [(column.heading, *one, theme.name, theme.part) for one in told]
        lines += [(column.heading, idea.text, idea.from_words, "", "") for idea in column.ideas]
    book.table(book.sheet("Ideas", (30, 90, 40, 40, 30)), IDEAS, lines, "ttttt")


def _support(book: Book, material: Material) -> None:
    found = material.view.support
    if found is not None:
        names = [one.name for one in found.sides]
        lines = [(line.text, *line.people) for line in found.lines]
        book.table(book.sheet("Support", (90, 20, 20)), ("What would change", *names), lines, "tnn")


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
        book.table(book.sheet("Readiness", (60, 40, 24, 10, 10, 10, 40)), READINESS, lines, "tttnnnt")


def _commitments(book: Book, material: Material) -> None:
    lines = [
        (
            group.heading,
            row.text,
            row.owner,
            row.due,
            row.counterpart,
            row.state_words,
            "late" if row.late else "",
        )
        for group in material.view.commitments
        for row in group.rows
    ]
    book.table(book.sheet("Commitments", (30, 70, 24, 14, 50, 14, 10)), COMMITMENTS, lines, "tttdttt")


def _people(book: Book, material: Material) -> None:
    view = material.view
    names = {"customer": view.customer_short, "supplier": view.supplier_short}
    lines = [(one.name, names[one.side], one.group, "\n".join(one.answers)) for one in view.people]
    sheet = book.sheet("People", (30, 24, 30, 50))
    sheet.set_tab_color(PRIVATE)
    book.table(sheet, PEOPLE, lines, "tttt")
