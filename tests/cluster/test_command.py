"""`stairstep cluster`, as a person runs it: sample data behind one address, a process that hangs is replaced, nothing is left."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pytest

from app.actions.people import create_token
from app.cluster.redis import RedisServer
from app.demo.meetings import ACCOUNTS
from app.demo.run import EMAIL
from app.doctor import examine
from tests.cluster.house import House, more_acks, steady, voting
from tests.live.server import ROOT, Server, free_port
from tests.live.workshop import Web, Workshop

READY_WITHIN_S, ENDS_WITHIN_S = 60.0, 20.0
MOVES_WITHIN_S, RIGHT_WITHIN_S = 8.0, 5.0


@dataclass
class Command:
    process: "subprocess.Popen[str]"
    port: int
    said: str

    def told(self, pattern: str) -> str:
        found = re.search(pattern, self.said)
        assert found is not None, self.said
        return found.group(1)

    @property
    def folder(self) -> Path:
        return Path(self.told(r"Logs and data are in (\S+)\."))

    @property
    def server(self) -> Server:
        """The front, with what commands beside the cluster need."""
        lines = (self.folder / "settings.env").read_text().splitlines()
        return Server(self.folder / "app", port=self.port, env=dict(line.split("=", 1) for line in lines))


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    port, log = free_port(), tmp_path / "said"
    env = {name: value for name, value in os.environ.items() if not name.startswith("STAIRSTEP_")}
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "cluster", "--port", str(port)],
            env=env | {"PYTHONPATH": str(ROOT), "STAIRSTEP_HOST": "127.0.0.1"},
            cwd=tmp_path,
            stdout=out,
            stderr=out,
            text=True,
        )
    try:
        end = time.monotonic() + READY_WITHIN_S
        while "Ctrl-C stops all of it" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.05)
        yield Command(process, port, log.read_text())
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(ENDS_WITHIN_S)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def test_a_cluster_serves_sample_data_replaces_what_hangs_and_leaves_nothing(command: Command) -> None:
    server = command.server
    browser = Web(server)
    signed_in = await browser.sign_in(command.told(r"E-mail +(\S+)"), command.told(r"Password +(\S+)"))
    assert signed_in.status_code == 303
    home = (await browser.get("/")).text
    assert all(escape(name) in home for name in ACCOUNTS)
    token = server.act(create_token, email=EMAIL, name="tests")
    workshop = await Workshop.make(server, Web(server, token))
    await workshop.open()

    phones = [await workshop.join() for _ in range(6)]
    hung = int(command.told(r"app-1 +process (\d+)"))
    async with steady(phones, [server.host]) as people:
        async with voting(people):
            await more_acks(people, more=1)
            os.kill(hung, signal.SIGSTOP)
            begun = time.monotonic()
            await more_acks(people, more=4)
            assert time.monotonic() - begun < MOVES_WITHIN_S
        await asyncio.gather(*(one.all_acked() for one in people))
        assert max(one.slowest for one in people) < RIGHT_WITHIN_S
    await workshop.leave()
    await browser.close()

    folder = command.folder
    assert (folder / "settings.env").stat().st_mode & 0o777 == 0o600
    command.process.send_signal(signal.SIGINT)
    assert command.process.wait(ENDS_WITHIN_S) == 0
    assert not folder.exists()
    assert not listens(command.port)


def test_the_doctor_looks_at_postgresql_and_redis_and_says_what_is_wrong(house: House, redis: RedisServer) -> None:
    words = [finding.words for finding in examine(house.a.settings) if finding.fine]
    assert any(text.startswith("PostgreSQL 18") for text in words)
    assert "Redis answers" in words

    away = house.a.settings.model_copy(
        update={
            "redis_url": f"redis://127.0.0.1:{free_port()}/0",
            "database_url": f"postgresql://x:secret@127.0.0.1:{free_port()}/x",
        }
    )
    wrong = [finding.words for finding in examine(away) if not finding.fine and not finding.advice]
    assert len(wrong) == 2
    assert not any("secret" in text for text in wrong)
