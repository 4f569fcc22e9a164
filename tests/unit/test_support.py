"""Support: whose three count, what the totals say, and that no hidden count can be worked out of them."""

import json
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from app.core import support as s
from app.core.scales import SIDES
from app.core.shuffle import in_own_order, own_seed, place

ITEMS = ["A", "B", "C", "D", "E"]
KS = st.sampled_from([3, 4, 5])
SUPPORTS = st.frozensets(st.sampled_from(ITEMS), max_size=s.AT_MOST)
PERSON = st.tuples(st.sampled_from(SIDES), SUPPORTS)


def person(side, *items):
    return s.Supporter(side, frozenset(items))


def test_support_for_an_idea_counts_for_the_theme_it_moved_into_and_once():
    stands_for = {"a": "T", "b": "T", "T": "T", "c": "c"}

    assert s.counted({"a", "b", "c", "gone"}, stands_for) == {"T", "c"}


def test_a_fourth_support_does_not_fit():
    stands_for = {item: item for item in ITEMS}

    assert s.with_one_more(frozenset("AB"), "C", stands_for) == {"A", "B", "C"}
    assert s.with_one_more(frozenset("ABC"), "D", stands_for) is None
    assert s.with_one_more(frozenset("ABC"), "C", stands_for) == {"A", "B", "C"}


def test_what_is_hidden_makes_room_only_when_the_room_is_needed():
    stands_for = {item: item for item in "BCDE"}

    assert s.with_one_more(frozenset("AB"), "C", stands_for) == {"A", "B", "C"}
    assert s.with_one_more(frozenset("ABC"), "D", stands_for) == {"B", "C", "D"}


@given(SUPPORTS, st.sampled_from(ITEMS), st.dictionaries(st.sampled_from(ITEMS), st.sampled_from(ITEMS)))
def test_nobody_ever_holds_more_than_three_whatever_is_moved_or_hidden(held, item, moved):
    stands_for = moved | {one: one for one in {*moved.values(), item}}

    found = s.with_one_more(held, item, stands_for)

    if found is not None:
        assert item in found
        assert len(found) <= s.AT_MOST
        assert s.counted(held, stands_for) <= found


def test_totals_by_side_where_enough_took_part():
    people = [person("customer", "A"), person("customer", "A", "B"), person("customer", "C"), person("supplier", "A")]

    found = s.tally([*people, person("supplier")], items=["A", "B", "C", "D"], k=3)

    assert found["sides"]["customer"] == {"shown": True, "n": 3, "counts": {"A": 2, "B": 1, "C": 1, "D": 0}}
    assert found["sides"]["supplier"] == {"shown": False, "why": "too_few"}
    assert s.tally([], items=["A"], k=3)["sides"]["customer"] == {"shown": False, "why": "no_answers"}


def test_a_side_that_was_hidden_again_is_held_against_what_was_shown_of_it():
    first = s.tally([person("customer", "A") for _ in range(3)], items=["A", "B"], k=3)
    hidden = s.tally([person("customer", "A")], items=["A", "B"], k=3, earlier=first)
    assert hidden["sides"]["customer"] == {"shown": False, "why": "too_few"}

    a, b = frozenset("A"), frozenset("B")
    back = [s.Supporter("customer", a, a), s.Supporter("customer", a, a), s.Supporter("customer", b, a)]

    assert s.changes(hidden, back, gone={}, k=3) == (True, False)


def test_a_small_side_that_agreed_is_shown():
    found = s.tally([person("supplier", "A")], items=["A"], k=3, open_sides=frozenset({"supplier"}))

    assert found["sides"]["supplier"] == {"shown": True, "n": 1, "counts": {"A": 1}}


@given(st.lists(PERSON), KS)
def test_a_side_of_fewer_than_k_leaves_no_number(people, k):
    found = s.tally([s.Supporter(side, now) for side, now in people], items=ITEMS, k=k)

    took_part = Counter(side for side, now in people if now)
    for side in SIDES:
        cell = found["sides"][side]
        assert cell["shown"] == (took_part[side] >= k)
        if not cell["shown"]:
            assert not any(letter.isdigit() for letter in json.dumps(cell))


@given(
    st.lists(PERSON, min_size=3, max_size=8),
    st.lists(
        st.tuples(st.dictionaries(st.integers(0, 7), SUPPORTS, max_size=4), st.sets(st.integers(0, 7), max_size=3)),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([3, 3, 4]),
)
def test_two_totals_of_a_side_differ_by_nobody_or_by_k_people(people, rounds, k):
    """What somebody who keeps every picture sees of a side: between two of them nobody changed, or at least k did."""
    sides = [side for side, _ in people]
    now = {number: supports for number, (_, supports) in enumerate(people)}
    before, seen, gone, published = dict.fromkeys(now, frozenset()), {}, Counter(), None
    for taps, leaving in [({}, set()), *rounds]:
        now |= {number: supports for number, supports in taps.items() if number in now}
        for number in leaving & now.keys():
            gone[sides[number]] += bool(before[number])
            del now[number]
        here = [s.Supporter(sides[number], one, before[number]) for number, one in now.items()]
        if published is not None and not s.changes(published, here, gone=gone, k=k)[1]:
            continue
        published = s.tally(here, items=ITEMS, k=k, earlier=published)
        for side in SIDES:
            if not published["sides"][side]["shown"]:
                continue
            picture = {number: one for number, one in now.items() if sides[number] == side and one}
            if side in seen:
                everybody = seen[side].keys() | picture.keys()
                changed = sum(seen[side].get(number) != picture.get(number) for number in everybody)
                assert changed == 0 or changed >= k
            seen[side] = picture
            before |= {number: one for number, one in now.items() if sides[number] == side}
            gone[side] = 0


def test_each_phone_has_an_order_of_its_own_that_stays():
    ids = [f"idea-{number}" for number in range(6)]
    orders = {tuple(in_own_order(ids, own_seed(f"participant-{number}"))) for number in range(40)}

    assert len(orders) > 30
    assert in_own_order(reversed(ids), own_seed("one")) == in_own_order(ids, own_seed("one"))


def test_no_idea_stands_first_more_often_than_chance_has_it():
    ids = [f"idea-{number}" for number in range(5)]
    first = Counter(in_own_order(ids, own_seed(f"p{number}"))[0] for number in range(2000))

    assert all(330 < first[id_] < 470 for id_ in ids), first


def test_the_order_is_the_one_that_phones_make():
    assert place("aa11c0de", "abc") == 3077455262
    assert place("00ff00ff", "Zaü_-9") == 1921468997
