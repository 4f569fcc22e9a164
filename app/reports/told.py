"""The mirror and the questions that were asked again, as tables for files: the same lines that the page has."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.core.language import say, say_n, to_say
from app.core.sentences import Asked, one_decimal, state_words
from app.views.mirror import Mirror
from app.views.plan import PlanRow
from app.views.report import ReportView
from app.views.rounds import Movement
from app.views.support import SupportSide

NONE = "–"
CAPS: dict[Asked, str] = {
    "current": to_say("Today, typical step. {about}"),
    "desired": to_say("Wanted, typical step. {about}"),
}
CAPS_OF_SEVERAL: dict[Asked, str] = {
    "current": to_say("{scale}, today, typical step. {about}"),
    "desired": to_say("{scale}, wanted, typical step. {about}"),
}


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
        (say("Side"), say("Said"), say("Thought the other says"), say("The guess is"), say("In words")),
        tuple(
            (
                side.name,
                _step(side.said),
                _step(side.thought),
                side.off or NONE,
                state_words(side.state) if side.state else NONE,
            )
            for side in mirror.sides
        ),
    )


def _movement(movement: Movement, *, several: bool) -> ToldTable:
    first, second = movement.rounds
    heads: tuple[str, ...] = (say("Group"), say("Round {n}", n=first))
    if not movement.kept:
        heads += (say("Round {n}", n=second), say("People"))
    lines: list[tuple[str, ...]] = []
    for side in movement.sides:
        for row in (side, *(one for one in movement.rows if one.side == side.side)):
            if movement.kept:
                lines.append((row.name, _step(row.now)))
            else:
                people = row.how or say_n("{n} person", "{n} people", row.n)
                lines.append((row.name, _step(row.was), _step(row.now), people))
    cap = (
        say(CAPS_OF_SEVERAL[movement.question], scale=movement.label, about=movement.sub)
        if several
        else say(CAPS[movement.question], about=movement.sub)
    )
    return ToldTable(movement.title, cap, heads, tuple(lines))


def took_part(side: SupportSide) -> str:
    """How many of a side gave support, or why that is not shown."""
    return side.why or say_n("{n} took part", "{n} took part", side.n)


def state_of(row: PlanRow) -> str:
    """Where a commitment is on its way."""
    return say("{state}, late", state=row.state_words) if row.late else row.state_words


def gives_words(row: PlanRow) -> str:
    """What the other side gives for a commitment; "" for nothing."""
    if not row.counterpart:
        return ""
    if row.gives:
        return say("{company} gives: {what}", company=row.gives, what=row.counterpart)
    return say("In return: {what}", what=row.counterpart)


def _step(value: float | None) -> str:
    return NONE if value is None else one_decimal(value)
