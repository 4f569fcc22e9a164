"""The workbook's native charts: people on each step, today and wanted of each side, and the typical steps of every row."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from app.core.language import say, say_n, to_say
from app.reports.palette import INK_2, LINE, SIDE, STEP_EDGE, WHITE, shade

if TYPE_CHECKING:
    from app.reports.xlsx_file import Book
    from app.views.pictures import Picture, Row

HIGH = 15
"""Rows of the sheet that a chart covers."""
WORDS = (to_say("today"), to_say("wanted"))


def add_charts(book: Book, sheet: Any, row: int, picture: Picture) -> int:
    """Two small tables, each with its chart under it; what comes back is the next free row."""
    shown = [side for side in picture.sides if not side.why and (side.t or side.w)]
    if not shown:
        return row
    after = _counts(book, sheet, row, picture, shown)
    rows = [one for one in (*shown, *picture.rows) if one.today is not None or one.wanted is not None]
    return _typical(book, sheet, after + 1, rows) if rows else after


def _counts(book: Book, sheet: Any, row: int, picture: Picture, sides: list[Row]) -> int:
    """People on each step, a line for today and for wanted of each side, and a stacked bar for each line."""
    lines = [
        (f"{side.name}, {word}", counts)
        for side in sides
        for word, counts in ((say("today"), side.t), (say("wanted"), side.w))
        if counts
    ]
    labels = [f"{number} {label}" for number, label in enumerate(picture.steps, 1)]
    book.heads(sheet, row, (say("People on each step"), *labels), "t" + "n" * len(labels))
    for number, (name, counts) in enumerate(lines, row + 1):
        book.line(sheet, number, (name, *counts), "t" + "n" * len(counts))
    last = row + len(lines)
    kind = {"type": "bar", "subtype": "stacked"} if picture.kind == "ordered" else {"type": "bar"}
    chart = book.workbook.add_chart(kind)
    steps = len(picture.steps)
    for column in range(1, steps + 1):
        look = {"fill": {"color": shade(column, steps)}, "border": {"color": STEP_EDGE, "width": 1}}
        chart.add_series(_series(sheet, row, last, column) | look | {"gap": 40})
    _finish(chart, say("People on each step"))
    return _place(sheet, last + 2, chart)


def _typical(book: Book, sheet: Any, row: int, rows: list[Row]) -> int:
    """Typical steps, today and wanted, of each side and group."""
    words = [word for word in WORDS if any(getattr(one, word) is not None for one in rows)]
    book.heads(sheet, row, (say("Typical step"), *map(say, words)), "t" + "1" * len(words))
    for number, one in enumerate(rows, row + 1):
        people = say_n("{n} person", "{n} people", one.n)
        name = f"{one.name}, {people}"
        book.line(sheet, number, (name, *(getattr(one, word) for word in words)), "t" + "1" * len(words))
    last = row + len(rows)
    chart = book.workbook.add_chart({"type": "bar"})
    for column, word in enumerate(words, 1):
        points = [_dress(one.side, open_=word == "wanted") for one in rows]
        chart.add_series(_series(sheet, row, last, column, "0.0") | {"points": points, "gap": 60})
    _finish(chart, say("Typical step, solid: today, open: wanted"))
    chart.set_legend({"none": True})
    return _place(sheet, last + 2, chart, high=max(1.0, len(rows) / 8))


def _place(sheet: Any, row: int, chart: Any, *, high: float = 1.0) -> int:
    """The chart under its table; what comes back is the next free row."""
    chart.set_size({"width": 760, "height": round(290 * high)})
    sheet.insert_chart(row, 0, chart, {"object_position": 2})
    return row + ceil(HIGH * high) + 1


def _series(sheet: Any, first: int, last: int, column: int, number: str = "0;;") -> dict[str, Any]:
    name = sheet.get_name()
    return {
        "name": [name, first, column],
        "categories": [name, first + 1, 0, last, 0],
        "values": [name, first + 1, column, last, column],
        "data_labels": {"value": True, "num_format": number, "font": {"size": 9}},
    }


def _dress(side: str, *, open_: bool) -> dict[str, Any]:
    """Solid for today, open for wanted, in the side's colour."""
    fill = WHITE if open_ else SIDE[side]
    return {"fill": {"color": fill}, "border": {"color": SIDE[side], "width": 1.75}}


def _finish(chart: Any, title: str) -> None:
    chart.set_title({"name": title, "name_font": {"size": 11, "bold": True}, "overlay": False})
    chart.set_x_axis({"num_font": {"color": INK_2}, "line": {"color": LINE}, "major_gridlines": {"visible": False}})
    chart.set_y_axis({"reverse": True, "num_font": {"color": INK_2}, "line": {"color": LINE}})
    chart.set_legend({"position": "bottom"})
