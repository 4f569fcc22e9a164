"""The statements of the hot path, as the driver takes them: a whole batch of ballots costs a handful of them.

Plain SQL on the driver's own cursor: building statements object by object, and even handing finished ones through the
toolkit, costs several times what running them does (docs/performance.md). Each function is one statement.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol, cast

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Statements:
    """The statements in one database's dialect. Lists go in as one parameter each."""

    lock: str
    sessions: str
    people: str
    messages: str
    add_messages: str
    put_answers: str
    next_version: str
    definition: str


SQLITE = Statements(
    lock="",  # the lane's BEGIN IMMEDIATE holds the whole database
    sessions="""
        SELECT s.id, s.version, s.status, q.key, q.status, q.round
        FROM live_session s JOIN question q ON q.session_id = s.id
        WHERE s.id IN (SELECT value FROM json_each(?)) ORDER BY q.round
    """,
    people="""
        SELECT id, session_id, CASE WHEN token_hash IS NULL AND NOT by_hand THEN 'sealed' ELSE state END
        FROM participant WHERE id IN (SELECT value FROM json_each(?))
    """,
    messages="""
        SELECT m.participant_id, m.id, m.digest FROM json_each(?) j JOIN message m
        ON m.participant_id = json_extract(j.value, '$[0]') AND m.id = json_extract(j.value, '$[1]')
    """,
    add_messages="INSERT INTO message (participant_id, id, digest) VALUES (?, ?, ?)",
    put_answers="""
        INSERT INTO answer (session_id, participant_id, question, round, dimension, choice, tap, published)
        VALUES (?, ?, ?, ?, ?, ?, ?, false)
        ON CONFLICT (session_id, participant_id, question, round, dimension)
        DO UPDATE SET choice = excluded.choice, tap = max(excluded.tap, answer.tap)
        WHERE excluded.tap = -1 OR excluded.tap >= answer.tap
    """,
    next_version="UPDATE live_session SET version = version + 1 WHERE id = ? RETURNING version",
    definition="SELECT definition FROM live_session WHERE id = ?",
)
POSTGRES = Statements(
    lock="SELECT id FROM live_session WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
    sessions=SQLITE.sessions.replace("IN (SELECT value FROM json_each(?))", "= ANY(%s)"),
    people=SQLITE.people.replace("IN (SELECT value FROM json_each(?))", "= ANY(%s)"),
    messages="""
        SELECT m.participant_id, m.id, m.digest FROM unnest(%s::text[], %s::text[]) AS j (person, id)
        JOIN message m ON m.participant_id = j.person AND m.id = j.id
    """,
    add_messages=SQLITE.add_messages.replace("?", "%s"),
    put_answers=SQLITE.put_answers.replace("?", "%s").replace("max(", "greatest("),
    next_version=SQLITE.next_version.replace("?", "%s"),
    definition=SQLITE.definition.replace("?", "%s"),
)


@dataclass(frozen=True, slots=True)
class SessionNow:
    """A session as a ballot meets it: ``questions`` by key, each with its status and newest round."""

    version: int
    status: str
    questions: dict[str, tuple[str, int]]


AnswerRow = tuple[str, str, str, int, str, int | None, int]
"""session, participant, question, round, dimension, choice, tap (-1: not numbered)."""


class Cursor(Protocol):
    """What both drivers' cursors can do."""

    def execute(self, statement: str, parameters: Sequence[Any] = (), /) -> Any:
        """Run one statement."""

    def executemany(self, statement: str, rows: Sequence[Sequence[Any]], /) -> Any:
        """Run one statement for each row, in order."""

    def fetchall(self) -> Sequence[Any]:
        """The rows of the last statement."""


class Box:
    """The statements on the driver's cursor of a connection, inside its transaction."""

    def __init__(self, connection: Connection) -> None:
        self._cursor = cast("Cursor", connection.connection.cursor())
        self._on_postgres = connection.dialect.name == "postgresql"
        self._statements = POSTGRES if self._on_postgres else SQLITE

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what is done inside where it raises."""
        self._cursor.execute("SAVEPOINT bulk")
        try:
            yield
        except BaseException:
            with suppress(Exception):  # the connection may be gone; then there is nothing to undo
                self._cursor.execute("ROLLBACK TO SAVEPOINT bulk")
            raise
        self._cursor.execute("RELEASE SAVEPOINT bulk")

    def _ask(self, statement: str, parameters: Sequence[Any]) -> list[Any]:
        self._cursor.execute(statement, parameters)
        return list(self._cursor.fetchall())

    def _list(self, values: Collection[str]) -> tuple[Any, ...]:
        return ([*values],) if self._on_postgres else (json.dumps([*values]),)

    def lock_sessions(self, ids: Collection[str]) -> None:
        """Let no other process change these sessions until the commit, so that no answer slips in behind a closing."""
        lock = self._statements.lock
        if lock:
            self._cursor.execute(lock, self._list(ids))

    def sessions_now(self, ids: Collection[str]) -> dict[str, SessionNow]:
        """The sessions with these ids that exist."""
        found: dict[str, SessionNow] = {}
        for id_, version, status, key, question_status, round_ in self._ask(self._statements.sessions, self._list(ids)):
            session = found.get(id_) or found.setdefault(id_, SessionNow(version, status, {}))
            session.questions[key] = (question_status, round_)
        return found

    def people_now(self, ids: Collection[str]) -> dict[str, tuple[str, str]]:
        """(session id, state) of the participants with these ids."""
        return {row[0]: (row[1], row[2]) for row in self._ask(self._statements.people, self._list(ids))}

    def known_messages(self, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
        """The digest of each (participant id, message id) that was used before."""
        parameters: tuple[Any, ...] = (json.dumps([*keys]),)
        if self._on_postgres:
            parameters = ([person for person, _ in keys], [id_ for _, id_ in keys])
        rows = self._ask(self._statements.messages, parameters)
        return {(person, id_): bytes(digest) for person, id_, digest in rows}

    def add_messages(self, rows: Sequence[tuple[str, str, bytes]]) -> None:
        """Remember (participant id, message id, digest)."""
        if rows:
            self._cursor.executemany(self._statements.add_messages, rows)

    def put_answers(self, rows: Sequence[AnswerRow]) -> None:
        """Store answers in order: one without a tap number always stands, a numbered one unless a newer tap is stored."""
        if rows:
            self._cursor.executemany(self._statements.put_answers, rows)

    def next_version(self, session_id: str) -> int:
        """Give the session its next version."""
        return int(self._ask(self._statements.next_version, (session_id,))[0][0])

    def definition(self, session_id: str) -> dict[str, Any]:
        """The session's template as it was when the session was made."""
        ((definition,),) = self._ask(self._statements.definition, (session_id,))
        found: dict[str, Any] = json.loads(definition) if isinstance(definition, str) else definition
        return found
