"""METHOD 8 at the gate, case by case."""

import pytest

from app.core.published import Picture, changed_by_row, without
from app.core.release import publish, unanimous_groups
from app.core.voices import Voice
from tests.unit.meetings import ALONE, BOTH, GROUPS, MIXED, ONE, QUESTIONS, TWO, people, reveal, row, row_ids, side

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
