"""THE GATE: numbers leave only through here (METHOD 8).

:func:`publish` turns people's answers into a :class:`Published`, the frozen result of a reveal. A
hidden side or row has no number anywhere in it. Everything shown, sent or exported is read from a
``Published``; nothing else in the program may look at counts per step.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import count
from typing import Any, Literal

from app.core.measures import PairedShift, paired_shift, tally
from app.core.mirror import Congruency, congruency
from app.core.privacy import (
    HIDDEN,
    SMALLEST_K,
    TOTAL_ONLY,
    Base,
    Partition,
    base_rule,
    coarser,
    partition_side,
    separable,
    strictest,
)
from app.core.scales import SIDES, Dimension, Kind, Question, Side, Template

Why = Literal["too_few", "no_answers"]
PAIRED: tuple[Question, Question] = ("current", "desired")
REVEALABLE: tuple[Question, ...] = ("current", "desired", "mirror")


@dataclass(frozen=True, slots=True)
class Voice:
    """One person's answers, without identity.

    choices: (dimension key, question) to the stored integer of ``scales.parse_choice``, or None
    for can't judge; a missing key is a question not answered.
    """

    group: str | None
    side: Side
    choices: Mapping[tuple[str, str], int | None]


@dataclass(frozen=True, slots=True)
class Picture:
    """A released distribution: ``counts`` per step of ``n`` people.

    On a set scale one person may count on several steps, else the counts add up to n.
    abstained: could not judge. on_pairs: only people who answered both questions are in it.
    """

    n: int
    counts: tuple[int, ...]
    abstained: int
    on_pairs: bool = False


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
    """What is public of one round.

    snapshots: for each revealed question, how many pictures have been made of it so far.
    partitions: question to side to its rows at that reveal (current and desired only).
    """

    k: int
    snapshots: Mapping[Question, int]
    dimensions: tuple[DimensionResult, ...]
    partitions: Mapping[Question, Mapping[Side, Partition]]

    @property
    def questions(self) -> frozenset[Question]:
        """The questions revealed."""
        return frozenset(self.snapshots)

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


@dataclass(frozen=True, slots=True)
class _Reveal:
    """What a reveal needs to know, carried through the steps below."""

    template: Template
    groups: Sequence[tuple[str, Side]]
    k: int
    fresh: frozenset[Question]
    open_sides: frozenset[Side]
    earlier: Published | None
    join: frozenset[str]
    voices: Mapping[Side, Sequence[Voice]] = field(default_factory=dict)

    @property
    def public(self) -> frozenset[Question]:
        return self.fresh | (self.earlier.questions if self.earlier else frozenset())

    @property
    def together(self) -> bool:
        return self.fresh.issuperset(PAIRED)

    def least(self, side: Side) -> int:
        """The fewest people a picture of this side may stand on."""
        return 1 if side in self.open_sides else self.k

    def before(self, dimension: Dimension, side: Side) -> Cell:
        """What was public about this side already."""
        return self.earlier.dimension(dimension.key).sides[side] if self.earlier else Cell()

    def rows_before(self, dimension: Dimension, side: Side) -> tuple[Row, ...]:
        return self.earlier.dimension(dimension.key).rows_of(side) if self.earlier else ()


def publish(
    voices: Sequence[Voice],
    *,
    template: Template,
    groups: Sequence[tuple[str, Side]],
    k: int,
    reveal: frozenset[Question],
    open_sides: frozenset[Side] = frozenset(),
    earlier: Published | None = None,
    join: frozenset[str] = frozenset(),
) -> Published:
    """What is public once the questions in ``reveal`` are out, on top of ``earlier``.

    groups: (group id, side) in listed order; empty in anonymous sessions, which get totals only.
    reveal: out of current, desired and mirror. A question already in ``earlier`` gets a new
        picture: ask ``privacy.may_republish`` first, and reveal again together what was revealed
        together. Where the new picture would still part from the old one by fewer than k people
        (on complete pairs fewer may have changed), the old one stays; ``snapshots`` tells.
    open_sides: small sides of which every member agreed to be shown.
    join: groups to join to others because they are unanimous.

    One partition per side holds for all dimensions and questions of this reveal.
    Raises ValueError for k below 3, an unknown question, or a person in no listed group.
    Source: METHOD 8.1 to 8.3.
    """
    if k < SMALLEST_K or not reveal.issubset(REVEALABLE):
        raise ValueError("k is at least 3, and current, desired and mirror can be revealed")
    by_side = {side: [voice for voice in voices if voice.side == side] for side in SIDES}
    for side, members in by_side.items():
        listed = {group for group, its_side in groups if its_side == side}
        if listed and any(voice.group not in listed for voice in members):
            raise ValueError("a person is in no listed group of their side")
    plan = _Reveal(template, groups, k, reveal, open_sides, earlier, join, by_side)
    made = _publish(plan)
    again = reveal & earlier.questions if earlier else frozenset()
    if not earlier or not again or _may_follow(plan, made, again):
        return made
    return _publish(replace(plan, fresh=reveal - again)) if reveal - again else earlier


def _publish(plan: _Reveal) -> Published:
    earlier = plan.earlier
    partitions = {side: _partition(plan, side) for side in SIDES}
    fresh_pair = [question for question in PAIRED if question in plan.fresh]
    snapshots: dict[Question, int] = dict(earlier.snapshots) if earlier else {}
    kept = dict(earlier.partitions) if earlier else {}
    return Published(
        k=plan.k,
        snapshots=snapshots | {q: snapshots.get(q, 0) + 1 for q in sorted(plan.fresh)},
        dimensions=tuple(_dimension(plan, one, partitions) for one in plan.template.dimensions),
        partitions=kept | {question: dict(partitions) for question in fresh_pair},
    )


# --- which rows ---------------------------------------------------------------------------------


def _answers(voices: Iterable[Voice], dimension: Dimension, *questions: Question) -> list[Voice]:
    """The people who placed an answer to each of the questions."""
    keys = [(dimension.key, question) for question in questions]
    return [voice for voice in voices if all(voice.choices.get(key) is not None for key in keys)]


def _gap_is_public(plan: _Reveal, dimension: Dimension, side: Side) -> bool:
    """Whether both questions are public after this reveal, with enough complete pairs."""
    least, members, before = plan.least(side), plan.voices[side], plan.before(dimension, side)
    if dimension.kind != "ordered":
        return False
    for question in PAIRED:
        if question in plan.fresh:
            if len(_answers(members, dimension, question)) < least:
                return False
        elif before.picture(question) is None:
            return False
    return len(_answers(members, dimension, *PAIRED)) >= least


def _partition(plan: _Reveal, side: Side) -> Partition:
    """The one partition of a side for everything that this reveal makes public of it."""
    members, least = plan.voices[side], plan.least(side)
    bases: list[tuple[Dimension, tuple[Question, ...]]] = []
    for dimension in plan.template.dimensions:
        bases += [
            (dimension, (question,))
            for question in PAIRED
            if question in plan.fresh and len(_answers(members, dimension, question)) >= least
        ]
        if _gap_is_public(plan, dimension, side) and plan.fresh.intersection(PAIRED):
            bases.append((dimension, PAIRED))
    if not bases:
        return HIDDEN
    names = [group for group, its_side in plan.groups if its_side == side]
    if side in plan.open_sides or not names:
        return TOTAL_ONLY
    sizes, answered = {}, {}
    for name in names:
        own = [voice for voice in members if voice.group == name]
        numbers = [len(_answers(own, dimension, *asked)) for dimension, asked in bases]
        sizes[name], answered[name] = min(numbers), any(numbers)
    total = min(len(_answers(members, dimension, *asked)) for dimension, asked in bases)
    if not plan.earlier or not plan.earlier.partitions:
        return partition_side(sizes, k=plan.k, join=plan.join, answered=answered, total=total)
    past = [by_side[side] for by_side in plan.earlier.partitions.values()]
    past = [one for one in past if one.total_shown]
    limits = Partition(
        shown=tuple(n for n in names if past and all(n in one.shown for one in past)),
        pooled=tuple(n for n in names if any(n in one.pooled for one in past)),
        total_shown=bool(past),
    )
    return coarser(sizes, limits, k=plan.k, join=plan.join, answered=answered, total=total)


# --- which pictures -----------------------------------------------------------------------------


def _picture(
    voices: Sequence[Voice], dimension: Dimension, question: Question, base: Sequence[Question] = ()
) -> Picture:
    key, steps = (dimension.key, question), len(dimension.steps)
    placed = _answers(voices, dimension, question, *base)
    chosen = [voice.choices[key] for voice in placed]
    if dimension.kind == "ordered":
        counts = tally(chosen, steps)
    else:
        counts = tuple(sum(bool((mask or 0) >> bit & 1) for mask in chosen) for bit in range(steps))
    abstained = sum(key in voice.choices and voice.choices[key] is None for voice in voices)
    return Picture(len(placed), counts, abstained, on_pairs=bool(base))


def _gap(voices: Sequence[Voice], dimension: Dimension) -> GapPicture:
    pairs = _pairs(voices, dimension, *PAIRED)
    steps = len(dimension.steps)
    return GapPicture(
        shift=paired_shift(pairs),
        today=tally((today for today, _ in pairs), steps),
        wanted=tally((wanted for _, wanted in pairs), steps),
    )


def _pairs(voices: Sequence[Voice], dimension: Dimension, first: Question, second: Question) -> list[tuple[int, int]]:
    found = []
    for voice in voices:
        a, b = voice.choices.get((dimension.key, first)), voice.choices.get((dimension.key, second))
        if a is not None and b is not None:
            found.append((a, b))
    return found


def _dimension(plan: _Reveal, dimension: Dimension, partitions: Mapping[Side, Partition]) -> DimensionResult:
    sides: dict[Side, Cell] = {}
    rows: list[Row] = []
    for side in SIDES:
        block = _Block(plan, dimension, side, partitions[side])
        sides[side] = block.side_cell()
        rows += block.rows()
    return DimensionResult(dimension.key, dimension.kind, len(dimension.steps), sides, tuple(rows))


class _Block:
    """One side on one dimension: its cell and its rows after this reveal."""

    def __init__(self, plan: _Reveal, dimension: Dimension, side: Side, partition: Partition) -> None:
        self.plan, self.dimension, self.side, self.partition = plan, dimension, side, partition
        self.members, self.least = plan.voices[side], plan.least(side)
        self.before = plan.before(dimension, side)
        self.rows_before = plan.rows_before(dimension, side)
        self.fresh = [question for question in PAIRED if question in plan.fresh]
        self.shown = [q for q in self.fresh if self._count(self.members, q) >= self.least]
        has_gap = bool(self.fresh) and _gap_is_public(plan, dimension, side)
        self.base = self._base() if has_gap else "answers_only"
        self.gap_allowed = self.base != "answers_only" and self._gap_may_follow()

    def _count(self, voices: Sequence[Voice], *questions: Question) -> int:
        return len(_answers(voices, self.dimension, *questions))

    def _voices(self, group_ids: Sequence[str]) -> list[Voice]:
        return [voice for voice in self.members if voice.group in group_ids]

    def _everyone_then_rows(self) -> list[tuple[Sequence[str] | None, Sequence[Voice]]]:
        rows = [(ids, self._voices(ids)) for ids in self.partition.rows]
        return [(None, self.members), *rows]

    def _base(self) -> Base:
        """METHOD 8.2 over the total and every row; the strictest holds for the whole side."""
        if self.plan.together:
            return strictest(
                base_rule(self._count(voices, q), self._count(voices, *PAIRED), self.least)
                for _, voices in self._everyone_then_rows()
                for q in PAIRED
            )
        for ids, voices in self._everyone_then_rows():
            gap = _gap(voices, self.dimension)
            for question, paired in zip(PAIRED, (gap.today, gap.wanted), strict=True):
                # A picture that is out already is compared as it was shown: answers may have
                # changed or gone since, and the difference would tell whose.
                single = (
                    _picture(voices, self.dimension, question).counts
                    if question in self.fresh
                    else _counts_before(self.before, self.rows_before, question, ids)
                )
                if single is not None and not separable(single, paired, self.least):
                    return "answers_only"
        return "both"

    def _gap_may_follow(self) -> bool:
        """Whether the new gap cannot be subtracted from the one, or the guesses, shown before."""
        for ids, voices in self._everyone_then_rows():
            new = _gap(voices, self.dimension)
            old = _gap_before(self.before, self.rows_before, ids)
            if old and not (separable(old[0], new.today, self.least) and separable(old[1], new.wanted, self.least)):
                return False
        guess = None if {"current", "mirror"} & self.plan.fresh else self.before.guess
        today = _gap(self.members, self.dimension).today
        return guess is None or separable(guess.own, today, self.least)

    def _fill(self, cell: Cell, voices: Sequence[Voice]) -> Cell:
        """The cell with this reveal's pictures and gap in place of older ones."""
        if not self.fresh:
            return cell
        base = PAIRED if self.base == "pairs_only" else ()
        pictures = {q: _picture(voices, self.dimension, q, base) if q in self.shown else None for q in self.fresh}
        cell = replace(
            cell,
            current=pictures.get("current", cell.current),
            desired=pictures.get("desired", cell.desired),
            gap=_gap(voices, self.dimension) if self.gap_allowed else None,
        )
        return self._mark_gap(cell)

    def _mark_gap(self, cell: Cell) -> Cell:
        missing = (
            self.dimension.kind == "ordered"
            and self.plan.public.issuperset(PAIRED)
            and cell.gap is None
            and bool(cell.current or cell.desired)
        )
        return replace(cell, gap_hidden="too_few" if missing else None)

    def side_cell(self) -> Cell:
        """The side's own cell: pictures or why not, then the mirror."""
        cell = self._fill(self.before, self.members)
        for question in self.plan.fresh:
            n = self._count(self.members, question)
            why: Why | None = None
            if n < self.least:
                why = "too_few" if n else "no_answers"
            match question:
                case "current":
                    cell = replace(cell, current_why=why)
                case "desired":
                    cell = replace(cell, desired_why=why)
                case _:
                    picture = None if why else _picture(self.members, self.dimension, "mirror")
                    cell = replace(cell, mirror_why=why, mirror=picture)
        if self.plan.fresh & {"current", "mirror"}:
            cell = self._guess(cell)
        if self.fresh:
            keys = [(self.dimension.key, q) for q in PAIRED if cell.picture(q)]
            unsure = sum(
                any(key in voice.choices and voice.choices[key] is None for key in keys) for voice in self.members
            )
            cell = replace(cell, could_not_judge=unsure)
        return cell

    def _guess(self, cell: Cell) -> Cell:
        """Own answers against guesses, where they cannot be subtracted from what else is out."""
        cell = replace(cell, guess=None)
        if self.dimension.kind != "ordered" or not (cell.current and cell.mirror):
            return cell
        base: tuple[Question, ...] = PAIRED if cell.current.on_pairs else ("current",)
        people = _answers(self.members, self.dimension, *base, "mirror")
        pairs = _pairs(people, self.dimension, "current", "mirror")
        own, guess = (tally((p[i] for p in pairs), len(self.dimension.steps)) for i in (0, 1))
        told = congruency(pairs, len(self.dimension.steps))
        public = [cell.current.counts, *([cell.gap.today] if cell.gap else [])]
        old = self.before.guess
        if old and not separable(old.guess, guess, self.least):
            return cell
        public += [old.own] if old else []
        if told is None or len(pairs) < self.least:
            return cell
        if not all(separable(counts, own, self.least) for counts in public):
            return cell
        if not separable(cell.mirror.counts, guess, self.least):
            if "mirror" not in self.plan.fresh:
                return cell
            shrunk = _picture(self.members, self.dimension, "mirror", base)
            cell = replace(cell, mirror=shrunk)
        return replace(cell, guess=GuessPicture(told, own, guess))

    def rows(self) -> list[Row]:
        """Earlier rows with what still stands, and this reveal's; joined rows last."""
        found: dict[tuple[str, ...], Row] = {}
        for row in self.rows_before:
            cell = row.cell
            for question in self.fresh:
                stale: dict[str, Any] = {"gap": None, question: None}
                cell = replace(cell, **stale)
            found[row.group_ids] = replace(row, cell=self._mark_gap(cell))
        for ids in self.partition.rows:
            row = found.get(ids) or self._new_row(ids)
            found[ids] = replace(row, cell=self._fill(row.cell, self._voices(ids)))
        order = [group for group, _ in self.plan.groups]
        return sorted(
            (row for row in found.values() if row.cell.shown),
            key=lambda row: (len(row.group_ids) > 1, order.index(row.group_ids[0])),
        )

    def _new_row(self, ids: tuple[str, ...]) -> Row:
        if len(ids) == 1:
            return Row(ids[0], self.side, "group", ids, Cell())
        earlier = self.plan.earlier
        results = earlier.dimensions if earlier else ()
        known = {row.id: row.group_ids for one in results for row in one.rows_of(self.side)}
        for number in count(1):
            name = f"{self.side}:other" + (f":{number}" if number > 1 else "")
            if known.get(name, ids) == ids:
                return Row(name, self.side, "pooled", ids, Cell())
        raise AssertionError("unreachable")


def _counts_before(
    cell: Cell, rows: Iterable[Row], question: Question, ids: Sequence[str] | None
) -> tuple[int, ...] | None:
    """What was public of the side (ids None) or of these groups together; None if nothing was."""
    cells = [cell] if ids is None else [row.cell for row in rows if {*row.group_ids} <= {*ids}]
    found = [picture.counts for one in cells if (picture := one.picture(question))]
    return tuple(map(sum, zip(*found, strict=True))) if found else None


def _gap_before(
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


def _may_follow(plan: _Reveal, made: Published, again: Iterable[Question]) -> bool:
    """Whether pictures on complete pairs differ from those before by nobody or by k people.

    The snapshot rule counts changed answers; of those, fewer may belong to complete pairs.
    """
    for dimension in plan.template.dimensions:
        new = made.dimension(dimension.key)
        for side in SIDES:
            before, rows = plan.before(dimension, side), plan.rows_before(dimension, side)
            cells: list[tuple[tuple[str, ...] | None, Cell]] = [(None, new.sides[side])]
            cells += [(row.group_ids, row.cell) for row in new.rows_of(side)]
            for ids, cell in cells:
                for question in again:
                    picture, old = cell.picture(question), before.picture(question)
                    if not picture or not old or not (picture.on_pairs or old.on_pairs):
                        continue
                    counts = _counts_before(before, rows, question, ids)
                    if counts and not separable(counts, picture.counts, plan.least(side)):
                        return False
    return True


# --- after the reveal ---------------------------------------------------------------------------


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
        dimensions=tuple(
            replace(
                result,
                sides={side: rest(cell) for side, cell in result.sides.items()},
                rows=tuple(left for row in result.rows if (left := replace(row, cell=rest(row.cell))).cell.shown),
            )
            for result in published.dimensions
        ),
    )


def unanimous_groups(
    voices: Sequence[Voice],
    *,
    template: Template,
    groups: Sequence[tuple[str, Side]],
    k: int,
    reveal: frozenset[Question],
    open_sides: frozenset[Side] = frozenset(),
    earlier: Published | None = None,
    join: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """Groups that this reveal would show alone and in which all gave one answer, in listed order.

    The arguments are those of :func:`publish`. Says which groups, never what they answered.
    """
    made = publish(
        voices,
        template=template,
        groups=groups,
        k=k,
        reveal=reveal,
        open_sides=open_sides,
        earlier=earlier,
        join=join,
    )
    alike = {
        row.id
        for result in made.dimensions
        for row in result.rows
        if row.kind == "group"
        for question in reveal
        if (picture := row.cell.picture(question)) and picture.n > 1
        if all(one in (0, picture.n) for one in picture.counts)
    }
    return tuple(group for group, _ in groups if group in alike)


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
    )


def _partition_from(data: Mapping[str, Any]) -> Partition:
    lists = {key: tuple(data[key]) for key in ("shown", "pooled", "no_answers")}
    return Partition(**lists, total_shown=data["total_shown"])


def _cell_from(data: Mapping[str, Any]) -> Cell:
    cell = dict(data)
    for question in REVEALABLE:
        if picture := data[question]:
            cell[question] = Picture(**{**picture, "counts": tuple(picture["counts"])})
    if gap := data["gap"]:
        shift = PairedShift(**gap["shift"])
        cell["gap"] = GapPicture(shift, tuple(gap["today"]), tuple(gap["wanted"]))
    if guess := data["guess"]:
        told = Congruency(**guess["congruency"])
        cell["guess"] = GuessPicture(told, tuple(guess["own"]), tuple(guess["guess"]))
    return Cell(**cell)
