"""Frames of the reference servers: reading answers, making views, gathering pushes."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from bench.reference_store import DIMENSION, QUESTION, SESSION, STEPS, Reader, Vote

PUSH_EVERY = 0.1  # seconds between two views to screens at least
LONGEST_ID = 36
LARGEST_FRAME = 8192
PHONE_PATH = f"/live/{SESSION}/phone"
SCREEN_PATH = f"/live/{SESSION}/screen"

_BUTTONS = "".join(
    f'<button name="choice" value="{step}" class="step">Step {step} of {len(STEPS)}</button>' for step in STEPS
)


class AnswerError(Exception):
    """An answer that cannot be stored: ``id`` (where there was one) and the reason."""

    def __init__(self, id_: str | None, reason: str) -> None:
        super().__init__(reason)
        self.id = id_
        self.reason = reason


def read_answer(participant: int, text: str | bytes) -> Vote:
    """The vote in a frame. Raises AnswerError."""
    try:
        message: Any = json.loads(text)
    except ValueError:
        raise AnswerError(None, "invalid") from None
    if not isinstance(message, dict):
        raise AnswerError(None, "invalid")
    id_ = message.get("id")
    if not isinstance(id_, str) or not 0 < len(id_) <= LONGEST_ID:
        raise AnswerError(None, "invalid")
    if message.get("type") != "answer":
        raise AnswerError(id_, "invalid")
    question, choice = message.get("question"), message.get("choice")
    dimension = message.get("dimension", DIMENSION)
    if question != QUESTION or dimension != DIMENSION:
        raise AnswerError(id_, "invalid")
    if choice is not None and (type(choice) is not int or choice not in STEPS):
        raise AnswerError(id_, "unknown_choice")
    return Vote(participant, id_, question, dimension, choice)


def ack(id_: str, version: int) -> str:
    """The frame that says: on disk."""
    return f'{{"type":"ack","id":{json.dumps(id_)},"version":{version}}}'


def refused(id_: str | None, reason: str) -> str:
    """The frame that says: not stored, and why."""
    return _json({"type": "refused", "id": id_, "reason": reason, "message": "Not saved."})


def phone_view(reader: Reader, participant: int) -> str:
    """A phone's first view, its own answers included."""
    version, status = reader.session()
    state = {
        "session": status,
        "question": reader.question(),
        "mine": reader.answers_of(participant),
    }
    return _view(version, f'<main id="phone">{_BUTTONS}</main>', "#phone", state)


def screen_view(reader: Reader) -> str:
    """What a screen shows: how many joined and answered, no results."""
    version, status = reader.session()
    joined, answered = reader.joined(), reader.answered()
    cells = "".join(f"<td>{count}</td>" for count in answered[QUESTION].values())
    state = {
        "session": status,
        "question": reader.question(),
        "joined": joined,
        "answered": answered,
        "results": None,
    }
    return _view(version, f'<table id="screen"><tr>{cells}</tr></table>', "#screen", state)


class Screens:
    """Pushes a view at once after a quiet time, then at most ten a second."""

    def __init__(self, render: Callable[[], str], send: Callable[[str], None]) -> None:
        self._render = render
        self._send = send
        self._last = 0.0
        self._planned = False

    def changed(self) -> None:
        """Something a screen shows is different now."""
        if self._planned:
            return
        self._planned = True
        loop = asyncio.get_running_loop()
        loop.call_at(max(loop.time(), self._last + PUSH_EVERY), self._push)

    def _push(self) -> None:
        self._planned = False
        self._last = asyncio.get_running_loop().time()
        self._send(self._render())


def _view(version: int, content: str, target: str, state: dict[str, Any]) -> str:
    return _json(
        {
            "type": "view",
            "version": version,
            "content": content,
            "target": target,
            "swap": "outerHTML",
            "state": state,
        }
    )


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
