"""Ladders and templates, and the one place where a choice from the wire becomes a number.

Nothing here knows about people or answers; a stored choice is a plain integer.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

Cut = Literal["customer", "private"]
"""Whom a report is for: the customer, or the account team alone."""
Side = Literal["customer", "supplier"]
SIDES: Final[tuple[Side, Side]] = ("customer", "supplier")
Question = Literal["current", "desired", "mirror", "change", "readiness"]
Kind = Literal["ordered", "set"]

FEWEST_STEPS: Final = 3
MOST_STEPS: Final = 10


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a ladder; ``position`` counts from 1 at the bottom."""

    position: int
    label: str
    short: str = ""
    customer_says: str = ""
    supplier_says: str = ""
    customer_benefit: str = ""
    supplier_benefit: str = ""
    customer_behaviours: tuple[str, ...] = ()
    supplier_behaviours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dimension:
    """What is asked about: an ordered ladder (one step) or a set (several may apply).

    Raises ValueError unless there are 3 to 10 steps, numbered 1, 2, 3 and so on.
    """

    key: str
    label: str
    kind: Kind
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        if self.kind not in ("ordered", "set"):
            raise ValueError("a dimension is ordered or a set")
        if not FEWEST_STEPS <= len(self.steps) <= MOST_STEPS:
            raise ValueError(f"a ladder has {FEWEST_STEPS} to {MOST_STEPS} steps")
        if [step.position for step in self.steps] != list(range(1, len(self.steps) + 1)):
            raise ValueError("steps are numbered from 1, without gaps")


@dataclass(frozen=True, slots=True)
class Template:
    """A named set of dimensions. Raises ValueError if it has none or two share a key."""

    key: str
    name: str
    summary: str
    dimensions: tuple[Dimension, ...]

    def __post_init__(self) -> None:
        keys = [dimension.key for dimension in self.dimensions]
        if not keys or len(set(keys)) != len(keys):
            raise ValueError("a template has at least one dimension, each with its own key")


def template_to_json(template: Template) -> dict[str, Any]:
    """A plain dictionary that ``json.dumps`` takes and :func:`template_from_json` reads back."""
    return asdict(template)


def template_from_json(data: Mapping[str, Any]) -> Template:
    """The template that :func:`template_to_json` wrote; fields left out get their defaults.

    Raises ValueError where something needed is missing, unknown or off the limits of a ladder.
    """
    try:
        return Template(
            key=str(data["key"]),
            name=str(data["name"]),
            summary=str(data.get("summary", "")),
            dimensions=tuple(_dimension(one) for one in data["dimensions"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a template: {error}") from error


def _dimension(data: Mapping[str, Any]) -> Dimension:
    return Dimension(
        key=str(data["key"]),
        label=str(data["label"]),
        kind=data["kind"],
        steps=tuple(_step(one) for one in data["steps"]),
    )


def _step(data: Mapping[str, Any]) -> Step:
    several = ("customer_behaviours", "supplier_behaviours")
    fields: dict[str, Any] = {key: tuple(map(str, value)) if key in several else value for key, value in data.items()}
    return Step(**fields)


def parse_choice(dimension: Dimension, raw: object) -> int | None:
    """The integer that is stored for a choice as it came over the wire.

    Ordered scale: the position, 1 to the number of steps. Set scale: a bit mask in which position
    p is bit p - 1; an empty list means "none of these" and is 0. None stays None: can't judge.
    Numerals as text ("4") and whole floats (4.0) are taken.

    Raises ValueError for everything else: off the scale, a wrong type, a truth value, a position
    named twice.
    """
    if raw is None:
        return None
    if dimension.kind == "ordered":
        return _position(dimension, raw)
    if not isinstance(raw, (list, tuple)):
        raise ValueError("a set scale takes a list of positions")  # noqa: TRY004 - one error for all
    positions = [_position(dimension, one) for one in raw]
    if len(set(positions)) != len(positions):
        raise ValueError("a position is named twice")
    return sum(1 << (position - 1) for position in positions)


def _position(dimension: Dimension, raw: object) -> int:
    position: int | None = None
    if isinstance(raw, int) and not isinstance(raw, bool):
        position = raw
    elif isinstance(raw, float) and raw.is_integer():
        position = int(raw)
    elif isinstance(raw, str) and len(raw) <= len(str(MOST_STEPS)):
        position = int(raw) if raw.isascii() and raw.isdigit() else None
    if position is None or not 1 <= position <= len(dimension.steps):
        raise ValueError("not a step of this scale")
    return position


def choice_to_wire(dimension: Dimension, stored: int | None) -> int | list[int] | None:
    """The wire form of a stored choice: a position, a rising list of positions, or None.

    Raises ValueError if ``stored`` is not on the scale.
    """
    if stored is None:
        return None
    if dimension.kind == "ordered":
        return _position(dimension, stored)
    if not 0 <= stored < 1 << len(dimension.steps):
        raise ValueError("not a set of steps of this scale")
    return [step.position for step in dimension.steps if stored & 1 << (step.position - 1)]
