"""The storage both reference servers share: SQLite, one writing thread, one commit for all.

Nothing here knows of sockets.
"""

import asyncio
import hashlib
import json
import secrets
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import NamedTuple

SESSION = "ref"
QUESTION = "current"
DIMENSION = "relationship"
STEPS = (1, 2, 3, 4, 5)
SIDES = ("customer", "supplier")

SCHEMA = """
create table session (
    id text primary key, status text not null, version integer not null
) without rowid;
create table question (
    key text primary key, status text not null
) without rowid;
create table participant (
    id integer primary key, token_hash blob not null unique, side text not null
);
create table message (
    participant_id integer not null references participant(id),
    id text not null, body text not null,
    primary key (participant_id, id)
) without rowid;
create table answer (
    question text not null references question(key),
    participant_id integer not null references participant(id),
    dimension text not null, choice integer,
    primary key (question, participant_id, dimension)
) without rowid;
"""


class Vote(NamedTuple):
    """One answer as it came from a phone, its form already checked."""

    participant: int
    id: str
    question: str
    dimension: str
    choice: int | None

    @property
    def body(self) -> str:
        """What must be the same when the same id comes again."""
        return f"{self.question} {self.dimension} {self.choice}"


class Join(NamedTuple):
    """Somebody who asks for a place in the session."""

    side: str


class Stored(NamedTuple):
    """The session's version that has this vote in it."""

    version: int


class Refused(NamedTuple):
    """Why a vote was not stored."""

    reason: str


Request = Vote | Join
Outcome = Stored | Refused | str | Exception
Callback = Callable[[Outcome], None]


def token_hash(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def connect(path: Path) -> sqlite3.Connection:
    """A connection with the settings of the live path; transactions are begun by hand."""
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    db.execute("pragma journal_mode = wal")
    db.execute("pragma synchronous = full")
    db.execute("pragma foreign_keys = on")
    db.execute("pragma busy_timeout = 5000")
    return db


def create(path: Path) -> None:
    """Make the database, with one session whose first question is open."""
    db = connect(path)
    db.executescript(SCHEMA)
    db.execute("insert into session values (?, 'live', 1)", (SESSION,))
    db.execute("insert into question values (?, 'open')", (QUESTION,))
    db.close()


class Reader:
    """Short reads on a connection of their own."""

    def __init__(self, path: Path) -> None:
        self._db = connect(path)
        self._db.execute("pragma query_only = on")

    def participant(self, token: str) -> int | None:
        """Whose token this is."""
        row = self._db.execute("select id from participant where token_hash = ?", (token_hash(token),)).fetchone()
        return row[0] if row else None

    def session(self) -> tuple[int, str]:
        """The session's version and its status."""
        row = self._db.execute("select version, status from session where id = ?", (SESSION,)).fetchone()
        return row[0], row[1]

    def question(self) -> dict[str, str]:
        """The question that is before the room."""
        row = self._db.execute("select key, status from question").fetchone()
        return {"key": row[0], "status": row[1]}

    def answers_of(self, participant: int) -> dict[str, dict[str, int | None]]:
        """What one participant said, by question and dimension."""
        rows = self._db.execute(
            "select question, dimension, choice from answer where question = ? and participant_id = ?",
            (QUESTION, participant),
        )
        mine: dict[str, dict[str, int | None]] = {}
        for question, dimension, choice in rows:
            mine.setdefault(question, {})[dimension] = choice
        return mine

    def joined(self) -> dict[str, int]:
        """How many are in, by side."""
        rows = self._db.execute("select side, count(*) from participant group by side")
        return dict.fromkeys(SIDES, 0) | dict(rows.fetchall())

    def answered(self) -> dict[str, dict[str, int]]:
        """How many answered, by question and side; counted from the rows."""
        rows = self._db.execute(
            "select answer.question, participant.side, count(distinct participant.id)"
            " from answer join participant on participant.id = answer.participant_id"
            " group by 1, 2"
        )
        counts: dict[str, dict[str, int]] = {QUESTION: dict.fromkeys(SIDES, 0)}
        for question, side, count in rows:
            counts[question][side] = count
        return counts


class Lane(threading.Thread):
    """The only thread that writes: takes everything that waits, commits once, then answers all."""

    def __init__(self, path: Path, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(name="lane", daemon=True)
        self._path = path
        self._loop = loop
        self._waiting: SimpleQueue[tuple[Request, Callback | Future[Outcome]]] = SimpleQueue()

    def put(self, request: Request, callback: Callback) -> None:
        """Queue a request; ``callback`` gets its outcome on the event loop, after the commit."""
        self._waiting.put((request, callback))

    def put_and_wait(self, request: Request, timeout: float = 5) -> Outcome:
        """The outcome, with the calling thread standing still until the commit."""
        outcome: Future[Outcome] = Future()
        self._waiting.put((request, outcome))
        return outcome.result(timeout)

    def run(self) -> None:
        """Serve until the process ends."""
        db = connect(self._path)
        while True:
            batch = [self._waiting.get()]
            try:
                while True:
                    batch.append(self._waiting.get_nowait())
            except Empty:
                pass
            outcomes: list[Outcome]
            try:
                outcomes = commit(db, [request for request, _ in batch])
            except sqlite3.Error as error:
                if db.in_transaction:
                    db.rollback()
                outcomes = [error] * len(batch)
            self._deliver([waiter for _, waiter in batch], outcomes)

    def _deliver(self, waiters: list[Callback | Future[Outcome]], outcomes: list[Outcome]) -> None:
        on_loop: list[tuple[Callback, Outcome]] = []
        for waiter, outcome in zip(waiters, outcomes, strict=True):
            if isinstance(waiter, Future):
                waiter.set_result(outcome)
            else:
                on_loop.append((waiter, outcome))
        if on_loop:
            self._loop.call_soon_threadsafe(_call_all, on_loop)


def _call_all(answers: list[tuple[Callback, Outcome]]) -> None:
    for callback, outcome in answers:
        callback(outcome)


def commit(db: sqlite3.Connection, requests: list[Request]) -> list[Outcome]:
    """Store all of ``requests`` in one transaction; the outcomes are in the same order."""
    db.execute("begin immediate")
    version: int = db.execute("select version from session where id = ?", (SESSION,)).fetchone()[0]
    open_questions = {key for (key,) in db.execute("select key from question where status = 'open'")}
    votes = [request for request in requests if isinstance(request, Vote)]
    known = _known_messages(db, votes)
    messages: list[tuple[int, str, str]] = []
    answers: dict[tuple[str, int, str], int | None] = {}
    joins: list[tuple[bytes, str]] = []
    outcomes: list[Outcome] = []
    for request in requests:
        if isinstance(request, Join):
            token = secrets.token_urlsafe(24)
            joins.append((token_hash(token), request.side))
            version += 1
            outcomes.append(token)
            continue
        body = request.body
        before = known.get((request.participant, request.id))
        if before is not None:
            outcomes.append(Stored(version) if before == body else Refused("invalid"))
        elif request.question not in open_questions:
            outcomes.append(Refused("not_open"))
        else:
            known[request.participant, request.id] = body
            messages.append((request.participant, request.id, body))
            key = (request.question, request.participant, request.dimension)
            answers[key] = request.choice
            version += 1
            outcomes.append(Stored(version))
    if joins:
        db.executemany("insert into participant (token_hash, side) values (?, ?)", joins)
    if messages:
        _insert(db, messages, answers)
    db.execute("update session set version = ? where id = ?", (version, SESSION))
    db.execute("commit")
    return outcomes


def _known_messages(db: sqlite3.Connection, votes: list[Vote]) -> dict[tuple[int, str], str]:
    """The messages among ``votes`` that were stored earlier, with their bodies."""
    if not votes:
        return {}
    rows = db.execute(
        "select message.participant_id, message.id, message.body from json_each(?) as new"
        " join message on message.participant_id = json_extract(new.value, '$[0]')"
        " and message.id = json_extract(new.value, '$[1]')",
        (json.dumps([(vote.participant, vote.id) for vote in votes]),),
    )
    return {(participant, id_): body for participant, id_, body in rows}


def _insert(
    db: sqlite3.Connection,
    messages: list[tuple[int, str, str]],
    answers: dict[tuple[str, int, str], int | None],
) -> None:
    db.executemany("insert into message values (?, ?, ?)", messages)
    db.executemany(
        "insert into answer values (?, ?, ?, ?) on conflict do update set choice = excluded.choice",
        [(*key, choice) for key, choice in answers.items()],
    )
