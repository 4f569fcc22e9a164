"""About how much room a text takes, for formats that lay it out on somebody else's machine. Rather too wide than too narrow."""

from collections.abc import Sequence
from math import ceil

ELLIPSIS = "…"
LEAD = 1.2
"""Line height in font sizes."""
NARROW, WIDE = frozenset("iljtfrI.,:;'!|()[]- "), frozenset("mwMW@%ШЩЖЮФМшщжюфм")


def ems(text: str, *, bold: bool = False) -> float:
    """How wide a text runs, in font sizes."""
    return sum(_em(letter) for letter in text) * (1.14 if bold else 1.06)


def _em(letter: str) -> float:
    if letter in NARROW:
        return 0.3
    if letter in WIDE:
        return 0.92
    if "A" <= letter <= "Z":
        return 0.7
    if letter < "\u0250":
        return 0.57
    return 0.66 if letter < "\u1100" or "\u2000" <= letter <= "\u206f" else 1.04


def cut(text: str, room: float, *, bold: bool = False) -> str:
    """The text in so many font sizes, with an ellipsis where it is longer."""
    if ems(text, bold=bold) <= room:
        return text
    kept = text
    while kept and ems(kept + ELLIPSIS, bold=bold) > room:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS


def lines(text: str, room: float, *, bold: bool = False) -> int:
    """How many lines a text takes in a column of so many font sizes; words longer than it are broken."""
    found = 0
    for part in text.split("\n") or [""]:
        found += 1
        at = 0.0
        for word in part.split():
            wide = ems(word + " ", bold=bold)
            if at and at + wide > room + 0.3:
                found, at = found + 1, 0.0
            found += ceil(wide / room) - 1 if wide > room else 0
            at += wide % room if wide > room else wide
    return found


def fitting_size(text: str, sizes: Sequence[float], width: float, at_most: int) -> tuple[float, str]:
    """The largest of some sizes (points) at which a bold text keeps to so many lines of a width; else cut at the smallest."""
    for size in sizes:
        if lines(text, width / size, bold=True) <= at_most:
            return size, text
    return sizes[-1], cut(text, (at_most - 0.5) * width / sizes[-1], bold=True)
