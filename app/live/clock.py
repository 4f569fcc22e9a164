"""What happens by the clock: timers that close questions, and tokens destroyed after a session."""

from sqlmodel import Session, col, select

from app.actions.questions import close_due
from app.actions.sessions import SEAL_AFTER_MS, seal_closed
from app.store.database import Database
from app.store.tables import IS_OPEN, TO_SEAL, LiveSession, SessionQuestion

TICK_S = 0.5


async def do_what_is_due(database: Database, *, now: int) -> None:
    """Close questions whose time is up and destroy tokens of sessions closed ten minutes ago."""
    timers, seals = await database.read(_due, now=now)
    if timers:
        await database.write(close_due, now=now)
    if seals:
        await database.write(seal_closed, now=now)


def _due(db: Session, *, now: int) -> tuple[bool, bool]:
    """Whether a question's time is up, and whether a session is to be sealed."""
    timers = select(SessionQuestion.key).where(IS_OPEN, col(SessionQuestion.closes_at) <= now)
    seals = select(LiveSession.id).where(TO_SEAL, col(LiveSession.closed_at) <= now - SEAL_AFTER_MS)
    return db.exec(timers.limit(1)).first() is not None, db.exec(seals.limit(1)).first() is not None
