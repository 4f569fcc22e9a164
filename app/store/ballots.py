"""The statements of the hot path, as the driver takes them: a whole batch of ballots costs a handful of them.

Plain SQL, because building statements object by object costs more than running them. Each function is one statement.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

SESSIONS = """
    SELECT s.id, s.version, s.status, q.key, q.status, q.round
    FROM live_session s JOIN question q ON q.session_id = s.id
    WHERE s.id IN (SELECT value FROM json_each(?)) ORDER BY q.round
"""
PEOPLE = "SELECT id, session_id, state FROM participant WHERE id IN (SELECT value FROM json_each(?))"
MESSAGES = """
    SELECT m.participant_id, m.id, m.digest
    FROM json_each(?) j JOIN message m
    ON m.participant_id = json_extract(j.value, '$[0]') AND m.id = json_extract(j.value, '$[1]')
"""
ADD_MESSAGES = "INSERT INTO message (participant_id, id, digest) VALUES (?, ?, ?)"
PUT_ANSWERS = """
    INSERT INTO answer (session_id, participant_id, question, round, dimension, choice, tap, published)
    VALUES (?, ?, ?, ?, ?, ?, ?, false)
    ON CONFLICT (session_id, participant_id, question, round, dimension)
    DO UPDATE SET choice = excluded.choice, tap = max(excluded.tap, answer.tap)
    WHERE excluded.tap = -1 OR excluded.tap >= answer.tap
"""
NEXT_VERSION = "UPDATE live_session SET version = version + 1 WHERE id = ? RETURNING version"


@dataclass(frozen=True, slots=True)
class SessionNow:
    """A session as a ballot meets it: ``questions`` by key, each with its status and newest round."""

    version: int
    status: str
    questions: dict[str, tuple[str, int]]


AnswerRow = tuple[str, str, str, int, str, int | None, int]
"""session, participant, question, round, dimension, choice, tap (-1: not numbered)."""


def sessions_now(connection: Connection, ids: Collection[str]) -> dict[str, SessionNow]:
    """The sessions with these ids that exist."""
    found: dict[str, SessionNow] = {}
    for id_, version, status, key, question_status, round_ in connection.exec_driver_sql(
        SESSIONS, (json.dumps([*ids]),)
    ):
        session = found.get(id_) or found.setdefault(id_, SessionNow(version, status, {}))
        session.questions[key] = (question_status, round_)
    return found


def people_now(connection: Connection, ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """(session id, state) of the participants with these ids."""
    return {row[0]: (row[1], row[2]) for row in connection.exec_driver_sql(PEOPLE, (json.dumps([*ids]),))}


def known_messages(connection: Connection, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
    """The digest of each (participant id, message id) that was used before."""
    return {(row[0], row[1]): row[2] for row in connection.exec_driver_sql(MESSAGES, (json.dumps([*keys]),))}


def add_messages(connection: Connection, rows: Sequence[tuple[str, str, bytes]]) -> None:
    """Remember (participant id, message id, digest)."""
    if rows:
        connection.exec_driver_sql(ADD_MESSAGES, list(rows))


def put_answers(connection: Connection, rows: Sequence[AnswerRow]) -> None:
    """Store answers in order: one without a tap number always stands, a numbered one unless a newer tap is stored."""
    if rows:
        connection.exec_driver_sql(PUT_ANSWERS, list(rows))


def next_version(connection: Connection, session_id: str) -> int:
    """Give the session its next version."""
    return int(connection.exec_driver_sql(NEXT_VERSION, (session_id,)).scalar_one())
