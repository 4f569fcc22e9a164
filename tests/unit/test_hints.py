"""Host hints: rules that say what to do and from which numbers."""

from typing import Any

import pytest

from app.core.hints import AT_MOST, HeadCount, Situation, hints
from app.core.measures import paired_shift, tally
from app.core.published import Cell, GapPicture, Picture
from app.core.scales import Side

NAMES: dict[Side, str] = {"customer": "Northfield", "supplier": "Halden"}


def cell(pairs: list[tuple[int, int]], could_not_judge: int = 0) -> Cell:
    today, wanted = (tally((pair[i] for pair in pairs), 5) for i in (0, 1))
    return Cell(
        current=Picture(len(pairs), today, 0),
        desired=Picture(len(pairs), wanted, 0),
        gap=GapPicture(paired_shift(pairs), today, wanted),
        could_not_judge=could_not_judge,
    )


def situation(stage: Any, **more: Any) -> Situation:
    groups = more.pop("groups", [HeadCount("Procurement", "customer", 3), HeadCount("Account team", "supplier", 3)])
    sides = more.pop("sides", [HeadCount("Northfield", "customer", 3), HeadCount("Halden", "supplier", 3)])
    return Situation(
        stage=stage, k=3, expected=more.pop("expected", None), groups=groups, sides=sides, names=NAMES,
        cells=more.pop("cells", {}), asks_of=more.pop("asks_of", {}),
    )  # fmt: skip


def texts(now: Situation) -> str:
    return " | ".join(hint.text for hint in hints(now))


def test_a_full_room_needs_no_hint_in_the_lobby() -> None:
    assert hints(situation("lobby")) == ()


def test_missing_and_small_groups_are_named_with_their_numbers() -> None:
    groups = [
        HeadCount("Procurement", "customer", 0),
        HeadCount("Operations", "customer", 2),
        HeadCount("Team", "supplier", 3),
    ]
    found = hints(situation("lobby", groups=groups, expected=9))
    assert [hint.text for hint in found] == [
        "Nobody from Procurement is here yet.",
        "Operations has 2 of 3.",
        "3 of 9 are still expected.",
    ]
    assert [hint.source for hint in found] == ["0 in Procurement", "2 in Operations", "6 of 9 are in"]


def test_there_are_never_more_than_four() -> None:
    groups = [HeadCount(f"Group {number}", "customer", 0) for number in range(9)]
    assert len(hints(situation("lobby", groups=groups))) == AT_MOST


def test_the_last_ones_to_answer_are_counted_but_only_on_sides_large_enough() -> None:
    sides = [HeadCount("Northfield", "customer", 8, 7), HeadCount("Halden", "supplier", 2, 1)]
    assert texts(situation("open", sides=sides)) == "1 at Northfield has not answered yet."


def test_sides_two_steps_apart_are_asked_for_an_example() -> None:
    far = {"customer": cell([(1, 3)] * 4), "supplier": cell([(4, 5)] * 4)}
    near = {"customer": cell([(3, 4)] * 4), "supplier": cell([(4, 5)] * 4)}
    assert "two steps or more apart" in texts(situation("shown", cells=far))
    assert "apart" not in texts(situation("shown", cells=near))


def test_a_wish_for_less_is_taken_as_a_wish() -> None:
    less = {"customer": cell([(4, 2)] * 4), "supplier": cell([(4, 5)] * 4)}
    found = hints(situation("shown", cells=less))
    assert any(hint.source == "4 of 4 at Northfield want a lower step" for hint in found)


def test_those_who_could_not_judge_are_said_aloud() -> None:
    cells = {"customer": cell([(3, 4)] * 4, could_not_judge=1)}
    assert texts(situation("shown", cells=cells)) == "1 at Northfield could not judge. Say it aloud."


@pytest.mark.parametrize(
    ("asks", "said"), [({"supplier": 4}, True), ({"supplier": 4, "both": 1}, False), ({"supplier": 2}, False)]
)
def test_a_side_that_only_asks_the_other_to_change_is_noticed(asks: dict[str, int], said: bool) -> None:
    found = texts(situation("change", asks_of={"customer": asks}))
    assert ("names their own side" in found) is said


def test_nothing_is_said_of_a_hidden_side() -> None:
    hidden = Cell(current_why="too_few", desired_why="too_few")
    assert hints(situation("shown", cells={"customer": hidden, "supplier": hidden})) == ()
