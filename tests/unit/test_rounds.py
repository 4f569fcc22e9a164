"""A question asked again at the gate (METHOD 8.3), case by case; `test_rounds_random` has random meetings."""

from app.core.published import without
from app.core.release import publish
from app.core.rounds import publish_round
from app.core.voices import Voice
from tests.unit.meetings import (
    ALONE,
    BOTH,
    GROUPS,
    ONE,
    TWO,
    assert_survives_json,
    reveal,
    row,
    row_ids,
    side,
)

CURRENT = ALONE["current"]
FIRST = {"A": [2, 2, 3, 3, 3], "B": [1, 1, 2, 2], "C": [2, 3, 4], "S": [3, 4, 4, 4]}
WISH = 4


def room(now, first=None, *, wish=WISH):
    """People of groups: what they say today in this round, and said in the first; "-" where they did not answer."""
    found = []
    for group, said in now.items():
        for place, choice in enumerate(said):
            before = (first or FIRST)[group]
            was = before[place] if place < len(before) else "-"
            kept = {("d", "desired"): wish} if was != "-" else {}
            told = {("d", "current"): choice} if choice != "-" else {}
            past = {("d", "current"): was} if was != "-" else {}
            found.append(Voice(group, dict(GROUPS)[group], told | kept, past | kept))
    return found


def first_round(first=None, *, questions=BOTH, **more):
    return reveal(room(first or FIRST, first), questions, **more)


def again(now, *, first=None, earlier=None, rounds=None, questions=CURRENT, **more):
    return publish_round(
        room(now, first),
        template=ONE,
        groups=GROUPS,
        k=3,
        reveal=questions,
        rounds=rounds or dict.fromkeys(questions, 2),
        earlier=earlier or first_round(first),
        **more,
    )


def test_three_who_moved_make_a_new_picture_of_their_group_and_the_rest_stays():
    found = again(FIRST | {"B": [2, 2, 3, 2], "S": [3, 4, 4, 4]})
    assert found.round_of("current") == 2
    assert found.round_of("desired") == 1
    assert row(found, "B").cell.current.counts == (0, 3, 1, 0, 0)
    assert row(found, "A").cell.current.counts == row(first_round(), "A").cell.current.counts
    assert side(found).current.moved.up == 3
    assert side(found).current.moved.stay == 9
    assert side(found).gap.shift.n_pairs == 12
    assert side(found, "supplier").current.moved.stay == 4
    assert side(found).desired == side(first_round()).desired
    assert_survives_json(found)


def test_a_group_in_which_one_moved_is_joined_to_others_that_did():
    found = again(FIRST | {"A": [3, 2, 3, 3, 3], "B": [2, 2, 3, 3]})
    assert row_ids(found, "current") == ["C", "customer:other", "S"]
    assert row(found, "customer:other").group_ids == ("A", "B")
    assert row_ids(found, "desired") == ["A", "B", "C", "S"]


def test_with_one_mover_in_each_group_only_the_side_is_told():
    found = again(FIRST | {"A": [3, 2, 3, 3, 3], "B": [2, 1, 2, 2], "C": [3, 3, 4]})
    assert side(found).current.n == 12
    assert [one for one in row_ids(found, "current") if one != "S"] == []
    assert side(found).current.moved.up == 3


def test_two_movers_on_a_side_are_too_few_for_a_new_picture():
    assert again(FIRST | {"A": [3, 3, 3, 3, 3]}) is None
    assert again(FIRST | {"B": [2, 2, 2, 2], "S": [4, 4, 4, 4]}) is None


def test_nobody_moved_is_told_as_it_is():
    found = again(FIRST)
    assert side(found).current.counts == side(first_round()).current.counts
    assert (side(found).current.moved.stay, side(found).current.moved.up) == (12, 0)


def test_who_answers_in_only_one_round_has_changed():
    assert again(FIRST | {"C": [2, 3, "-"]}) is None
    found = again(FIRST | {"C": [2, 3, "-"], "B": ["-", "-", 2, 2]})
    assert side(found).current.n == 9
    assert side(found).current.moved.n_pairs == 9


def test_movement_is_not_told_where_few_are_in_only_one_picture():
    found = again(FIRST | {"B": [2, 2, 3, "-"]})
    assert side(found).current.n == 11
    assert side(found).current.moved is None
    assert side(found).gap is None


def test_a_single_latecomer_waits_for_others_who_changed():
    assert again(FIRST | {"C": [*FIRST["C"], 5]}) is None
    found = again(FIRST | {"C": [4, 4, 4, 5]})
    assert row(found, "C").cell.current.n == 4
    assert side(found).current.moved is None


def test_who_left_counts_as_changed():
    here = FIRST | {"B": [2, 2, 2]}
    assert again(here, first=FIRST | {"B": [2, 2, 2, 2]}, gone={"current": {"B": 1}}) is None
    moved = again(FIRST | {"B": [3, 3, 2]}, first=FIRST | {"B": [2, 2, 2, 2]}, gone={"current": {"B": 1}})
    assert row(moved, "B").cell.current.n == 3


def test_an_open_side_of_two_may_move_though_it_is_small():
    first = FIRST | {"S": [3, 4]}
    shown = first_round(first, open_sides=frozenset({"supplier"}))
    found = again(first | {"S": [3, 3]}, first=first, earlier=shown, open_sides=frozenset({"supplier"}))
    assert side(found, "supplier").current.counts == (0, 0, 2, 0, 0)


def test_a_third_round_is_held_against_the_first_as_well():
    second = again(FIRST | {"A": [3, 3, 4, 3, 3]})
    back = room(FIRST | {"A": [2, 2, 3, 4, 3]}, FIRST | {"A": [3, 3, 4, 3, 3]})
    asked = {"template": ONE, "groups": GROUPS, "k": 3, "reveal": CURRENT, "rounds": {"current": 3}}
    assert publish_round(back, earlier=second, **asked) is not None
    assert publish_round(back, earlier=second, older=[first_round()], **asked) is None


def test_a_gap_that_one_person_moved_is_held_back():
    def voices(now):
        before = [2, 2, 3, 3, 1, 1, 2, 2]
        wishes = [{("d", "desired"): 4} if place < 5 else {} for place in range(8)]
        return [
            Voice("A", "customer", {("d", "current"): said} | wish, {("d", "current"): was} | wish)
            for said, was, wish in zip(now, before, wishes, strict=True)
        ]

    first = reveal(voices([2, 2, 3, 3, 1, 1, 2, 2]))
    assert side(first).gap.shift.n_pairs == 5
    asked = {"template": ONE, "groups": GROUPS, "k": 3, "reveal": CURRENT, "rounds": {"current": 2}, "earlier": first}
    one_pair = publish_round(voices([5, 2, 3, 3, 1, 4, 4, 2]), **asked)
    assert side(one_pair).current.n == 8
    assert (side(one_pair).gap, side(one_pair).gap_hidden) == (None, "too_few")
    three_pairs = publish_round(voices([3, 3, 2, 3, 1, 1, 2, 2]), **asked)
    assert side(three_pairs).gap.shift.n_pairs == 5, "people are counted, however alike the pictures are"


def test_who_was_in_a_picture_of_pairs_is_not_guessed_from_answers_given_since():
    def said(place, today, wishes):
        today_too = {("d", "current"): 2} if place < today else {}
        return today_too | ({("d", "desired"): wishes[place]} if wishes[place] else {})

    def voices(now, before=(0, [0] * 9)):
        return [Voice("A", "customer", said(place, *now), said(place, *before)) for place in range(9)]

    first_wishes, wishes = [4, 4, 4, 4, 4, 5, 0, 0, 0], [4, 4, 0, 0, 0, 5, 5, 5, 5]
    first = reveal(voices((5, first_wishes)))
    assert (side(first).desired.n, side(first).desired.on_pairs) == (5, True)
    asked = {"template": ONE, "groups": GROUPS, "k": 3, "gone": {}}
    second = publish_round(
        voices((9, first_wishes), (5, first_wishes)), reveal=CURRENT, rounds={"current": 2}, earlier=first, **asked
    )
    third = publish_round(
        voices((9, wishes), (9, first_wishes)),
        reveal=ALONE["desired"],
        rounds={"desired": 2},
        earlier=second,
        older=[first],
        **asked,
    )
    assert (side(second).current.n, side(third).desired.n) == (9, 6)
    assert side(third).desired.moved is None, "who wished for step 5 was not in the picture of five"


def test_guesses_stay_with_the_answers_they_were_about():
    first = first_round(questions=frozenset({"current", "desired"}))
    guessed = room(FIRST)
    told = [Voice(v.group, v.side, {**v.choices, ("d", "mirror"): 3}, v.before) for v in guessed]
    with_guess = reveal(told, ALONE["mirror"], earlier=first)
    assert side(with_guess).guess
    found = again(FIRST | {"B": [2, 2, 3, 2]}, earlier=with_guess)
    assert side(found).guess is None
    assert side(found).mirror == side(with_guess).mirror


def test_hiding_takes_the_round_away_too():
    found = again(FIRST | {"B": [2, 2, 3, 2]})
    assert without(found, "current").round_of("current") == 1


def test_several_dimensions_are_asked_again_together():
    def voices(second):
        keys = [(key, q) for key in ("d", "e") for q in ("current", "desired")]
        first = dict.fromkeys(keys, 2)
        return [Voice("A", "customer", first | ({("d", "current"): 3} if n < second else {}), first) for n in range(6)]

    earlier = publish(voices(0), template=TWO, groups=GROUPS, k=3, reveal=BOTH)
    asked = {"template": TWO, "groups": GROUPS, "k": 3, "reveal": CURRENT, "rounds": {"current": 2}}
    found = publish_round(voices(3), earlier=earlier, **asked)
    assert side(found).current.moved.up == 3
    assert side(found, key="e").current.moved.stay == 6
    assert publish_round(voices(2), earlier=earlier, **asked) is None
