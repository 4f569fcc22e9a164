"""What the hot path asks the database and puts into it: a whole batch of ballots costs a handful of statements.

Plain SQL on the driver's own cursor: building statements object by object, and even handing finished ones through the
toolkit, costs several times what running them does (docs/performance.md). A statement for the whole batch, whose answer is
one row, lets go of the interpreter once; rows one by one would hand it to the event loop and wait for it each time.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple, Protocol, Self, cast

import orjson
from sqlalchemy import Connection

from app.store.ballot_statements import (
    ADD_MESSAGES,
    ANSWER_ROW,
    COUNT_ANSWERS,
    LOCK_SESSIONS,
    LOOK_AT_PEOPLE,
    MESSAGE_ROW,
    NEXT_VERSION,
    NEXT_VERSIONS,
    POSTGRES,
    PUT_ANSWERS,
    PUT_ANSWERS_FROM_JSON,
    SQLITE,
    STORE,
    Statements,
)

PEOPLE_KEPT = 50_000
"""Of so many people a box keeps in mind what it knows; then it begins anew."""
AT_ONCE, FEW = 64, 8
"""Rows in one statement: so many, or up to so few, so that there are few statements to prepare."""


class OutOfDate(Exception):
    """What a box kept in mind does not hold any more, or not for this batch. It has to be looked at anew."""


@dataclass(slots=True)
class SessionNow:
    """A session as a ballot meets it: ``questions`` by key, each with its status and newest round."""

    version: int
    status: str
    questions: dict[str, tuple[str, int]]


AnswerRow = tuple[str, str, str, int, str, int | None, int]
"""session, participant, question, round, dimension, choice, tap (-1: not numbered)."""


class ToStore(NamedTuple):
    """What a batch of ballots adds up to.

    ``messages``: (participant id, message id, digest of 16 bytes). ``answers`` in order: one without a tap number always
    stands, a numbered one unless a newer tap is stored. ``more``: by (session, question, round) how many of each side have
    answered for the first time. ``sessions``: those that get their next version.
    """

    messages: list[tuple[str, str, bytes]]
    answers: list[AnswerRow]
    more: Mapping[tuple[str, str, int], Mapping[str, int]]
    sessions: Mapping[str, SessionNow]

    def counts(self) -> list[tuple[str, str, int, int, int]]:
        """(session, question, round, how many more of the customer, of the supplier)."""
        return [(*place, sides.get("customer", 0), sides.get("supplier", 0)) for place, sides in self.more.items()]


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

    @property
    def rowcount(self) -> int:
        """How many rows the last statement wrote."""


class PersonNow(NamedTuple):
    """A participant as a ballot meets it: ``answered`` holds "question:round" of all that has an answer already."""

    session_id: str
    state: str
    side: str
    answered: set[str]


class Look(NamedTuple):
    """What a batch of ballots has to know: its sessions and people that exist, and which of its messages were used before.

    ``messages`` gives the digest of each (participant id, message id). ``kept``: it was not asked for just now, and tells
    nothing of messages; others may be in it, too.
    """

    sessions: dict[str, SessionNow]
    people: dict[str, PersonNow]
    messages: dict[tuple[str, str], bytes]
    kept: bool = False


class Box(ABC):
    """The statements on the driver's cursor of a connection. ``with`` it they are a transaction; else they are part of one."""

    statements: Statements

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._driver = cast("Driver", connection.connection.dbapi_connection)

    def in_one_go(self) -> AbstractContextManager[Any]:
        """Inside, wait only for answers that are read."""
        return nullcontext()

    def __enter__(self) -> Self:
        """A transaction around all that is done inside; the toolkit's would cost as much as the statements of a few ballots."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if error is None:
            try:
                self._commit()
            except BaseException:
                self._undo()
                raise
        else:
            self._undo()

    def _commit(self) -> None:
        self._driver.commit()

    def _undo(self) -> None:
        self.forget()
        with suppress(Exception):  # the connection may be gone; then there is nothing to undo
            self._driver.rollback()

    @abstractmethod
    def forget(self) -> None:
        """Keep nothing in mind: others write now."""

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

    def _ask(self, statement: str, *parameters: Any) -> Sequence[Any]:
        """The one row that answers the statement."""
        (row,) = self._do(statement, *parameters).fetchall()
        return cast("Sequence[Any]", row)

    @abstractmethod
    def lock_sessions(self, ids: Collection[str]) -> None:
        """Let no other process change these sessions until the commit, so that no answer slips in behind a closing."""

    def look(self, sessions: Collection[str], people: Collection[str], messages: Collection[tuple[str, str]]) -> Look:
        """The sessions and people with these ids, and which of these (participant id, message id) were used before."""
        lists = map(_list, (sessions, people, messages))
        session_rows, people_rows, message_rows = self._ask(self.statements.look, *lists)
        return Look(
            _sessions_now(orjson.loads(session_rows)),
            _people_now(people_rows),
            {(person, id_): bytes.fromhex(digest) for person, id_, digest in orjson.loads(message_rows)},
        )

    @abstractmethod
    def store(self, what: ToStore) -> None:
        """Store all of it, and give the sessions their next versions. Raises OutOfDate where what was kept in mind was wrong."""

    def definition(self, session_id: str) -> dict[str, Any]:
        """The session's template as it was when the session was made."""
        (definition,) = self._ask(self.statements.definition, session_id)
        found: dict[str, Any] = orjson.loads(definition) if isinstance(definition, str) else definition
        return found


class PostgresBox(Box):
    """On PostgreSQL: other processes write as well, so all is looked at each time, and the sessions' rows are locked before.

    A transaction waits for two answers: what it looked at, and that the commit, which goes out with what is stored, is done.
    """

    statements = POSTGRES

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._pipeline: AbstractContextManager[Any] | None = None

    def in_one_go(self) -> AbstractContextManager[Any]:
        """Inside, wait only for answers that are read: each wait is a round trip."""
        return self._driver.pipeline() if self._pipeline is None else nullcontext()

    def __enter__(self) -> Self:
        """A transaction around all that is done inside."""
        self._pipeline = self._driver.pipeline()
        self._pipeline.__enter__()
        return self

    def _commit(self) -> None:
        self._do("COMMIT")
        self._leave_pipeline()

    def _undo(self) -> None:
        with suppress(Exception):  # what brought us here is on its way up already
            self._leave_pipeline()
        super()._undo()

    def _leave_pipeline(self) -> None:
        """Wait for all answers. Raises the first error among them."""
        pipeline, self._pipeline = self._pipeline, None
        if pipeline is not None:
            pipeline.__exit__(None, None, None)

    def forget(self) -> None:
        """Nothing is kept in mind."""

    def lock_sessions(self, ids: Collection[str]) -> None:
        """Let no other process change these sessions until the commit, so that no answer slips in behind a closing."""
        self._do(LOCK_SESSIONS, _list(ids))

    def store(self, what: ToStore) -> None:
        """Store all of it, and give the sessions their next versions."""
        *earlier, last = _waves(what.answers) or [[]]
        for wave in earlier:
            self._do(PUT_ANSWERS_FROM_JSON, _list(wave))
        digests = b"".join(digest for _, _, digest in what.messages)
        keys = ((person, id_) for person, id_, _ in what.messages)
        self._do(STORE, digests, *map(_list, (keys, last, what.counts(), what.sessions)))
        for session in what.sessions.values():
            session.version += 1


class SqliteBox(Box):
    """On SQLite, where nobody else writes about sessions: from one transaction of ballots to the next it keeps in mind what it knows.

    Whoever owns it calls ``forget`` before anything else is written on the connection. That it holds is made sure as the
    versions are given: with a session's every change its version goes up.
    """

    statements = SQLITE

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._alone = False
        self._sessions: dict[str, SessionNow] = {}
        self._people: dict[str, PersonNow] = {}

    def __enter__(self) -> Self:
        """A transaction around all that is done inside."""
        self._do("BEGIN IMMEDIATE")
        self._alone = True
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._alone = False
        super().__exit__(kind, error, trace)

    def forget(self) -> None:
        """Keep nothing in mind."""
        self._sessions, self._people = {}, {}

    def look(self, sessions: Collection[str], people: Collection[str], messages: Collection[tuple[str, str]]) -> Look:
        """What is known of these sessions and people, ``kept`` where that is enough."""
        if not self._alone:
            return super().look(sessions, people, messages)
        if len(self._people) > PEOPLE_KEPT:
            self.forget()
        if all(id_ in self._sessions for id_ in sessions):
            new = [id_ for id_ in people if id_ not in self._people]
            if new:
                self._people |= _people_now(*self._ask(LOOK_AT_PEOPLE, _list(new)))
            return Look(self._sessions, self._people, {}, kept=True)
        found = super().look(sessions, people, messages)
        self._sessions |= found.sessions
        self._people |= found.people
        return found

    def lock_sessions(self, ids: Collection[str]) -> None:
        """Nothing to do: the lane's BEGIN IMMEDIATE holds the whole database."""

    def store(self, what: ToStore) -> None:
        """Store all of it, and give the sessions their next versions. Raises OutOfDate where a message or a version is not new."""
        if self._insert(ADD_MESSAGES, MESSAGE_ROW, what.messages) < len(what.messages):
            raise OutOfDate
        self._insert(PUT_ANSWERS, ANSWER_ROW, what.answers)
        if what.more:
            self._do(COUNT_ANSWERS, _list(what.counts()))
        if self._give_versions(what.sessions) < len(what.sessions):
            raise OutOfDate

    def _insert(self, statement: str, row: str, rows: Sequence[tuple[Any, ...]]) -> int:
        """How many rows were written."""
        start = written = 0
        while left := len(rows) - start:
            count = AT_ONCE if left >= AT_ONCE else min(left, FEW)
            values = chain.from_iterable(rows[start : start + count])
            written += self._do(_of_rows(statement, row, count), *values).rowcount
            start += count
        return written

    def _give_versions(self, sessions: Mapping[str, SessionNow]) -> int:
        """How many had the version that was known, and have the next one now."""
        if len(sessions) == 1:
            ((id_, session),) = sessions.items()
            given = self._do(NEXT_VERSION, id_, session.version)
        else:
            was = orjson.dumps({id_: session.version for id_, session in sessions.items()})
            given = self._do(NEXT_VERSIONS, was.decode())
        for session in sessions.values():
            session.version += 1
        return given.rowcount


@cache
def _of_rows(statement: str, row: str, count: int) -> str:
    return statement.format(rows=",".join([row] * count))


def box_on(connection: Connection) -> Box:
    """The box for this connection's database."""
    return (PostgresBox if connection.dialect.name == "postgresql" else SqliteBox)(connection)


def _list(items: Iterable[Any]) -> str:
    """A parameter that is a list."""
    return orjson.dumps([*items]).decode()


def _people_now(rows: str) -> dict[str, PersonNow]:
    return {
        id_: PersonNow(session_id, state, side, set(answered.split(",")) if answered else set())
        for id_, session_id, state, side, answered in orjson.loads(rows)
    }


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
