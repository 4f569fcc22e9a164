"""Draws a scene on a slide: every mark a native shape, all in one group that can be moved, scaled and taken apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches

from app.core.language import tag
from app.reports.fitting import ems
from app.reports.palette import LINE, SUNKEN
from app.reports.scene import Box, Disc, Mark, Outline, Scene, Stroke, Words

ASCENT = 0.905
ALIGN = {"start": "l", "middle": "ctr", "end": "r"}
POINTS = 72
ROOMIER = 1.3
"""How much wider than its words a text's box is: the machine's own font may be wider than ours."""


def draw(slide: Any, scene: Scene, *, x: float, y: float, width: float) -> None:
    """The scene at a place of the slide, so many inches wide, with its description for screen readers."""
    first = 1 + max(int(one) for one in slide.shapes._spTree.xpath("//@id") if one.isdigit())  # noqa: SLF001
    pen = _Pen(x, y, width / scene.width, first + 1)
    shapes = "".join(pen.shape(number, mark) for number, mark in enumerate(scene.marks))
    told = quoteattr(f"{scene.title}. {scene.description}")
    place = _frame(*pen.place(0, 0, scene.width, scene.height))
    inner = place.replace("a:off", "a:chOff").replace("a:ext", "a:chExt")
    group = (
        f'<p:grpSp {nsdecls("p", "a", "r")}><p:nvGrpSpPr><p:cNvPr id="{first}" name={quoteattr(scene.title)} descr={told}/>'
        f"<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>{place}{inner}</a:xfrm></p:grpSpPr>{shapes}</p:grpSp>"
    )
    slide.shapes._spTree.append(parse_xml(group))  # noqa: SLF001  a shape at a time would take seconds


@dataclass(frozen=True, slots=True)
class _Pen:
    """Turns marks, whose unit is so many inches, into markup."""

    x: float
    y: float
    unit: float
    first: int

    def place(self, x: float, y: float, width: float, height: float) -> tuple[int, int, int, int]:
        """A place on the slide."""
        unit = self.unit
        return Inches(self.x + x * unit), Inches(self.y + y * unit), Inches(width * unit), Inches(height * unit)

    def shape(self, number: int, mark: Mark) -> str:
        """One mark."""
        id_ = self.first + number
        match mark:
            case Box():
                return self._box(id_, mark)
            case Disc():
                place = self.place(mark.x - mark.radius, mark.y - mark.radius, 2 * mark.radius, 2 * mark.radius)
                return _shape(id_, "Mark", place, _preset("ellipse") + _fill(mark.fill) + self._line(mark))
            case Stroke():
                return self._stroke(id_, mark)
            case Outline():
                return self._outline(id_, mark)
            case Words():
                return self._words(id_, mark)

    def _line(self, mark: Box | Disc | Outline | Stroke) -> str:
        if not mark.stroke:
            return "<a:ln><a:noFill/></a:ln>"
        width = max(3175, round(Inches(mark.stroke_width * self.unit)))
        cap = ' cap="rnd"' if isinstance(mark, Stroke) and mark.rounded else ""
        return f'<a:ln w="{width}"{cap}>{_fill(mark.stroke)}</a:ln>'

    def _box(self, id_: int, mark: Box) -> str:
        share = round(min(0.5, mark.radius / max(min(mark.width, mark.height), 0.01)) * 100_000)
        form = _preset("roundRect", f'<a:gd name="adj" fmla="val {share}"/>') if mark.radius else _preset("rect")
        fill = HATCH if mark.hatched else _fill(mark.fill, mark.opacity)
        return _shape(id_, "Box", self.place(mark.x, mark.y, mark.width, mark.height), form + fill + self._line(mark))

    def _stroke(self, id_: int, mark: Stroke) -> str:
        left, top = min(mark.x1, mark.x2), min(mark.y1, mark.y2)
        place = self.place(left, top, abs(mark.x2 - mark.x1), abs(mark.y2 - mark.y1))
        turned = ' flipV="1"' if (mark.x2 - mark.x1) * (mark.y2 - mark.y1) < 0 else ""
        return (
            f'<p:cxnSp><p:nvCxnSpPr><p:cNvPr id="{id_}" name="Line"/><p:cNvCxnSpPr/><p:nvPr/></p:nvCxnSpPr>'
            f"<p:spPr><a:xfrm{turned}>{_frame(*place)}</a:xfrm>{_preset('line')}{self._line(mark)}</p:spPr></p:cxnSp>"
        )

    def _outline(self, id_: int, mark: Outline) -> str:
        across, down = [point[0] for point in mark.points], [point[1] for point in mark.points]
        left, top = min(across), min(down)
        place = self.place(left, top, max(across) - left, max(down) - top)
        path = "".join(self._points(mark, left, top)) + ("<a:close/>" if mark.closed else "")
        form = (
            '<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/>'
            f'<a:pathLst><a:path w="{place[2]}" h="{place[3]}">{path}</a:path></a:pathLst></a:custGeom>'
        )
        return _shape(id_, "Outline", place, form + _fill(mark.fill) + self._line(mark))

    def _points(self, mark: Outline, left: float, top: float) -> Iterator[str]:
        for number, (x, y) in enumerate(mark.points):
            name = "lnTo" if number else "moveTo"
            at = f'<a:pt x="{Inches((x - left) * self.unit)}" y="{Inches((y - top) * self.unit)}"/>'
            yield f"<a:{name}>{at}</a:{name}>"

    def _words(self, id_: int, words: Words) -> str:
        text = "".join(run.text for run in words.runs)
        width = sum(ems(run.text, bold=run.weight > 550) * words.size + run.gap for run in words.runs)
        width = (width + words.size * 0.4) * ROOMIER
        x = words.x - {"start": 0.0, "middle": width / 2, "end": width}[words.anchor]
        place = self.place(x, words.y - words.size * ASCENT, width, words.size * 1.15)
        size = round(words.size * self.unit * POINTS * 2) * 50
        runs = "".join(
            f'<a:r><a:rPr lang="{tag()}" sz="{size}" b="{int(run.weight > 550)}">{_fill(run.fill)}</a:rPr>'
            f"<a:t>{NO_BREAK if run.gap else ''}{escape(run.text)}</a:t></a:r>"
            for run in words.runs
        )
        body = (
            '<p:txBody><a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0"><a:noAutofit/></a:bodyPr><a:lstStyle/>'
            f'<a:p><a:pPr algn="{ALIGN[words.anchor]}"/>{runs}</a:p></p:txBody>'
        )
        return _shape(id_, text[:60], place, _preset("rect") + "<a:noFill/>", body)


NO_BREAK = "\N{NO-BREAK SPACE}"
HATCH = (
    '<a:pattFill prst="wdUpDiag">'
    f'<a:fgClr><a:srgbClr val="{LINE[1:]}"/></a:fgClr><a:bgClr><a:srgbClr val="{SUNKEN[1:]}"/></a:bgClr></a:pattFill>'
)


def _frame(x: int, y: int, width: int, height: int) -> str:
    return f'<a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/>'


def _preset(form: str, guides: str = "") -> str:
    return f'<a:prstGeom prst="{form}"><a:avLst>{guides}</a:avLst></a:prstGeom>'


def _fill(colour: str, opacity: float = 1.0) -> str:
    if not colour:
        return "<a:noFill/>"
    seen = f'<a:alpha val="{round(opacity * 100_000)}"/>' if opacity < 1 else ""
    return f'<a:solidFill><a:srgbClr val="{colour[1:]}">{seen}</a:srgbClr></a:solidFill>'


def _shape(id_: int, name: str, place: tuple[int, int, int, int], looks: str, text: str = "") -> str:
    box = ' txBox="1"' if text else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{id_}" name={quoteattr(name)}/><p:cNvSpPr{box}/><p:nvPr/></p:nvSpPr>'
        f"<p:spPr><a:xfrm>{_frame(*place)}</a:xfrm>{looks}</p:spPr>{text}</p:sp>"
    )
