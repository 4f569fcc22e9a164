"""Every chart of a report as a picture of its own: SVG with its colours written in, or PNG."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from jinja2 import ChoiceLoader, Environment, FileSystemLoader

from app.errors import NotFound
from app.reports.palette import LINE, SUNKEN, WHITE
from app.reports.scene import Box, Disc, Mark, Outline, Scene, Stroke, Words
from app.reports.scene_reader import read_scene
from app.reports.typesetting import png
from app.views.pictures import Picture, Row
from app.views.render import TEMPLATES, environment, number
from app.views.report import ReportView

FONTS = "Inter, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans Arabic', 'Noto Sans CJK SC', Arial, sans-serif"
EDGE = 12
"""White around a picture, so that no letter touches its edge."""
OWN = Path(__file__).with_name("templates")


def charts_of(view: ReportView) -> tuple[tuple[str, str], ...]:
    """Every chart that this report has, as (dimension key, chart name)."""
    return tuple((one.picture.key, chart) for one in view.dimensions for chart in chart_names(one.picture))


def chart_names(picture: Picture) -> tuple[str, ...]:
    """The charts of one dimension: stair, gap, people, heat and, with both sides shown, sides; counts for a set."""
    if not picture.sides:
        return ()
    if picture.kind == "set":
        return ("counts",)
    return ("stair", "gap", "people", "heat", *(("sides",) if can_compare(picture) else ()))


def can_compare(picture: Picture) -> bool:
    """Whether both sides are shown and have a typical step on the same question."""
    if picture.kind == "set" or len(picture.sides) != 2:
        return False
    a, b = picture.sides
    return (a.today is not None and b.today is not None) or (a.wanted is not None and b.wanted is not None)


def stair_rows(picture: Picture) -> list[Row]:
    """The rows of the stair chart: the groups of each side, or the side itself where none of its groups is shown."""
    rows: list[Row] = []
    for side in picture.sides:
        groups = [row for row in picture.rows if row.side == side.side]
        rows += groups if groups and not side.why else [side]
    return rows


def scene(picture: Picture, chart: str, *, rows: Sequence[Row] | None = None, **how: Any) -> Scene:
    """One chart as marks. how: what its macro takes, such as the stair's ``w``, ``size`` and ``pitch``."""
    template = _templates().get_template("stair.html" if chart == "stair" else "chart.html")
    drawn = stair_rows(picture) if rows is None else rows
    return read_scene(str(template.render(p=picture, chart=chart, rows=drawn, how=how)).strip())


def chart_scene(view: ReportView, chart: str, dimension: str) -> Scene:
    """One chart of a report. Raises NotFound where the report has no such chart."""
    for one in view.dimensions:
        if one.picture.key == dimension and chart in chart_names(one.picture):
            return scene(one.picture, chart)
    raise NotFound("There is no such picture.")


def chart_svg(view: ReportView, chart: str, dimension: str) -> str:
    """One chart as an SVG file that needs no style sheet. Raises NotFound where the report has no such chart."""
    return svg_of(chart_scene(view, chart, dimension))


def chart_png(view: ReportView, chart: str, dimension: str) -> bytes:
    """One chart as a PNG, twice as large as its SVG. Raises NotFound where the report has no such chart."""
    return png("picture.typ", {"scene": asdict(chart_scene(view, chart, dimension))})


def svg_of(drawn: Scene) -> str:
    """A scene as SVG on white, with its title and description for screen readers."""
    size = {"width": number(drawn.width + 2 * EDGE), "height": number(drawn.height + 2 * EDGE)}
    view_box = f"{-EDGE} {-EDGE} {size['width']} {size['height']}"
    root = ET.Element(
        "svg",
        {"xmlns": "http://www.w3.org/2000/svg", "viewBox": view_box, "role": "img"} | size | {"font-family": FONTS},
    )
    ET.SubElement(root, "title").text = drawn.title
    ET.SubElement(root, "desc").text = drawn.description
    pattern = ET.SubElement(
        ET.SubElement(root, "defs"),
        "pattern",
        {"id": "hatch", "width": "9", "height": "9", "patternUnits": "userSpaceOnUse"}
        | {"patternTransform": "rotate(45)"},
    )
    ET.SubElement(pattern, "rect", {"width": "9", "height": "9", "fill": SUNKEN})
    ET.SubElement(pattern, "rect", {"width": "3.5", "height": "9", "fill": LINE})
    ET.SubElement(root, "rect", size | {"x": str(-EDGE), "y": str(-EDGE), "fill": WHITE})
    for mark in drawn.marks:
        _draw(root, mark)
    return ET.tostring(root, encoding="unicode")


def _draw(root: ET.Element, mark: Mark) -> None:
    match mark:
        case Box():
            fill = "url(#hatch)" if mark.hatched else mark.fill
            place = {"x": mark.x, "y": mark.y, "width": mark.width, "height": mark.height, "rx": mark.radius}
            _add(root, "rect", place | {"opacity": mark.opacity}, fill, mark)
        case Disc():
            _add(root, "circle", {"cx": mark.x, "cy": mark.y, "r": mark.radius}, mark.fill, mark)
        case Stroke():
            place = {"x1": mark.x1, "y1": mark.y1, "x2": mark.x2, "y2": mark.y2}
            _add(root, "line", place, "", mark).set("stroke-linecap", "round" if mark.rounded else "butt")
        case Outline():
            name = "polygon" if mark.closed else "polyline"
            _add(root, name, {}, mark.fill, mark).set("points", " ".join(f"{x:g},{y:g}" for x, y in mark.points))
        case Words():
            _write(root, mark)


def _add(
    root: ET.Element, tag: str, place: dict[str, float], fill: str, mark: Box | Disc | Stroke | Outline
) -> ET.Element:
    looks = {"fill": fill or "none"}
    if mark.stroke:
        looks |= {"stroke": mark.stroke, "stroke-width": f"{mark.stroke_width:g}", "stroke-linejoin": "round"}
    numbers = {name: f"{value:g}" for name, value in place.items() if name != "opacity" or value != 1}
    return ET.SubElement(root, tag, numbers | looks)


def _write(root: ET.Element, words: Words) -> None:
    place = {"x": f"{words.x:g}", "y": f"{words.y:g}", "font-size": f"{words.size:g}", "text-anchor": words.anchor}
    if words.halo:
        place |= {"paint-order": "stroke", "stroke": WHITE, "stroke-width": "8", "stroke-linejoin": "round"}
    line = ET.SubElement(root, "text", place)
    for run in words.runs:
        looks = {"font-weight": str(run.weight), "fill": run.fill} | ({"dx": f"{run.gap:g}"} if run.gap else {})
        ET.SubElement(line, "tspan", looks).text = run.text


@cache
def _templates() -> Environment:
    """The pages' environment, which also finds the templates beside this file."""
    return environment().overlay(loader=ChoiceLoader([FileSystemLoader(TEMPLATES), FileSystemLoader(OWN)]))
