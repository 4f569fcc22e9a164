"""What is public of a session, as plain frozen data (METHOD 8). Made by ``release`` alone; every view of numbers reads it.

A hidden side or row has no number anywhere in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from app.core.measures import PairedShift
from app.core.mirror import Congruency
from app.core.privacy import TOTAL_ONLY, Partition
from app.core.scales import SIDES, Kind, Question, Side

Why = Literal["too_few", "no_answers"]
PAIRED: tuple[Question, Question] = ("current", "desired")
REVEALABLE: tuple[Question, ...] = ("current", "desired", "mirror")


@dataclass(frozen=True, slots=True)
class Picture:
    """A released distribution: ``counts`` per step of ``n`` people.

    On a set scale one person may count on several steps, else the counts add up to n.
    abstained: could not judge. on_pairs: only people who answered both questions are in it.
    moved: how the same people answered in the round before and in this one (sides only).
    """

    n: int
    counts: tuple[int, ...]
    abstained: int
    on_pairs: bool = False
    moved: PairedShift | None = None


@dataclass(frozen=True, slots=True)
class GapPicture:
    """A released gap, with both pictures of the people who answered both questions."""

    shift: PairedShift
    today: tuple[int, ...]
    wanted: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GuessPicture:
    """A side's own answers against its guesses, of the people who gave both (METHOD 9)."""

    congruency: Congruency
    own: tuple[int, ...]
    guess: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """All that is public about a side or a row on one dimension.

    A picture is None where its question is not revealed or may not be shown; for a side the
    matching ``…_why`` says the latter. gap_hidden: both questions are out, the gap may not be.
    could_not_judge: people of a side who could not judge today, the wish or either (sides only).
    mirror and guess: sides only.
    """

    current: Picture | None = None
    desired: Picture | None = None
    mirror: Picture | None = None
    gap: GapPicture | None = None
    gap_hidden: Literal["too_few"] | None = None
    guess: GuessPicture | None = None
    current_why: Why | None = None
    desired_why: Why | None = None
    mirror_why: Why | None = None
    could_not_judge: int = 0

    @property
    def shown(self) -> bool:
        """Whether there is any picture."""
        return any((self.current, self.desired, self.mirror))

    @property
    def why(self) -> Why | None:
        """Why nothing is shown; None if something is, or nothing was revealed."""
        whys = {self.current_why, self.desired_why, self.mirror_why} - {None}
        if self.shown or not whys:
            return None
        return "too_few" if "too_few" in whys else "no_answers"

    def picture(self, question: Question) -> Picture | None:
        """The picture of current, desired or mirror."""
        found: Picture | None = getattr(self, question)
        return found


@dataclass(frozen=True, slots=True)
class Row:
    """A group, or several joined: ``id`` is the group's, or "customer:other" and the like."""

    id: str
    side: Side
    kind: Literal["group", "pooled"]
    group_ids: tuple[str, ...]
    cell: Cell


@dataclass(frozen=True, slots=True)
class DimensionResult:
    """One dimension: the two sides, and the rows in listed order, customer first."""

    key: str
    kind: Kind
    steps: int
    sides: Mapping[Side, Cell]
    rows: tuple[Row, ...]

    def rows_of(self, side: Side) -> tuple[Row, ...]:
        """The rows of one side."""
        return tuple(row for row in self.rows if row.side == side)


@dataclass(frozen=True, slots=True)
class Published:
    """What is public.

    snapshots: for each revealed question, how many pictures have been made of it so far.
    partitions: question to side to its rows at that reveal (current and desired only).
    rounds: the round that each question's picture is of, where it is not the first.
    """

    k: int
    snapshots: Mapping[Question, int]
    dimensions: tuple[DimensionResult, ...]
    partitions: Mapping[Question, Mapping[Side, Partition]]
    rounds: Mapping[Question, int] = field(default_factory=dict)

    @property
    def questions(self) -> frozenset[Question]:
        """The questions revealed."""
        return frozenset(self.snapshots)

    def round_of(self, question: Question) -> int:
        """The round that the question's picture is of."""
        return self.rounds.get(question, 1)

    def dimension(self, key: str) -> DimensionResult:
        """The result on one dimension. Raises KeyError for an unknown one."""
        for result in self.dimensions:
            if result.key == key:
                return result
        raise KeyError(key)

    def no_answers(self, side: Side) -> tuple[str, ...]:
        """Groups of a shown side that answered none of the revealed questions."""
        named = [
            frozenset(by_side[side].no_answers) for by_side in self.partitions.values() if by_side[side].total_shown
        ]
        silent = frozenset.intersection(*named) if named else frozenset()
        return tuple(sorted(silent))


def without(published: Published, question: Question) -> Published:
    """What remains public while one question is hidden: its pictures go, and what needs them.

    For showing only: keep the full ``Published``, which revealing the question again needs.
    """

    def rest(cell: Cell) -> Cell:
        hidden: dict[str, Any] = {question: None, f"{question}_why": None}
        if question in PAIRED:
            hidden |= {"gap": None, "gap_hidden": None}
        if question in ("current", "mirror"):
            hidden |= {"guess": None}
        left = replace(cell, **hidden)
        return left if left.current or left.desired else replace(left, could_not_judge=0)

    if question not in REVEALABLE:
        return published
    return replace(
        published,
        snapshots={q: n for q, n in published.snapshots.items() if q != question},
        partitions={q: one for q, one in published.partitions.items() if q != question},
        rounds={q: number for q, number in published.rounds.items() if q != question},
        dimensions=tuple(
            replace(
                result,
                sides={side: rest(cell) for side, cell in result.sides.items()},
                rows=tuple(left for row in result.rows if (left := replace(row, cell=rest(row.cell))).cell.shown),
            )
            for result in published.dimensions
        ),
    )


def changed_by_row(
    published: Published,
    question: Question,
    changed: Mapping[str, int],
    *,
    groups: Sequence[tuple[str, Side]],
) -> dict[str, int]:
    """Changed answers in each public row of a question, for ``privacy.may_republish``.

    changed: group id to the number of its people whose answer on one dimension was added, changed
        or withdrawn since the picture was made; where people have no group, side to number.
        Somebody who changed group counts in both. Ask for one dimension at a time.

    Keys: ids of shown and joined rows; the side where only its total is shown; "customer:none" for
    groups that had no answers. Sides that are not shown are left out.
    """
    found: dict[str, int] = {}
    for side in SIDES:
        if not any(result.sides[side].picture(question) for result in published.dimensions):
            continue
        partition = published.partitions.get(question, {}).get(side, TOTAL_ONLY)
        names = {group for group, its_side in groups if its_side == side}
        ids = {row.group_ids: row.id for one in published.dimensions for row in one.rows_of(side)}
        for row in partition.rows:
            found[ids[row]] = sum(changed.get(group, 0) for group in row)
            names.difference_update(row)
        rest = sum(changed.get(group, 0) for group in names) + changed.get(side, 0)
        found[f"{side}:none" if partition.rows else side] = rest
    return found


def counts_before(
    cell: Cell, rows: Iterable[Row], question: Question, ids: Sequence[str] | None
) -> tuple[int, ...] | None:
    """What was public of the side (ids None) or of these groups together; None if nothing was."""
    cells = [cell] if ids is None else [row.cell for row in rows if {*row.group_ids} <= {*ids}]
    found = [picture.counts for one in cells if (picture := one.picture(question))]
    return tuple(map(sum, zip(*found, strict=True))) if found else None


def gaps_before(
    cell: Cell, rows: Iterable[Row], ids: Sequence[str] | None
) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The paired pictures that were public of the side, or of these groups together."""
    cells = [cell] if ids is None else [row.cell for row in rows if {*row.group_ids} <= {*ids}]
    gaps = [one.gap for one in cells if one.gap]
    if not gaps:
        return None
    today = zip(*(gap.today for gap in gaps), strict=True)
    wanted = zip(*(gap.wanted for gap in gaps), strict=True)
    return tuple(map(sum, today)), tuple(map(sum, wanted))


def published_to_json(published: Published) -> dict[str, Any]:
    """A plain dictionary for ``json.dumps``; :func:`published_from_json` reads it back."""
    return asdict(published)


def published_from_json(data: Mapping[str, Any]) -> Published:
    """The ``Published`` that :func:`published_to_json` wrote, also after a trip through text."""
    return Published(
        k=data["k"],
        snapshots=dict(data["snapshots"]),
        dimensions=tuple(
            DimensionResult(
                key=one["key"],
                kind=one["kind"],
                steps=one["steps"],
                sides={side: _cell_from(cell) for side, cell in one["sides"].items()},
                rows=tuple(
                    Row(
                        row["id"],
                        row["side"],
                        row["kind"],
                        tuple(row["group_ids"]),
                        _cell_from(row["cell"]),
                    )
                    for row in one["rows"]
                ),
            )
            for one in data["dimensions"]
        ),
        partitions={
            question: {side: _partition_from(one) for side, one in by_side.items()}
            for question, by_side in data["partitions"].items()
        },
        rounds=dict(data.get("rounds", {})),
    )


def _partition_from(data: Mapping[str, Any]) -> Partition:
    lists = {key: tuple(data[key]) for key in ("shown", "pooled", "no_answers")}
    return Partition(**lists, total_shown=data["total_shown"])


def _cell_from(data: Mapping[str, Any]) -> Cell:
    cell = dict(data)
    for question in REVEALABLE:
        if picture := data[question]:
            moved = picture.get("moved")
            cell[question] = Picture(
                **{**picture, "counts": tuple(picture["counts"]), "moved": PairedShift(**moved) if moved else None}
            )
    if gap := data["gap"]:
        shift = PairedShift(**gap["shift"])
        cell["gap"] = GapPicture(shift, tuple(gap["today"]), tuple(gap["wanted"]))
    if guess := data["guess"]:
        told = Congruency(**guess["congruency"])
        cell["guess"] = GuessPicture(told, tuple(guess["own"]), tuple(guess["guess"]))
    return Cell(**cell)
