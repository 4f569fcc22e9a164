"""An event loop that does not wait: where it would sleep, its clock goes ahead. What is tested on it goes by no machine's speed."""

import asyncio
import selectors
from types import SimpleNamespace

import pytest

ROUND_S = 1e-6
"""What a round of the loop takes, at least."""


class _Selector(selectors.SelectSelector):
    """One that says at once that the time is over, unless something is to be read."""

    def __init__(self, early: float) -> None:
        super().__init__()
        self.now, self._early = 1000.0, early

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(None if timeout is None else 0.0)
        self.now += ROUND_S if ready or not timeout else max(ROUND_S, timeout - self._early)
        return ready


class AheadLoop(asyncio.SelectorEventLoop):
    """The loop; its timers may be ``early`` by so many seconds, as uvloop's are, which counts in whole milliseconds."""

    def __init__(self, *, early: float = 0.0) -> None:
        self._ahead = _Selector(early)
        super().__init__(self._ahead)
        self._clock_resolution = early + 1e-9

    def time(self) -> float:
        """Seconds on its clock."""
        return self._ahead.now

    def sets(self, patch: pytest.MonkeyPatch, *modules: str) -> None:
        """Let these modules, which ask `time.monotonic`, go by its clock."""
        for module in modules:
            patch.setattr(f"{module}.time", SimpleNamespace(monotonic=self.time))
