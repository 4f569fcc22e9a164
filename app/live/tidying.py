"""Looks for objects that hold each other, when nobody waits: the interpreter's own rounds would stop every vote meanwhile."""

import asyncio
import gc
import time

from app.store.database import Database
from app.views.render import idea_card

YOUNG_AT = 2_000
"""New objects after which the youngest are looked through, which takes about 2 ms; at 50,000, as a crowd brings, 40 ms."""
NEVER = 1_000_000
EVERY_S = 30.0
QUIET_S = 3.0
LONGEST_S = 600.0
"""A server that is never quiet is tidied all the same."""


def tidy_only_when_quiet() -> None:
    """From here on the interpreter looks only through the youngest objects by itself; what is here now stays for good."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_AT, NEVER, NEVER)


async def run_tidying(database: Database) -> None:
    """Forget drawn ideas and look through the others every half minute, once nothing was written for three seconds, for ever."""
    tidied = time.monotonic()
    while True:
        await asyncio.sleep(EVERY_S)
        while not await _quiet(database) and time.monotonic() < tidied + LONGEST_S:
            pass
        idea_card.cache_clear()  # so that no text outlives for long what became of it
        gc.collect()
        tidied = time.monotonic()


async def _quiet(database: Database) -> bool:
    before = database.commits
    await asyncio.sleep(QUIET_S)
    return database.commits == before
