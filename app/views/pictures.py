"""The numbers that charts draw: one row for each side and each shown group, straight from what was published.

Nothing here decides what may be shown; that is `core/release`. A hidden row has a reason and no number.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.core.language import say, say_n, to_say
from app.core.measures import agreement_class, interpolated_median
from app.core.published import Cell, DimensionResult
from app.core.scales import SIDES, Dimension, Kind, Side
from app.core.sentences import agreement_words, finding, flag_words, headline, moves, signed
from app.views.public import Public


@dataclass(frozen=True, slots=True)
class Row:
    """A side, a group or "Other groups" of one dimension, as charts and tables draw it.

    ``why`` is "" where the row is shown, else words such as "too few to show". ``n`` counts people behind the gap
    where there is one, else those behind the only revealed question. ``today`` and ``wanted`` are interpolated
    medians (0.5 to steps + 0.5) on the same people; ``t`` and ``w`` are people per step; each is None where that
    question is not public for this row. ``gap`` is the mean gap per person in steps, None where withheld.
    ``before``: the typical step today of the session before, None unless it stands beside this one's (`last_time`).
    """

    id: str
    name: str
    side: Side
    whole: bool
    why: str = ""
    n: int = 0
    today: float | None = None
    wanted: float | None = None
    gap: float | None = None
    up: int = 0
    stay: int = 0
    down: int = 0
    t: tuple[int, ...] | None = None
    w: tuple[int, ...] | None = None
    agreement_today: str = ""
    agreement_wanted: str = ""
    could_not_judge: int = 0
    before: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """One side's half of the headline. ``figure`` is "" where the gap may not be shown or does not exist yet."""

    side: Side
    name: str
    sentence: str
    rest: str
    figure: str = ""
    how: str = ""
    empty: bool = False
    flag: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence that compares, with its flag: clear, ask, shape, none or too_few, and the flag's words."""

    sentence: str
    flag: str
    flag_words: str
    steps_apart: float | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """All that the charts of one dimension need. ``sides``: customer first; a side without answers is not in it.

    ``rows``: groups, customer's first, each side by today, lowest first, "Other groups" last. ``bars`` when there are
    too many people for a mark each. ``questions``: which of current and desired are public. ``before``: where sides stood in
    the session before, in words, "" unless it is shown.
    """

    id: str
    key: str
    label: str
    kind: Kind
    steps: tuple[str, ...]
    short: tuple[str, ...]
    sides: tuple[Row, ...]
    rows: tuple[Row, ...]
    questions: frozenset[str]
    bars: bool
    note: str
    headline: str
    sub: str
    verdicts: tuple[Verdict, ...]
    finding: Finding | None
    kept: bool = False
    before: str = ""


MARKS_AT_MOST = 40
MARKS_A_SIDE = 30


def picture(known: Public, dimension: Dimension) -> Picture | None:
    """The picture of one dimension as it is public now; None before any reveal."""
    if known.published is None:
        return None
    result = known.published.dimension(dimension.key)
    sides = sides_of(known, result)
    rows = [row_of(row.id, known.row_name(row), row.side, row.cell, whole=False) for row in result.rows]
    people = [max(sum(side.t or ()), sum(side.w or ())) for side in sides]
    verdicts = tuple(_verdicts(known, result))
    pooled = any(row.kind == "pooled" for row in result.rows)
    unsure = sum(result.sides[side].could_not_judge for side in SIDES)
    notes = [
        say_n("{n} could not judge", "{n} could not judge", unsure) if unsure else "",
        say("Small groups are joined") if pooled else "",
    ]
    return Picture(
        id=f"p-{dimension.key}",
        key=dimension.key,
        label=dimension.label,
        kind=dimension.kind,
        steps=tuple(step.label for step in dimension.steps),
        short=tuple(step.short or step.label for step in dimension.steps),
        sides=sides,
        rows=tuple(sorted(rows, key=_order)),
        questions=known.revealed & {"current", "desired"},
        bars=sum(people) > MARKS_AT_MOST or max(people, default=0) > MARKS_A_SIDE,
        note=". ".join(note for note in notes if note),
        headline=" ".join(f"{verdict.name} {verdict.rest}" for verdict in verdicts),
        sub=" ".join(f"{verdict.name}: {verdict.how}." for verdict in verdicts if verdict.how and not verdict.empty),
        verdicts=verdicts,
        finding=_finding(known, result) if dimension.kind == "ordered" else None,
        kept=known.kept,
    )


NO_ANSWERS = to_say("no answers")
TOO_FEW = to_say("too few to show")


def sides_of(known: Public, result: DimensionResult) -> tuple[Row, ...]:
    """Both sides of one dimension, customer first; a side without answers is not in it."""
    rows = (row_of(side, known.names[side], side, result.sides[side], whole=True) for side in SIDES)
    return tuple(row for row in rows if row.why != say(NO_ANSWERS))


def row_of(id_: str, name: str, side: Side, cell: Cell, *, whole: bool) -> Row:
    """A side's or a group's row from what is public of it."""
    if not cell.shown:
        why = TOO_FEW if cell.why == "too_few" else NO_ANSWERS
        return Row(id_, name, side, whole, why=say(why))
    today, wanted, gap = cell.current, cell.desired, cell.gap
    t = gap.today if gap else today.counts if today else None
    w = gap.wanted if gap else wanted.counts if wanted else None
    n = gap.shift.n_pairs if gap else max(today.n if today else 0, wanted.n if wanted else 0)
    shift = gap.shift if gap else None
    return Row(
        id=id_,
        name=name,
        side=side,
        whole=whole,
        n=n,
        today=interpolated_median(t) if t else None,
        wanted=interpolated_median(w) if w else None,
        gap=shift.mean_gap if shift else None,
        up=shift.up if shift else 0,
        stay=shift.stay if shift else 0,
        down=shift.down if shift else 0,
        t=today.counts if today else None,
        w=wanted.counts if wanted else None,
        agreement_today=agreement_words(agreement_class(today.counts), today.n) if today else "",
        agreement_wanted=agreement_words(agreement_class(wanted.counts), wanted.n) if wanted else "",
        could_not_judge=cell.could_not_judge,
    )


def _order(row: Row) -> tuple[bool, bool, float, str]:
    """Customer first; a side's rows by today, lowest first; joined rows last."""
    typical = row.today if row.today is not None else row.wanted
    return (row.side == "supplier", ":" in row.id, 99.0 if typical is None else typical, row.name)


def _verdicts(known: Public, result: DimensionResult) -> Iterator[Verdict]:
    if result.kind != "ordered":
        return
    for side, sentence in headline(known.names, result.sides).items():
        cell, name = result.sides[side], known.names[side]
        rest = sentence.removeprefix(name).strip()
        if not cell.shown:
            few = cell.why == "too_few"
            how = "" if few else say("Nobody on this side took part.")
            yield Verdict(
                side, name, sentence, rest, how=how, empty=True, flag=say("too few to compare") if few else ""
            )
            continue
        shift = cell.gap.shift if cell.gap else None
        people = shift.n_pairs if shift else max(p.n for p in (cell.current, cell.desired) if p)
        how = say_n("{n} person", "{n} people", people)
        if shift and shift.mean_gap is not None:
            how += f": {moves(shift.up, shift.stay, shift.down)}"
        yield Verdict(
            side,
            name,
            sentence,
            rest,
            figure=signed(shift.mean_gap) if shift and shift.mean_gap is not None else "",
            how=how,
        )


def _finding(known: Public, result: DimensionResult) -> Finding | None:
    found = finding(known.names, result.sides, result.rows, known.group_names)
    return Finding(found.sentence, found.flag, flag_words(found.flag)) if found else None
