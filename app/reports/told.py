"""The mirror and the questions that were asked again, as tables for files: the same lines that the page has."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.core.sentences import STATE_WORDS, one_decimal
from app.core.words import LABELS
from app.views.mirror import Mirror
from app.views.report import ReportView
from app.views.rounds import Movement

NONE = "–"


@dataclass(frozen=True, slots=True)
class ToldTable:
    """A table of texts. ``title`` is what it comes to, ``cap`` says what is in it."""

    title: str
    cap: str
    heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


def told_tables(view: ReportView) -> Iterator[ToldTable]:
    """The mirror of each dimension, then each question that was asked again."""
    several = len(view.dimensions) > 1
    for mirror in view.mirrors:
        yield _mirror(mirror, view.mirror_about, several=several)
    for movement in view.movements:
        yield _movement(movement, several=several)


def _mirror(mirror: Mirror, about: str, *, several: bool) -> ToldTable:
    return ToldTable(
        f"{mirror.label}: {mirror.title}" if several else mirror.title,
        about,
        ("Side", "Said", "Thought the other says", "The guess is", "In words"),
        tuple(
            (
                side.name,
                _step(side.said),
                _step(side.thought),
                side.off or NONE,
                STATE_WORDS[side.state] if side.state else NONE,
            )
            for side in mirror.sides
        ),
    )


def _movement(movement: Movement, *, several: bool) -> ToldTable:
    first, second = movement.rounds
    heads = ("Group", f"Round {first}") if movement.kept else ("Group", f"Round {first}", f"Round {second}", "People")
    lines: list[tuple[str, ...]] = []
    for side in movement.sides:
        for row in (side, *(one for one in movement.rows if one.side == side.side)):
            if movement.kept:
                lines.append((row.name, _step(row.now)))
            else:
                people = row.how or f"{row.n} {'person' if row.n == 1 else 'people'}"
                lines.append((row.name, _step(row.was), _step(row.now), people))
    label = f"{movement.label}, {LABELS[movement.question].lower()}" if several else LABELS[movement.question]
    return ToldTable(movement.title, f"{label}, typical step. {movement.sub}", heads, tuple(lines))


def _step(value: float | None) -> str:
    return NONE if value is None else one_decimal(value)
