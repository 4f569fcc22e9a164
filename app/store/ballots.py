"""The statements of the hot path, as the driver takes them: a whole batch of ballots costs a handful of them.

Plain SQL on the driver's own cursor: building statements object by object, and even handing finished ones through the
toolkit, costs several times what running them does (docs/performance.md). A statement for the whole batch, whose answer is
one row, lets go of the interpreter once; rows one by one would hand it to the event loop and wait for it each time.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple, Protocol, Self, cast

import orjson
from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Statements:
    """The statements in one database's dialect. Lists go in as JSON, one parameter each, and come back as JSON in one row."""

    lock: str
    look: str
    add_messages: str
    put_answers: str
    count_answers: str
    next_versions: str
    definition: str


SQLITE = Statements(
    lock="",  # the lane's BEGIN IMMEDIATE holds the whole database
    look="""
        SELECT
        (SELECT json_group_array(json_array(s.id, s.version, s.status, q.key, q.status, q.round))
         FROM live_session s JOIN question q ON q.session_id = s.id WHERE s.id IN (SELECT value FROM json_each(?))),
        (SELECT json_group_array(json_array(
            id, session_id, CASE WHEN token_hash IS NULL AND NOT by_hand THEN 'sealed' ELSE state END, side,
            (SELECT group_concat(question || ':' || round) FROM answer a
             WHERE a.session_id = participant.session_id AND a.participant_id = participant.id)))
         FROM participant WHERE id IN (SELECT value FROM json_each(?))),
        (SELECT json_group_array(json_array(m.participant_id, m.id, hex(m.digest))) FROM json_each(?) j JOIN message m
         ON m.participant_id = json_extract(j.value, '$[0]') AND m.id = json_extract(j.value, '$[1]'))
    """,
    add_messages="""
        INSERT INTO message (participant_id, id, digest)
        SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), substr(?, key * 16 + 1, 16) FROM json_each(?)
    """,
    put_answers="""
        INSERT INTO answer (session_id, participant_id, question, round, dimension, choice, tap, published)
        SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
            json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]'),
            json_extract(value, '$[6]'), false
        FROM json_each(?) WHERE true
        ON CONFLICT (session_id, participant_id, question, round, dimension)
        DO UPDATE SET choice = excluded.choice, tap = max(excluded.tap, answer.tap)
        WHERE excluded.tap = -1 OR excluded.tap >= answer.tap
    """,
    count_answers="""
        UPDATE question SET customer_answered = customer_answered + more.customer,
            supplier_answered = supplier_answered + more.supplier
        FROM (SELECT json_extract(value, '$[0]') AS session_id, json_extract(value, '$[1]') AS key,
            json_extract(value, '$[2]') AS round, json_extract(value, '$[3]') AS customer,
            json_extract(value, '$[4]') AS supplier FROM json_each(?)) AS more
        WHERE question.session_id = more.session_id AND question.key = more.key AND question.round = more.round
    """,
    next_versions="""
        UPDATE live_session SET version = version + 1, ballot_versions = ballot_versions + 1
        WHERE id IN (SELECT value FROM json_each(?)) RETURNING id, version
    """,
    definition="SELECT definition FROM live_session WHERE id = ?",
)
_ON_CONFLICT = SQLITE.put_answers[SQLITE.put_answers.index("ON CONFLICT") :]
POSTGRES = Statements(
    lock="""
        SELECT id FROM live_session WHERE id = ANY(ARRAY(SELECT jsonb_array_elements_text(%s::jsonb))) ORDER BY id FOR UPDATE
    """,
    look="""
        SELECT
        (SELECT coalesce(json_agg(json_build_array(s.id, s.version, s.status, q.key, q.status, q.round)), '[]')::text
         FROM live_session s JOIN question q ON q.session_id = s.id
         WHERE s.id = ANY(ARRAY(SELECT jsonb_array_elements_text(%s::jsonb)))),
        (SELECT coalesce(json_agg(json_build_array(
            id, session_id, CASE WHEN token_hash IS NULL AND NOT by_hand THEN 'sealed' ELSE state END, side,
            (SELECT string_agg(question || ':' || round, ',') FROM answer a
             WHERE a.session_id = participant.session_id AND a.participant_id = participant.id))), '[]')::text
         FROM participant WHERE id = ANY(ARRAY(SELECT jsonb_array_elements_text(%s::jsonb)))),
        (SELECT coalesce(json_agg(json_build_array(m.participant_id, m.id, encode(m.digest, 'hex'))), '[]')::text
         FROM jsonb_array_elements(%s::jsonb) j JOIN message m
         ON m.participant_id = j.value ->> 0 AND m.id = j.value ->> 1)
    """,
    add_messages="""
        INSERT INTO message (participant_id, id, digest)
        SELECT value ->> 0, value ->> 1, substr(%s::bytea, (number::int - 1) * 16 + 1, 16)
        FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS j (value, number)
    """,
    put_answers=f"""
        INSERT INTO answer (session_id, participant_id, question, round, dimension, choice, tap, published)
        SELECT value ->> 0, value ->> 1, value ->> 2, (value ->> 3)::int, value ->> 4, (value ->> 5)::int,
            (value ->> 6)::bigint, false
        FROM jsonb_array_elements(%s::jsonb)
        {_ON_CONFLICT.replace("max(", "greatest(")}
    """,  # noqa: S608  a constant
    count_answers="""
        UPDATE question SET customer_answered = customer_answered + more.customer,
            supplier_answered = supplier_answered + more.supplier
        FROM (SELECT value ->> 0 AS session_id, value ->> 1 AS key, (value ->> 2)::int AS round,
            (value ->> 3)::int AS customer, (value ->> 4)::int AS supplier
            FROM jsonb_array_elements(%s::jsonb)) AS more
        WHERE question.session_id = more.session_id AND question.key = more.key AND question.round = more.round
    """,
    next_versions="""
        UPDATE live_session SET version = version + 1, ballot_versions = ballot_versions + 1
        WHERE id = ANY(ARRAY(SELECT jsonb_array_elements_text(%s::jsonb))) RETURNING id, version
    """,
    definition=SQLITE.definition.replace("?", "%s"),
)


class SessionNow(NamedTuple):
    """A session as a ballot meets it: ``questions`` by key, each with its status and newest round."""

    version: int
    status: str
    questions: dict[str, tuple[str, int]]


AnswerRow = tuple[str, str, str, int, str, int | None, int]
"""session, participant, question, round, dimension, choice, tap (-1: not numbered)."""


class Driver(Protocol):
    """What both drivers' connections can do; ``pipeline`` is psycopg's."""

    def cursor(self) -> "Cursor":
        """A new cursor."""

    def pipeline(self) -> AbstractContextManager[Any]:
        """Inside, statements are sent without waiting for the answer to each."""

    def commit(self) -> None:
        """Keep what was done, durably."""

    def rollback(self) -> None:
        """Undo what was done."""


class Cursor(Protocol):
    """What both drivers' cursors can do."""

    def execute(self, statement: str, parameters: Sequence[Any] = (), /) -> Any:
        """Run one statement."""

    def fetchall(self) -> Sequence[Any]:
        """The rows of the last statement."""


class PersonNow(NamedTuple):
    """A participant as a ballot meets it: ``answered`` holds "question:round" of all that has an answer already."""

    session_id: str
    state: str
    side: str
    answered: set[str]


class Look(NamedTuple):
    """What a batch of ballots has to know: its sessions and people that exist, and which of its messages were used before.

    ``messages`` gives the digest of each (participant id, message id).
    """

    sessions: dict[str, SessionNow]
    people: dict[str, PersonNow]
    messages: dict[tuple[str, str], bytes]


class Box:
    """The statements on the driver's cursor of a connection. ``with`` it they are a transaction; else they are part of one."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._driver = cast("Driver", connection.connection.dbapi_connection)
        self._on_postgres = connection.dialect.name == "postgresql"
        self._statements = POSTGRES if self._on_postgres else SQLITE

    def in_one_go(self) -> AbstractContextManager[Any]:
        """Inside, wait only for answers that are read: on PostgreSQL each wait is a round trip; SQLite makes nobody wait."""
        return self._driver.pipeline() if self._on_postgres else nullcontext()

    def __enter__(self) -> Self:
        """A transaction around all that is done inside; the toolkit's would cost as much as the statements of a few ballots."""
        if not self._on_postgres:  # there the first statement begins one
            self._do("BEGIN IMMEDIATE")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if error is None:
            try:
                self._driver.commit()
            except BaseException:
                self._undo()
                raise
        else:
            self._undo()

    def _undo(self) -> None:
        with suppress(Exception):  # the connection may be gone; then there is nothing to undo
            self._driver.rollback()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what is done inside where it raises."""
        self._do("SAVEPOINT bulk")
        try:
            yield
        except BaseException:
            with suppress(Exception):  # the connection may be gone; then there is nothing to undo
                self._do("ROLLBACK TO SAVEPOINT bulk")
            raise
        self._do("RELEASE SAVEPOINT bulk")

    def _do(self, statement: str, *parameters: Any) -> Cursor:
        cursor = self._driver.cursor()
        cursor.execute(statement, parameters)
        return cursor

    def _ask(self, statement: str, *parameters: Any) -> list[Any]:
        return list(self._do(statement, *parameters).fetchall())

    def lock_sessions(self, ids: Collection[str]) -> None:
        """Let no other process change these sessions until the commit, so that no answer slips in behind a closing."""
        lock = self._statements.lock
        if lock:
            self._do(lock, _list(ids))

    def look(self, sessions: Collection[str], people: Collection[str], messages: Collection[tuple[str, str]]) -> Look:
        """The sessions and people with these ids, and which of these (participant id, message id) were used before."""
        lists = map(_list, (sessions, people, messages))
        ((session_rows, people_rows, message_rows),) = self._ask(self._statements.look, *lists)
        return Look(
            _sessions_now(orjson.loads(session_rows)),
            {row[0]: _person_now(*row[1:]) for row in orjson.loads(people_rows)},
            {(person, id_): bytes.fromhex(digest) for person, id_, digest in orjson.loads(message_rows)},
        )

    def add_messages(self, rows: Sequence[tuple[str, str, bytes]]) -> None:
        """Remember (participant id, message id, digest of 16 bytes)."""
        if rows:
            keys = _list((person, id_) for person, id_, _ in rows)
            self._do(self._statements.add_messages, b"".join(row[2] for row in rows), keys)

    def put_answers(self, rows: Sequence[AnswerRow]) -> None:
        """Store answers in order: one without a tap number always stands, a numbered one unless a newer tap is stored."""
        for wave in _waves(rows):
            self._do(self._statements.put_answers, _list(wave))

    def count_answers(self, more: Mapping[tuple[str, str, int], Mapping[str, int]]) -> None:
        """Add up how many of each side have answered now: by (session, question, round) the people of each side who are new."""
        rows = [(*place, sides.get("customer", 0), sides.get("supplier", 0)) for place, sides in more.items()]
        if rows:
            self._do(self._statements.count_answers, _list(rows))

    def next_versions(self, ids: Collection[str]) -> dict[str, int]:
        """Give each of these sessions its next version."""
        return dict(self._ask(self._statements.next_versions, _list(ids))) if ids else {}

    def definition(self, session_id: str) -> dict[str, Any]:
        """The session's template as it was when the session was made."""
        ((definition,),) = self._ask(self._statements.definition, session_id)
        found: dict[str, Any] = orjson.loads(definition) if isinstance(definition, str) else definition
        return found


def _list(items: Iterable[Any]) -> str:
    """A parameter that is a list."""
    return orjson.dumps([*items]).decode()


def _person_now(session_id: str, state: str, side: str, answered: str | None) -> PersonNow:
    return PersonNow(session_id, state, side, set(answered.split(",")) if answered else set())


def _sessions_now(rows: list[list[Any]]) -> dict[str, SessionNow]:
    found: dict[str, SessionNow] = {}
    for id_, version, status, key, question_status, round_ in sorted(
        rows, key=itemgetter(5)
    ):  # the newest round stands
        session = found.get(id_) or found.setdefault(id_, SessionNow(version, status, {}))
        session.questions[key] = (question_status, round_)
    return found


def _waves(rows: Sequence[AnswerRow]) -> list[list[AnswerRow]]:
    """The rows in order, parted so that each part has an answer once: no statement may touch a row twice."""
    if len({row[:5] for row in rows}) == len(rows):
        return [[*rows]] if rows else []
    waves: list[list[AnswerRow]] = []
    seen: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        number = seen[row[:5]]
        seen[row[:5]] += 1
        if number == len(waves):
            waves.append([])
        waves[number].append(row)
    return waves
