"""Made-up meetings for the tests of the gate, and what must hold of whatever it publishes."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from app.core.privacy import people_apart
from app.core.published import Cell, published_from_json, published_to_json
from app.core.release import publish
from app.core.scales import SIDES, Dimension, Step, Template
from app.core.voices import Voice


def ladder(key="d", kind="ordered", steps=5):
    return Dimension(key, key, kind, tuple(Step(i, f"Step {i}") for i in range(1, steps + 1)))


ONE = Template("one", "One", "", (ladder(),))
TWO = Template("two", "Two", "", (ladder("d"), ladder("e", steps=4)))
MIXED = Template("mixed", "Mixed", "", (ladder("d"), ladder("s", "set", 3)))
GROUPS = (
    ("A", "customer"),
    ("B", "customer"),
    ("C", "customer"),
    ("D", "customer"),
    ("S", "supplier"),
    ("T", "supplier"),
)
QUESTIONS = ("current", "desired", "mirror")
BOTH = frozenset({"current", "desired"})
ALONE = {question: frozenset({question}) for question in QUESTIONS}


def people(group, side, *pairs, dimension="d"):
    """One voice per (current, desired); "-" is a question not answered, None can't judge."""
    return [
        Voice(
            group,
            side,
            {(dimension, q): v for q, v in zip(QUESTIONS, answers, strict=False) if v != "-"},
        )
        for answers in pairs
    ]


def reveal(voices, questions=BOTH, *, template=ONE, groups=GROUPS, k=3, **more):
    return publish(voices, template=template, groups=groups, k=k, reveal=questions, **more)


def side(published, which="customer", key="d"):
    return published.dimension(key).sides[which]


def row_ids(published, question=None):
    return [row.id for row in published.dimension("d").rows if question is None or row.cell.picture(question)]


def row(published, row_id):
    return next(one for one in published.dimension("d").rows if one.id == row_id)


# --- random meetings ------------------------------------------------------------------------------


@st.composite
def meetings(draw):
    template = draw(st.sampled_from([ONE, ONE, TWO, MIXED]))
    anonymous = draw(st.integers(0, 9)) == 0
    sizes = draw(st.lists(st.integers(0, 6), min_size=len(GROUPS), max_size=len(GROUPS)))
    voices = [
        {
            "group": None if anonymous else group,
            "side": its_side,
            "choices": draw(choices(template)),
        }
        for (group, its_side), size in zip(GROUPS, sizes, strict=True)
        for _ in range(size)
    ]
    return template, () if anonymous else GROUPS, voices


@st.composite
def choices(draw, template):
    found = {}
    for dimension in template.dimensions:
        top = len(dimension.steps) if dimension.kind == "ordered" else 2 ** len(dimension.steps) - 1
        for question in QUESTIONS:
            kind = draw(st.integers(0, 9))
            if kind > 1:
                found[dimension.key, question] = draw(st.integers(1, top))
            elif kind:
                found[dimension.key, question] = None
    return found


ORDERS = [
    [BOTH],
    [ALONE["current"], ALONE["desired"]],
    [ALONE["desired"], ALONE["current"], ALONE["mirror"]],
    [BOTH, ALONE["mirror"]],
    [ALONE["mirror"], BOTH],
    [ALONE["mirror"], ALONE["current"], ALONE["desired"]],
    [frozenset(QUESTIONS)],
    [ALONE["current"], BOTH],
]


def as_voices(meeting):
    return [Voice(one["group"], one["side"], dict(one["choices"])) for one in meeting]


def blocks(published, open_sides) -> Iterator[tuple[Any, ...]]:
    """Every cell with the fewest people that its pictures may stand on."""
    for result in published.dimensions:
        for which in SIDES:
            least = 1 if which in open_sides else published.k
            rows = result.rows_of(which)
            assert not (rows and which in open_sides)
            yield result, which, None, result.sides[which], rows, least
            for one in rows:
                yield result, which, one.group_ids, one.cell, rows, least


def assert_nobody_can_be_worked_out(published, open_sides=frozenset()):
    for result, which, ids, cell, rows, least in blocks(published, open_sides):
        told = [p for p in (cell.current, cell.desired, cell.mirror) if p]
        assert all(picture.n >= least for picture in told)
        if result.kind == "ordered":
            assert all(sum(picture.counts) == picture.n for picture in told)
        if ids is None and not cell.shown:
            assert cell == Cell(
                current_why=cell.current_why,
                desired_why=cell.desired_why,
                mirror_why=cell.mirror_why,
            )
            assert not rows
        if cell.gap:
            assert cell.gap.shift.n_pairs == sum(cell.gap.today) == sum(cell.gap.wanted) >= least
            for question, paired in (("current", cell.gap.today), ("desired", cell.gap.wanted)):
                single = known(result, which, ids, question)
                assert single is None or not 0 < people_apart(single, paired) < least
        if cell.guess:
            assert sum(cell.guess.own) >= least
            assert not 0 < people_apart(cell.guess.own, cell.current.counts) < least
            assert not 0 < people_apart(cell.guess.guess, cell.mirror.counts) < least
        if ids is None and rows:
            for question in ("current", "desired", "gap"):
                assert_rows_add_up(cell, rows, question, least)


def assert_guesses_and_gaps_part_safely(published, open_sides=frozenset()):
    """As long as everything is of the first round; how it is between rounds, only those can say who know the people."""
    for _, _, _, cell, _, least in blocks(published, open_sides):
        if cell.guess and cell.gap:
            assert not 0 < people_apart(cell.guess.own, cell.gap.today) < least


def size(cell, question):
    if question == "gap":
        return cell.gap.shift.n_pairs if cell.gap else None
    return cell.picture(question).n if cell.picture(question) else None


def assert_rows_add_up(cell, rows, question, least):
    told = [one for one in rows if size(one.cell, question) is not None]
    if not told:
        return
    assert size(cell, question) is not None
    groups = [group for one in told for group in one.group_ids]
    assert len(groups) == len(set(groups)), "rows of one question never overlap"
    rest = size(cell, question) - sum(size(o.cell, question) for o in told if o.kind == "group")
    pooled = [one for one in told if one.kind == "pooled"]
    assert rest == sum(size(one.cell, question) for one in pooled)
    assert not pooled or (rest >= least and len(pooled[0].group_ids) >= 2)


def known(result, which, ids, question):
    """What is public on one question of a side, or of some of its groups together."""
    cells = (
        [result.sides[which]]
        if ids is None
        else [one.cell for one in result.rows_of(which) if {*one.group_ids} <= {*ids}]
    )
    found = [cell.picture(question).counts for cell in cells if cell.picture(question)]
    return tuple(map(sum, zip(*found, strict=True))) if found else None


def assert_cover_comes_from_two_groups(published, voices):
    for result in published.dimensions:
        for one in result.rows:
            if one.kind == "group":
                continue
            for question in ("current", "desired"):
                if one.cell.picture(question):
                    giving = {
                        voice.group
                        for voice in voices
                        if voice.group in one.group_ids and voice.choices.get((result.key, question)) is not None
                    }
                    assert len(giving) >= 2


def assert_survives_json(published):
    text = json.dumps(published_to_json(published))
    assert published_from_json(json.loads(text)) == published
