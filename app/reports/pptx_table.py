"""Native tables for slides: how high their lines get, on how many slides they fit, and their markup."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from xml.sax.saxutils import escape

from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches

from app.core.language import tag
from app.reports.fitting import LEAD, ems, lines
from app.reports.palette import INK, LINE

NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
ALIGN = {"start": "l", "middle": "ctr", "end": "r"}
POINTS = 72


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


def wide(text: str, size: float, *, least: float) -> float:
    """How wide a column has to be for its head to stay in one line, in inches."""
    return max(least, ems(text) * size / POINTS + 0.14)


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
    heights = [table.height(row) for row in (*table.heads, *table.lines)]
    size = Inches(sum(table.widths)), Inches(sum(heights))
    frame = slide.shapes.add_table(1, 1, Inches(x), Inches(y), *size)
    frame.name = name
    old = frame.table._tbl  # noqa: SLF001  a cell at a time would take seconds
    old.getparent().replace(old, parse_xml(_markup(table, heights)))


def _markup(table: Table, heights: Sequence[float]) -> str:
    columns = "".join(f'<a:gridCol w="{Inches(width)}"/>' for width in table.widths)
    rows = "".join(
        f'<a:tr h="{Inches(high)}">{"".join(_cells(row, table, head=number == 0))}</a:tr>'
        for number, (row, high) in enumerate(zip((*table.heads, *table.lines), heights, strict=True))
    )
    return (
        f'<a:tbl {nsdecls("a")}><a:tblPr firstRow="1"><a:tableStyleId>{NO_STYLE}</a:tableStyleId></a:tblPr>'
        f"<a:tblGrid>{columns}</a:tblGrid>{rows}</a:tbl>"
    )


def _cells(row: Sequence[Cell], table: Table, *, head: bool) -> Iterator[str]:
    """The cells of a line; the places that a wide cell covers are named as covered."""
    rule = _rule(INK, 1.5) if head else _rule(LINE, 0.75)
    pad, side = Inches(table.padding), Inches(0.05)
    for cell in row:
        ground = f'<a:solidFill><a:srgbClr val="{cell.ground[1:]}"/></a:solidFill>' if cell.ground else "<a:noFill/>"
        across = f' gridSpan="{cell.across}"' if cell.across > 1 else ""
        text = "".join(_paragraph(part, cell, table.size) for part in cell.text.split("\n"))
        yield (
            f"<a:tc{across}><a:txBody><a:bodyPr/><a:lstStyle/>{text}</a:txBody>"
            f'<a:tcPr marL="{side}" marR="{side}" marT="{pad}" marB="{pad}" anchor="ctr">'
            f"{rule if table.ruled else ''}{ground}</a:tcPr></a:tc>"
        )
        for _ in range(cell.across - 1):
            yield '<a:tc hMerge="1"><a:txBody><a:bodyPr/><a:lstStyle/><a:p/></a:txBody><a:tcPr/></a:tc>'


def _paragraph(text: str, cell: Cell, size: float) -> str:
    """One line of a cell; an empty one is as high as the size it would have."""
    looks = f'lang="{tag()}" sz="{round(size * 100)}" b="{int(cell.bold)}"'
    ink = f'<a:solidFill><a:srgbClr val="{cell.ink[1:]}"/></a:solidFill>'
    run = f"<a:r><a:rPr {looks}>{ink}</a:rPr><a:t>{escape(text)}</a:t></a:r>" if text else f"<a:endParaRPr {looks}/>"
    return f'<a:p><a:pPr algn="{ALIGN[cell.align]}"/>{run}</a:p>'


def _rule(ink: str, points: float) -> str:
    return f'<a:lnB w="{round(points * 12700)}"><a:solidFill><a:srgbClr val="{ink[1:]}"/></a:solidFill></a:lnB>'
