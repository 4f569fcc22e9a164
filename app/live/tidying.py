"""Looks for objects that hold each other, when nobody waits: the interpreter's own rounds would stop every vote meanwhile."""

import asyncio
import gc
import time

from app.store.database import Database
from app.views.render import idea_card

YOUNG_AT = 25_000
"""New objects after which the interpreter looks through the youngest by itself, which takes some 10 ms. A crowd of 400 that
enters brings so many, a vote of 2,000 fewer; those that a quiet second finds do not count any more."""
NEVER = 1_000_000
CHECK_S = 1.0
QUIET_S = 3.0
EVERY_S = 30.0
LONGEST_S = 600.0
"""A server that is never quiet is tidied all the same."""


def tidy_only_when_quiet() -> None:
    """From here on the interpreter looks only through the youngest objects by itself; what is here now stays for good."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_AT, NEVER, NEVER)


async def run_tidying(database: Database) -> None:
    """Look through the youngest objects in each quiet second; through all, every half minute in three such seconds; for ever."""
    tidied = written = time.monotonic()
    commits = database.commits
    while True:
        await asyncio.sleep(CHECK_S)
        now = time.monotonic()
        if database.commits != commits:
            commits, written = database.commits, now
        if now >= tidied + (EVERY_S if now >= written + QUIET_S else LONGEST_S):
            idea_card.cache_clear()  # so that no text outlives for long what became of it
            gc.collect()
            tidied = time.monotonic()
        elif now > written:
            gc.collect(0)
