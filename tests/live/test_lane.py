"""The write lane by itself: who waits for whom, what shares a commit, and whose error is whose."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from app.errors import Conflict
from app.settings import Settings
from app.store import lane as store_lane
from app.store.ballots import Box, ToStore
from app.store.batches import BulkOutcome
from app.store.database import Database
from app.store.lane import APART_S, SHARE
from app.store.migrate import migrate
from app.store.tables import RetiredCode
from tests.live.databases import Database as Kind


@pytest.fixture
async def lane(database: Kind, tmp_path: Path) -> AsyncIterator[Database]:
    settings = Settings(data_dir=tmp_path, database_url=database.fresh().get("STAIRSTEP_DATABASE_URL", ""))
    migrate(settings)
    found = Database.of(settings)
    found.start()
    yield found
    await found.stop()


def keep(db: Session, *, code: str) -> str:
    db.add(RetiredCode(code=code, until=0))
    return code


def kept(db: Session) -> list[str]:
    return sorted(db.exec(select(RetiredCode.code)))


class Hall:
    """A bulk action that notes what it is given, and can be held up at a door."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.door, self.entered = threading.Event(), threading.Event()
        self.door.set()
        self.cast = self._cast  # one object, so that neighbours are seen to be the same action

    def _cast(self, box: Box, items: Sequence[Any]) -> BulkOutcome:
        self.entered.set()
        self.door.wait(5)
        self.batches.append([*items])
        return BulkOutcome([f"{item} done" for item in items], {})

    def note(self, db: Session, *, code: str) -> None:
        self.batches.append([code])


async def held_up(lane: Database, hall: Hall) -> "asyncio.Future[Any]":
    """The lane, busy until the hall's door opens."""
    hall.door.clear()
    first = lane.write_item(hall.cast, "first", about="loud")
    assert await asyncio.to_thread(hall.entered.wait, 5)
    return first


async def test_a_stampede_in_one_session_takes_its_share_and_others_go_with_it(lane: Database) -> None:
    hall = Hall()
    first = await held_up(lane, hall)
    loud = [lane.write_item(hall.cast, f"loud {number}", about="loud") for number in range(3 * SHARE)]
    quiet = lane.write_item(hall.cast, "quiet", about="quiet")

    hall.door.set()
    await asyncio.gather(first, quiet, *loud)

    assert [len(batch) for batch in hall.batches] == [1, SHARE + 1, SHARE, SHARE]
    assert "quiet" in hall.batches[1]


async def test_what_is_about_one_session_happens_in_the_order_in_which_it_came(lane: Database) -> None:
    hall = Hall()
    first = await held_up(lane, hall)
    before = [lane.write_item(hall.cast, f"before {number}", about="loud") for number in range(SHARE + 5)]
    closing = asyncio.create_task(lane.write(hall.note, about="loud", code="closing"))
    await asyncio.sleep(0)
    after = [lane.write_item(hall.cast, f"after {number}", about="loud") for number in range(5)]

    hall.door.set()
    await asyncio.gather(first, closing, *before, *after)

    order = [item for batch in hall.batches for item in batch]
    wanted = (
        [f"before {number}" for number in range(SHARE + 5)] + ["closing"] + [f"after {number}" for number in range(5)]
    )
    assert order == ["first", *wanted]


async def test_what_is_about_no_session_keeps_its_own_order(lane: Database) -> None:
    hall, words = Hall(), [f"{number}" for number in range(2 * SHARE)]

    await asyncio.gather(*(lane.write(hall.note, code=word) for word in words))

    assert hall.batches == [[word] for word in words]


async def test_an_item_that_spoils_its_batch_fails_alone(lane: Database) -> None:
    hall, seen = Hall(), []

    def cast(box: Box, items: Sequence[Any]) -> BulkOutcome:
        seen.append(len(items))
        if "bad" in items:
            box.store(ToStore([("nobody", "id", bytes(16))], [], {}, {}))  # a key that leads nowhere
        return BulkOutcome([f"{item} done" for item in items], {})

    first = await held_up(lane, hall)
    asked = [lane.write_item(cast, item, about="loud") for item in ("good", "bad", "fine")]
    hall.door.set()
    answers = await asyncio.gather(first, *asked, return_exceptions=True)

    assert answers[1] == "good done"
    assert isinstance(answers[2], Conflict)
    assert answers[3] == "fine done"
    assert seen == [3, 3, 1, 1, 1]  # together, again in a savepoint, each by itself


async def test_an_action_that_fails_undoes_nothing_of_its_neighbours(lane: Database) -> None:
    asked = [lane.write(keep, code=word) for word in ("one", "one", "two")]

    answers = await asyncio.gather(*asked, return_exceptions=True)

    assert [answers[0], answers[2]] == ["one", "two"]
    assert isinstance(answers[1], Conflict)
    assert await lane.read(kept) == ["one", "two"]


async def test_transactions_begin_a_little_apart_so_that_more_writes_share_one(lane: Database) -> None:
    before, began = lane.commits, time.monotonic()

    for number in range(20):
        await lane.write(keep, code=f"{number}")

    assert lane.commits - before <= (time.monotonic() - began) / APART_S + 1


async def test_what_waits_at_the_end_is_stored_before_the_connections_close(lane: Database) -> None:
    hall = Hall()
    await held_up(lane, hall)
    asked = [lane.write_item(hall.cast, f"{number}", about="loud") for number in range(2 * SHARE)]

    stopping = asyncio.create_task(lane.stop())
    await asyncio.sleep(0.05)
    hall.door.set()
    await asyncio.wait_for(stopping, 5)

    assert len(await asyncio.gather(*asked)) == 2 * SHARE


@pytest.mark.sqlite_only
async def test_in_a_quiet_moment_the_log_is_put_into_the_file(
    lane: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_lane, "TIDY_AFTER", 5)
    monkeypatch.setattr(store_lane, "QUIET_S", 0.1)
    alone = tmp_path / "alone.db"

    def in_the_file() -> int:
        alone.write_bytes((tmp_path / "stairstep.db").read_bytes())  # without its log
        with closing(sqlite3.connect(f"file:{alone}?immutable=1", uri=True)) as db:
            return int(db.execute("SELECT count(*) FROM retired_code").fetchone()[0])

    for number in range(4):
        await lane.write(keep, code=f"{number}")
    await asyncio.sleep(0.3)
    assert in_the_file() == 0, "a few writes are not worth it"
    await lane.write(keep, code="4")
    for _ in range(100):
        if in_the_file() == 5:
            break
        await asyncio.sleep(0.05)
    assert in_the_file() == 5
    await lane.write(keep, code="5")
    assert await lane.read(kept) == ["0", "1", "2", "3", "4", "5"]
