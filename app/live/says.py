"""What happens with a message from a phone: it is parsed, carried out in the write lane, and answered after the commit."""

from collections.abc import Callable
from typing import Any

from app.actions.ideas import add_idea
from app.actions.participants import agree_open_side, withdraw
from app.actions.voting import Ballot, cast_ballots
from app.errors import AppError, NotOpen, StoreFull, TooMany
from app.live.limits import PhoneLimits
from app.live.wire import BadFrame, SayAnswer, SayIdea, SayLater, SayOpenSide, SayWithdraw, ack, parse, refused
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


async def say(database: Database, session_id: str, participant_id: str, text: str, limits: PhoneLimits) -> str:
    """The frame that answers ``text``: an ack after the commit, or a refusal. Never raises."""
    id_: str | None = None
    try:
        said = parse(text)
        id_ = said.id
        match said:
            case SayAnswer():
                if not limits.may_answer():
                    raise TooMany(TOO_FAST)
                ballot = _ballot(session_id, participant_id, said)
                version = await database.write_item(cast_ballots, ballot, about=session_id)
            case SayIdea():
                if not limits.may_write():
                    raise TooMany(TEXTS_TOO_FAST)
                version = await database.write(
                    add_idea,
                    about=session_id,
                    participant_id=participant_id,
                    message_id=said.id,
                    text=said.text,
                    who=said.who,
                )
            case SayOpenSide():
                version = await database.write(
                    agree_open_side, about=session_id, participant_id=participant_id, message_id=said.id, yes=said.yes
                )
            case SayWithdraw():
                version = await database.write(
                    withdraw, about=session_id, participant_id=participant_id, message_id=said.id
                )
            case SayLater():
                raise NotOpen("This is not open yet.")
    except BadFrame as error:
        return refused(error.id, error)
    except AppError as error:
        return refused(id_, error)
    except Exception as error:  # noqa: BLE001  a phone is answered whatever happens
        return refused(id_, as_refusal(error))
    return ack(said.id, version)
