"""Answers: the one hot path. All that wait are stored together, with a handful of statements for the whole batch."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app import gauges
from app.actions.messages import OTHER_BODY_WORDS, WITHDRAWN, body_digest, stored_id
from app.core.scales import Dimension, Template, parse_choice
from app.errors import AppError, BadInput, Closed, NotOpen, UnknownChoice
from app.store.ballots import AnswerRow, Box, OutOfDate, SessionNow, ToStore
from app.store.batches import BulkOutcome
from app.store.queries import template_of

CLOSED_WORDS = (
    "This question has closed, so this answer is not counted. If it matters, ask the facilitator to open it again."
)
NOT_OPEN_WORDS = "This question is not open yet. Your answer is not counted."
WAITING_WORDS = "The facilitator has not let you in yet, so this is not counted."
GONE_WORDS = "You are not part of this session any more, so this is not counted."


class Ballot(NamedTuple):
    """One answer as a phone sent it. ``tap`` is -1 where the phone did not number it; ``message_id`` "" where it has none.

    ``round``: the round that it is meant for, None for the newest.
    """

    session_id: str
    participant_id: str
    message_id: str
    question: str
    dimension: str | None
    choice: object
    tap: int = -1
    round: int | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Whose message it is, and its id as the database keeps it."""
        return self.participant_id, stored_id(self.message_id)

    @property
    def digest(self) -> bytes:
        """16 bytes that tell two bodies under one id apart."""
        return body_digest(self.participant_id, [self.question, self.dimension, self.choice, self.tap])


def cast_ballots(box: Box, ballots: Sequence[Ballot]) -> BulkOutcome:
    """For each ballot the session's version once it is stored, or the refusal that stands in its place.

    A ballot is acknowledged again, and changes nothing, when its id was used with the same body, also after closing; an
    older tap never overwrites a newer one. Refusals: NotOpen, Closed, UnknownChoice, BadInput (another body under the
    id, or somebody who is not part of the session any more). Raises OutOfDate where the box has to look anew.
    """
    session_ids = {ballot.session_id for ballot in ballots}
    keys = [ballot.key for ballot in ballots]
    box.lock_sessions(session_ids)
    now = box.look(session_ids, {ballot.participant_id for ballot in ballots}, keys)
    sessions, known = now.sessions, now.messages
    ladders = {id_: _by_key(template_of(id_, box.definition)) for id_ in session_ids if id_ in sessions}
    refusals: dict[int, AppError] = {}
    messages: list[tuple[str, str, bytes]] = []
    answers: list[AnswerRow] = []
    more: dict[tuple[str, str, int], Counter[str]] = {}
    for position, (ballot, key) in enumerate(zip(ballots, keys, strict=True)):
        try:
            digest = ballot.digest
            if ballot.message_id and key in known:
                if known[key] not in {digest, WITHDRAWN}:
                    raise BadInput(OTHER_BODY_WORDS)
                continue
            session = sessions.get(ballot.session_id)
            person = now.people.get(ballot.participant_id)
            if session is None or person is None or person.session_id != ballot.session_id or person.state != "in":
                waits = person is not None and person.session_id == ballot.session_id and person.state == "waiting"
                raise BadInput(WAITING_WORDS if waits else GONE_WORDS)
            row = _row(ballot, session, ladders[ballot.session_id])
            answers.append(row)
            place = f"{row[2]}:{row[3]}"
            if place not in person.answered:
                person.answered.add(place)
                more.setdefault((row[0], row[2], row[3]), Counter())[person.side] += 1
            if ballot.message_id:
                known[key] = digest
                messages.append((*key, digest))
        except AppError as refusal:
            refusals[position] = refusal
    if refusals and now.kept:
        raise OutOfDate  # what would be refused may have been stored already, under the same id
    changed = {row[0]: sessions[row[0]] for row in answers}
    if changed:
        box.store(ToStore(messages, answers, more, changed))
    gauges.votes.inc(len(answers))
    outcomes = [
        refusals.get(position) or sessions[ballot.session_id].version for position, ballot in enumerate(ballots)
    ]
    return BulkOutcome(outcomes, {id_: session.version for id_, session in changed.items()})


def _by_key(template: Template) -> dict[str, Dimension]:
    return {dimension.key: dimension for dimension in template.dimensions}


def _row(ballot: Ballot, session: SessionNow, dimensions: Mapping[str, Dimension]) -> AnswerRow:
    """The row to store. Raises NotOpen, Closed, UnknownChoice, or BadInput for a dimension that does not exist."""
    status, round_ = session.questions.get(ballot.question, ("waiting", 1))
    if session.status == "closed" or status in {"closed", "revealed"} or ballot.round not in {None, round_}:
        raise Closed(CLOSED_WORDS)
    if status != "open":
        raise NotOpen(NOT_OPEN_WORDS)
    key = next(iter(dimensions)) if ballot.dimension is None and len(dimensions) == 1 else ballot.dimension
    if key is None or key not in dimensions or ballot.question in {"change", "readiness"}:
        raise BadInput("This question has no such part. Reload the page and try again.")
    try:
        choice = parse_choice(dimensions[key], ballot.choice)
    except ValueError:
        raise UnknownChoice("This step is not on the stair. Choose one that is.") from None
    return (ballot.session_id, ballot.participant_id, ballot.question, round_, key, choice, ballot.tap)
