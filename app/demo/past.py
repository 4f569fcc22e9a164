"""Makes the sample workspace: by the actions that people use; then only times are set back."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session

from app.actions.participants import Joined
from app.actions.people import NewUser, add_user, hash_password
from app.demo.meetings import COMPANY, FACILITATOR, TIME_ZONE
from app.store import queries
from app.store.database import sqlite_engine
from app.store.migrate import migrate_sqlite
from app.store.tables import LiveSession, SessionGroup

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
STARTS_AT = 9
"""The hour at which past meetings started, in the workspace's time zone."""
ACCOUNT_BEFORE_MS = 20 * DAY_MS
PREPARED_BEFORE_MS = 2 * DAY_MS
TIMETABLE = {"current": (5, 10), "desired": (11, 17), "change": (34, 48)}
"""Minutes from the start at which a question opened and closed."""
CLOSED_AFTER_MS = 75 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class Sample:
    """What was made: the session that is to be run, and its groups."""

    live: LiveSession
    groups: tuple[SessionGroup, ...]


@dataclass(frozen=True, slots=True)
class _Present:
    """Somebody who was in a past meeting."""

    place: Joined
    side: str
    choices: Mapping[str, int | None]


def make_sample(file: Path, *, email: str, password: str, people: int) -> Sample:
    """A new database with the sample workspace: its user, its accounts with their past, and a session in its lobby.

    ``people``: how many are expected in that session. The data are the same at every start, names of rows and days aside.
    """
    user = NewUser(email=email, name=FACILITATOR, password_hash=hash_password(password))
    migrate_sqlite(file)
    engine = sqlite_engine(file, writing=True)
    try:
        with engine.begin() as connection:
            options = {"expire_on_commit": False, "join_transaction_mode": "create_savepoint"}
            with Session(connection, **options) as db:
                sample = _fill(db, user=user, people=people)
                db.commit()
                return sample
    finally:
        engine.dispose()


def _fill(db: Session, *, user: NewUser, people: int) -> Sample:
    owner = add_user(db, user=user, role="owner", workspace=COMPANY, time_zone=TIME_ZONE)
    member = queries.memberships_of(db, owner.id) if False else None
    del member
    raise NotImplementedError
