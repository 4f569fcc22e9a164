"""Answers: the one hot path. All that wait are stored together, with a handful of statements for the whole batch."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, select

from app.core.scales import Template, parse_choice
from app.errors import AppError, BadInput, Closed, NotOpen, UnknownChoice
from app.store import queries
from app.store.database import mark_changed
from app.store.tables import Answer, LiveSession, Message, Participant, SessionQuestion

CLOSED_WORDS = (
    "This question has closed, so this answer is not counted. If it matters, ask the facilitator to open it again."
)
NOT_OPEN_WORDS = "This question is not open yet. Your answer is not counted."
OTHER_BODY_WORDS = "This message was already sent with other words in it. Reload the page and try again."
GONE_WORDS = "You are not part of this session any more, so this is not counted."


@dataclass(frozen=True, slots=True)
class Ballot:
    """One answer as a phone sent it. ``tap`` is -1 where the phone did not number it; ``message_id`` "" where it has none."""

    session_id: str
    participant_id: str
    message_id: str
    question: str
    dimension: str | None
    choice: object
    tap: int = -1

    @property
    def digest(self) -> bytes:
        """16 bytes that tell two bodies under one id apart."""
        return body_digest(self.participant_id, [self.question, self.dimension, self.choice, self.tap])


def body_digest(participant_id: str, body: list[Any]) -> bytes:
    """16 bytes of what a message says, salted by who says it."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.blake2b(text.encode(), digest_size=16, salt=participant_id.encode()[:16]).digest()


def cast_ballots(db: Session, ballots: Sequence[Ballot]) -> list[int | AppError]:
    """The session's version after each ballot, or the refusal that stands in its place.

    A ballot is acknowledged again, and changes nothing, when its id was used with the same body; an older tap never
    overwrites a newer one. Refusals: NotOpen, Closed, UnknownChoice, BadInput (another body under the id, or gone).
    """
    sessions = _sessions(db, {ballot.session_id for ballot in ballots})
    people = _people(db, {ballot.participant_id for ballot in ballots})
    outcomes: list[int | AppError | None] = [None] * len(ballots)
    accepted: list[tuple[int, Ballot, dict[str, Any]]] = []
    for position, ballot in enumerate(ballots):
        try:
            accepted.append(
                (position, ballot, _row(ballot, sessions.get(ballot.session_id), people.get(ballot.participant_id)))
            )
        except AppError as refusal:
            outcomes[position] = refusal

    fresh = remember_messages(
        db, [(ballot.participant_id, ballot.message_id, ballot.digest) for _, ballot, _ in accepted]
    )
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    changed: set[str] = set()
    for (position, ballot, row), state in zip(accepted, fresh, strict=True):
        if state == "other":
            outcomes[position] = BadInput(OTHER_BODY_WORDS)
        elif state == "new":
            changed.add(ballot.session_id)
            key = (row["participant_id"], row["question"], row["dimension"])
            before = rows.get(key)
            if before is None or row["tap"] < 0 or row["tap"] >= before["tap"]:
                rows[key] = row | {"tap": max(row["tap"], before["tap"] if before else -1), "numbered": row["tap"] >= 0}
    _store(db, list(rows.values()))
    versions = {session_id: bump(db, session_id) for session_id in changed}
    return [
        outcome if outcome is not None else versions.get(ballot.session_id) or sessions[ballot.session_id].version
        for outcome, ballot in zip(outcomes, ballots, strict=True)
    ]


def bump(db: Session, session_id: str, *, phones: bool = False) -> int:
    """The session's next version, announced after the commit. ``phones``: there is something new for phones too."""
    table = LiveSession.__table__  # type: ignore[attr-defined]
    values: dict[str, Any] = {"version": table.c.version + 1}
    if phones:
        values["phone_version"] = table.c.version + 1
    query = update(table).where(table.c.id == session_id).values(values).returning(table.c.version)
    version: int = db.execute(query).scalar_one()
    mark_changed(db, session_id, version)
    return version


def remember_messages(db: Session, messages: Sequence[tuple[str, str, bytes]]) -> list[str]:
    """For each (participant, id, digest): "new", "again" (same id, same body) or "other" (same id, another body).

    New ones are remembered. A message without an id is always new. Withdrawn bodies match every body.
    """
    table = Message.__table__  # type: ignore[attr-defined]
    first: dict[tuple[str, str], bytes] = {}
    for participant_id, id_, digest in messages:
        if id_:
            first.setdefault((participant_id, id_), digest)
    stored: set[tuple[str, str]] = set()
    if first:
        rows = [{"participant_id": person, "id": id_, "digest": digest} for (person, id_), digest in first.items()]
        insertion = _insert(db, Message).on_conflict_do_nothing().returning(table.c.participant_id, table.c.id)
        stored = {(person, id_) for person, id_ in db.execute(insertion, rows)}
    before: dict[tuple[str, str], bytes] = dict(first)
    for key in first.keys() - stored:
        found = db.get(Message, key)
        before[key] = found.digest if found is not None else b""
    states = []
    for participant_id, id_, digest in messages:
        key = (participant_id, id_)
        if not id_:
            states.append("new")
        elif key in stored:
            stored.discard(key)
            states.append("new")
        else:
            states.append("again" if before[key] in {digest, b""} else "other")
    return states


@dataclass(frozen=True, slots=True)
class _Rules:
    version: int
    status: str
    template: Template
    questions: dict[str, tuple[str, int]]


def _sessions(db: Session, ids: set[str]) -> dict[str, _Rules]:
    rules = {}
    questions: dict[str, dict[str, tuple[str, int]]] = {id_: {} for id_ in ids}
    rounds = select(SessionQuestion.session_id, SessionQuestion.key, SessionQuestion.status, SessionQuestion.round)
    for id_, key, status, round_ in db.exec(
        rounds.where(col(SessionQuestion.session_id).in_(ids)).order_by(col(SessionQuestion.round))
    ):
        questions[id_][key] = (status, round_)
    for session in db.exec(select(LiveSession).where(col(LiveSession.id).in_(ids))):
        template = queries.session_template(session)
        rules[session.id] = _Rules(session.version, session.status, template, questions[session.id])
    return rules


def _people(db: Session, ids: set[str]) -> dict[str, tuple[str, str]]:
    query = select(Participant.id, Participant.session_id, Participant.state).where(col(Participant.id).in_(ids))
    return {id_: (session_id, state) for id_, session_id, state in db.exec(query)}


def _row(ballot: Ballot, rules: _Rules | None, person: tuple[str, str] | None) -> dict[str, Any]:
    """The row to store. Raises BadInput, NotOpen, Closed or UnknownChoice."""
    if rules is None or person != (ballot.session_id, "in"):
        raise BadInput(GONE_WORDS)
    status, round_ = rules.questions.get(ballot.question, ("waiting", 1))
    if rules.status == "closed" or status in {"closed", "revealed"}:
        raise Closed(CLOSED_WORDS)
    if status != "open":
        raise NotOpen(NOT_OPEN_WORDS)
    dimensions = {dimension.key: dimension for dimension in rules.template.dimensions}
    key = ballot.dimension
    if key is None and len(dimensions) == 1:
        (key,) = dimensions
    if key not in dimensions or ballot.question == "change":
        raise BadInput("This question has no such part. Reload the page and try again.")
    try:
        choice = parse_choice(dimensions[key], ballot.choice)
    except ValueError:
        raise UnknownChoice("This step is not on the stair. Choose one that is.") from None
    return {
        "session_id": ballot.session_id,
        "participant_id": ballot.participant_id,
        "question": ballot.question,
        "round": round_,
        "dimension": key,
        "choice": choice,
        "tap": ballot.tap,
    }


def _store(db: Session, rows: list[dict[str, Any]]) -> None:
    """Upsert the rows: an unnumbered tap always stands, a numbered one unless a newer one is stored."""
    if not rows:
        return
    table = Answer.__table__  # type: ignore[attr-defined]
    for numbered in (True, False):
        some = [
            {key: value for key, value in row.items() if key != "numbered"} | {"tap": max(row["tap"], 0)}
            for row in rows
            if row["numbered"] is numbered
        ]
        if not some:
            continue
        insertion = _insert(db, Answer)
        newest = case((insertion.excluded.tap > table.c.tap, insertion.excluded.tap), else_=table.c.tap)
        db.execute(
            insertion.values(published=False).on_conflict_do_update(
                index_elements=["session_id", "participant_id", "question", "round", "dimension"],
                set_={"choice": insertion.excluded.choice, "tap": newest},
                where=insertion.excluded.tap >= table.c.tap if numbered else None,
            ),
            some,
        )


def _insert(db: Session, table: type[SQLModel]) -> Any:
    """INSERT … ON CONFLICT of the database at hand."""
    name = db.get_bind().dialect.name
    return postgresql.insert(table) if name == "postgresql" else sqlite.insert(table)
