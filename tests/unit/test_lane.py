"""The write lane by itself: who waits for whom, what shares a commit, and whose error is whose."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from app.errors import Conflict
from app.store.ballots import Box
from app.store.batches import BulkOutcome
from app.store.database import APART_S, SHARE, Database
from app.store.engines import sqlite_engine


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    file = tmp_path / "lane.sqlite3"
    found = Database(sqlite_engine(file, writing=True), sqlite_engine(file, writing=False))
    found.start()
    await found.write(make_table)
    yield found
    await found.stop()


def make_table(db: Session) -> None:
    db.execute(text("CREATE TABLE said (word TEXT UNIQUE)"))


def keep(db: Session, *, word: str) -> str:
    db.execute(text("INSERT INTO said VALUES (:word)"), {"word": word})
    return word


def kept(db: Session) -> list[str]:
    return [row[0] for row in db.execute(text("SELECT word FROM said"))]


class Hall:
    """A bulk action that notes what it is given, and can be held up at a door."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.door = threading.Event()
        self.door.set()
        self.cast = self._cast  # one object, so that neighbours are seen to be the same action

    def _cast(self, box: Box, items: Sequence[Any]) -> BulkOutcome:
        self.door.wait(5)
        self.batches.append([*items])
        return BulkOutcome([f"{item} done" for item in items], {})

    def note(self, db: Session, *, word: str) -> None:
        self.batches.append([word])


async def held_up(database: Database, hall: Hall) -> "asyncio.Future[Any]":
    """The lane, busy until the hall's door opens."""
    hall.door.clear()
    first = database.write_item(hall.cast, "first", about="loud")
    await asyncio.sleep(0.05)
    return first


async def test_a_stampede_in_one_session_takes_its_share_and_others_go_with_it(database: Database) -> None:
    hall = Hall()
    first = await held_up(database, hall)
    loud = [database.write_item(hall.cast, f"loud {number}", about="loud") for number in range(3 * SHARE)]
    quiet = database.write_item(hall.cast, "quiet", about="quiet")

    hall.door.set()
    await asyncio.gather(first, quiet, *loud)

    assert [len(batch) for batch in hall.batches] == [1, SHARE + 1, SHARE, SHARE]
    assert "quiet" in hall.batches[1]


async def test_what_is_about_one_session_happens_in_the_order_in_which_it_came(database: Database) -> None:
    hall = Hall()
    first = await held_up(database, hall)
    before = [database.write_item(hall.cast, f"before {number}", about="loud") for number in range(SHARE + 5)]
    closing = asyncio.create_task(database.write(hall.note, about="loud", word="closing"))
    await asyncio.sleep(0)
    after = [database.write_item(hall.cast, f"after {number}", about="loud") for number in range(5)]

    hall.door.set()
    await asyncio.gather(first, closing, *before, *after)

    order = [item for batch in hall.batches for item in batch]
    wanted = (
        [f"before {number}" for number in range(SHARE + 5)] + ["closing"] + [f"after {number}" for number in range(5)]
    )
    assert order == ["first", *wanted]


async def test_what_is_about_no_session_keeps_its_own_order(database: Database) -> None:
    words = [f"{number}" for number in range(2 * SHARE)]

    await asyncio.gather(*(database.write(keep, word=word) for word in words))

    assert await database.read(kept) == words


async def test_an_item_that_spoils_its_batch_fails_alone(database: Database) -> None:
    hall, seen = Hall(), []

    def cast(box: Box, items: Sequence[Any]) -> BulkOutcome:
        seen.append(len(items))
        if "bad" in items:
            raise sqlite3.IntegrityError
        return BulkOutcome([f"{item} done" for item in items], {})

    first = await held_up(database, hall)
    asked = [database.write_item(cast, item, about="loud") for item in ("good", "bad", "fine")]
    hall.door.set()
    answers = await asyncio.gather(first, *asked, return_exceptions=True)

    assert answers[1] == "good done"
    assert isinstance(answers[2], Conflict)
    assert answers[3] == "fine done"
    assert seen == [3, 3, 1, 1, 1]  # together, again in a savepoint, each by itself


async def test_an_action_that_fails_undoes_nothing_of_its_neighbours(database: Database) -> None:
    asked = [database.write(keep, word=word) for word in ("one", "one", "two")]

    answers = await asyncio.gather(*asked, return_exceptions=True)

    assert [answers[0], answers[2]] == ["one", "two"]
    assert isinstance(answers[1], Conflict)
    assert sorted(await database.read(kept)) == ["one", "two"]


async def test_transactions_begin_a_little_apart_so_that_more_writes_share_one(database: Database) -> None:
    before, began = database.commits, time.monotonic()

    for number in range(20):
        await database.write(keep, word=f"{number}")

    assert database.commits - before <= (time.monotonic() - began) / APART_S + 1


async def test_what_waits_at_the_end_is_stored_before_the_connections_close(database: Database) -> None:
    hall = Hall()
    await held_up(database, hall)
    asked = [database.write_item(hall.cast, f"{number}", about="loud") for number in range(2 * SHARE)]

    stopping = asyncio.create_task(database.stop())
    await asyncio.sleep(0.05)
    hall.door.set()
    await asyncio.wait_for(stopping, 5)

    assert len(await asyncio.gather(*asked)) == 2 * SHARE
