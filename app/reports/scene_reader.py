"""Reads a chart macro's SVG into a scene: its classes become colours, weights and anchors, as charts.css has them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from xml.etree import ElementTree as ET

from app.reports.palette import INK, INK_2, INK_3, LINE, SIDE, STEP_EDGE, STEPS, SUNKEN, WHITE
from app.reports.scene import Anchor, Box, Disc, Mark, Outline, Run, Scene, Stroke, Words

PLAIN, BOLD = 400, 650
MOVES = re.compile(r"([MLHVZ])([^MLHVZ]*)")
SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Style:
    """What an element and those around it say about its looks."""

    side: str = "both"
    fill: str = ""
    stroke: str = ""
    weight: int = PLAIN
    anchor: Anchor = "start"
    halo: bool = False


def read_scene(svg: str) -> Scene:
    """The scene of one macro's SVG. The markup is the macro's own; texts in it are escaped."""
    root = ET.fromstring(svg)  # noqa: S314  made by our own templates
    _, _, width, height = (float(part) for part in root.attrib["viewBox"].split())
    title, description = (SPACE.sub(" ", root.findtext(name) or "").strip() for name in ("title", "desc"))
    return Scene(width, height, title, description, tuple(_marks(root, _Style())))


def _marks(parent: ET.Element, style: _Style) -> Iterator[Mark]:
    for element in parent:
        own = _styled(element, style)
        match element.tag:
            case "g":
                yield from _marks(element, own)
            case "rect":
                yield _box(element, own)
            case "circle":
                x, y, radius = _numbers(element, "cx", "cy", "r")
                yield Disc(x, y, radius, own.fill, own.stroke, _width(element, own))
            case "line":
                x1, y1, x2, y2 = _numbers(element, "x1", "y1", "x2", "y2")
                yield Stroke(x1, y1, x2, y2, own.stroke, _width(element, own), "arrow" in _classes(element))
            case "polygon":
                yield Outline(_points(element.attrib["points"]), closed=True, fill=own.fill)
            case "path":
                yield _outline(element, own)
            case "text":
                yield _words(element, own)


def _box(element: ET.Element, style: _Style) -> Box:
    x, y, width, height, radius = _numbers(element, "x", "y", "width", "height", "rx")
    box = Box(x, y, width, height, radius, style.fill, style.stroke, _width(element, style))
    hatched = element.get("fill", "").startswith("url(")
    return replace(box, opacity=float(element.get("opacity", "1")), hatched=hatched)


def _outline(element: ET.Element, style: _Style) -> Outline:
    x = y = 0.0
    points: list[tuple[float, float]] = []
    closed = False
    for letter, rest in MOVES.findall(element.attrib["d"]):
        numbers = [float(part) for part in rest.replace(",", " ").split()]
        closed = closed or letter == "Z"
        for pair in pairwise([*numbers, 0.0]) if letter in "HV" else zip(numbers[::2], numbers[1::2], strict=True):
            x, y = (pair[0], y) if letter == "H" else (x, pair[0]) if letter == "V" else pair
            points.append((x, y))
    return Outline(tuple(points), closed, style.fill, style.stroke, _width(element, style))


def _words(element: ET.Element, style: _Style) -> Words:
    x, y, size = _numbers(element, "x", "y", "font-size")
    weight = style.weight if style.weight != PLAIN else int(element.get("font-weight", PLAIN))
    runs = [Run(element.text or "", weight, style.fill or INK)]
    for child in element:
        if child.tag == "tspan":
            own = _styled(child, style)
            inner = int(child.get("font-weight", BOLD if "c-b" in _classes(child) else weight))
            runs.append(Run("".join(child.itertext()), inner, own.fill or INK, float(child.get("dx", "0"))))
        runs.append(Run(child.tail or "", weight, style.fill or INK))
    return Words(x, y, size, style.anchor, tuple(run for run in runs if run.text), style.halo)


def _styled(element: ET.Element, outer: _Style) -> _Style:
    """The style of an element inside another one."""
    classes = _classes(element)
    side = next((name for name in classes if name in SIDE), outer.side)
    style = replace(outer, side=side)
    own = {
        "fill": {"fill": SIDE[side]},
        "ringed": {"fill": WHITE, "stroke": SIDE[side]},
        "cell": {"fill": SIDE[side]},
        "cell-0": {"fill": SUNKEN},
        "head": {"fill": SIDE[side]},
        "arrow": {"stroke": SIDE[side]},
        "grid": {"stroke": LINE},
        "edge": {"stroke": STEP_EDGE},
        "c-2": {"fill": INK_2},
        "c-3": {"fill": INK_3},
        "c-side": {"fill": SIDE[side]},
        "on-side": {"fill": WHITE},
    } | {f"s{number}": {"fill": colour} for number, colour in enumerate(STEPS, 1)}
    for name in classes:
        looks = own.get(name, {})
        style = replace(style, fill=looks.get("fill", style.fill), stroke=looks.get("stroke", style.stroke))
    anchor: Anchor = "middle" if "c-m" in classes else "end" if "c-e" in classes else outer.anchor
    weight = BOLD if "c-b" in classes else outer.weight
    return replace(style, anchor=anchor, weight=weight, halo="halo" in classes)


def _classes(element: ET.Element) -> list[str]:
    return element.get("class", "").split()


def _width(element: ET.Element, style: _Style) -> float:
    usual = "2" if "edge" in _classes(element) else "1"
    return float(element.get("stroke-width", usual)) if style.stroke else 0.0


def _numbers(element: ET.Element, *names: str) -> tuple[float, ...]:
    return tuple(float(element.get(name, "0")) for name in names)


def _points(text: str) -> tuple[tuple[float, float], ...]:
    numbers = [float(part) for part in text.replace(",", " ").split()]
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))
