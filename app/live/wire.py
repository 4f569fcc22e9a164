"""The closed set of messages. What is not here cannot be said."""

import json
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn

import orjson

from app import gauges
from app.core.rights import FRAMES
from app.errors import AppError, BadInput, StoreFull

PHONE_FRAME_AT_MOST = 8 * 1024
ID_AT_MOST = 36
DEPTH_AT_MOST = 8
DIGITS_AT_MOST = 15
SHORT_INT_AT_MOST = 10**DIGITS_AT_MOST - 1
PLAIN = frozenset({str, bool, type(None)})


class SayAnswer(NamedTuple):
    """A choice for a question. ``tap`` is -1 where the phone did not number it; ``round`` None where it names none."""

    id: str
    question: str
    dimension: str | None
    choice: object
    tap: int
    round: int | None = None


@dataclass(frozen=True, slots=True)
class SayIdea:
    """A short text for the change question."""

    id: str
    text: object
    who: object


@dataclass(frozen=True, slots=True)
class SaySupport:
    """Support for an idea or a theme, or taking it back. ``tap`` as in SayAnswer."""

    id: str
    item_id: str
    on: bool
    tap: int


@dataclass(frozen=True, slots=True)
class SayReady:
    """Whether one's own side is ready for a theme. ``tap`` as in SayAnswer."""

    id: str
    theme_id: str
    value: object
    tap: int


@dataclass(frozen=True, slots=True)
class SayOpenSide:
    """Whether this participant's small side may be shown."""

    id: str
    yes: bool


@dataclass(frozen=True, slots=True)
class SayWithdraw:
    """Take back all that this participant said."""

    id: str


Said = SayAnswer | SayIdea | SaySupport | SayReady | SayOpenSide | SayWithdraw


class BadFrame(BadInput):
    """A frame that can't be understood. ``id`` is the sender's, where there was one."""

    def __init__(self, sentence: str, *, id_: str | None) -> None:
        super().__init__(sentence)
        self.id = id_


def parse(text: str) -> Said:
    """What a phone says. Raises BadFrame for anything that is not in this file."""
    frame = _json_object(text)
    id_ = frame.get("id")
    if not isinstance(id_, str) or not 1 <= len(id_) <= ID_AT_MOST or _broken(id_):
        raise BadFrame(f"A message needs an id of 1 to {ID_AT_MOST} characters.", id_=None)
    type_ = frame.get("type")
    if not isinstance(type_, str) or FRAMES.get(type_) != "phone":
        raise BadFrame("This kind of message does not exist.", id_=id_)
    match type_:
        case "answer":
            question, dimension = frame.get("question"), frame.get("dimension")
            if (
                not isinstance(question, str)
                or not (dimension is None or isinstance(dimension, str))
                or "choice" not in frame
            ):
                raise BadFrame("An answer needs a question and a choice.", id_=id_)
            round_ = frame.get("round")
            if round_ is not None and (not isinstance(round_, int) or isinstance(round_, bool)):
                raise BadFrame("A round is a whole number.", id_=id_)
            return SayAnswer(id_, question, dimension, frame["choice"], _tap(frame.get("tap"), id_), round_)
        case "idea":
            return SayIdea(id_, frame.get("text"), frame.get("who"))
        case "support":
            return _support(frame, id_)
        case "ready":
            return _ready(frame, id_)
        case "open_side":
            if not isinstance(frame.get("yes"), bool):
                raise BadFrame("Say yes or no: true or false.", id_=id_)
            return SayOpenSide(id_, frame["yes"])
        case "withdraw":
            return SayWithdraw(id_)
        case _:
            raise BadFrame("This kind of message does not exist.", id_=id_)


def _json_object(text: str) -> dict[str, Any]:
    return _plain_object(text) or _any_object(text)


def _plain_object(text: str) -> dict[str, Any] | None:
    """An object as phones send them: flat, with short whole numbers, and no colon but after its keys, so that none is there twice.

    None for any other text, at which `_any_object` looks closely: with hooks, which takes several times as long.
    """
    try:
        frame = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(frame, dict) or text.count(":") != len(frame):
        return None
    for value in frame.values():
        kind = type(value)
        if kind is int:
            if not 0 <= value <= SHORT_INT_AT_MOST:
                return None
        elif kind not in PLAIN:
            return None
    return frame


def _any_object(text: str) -> dict[str, Any]:
    try:
        frame = _DECODER.decode(text)
    except (ValueError, RecursionError):
        raise BadFrame("This is not a message: one JSON object in each frame.", id_=None) from None
    if not isinstance(frame, dict) or not _shallow(frame, DEPTH_AT_MOST):
        raise BadFrame("This is not a message: one JSON object in each frame.", id_=None)
    return frame


def _broken(text: str) -> bool:
    """Whether a text holds half a character, which nothing can store or send back."""
    return not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text)


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key twice")
    return found


def _short_int(digits: str) -> int:
    if len(digits) > DIGITS_AT_MOST:
        raise ValueError("too many digits")
    return int(digits)


def _no_constant(_name: str) -> NoReturn:
    raise ValueError("not a number")


_DECODER = json.JSONDecoder(object_pairs_hook=_no_twins, parse_int=_short_int, parse_constant=_no_constant)
"""Made once: `json.loads` with hooks makes one for each message."""


def _shallow(value: Any, left: int) -> bool:
    if isinstance(value, dict):
        return left > 0 and all(_shallow(inner, left - 1) for inner in value.values())
    if isinstance(value, list):
        return left > 0 and all(_shallow(inner, left - 1) for inner in value)
    return True


def _support(frame: dict[str, Any], id_: str) -> SaySupport:
    named = [frame[key] for key in ("idea_id", "theme_id") if frame.get(key) is not None]
    if len(named) != 1 or not isinstance(frame.get("on"), bool):
        raise BadFrame("Support names one idea or one theme, and is on or not: true or false.", id_=id_)
    return SaySupport(id_, _row_name(named[0], id_), frame["on"], _tap(frame.get("tap"), id_))


def _ready(frame: dict[str, Any], id_: str) -> SayReady:
    if "value" not in frame:
        raise BadFrame("Readiness needs a theme and a value.", id_=id_)
    return SayReady(id_, _row_name(frame.get("theme_id"), id_), frame["value"], _tap(frame.get("tap"), id_))


def _row_name(raw: object, id_: str) -> str:
    """The id of an idea or a theme."""
    if isinstance(raw, str) and 1 <= len(raw) <= ID_AT_MOST and not _broken(raw):
        return raw
    raise BadFrame("This names no idea and no theme.", id_=id_)


def _tap(raw: object, id_: str) -> int:
    if raw is None:
        return -1
    if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) <= DIGITS_AT_MOST:
        return int(raw)
    if isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0:
        return raw
    raise BadFrame("A tap is a whole number, 0 or more.", id_=id_)


def ack(id_: str, version: int) -> str:
    """The message with this id is committed."""
    return f'{{"type":"ack","id":{orjson.dumps(id_).decode()},"version":{version}}}'


REASONS = frozenset({"closed", "not_open", "unknown_choice", "too_long", "rate", "invalid"})


def refused(id_: str | None, error: AppError) -> str:
    """The message was not stored, and why. What the database could not take now has reason rate: send it again later."""
    reason = "rate" if isinstance(error, StoreFull) else error.code if error.code in REASONS else "invalid"
    gauges.refusals.labels(reason).inc()
    frame = {"type": "refused", "id": id_, "reason": reason, "message": error.sentence}
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


def view(content: str, target: str, state: dict[str, Any]) -> tuple[str, str]:
    """A view frame before and after its version: what a client should now show.

    The two parts are kept apart so that views that differ in nothing else are equal.
    """
    rest = {"content": content, "target": target, "swap": "outerMorph", "state": state}
    return '{"type":"view","version":', "," + json.dumps(rest, ensure_ascii=False, separators=(",", ":"))[1:]
