"""The statements of the hot path, as the driver takes them: a whole batch of ballots costs a handful of them.

Plain SQL, because building statements object by object costs more than running them. Each function is one statement.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

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


SQLITE = Statements(
    lock="",  # the lane's BEGIN IMMEDIATE holds the whole database
    sessions="""
        SELECT s.id, s.version, s.status, q.key, q.status, q.round
        FROM live_session s JOIN question q ON q.session_id = s.id
        WHERE s.id IN (SELECT value FROM json_each(?)) ORDER BY q.round
    """,
    people="""
        SELECT id, session_id, CASE WHEN token_hash IS NULL THEN 'sealed' ELSE state END
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
)


def statements(connection: Connection) -> Statements:
    """Those of the database at hand."""
    return POSTGRES if connection.dialect.name == "postgresql" else SQLITE


def _one_list(connection: Connection, values: Collection[str]) -> tuple[Any, ...]:
    return ([*values],) if connection.dialect.name == "postgresql" else (json.dumps([*values]),)


@dataclass(frozen=True, slots=True)
class SessionNow:
    """A session as a ballot meets it: ``questions`` by key, each with its status and newest round."""

    version: int
    status: str
    questions: dict[str, tuple[str, int]]


AnswerRow = tuple[str, str, str, int, str, int | None, int]
"""session, participant, question, round, dimension, choice, tap (-1: not numbered)."""


def lock_sessions(connection: Connection, ids: Collection[str]) -> None:
    """Let no other process change these sessions until the commit, so that no answer slips in behind a closing."""
    lock = statements(connection).lock
    if lock:
        connection.exec_driver_sql(lock, _one_list(connection, ids))


def sessions_now(connection: Connection, ids: Collection[str]) -> dict[str, SessionNow]:
    """The sessions with these ids that exist."""
    found: dict[str, SessionNow] = {}
    for id_, version, status, key, question_status, round_ in connection.exec_driver_sql(
        statements(connection).sessions, _one_list(connection, ids)
    ):
        session = found.get(id_) or found.setdefault(id_, SessionNow(version, status, {}))
        session.questions[key] = (question_status, round_)
    return found


def people_now(connection: Connection, ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """(session id, state) of the participants with these ids."""
    return {
        row[0]: (row[1], row[2])
        for row in connection.exec_driver_sql(statements(connection).people, _one_list(connection, ids))
    }


def known_messages(connection: Connection, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
    """The digest of each (participant id, message id) that was used before."""
    parameters: tuple[Any, ...] = (json.dumps([*keys]),)
    if connection.dialect.name == "postgresql":
        parameters = ([person for person, _ in keys], [id_ for _, id_ in keys])
    rows = connection.exec_driver_sql(statements(connection).messages, parameters)
    return {(person, id_): bytes(digest) for person, id_, digest in rows}


def add_messages(connection: Connection, rows: Sequence[tuple[str, str, bytes]]) -> None:
    """Remember (participant id, message id, digest)."""
    if rows:
        connection.exec_driver_sql(statements(connection).add_messages, list(rows))


def put_answers(connection: Connection, rows: Sequence[AnswerRow]) -> None:
    """Store answers in order: one without a tap number always stands, a numbered one unless a newer tap is stored."""
    if rows:
        connection.exec_driver_sql(statements(connection).put_answers, list(rows))


def next_version(connection: Connection, session_id: str) -> int:
    """Give the session its next version."""
    return int(connection.exec_driver_sql(statements(connection).next_version, (session_id,)).scalar_one())
