"""What happens by the clock: timers that close questions, and tokens destroyed after a session."""

import asyncio
import logging

from sqlmodel import Session, col, select

from app.actions.questions import close_due
from app.actions.sessions import SEAL_AFTER_MS, seal_closed
from app.errors import StoreAway, StoreFull
from app.store.database import Database
from app.store.ids import now_ms
from app.store.tables import IS_OPEN, TO_SEAL, LiveSession, SessionQuestion

log = logging.getLogger("stairstep.clock")

TICK_S = 0.5


async def run_clock(database: Database) -> None:
    """Do what is due, twice a second, for ever."""
    while True:
        await asyncio.sleep(TICK_S)
        try:
            await do_what_is_due(database, now=now_ms())
        except (StoreAway, StoreFull):
            pass  # said already, where it was noticed
        except Exception:
            log.exception("the clock missed a tick; the next one follows")


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
