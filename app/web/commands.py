"""The facilitator's commands by name: the console posts them, each is one action."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sqlmodel import Session

from app.actions import ideas, participants, questions, reveal, sessions, support
from app.core.words import ROOM_PROMPTS
from app.errors import BadInput, NotFound
from app.store.database import Database

TIMER_STEP_S = 30

Command = Callable[..., Any]


async def carry_out(database: Database, *, session_id: str, action: str, said: Mapping[str, str]) -> None:
    """Carry out a command such as ``open.current`` or ``idea-show.ID``. Raises NotFound for an unknown one, and its action's errors."""
    name, _, what = action.partition(".")
    command = _command(name, what, said)
    if command is None:
        raise NotFound("This command does not exist.")
    await database.write(command, session_id=session_id)


def _command(name: str, what: str, said: Mapping[str, str]) -> Command | None:  # noqa: C901, PLR0911, PLR0912  a list of names
    match name:
        case "open" | "close" | "reopen":
            return partial(questions.command, key=what, name=name)
        case "again":
            return partial(questions.ask_again, key=what)
        case "hide":
            return partial(_hide, keys=what.split("+"))
        case "reveal":
            return partial(reveal.reveal, keys=what.split("+"), careful=True)
        case "timer" | "extend":
            seconds = TIMER_STEP_S if name == "extend" else _number(what)
            return partial(questions.set_timer, seconds=seconds, extend=name == "extend")
        case "lock" | "unlock":
            return partial(sessions.change, locked=name == "lock")
        case "admit":
            return partial(participants.admit, participant_id=what)
        case "remove":
            return partial(participants.remove, participant_id=what)
        case "ask-open":
            return partial(sessions.ask_open_side, side=what)
        case "join-group" | "show-group":
            return partial(reveal.join_group, group_id=what, joined=name == "join-group")
        case "layer":
            return partial(sessions.set_stage, layer=what)
        case "compare" | "dark":
            wanted: dict[str, Any] = {name: what == "on"}
            return partial(sessions.set_stage, **wanted)
        case "last":
            return partial(sessions.set_stage, last_time=what == "on")
        case "scene":
            return partial(sessions.set_stage, scene=None if what == "none" else what)
        case "prompt":
            return partial(sessions.set_stage, prompt=None if what == "none" else _number(what) % len(ROOM_PROMPTS))
        case "show":
            return partial(sessions.show_question, key=what)
        case "support" if what in {"ask", "stop"}:
            return partial(support.ask, asked=what == "ask")
        case "idea-show" | "idea-hide":
            return partial(ideas.moderate, idea_id=what, status="shown" if name == "idea-show" else "hidden")
        case "idea-edit":
            return partial(ideas.moderate, idea_id=what, text=said.get("text"), before=_same_breaks(said.get("before")))
        case "end":
            return sessions.close
        case "reopen-session":
            return sessions.reopen
        case _:
            return None


def _hide(db: Session, *, session_id: str, keys: list[str]) -> None:
    """Hide several questions, in one transaction."""
    for key in keys:
        questions.command(db, session_id=session_id, key=key, name="hide")


def _same_breaks(text: str | None) -> str | None:
    """The text with line breaks as they are stored; browsers send others."""
    return text.replace("\r\n", "\n") if text is not None else None


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise BadInput("This needs a whole number.")
    return int(text)
