"""A look at sessions for all who watch them: everything in one snapshot, many sessions for the price of few queries."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.errors import NotFound
from app.store import queries
from app.store.counts import Counts, counts
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
    voted_in = [wish.session_id for wish in wishes if _may_do_with_counts(wish)]
    now = counts(db, voted_in) if voted_in else {}
    counted = [_counted(db, wish, now.get(wish.session_id)) for wish in wishes]
    rest = [wish for wish, glance in zip(wishes, counted, strict=True) if glance is None]
    if rest:
        ids = [wish.session_id for wish in rest]
        queries.look_ahead(db, ids, counted=[wish.session_id for wish in rest if wish.faces])
    return [glance or _glance(db, wish) for wish, glance in zip(wishes, counted, strict=True)]


def _may_do_with_counts(wish: Wish) -> bool:
    """Whether there is nothing to show but to a screen that shows something, and to phones in views that are known."""
    known = not wish.restless or (wish.phones is not None and bool(wish.phones.frames))
    return known and (not wish.faces or (list(wish.faces) == ["screen"] and wish.screen is not None))


def _counted(db: Session, wish: Wish, new: Counts | None) -> Glance | None:
    """The glance where people have only voted on or come in: what was seen before, with the new counts; None elsewhere.

    A look at a room of thousands costs a third of the whole one (docs/performance.md).
    """
    if new is None or not _may_do_with_counts(wish):
        return None
    if wish.phones is not None and wish.phones.version != new.phone_version:
        return None
    screen = wish.screen.counted(new) if wish.faces and wish.screen is not None else None
    if wish.faces and screen is None:
        return None
    phones, personal = None, {}
    if wish.phones is not None and wish.restless:
        phones = wish.phones.with_newcomers(db, wish.restless)
        if phones is None:
            return None
        personal = personal_parts(db, asked=phones.asked, participant_ids=wish.restless)
    return Glance(new.version, {"screen": screen.frame} if screen else {}, phones, personal, False, screen)


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
        new_round = fresh.in_new_round(wish.phones)
        who = wish.seated if new_round else wish.restless
        personal = personal_parts(db, asked=fresh.asked, participant_ids=who)
    return Glance(session.version, frames, fresh, personal, new_round, screen)
