"""A question asked again: whether a picture of the new round may follow those before it (METHOD 8.3), and on which rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.core.plan import Reveal, members_of
from app.core.privacy import TOTAL_ONLY, Partition, separable
from app.core.published import PAIRED, Cell, Picture, Published, counts_before
from app.core.release import make
from app.core.scales import SIDES, Dimension, Question, Side, Template
from app.core.voices import Voice, changed_people


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of a question's new picture, or a whole side (``ids`` None), or its groups that are silent now."""

    question: Question
    side: Side
    ids: tuple[str, ...] | None
    voices: Sequence[Voice]
    gone: int


def publish_round(
    voices: Sequence[Voice],
    *,
    template: Template,
    groups: Sequence[tuple[str, Side]],
    k: int,
    reveal: frozenset[Question],
    rounds: Mapping[Question, int],
    earlier: Published,
    older: Sequence[Published] = (),
    gone: Mapping[Question, Mapping[str, int]] | None = None,
    open_sides: frozenset[Side] = frozenset(),
    join: frozenset[str] = frozenset(),
) -> Published | None:
    """What is public once ``reveal`` is out in ``rounds``, on top of ``earlier``; None where too few answers changed.

    In each row of the new picture nobody or at least k people may be different from the picture before. Rows where
    fewer are different are joined to others, until every row fits or only the side's total is left; where that does
    not fit either, there is no new picture. voices: with what the last pictures were made of (``Voice.before``).
    older: what was public before ``earlier``; its pictures, too, differ by nobody or by k people. gone: people of the
    last pictures who have left since: question to group id (side where there are no groups) to number.

    The other arguments, and what it raises, are those of ``release.publish``.
    """
    by_side = members_of(voices, groups)
    plan = Reveal(template, groups, k, reveal, open_sides, earlier, join, by_side, rounds, older, gone or {})
    while True:
        made = make(plan)
        uneven = next(_uneven_lines(plan, made), None)
        if uneven is None:
            return made
        more = _to_join(plan, made, uneven)
        if more <= plan.join:
            return None
        plan = replace(plan, join=plan.join | more)


def _uneven_lines(plan: Reveal, made: Published) -> Iterator[_Line]:
    """The lines of the new picture that are different from a picture before by some, but fewer than k people."""
    assert plan.earlier is not None
    assert plan.gone is not None
    for question in sorted(plan.fresh & plan.earlier.questions):
        for side in SIDES:
            for line in _lines(plan, made, question, side, plan.gone.get(question, {})):
                if not all(_is_even(plan, made, dimension, line) for dimension in plan.template.dimensions):
                    yield line


def _lines(plan: Reveal, made: Published, question: Question, side: Side, gone: Mapping[str, int]) -> Iterator[_Line]:
    partition = _partition(made, question, side)
    members = plan.voices[side]
    names = tuple(group for group, its_side in plan.groups if its_side == side)
    if not partition.rows:
        yield _Line(question, side, None, members, sum(gone.get(name, 0) for name in (*names, side)))
        return
    silent = tuple(name for name in names if not any(name in ids for ids in partition.rows))
    for ids in (*partition.rows, silent):
        own = [voice for voice in members if voice.group in ids]
        yield _Line(question, side, ids, own, sum(gone.get(name, 0) for name in ids))


def _partition(made: Published, question: Question, side: Side) -> Partition:
    return made.partitions[question][side] if question in PAIRED else TOTAL_ONLY


def _is_even(plan: Reveal, made: Published, dimension: Dimension, line: _Line) -> bool:
    """Whether nobody or at least k people of the line are different in the new picture."""
    least, question = plan.least(line.side), line.question
    before, rows = plan.before(dimension, line.side), plan.rows_before(dimension, line.side)
    after = made.dimension(dimension.key)
    old, new = before.picture(question), after.sides[line.side].picture(question)
    if not new:
        return True
    changed = changed_people(line.voices, dimension, question, old, new) if old else 0
    if old and 0 < changed + line.gone < least:
        return False
    counts = counts_before(after.sides[line.side], after.rows_of(line.side), question, line.ids)
    last = counts_before(before, rows, question, line.ids)
    if dimension.kind != "ordered" or not counts:
        # Who left may have answered in other dimensions only, and then too few made the difference in this one.
        sure = not old or not line.gone or len(plan.template.dimensions) == 1
        return sure or changed >= least or last == counts
    past = [one.dimension(dimension.key) for one in plan.older]
    shown = [counts_before(one.sides[line.side], one.rows_of(line.side), question, line.ids) for one in past]
    shown = [one for one in shown if last not in (one, counts)]  # what was compared already, and what is not new
    if old and _is_uncertain(plan, before, line, old, new):
        shown.append(last)
    return all(separable(one, counts, least) for one in shown if one)


def _is_uncertain(plan: Reveal, before: Cell, line: _Line, old: Picture, new: Picture) -> bool:
    """Whether nobody can say for certain who was in the picture before, so that the counts themselves have to tell.

    That is so for people who have left, where a picture stands on complete pairs or people answer in several
    dimensions; where one question's picture stands on pairs which the other's was not made with; and where the other
    question was asked again since.
    """
    pictures = [picture for question in PAIRED if (picture := before.picture(question))]
    apart = len({picture.on_pairs for picture in pictures}) > 1
    later = old.on_pairs and plan.is_older_than_the_other(line.question)
    on_pairs = old.on_pairs or new.on_pairs
    return apart or later or (line.gone > 0 and (on_pairs or len(plan.template.dimensions) > 1))


def _to_join(plan: Reveal, made: Published, line: _Line) -> frozenset[str]:
    """The groups to join so that the line may fit, on top of those that are joined already."""
    partition = _partition(made, line.question, line.side)
    if line.ids is None:
        return frozenset()
    if len(line.ids) == 1 and line.ids[0] in partition.shown:
        return frozenset(line.ids)
    sizes = {name: sum(voice.group == name for voice in plan.voices[line.side]) for name in partition.shown}
    return frozenset({min(sizes, key=lambda name: (sizes[name], name))} if sizes else ())
