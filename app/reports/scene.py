"""A chart as a short list of marks with their colours: what the macros' SVG says, ready to be drawn anywhere."""

from dataclasses import dataclass
from typing import Literal

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; ``hatched`` instead of a colour where a row may not be shown."""

    x: float
    y: float
    width: float
    height: float
    radius: float = 0.0
    fill: str = ""
    stroke: str = ""
    stroke_width: float = 0.0
    opacity: float = 1.0
    hatched: bool = False
    kind: str = "box"


@dataclass(frozen=True, slots=True)
class Disc:
    """A circle."""

    x: float
    y: float
    radius: float
    fill: str = ""
    stroke: str = ""
    stroke_width: float = 0.0
    kind: str = "disc"


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    stroke: str
    stroke_width: float
    rounded: bool = False
    kind: str = "stroke"


@dataclass(frozen=True, slots=True)
class Outline:
    """Points joined by straight lines, closed or not."""

    points: tuple[tuple[float, float], ...]
    closed: bool
    fill: str = ""
    stroke: str = ""
    stroke_width: float = 0.0
    kind: str = "outline"


@dataclass(frozen=True, slots=True)
class Run:
    """Some letters of one weight and colour; ``gap`` is the room left before them."""

    text: str
    weight: int
    fill: str
    gap: float = 0.0


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text on its baseline."""

    x: float
    y: float
    size: float
    anchor: Anchor
    runs: tuple[Run, ...]
    halo: bool = False
    kind: str = "words"


Mark = Box | Disc | Stroke | Outline | Words


@dataclass(frozen=True, slots=True)
class Scene:
    """A chart: its size, what it shows, the same in words with the values, and its marks from back to front."""

    width: float
    height: float
    title: str
    description: str
    marks: tuple[Mark, ...]
