"""What a typed text must be, and that it is kept letter for letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.texts import normal_code, plain_text, warning
from app.errors import BadInput, TooLong

KEPT = (
    "plain",
    "Ærø",
    "e\u0301",
    "👩‍👩‍👧‍👦",
    "نص عربي",
    "עברית",
    "日本語",
    "a  b",
    "<b>&amp;</b>",
    "\u202eabc",
    "=1+1",
    "ﬁ",
)


def text(raw: object, **more: object) -> str:
    return plain_text(raw, **({"what": "It", "at_most": 280} | more))


@pytest.mark.parametrize("raw", KEPT)
def test_a_text_is_kept_letter_for_letter(raw: str) -> None:
    assert text(raw) == raw


@given(st.text(alphabet=st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=280))
def test_any_text_of_visible_characters_is_kept(raw: str) -> None:
    assert text(raw) == raw


@given(st.text(max_size=50))
def test_a_text_is_kept_or_refused_and_nothing_between(raw: str) -> None:
    wanted = raw.replace("\r\n", "\n").strip()
    try:
        found = text(raw, lines=True)
    except BadInput as error:
        found = wanted if error.sentence.startswith("It ") else error.sentence
    assert found == wanted


@pytest.mark.parametrize("raw", ["", " ", "\n\t", "\u200b", "\u202e\u202c", "\u3000"])
def test_a_text_without_anything_to_see_is_empty(raw: str) -> None:
    with pytest.raises(BadInput, match="empty"):
        text(raw, lines=True)
    assert text("", optional=True) == text(None, optional=True) == ""


@pytest.mark.parametrize("raw", ["a\0b", "a\ab", "a\x1b[31mb", "a\x7fb", "a\x85b", "a\ud800b", "a\rb", "a\tb"])
def test_control_characters_and_half_characters_are_refused(raw: str) -> None:
    with pytest.raises(BadInput, match="can’t be shown"):
        text(raw, lines=True)


def test_lines_may_break_only_where_they_are_allowed() -> None:
    assert text("a\r\nb\nc", lines=True) == "a\nb\nc"
    with pytest.raises(BadInput):
        text("a\nb")


def test_length_counts_characters() -> None:
    assert text("🙂" * 280) == "🙂" * 280
    with pytest.raises(TooLong, match="281 characters; 280 fit"):
        text("x" * 281)
    assert text(" " * 100 + "x" * 280 + " " * 100) == "x" * 280


@pytest.mark.parametrize("raw", [None, 4, True, ["x"], {"a": 1}, b"x", 1.5])
def test_what_is_no_text_is_refused(raw: object) -> None:
    with pytest.raises(BadInput, match="has to be text"):
        text(raw)


@pytest.mark.parametrize("typed", ["k7m4qx", " K7M 4QX ", "K7M-4QX", "k7m\u00a04qx", "K.7.M.4.Q.X"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert normal_code(typed) == "K7M4QX"


@pytest.mark.parametrize(
    "raw",
    [
        "mail inga@halden.example",
        "call +47 22 33 44 55",
        "Mr. Berg should listen",
        "as the only buyer I suffer",
        "frau Holle",
    ],
)
def test_a_text_that_gives_somebody_away_is_pointed_out(raw: str) -> None:
    assert warning(raw)


@pytest.mark.parametrize(
    "raw", ["Plan together each quarter", "Answer within 24 hours", "In 2026 we share 3 forecasts"]
)
def test_an_ordinary_text_is_not_pointed_out(raw: str) -> None:
    assert warning(raw) == ""
