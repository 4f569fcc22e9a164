"""Years of data made in seconds: rows copied inside SQLite while no server runs."""

import hashlib
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.seats import new_id

PEOPLE_EACH = 20
DAY_MS = 86_400_000
QUESTIONS = ("current", "desired", "mirror", "readiness", "change")

Row = dict[str, Any]


class OldRows:
    """Old sessions like one that exists: closed, with groups, questions, people and answers."""

    def __init__(self, file: Path, session_id: str) -> None:
        self._file = file
        self._session_id = session_id

    def fill(self, sessions: int, answers_each: int, *, accounts: int) -> int:
        """Make so many sessions, of so many accounts, with so many answers each; how many answers there are then."""
        with closing(sqlite3.connect(self._file, isolation_level=None)) as db:
            for pragma in ("journal_mode = off", "synchronous = off", "foreign_keys = off", "cache_size = -400000"):
                db.execute(f"pragma {pragma}")
            pattern = {
                table: rows_of(db, f"select * from {table} where {key} = ?", self._session_id)
                for table, key in (("live_session", "id"), ("session_group", "session_id"), ("question", "session_id"))
            }
            account = rows_of(db, "select * from account limit 1")[0]
            people = rows_of(db, "select * from participant limit 1")[0]
            db.execute("begin")
            ids = sorted(new_id() for _ in range(sessions))  # in the order of the key, so that pages fill up
            owners = [account | {"id": new_id(), "name": f"Old customer {at}"} for at in range(accounts)]
            insert(db, "account", owners)
            insert(db, "live_session", _sessions(pattern["live_session"][0], ids, owners))
            insert(
                db,
                "session_group",
                ({**row, "id": new_id(), "session_id": id_} for id_ in ids for row in pattern["session_group"]),
            )
            insert(
                db,
                "question",
                ({**row, "session_id": id_, "status": "revealed"} for id_ in ids for row in pattern["question"]),
            )
            seats = sorted((new_id(), id_) for id_ in ids for _ in range(PEOPLE_EACH))
            insert(
                db, "participant", ({**people, "id": one, "session_id": id_, "token_hash": None} for one, id_ in seats)
            )
            by_session = sorted((id_, one) for one, id_ in seats)
            insert(db, "answer", _answers(by_session, answers_each // PEOPLE_EACH))
            messages = (
                (one, f"{number}-{one}", b"0" * 16) for one, _ in seats for number in range(answers_each // PEOPLE_EACH)
            )
            db.executemany("insert into message (participant_id, id, digest) values (?, ?, ?)", messages)
            db.execute("commit")
            db.execute("analyze")
            db.execute("pragma journal_mode = wal")
            count: int = db.execute("select count(*) from answer").fetchone()[0]
            return count


def rows_of(db: sqlite3.Connection, query: str, *values: object) -> list[Row]:
    """The rows of a query as dictionaries."""
    found = db.execute(query, values)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _sessions(pattern: Row, ids: list[str], accounts: list[Row]) -> Iterator[Row]:
    now = time.time_ns() // 1_000_000
    for at, id_ in enumerate(ids):
        then = now - (at + 30) * DAY_MS // 10
        own = {"id": id_, "account_id": accounts[at * len(accounts) // len(ids)]["id"], "title": f"Old session {at}"}
        doors = {"code": f"OLD{at:05}", "join_token": f"old-{id_}", "screen_key": f"old-{id_}"}
        times = {"created_at": then, "started_at": then, "closed_at": then + DAY_MS // 24}
        yield pattern | own | doors | times | {"status": "closed", "sealed": 1}


def _answers(seats: list[tuple[str, str]], each: int) -> Iterator[Row]:
    for session_id, person in seats:
        for question in sorted(QUESTIONS[:each]):
            yield {
                "session_id": session_id,
                "participant_id": person,
                "question": question,
                "round": 1,
                "dimension": "relationship",
                "choice": ord(person[0]) % 5 + 1,
                "tap": 1,
                "published": 1,
                "published_choice": None,
            }


def insert(db: sqlite3.Connection, table: str, rows: Any) -> None:
    """Insert dictionaries that all have the same keys."""
    rows = iter(rows)
    first = next(rows)
    columns, marks = ", ".join(first), ", ".join("?" * len(first))

    def values() -> Iterator[tuple[Any, ...]]:
        yield tuple(first.values())
        for row in rows:
            yield tuple(row.values())

    db.executemany(f"insert into {table} ({columns}) values ({marks})", values())


def cookie_for(file: Path) -> str:
    """The cookie of somebody who has just signed in: a row beside the running server."""
    secret, now = secrets.token_urlsafe(24), time.time_ns() // 1_000_000
    with closing(sqlite3.connect(file, isolation_level=None, timeout=20)) as db:
        db.execute("pragma wal_autocheckpoint = 0")
        user, workspace = db.execute("select user_id, workspace_id from membership limit 1").fetchone()
        row = {
            "token_hash": hashlib.sha256(secret.encode()).hexdigest(),
            "user_id": user,
            "workspace_id": workspace,
            "created_at": now,
            "seen_at": now,
            "password_at": now,
        }
        insert(db, "sign_in", [row])
    return f"stairstep={secret}"
