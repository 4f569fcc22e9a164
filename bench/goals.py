"""The table of speed goals: a line for each figure, its must and its aim, and whether they hold."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

HEAD = ("#", "figure", "Stairstep", "reference", "ratio", "must", "aim", "verdict")


@dataclass(frozen=True)
class Line:
    """One line of the table.

    ``judged`` is what is held against the goals: a ratio, or the value itself in its unit. ``sure`` says whether
    enough calm runs stand behind it. ``more_is_better`` turns the goals round.
    """

    number: int
    label: str
    value: str
    reference: str = ""
    ratio: float | None = None
    judged: float | None = None
    must: float | None = None
    aim: float | None = None
    unit: str = ""
    sure: bool = True
    more_is_better: bool = False
    why_not: str = ""

    def holds(self, goal: float) -> bool:
        """Whether what is judged reaches a goal."""
        assert self.judged is not None
        return self.judged >= goal if self.more_is_better else self.judged <= goal

    @property
    def missed(self) -> bool:
        """Whether a must does not hold."""
        return self.must is not None and self.judged is not None and not self.holds(self.must)

    @property
    def open(self) -> bool:
        """Whether nothing can be said about its must."""
        return self.must is not None and (self.judged is None or not self.sure)

    @property
    def verdict(self) -> str:
        """What came out, in a word."""
        if self.why_not:
            return f"not measured: {self.why_not}"
        if self.judged is None or (self.must is None and self.aim is None):
            return "" if self.must is None else "not measured"
        if self.missed:
            word = "MISSED"
        elif self.aim is None:
            word = "met"
        elif self.holds(self.aim):
            word = "met, aim too"
        else:
            word = "met" if self.must is not None else "aim missed"
        return word if self.sure else f"{word}? (disturbed)"

    def cells(self) -> list[str]:
        """The line in columns."""
        sign = ">=" if self.more_is_better else "<="
        goals = ["" if goal is None else f"{sign} {goal:g}{self.unit}" for goal in (self.must, self.aim)]
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}" if self.ratio < 100 else f"{self.ratio:,.0f}"
        return [str(self.number), self.label, self.value, self.reference, ratio, *goals, self.verdict]


def ratio_line(
    number: int,
    label: str,
    subject: float | None,
    reference: float | None,
    *,
    name: str,
    show: Callable[[float | None], str],
    must: float | None,
    aim: float | None = None,
    sure: bool = True,
) -> Line:
    """A line whose goals are ratios to a reference."""
    ratio = subject / reference if subject is not None and reference else None
    reference_text = f"{show(reference)} {name}".strip()
    return Line(number, label, show(subject), reference_text, ratio, ratio, must, aim, "x", sure)


def value_line(
    number: int,
    label: str,
    value: float | None,
    *,
    show: Callable[[float | None], str],
    must: float | None,
    aim: float | None = None,
    scale: float = 1,
    unit: str = "",
    sure: bool = True,
) -> Line:
    """A line whose goals are values; ``scale`` turns the value into the goals' unit."""
    judged = None if value is None else value * scale
    return Line(number, label, show(value), judged=judged, must=must, aim=aim, unit=unit, sure=sure)


def unmeasured(number: int, label: str, why: str, *, must: float | None = None) -> Line:
    """A line without a figure, and why."""
    return Line(number, label, "-", must=must, why_not=why)


def text_table(lines: Sequence[Line]) -> str:
    """All lines as text in columns."""
    rows = [list(HEAD), *(line.cells() for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    aligned: list[Callable[[str, int], str]] = [str.rjust, str.ljust, str.rjust, str.rjust, str.rjust]
    aligned += [str.ljust] * 3
    return "\n".join(
        "  ".join(align(cell, width) for align, cell, width in zip(aligned, row, widths, strict=True)).rstrip()
        for row in rows
    )


def markdown_table(lines: Sequence[Line]) -> str:
    """All lines as a table for docs/performance.md."""
    rows = [list(HEAD), ["---"] * len(HEAD), *(line.cells() for line in lines)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def ms(seconds: float | None) -> str:
    """Milliseconds."""
    return "-" if seconds is None or math.isnan(seconds) else f"{seconds * 1e3:,.{_digits(seconds * 1e3)}f} ms"


def seconds_text(seconds: float | None) -> str:
    """Seconds."""
    return "-" if seconds is None else f"{seconds:.2f} s"


def us(seconds: float | None) -> str:
    """Microseconds."""
    return "-" if seconds is None else f"{seconds * 1e6:,.0f} us"


def kb(octets: float | None) -> str:
    """Kilobytes of 1,024."""
    return "-" if octets is None else f"{octets / 1024:,.1f} KB"


def mb(octets: float | None) -> str:
    """Megabytes of 1,024 kilobytes."""
    return "-" if octets is None else f"{octets / 1024 / 1024:,.1f} MB"


def plain(value: float | None) -> str:
    """A number as it is."""
    return "-" if value is None else f"{value:,.{0 if value == round(value) else 2}f}"


def octets(value: float | None) -> str:
    """Bytes."""
    return "-" if value is None else f"{value:,.0f} B"


def _digits(value: float) -> int:
    return 0 if value >= 100 else 1 if value >= 10 else 2
