"""A question that was asked again: how sides and groups moved, from pictures of both rounds that are public."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session

from app.core import words
from app.core.dissonance import Pair
from app.core.language import say, to_say
from app.core.measures import interpolated_median
from app.core.published import Cell, DimensionResult, Published, counts_before
from app.core.published import Picture as Shown
from app.core.questions import Status
from app.core.scales import SIDES, Dimension, Side
from app.core.sentences import Asked, flag_words, moved_words, one_decimal, rounds_title
from app.store.tables import LiveSession
from app.views.public import Public, public
from app.views.results import ASKED, told_sides
from app.views.scenes import ChosenScene

NO_NEW_PICTURE = to_say("Too few answers changed for a new picture")


@dataclass(frozen=True, slots=True)
class MovedRow:
    """A side or a group in both rounds. ``was`` and ``now`` are typical steps, None where not shown.

    ``how``: how people of a side moved, "" where that is not told. ``n``: people in the newer picture.
    """

    name: str
    side: Side
    whole: bool
    n: int
    was: float | None
    now: float | None
    how: str = ""


@dataclass(frozen=True, slots=True)
class Movement:
    """One question of one dimension in two rounds. ``kept``: there is no new picture, so only the earlier one is here.

    ``apart`` and ``apart_before``: steps between the sides, "" where that is not told.
    """

    id: str
    question: Asked
    dimension: str
    label: str
    steps: tuple[str, ...]
    short: tuple[str, ...]
    rounds: tuple[int, int]
    kept: bool
    title: str
    sub: str
    sides: tuple[MovedRow, ...]
    rows: tuple[MovedRow, ...]
    apart: str = ""
    apart_before: str = ""


def movements(known: Public) -> tuple[Movement, ...]:
    """Every revealed question that was asked again, dimension by dimension."""
    return tuple(
        movement
        for question in ASKED
        if question in known.revealed and known.questions[question].round > 1
        for dimension in known.template.dimensions
        if dimension.kind == "ordered"
        for movement in _movement(known, question, dimension)
    )


def _movement(known: Public, question: Asked, dimension: Dimension) -> Iterator[Movement]:
    now = known.published
    assert now is not None
    asked, shown = known.questions[question].round, now.round_of(question)
    kept = shown < asked
    before = None if kept else _before(known, question, shown)
    if before is None and not kept:
        return
    new = now.dimension(dimension.key)
    old = before.dimension(dimension.key) if before is not None else None
    apart, was = _apart(known, now, new, question), _apart(known, before, old, question) if before and old else None
    yield Movement(
        id=f"again-{question}-{dimension.key}",
        question=question,
        dimension=dimension.key,
        label=dimension.label,
        steps=tuple(step.label for step in dimension.steps),
        short=tuple(step.short or step.label for step in dimension.steps),
        rounds=(shown, asked) if kept else (before.round_of(question) if before else shown, shown),
        kept=kept,
        title=say(NO_NEW_PICTURE) if kept else rounds_title(question, _steps(was), _steps(apart)),
        sub=_sub(question, before, now, was, apart, asked if kept else 0),
        sides=tuple(_sides(known, question, old, new)),
        rows=tuple(_rows(known, question, old, new)),
        apart=_told(_steps(apart)),
        apart_before=_told(_steps(was)),
    )


def _before(known: Public, question: Asked, shown: int) -> Published | None:
    """What was public of the question before the round that is shown."""
    past = (one for _, one in reversed(known.earlier) if question in one.questions and one.round_of(question) < shown)
    return next(past, None)


def _apart(known: Public, published: Published, result: DimensionResult, question: Asked) -> Pair | None:
    told = told_sides(known, result, question) if question in published.questions else None
    return told[0] if told else None


def _steps(pair: Pair | None) -> float | None:
    return pair.emd_steps if pair is not None else None


def _told(steps: float | None) -> str:
    return one_decimal(steps) if steps is not None else ""


STANDS: dict[Asked, str] = {
    "current": to_say("Today, round {asked}: the picture of round {shown} stands, so that nobody can be picked out."),
    "desired": to_say("Wanted, round {asked}: the picture of round {shown} stands, so that nobody can be picked out."),
}
BESIDE: dict[Asked, str] = {
    "current": to_say("Today, round {shown} beside the one before."),
    "desired": to_say("Wanted, round {shown} beside the one before."),
}


def _sub(
    question: Asked, before: Published | None, now: Published, was: Pair | None, apart: Pair | None, asked: int
) -> str:
    shown = now.round_of(question)
    if asked:
        return say(STANDS[question], asked=asked, shown=shown)
    if before is None or was is None or apart is None:
        return say(BESIDE[question], shown=shown)
    return say(
        "Round {first}: {was}. Round {second}: {now}.",
        first=before.round_of(question),
        was=flag_words(was.flag),
        second=shown,
        now=flag_words(apart.flag),
    )


def _sides(known: Public, question: Asked, old: DimensionResult | None, new: DimensionResult) -> Iterator[MovedRow]:
    for side in SIDES:
        picture = new.sides[side].picture(question)
        if picture is not None:
            before = old.sides[side] if old is not None else Cell()
            yield _row(known.names[side], side, picture, before.picture(question), whole=True)


def _row(name: str, side: Side, now: Shown, before: Shown | None, *, whole: bool) -> MovedRow:
    how = moved_words(now.moved) if now.moved is not None else ""
    was = interpolated_median(before.counts) if before else None
    return MovedRow(name, side, whole, now.n, was, interpolated_median(now.counts), how)


def _rows(known: Public, question: Asked, old: DimensionResult | None, new: DimensionResult) -> Iterator[MovedRow]:
    for row in new.rows:
        picture = row.cell.picture(question)
        if picture is None:
            continue
        counts = (
            counts_before(old.sides[row.side], old.rows_of(row.side), question, row.group_ids)
            if old is not None
            else None
        )
        was = interpolated_median(counts) if counts else None
        yield MovedRow(known.row_name(row), row.side, False, picture.n, was, interpolated_median(picture.counts))


def again_scene(db: Session, session: LiveSession, what: str) -> ChosenScene | None:
    """The second round beside the first on the big screen; ``what``: current or desired, "" for whichever there is."""
    known = public(db, session=session)
    found = tuple(one for one in movements(known) if what in {"", one.question})
    if not found or any(one.status == Status.OPEN for one in known.questions.values()):
        return None
    found = tuple(one for one in found if one.question == found[-1].question)
    first = found[0]
    several = len(found) > 1
    heading = words.ASKED_AGAIN_HEADINGS[first.question] if several and not first.kept else first.title
    return ChosenScene(
        kind="again",
        heading=heading,
        sub="Typical step in the round before and now." if several and not first.kept else first.sub,
        name=f"{words.LABELS[first.question]}, round {known.questions[first.question].round}",
        about="How the sides and groups moved. Nobody’s own move.",
        content=found,
    )
