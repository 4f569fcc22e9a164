"""Votes one after another in the lane: from one transaction to the next it knows people and sessions, and never too well."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from app.actions.accounts import create_account
from app.actions.participants import join, remove
from app.actions.people import NewUser, add_user
from app.actions.questions import command
from app.actions.sessions import create_session
from app.actions.voting import Ballot, cast_ballots
from app.errors import BadInput, Closed
from app.settings import Settings
from app.store import queries
from app.store.database import Database
from app.store.engines import engine_for
from app.store.migrate import migrate
from app.store.tables import Answer, Membership
from tests.live.databases import Database as Kind


@dataclass
class Room:
    """A session with a question open, in a database that nobody else uses, and the people in it."""

    settings: Settings
    lane: Database
    session_id: str = ""
    people: list[str] = field(default_factory=list)

    async def vote(self, who: int, message_id: str, choice: int) -> int:
        """The session's version once the vote is stored. Raises its refusal."""
        ballot = Ballot(self.session_id, self.people[who], message_id, "current", None, choice)
        version: int = await self.lane.write_item(cast_ballots, ballot, about=self.session_id)
        return version

    async def version(self) -> int:
        return (await self.lane.read(queries.versions, session_ids=[self.session_id]))[self.session_id][0]

    async def choices(self) -> dict[str, int | None]:
        return await self.lane.read(_choices)

    async def answered(self) -> int:
        return await self.lane.read(_answered)

    def behind_its_back(self, statement: str, **values: Any) -> None:
        """Another process writes."""
        engine = engine_for(self.settings, writing=True)
        with engine.begin() as connection:
            connection.execute(text(statement), values)
        engine.dispose()


def _choices(db: Session) -> dict[str, int | None]:
    return dict(db.exec(select(Answer.participant_id, Answer.choice)).all())


def _answered(db: Session) -> int:
    (found,) = db.connection().execute(text("SELECT sum(customer_answered + supplier_answered) FROM question")).one()
    return int(found)


def _furnish(db: Session, *, user_id: str) -> tuple[str, str, list[str]]:
    workspace_id = db.exec(select(Membership.workspace_id)).one()
    account = create_account(db, workspace_id=workspace_id, name="Nordwind")
    session = create_session(db, workspace_id=workspace_id, user_id=user_id, account_id=account.id)
    return session.id, session.join_token, [group.id for group in queries.groups(db, session.id)]


@pytest.fixture
async def room(database: Kind, tmp_path: Path) -> AsyncIterator[Room]:
    settings = Settings(data_dir=tmp_path, database_url=database.fresh().get("STAIRSTEP_DATABASE_URL", ""))
    migrate(settings)
    found = Room(settings, Database.of(settings))
    lane = found.lane
    lane.start()
    user = await lane.write(add_user, user=NewUser(email="i@example.org", name="I", password_hash="x"), workspace="W")
    found.session_id, code, groups = await lane.write(_furnish, user_id=user.id)
    for group_id in groups[:4]:
        person = await lane.write(join, code=code, group_id=group_id, side=None, name=None)
        found.people.append(person.participant_id)
    await lane.write(command, session_id=found.session_id, key="current", name="open")
    yield found
    await lane.stop()


async def test_each_vote_has_the_next_version_and_counts_once(room: Room) -> None:
    before = await room.version()

    versions = [await room.vote(who, f"{who} {turn}", 1 + turn) for turn in range(3) for who in range(3)]

    assert versions == [before + number for number in range(1, 10)]
    assert await room.version() == versions[-1]
    assert await room.choices() == dict.fromkeys(room.people[:3], 3)
    assert await room.answered() == 3


async def test_a_message_that_comes_again_changes_nothing_and_one_with_other_words_is_refused(room: Room) -> None:
    await room.vote(0, "first", 2)
    version = await room.vote(0, "second", 4)

    assert await room.vote(0, "first", 2) == version
    with pytest.raises(BadInput):
        await room.vote(0, "first", 3)
    assert await room.vote(1, "first", 1) == version + 1
    assert await room.choices() == {room.people[0]: 4, room.people[1]: 1}


async def test_after_closing_votes_are_refused_and_what_was_stored_is_acknowledged_again(room: Room) -> None:
    await room.vote(0, "in time", 2)
    await room.lane.write(command, session_id=room.session_id, key="current", name="close")
    version = await room.version()

    with pytest.raises(Closed):
        await room.vote(0, "late", 3)
    with pytest.raises(Closed):
        await room.vote(1, "late", 3)
    assert await room.vote(0, "in time", 2) == version
    assert await room.choices() == {room.people[0]: 2}


async def test_somebody_who_is_removed_votes_no_more_and_others_do(room: Room) -> None:
    await room.vote(0, "before", 2)
    await room.vote(1, "before", 2)
    await room.lane.write(remove, session_id=room.session_id, participant_id=room.people[0])

    with pytest.raises(BadInput):
        await room.vote(0, "after", 3)
    await room.vote(1, "after", 3)
    assert (await room.choices())[room.people[1]] == 3


async def test_what_another_process_closed_is_closed(room: Room) -> None:
    await room.vote(0, "before", 2)
    room.behind_its_back("UPDATE question SET status = 'closed' WHERE session_id = :id", id=room.session_id)
    room.behind_its_back("UPDATE live_session SET version = version + 1 WHERE id = :id", id=room.session_id)

    with pytest.raises(Closed):
        await room.vote(0, "after", 3)
    assert await room.choices() == {room.people[0]: 2}


async def test_somebody_whom_another_process_deleted_is_gone_and_others_vote_in_the_same_batch(room: Room) -> None:
    for who in range(3):
        await room.vote(who, "before", 2)
    room.behind_its_back("DELETE FROM participant WHERE id = :id", id=room.people[0])

    votes = (room.vote(who, "after", 5) for who in range(3))
    gone, *versions = await asyncio.gather(*votes, return_exceptions=True)

    assert isinstance(gone, BadInput)
    assert len(set(versions)) == 1
    assert await room.choices() == dict.fromkeys(room.people[1:3], 5)


async def test_a_session_that_another_process_deleted_takes_no_votes(room: Room) -> None:
    await room.vote(0, "before", 2)
    room.behind_its_back("DELETE FROM live_session WHERE id = :id", id=room.session_id)

    with pytest.raises(BadInput):
        await room.vote(0, "after", 3)
