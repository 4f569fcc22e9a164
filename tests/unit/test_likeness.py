"""Which ideas look alike, and whom a theme's ideas ask to change."""

import pytest

from app.core.likeness import LARGEST, alike_groups
from app.core.who import proposed_who

IDEAS = (
    "Warn us before a delay, not after it.",
    "Pay for ideas that save you money.",
    "Tell us about delays the day before, not the day after.",
    "Two leaders who meet twice a year and decide.",
    "Open up the sales forecast, twelve weeks ahead.",
    "Give us the forecast twelve weeks ahead.",
)


def test_ideas_that_share_their_words_are_found_whatever_their_order() -> None:
    assert alike_groups(IDEAS, at_most=9) == [(0, 2), (4, 5)]
    assert alike_groups(IDEAS, at_most=1) == [(0, 2)]


def test_capitals_and_punctuation_do_not_matter() -> None:
    assert alike_groups(["WARN us: early!", "warn us, early", "Something else"], at_most=3) == [(0, 1)]


def test_no_idea_is_in_two_groups_and_a_group_stays_small() -> None:
    groups = alike_groups(["the same words again"] * 20, at_most=9)

    everybody = [index for group in groups for index in group]
    assert len(everybody) == len(set(everybody))
    assert all(2 <= len(group) <= LARGEST for group in groups)


@pytest.mark.parametrize("texts", [[], ["alone"], ["", ""], ["🙂", "🙂"], ["!!!", "???"]])
def test_what_has_no_letters_or_no_company_is_like_nothing(texts: list[str]) -> None:
    assert alike_groups(texts, at_most=3) == []


@pytest.mark.parametrize(
    ("whos", "expected"),
    [
        ([], "both"),
        (["customer"], "customer"),
        (["supplier", "supplier", "both"], "supplier"),
        (["supplier", "both"], "both"),
        (["customer", "supplier"], "both"),
        (["customer", "customer", "supplier"], "customer"),
        (["both", "both", "customer"], "both"),
    ],
)
def test_a_theme_asks_one_side_where_two_thirds_of_its_ideas_do(whos: list[str], expected: str) -> None:
    assert proposed_who(whos) == expected
