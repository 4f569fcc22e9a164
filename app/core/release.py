"""THE GATE: numbers leave only through here (METHOD 8).

:func:`publish` turns people's answers into a :class:`Published`, the frozen result of a reveal. A
hidden side or row has no number anywhere in it. Everything shown, sent or exported is read from a
``Published``; nothing else in the program may look at counts per step.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from app.core.measures import paired_shift, tally
from app.core.mirror import congruency
from app.core.plan import Reveal, members_of
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
from app.core.published import (
    PAIRED,
    REVEALABLE,
    Cell,
    DimensionResult,
    GuessPicture,
    Published,
    Row,
    Why,
    counts_before,
    gaps_before,
)
from app.core.scales import SIDES, Dimension, Question, Side, Template
from app.core.voices import (
    Part,
    Voice,
    answers_of,
    gap_of,
    guessing_pair_part,
    guessing_part,
    moves_of,
    pair_part,
    pairs_of,
    picture_of,
    today_part,
)


def publish(
    voices: Sequence[Voice],
    *,
    template: Template,
    groups: Sequence[tuple[str, Side]],
    k: int,
    reveal: frozenset[Question],
    open_sides: frozenset[Side] = frozenset(),
    earlier: Published | None = None,
    older: Sequence[Published] = (),
    join: frozenset[str] = frozenset(),
) -> Published:
    """What is public once the questions in ``reveal`` are out, on top of ``earlier`` (and ``older``, before that).

    groups: (group id, side) in listed order; empty in anonymous sessions, which get totals only.
    reveal: out of current, desired and mirror. A question already in ``earlier`` gets a new
        picture: ask ``privacy.may_republish`` first, and reveal again together what was revealed
        together. Where the new picture would still part from the old one by fewer than k people
        (on complete pairs fewer may have changed), the old one stays; ``snapshots`` tells. A further
        round of a question goes through ``rounds.publish_round``.
    open_sides: small sides of which every member agreed to be shown.
    join: groups to join to others because they are unanimous.

    One partition per side holds for all dimensions and questions of this reveal.
    Raises ValueError for k below 3, an unknown question, or a person in no listed group.
    Source: METHOD 8.1 to 8.3.
    """
    if k < SMALLEST_K or not reveal.issubset(REVEALABLE):
        raise ValueError("k is at least 3, and current, desired and mirror can be revealed")
    by_side = members_of(voices, groups)
    rounds = earlier.rounds if earlier else {}
    plan = Reveal(template, groups, k, reveal, open_sides, earlier, join, by_side, rounds, older)
    made = make(plan)
    again = reveal & earlier.questions if earlier else frozenset()
    if not earlier or not again or _may_follow(plan, made, again):
        return made
    return make(replace(plan, fresh=reveal - again)) if reveal - again else earlier


def make(plan: Reveal) -> Published:
    """The pictures of a reveal, without asking whether they may follow those before."""
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
        rounds=_later_rounds(plan),
    )


def _later_rounds(plan: Reveal) -> dict[Question, int]:
    rounds = {question: plan.round_of(question) for question in plan.public}
    return {question: number for question, number in sorted(rounds.items()) if number > 1}


def _gap_is_public(plan: Reveal, dimension: Dimension, side: Side) -> bool:
    """Whether both questions are public after this reveal, with enough complete pairs."""
    least, members, before = plan.least(side), plan.voices[side], plan.before(dimension, side)
    if dimension.kind != "ordered":
        return False
    for question in PAIRED:
        if question in plan.fresh:
            if len(answers_of(members, dimension, question)) < least:
                return False
        elif before.picture(question) is None:
            return False
    return len(answers_of(members, dimension, *PAIRED)) >= least


def _partition(plan: Reveal, side: Side) -> Partition:
    """The one partition of a side for everything that this reveal makes public of it."""
    members, least = plan.voices[side], plan.least(side)
    bases: list[tuple[Dimension, tuple[Question, ...]]] = []
    for dimension in plan.template.dimensions:
        bases += [
            (dimension, (question,))
            for question in PAIRED
            if question in plan.fresh and len(answers_of(members, dimension, question)) >= least
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
        numbers = [len(answers_of(own, dimension, *asked)) for dimension, asked in bases]
        sizes[name], answered[name] = min(numbers), any(numbers)
    total = min(len(answers_of(members, dimension, *asked)) for dimension, asked in bases)
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


def _dimension(plan: Reveal, dimension: Dimension, partitions: Mapping[Side, Partition]) -> DimensionResult:
    sides: dict[Side, Cell] = {}
    rows: list[Row] = []
    for side in SIDES:
        block = _Block(plan, dimension, side, partitions[side])
        sides[side] = block.side_cell()
        rows += block.rows()
    return DimensionResult(dimension.key, dimension.kind, len(dimension.steps), sides, tuple(rows))


class _Block:
    """One side on one dimension: its cell and its rows after this reveal."""

    def __init__(self, plan: Reveal, dimension: Dimension, side: Side, partition: Partition) -> None:
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
        return len(answers_of(voices, self.dimension, *questions))

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
            gap = gap_of(voices, self.dimension)
            for question, paired in zip(PAIRED, (gap.today, gap.wanted), strict=True):
                # A picture that is out already is compared as it was shown: answers may have
                # changed or gone since, and the difference would tell whose.
                single = (
                    picture_of(voices, self.dimension, question).counts
                    if question in self.fresh
                    else counts_before(self.before, self.rows_before, question, ids)
                )
                if single is not None and not separable(single, paired, self.least):
                    return "answers_only"
        return "both"

    def _gap_may_follow(self) -> bool:
        """Whether the new gap cannot be subtracted from those, or from the guesses, shown before."""
        guess = None if {"current", "mirror"} & self.plan.fresh and self._guess_fits() else self.before.guess
        today = gap_of(self.members, self.dimension).today
        past = [one.dimension(self.dimension.key) for one in self.plan.older]
        own = [other.own for one in past if (other := one.sides[self.side].guess)]
        guessed = guessing_pair_part if self.before.current and self.before.current.on_pairs else guessing_part
        if guess and not (self._knows(None) and self._same_or_enough(self.members, guessed, today_part)):
            own.append(guess.own)
        if not all(separable(counts, today, self.least) for counts in own):
            return False
        for ids, voices in self._everyone_then_rows():
            new, last = gap_of(voices, self.dimension), gaps_before(self.before, self.rows_before, ids)
            olds = [gaps_before(one.sides[self.side], one.rows_of(self.side), ids) for one in past]
            olds = [old for old in olds if last not in (old, (new.today, new.wanted))]
            if not (last and self._knows(ids) and self._same_or_enough(voices, pair_part, pair_part)):
                olds.append(last)
            for old in olds:
                if old and not (separable(old[0], new.today, self.least) and separable(old[1], new.wanted, self.least)):
                    return False
        return True

    def _knows(self, ids: Sequence[str] | None) -> bool:
        """Whether it is known who was in the last gap of these groups, or of the side: nobody of theirs has left."""
        gone = self.plan.gone
        return gone is not None and not any(
            number and (ids is None or group in ids) for by_group in gone.values() for group, number in by_group.items()
        )

    def _same_or_enough(self, voices: Sequence[Voice], was: Part, now: Part) -> bool:
        """Whether nobody or at least k people have another part now than before."""
        key = self.dimension.key
        different = sum(was(voice.before, key) != now(voice.choices, key) for voice in voices)
        return not 0 < different < self.least

    def _guess_fits(self) -> bool:
        """Whether today's answers are those that the other side guessed: guesses are made once, about the first round."""
        return self.plan.round_of("current") == self.plan.round_of("mirror")

    def _fill(self, cell: Cell, voices: Sequence[Voice]) -> Cell:
        """The cell with this reveal's pictures and gap in place of older ones."""
        if not self.fresh:
            return cell
        base = PAIRED if self.base == "pairs_only" else ()
        pictures = {q: picture_of(voices, self.dimension, q, base) if q in self.shown else None for q in self.fresh}
        cell = replace(
            cell,
            current=pictures.get("current", cell.current),
            desired=pictures.get("desired", cell.desired),
            gap=gap_of(voices, self.dimension) if self.gap_allowed else None,
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
                    picture = None if why else picture_of(self.members, self.dimension, "mirror")
                    cell = replace(cell, mirror_why=why, mirror=picture)
        if self.plan.fresh & {"current", "mirror"}:
            cell = self._guess(cell)
        if self.fresh:
            keys = [(self.dimension.key, q) for q in PAIRED if cell.picture(q)]
            unsure = sum(
                any(key in voice.choices and voice.choices[key] is None for key in keys) for voice in self.members
            )
            cell = replace(cell, could_not_judge=unsure)
        for question in self.fresh:
            if self.plan.is_new_round(question):
                cell = self._with_moves(cell, question)
        return cell

    def _with_moves(self, cell: Cell, question: Question) -> Cell:
        """The cell with how people moved since the round before, where that tells of nobody.

        It is told of people who are in both pictures: at least k, with nobody or k people left over in either, and
        nobody or k people who moved.
        """
        old, new = self.before.picture(question), cell.picture(question)
        if self.dimension.kind != "ordered" or not old or not new:
            return cell
        if old.on_pairs and self.plan.is_older_than_the_other(question):
            return cell
        pairs = moves_of(self.members, self.dimension, question, old, new)
        moved = paired_shift(pairs)
        was, now = (tally((pair[i] for pair in pairs), len(self.dimension.steps)) for i in (0, 1))
        movers = moved.up + moved.down
        told = (
            moved.n_pairs >= self.least
            and not 0 < movers < self.least
            and separable(old.counts, was, self.least)
            and separable(new.counts, now, self.least)
        )
        shown: dict[str, Any] = {question: replace(new, moved=moved if told else None)}
        return replace(cell, **shown)

    def _guess(self, cell: Cell) -> Cell:
        """Own answers against guesses, where they cannot be subtracted from what else is out."""
        cell = replace(cell, guess=None)
        if self.dimension.kind != "ordered" or not (cell.current and cell.mirror) or not self._guess_fits():
            return cell
        base: tuple[Question, ...] = PAIRED if cell.current.on_pairs else ("current",)
        people = answers_of(self.members, self.dimension, *base, "mirror")
        pairs = pairs_of(people, self.dimension, "current", "mirror")
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
            shrunk = picture_of(self.members, self.dimension, "mirror", base)
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


def _may_follow(plan: Reveal, made: Published, again: Iterable[Question]) -> bool:
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
                    counts = counts_before(before, rows, question, ids)
                    if counts and not separable(counts, picture.counts, plan.least(side)):
                        return False
    return True


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
