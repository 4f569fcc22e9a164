"""The limits of time and memory under which files are rendered."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from app.errors import TooMany
from app.live.guessing import Ledger
from app.live.slots import Slots
from app.web.exporting import ExportDesk, ExportFailed

MUCH = 512 * 1024 * 1024
A_SERVER = """
import asyncio, time
from tests.unit.test_export_desk import MUCH, Odd, Slots, Ledger, ExportDesk

async def serve():
    desk = ExportDesk(Slots(Ledger(None, "")), memory=MUCH)
    await desk.render(Odd(), None, user_id="a")
    print("rendered", flush=True)
    time.sleep(60)

asyncio.run(serve())
"""


@dataclass(frozen=True)
class Odd:
    """An order that takes so much of time and memory (``size`` in bytes)."""

    seconds: float = 0.0
    size: int = 0
    kind: str = "odd"
    slow: bool = True

    def render(self, _material: Any) -> bytes:
        time.sleep(self.seconds)
        return str(len(bytearray(self.size))).encode()


@pytest.fixture
async def desk() -> AsyncIterator[ExportDesk]:
    found = ExportDesk(Slots(Ledger(None, "")), within_s=30.0, memory=MUCH)
    yield found
    await found.close()


async def test_a_file_that_takes_too_much_is_given_up(desk: ExportDesk) -> None:
    made: Any = desk.render
    with pytest.raises(ExportFailed):
        await made(Odd(size=2 * MUCH), None, user_id="a")

    desk._within_s = 2.0
    slow = asyncio.create_task(made(Odd(seconds=60), None, user_id="a"))
    await asyncio.sleep(0.1)
    with pytest.raises(TooMany):
        await made(Odd(), None, user_id="a")
    with pytest.raises(ExportFailed):
        await slow
    assert desk._pool is None, "the process that hangs is ended"


def test_a_server_that_is_killed_leaves_no_rendering_process_behind() -> None:
    with subprocess.Popen([sys.executable, "-c", A_SERVER], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "rendered\n"
        server.kill()
        said, _ = server.communicate(timeout=20)  # ends once nobody has the server's output open any more
    assert said == ""
