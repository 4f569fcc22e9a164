"""Commitments: which state may follow, what is late, what everybody may read, and kind words for a plan that leans."""

import pytest

from app.core.commitments import Row, State, is_late, is_public, may_follow, one_sided, plan_hints

NAMES = {"customer": "Northfield", "supplier": "Halden"}


def row(side: str, state: str = "agreed", due: str = "2026-12-01", *, counterpart: bool = False) -> Row:
    return Row(side, state, due, counterpart)


def told(rows: list[Row], soon: str = "2026-12-31") -> list[str]:
    return [hint.text for hint in plan_hints(rows, NAMES, soon=soon)]


@pytest.mark.parametrize(
    ("state", "after"),
    [
        ("proposed", {"agreed", "dropped"}),
        ("agreed", {"in_hand", "done", "dropped", "proposed"}),
        ("in_hand", {"done", "dropped", "proposed"}),
        ("done", {"in_hand"}),
        ("dropped", {"proposed"}),
    ],
)
def test_which_state_may_follow(state: str, after: set[str]) -> None:
    assert {wanted for wanted in State if wanted != state and may_follow(state, wanted)} == after
    assert may_follow(state, state)


@pytest.mark.parametrize(
    ("state", "due", "late"),
    [
        ("agreed", "2026-11-20", True),
        ("in_hand", "2026-11-20", True),
        ("agreed", "2026-11-21", False),
        ("agreed", "2027-01-01", False),
        ("agreed", "", False),
        ("proposed", "2026-11-20", False),
        ("done", "2026-11-20", False),
        ("dropped", "2026-11-20", False),
    ],
)
def test_late_is_what_both_agreed_to_and_its_day_has_passed(state: str, due: str, late: bool) -> None:
    assert is_late(state, due, "2026-11-21") is late


def test_everybody_may_read_what_both_accepted_whatever_became_of_it() -> None:
    for state in State:
        assert is_public(state, accepted_by_both=True) is (state != State.PROPOSED)
        assert not is_public(state, accepted_by_both=False)


def test_rows_of_one_side_alone_are_flagged_kindly() -> None:
    hint = one_sided([row("supplier"), row("supplier", "proposed")], NAMES)

    assert hint is not None
    assert hint.text == "All 2 rows are for Halden."
    assert hint.why == "A plan with one side only rarely holds. Ask Northfield: “What would make this easy for you?”"
    lone = one_sided([row("customer")], NAMES)
    assert lone is not None
    assert lone.text == "The row is for Northfield."


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [row("both")],
        [row("supplier"), row("customer")],
        [row("supplier"), row("both")],
        [row("supplier", counterpart=True)],
        [row("supplier", "dropped")],
    ],
)
def test_a_plan_of_both_sides_is_not(rows: list[Row]) -> None:
    assert one_sided(rows, NAMES) is None


def test_what_was_dropped_does_not_balance_a_plan() -> None:
    assert one_sided([row("supplier"), row("customer", "dropped")], NAMES) is not None


def test_hints_say_who_has_more_what_waits_and_that_something_should_happen_soon() -> None:
    rows = [row("supplier"), row("supplier", "proposed"), row("customer")]

    assert told(rows) == ["Halden has 2 rows, Northfield 1.", "1 row waits for a yes."]
    assert told(rows, soon="2026-11-30")[1] == "Nothing on the list happens within a week."
    assert told([row("supplier", counterpart=True)] * 2) == ["Halden has 2 rows, Northfield none."]
    assert told([]) == []
    assert told([row("customer"), row("supplier")]) == []
