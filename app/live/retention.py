"""Deletes what is not kept any longer: sessions, once an owner says how many days they are, and files on their way in or out."""

import logging

from app.actions.imports import delete_stale_uploads
from app.actions.report_files import forget_old
from app.actions.sessions import delete_outlived, outlived
from app.store.database import Database

log = logging.getLogger("stairstep.retention")

EVERY_S = 600.0


async def delete_what_outlived(database: Database, *, now: int) -> int:
    """Delete each session that is kept no longer, in a transaction of its own; how many this process deleted."""
    due = await database.read(outlived, now=now)
    gone = [await database.write(delete_outlived, session_id=session_id, now=now) for session_id in due]
    if any(gone):
        log.info("%d old sessions deleted", sum(gone))
    return sum(gone)


async def delete_what_is_not_kept(database: Database, *, now: int) -> None:
    """Delete ended sessions that are kept no longer, files that nobody entered, and files that were waited for."""
    await database.write(forget_old)
    await database.write(delete_stale_uploads, now=now)
    await delete_what_outlived(database, now=now)
