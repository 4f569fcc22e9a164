"""Native bar charts for slides, with their numbers in a workbook behind them."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import xlsxwriter
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION
from pptx.util import Inches, Pt

from app.reports.palette import INK_2, LINE, WHITE


def colour(text: str) -> RGBColor:
    """A colour of the palette for the slides' library."""
    found: RGBColor = RGBColor.from_string(text[1:].upper())
    return found


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
    data: Any = CategoryChartData(number_format="0")
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
