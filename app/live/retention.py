"""Deletes what is not kept any longer: sessions, once an owner says how many days they are, and files nobody entered."""

import asyncio
import logging

from app.actions.imports import delete_stale_uploads
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
            await delete_what_outlived(database, now=now_ms())
            await database.write(delete_stale_uploads, now=now_ms())
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
