"""Readiness: counts by theme and side, who is ready in words, and that nothing small can be worked out."""

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import readiness as r
from app.core.scales import SIDES

NAMES = {"customer": "Northfield", "supplier": "Halden"}
THEMES = ["T1", "T2", "T3"]
VALUES = st.sampled_from([*r.VALUES, None])
KS = st.sampled_from([3, 4, 5])


def cell(yes=0, not_yet=0, no=0, abstained=0):
    return {"shown": True, "yes": yes, "not_yet": not_yet, "no": no, "abstained": abstained, "n": yes + not_yet + no}


HIDDEN = {"shown": False, "why": "too_few"}


def said(side, *values, theme="T1"):
    return [r.Reply(theme, side, value) for value in values]


def test_counts_by_theme_and_side():
    replies = said("customer", "yes", "yes", "not_yet", "no", None) + said("supplier", "yes", "yes", None)

    found = r.tally(replies, themes=["T1", "T2"], k=3)

    assert found["themes"]["T1"]["customer"] == cell(2, 1, 1, abstained=1)
    assert found["themes"]["T1"]["supplier"] == HIDDEN, "two judged it, whatever a third could not"
    assert found["themes"]["T2"]["customer"] == {"shown": False, "why": "no_answers"}
    assert found["seen"] == ["T1:customer"]


def test_a_small_side_that_agreed_is_shown():
    found = r.tally(said("supplier", "yes"), themes=["T1"], k=3, open_sides=frozenset({"supplier"}))

    assert found["themes"]["T1"]["supplier"] == cell(1)


def test_what_was_published_of_a_theme_that_is_hidden_now_stays():
    first = r.tally(said("customer", "yes", "yes", "no"), themes=["T1"], k=3)
    later = r.tally(said("customer", "no", "no", "no", theme="T2"), themes=["T2"], k=3, earlier=first)

    assert later["themes"]["T1"] == first["themes"]["T1"]
    assert later["seen"] == ["T1:customer", "T2:customer"]


def test_a_cell_that_was_hidden_again_is_held_against_what_was_shown_of_it():
    first = r.tally(said("customer", "yes", "yes", "yes"), themes=["T1"], k=3)
    hidden = r.tally(said("customer", None, None, None), themes=["T1"], k=3, earlier=first)
    assert hidden["themes"]["T1"]["customer"] == HIDDEN

    back = [*(r.Reply("T1", "customer", "yes", changed=False) for _ in range(2)), r.Reply("T1", "customer", "no")]

    assert r.changes(hidden, back, themes=["T1"], gone={}, k=3) == (True, False)


@pytest.mark.parametrize(
    ("customer", "supplier", "where", "words"),
    [
        (cell(3, 2), cell(4), "both", "Both sides are ready"),
        (cell(3, 2), cell(2, 2), "one", "Northfield is ready, Halden not yet"),
        (cell(2, 2), cell(3, 2), "one", "Halden is ready, Northfield not yet"),
        (cell(2, 2), cell(0, 3), "neither", "Neither side is ready yet"),
        (cell(3, 0, abstained=9), cell(3), "both", "Both sides are ready"),
        (HIDDEN, cell(3), "unknown", "Northfield is not shown, Halden is ready"),
        (cell(1, 2), HIDDEN, "unknown", "Northfield is not ready yet, Halden is not shown"),
        (HIDDEN, HIDDEN, "unknown", "Too few answers to show"),
    ],
)
def test_ready_is_more_than_half_of_a_side(customer, supplier, where, words):
    cells = {"customer": customer, "supplier": supplier}

    assert r.where_ready(cells) == where
    assert r.verdict(cells, NAMES) == words


def test_counts_in_words():
    assert r.counts_words(cell(11, 3)) == "11 ready, 3 not yet"
    assert r.counts_words(cell(0, 2, 1)) == "0 ready, 2 not yet, 1 no"
    assert r.counts_words(HIDDEN) == "too few to show"
    assert r.counts_words({"shown": False, "why": "no_answers"}) == "no answers"


def test_the_headline_says_what_can_start():
    both, one = {side: cell(3) for side in SIDES}, {"customer": cell(3), "supplier": cell(0, 3)}
    hidden = dict.fromkeys(SIDES, HIDDEN)

    assert r.headline([both, one, both]) == "Two changes can start: both sides are ready"
    assert r.headline([both]) == "One change can start: both sides are ready"
    assert r.headline([one, hidden]) == "No change yet for which both sides are ready"
    assert r.headline([hidden]) == "Too few answers to say who is ready"


@given(st.lists(st.tuples(st.sampled_from(THEMES), st.sampled_from(SIDES), VALUES)), KS)
def test_a_cell_of_fewer_than_k_leaves_no_number(replies, k):
    found = r.tally([r.Reply(*one) for one in replies], themes=THEMES, k=k)

    for theme in THEMES:
        for side in SIDES:
            values = [value for its_theme, its_side, value in replies if (its_theme, its_side) == (theme, side)]
            one = found["themes"][theme][side]
            assert one["shown"] == (sum(value is not None for value in values) >= k)
            if not one["shown"]:
                assert not any(letter.isdigit() for letter in json.dumps(one))


@given(
    st.lists(st.tuples(st.sampled_from(SIDES), VALUES, VALUES), min_size=3, max_size=8),
    st.lists(
        st.tuples(
            st.dictionaries(st.tuples(st.integers(0, 7), st.sampled_from(THEMES)), VALUES, max_size=4),
            st.sampled_from([["T1", "T2"], ["T1", "T2", "T3"], ["T2"]]),
            st.sets(st.integers(0, 7), max_size=3),
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([3, 3, 4]),
)
def test_two_pictures_of_a_cell_differ_by_nobody_or_by_k_people(people, rounds, k):
    """What somebody who keeps every picture sees of a theme and side: between two nobody changed, or at least k did."""
    sides = [side for side, _, _ in people]
    now = {
        (number, theme): value
        for number, one in enumerate(people)
        for theme, value in zip(THEMES, one[1:], strict=False)
    }
    before, pictures, published, gone = {}, {}, None, Counter()
    here = set(range(len(sides)))
    for taps, themes, leaving in [({}, ["T1", "T2"], set()), *rounds]:
        now |= {(number, theme): value for (number, theme), value in taps.items() if number in here and theme in themes}
        for number, theme in [place for place in now if place[0] in leaving]:
            gone[r.cell_name(theme, sides[number])] += (number, theme) in before
            del now[number, theme]
        here -= leaving
        replies = [
            r.Reply(theme, sides[number], value, changed=before.get((number, theme), "nothing") != value)
            for (number, theme), value in now.items()
        ]
        if published is not None and not r.changes(published, replies, themes=themes, gone=gone, k=k)[1]:
            continue
        published = r.tally(replies, themes=themes, k=k, earlier=published)
        for theme in themes:
            for side in SIDES:
                if not published["themes"][theme][side]["shown"]:
                    continue
                picture = {
                    number: value
                    for (number, its_theme), value in now.items()
                    if its_theme == theme and sides[number] == side
                }
                if (theme, side) in pictures:
                    earlier = pictures[theme, side]
                    changed = sum(
                        earlier.get(number, "nothing") != picture.get(number, "nothing")
                        for number in earlier.keys() | picture.keys()
                    )
                    assert changed == 0 or changed >= k
                pictures[theme, side] = picture
                before |= {(number, theme): value for number, value in picture.items()}
                gone[r.cell_name(theme, side)] = 0
