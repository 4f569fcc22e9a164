"""Work that is repeated goes on after a pass that failed."""

import asyncio
import logging

import pytest

from app.errors import StoreAway
from app.live.repeating import repeat


async def _passes(failures: list[Exception]) -> int:
    """How many passes follow each other when the first ones fail so."""
    passes = 0
    enough = asyncio.Event()

    async def work() -> None:
        nonlocal passes
        passes += 1
        if passes > len(failures) + 2:
            enough.set()
        if failures[passes - 1 : passes]:
            raise failures[passes - 1]

    loop = asyncio.create_task(repeat(work, every_s=0, name="the work"))
    await asyncio.wait_for(enough.wait(), 5)
    loop.cancel()
    return passes


async def test_a_pass_that_fails_is_told_and_the_next_follows(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "stairstep.repeating"):
        assert await _passes([ValueError("no"), ValueError("no")]) >= 4
    assert [record.getMessage() for record in caplog.records] == ["the work failed; the next pass follows in 0 s"] * 2


async def test_an_absent_store_is_not_told_a_second_time(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "stairstep.repeating"):
        assert await _passes([StoreAway("away")]) >= 3
    assert caplog.records == []
