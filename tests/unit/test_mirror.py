"""METHOD 9 and 13.8."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import mirror
from app.core.dissonance import dissonance_flag
from app.core.measures import tally

PAIRS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=3, max_size=9)


@given(PAIRS, PAIRS)
def test_agreement_is_congruency_plus_accuracy_on_complete_pairs(a, b):
    found = mirror.coorientation(a, b, 5)
    assert isclose(
        found.agreement.mean_gap,
        found.congruency_a.mean_gap + found.accuracy_a.mean_gap,
        abs_tol=1e-12,
    )
    assert isclose(found.agreement.im_gap, found.congruency_a.im_gap + found.accuracy_a.im_gap, abs_tol=1e-12)
    assert isclose(
        -found.agreement.mean_gap,
        found.congruency_b.mean_gap + found.accuracy_b.mean_gap,
        abs_tol=1e-12,
    )


@given(PAIRS, PAIRS)
def test_a_state_of_difference_is_said_only_with_a_flag(a, b):
    own, guess = (tally((p[i] for p in a), 5) for i in (0, 1))
    other = tally((p[0] for p in b), 5)
    found = mirror.side_mirror(own, guess, other, k=3)
    assert found.state == mirror.coorientation(a, b, 5).state_a
    if found.state in ("false_consensus", "true_dissensus"):
        assert found.aloud == (dissonance_flag(own, other) in ("ask", "clear"))
    else:
        assert found.aloud


def test_a_state_needs_enough_answers_of_all_three():
    enough, few = (0, 3, 0, 0, 0), (0, 2, 0, 0, 0)
    assert mirror.side_mirror(enough, enough, enough, k=3).state == "true_consensus"
    for three in ((few, enough, enough), (enough, few, enough), (enough, enough, few)):
        assert mirror.side_mirror(*three, k=3) is None
    assert mirror.side_mirror(enough, enough, enough, k=5) is None


def test_nothing_is_said_about_nobody():
    assert mirror.congruency([], 5) is None
    with pytest.raises(ValueError, match="no complete pairs"):
        mirror.coorientation([], [(1, 1)], 5)
    with pytest.raises(ValueError, match="no answers"):
        mirror.state((0, 0, 0), (1, 0, 0), (1, 0, 0))
