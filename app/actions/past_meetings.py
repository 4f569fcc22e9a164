"""A meeting that was held elsewhere, entered as a session: by the rules of a live one, in one go, with its times set back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, update
from sqlmodel import Session, col

from app.actions.participants import name_in
from app.actions.questions import command
from app.actions.reveal import reveal
from app.actions.sessions import ask_open_side, close, save
from app.actions.voting import Ballot, cast_ballots
from app.core.importing import LADDER, PastIdea, PastPerson
from app.core.questions import Command
from app.errors import AppError, BadInput
from app.store import queries
from app.store.ballots import box_on
from app.store.ids import new_id
from app.store.tables import Idea, LiveSession, Participant


@dataclass(frozen=True, slots=True)
class Times:
    """When a past meeting was prepared, started and closed, and when each question was opened and closed; ms, UTC."""

    created: int
    started: int
    closed: int
    asked: Mapping[str, tuple[int, int]]

    @classmethod
    def of_moment(cls, at: int) -> "Times":
        """All at one moment, where nothing more is known."""
        return cls(at, at, at, dict.fromkeys((*LADDER, "change"), (at, at)))


def hold_past_meeting(
    db: Session,
    *,
    session_id: str,
    people: Sequence[PastPerson],
    ideas: Sequence[PastIdea],
    times: Times,
    open_side: str | None = None,
    careful: bool = True,
) -> None:
    """Everybody is in and answers, what was asked is shown together, ideas are kept, the session closes and is sealed.

    open_side: the side whose members all agreed to be shown though it is small. careful: as in `reveal`.
    Raises BadInput for nobody, for people of no group of the session, or where nobody answered.
    """
    asked = [key for key in LADDER if any(key in one.choices for one in people)]
    if not asked:
        raise BadInput("Nobody answered in these rows, so there is nothing to enter.")
    session = queries.live_session(db, session_id)
    if open_side is not None:
        ask_open_side(db, session_id=session_id, side=open_side)
    rows = list(_places(db, session, people, open_side))
    db.execute(insert(Participant), rows)
    for key in asked:
        command(db, session_id=session_id, key=key, name=Command.OPEN)
        db.flush()
        _cast(db, [_ballot(row, key, one) for row, one in zip(rows, people, strict=True) if key in one.choices])
        command(db, session_id=session_id, key=key, name=Command.CLOSE)
    reveal(db, session_id=session_id, keys=asked, careful=careful)
    if ideas:
        command(db, session_id=session_id, key="change", name=Command.OPEN)
        db.execute(insert(Idea), [_idea(rows[one.writer], one) for one in ideas])
        command(db, session_id=session_id, key="change", name=Command.CLOSE)
    close(db, session_id=session_id)
    _seal(db, session)
    _set_back(db, session, times)


def _places(
    db: Session, session: LiveSession, people: Sequence[PastPerson], open_side: str | None
) -> Iterator[dict[str, object]]:
    """A row for each participant. Nobody has a phone, so nothing ties them to a person; they are let in by hand."""
    ids = {(group.side, group.name): group.id for group in queries.groups(db, session.id)}
    for one in people:
        grouped = session.attribution != "anonymous"
        if grouped and (one.side, one.group) not in ids:
            raise BadInput(f"{one.group or 'Somebody without a group'} is no group of this session.")
        yield {
            "id": new_id(),
            "session_id": session.id,
            "group_id": ids[one.side, one.group or ""] if grouped else None,
            "side": one.side,
            "name": name_in(session, one.name, what="The name"),
            "token_hash": None,
            "state": "in",
            "open_side": True if one.side == open_side else None,
            "by_hand": True,
        }


def _ballot(row: Mapping[str, object], key: str, one: PastPerson) -> Ballot:
    return Ballot(str(row["session_id"]), str(row["id"]), "", key, None, one.choices[key])


def _cast(db: Session, ballots: Sequence[Ballot]) -> None:
    """Store the answers. Raises what a phone would be refused."""
    outcome = cast_ballots(box_on(db.connection()), ballots)
    for one in outcome.results:
        if isinstance(one, AppError):
            raise one


def _idea(row: Mapping[str, object], idea: PastIdea) -> dict[str, object]:
    place = {key: row[key] for key in ("session_id", "side", "group_id")}
    said = {"text": idea.text, "original": "", "who": idea.who, "status": idea.status, "round": 1, "theme_id": None}
    return {"id": new_id(), "participant_id": row["id"], **place, **said}


def _seal(db: Session, session: LiveSession) -> None:
    """Let everybody go, as phones are some minutes after a session closed: nobody answers for them any more."""
    db.execute(update(Participant).where(col(Participant.session_id) == session.id).values(by_hand=False))
    session.sealed = True
    save(db, session)


def _set_back(db: Session, session: LiveSession, times: Times) -> None:
    """Move the session's times, and nothing else of it, to those of the meeting."""
    session.created_at, session.started_at, session.closed_at = times.created, times.started, times.closed
    for key, question in queries.questions(db, session.id).items():
        if question.opened_at is not None:
            question.opened_at, question.closed_at = times.asked[key]
            db.add(question)
    db.add(session)
    db.flush()
