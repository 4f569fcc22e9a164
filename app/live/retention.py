"""Deletes what is kept no longer: files that were waited for, and ended sessions, once an owner has said for how many days.

Without such a word sessions stay.
"""

import asyncio
import logging

from app.actions.report_files import forget_old
from app.actions.sessions import delete_outlived, outlived
from app.errors import StoreAway, StoreFull
from app.store.database import Database
from app.store.ids import now_ms

log = logging.getLogger("stairstep.retention")

EVERY_S = 600.0


async def run_retention(database: Database) -> None:
    """Look every ten minutes, for ever."""
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            await database.write(forget_old)
            await delete_what_outlived(database, now=now_ms())
        except (StoreAway, StoreFull):
            pass  # said already, where it was noticed
        except Exception:
            log.exception("old sessions could not be deleted; the next look follows")


async def delete_what_outlived(database: Database, *, now: int) -> int:
    """Delete each session that is kept no longer, in a transaction of its own; how many this process deleted."""
    due = await database.read(outlived, now=now)
    gone = [await database.write(delete_outlived, session_id=session_id, now=now) for session_id in due]
    if any(gone):
        log.info("%d old sessions deleted", sum(gone))
    return sum(gone)
