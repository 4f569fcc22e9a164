"""A look at sessions for all who watch them: everything in one snapshot, many sessions for the price of few queries."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.errors import NotFound
from app.store import queries
from app.views.board import BoardFrame, board_frame
from app.views.faces import Frame, PhoneFrames, console_frame, personal_parts, screen_frame
from app.views.news import discussions_frame, plan_frame

SHARED_FACES: dict[str, Callable[..., Frame | BoardFrame]] = {
    "screen": screen_frame,
    "console": console_frame,
    "board": board_frame,
    "plan": plan_frame,
    "discussions": discussions_frame,
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What to look at in one session: these faces, phones where there are any, and participants who wait for their own.

    ``seated`` are all phones that are here: in a new round each is told what is its own.
    """

    session_id: str
    faces: Sequence[str]
    phones: PhoneFrames | None
    restless: frozenset[str]
    seated: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Glance:
    """What was seen of one session. ``phones`` is None where nothing is new for them.

    ``new_round``: a question is asked again, so each phone is shown its view with what is its own.
    """

    version: int
    frames: dict[str, Frame | BoardFrame]
    phones: PhoneFrames | None
    personal: dict[str, str]
    new_round: bool


def glances(db: Session, *, wishes: Sequence[Wish]) -> list[Glance | None]:
    """What was wished for, wish by wish; None where the session does not exist any more."""
    queries.look_ahead(
        db, [wish.session_id for wish in wishes], counted=[wish.session_id for wish in wishes if wish.faces]
    )
    return [_glance(db, wish) for wish in wishes]


def _glance(db: Session, wish: Wish) -> Glance | None:
    try:
        session = queries.live_session(db, wish.session_id)
    except NotFound:
        return None
    frames = {face: SHARED_FACES[face](db, session=session) for face in wish.faces}
    fresh, personal, new_round = None, {}, False
    if wish.phones is not None and (wish.phones.version != session.phone_version or wish.restless):
        fresh = wish.phones.brought_up_to_date(db, session=session, newcomers=wish.restless)
        new_round = wish.phones.rounds not in ({}, fresh.rounds)
        who = wish.seated if new_round else wish.restless
        personal = personal_parts(db, session=session, participant_ids=who)
    return Glance(session.version, frames, fresh, personal, new_round)
