"""METHOD 7 and 13.6: flags, their gate and the permutation tests."""

from itertools import combinations
from math import comb, isclose
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import dissonance as d
from app.core.measures import cliffs_delta


@st.composite
def groups(draw, how_many, least=2, most=6, steps=5):
    person = st.integers(0, steps - 1)
    found = []
    for _ in range(how_many):
        people = draw(st.lists(person, min_size=least, max_size=most))
        found.append(tuple(people.count(step) for step in range(steps)))
    return tuple(found)


@settings(max_examples=60)
@given(groups(2, most=5))
def test_the_exact_p_is_what_counting_every_deal_gives(two):
    a, b = two
    people = [step for step in range(5) for _ in range(a[step] + b[step])]
    m = sum(a)
    observed, far = abs(cliffs_delta(a, b)), 0
    for chosen in combinations(range(len(people)), m):
        x, y = [0] * 5, [0] * 5
        for place, step in enumerate(people):
            (x if place in chosen else y)[step] += 1
        far += abs(cliffs_delta(x, y)) >= observed - 1e-12
    assert isclose(d.permutation_p(a, b), far / comb(len(people), m))


@given(groups(2, most=9))
def test_p_stays_in_its_bounds_and_knows_no_order(two):
    a, b = two
    m, n = sum(a), sum(b)
    p = d.permutation_p(a, b)
    assert 1 / comb(m + n, m) - 1e-12 <= p <= 1
    assert p == d.permutation_p(b, a) == d.permutation_p(a[::-1], b[::-1])
    if cliffs_delta(a, b) == 0:
        assert p == 1
    elif m == n:
        assert p >= 2 / comb(m + n, m) - 1e-12


def test_above_sixty_people_the_approximation_is_close_and_bounded():
    a, b = (5, 12, 9, 4, 0), (1, 6, 11, 9, 3)
    exact = d.permutation_p(a, b)
    near = d._normal_p(a, b)
    assert abs(exact - near) < 0.004
    assert d.permutation_p((40, 0, 0), (40, 0, 0)) == 1
    assert d.permutation_p((20, 20, 0), (20, 20, 0)) == 1
    assert d.permutation_p((0, 0, 40), (40, 0, 0)) < 1e-9


def test_one_answer_is_not_tested():
    assert d.permutation_p((1, 0, 0), (0, 0, 5)) is None
    assert d.permutation_p((0, 0, 0), (0, 0, 5)) is None
    assert d.omnibus_permutation_p([(1, 2, 0)]) is None
    assert d.omnibus_permutation_p([(3, 0, 0), (4, 0, 0)]) == 1


@settings(max_examples=15, deadline=None)
@given(groups(4, least=3, most=5), st.randoms())
def test_the_gate_knows_no_order_of_groups_and_no_direction(rows, shuffler):
    other = list(rows)
    shuffler.shuffle(other)
    p = d.omnibus_permutation_p(rows)
    assert 0 < p <= 1
    assert p == d.omnibus_permutation_p(other)
    assert p == d.omnibus_permutation_p([row[::-1] for row in rows])


@given(groups(2, least=1))
def test_flags_know_no_order_and_need_three_people(two):
    a, b = two
    flag = d.dissonance_flag(a, b)
    assert flag == d.dissonance_flag(b, a) == d.dissonance_flag(a[::-1], b[::-1])
    assert (flag == "too_few") == (min(sum(a), sum(b)) < 3)


def test_the_gate_turns_clear_into_worth_asking_about():
    near = [(0, 4, 0, 4, 0)] * 6
    rows = [(0, 3, 1, 0, 0), (0, 0, 1, 3, 1), *near]
    assert d.dissonance_flag(rows[0], rows[1]) == "clear"
    found = d.dissonance_flags(rows)
    assert found.omnibus_p > 0.10
    assert found.flags[0, 1] == "ask"
    assert d.dissonance_flags(rows[:2]).flags == {(0, 1): "clear"}
    assert d.dissonance_flags(rows[:2]).omnibus_p is None


def test_one_person_cannot_make_a_difference_clear():
    assert d.dissonance_flag((0, 2, 0, 0, 1), (0, 0, 0, 3, 0)) == "ask"


def test_the_same_middle_with_another_spread_is_a_shape():
    assert d.dissonance_flag((2, 0, 0, 0, 2), (0, 0, 4, 0, 0)) == "shape"


def test_most_of_the_group_beside_the_middle_is_the_same():
    assert d.plain_gap((0, 1, 3, 0, 0), (0, 0, 3, 0, 0)) == d.PlainGap("same", None, None, 4)
    assert d.plain_gap((0, 0, 0), (1, 0, 0)) is None
    assert d.plain_gap((0, 0, 2, 2, 0), (0, 0, 1, 1, 0)).direction == "same"


def test_pairs_come_furthest_apart_first():
    rows = {"a": (3, 0, 0, 0, 0), "b": (0, 3, 0, 0, 0), "c": (0, 0, 0, 0, 3)}
    assert [(p.a, p.b) for p in d.compare_rows(rows)] == [("a", "c"), ("b", "c"), ("a", "b")]
    assert d.compare_rows(rows)[0].cliffs_delta == -1
    with pytest.raises(ValueError, match="without answers"):
        d.compare("a", (0, 0, 0), "b", (1, 0, 0))


def test_three_hundred_people_do_not_keep_a_room_waiting():
    rows = [(5, 10, 20, 10, 5), (6, 11, 19, 9, 5)] * 3
    start = perf_counter()
    p = d.omnibus_permutation_p(rows)
    assert 0.10 < p <= 1
    assert perf_counter() - start < 10
