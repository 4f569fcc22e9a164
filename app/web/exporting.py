"""Where files are rendered and read: beside the server's own work, within limits (SAFETY T17)."""

import asyncio
import logging
import multiprocessing
import os
import resource
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import Any, ParamSpec, TypeVar

from app.core.past_table import Sheet
from app.errors import AppError, BadInput, TooMany
from app.live.slots import AT_ONCE, BUSY_WITH_ANOTHER, RETRY_AFTER_S, Slots
from app.reports.export import Order
from app.reports.material import Material

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger("stairstep.files")

WITHIN_S = 120
MEMORY_AT_MOST = 1536 * 1024 * 1024
FILES_A_PROCESS = 50


RENDER_FAILED = "This file took more than it may. Try another kind; nothing was lost."
READ_FAILED = (
    "This file took more time or memory to read than it may, so it was put away. Save it as CSV and try again."
)


class ExportFailed(AppError):
    """A file that could not be made within its limits."""

    status, code, title = 503, "export_failed", "The file could not be made"


def _read_sheets(content: bytes) -> list[Sheet]:
    """Read a file that somebody handed in. The reader is large, so it is loaded when it is first needed."""
    from app.reports.table_reader import read_sheets  # noqa: PLC0415

    return read_sheets(content)


class _OverLimitsError(Exception):
    """A file took more time or memory than it may."""


def _limit(memory: int) -> None:
    """Run once in each rendering process: what it may take before the system ends it. memory: bytes."""
    threading.Thread(target=_end_with_server, daemon=True).start()
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (FILES_A_PROCESS * WITHIN_S, FILES_A_PROCESS * WITHIN_S))


def _end_with_server() -> None:
    """Wait for the server's end, and end too: a server that was killed could not say so."""
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os._exit(0)


def _render(order: Order, material: Material) -> bytes:
    return order.render(material)


class ExportDesk:
    """Renders slow files in processes of their own, which are started when they are first needed."""

    def __init__(self, shared: Slots, *, within_s: float = WITHIN_S, memory: int = MEMORY_AT_MOST) -> None:
        self._shared = shared
        self._within_s, self._memory = within_s, memory
        self._pool: ProcessPoolExecutor | None = None
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._users: set[str] = set()
        self._going_on: set[asyncio.Task[None]] = set()

    async def render(
        self, order: Order, material: Material, *, user_id: str, begun: asyncio.Event | None = None
    ) -> bytes:
        """The file. Raises TooMany while the user waits for another, ExportFailed beyond the limits.

        begun: set once its turn has come.
        """
        if not order.slow:
            return _render(order, material)
        try:
            return await self._beside(user_id, begun, _render, order, material)
        except _OverLimitsError:
            raise ExportFailed(RENDER_FAILED) from None

    async def read_sheets(self, content: bytes, *, user_id: str) -> list[Sheet]:
        """The sheets of a CSV or Excel file. Raises TooMany as above, BadInput for what can't be used."""
        try:
            return await self._beside(user_id, None, _read_sheets, content)
        except _OverLimitsError:
            raise BadInput(READ_FAILED) from None

    async def _beside(
        self, user_id: str, begun: asyncio.Event | None, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What ``work`` returns, in a process of its own. Raises _OverLimitsError beyond the limits, TooMany."""
        if user_id in self._users:
            raise TooMany(BUSY_WITH_ANOTHER, retry_after=RETRY_AFTER_S)
        self._users.add(user_id)
        try:
            shared = self._shared.one_for(user_id, lasts_s=2 * WITHIN_S)
            async with shared, self._slots, asyncio.timeout(self._within_s):
                if begun is not None:
                    begun.set()
                run = partial(work, *args, **kwargs)
                return await asyncio.get_running_loop().run_in_executor(self._workers(), run)
        except (TimeoutError, BrokenProcessPool, MemoryError) as error:
            log.warning("work on a file was given up: %s", type(error).__name__)
            self._end_workers()  # the next file gets fresh processes
            raise _OverLimitsError from None
        finally:
            self._users.discard(user_id)

    def go_on(self, work: Coroutine[Any, Any, None]) -> None:
        """Go on with this after the answer was sent, until the server stops."""
        task = asyncio.create_task(work)
        self._going_on.add(task)
        task.add_done_callback(self._going_on.discard)

    def _workers(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                AT_ONCE,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_limit,
                initargs=(self._memory,),
                max_tasks_per_child=FILES_A_PROCESS,
            )
        return self._pool

    async def close(self) -> None:
        """Let go of what is being made, for another process to take over, and end the rendering processes."""
        for task in [*self._going_on]:
            task.cancel()
        await asyncio.gather(*self._going_on, return_exceptions=True)
        self._end_workers()

    def _end_workers(self) -> None:
        """End the rendering processes, also one that hangs."""
        pool, self._pool = self._pool, None
        if pool is not None:
            processes = list((pool._processes or {}).values())  # noqa: SLF001  there is no public way to end a worker that hangs
            pool.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.terminate()
