"""What happens with a message from a phone: it is parsed, carried out in the write lane, and answered after the commit."""

from collections.abc import Callable
from typing import Any

from app.actions import readiness, support
from app.actions.ideas import add_idea
from app.actions.participants import agree_open_side, withdraw
from app.actions.voting import Ballot, cast_ballots
from app.errors import AppError, StoreFull, TooMany
from app.live.limits import PhoneLimits
from app.live.wire import (
    BadFrame,
    Said,
    SayAnswer,
    SayIdea,
    SayOpenSide,
    SayReady,
    SaySupport,
    SayWithdraw,
    ack,
    parse,
    refused,
)
from app.store.database import Database

TOO_FAST = "That was too fast for us. Wait a moment; your last answer is sent again by itself."
TEXTS_TOO_FAST = "That was many texts at once. Wait a little, then send it again."


def _ballot(session_id: str, participant_id: str, said: SayAnswer) -> Ballot:
    return Ballot(session_id, participant_id, said.id, said.question, said.dimension, said.choice, said.tap, said.round)


def say_answer(
    database: Database, session_id: str, participant_id: str, said: SayAnswer, reply: Callable[[str], None]
) -> None:
    """Queue an answer; ``reply`` gets the frame that answers it, an ack after the commit or a refusal."""

    def settle(outcome: Any) -> None:
        failed = isinstance(outcome, BaseException)
        reply(refused(said.id, as_refusal(outcome)) if failed else ack(said.id, outcome))

    ballot = _ballot(session_id, participant_id, said)
    database.tell_item(cast_ballots, ballot, about=session_id, then=settle)


def as_refusal(error: BaseException) -> AppError:
    """A planned error as it is; anything else as "not stored", which the phone sends again."""
    return error if isinstance(error, AppError) else StoreFull("This was not stored. It is sent again by itself.")


async def say_text(database: Database, session_id: str, participant_id: str, text: str, limits: PhoneLimits) -> str:
    """The frame that answers a message as it came. Never raises."""
    try:
        said = parse(text)
    except BadFrame as error:
        return refused(error.id, error)
    return await say(database, session_id, participant_id, said, limits)


async def say(database: Database, session_id: str, participant_id: str, said: Said, limits: PhoneLimits) -> str:
    """The frame that answers what was said: an ack after the commit, or a refusal. Never raises."""
    try:
        version = await _carry_out(database, session_id, participant_id, said, limits)
    except Exception as error:  # noqa: BLE001  a phone is answered whatever happens
        return refused(said.id, as_refusal(error))
    return ack(said.id, version)


async def _carry_out(database: Database, session_id: str, participant_id: str, said: Said, limits: PhoneLimits) -> int:
    """The session's version after the commit. Raises the refusal."""
    if isinstance(said, SayAnswer | SaySupport | SayReady) and not limits.may_answer():
        raise TooMany(TOO_FAST)
    if isinstance(said, SayIdea) and not limits.may_write():
        raise TooMany(TEXTS_TOO_FAST)
    if isinstance(said, SayAnswer):
        ballot = _ballot(session_id, participant_id, said)
        version: int = await database.write_item(cast_ballots, ballot, about=session_id)
        return version
    action, body = _action_of(said)
    return await database.write(action, about=session_id, participant_id=participant_id, message_id=said.id, **body)


def _action_of(
    said: SayIdea | SaySupport | SayReady | SayOpenSide | SayWithdraw,
) -> tuple[Callable[..., int], dict[str, Any]]:
    """The action that a message asks for, and what it says."""
    match said:
        case SayIdea():
            return add_idea, {"text": said.text, "who": said.who}
        case SaySupport():
            return support.cast, {"item_id": said.item_id, "on": said.on, "tap": said.tap}
        case SayReady():
            return readiness.say, {"theme_id": said.theme_id, "value": said.value, "tap": said.tap}
        case SayOpenSide():
            return agree_open_side, {"yes": said.yes}
        case SayWithdraw():
            return withdraw, {}
