"""Draws on a slide: scenes as native shapes, native tables, native bar charts with their numbers behind them."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION
from pptx.enum.dml import MSO_PATTERN
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Emu, Inches, Length, Pt

from app.reports.fitting import LEAD, ems, lines
from app.reports.palette import INK, INK_2, LINE, SUNKEN, WHITE
from app.reports.scene import Box, Disc, Mark, Outline, Scene, Stroke, Words

ASCENT = 0.905
NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
ALIGN = {"start": PP_ALIGN.LEFT, "middle": PP_ALIGN.CENTER, "end": PP_ALIGN.RIGHT}
POINTS = 72


def colour(text: str) -> RGBColor:
    """A colour of the palette for the slides' library."""
    found: RGBColor = RGBColor.from_string(text[1:].upper())  # type: ignore[no-untyped-call]
    return found


class Pen:
    """Places a scene's marks, whose unit is so many inches, as one group of shapes at a place of the slide."""

    def __init__(self, slide: Any, scene: Scene, *, x: float, y: float, width: float) -> None:
        self.x, self.y, self.unit = x, y, width / scene.width
        self.shapes = slide.shapes
        before = len(slide.shapes)
        for mark in scene.marks:
            self._mark(mark)
        group = slide.shapes.add_group_shape(list(slide.shapes)[before:])
        group.name = scene.title[:120]
        group._element.nvGrpSpPr.cNvPr.set("descr", f"{scene.title}. {scene.description}")  # noqa: SLF001

    def _place(self, x: float, y: float, width: float, height: float) -> tuple[Length, Length, Length, Length]:
        unit = self.unit
        return Inches(self.x + x * unit), Inches(self.y + y * unit), Inches(width * unit), Inches(height * unit)

    def _mark(self, mark: Mark) -> None:
        match mark:
            case Box():
                kind = MSO_SHAPE.ROUNDED_RECTANGLE if mark.radius else MSO_SHAPE.RECTANGLE
                shape = self.shapes.add_shape(kind, *self._place(mark.x, mark.y, mark.width, mark.height))
                if mark.radius:
                    shape.adjustments[0] = min(0.5, mark.radius / max(min(mark.width, mark.height), 0.01))
                self._dress(shape, mark)
                if mark.hatched:
                    shape.fill.patterned()
                    shape.fill.pattern = MSO_PATTERN.WIDE_UPWARD_DIAGONAL
                    shape.fill.fore_color.rgb, shape.fill.back_color.rgb = colour(LINE), colour(SUNKEN)
            case Disc():
                place = self._place(mark.x - mark.radius, mark.y - mark.radius, 2 * mark.radius, 2 * mark.radius)
                self._dress(self.shapes.add_shape(MSO_SHAPE.OVAL, *place), mark)
            case Stroke():
                x1, y1, dx, dy = self._place(mark.x1, mark.y1, mark.x2 - mark.x1, mark.y2 - mark.y1)
                line = self.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, x1, y1, x1 + dx, y1 + dy)
                _plain(line)
                line.line.color.rgb, line.line.width = colour(mark.stroke), self._thick(mark.stroke_width)
            case Outline():
                self._outline(mark)
            case Words():
                self._write(mark)

    def _outline(self, mark: Outline) -> None:
        points = [(Inches(self.x + x * self.unit), Inches(self.y + y * self.unit)) for x, y in mark.points]
        builder = self.shapes.build_freeform(*points[0])
        builder.add_line_segments(points[1:], close=mark.closed)
        self._dress(builder.convert_to_shape(), mark)

    def _dress(self, shape: Any, mark: Box | Disc | Outline) -> None:
        _plain(shape)
        if mark.fill:
            shape.fill.solid()
            shape.fill.fore_color.rgb = colour(mark.fill)
            if isinstance(mark, Box) and mark.opacity < 1:
                alpha = parse_xml(f'<a:alpha {nsdecls("a")} val="{round(mark.opacity * 100_000)}"/>')
                shape.fill._xPr.solidFill[0].append(alpha)  # noqa: SLF001
        else:
            shape.fill.background()
        if mark.stroke:
            shape.line.color.rgb, shape.line.width = colour(mark.stroke), self._thick(mark.stroke_width)
        else:
            shape.line.fill.background()

    def _thick(self, units: float) -> Emu:
        return Emu(max(3175, Inches(units * self.unit)))

    def _write(self, words: Words) -> None:
        text = "".join(run.text for run in words.runs)
        width = (
            sum(ems(run.text, bold=run.weight > 550) * words.size + run.gap for run in words.runs) + words.size * 0.4
        )
        width *= 1.3  # the machine's own font may be wider
        x = words.x - {"start": 0.0, "middle": width / 2, "end": width}[words.anchor]
        box = self.shapes.add_textbox(*self._place(x, words.y - words.size * ASCENT, width, words.size * 1.15))
        box.name = text[:60] or "Text"
        frame = box.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        line = frame.paragraphs[0]
        line.alignment = ALIGN[words.anchor]
        for run in words.runs:
            part = line.add_run()
            part.text = ("\N{NO-BREAK SPACE}" if run.gap else "") + run.text
            part.font.size = Pt(round(words.size * self.unit * POINTS * 2) / 2)
            part.font.bold = run.weight > 550
            part.font.color.rgb = colour(run.fill)


def _plain(shape: Any) -> None:
    """Take the theme's shadows and colours from a shape."""
    style = shape._element.find("{*}style")  # noqa: SLF001
    if style is not None:
        shape._element.remove(style)  # noqa: SLF001


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its text, and its looks where they differ."""

    text: str
    bold: bool = False
    ink: str = INK
    ground: str = ""
    align: str = "start"
    across: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table's columns (inches), head and lines. ``under``: a second line of the head."""

    widths: tuple[float, ...]
    head: tuple[Cell, ...]
    lines: tuple[tuple[Cell, ...], ...]
    size: float = 12.0
    padding: float = 0.05
    ruled: bool = True
    under: tuple[Cell, ...] = ()

    @property
    def heads(self) -> tuple[tuple[Cell, ...], ...]:
        """The one or two lines of the head."""
        return (self.head, self.under) if self.under else (self.head,)

    def height(self, line: Sequence[Cell]) -> float:
        """How high a line will be, in inches."""
        most, column = 1, 0
        for cell in line:
            room = sum(self.widths[column : column + cell.across]) - 0.14
            most = max(most, lines(cell.text, room * POINTS / self.size, bold=cell.bold))
            column += cell.across
        return most * self.size * LEAD / POINTS + 2 * self.padding


def pages(table: Table, room: float) -> list[Table]:
    """The table in parts that are no higher than so many inches, each with the head."""
    parts: list[list[tuple[Cell, ...]]] = [[]]
    left = whole = room - sum(table.height(line) for line in table.heads)
    for line in table.lines:
        high = table.height(line)
        if parts[-1] and high > left:
            parts.append([])
            left = whole
        parts[-1].append(line)
        left -= high
    return [replace(table, lines=tuple(part)) for part in parts]


def add_table(slide: Any, table: Table, *, x: float, y: float, name: str) -> None:
    """A native table; its first line is marked as the head."""
    rows = (*table.heads, *table.lines)
    heights = [table.height(row) for row in rows]
    size = Inches(sum(table.widths)), Inches(sum(heights))
    frame = slide.shapes.add_table(len(rows), len(table.widths), Inches(x), Inches(y), *size)
    frame.name = name
    made = frame.table
    made._tbl.tblPr.find("{*}tableStyleId").text = NO_STYLE  # noqa: SLF001
    made.horz_banding = False
    for column, width in enumerate(table.widths):
        made.columns[column].width = Inches(width)
    for number, (row, high) in enumerate(zip(rows, heights, strict=True)):
        made.rows[number].height = Inches(high)
        column = 0
        for cell in row:
            at = made.cell(number, column)
            if cell.across > 1:
                at.merge(made.cell(number, column + cell.across - 1))
            _cell(at, cell, table)
            if table.ruled:
                _rule(at, INK if number == 0 else LINE, 1.5 if number == 0 else 0.75)
            column += cell.across


def _cell(at: Any, cell: Cell, table: Table) -> None:
    at.margin_left = at.margin_right = Inches(0.05)
    at.margin_top = at.margin_bottom = Inches(table.padding)
    at.vertical_anchor = MSO_ANCHOR.MIDDLE
    if cell.ground:
        at.fill.solid()
        at.fill.fore_color.rgb = colour(cell.ground)
    for number, text in enumerate(cell.text.split("\n")):
        line = at.text_frame.paragraphs[0] if number == 0 else at.text_frame.add_paragraph()
        line.alignment = ALIGN[cell.align]
        if text:
            run = line.add_run()
            run.text = text
            run.font.size, run.font.bold = Pt(table.size), cell.bold
            run.font.color.rgb = colour(cell.ink)
        else:  # an empty cell is as high as the size it would have
            line._p.append(parse_xml(f'<a:endParaRPr {nsdecls("a")} sz="{round(table.size * 100)}"/>'))  # noqa: SLF001


def _rule(at: Any, ink: str, points: float) -> None:
    properties = at._tc.get_or_add_tcPr()  # noqa: SLF001
    line = parse_xml(
        f'<a:lnB {nsdecls("a")} w="{round(points * 12700)}"><a:solidFill><a:srgbClr val="{ink[1:]}"/></a:solidFill></a:lnB>'
    )
    properties.insert(0, line)


@dataclass(frozen=True, slots=True)
class Series:
    """One row of bars: its name, numbers and looks; open bars are white with an edge."""

    name: str
    values: tuple[int, ...]
    ink: str
    open: bool


def add_bars(
    slide: Any, categories: Sequence[str], series: Sequence[Series], place: tuple[float, ...], name: str
) -> None:
    """A native column chart that can be edited; the workbook behind it has texts, no formulas."""
    data: Any = CategoryChartData(number_format="0")  # type: ignore[no-untyped-call]
    data.categories = list(categories)
    for one in series:
        data.add_series(one.name, one.values)
    x, y, wide, high = (Inches(part) for part in place)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, x, y, wide, high, data)
    frame.name = name
    frame._element.nvGraphicFramePr.cNvPr.set("descr", _in_words(categories, series))  # noqa: SLF001
    chart = frame.chart
    chart.part.chart_workbook.update_from_xlsx_blob(_workbook(categories, series))
    chart.font.size, chart.font.color.rgb = Pt(12), colour(INK_2)
    chart.has_title = False
    chart.has_legend = True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.value_axis.visible = chart.value_axis.has_major_gridlines = False
    chart.value_axis.minimum_scale = 0
    chart.category_axis.format.line.color.rgb = colour(LINE)
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 60, -5
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.number_format, labels.number_format_is_linked = "0;;", False
    labels.position, labels.font.size, labels.font.bold = XL_LABEL_POSITION.OUTSIDE_END, Pt(12), True
    for drawn, one in zip(plot.series, series, strict=True):
        drawn.format.fill.solid()
        drawn.format.fill.fore_color.rgb = colour(WHITE if one.open else one.ink)
        drawn.format.line.color.rgb, drawn.format.line.width = colour(one.ink), Pt(2)
        drawn.invert_if_negative = False


def _in_words(categories: Sequence[str], series: Sequence[Series]) -> str:
    return " ".join(
        f"{one.name}: " + ", ".join(f"{label}: {n}" for label, n in zip(categories, one.values, strict=True)) + "."
        for one in series
    )


def _workbook(categories: Sequence[str], series: Sequence[Series]) -> bytes:
    """The chart's numbers as the slides' library lays them out, every text as a text."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001  no moment of making in a file
    sheet = book.add_worksheet("Sheet1")
    for row, label in enumerate(categories, 1):
        sheet.write_string(row, 0, label)
    for column, one in enumerate(series, 1):
        sheet.write_string(0, column, one.name)
        for row, value in enumerate(one.values, 1):
            sheet.write_number(row, column, value)
    book.close()
    return file.getvalue()
