"""The disk is full. Runs as root, in a mount namespace of its own with a small file system that nobody else sees."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.live.server import Server
from tests.live.workshop import Web, Workshop

pytestmark = pytest.mark.needs_root
SIZE = "56m"
INSIDE = "STAIRSTEP_TEST_SMALL_DISK"


def small_disk(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run this file's story in a namespace where ``folder`` is a file system of SIZE."""
    mount = f"mount -t tmpfs -o size={SIZE} small {folder} && exec {sys.executable} -m tests.faults.small_disk {folder}"
    command = ["unshare", "--mount", "--propagation", "private", "sh", "-c", " ".join([mount, *arguments])]
    return subprocess.run(
        command,
        cwd=Path(__file__).parents[2],
        env=os.environ | {INSIDE: "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_votes_are_refused_with_words_results_stay_readable_and_it_recovers_alone(tmp_path: Path) -> None:
    done = small_disk(tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "recovered"


async def story(folder: Path) -> None:  # noqa: PLR0915  one story, in its order
    """What happens on the small disk. Raises AssertionError where a promise is broken."""
    server = Server(folder / "data")
    ballast = folder / "ballast"
    token = server.add_user("inga@halden.example", "owner", "Halden Works")
    server.start()
    try:
        workshop = await Workshop.make(server, Web(server, token))
        unwanted = await workshop.api("POST /sessions", {"account_id": workshop.session["account_id"]}, status=201)
        console = await workshop.console()
        await workshop.vote("current", {"Leadership": (2, 3, 3)})
        await workshop.question("current", "reveal")
        before = (await workshop.results("customer"))["dimensions"]
        await workshop.open("desired")
        phones = await workshop.phones(8)
        acked: dict[str, int] = {}

        _shorten_log(server)
        _fill(ballast)
        refused = None
        for number in range(400):  # what is free inside the database's own files is used up first
            phone, choice = phones[number % 8], number % 5 + 1
            reply = await phone.answer(choice, "desired", id=f"n{number}", tap=number)
            if reply["type"] == "ack":
                acked[phone.id] = choice
            elif reply["reason"] == "rate" and "fast" not in reply["message"]:
                refused = reply
                break
            else:
                await asyncio.sleep(0.2)  # the phone was too fast; let its bucket fill
        assert refused is not None, "no vote was refused though the disk is full"
        assert "can't store this right now" in refused["message"]
        assert (await workshop.results("customer"))["dimensions"] == before, "results stay readable"
        for page in (await phones[0].page(), await workshop.web.get(f"/screen/{workshop.id}?key={workshop.key}")):
            assert page.status_code == 200
        assert (await workshop.api.get(workshop.path)).status_code == 200, "the console stays open"
        await console.until("disk is full")
        private = await workshop.api.get(f"/api/v1{workshop.path}/results")
        assert private.status_code == 503, "a look that cannot be logged is not given (SAFETY T23)"
        await workshop.api(f"DELETE /sessions/{unwanted['id']}", status=204)
        form = await phones[1].post("/answer", **{"question": "desired", "choice.relationship": "2"})
        assert form.status_code in {303, 429, 503}
        _is_all_there(server, acked)

        ballast.unlink()
        again = await phones[2].say(type="answer", question="desired", choice=4, tap=10_000, id="again")
        for _ in range(20):
            if again["type"] == "ack":
                break
            await asyncio.sleep(0.25)
            again = await phones[2].say(type="answer", question="desired", choice=4, tap=10_000, id="again")
        assert again["type"] == "ack", again
        acked[phones[2].id] = 4
        await console.line.wait_for(lambda: "disk is full" not in console.content, "a console without the banner")
        _is_all_there(server, acked)
        await workshop.close("desired")
        await workshop.leave()
    finally:
        server.stop()


def _shorten_log(server: Server) -> None:
    """Take from the database's log the room that it was given at the start: as if it had been all used."""
    with closing(sqlite3.connect(server.settings.sqlite_file, timeout=5)) as db:
        assert db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


def _fill(ballast: Path) -> None:
    """Take every byte that is left."""
    with ballast.open("wb", buffering=0) as out:
        try:
            while True:
                out.write(b"\0" * 4096)
        except OSError:
            return


def _is_all_there(server: Server, acked: dict[str, int]) -> None:
    stored = dict(server.rows("SELECT participant_id, choice FROM answer WHERE question = 'desired'"))
    for person, choice in acked.items():
        assert stored.get(person) == choice, "an acknowledged vote is gone"
