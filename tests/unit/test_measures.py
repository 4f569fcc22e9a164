"""METHOD 13: what must hold for every meeting, and the edges of section 1."""

from itertools import combinations
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import measures as m
from app.core.scales import (
    Dimension,
    Step,
    Template,
    choice_to_wire,
    parse_choice,
    template_from_json,
    template_to_json,
)

STEPS = st.integers(3, 10)


@st.composite
def pictures(draw, how_many=1, least=1, most=5):
    steps = draw(STEPS)
    one = st.lists(st.integers(0, most), min_size=steps, max_size=steps).map(tuple)
    return tuple(draw(one.filter(lambda c: sum(c) >= least)) for _ in range(how_many))


def mean(counts):
    return sum(step * n for step, n in enumerate(counts, 1)) / sum(counts)


@given(pictures(how_many=2))
def test_turning_the_ladder_upside_down_changes_only_signs(two):
    a, b = two
    x, y = a[::-1], b[::-1]
    assert m.agreement_A(a) == m.agreement_A(x)
    assert m.emd_steps(a, b) == m.emd_steps(x, y)
    assert m.l_squared(a) == m.l_squared(x)
    assert m.mean_pair_distance(a) == m.mean_pair_distance(x)
    assert m.cliffs_delta(a, b) == -m.cliffs_delta(x, y)
    assert m.exact_interpolated_median(x) == len(a) + 1 - m.exact_interpolated_median(a)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1))
def test_turning_the_ladder_upside_down_turns_the_gaps(pairs):
    up, down = m.paired_shift(pairs), m.paired_shift([(6 - a, 6 - b) for a, b in pairs])
    assert (up.up, up.stay, up.down) == (down.down, down.stay, down.up)
    assert (up.d_w, up.mean_gap, up.median_gap) == (-down.d_w, -down.mean_gap, -down.median_gap)
    assert m.sign_test_p(up.up, up.down) == m.sign_test_p(down.up, down.down)


@given(pictures(how_many=2), st.integers(2, 4))
def test_more_people_of_the_same_shares_change_nothing(two, times):
    a, b = two
    x, y = tuple(c * times for c in a), tuple(c * times for c in b)
    assert m.agreement_A(a) == m.agreement_A(x)
    assert m.interpolated_median(a) == m.interpolated_median(x)
    assert m.emd_steps(a, b) == m.emd_steps(x, y)
    assert m.cliffs_delta(a, b) == m.cliffs_delta(x, y)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5))), st.randoms())
def test_the_order_of_people_and_abstentions_never_matter(pairs, shuffler):
    other = [*pairs, (None, 3), (2, None), (None, None)]
    shuffler.shuffle(other)
    assert m.paired_shift(pairs) == m.paired_shift(other)
    assert m.transition_matrix(pairs, 5) == m.transition_matrix(other, 5)
    assert m.tally([a for a, _ in pairs] + [None], 5) == m.tally([a for a, _ in pairs], 5)


@given(pictures(how_many=2))
def test_the_measures_between_groups_fit_together(two):
    a, b = two
    delta, apart = m.cliffs_delta(a, b), m.emd_steps(a, b)
    assert isclose(delta, 2 * m.prob_superiority_A(a, b) - 1, abs_tol=1e-12)
    assert delta == -m.cliffs_delta(b, a)
    assert abs(mean(a) - mean(b)) <= apart + 1e-9 <= len(a) - 1 + 1e-8
    same_shares = all(x * sum(b) == y * sum(a) for x, y in zip(a, b, strict=True))
    assert (apart == 0) == same_shares


@given(pictures())
def test_agreement_is_whole_only_on_one_step_and_minus_one_only_between_the_ends(one):
    (a,) = one
    agreement = m.exact_agreement_A(a)
    assert -1 <= agreement <= 1
    assert (agreement == 1) == (sum(c > 0 for c in a) == 1)
    assert (agreement == -1) == (a[0] == a[-1] and sum(a) == 2 * a[0])


@given(pictures(least=2))
def test_mean_pair_distance_is_the_mean_over_all_pairs(one):
    (a,) = one
    people = [step for step, n in enumerate(a) for _ in range(n)]
    distances = [abs(x - y) for x, y in combinations(people, 2)]
    assert isclose(m.mean_pair_distance(a), sum(distances) / len(distances))


@given(pictures())
def test_the_typical_step_stays_within_half_a_step_of_the_median(one):
    (a,) = one
    assert abs(m.interpolated_median(a) - m.median(a)) <= 0.5
    assert 1 <= m.interpolated_median(a) <= len(a)


def test_nobody_gives_nothing_rather_than_zero():
    none, some = (0, 0, 0), (1, 2, 3)
    for measure in (m.median, m.interpolated_median, m.agreement_A, m.agreement_class, m.l_squared):
        assert measure(none) is None
    assert m.mean_pair_distance(none) is None
    assert m.mean_pair_distance((0, 1, 0)) is None
    for between in (m.emd_steps, m.cliffs_delta, m.prob_superiority_A):
        assert between(none, some) is between(some, none) is None
    assert m.sign_test_p(0, 0) == 1
    assert m.wilson_95(0, 0) is None
    assert m.between_group_share([some]) is None
    assert m.agreement_class((0, 1, 0)) == "single"


def test_agreement_needs_a_middle():
    with pytest.raises(ValueError, match="3 steps"):
        m.agreement_A((1, 2))


def test_a_value_off_the_scale_is_not_counted_silently():
    with pytest.raises(ValueError, match="off the scale"):
        m.tally([0], 5)


def test_the_words_for_agreement_need_two_people_in_each_camp():
    assert m.agreement_class((2, 0, 0, 1)) == "spread"
    assert m.agreement_class((0, 3, 2, 0)) == "close"
    assert m.agreement_class((3, 1, 0, 1, 0, 0, 0)) == "leaning"


# --- scales ---------------------------------------------------------------------------------------


def ladder(kind="ordered", steps=5):
    return Dimension("d", "D", kind, tuple(Step(i, f"Step {i}", short=f"S{i}") for i in range(1, steps + 1)))


@pytest.mark.parametrize("raw", [4, "4", 4.0])
def test_a_position_is_read_as_a_number_or_as_a_numeral(raw):
    assert parse_choice(ladder(), raw) == 4


WRONG = [
    0,
    6,
    -1,
    True,
    False,
    4.5,
    float("nan"),
    float("inf"),
    "",
    "four",
    "²",
    "+4",
    "4.0",
    "99999",
    {},
    [4],
    b"4",
]


@pytest.mark.parametrize("raw", WRONG, ids=repr)
def test_anything_off_the_scale_is_refused(raw):
    with pytest.raises(ValueError):
        parse_choice(ladder(), raw)


@pytest.mark.parametrize("raw", [4, "4", True, [1, 1], [0], [6], [1, True], {}, [[1]], [None]], ids=repr)
def test_a_set_takes_a_list_of_different_steps_only(raw):
    with pytest.raises(ValueError):
        parse_choice(ladder("set"), raw)


@given(st.sets(st.integers(1, 6)))
def test_a_set_goes_to_the_store_and_back(chosen):
    dimension = ladder("set", 6)
    stored = parse_choice(dimension, list(chosen))
    assert choice_to_wire(dimension, stored) == sorted(chosen)


def test_none_of_these_and_cannot_judge_are_different():
    assert parse_choice(ladder("set"), []) == 0
    assert choice_to_wire(ladder("set"), 0) == []
    assert parse_choice(ladder("set"), None) is None
    assert parse_choice(ladder(), None) is None
    assert choice_to_wire(ladder(), None) is None
    assert choice_to_wire(ladder(), 3) == 3
    with pytest.raises(ValueError, match="not a set"):
        choice_to_wire(ladder("set"), 32)


def test_a_template_comes_back_from_json_as_it_was():
    step = Step(1, "a", customer_behaviours=("renews", "warns"))
    dimension = Dimension("k", "K", "ordered", (step, Step(2, "b"), Step(3, "c")))
    template = Template("t", "T", "summary", (dimension, ladder("set")))
    assert template_from_json(template_to_json(template)) == template


def test_a_broken_template_is_refused():
    good = template_to_json(Template("t", "T", "", (ladder(),)))
    for broken in (
        {},
        good | {"dimensions": []},
        good | {"dimensions": [{"key": "d"}]},
        good | {"dimensions": None},
    ):
        with pytest.raises(ValueError):
            template_from_json(broken)
    with pytest.raises(ValueError, match="3 to 10"):
        ladder(steps=2)
    with pytest.raises(ValueError, match="own key"):
        Template("t", "T", "", (ladder(), ladder()))
    with pytest.raises(ValueError, match="numbered"):
        Dimension("d", "D", "ordered", (Step(1, "a"), Step(3, "b"), Step(2, "c")))
