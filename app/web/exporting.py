"""Where files are rendered: beside the server's own work, within limits (SAFETY T17)."""

import asyncio
import multiprocessing
import resource
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from app.errors import AppError, TooMany
from app.live.slots import AT_ONCE, BUSY_WITH_ANOTHER, RETRY_AFTER_S, Slots
from app.reports.export import KINDS
from app.reports.material import Material

WITHIN_S = 30
MEMORY_AT_MOST = 1536 * 1024 * 1024
FILES_A_PROCESS = 50


class ExportFailed(AppError):
    """A file that could not be made within its limits."""

    status, code, title = 503, "export_failed", "The file could not be made"


def _limit() -> None:
    """Run once in each rendering process: what it may take before the system ends it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_AT_MOST, MEMORY_AT_MOST))
    resource.setrlimit(resource.RLIMIT_CPU, (FILES_A_PROCESS * WITHIN_S, FILES_A_PROCESS * WITHIN_S))


def _render(kind: str, material: Material) -> bytes:
    return KINDS[kind].render(material)


class ExportDesk:
    """Renders slow files in processes of their own, which are started when they are first needed."""

    def __init__(self, shared: Slots) -> None:
        self._shared = shared
        self._pool: ProcessPoolExecutor | None = None
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._users: set[str] = set()

    async def render(self, kind: str, material: Material, *, user_id: str) -> bytes:
        """The file. Raises TooMany while the user waits for another, ExportFailed beyond the limits."""
        if not KINDS[kind].slow:
            return _render(kind, material)
        if user_id in self._users:
            raise TooMany(BUSY_WITH_ANOTHER, retry_after=RETRY_AFTER_S)
        self._users.add(user_id)
        try:
            shared = self._shared.one_for(user_id, lasts_s=2 * WITHIN_S)
            async with shared, self._slots, asyncio.timeout(WITHIN_S):
                return await asyncio.get_running_loop().run_in_executor(self._workers(), _render, kind, material)
        except (TimeoutError, BrokenProcessPool, MemoryError):
            self.close()  # the next file gets fresh processes
            raise ExportFailed("This file took more than it may. Try another kind; nothing was lost.") from None
        finally:
            self._users.discard(user_id)

    def _workers(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                AT_ONCE,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_limit,
                max_tasks_per_child=FILES_A_PROCESS,
            )
        return self._pool

    def close(self) -> None:
        """End the rendering processes, also one that hangs."""
        pool, self._pool = self._pool, None
        if pool is not None:
            processes = list((pool._processes or {}).values())  # noqa: SLF001  there is no public way to end a worker that hangs
            pool.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.terminate()
