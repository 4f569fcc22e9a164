"""The method page of a report: every published number with its n, and what a comparison rests on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.core.dissonance import Pair
from app.core.language import say, to_say
from app.core.measures import agreement_A, agreement_class, interpolated_median
from app.core.proof import proof
from app.core.published import Cell, DimensionResult
from app.core.scales import SIDES, Side
from app.core.sentences import Asked, agreement_words, flag_words
from app.views.pictures import Finding
from app.views.public import Public

ON: dict[Asked, str] = {"current": to_say("today"), "desired": to_say("wanted")}


@dataclass(frozen=True, slots=True)
class Told(Finding):
    """A comparison with the numbers behind it: each row's name, side, n and counts per step, and ``why`` it is flagged so."""

    on: str = ""
    why: str = ""
    rows: tuple[tuple[str, str, int, tuple[int, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """One released picture: who answered and how many could not judge; the measures are None on a set scale."""

    name: str
    side: Side
    on: str
    n: int
    abstained: int
    typical: float | None
    agreement: float | None
    words: str


@dataclass(frozen=True, slots=True)
class GapLine:
    """The gap of the n people who answered both questions."""

    name: str
    side: Side
    n: int
    up: int
    stay: int
    down: int
    d_w: float | None
    mean: float | None
    median: float | None


@dataclass(frozen=True, slots=True)
class PairLine:
    """One comparison: ``n`` people in each, how far apart in steps, Cliff's delta, and its flag."""

    first: str
    second: str
    on: str
    n: tuple[int, int]
    steps: float
    delta: float
    flag: str
    words: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """Every number of one dimension."""

    label: str
    measures: tuple[Measure, ...]
    gaps: tuple[GapLine, ...]
    pairs: tuple[PairLine, ...]


Compared = tuple[Asked, Pair]


def numbers(known: Public, result: DimensionResult, label: str, pairs: Sequence[Compared]) -> Numbers:
    """Every number of a dimension. ``pairs``: its comparisons, the sides' and those of its rows."""
    cells = _cells(known, result)
    return Numbers(
        label,
        tuple(line for _, name, side, cell in cells for line in _measures(result, name, side, cell)),
        tuple(line for _, name, side, cell in cells for line in _gap(name, side, cell)),
        tuple(_pair(known, result, question, pair) for question, pair in pairs),
    )


def told(known: Public, result: DimensionResult, question: Asked, pair: Pair, sentence: str) -> Told:
    """A comparison with what it rests on."""
    found = {id_: (name, side, cell) for id_, name, side, cell in _cells(known, result)}
    rows = []
    for id_ in (pair.a, pair.b):
        name, side, cell = found[id_]
        picture = cell.picture(question)
        assert picture is not None
        rows.append((name, side, picture.n, picture.counts))
    return Told(
        sentence,
        pair.flag,
        flag_words(pair.flag),
        pair.emd_steps,
        on=say(ON[question]),
        why=proof(pair.flag, rows[0][3], rows[1][3]),
        rows=tuple(rows),
    )


def _cells(known: Public, result: DimensionResult) -> list[tuple[str, str, Side, Cell]]:
    """Every side and row that is shown, as (id, name, side, cell)."""
    cells = [(str(side), known.names[side], side, result.sides[side]) for side in SIDES]
    cells += [(row.id, known.row_name(row), row.side, row.cell) for row in result.rows]
    return [one for one in cells if one[3].shown]


def _measures(result: DimensionResult, name: str, side: Side, cell: Cell) -> Iterator[Measure]:
    ordered = result.kind == "ordered"
    for question, word in ON.items():
        if picture := cell.picture(question):
            yield Measure(
                name,
                side,
                say(word),
                picture.n,
                picture.abstained,
                interpolated_median(picture.counts) if ordered else None,
                agreement_A(picture.counts) if ordered else None,
                agreement_words(agreement_class(picture.counts), picture.n) if ordered else "",
            )


def _gap(name: str, side: Side, cell: Cell) -> Iterator[GapLine]:
    if cell.gap:
        one = cell.gap.shift
        yield GapLine(name, side, one.n_pairs, one.up, one.stay, one.down, one.d_w, one.mean_gap, one.median_gap)


def _pair(known: Public, result: DimensionResult, question: Asked, pair: Pair) -> PairLine:
    found = {id_: (name, cell) for id_, name, _, cell in _cells(known, result)}
    (first, a), (second, b) = found[pair.a], found[pair.b]
    people = tuple(picture.n if (picture := cell.picture(question)) else 0 for cell in (a, b))
    return PairLine(
        first,
        second,
        say(ON[question]),
        (people[0], people[1]),
        pair.emd_steps,
        pair.cliffs_delta,
        pair.flag,
        flag_words(pair.flag),
    )
