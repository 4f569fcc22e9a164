"""A look at sessions for all who watch them: everything in one snapshot, many sessions for the price of few queries."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.errors import NotFound
from app.store import queries
from app.store.counts import counts
from app.views.board import board_frame
from app.views.faces import (
    Frame,
    PartsFrame,
    PhoneFrames,
    ScreenSeen,
    console_frame,
    console_parts_frame,
    personal_parts,
    screen_seen,
)
from app.views.news import discussions_frame, plan_frame

OTHER_FACES: dict[str, Callable[..., Frame | PartsFrame]] = {
    "console": console_frame,
    "console-parts": console_parts_frame,
    "board": board_frame,
    "plan": plan_frame,
    "discussions": discussions_frame,
}
SHARED_FACES = ("screen", *OTHER_FACES)
"""The faces that show the same to everybody who watches them."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What to look at in one session: these faces, phones where there are any, and participants who wait for their own.

    ``seated`` are all phones that are here: in a new round each is told what is its own. ``screen``: what the big screen
    was last seen to show.
    """

    session_id: str
    faces: Sequence[str]
    phones: PhoneFrames | None
    restless: frozenset[str]
    seated: Collection[str] = ()
    screen: ScreenSeen | None = None


@dataclass(frozen=True, slots=True)
class Glance:
    """What was seen of one session. ``phones`` is None where nothing is new for them.

    ``new_round``: a question is asked again, so each phone is shown its view with what is its own.
    """

    version: int
    frames: dict[str, Frame | PartsFrame]
    phones: PhoneFrames | None
    personal: dict[str, str]
    new_round: bool
    screen: ScreenSeen | None = None


def glances(db: Session, *, wishes: Sequence[Wish]) -> list[Glance | None]:
    """What was wished for, wish by wish; None where the session does not exist any more."""
    counted = _counted(db, [wish for wish in wishes if _may_do_with_counts(wish)])
    rest = [wish for wish in wishes if wish.session_id not in counted]
    if rest:
        ids = [wish.session_id for wish in rest]
        queries.look_ahead(db, ids, counted=[wish.session_id for wish in rest if wish.faces])
    return [counted.get(wish.session_id) or _glance(db, wish) for wish in wishes]


def _may_do_with_counts(wish: Wish) -> bool:
    """Whether nobody waits for a first view, and there is nothing to show but to phones or a screen that shows something."""
    return not wish.restless and (not wish.faces or (list(wish.faces) == ["screen"] and wish.screen is not None))


def _counted(db: Session, wishes: Sequence[Wish]) -> dict[str, Glance]:
    """Glances by session at those in which people have only voted on: what the screen showed, if any, with the new counts.

    A look at a room of thousands costs a third of the whole one (docs/performance.md).
    """
    now = counts(db, [wish.session_id for wish in wishes]) if wishes else {}
    found: dict[str, Glance] = {}
    for wish in wishes:
        new = now.get(wish.session_id)
        if new is None or (wish.phones is not None and wish.phones.version != new.phone_version):
            continue
        screen = wish.screen.counted(new) if wish.faces and wish.screen is not None else None
        if screen is not None:
            found[wish.session_id] = Glance(new.version, {"screen": screen.frame}, None, {}, False, screen)
        elif not wish.faces:
            found[wish.session_id] = Glance(new.version, {}, None, {}, False)
    return found


def _glance(db: Session, wish: Wish) -> Glance | None:
    try:
        session = queries.live_session(db, wish.session_id)
    except NotFound:
        return None
    frames = {face: OTHER_FACES[face](db, session=session) for face in wish.faces if face != "screen"}
    screen = screen_seen(db, session=session) if "screen" in wish.faces else None
    if screen is not None:
        frames["screen"] = screen.frame
    fresh, personal, new_round = None, {}, False
    if wish.phones is not None and (wish.phones.version != session.phone_version or wish.restless):
        fresh = wish.phones.brought_up_to_date(db, session=session, newcomers=wish.restless)
        new_round = wish.phones.rounds not in ({}, fresh.rounds)
        who = wish.seated if new_round else wish.restless
        personal = personal_parts(db, session=session, participant_ids=who)
    return Glance(session.version, frames, fresh, personal, new_round, screen)
