"""The nine discussions: what the room's sentences say, which step behaviour supports, what a decision is called."""

import pytest

from app.core.decisions import decision_words
from app.core.discussions import (
    NOT_YET,
    SHARED,
    Willing,
    alignment,
    between_groups,
    between_sides,
    ideas_told,
    is_severe,
    named,
    perception,
    shared_number,
    willingness,
)
from app.core.dissonance import Pair, compare
from app.core.published import Cell, Picture
from app.core.say_do import Behaviour, behaviours, say_do_sentence, supported
from app.core.session_templates import SUPPLIER_TO_PARTNER

NAMES = {"customer": "Northfield", "supplier": "Halden"}
LADDER = SUPPLIER_TO_PARTNER.dimensions[0]
MARKS = {"+": "seen", "-": "not_seen", "?": "unknown"}


def seen(*steps: str, side: str = "customer") -> list[Behaviour]:
    """Marks of one side by step, low to high: "+" seen, "-" not seen, "?" unknown."""
    return [
        Behaviour(side, step, place, f"does {step}.{place}", MARKS[mark])
        for step, marks in enumerate(steps, 1)
        for place, mark in enumerate(marks, 1)
    ]


def cell(today: tuple[int, ...] | None = None, wanted: tuple[int, ...] | None = None, **more: object) -> Cell:
    return Cell(
        current=Picture(sum(today), today, 0) if today else None,
        desired=Picture(sum(wanted), wanted, 0) if wanted else None,
        **more,
    )


@pytest.mark.parametrize(
    ("marks", "step"),
    [
        (("+++", "++?", "---", "---", "---"), 2),
        (("++-", "++-", "++-", "++-", "++-"), 5),
        (("+++", "--?", "+++", "+++", "???"), 1),  # a lower step with two not seen stops the climb
        (("+++", "-??", "++-", "-??", "???"), 3),  # one not seen does not
        (("---", "+++", "+++", "???", "???"), None),
        (("+--", "+??", "-??", "??-", "---"), None),
    ],
)
def test_behaviour_supports_the_highest_step_with_two_seen_and_none_below_with_two_not_seen(
    marks: tuple[str, ...], step: int | None
) -> None:
    found = supported("customer", seen(*marks))

    assert found.step == step
    assert found.enough


def test_with_fewer_than_half_of_the_marks_too_little_is_known() -> None:
    seven, eight = seen("+++", "+++", "+??", "???", "???"), seen("+++", "+++", "++?", "???", "???")

    assert not supported("customer", seven).enough
    assert supported("customer", eight).enough
    said = say_do_sentence("Northfield", "What we have seen", supported("customer", seven), 5.0, LADDER.steps, seven)
    assert said == "Northfield says Partner. Too little is known yet: 7 of 15 behaviours are marked."


def test_the_other_sides_marks_and_free_places_count_for_nothing() -> None:
    marked = [*seen("+++", "+++", "+++", "+++", "+++", side="supplier"), *seen("+++", "??", "??")]
    free = [Behaviour("customer", 4, place, "") for place in (1, 2, 3)]

    found = supported("customer", [*marked, *free])

    assert (found.step, found.known, found.asked) == (1, 3, 7)


def test_a_step_with_one_behaviour_needs_that_one() -> None:
    assert supported("customer", seen("+", "+", "?")).step == 2


BETWEEN = "between Solution provider and Trusted advisor"


@pytest.mark.parametrize(
    ("said", "label", "distance"),
    [
        (4.8, "Partner", ", three steps below what was said. Not seen: does 5.2."),
        (2.2, "Preferred supplier", ", the step that was said."),
        (1.0, "Supplier", ", one step above what was said."),
        (3.5, BETWEEN, ", one and a half steps below what was said."),
    ],
)
def test_say_do_says_how_far_what_was_seen_is_from_what_was_said(said: float, label: str, distance: str) -> None:
    marked = seen("+++", "+++", "+??", "???", "?-?")

    told = say_do_sentence("Northfield", "What we have seen", supported("customer", marked), said, LADDER.steps, marked)

    assert told == f"Northfield says {label}. What we have seen fits Preferred supplier{distance}"


def test_without_a_public_wish_there_is_nothing_to_hold_it_against() -> None:
    marked = seen("+++", "+++", "+??", "???", "?-?")

    told = say_do_sentence("Northfield", "What we have seen", supported("customer", marked), None, LADDER.steps, marked)

    assert told == "What Northfield wants is not public. What we have seen fits Preferred supplier."


def test_the_accounts_own_words_lie_over_the_templates() -> None:
    own = Behaviour("supplier", 2, 3, "sends the planner every Monday", "seen", "since May", "2026-05-04", "Inga")

    found = behaviours(LADDER, [own, Behaviour("supplier", 2, 9, "of an older ladder")])

    assert len(found) == 30
    assert own in found
    assert not any(one.place > 3 for one in found)
    assert found[0].text == "asks several suppliers for a price each time"


def test_only_seven_discussions_have_an_address() -> None:
    assert [one.number for one in SHARED] == [1, 2, 3, 4, 5, 6, 7]
    assert [one.number for one in SHARED if one.read_first] == [6, 7]
    assert [shared_number(str(number)) for number in range(11)] == [None, 1, 2, 3, 4, 5, 6, 7, None, None, None]
    assert [shared_number(what) for what in ("", "01", "+1", "1 ", "٣", "x")] == [None] * 6
    assert named(SHARED[0].heading, NAMES) == "How does Northfield see Halden today?"


def test_before_today_is_revealed_there_is_nothing_to_show() -> None:
    nothing = {"customer": Cell(), "supplier": Cell()}

    assert perception("Northfield", Cell()) is NOT_YET
    assert between_sides(NAMES, nothing, None, {}) is NOT_YET
    assert alignment(NAMES, nothing, None, None) is NOT_YET
    assert NOT_YET.sentence == "Nothing to show yet: reveal today first."


def test_a_hidden_side_is_said_and_not_left_blank() -> None:
    few = {"customer": cell((0, 3, 2, 0, 0)), "supplier": Cell(current_why="too_few", desired_why="too_few")}

    assert perception("Halden", few["supplier"]).sentence == "Halden has too few answers to show."
    for told in (between_sides(NAMES, few, None, {}), alignment(NAMES, few, None, None)):
        assert told.sentence == "Halden has too few answers to show. So the sides can’t be compared."
        assert not told.there


def test_perception_gives_the_typical_step_with_its_number_of_answers() -> None:
    assert perception("Northfield", cell((3, 7, 3, 1, 0))).sentence == (
        "Typical step 2.1 of 5. 14 answers, mostly together, some apart."
    )


def test_the_pair_of_groups_that_says_most_comes_first_and_only_clear_does_not_hang_on_one() -> None:
    pair = Pair("a", "b", 1.6, -0.8, "clear")
    ask = Pair("a", "b", 1.1, -0.4, "ask")

    assert between_groups("Northfield", 3, [(pair, "A differs.")]).more == ("And it does not hang on one person.",)
    assert between_groups("Northfield", 2, [(ask, "A differs.")]).more == ()
    assert between_groups("Northfield", 2, [(Pair("a", "b", 0.2, 0.1, "none"), "x")]).flag == "none"
    assert between_groups("Northfield", 1, []).sentence == "Only one group of Northfield can be shown by itself."
    assert between_groups("Northfield", 0, []).sentence == "Northfield’s groups can’t be shown."


def test_the_kind_of_difference_is_said_where_it_may_be() -> None:
    cells = {"customer": cell((4, 0, 0, 0, 0)), "supplier": cell((0, 0, 0, 4, 0))}
    pair = compare("customer", (4, 0, 0, 0, 0), "supplier", (0, 0, 0, 4, 0))

    told = between_sides(
        NAMES, cells, (pair, "All see it differently."), {"supplier": "We believed we agreed. We do not."}
    )

    assert told.more == ("And it does not hang on one person.", "Halden: We believed we agreed. We do not.")
    both = between_sides(NAMES, cells, (pair, "x"), dict.fromkeys(NAMES, "You differ, and you both know it."))
    assert both.more[-1] == "On both sides: You differ, and you both know it."


LOW, MIDDLE, HIGH = (0, 5, 0, 0, 0), (0, 0, 5, 0, 0), (0, 0, 0, 0, 5)


@pytest.mark.parametrize(
    ("today", "wanted", "words"),
    [
        ((LOW, LOW), (HIGH, HIGH), "Same start, same goal."),
        ((LOW, LOW), (LOW, HIGH), "Same start, other goal."),
        ((LOW, MIDDLE), (HIGH, HIGH), "Other start, same goal."),
        ((LOW, MIDDLE), (LOW, HIGH), "Other start, other goal."),
    ],
)
def test_start_and_goal_make_four_cells(today: tuple, wanted: tuple, words: str) -> None:
    cells = {side: cell(today[i], wanted[i]) for i, side in enumerate(NAMES)}

    told = alignment(NAMES, cells, compare("a", *(today[0],), "b", today[1]), compare("a", wanted[0], "b", wanted[1]))

    assert told.sentence.startswith(words)


def test_severe_is_clear_and_two_steps_apart_and_nothing_less() -> None:
    assert is_severe(Pair("a", "b", 2.0, 1.0, "clear"))
    assert not is_severe(Pair("a", "b", 1.9, 1.0, "clear"))
    assert not is_severe(Pair("a", "b", 3.0, 1.0, "ask"))
    cells = {"customer": cell(LOW, LOW), "supplier": cell(LOW, HIGH)}
    told = alignment(NAMES, cells, compare("a", LOW, "b", LOW), compare("a", LOW, "b", HIGH))
    assert told.more == ("A severe disconnect on the wish: 3.0 steps apart.", "No step is wanted on both sides.")
    assert told.flag == "clear"


def test_one_question_alone_says_which_is_missing() -> None:
    cells = {"customer": cell(LOW), "supplier": cell(LOW)}

    told = alignment(NAMES, cells, compare("a", LOW, "b", LOW), None)

    assert told.sentence == "Today: no clear difference. What is wanted is not revealed yet."


def test_ideas_are_counted_with_their_themes() -> None:
    assert ideas_told(9, 3).sentence == "9 ideas in 3 themes."
    assert ideas_told(1, 0).sentence == "1 idea, not sorted into themes."
    assert not ideas_told(0, 0).there


def test_until_readiness_is_asked_it_is_said_who_names_their_own_side() -> None:
    told = willingness([Willing("customer", "Northfield", 5, 0), Willing("supplier", "Halden", why="too few")])

    assert told.sentence == "Readiness is not asked yet."
    assert told.more == ("Nobody at Northfield names their own side.", "Halden: too few.")
    assert Willing("customer", "N", 4, 4).sentence == "All 4 at N who wrote ideas name their own side."
    assert Willing("customer", "N", 4, 1).sentence == "1 of 4 at N who wrote ideas names their own side."
    assert not willingness([Willing("customer", "N", why="too few")]).there


def test_a_decision_is_said_in_a_few_words() -> None:
    said = [
        decision_words(*one) for one in (("invest", 4), ("stay", 3), ("stay", None), ("step_down", 2), ("part", None))
    ]

    assert said == ["Invest to step 4", "Stay at step 3", "Stay where we are", "Step down to step 2", "Part ways well"]
