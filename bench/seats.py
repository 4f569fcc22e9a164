"""People who are in a session without having come through its door: their places are written into the database.

Five thousand joins over HTTP would take longer than what is measured after them. What is written is what a join writes,
in one short transaction beside the running server, with automatic checkpoints off; columns are copied from somebody
who did join, so a column that is added later needs no change here.
"""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg

from bench.reference_store import SIDES

Row = dict[str, Any]
CODE_SYMBOLS = "ABCDEFGHJKMNPQRTUVWXYZ23456789"


class Seats(Protocol):
    """How a server's database takes people. Stairstep's takes more sessions, too."""

    def seat(self, session_id: str, count: int) -> list[str]:
        """So many people more in the session; their tokens."""


class ReferenceSeats:
    """The reference servers' table: it has one session."""

    def __init__(self, file: Path, insert: str = "insert into participant (token_hash, side) values (?, ?)") -> None:
        self._file = file
        self._insert = insert

    def seat(self, _session_id: str, count: int) -> list[str]:
        """So many people more."""
        tokens = [secrets.token_urlsafe(24) for _ in range(count)]
        rows = [(hashlib.sha256(token.encode()).digest(), SIDES[at % 2]) for at, token in enumerate(tokens)]
        with sqlite_beside(self._file) as db:
            db.executemany(self._insert, rows)
        return tokens


class StairstepSeats:
    """Stairstep's tables, on SQLite or PostgreSQL."""

    def __init__(self, database: Path | str) -> None:
        self._database = database
        self._mark = "?" if isinstance(database, Path) else "%s"

    def seat(self, session_id: str, count: int) -> list[str]:
        """So many people more, spread over the session's groups. Somebody must have joined a session before."""
        tokens = [secrets.token_urlsafe(24) for _ in range(count)]
        with self._open() as db:
            pattern = self._rows(db, "select * from participant where token_hash is not null limit 1")[0]
            groups = self._rows(db, f"select * from session_group where session_id = {self._mark}", session_id)
            people = []
            for at, token in enumerate(tokens):
                group = groups[at % len(groups)]
                hashed = hashlib.sha256(token.encode()).hexdigest()
                own = {"id": new_id(), "session_id": session_id, "group_id": group["id"], "side": group["side"]}
                people.append(pattern | own | {"token_hash": hashed})
            self._insert(db, "participant", people)
            db.execute(f"update live_session set version = version + 1 where id = {self._mark}", (session_id,))
        return tokens

    def more_sessions(self, session_id: str, count: int) -> list[str]:
        """So many sessions more, each like this one, with its groups and questions and nobody in it."""
        ids = [new_id() for _ in range(count)]
        with self._open() as db:
            (session,) = self._rows(db, f"select * from live_session where id = {self._mark}", session_id)
            groups = self._rows(db, f"select * from session_group where session_id = {self._mark}", session_id)
            questions = self._rows(db, f"select * from question where session_id = {self._mark}", session_id)
            self._insert(db, "live_session", [session | _own_doors(id_) for id_ in ids])
            for id_ in ids:
                self._insert(db, "session_group", [group | {"id": new_id(), "session_id": id_} for group in groups])
                self._insert(db, "question", [question | {"session_id": id_} for question in questions])
        return ids

    def _open(self) -> Any:
        return sqlite_beside(self._database) if isinstance(self._database, Path) else _postgres(self._database)

    @staticmethod
    def _rows(db: Any, query: str, *values: Any) -> list[Row]:
        found = db.execute(query, values)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def _insert(self, db: Any, table: str, rows: Sequence[Row]) -> None:
        columns, marks = ", ".join(rows[0]), ", ".join([self._mark] * len(rows[0]))
        insert: Callable[..., Any] = db.executemany if isinstance(db, sqlite3.Connection) else db.cursor().executemany
        insert(f"insert into {table} ({columns}) values ({marks})", [tuple(map(_stored, row.values())) for row in rows])


def new_id() -> str:
    """A random row name like the app's own."""
    return secrets.token_hex(10)


def _own_doors(id_: str) -> Row:
    code = "".join(secrets.choice(CODE_SYMBOLS) for _ in range(8))
    keys = {"join_token": secrets.token_urlsafe(24), "screen_key": secrets.token_urlsafe(24)}
    return {"id": id_, "code": code, "title": f"Benchmark {code}"} | keys


@contextmanager
def sqlite_beside(file: Path) -> Iterator[sqlite3.Connection]:
    """A short transaction beside a running server."""
    with closing(sqlite3.connect(file, isolation_level=None, timeout=20)) as db:
        db.execute("pragma wal_autocheckpoint = 0")
        db.execute("begin immediate")
        yield db
        db.execute("commit")


def _stored(value: object) -> object:
    """A value as it goes into a column: PostgreSQL gives out JSON as what it stands for."""
    return json.dumps(value) if isinstance(value, (dict, list)) else value


@contextmanager
def _postgres(url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url) as db:
        yield db
