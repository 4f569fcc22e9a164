"""Sends reminders by e-mail: one mail for each member and day, by one process of many, at least once.

See `actions/reminders` for what happens where a process dies on the way.
"""

import logging
from collections.abc import Callable

from app.actions.reminders import Whose, claim, due_now, mark_told, put_off
from app.live.post import MailFailed, Post
from app.store.database import Database
from app.store.ids import now_ms
from app.views.digest import Digest, digest_of, message_of

log = logging.getLogger("stairstep.reminders")

LOOKS_EVERY_S = 600.0


async def send_due(database: Database, post: Post, *, clock: Callable[[], int] = now_ms) -> int:
    """Send every mail that is due, one after the other; how many this process sent.

    Where the server takes none, the others stay due for the next look.
    """
    sent = 0
    for whose in await database.read(due_now, now=clock()):
        if not await database.write(claim, whose=whose, now=clock()):
            continue
        digest: Digest | None = await database.read(digest_of, whose=whose, now=clock())
        if digest is None:
            continue
        if digest.worth_sending:
            try:
                await _send(post, digest)
            except MailFailed as error:
                await _put_off(database, whose, error, now=clock())
                if error.why == "away":
                    break
                continue
            sent += 1
        await database.write(mark_told, whose=whose, told=digest.told, now=clock())
    if sent:
        log.info("%d reminders sent", sent)
    return sent


async def _send(post: Post, digest: Digest) -> None:
    try:
        message = message_of(digest, sender=post.sender)
    except ValueError as error:
        raise MailFailed("refused", type(error).__name__) from None
    await post.send(message)


async def _put_off(database: Database, whose: Whose, error: MailFailed, *, now: int) -> None:
    log.warning("a reminder was not sent (%s: %s); it is tried again", error.why, error.words)
    refused = error.why == "refused"
    await database.write(
        put_off, whose=whose, now=now, trouble="refused" if refused else "away", until_tomorrow=refused
    )
