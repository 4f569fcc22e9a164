"""METHOD 8 and 13.7 at the gate: whatever is revealed, nobody can be worked out."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.privacy import may_republish, people_apart
from app.core.published import Cell, Picture, changed_by_row, published_from_json, published_to_json, without
from app.core.release import publish, unanimous_groups
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
            assert not cell.gap or not 0 < people_apart(cell.guess.own, cell.gap.today) < least
        if ids is None and rows:
            for question in ("current", "desired", "gap"):
                assert_rows_add_up(cell, rows, question, least)


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


@settings(max_examples=250, deadline=None)
@given(meetings(), st.sampled_from(ORDERS), st.data())
def test_no_sequence_of_first_reveals_lets_anybody_be_worked_out(meeting, order, data):
    k = data.draw(st.sampled_from([3, 3, 4]))
    join = data.draw(st.sets(st.sampled_from("ABCD")))
    template, groups, made = meeting
    voices = as_voices(made)
    small = {s for s in SIDES if sum(v.side == s for v in voices) < k}
    open_sides = frozenset(small if data.draw(st.booleans()) else ())
    earlier = None
    for questions in order:
        before = earlier
        earlier = publish(
            voices,
            template=template,
            groups=groups,
            k=k,
            reveal=questions,
            open_sides=open_sides,
            earlier=before,
            join=frozenset(join),
        )
        assert earlier.questions >= questions
        assert_nobody_can_be_worked_out(earlier, open_sides)
        assert_cover_comes_from_two_groups(earlier, voices)
        assert_survives_json(earlier)
        if before:
            assert_what_was_shown_stays(before, earlier, before.questions - questions)
        for question in earlier.questions:
            hidden = without(earlier, question)
            assert question not in hidden.questions
            assert not any(
                cell.picture(question) or (cell.gap and question != "mirror")
                for _, _, _, cell, _, _ in blocks(hidden, open_sides)
            )


def assert_what_was_shown_stays(before, after, kept):
    for old, new in zip(before.dimensions, after.dimensions, strict=True):
        for which in SIDES:
            for question in kept:
                assert old.sides[which].picture(question) == new.sides[which].picture(question)
        for question in kept:
            rows = {one.group_ids: one.cell.picture(question) for one in new.rows}
            for one in old.rows:
                if one.cell.picture(question):
                    assert rows[one.group_ids] == one.cell.picture(question)


@settings(max_examples=150, deadline=None)
@given(meetings(), st.sampled_from(ORDERS), st.data())
def test_no_allowed_sequence_with_changed_answers_does_either(meeting, order, data):
    template, groups, made = meeting
    published, seen, k = None, {}, 3
    for questions in [*order, data.draw(st.sampled_from(order)), data.draw(st.sampled_from(order))]:
        if made and published:
            change_some(data, template, made)
        again = frozenset(q for q in questions if published and q in published.questions)
        refused = {q for q in again if not allowed(published, q, template, groups, made, snapshot=seen[q], k=k)}
        # What was revealed together is revealed again together or not at all.
        fresh = questions - (again if refused else frozenset())
        if not fresh:
            continue
        voices = as_voices(made)
        before = published
        published = publish(voices, template=template, groups=groups, k=k, reveal=fresh, earlier=before)
        assert_nobody_can_be_worked_out(published)
        assert_survives_json(published)
        if before:
            assert_new_pictures_part_from_old_ones_safely(before, published, k)
        for question in fresh:
            if not before or published.snapshots[question] > before.snapshots.get(question, 0):
                seen[question] = [dict(one["choices"]) for one in made]


def change_some(data, template, made):
    for place in data.draw(st.sets(st.integers(0, len(made) - 1), max_size=5)):
        made[place]["choices"] = data.draw(st.one_of(st.just({}), choices(template)))


def allowed(published, question, template, groups, made, *, snapshot, k):
    """The snapshot rule as a caller asks it: person by person, one dimension at a time."""
    for dimension in template.dimensions:
        key, changed = (dimension.key, question), {}
        for one, old in zip(made, snapshot, strict=True):
            if one["choices"].get(key, "-") != old.get(key, "-"):
                place = one["group"] or one["side"]
                changed[place] = changed.get(place, 0) + 1
        rows = changed_by_row(published, question, changed, groups=groups)
        if not may_republish(rows.values(), k, elsewhere=1):
            return False
    return True


def assert_new_pictures_part_from_old_ones_safely(before, after, k):
    for new, which, ids, cell, _, _ in blocks(after, frozenset()):
        old = before.dimension(new.key)
        for question in ("current", "desired"):
            picture, counts = cell.picture(question), known(old, which, ids, question)
            if picture and counts and picture.on_pairs:
                assert not 0 < people_apart(counts, picture.counts) < k
        was = next((o.cell for o in old.rows_of(which) if o.group_ids == ids), None)
        was = old.sides[which] if ids is None else was
        if was and was.gap and cell.gap:
            assert not 0 < people_apart(was.gap.today, cell.gap.today) < k
            assert not 0 < people_apart(was.gap.wanted, cell.gap.wanted) < k


# --- stories --------------------------------------------------------------------------------------

FIVE = [(2, 4), (2, 3), (3, 4), (3, 5), (1, 2)]
THREE = FIVE[:3]


def test_a_reveal_together_shows_sides_groups_and_gaps():
    voices = people("A", "customer", *FIVE) + people("B", "customer", *THREE)
    found = reveal(voices)
    assert row_ids(found) == ["A", "B"]
    assert side(found).current == Picture(8, (1, 4, 3, 0, 0), 0)
    assert side(found).gap.shift.up == 8
    assert side(found, "supplier").why == "no_answers"
    assert found.no_answers("customer") == ("C", "D")
    assert found.snapshots == {"current": 1, "desired": 1}


def test_a_small_group_takes_the_smallest_other_with_it():
    voices = people("A", "customer", *FIVE) + people("B", "customer", *FIVE[:4]) + people("C", "customer", *FIVE[:2])
    found = reveal(voices)
    assert row_ids(found) == ["A", "customer:other"]
    assert row(found, "customer:other").group_ids == ("B", "C")
    assert row(found, "customer:other").kind == "pooled"


def test_the_one_who_could_not_judge_the_wish_is_left_out_of_both_pictures():
    voices = people("A", "customer", *FIVE, (5, None))
    cell = side(reveal(voices))
    assert (cell.current.n, cell.desired.n, cell.gap.shift.n_pairs) == (5, 5, 5)
    assert cell.current.on_pairs
    assert (cell.current.abstained, cell.desired.abstained, cell.could_not_judge) == (0, 1, 1)
    assert cell.current.counts[4] == 0


def test_enough_left_over_people_keep_their_place():
    cell = side(reveal(people("A", "customer", *FIVE, (5, "-"), (5, "-"), (4, "-"))))
    assert (cell.current.n, cell.desired.n, cell.gap.shift.n_pairs) == (8, 5, 5)


def test_too_few_pairs_show_the_pictures_without_the_gap():
    cell = side(reveal(people("A", "customer", (1, "-"), (2, "-"), (3, 4), ("-", 5), ("-", 4))))
    assert (cell.current.n, cell.desired.n) == (3, 3)
    assert cell.gap is None
    assert cell.gap_hidden == "too_few"


def test_a_question_shown_alone_stays_as_it_is_and_costs_the_gap():
    voices = people("A", "customer", *FIVE, (5, None))
    first = reveal(voices, ALONE["current"])
    assert side(first).gap_hidden is None
    then = reveal(voices, ALONE["desired"], earlier=first)
    assert side(then).current == side(first).current
    assert (side(then).desired.n, side(then).gap, side(then).gap_hidden) == (5, None, "too_few")
    assert row(then, "A").cell.gap_hidden == "too_few"


def test_a_later_reveal_joins_rows_and_lists_both_partitions():
    voices = (
        people("A", "customer", *FIVE)
        + people("B", "customer", *FIVE)
        + people("C", "customer", (1, 2), (1, "-"), (2, "-"), (2, "-"))
    )
    first = reveal(voices, ALONE["current"])
    assert row_ids(first) == ["A", "B", "C"]
    then = reveal(voices, ALONE["desired"], earlier=first)
    assert row_ids(then, "current") == ["A", "B", "C"]
    assert row_ids(then, "desired") == ["B", "customer:other"]
    assert row(then, "customer:other").group_ids == ("A", "C")
    assert row(then, "customer:other").cell.gap.shift.n_pairs == 6
    assert row(then, "A").cell.gap_hidden == "too_few"


def test_a_side_not_shown_before_appears_as_its_total():
    voices = people("A", "customer", *[("-", 4)] * 4, (1, 2), (1, 2)) + people("B", "customer", *[("-", 4)] * 4)
    first = reveal(voices, ALONE["current"])
    assert side(first).why == "too_few"
    then = reveal(voices, ALONE["desired"], earlier=first)
    assert side(then).desired.n == 10
    assert side(then).current is None
    assert row_ids(then) == []


def test_an_open_side_is_shown_as_its_total():
    voices = people("S", "supplier", (3, 4)) + people("T", "supplier", (4, 4))
    hidden, shown = reveal(voices), reveal(voices, open_sides=frozenset({"supplier"}))
    assert not side(hidden, "supplier").shown
    assert side(shown, "supplier").gap.shift.n_pairs == 2
    assert row_ids(shown) == []


def test_a_withdrawn_answer_cannot_be_read_from_a_later_gap():
    voices = people("A", "customer", *FIVE, (5, 5))
    first = reveal(voices, ALONE["current"])
    then = reveal(voices[:5], ALONE["desired"], earlier=first)
    assert side(then).current.n == 6
    assert side(then).gap is None


def test_a_changed_answer_cannot_be_read_from_a_later_gap():
    first = reveal(people("A", "customer", *FIVE), ALONE["current"])
    changed = people("A", "customer", (5, 4), *FIVE[1:])
    then = reveal(changed, ALONE["desired"], earlier=first)
    assert side(then).gap is None
    assert side(then).current.counts == side(first).current.counts


def test_a_late_voice_is_not_singled_out_by_others_who_are_not_in_the_picture():
    early = people("A", "customer", *FIVE, (4, "-"))
    first = reveal(early)
    assert side(first).current.on_pairs
    late = early + people("A", "customer", (5, 5), ("-", 3))
    assert reveal(late, earlier=first) is first


def test_a_new_gap_that_one_person_moved_is_held_back():
    alone = [(1, "-"), (2, "-"), (2, "-")]
    first = reveal(people("A", "customer", *FIVE, *alone))
    assert side(first).gap.shift.n_pairs == 5
    # Three people change today, enough for a new picture, but only one of them is in the gap.
    moved = people("A", "customer", (5, 4), *FIVE[1:], (4, "-"), (4, "-"), (2, "-"))
    then = reveal(moved, earlier=first)
    assert then.snapshots["current"] == 2
    assert side(then).current.counts == (1, 2, 2, 2, 1)
    assert (side(then).gap, side(then).gap_hidden) == (None, "too_few")


def test_a_new_picture_is_counted():
    first = reveal(people("A", "customer", *FIVE))
    again = reveal(people("A", "customer", *FIVE, (4, 4), (4, 4), (4, 5)), earlier=first)
    assert again.snapshots == {"current": 2, "desired": 2}
    assert side(again).gap.shift.n_pairs == 8


def test_several_dimensions_share_one_partition():
    both = [
        Voice(group, "customer", {(key, q): 2 for key in keys for q in ("current", "desired")})
        for group, everybody in (("A", 4), ("B", 5), ("C", 6))
        for place in range(everybody)
        for keys in (("d", "e") if group != "A" or place < 2 else ("d",),)
    ]
    found = reveal(both, template=TWO)
    for key in ("d", "e"):
        assert [one.group_ids for one in found.dimension(key).rows] == [("C",), ("A", "B")]


def test_a_set_has_counts_but_no_gap():
    voices = [Voice("A", "customer", {("s", "current"): mask, ("s", "desired"): 7}) for mask in (1, 3, 0)]
    cell = side(reveal(voices, template=MIXED), key="s")
    assert (cell.current.n, cell.current.counts) == (3, (2, 1, 0))
    assert cell.desired.counts == (3, 3, 3)
    assert cell.gap is None
    assert cell.gap_hidden is None


def test_the_mirror_is_public_per_side_only():
    voices = people("A", "customer", *[(2, 3, 4)] * 4) + people("B", "customer", *[(2, 3, 4)] * 3)
    found = reveal(voices, frozenset(QUESTIONS))
    assert side(found).mirror == Picture(7, (0, 0, 0, 7, 0), 0)
    assert side(found).guess.congruency.mean_gap == -2
    assert all(one.cell.mirror is None for one in found.dimension("d").rows)


def test_one_missing_guess_costs_the_perceived_agreement():
    voices = people("A", "customer", *[(2, 3, 4)] * 4, (5, 5))
    assert side(reveal(voices, frozenset(QUESTIONS))).guess is None
    extra = people("A", "customer", *[(2, 3, 4)] * 4, ("-", 5, 1))
    cell = side(reveal(extra, frozenset(QUESTIONS)))
    assert (cell.mirror.n, cell.mirror.on_pairs) == (4, True)


def test_the_console_hears_which_group_is_unanimous_and_may_join_it():
    voices = (
        people("A", "customer", *[(2, 4), (2, 3), (2, 5)])
        + people("B", "customer", *FIVE)
        + people("C", "customer", *FIVE)
    )
    asked = {"template": ONE, "groups": GROUPS, "k": 3}
    assert unanimous_groups(voices, reveal=BOTH, **asked) == ("A",)
    assert unanimous_groups(voices, reveal=ALONE["desired"], **asked) == ()
    joined = frozenset({"A"})
    assert unanimous_groups(voices, reveal=BOTH, join=joined, **asked) == ()
    assert row_ids(reveal(voices, join=joined)) == ["C", "customer:other"]


def test_changes_are_counted_by_public_row():
    voices = people("A", "customer", *FIVE) + people("B", "customer", *FIVE[:4]) + people("C", "customer", *FIVE[:2])
    first = reveal(voices)
    changed = {"A": 3, "B": 1, "C": 2, "D": 1, "S": 2}
    rows = changed_by_row(first, "current", changed, groups=GROUPS)
    assert rows == {"A": 3, "customer:other": 3, "customer:none": 1}
    alone = publish(people(None, "customer", *FIVE), template=ONE, groups=(), k=3, reveal=BOTH)
    assert changed_by_row(alone, "current", {"customer": 2}, groups=()) == {"customer": 2}


def test_hiding_a_question_takes_its_numbers_away():
    full = reveal(people("A", "customer", *FIVE), frozenset(QUESTIONS))
    hidden = without(full, "desired")
    assert side(hidden).current == side(full).current
    assert (side(hidden).desired, side(hidden).gap) == (None, None)
    assert without(without(hidden, "current"), "mirror").dimension("d").rows == ()
    assert without(full, "change") == full


@pytest.mark.parametrize("wrong", [{"k": 2}, {"questions": frozenset({"change"})}])
def test_what_may_not_be_asked_is_refused(wrong):
    with pytest.raises(ValueError, match="at least 3"):
        reveal([], **wrong)


def test_somebody_without_a_listed_group_stops_the_reveal():
    with pytest.raises(ValueError, match="no listed group"):
        reveal(people("Z", "customer", *FIVE))


def test_an_unknown_dimension_is_no_result():
    with pytest.raises(KeyError):
        reveal([]).dimension("z")
