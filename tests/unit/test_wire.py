"""The closed set of messages: what is read of a frame, and that nothing makes it fall over."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput, Closed, NotOpen, StoreFull, TooLong, TooMany, UnknownChoice
from app.live.wire import (
    BadFrame,
    SayAnswer,
    SayIdea,
    SayOpenSide,
    SayReady,
    SaySupport,
    SayWithdraw,
    _any_object,
    _plain_object,
    ack,
    parse,
    refused,
)

ANSWER = {"type": "answer", "id": "x", "question": "current", "choice": 4}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def answered(text: str) -> str | None:
    """The reason with which a frame is refused, as it is sent; None for one that can be read."""
    try:
        parse(text)
    except BadFrame as error:
        return str(json.loads(refused(error.id, error).encode())["reason"])
    return None


FLAT = st.dictionaries(
    st.sampled_from(["type", "id", "choice", "tap", "a:b"]) | st.text(),
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([10**15 - 1, 10**15, "a:b"]),
)
TWINS = st.lists(st.sampled_from(['"id":1', '"id": "x"', '"choice":-0', '"tap":1e2', '"a":"\\ud800"', '"b":1', " "]))


@given(st.text() | FLAT.map(json.dumps) | JSON.map(json.dumps) | TWINS.map(lambda parts: "{" + ",".join(parts) + "}"))
def test_the_short_way_to_read_a_frame_reads_what_the_long_one_does(text: str) -> None:
    short = _plain_object(text)
    if short is not None:
        long = _any_object(text)
        assert (short, list(map(type, short.values()))) == (long, list(map(type, long.values())))


@pytest.mark.parametrize("more", [{}, {"choice": None, "tap": 12, "round": 2}, {"dimension": "relationship"}])
def test_an_answer_is_read_the_short_way(more: dict[str, object]) -> None:
    assert _plain_object(json.dumps(ANSWER | more)) == ANSWER | more


def read(**more: object) -> object:
    return parse(json.dumps(ANSWER | more))


def test_each_message_is_read() -> None:
    assert read() == SayAnswer("x", "current", None, 4, -1)
    assert read(dimension="relationship", tap=12) == SayAnswer("x", "current", "relationship", 4, 12)
    assert read(tap="12") == SayAnswer("x", "current", None, 4, 12)
    assert read(choice=None) == SayAnswer("x", "current", None, None, -1)
    assert parse('{"type":"idea","id":"x","text":"t","who":"us"}') == SayIdea("x", "t", "us")
    assert parse('{"type":"support","id":"x","idea_id":"i","on":true}') == SaySupport("x", "i", True, -1)
    assert parse('{"type":"support","id":"x","theme_id":"t","on":false,"tap":3}') == SaySupport("x", "t", False, 3)
    assert parse('{"type":"ready","id":"x","theme_id":"t","value":null}') == SayReady("x", "t", None, -1)
    assert parse('{"type":"ready","id":"x","theme_id":"t","value":"yes","tap":2}') == SayReady("x", "t", "yes", 2)
    assert parse('{"type":"open_side","id":"x","yes":false}') == SayOpenSide("x", False)
    assert parse('{"type":"withdraw","id":"x"}') == SayWithdraw("x")


@pytest.mark.parametrize(
    "body",
    [
        '"type":"support","on":true', '"type":"support","idea_id":"i"', '"type":"support","idea_id":"i","on":1',
        '"type":"support","idea_id":"i","theme_id":"t","on":true', '"type":"support","idea_id":7,"on":true',
        '"type":"support","idea_id":"","on":true', '"type":"support","idea_id":"\\ud800","on":true',
        '"type":"support","idea_id":"i","on":true,"tap":-1', '"type":"ready","theme_id":"t"', '"type":"ready","value":"yes"',
        '"type":"ready","theme_id":["t"],"value":"yes"',
    ],
)  # fmt: skip
def test_support_names_one_thing_and_readiness_a_theme(body: str) -> None:
    assert answered(f'{{"id":"x",{body}}}') == "invalid"


@pytest.mark.parametrize("id_", ["x", "x" * 36, "ü", "🙂" * 36, "a b", 'a"b', "\0"])
def test_any_text_of_up_to_36_characters_is_an_id(id_: str) -> None:
    found = read(id=id_)
    assert isinstance(found, SayAnswer)
    assert json.loads(ack(found.id, 7)) == {"type": "ack", "id": id_, "version": 7}


@pytest.mark.parametrize("id_", [None, "", "x" * 37, 4, True, ["x"], {"x": 1}, "\ud800", "a\udfffb"])
def test_anything_else_is_no_id_and_is_refused_with_null(id_: object) -> None:
    with pytest.raises(BadFrame) as caught:
        read(id=id_)
    assert caught.value.id is None


@given(JSON)
def test_no_json_whatsoever_makes_it_fall_over(value: object) -> None:
    for text in (json.dumps(value), json.dumps(ANSWER | {"choice": value}), json.dumps({"type": value, "id": "x"})):
        assert answered(text) in {None, "invalid"}


@given(
    JSON,
    st.sampled_from(
        ["tap", "dimension", "question", "yes", "text", "who", "type", "id", "idea_id", "theme_id", "on", "value"]
    ),
)
def test_no_value_in_any_place_makes_it_fall_over(value: object, place: str) -> None:
    for type_ in ("answer", "idea", "open_side", "withdraw", "support", "ready"):
        assert answered(json.dumps(ANSWER | {"type": type_, place: value})) in {None, "invalid"}


@given(st.text())
def test_no_text_whatsoever_makes_it_fall_over(text: str) -> None:
    assert answered(text) in {None, "invalid"}


@pytest.mark.parametrize("depth", [7, 8])
def test_eight_levels_are_read_and_nine_are_not(depth: int) -> None:
    read(choice=json.loads("[" * (depth - 1) + "]" * (depth - 1)))
    with pytest.raises(BadFrame):
        read(choice=json.loads("[" * 8 + "]" * 8))


@pytest.mark.parametrize("tap", [-1, 1.5, True, "-1", "1.5", "x", "", "٣", [1], "9" * 16])
def test_a_tap_is_a_whole_number_from_nought(tap: object) -> None:
    with pytest.raises(BadFrame):
        read(tap=tap)


def test_fifteen_digits_are_read_and_sixteen_are_not() -> None:
    assert read(choice=10**14) == SayAnswer("x", "current", None, 10**14, -1)
    with pytest.raises(BadFrame):
        read(choice=10**15)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Closed("w"), "closed"), (NotOpen("w"), "not_open"), (UnknownChoice("w"), "unknown_choice"), (TooLong("w"), "too_long"),
        (TooMany("w"), "rate"), (BadInput("w"), "invalid"), (StoreFull("w"), "rate"),
    ],
)  # fmt: skip
def test_each_refusal_has_its_reason_and_words(error: Exception, reason: str) -> None:
    assert json.loads(refused("x", error)) == {"type": "refused", "id": "x", "reason": reason, "message": "w"}


def test_an_ack_of_an_ordinary_id_fits_in_a_hundred_bytes() -> None:
    assert len(ack("123e4567-e89b-12d3-a456-426614174000", 10**9).encode()) <= 100
