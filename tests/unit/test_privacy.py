"""METHOD 8: partitions, bases and snapshots, from numbers of people alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import privacy as p

SIZES = st.dictionaries(st.sampled_from("ABCDEF"), st.integers(0, 8))
KS = st.sampled_from([3, 4, 5])


def assert_safe(found, sizes, k):
    if not found.total_shown:
        assert not found.rows
        return
    assert all(sizes[group] >= k for group in found.shown)
    if found.pooled:
        giving = [sizes[group] for group in found.pooled if sizes[group]]
        assert len(giving) >= 2
        assert sum(giving) >= k
    if found.shown:
        shown = sum(sizes[group] for row in found.rows for group in row)
        assert sum(sizes.values()) == shown


@given(SIZES, KS, st.sets(st.sampled_from("ABCDEF")))
def test_nothing_small_can_be_worked_out_from_the_rows(sizes, k, join):
    found = p.partition_side(sizes, k=k, join=frozenset(join))
    assert_safe(found, sizes, k)
    assert found.total_shown == (sum(sizes.values()) >= k)
    assert not join.intersection(found.shown)


@given(SIZES, SIZES, KS)
def test_a_later_reveal_is_never_finer(sizes, later, k):
    later = {group: later.get(group, 0) for group in sizes}
    first = p.partition_side(sizes, k=k)
    found = p.coarser(later, first, k=k)
    assert_safe(found, later, k)
    assert not set(found.shown) & set(first.pooled)
    if found.pooled:
        assert set(first.pooled) <= set(found.pooled)
    if not first.rows:
        assert not found.rows


def test_a_group_that_answered_elsewhere_hides_but_gives_no_cover():
    sizes = {"A": 0, "B": 4, "C": 5, "D": 6}
    answered = dict.fromkeys(sizes, True)
    found = p.partition_side(sizes, k=3, answered=answered)
    assert found == p.Partition(("D",), ("A", "B", "C"), (), total_shown=True)


def test_an_open_side_shows_its_total_and_no_rows():
    sizes = {"A": 1, "B": 1}
    assert p.partition_side(sizes, k=3) == p.HIDDEN
    assert p.partition_side(sizes, k=3, open_side=True) == p.TOTAL_ONLY
    assert p.partition_side({"A": 0}, k=3, open_side=True) == p.HIDDEN


def test_groups_without_answers_are_named_and_give_no_cover():
    found = p.partition_side({"A": 4, "B": 0, "C": 3}, k=3)
    assert found == p.Partition(("A", "C"), (), ("B",), total_shown=True)


@pytest.mark.parametrize(
    ("answers", "pairs", "outcome"),
    [
        (5, 5, "both"),
        (6, 5, "pairs_only"),
        (8, 5, "both"),
        (4, 2, "answers_only"),
        (12, 2, "answers_only"),
    ],
)
def test_the_bases_differ_by_nobody_or_by_enough(answers, pairs, outcome):
    assert p.base_rule(answers, pairs, 3) == outcome


def test_the_strictest_outcome_holds():
    assert p.strictest([]) == "both"
    assert p.strictest(["both", "pairs_only"]) == "pairs_only"
    assert p.strictest(["pairs_only", "answers_only", "both"]) == "answers_only"


@given(st.lists(st.integers(0, 6), max_size=5), KS)
def test_a_new_picture_needs_no_change_or_enough_in_every_row(changes, k):
    allowed = any(changes) and not any(0 < change < k for change in changes)
    assert p.may_republish(changes, k) == allowed


def test_a_hidden_side_may_appear_while_nothing_else_changed():
    assert not p.may_republish([0, 0], 3)
    assert p.may_republish([0, 0], 3, elsewhere=1)
    assert not p.may_republish([0, 1], 3, elsewhere=4)
    assert p.first_snapshot_allowed(3, 3)
    assert not p.first_snapshot_allowed(2, 3)


@given(
    st.lists(st.integers(0, 4), min_size=5, max_size=5),
    st.lists(st.integers(0, 4), min_size=5, max_size=5),
)
def test_for_people_inside_others_the_distance_is_those_left_over(a, more):
    b = [x + y for x, y in zip(a, more, strict=True)]
    assert p.people_apart(a, b) == p.people_apart(b, a) == sum(more)
    assert p.separable(a, b, 3) == (sum(more) not in (1, 2))
