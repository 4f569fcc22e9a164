"""Work that is done again and again while the server runs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from app.errors import StoreAway, StoreFull

log = logging.getLogger("stairstep.repeating")


async def repeat(work: Callable[[], Awaitable[object]], *, every_s: float, name: str) -> None:
    """Do ``work`` after each ``every_s`` seconds, for ever. A pass that fails is told in the log, and the next follows."""
    while True:
        await asyncio.sleep(every_s)
        try:
            await work()
        except (StoreAway, StoreFull):
            pass  # said already, where it was noticed
        except Exception:
            log.exception("%s failed; the next pass follows in %g s", name, every_s)
