"""Revealing: the only place that turns answers into something public, through `core/release`."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import delete, update
from sqlmodel import Session, col

from app.actions import readiness, support
from app.actions.participants import open_sides
from app.actions.questions import question_of
from app.actions.sessions import clear_stage, save
from app.actions.versions import bump
from app.core.privacy import may_republish
from app.core.published import Published, changed_by_row, published_from_json, published_to_json
from app.core.questions import LADDER_QUESTIONS, Command, Status, next_status
from app.core.release import publish, unanimous_groups
from app.core.scales import Question, Side
from app.errors import BadInput, Conflict
from app.store import queries
from app.store.tables import Answer, Departure, LiveSession, Release, SessionGroup

PAIR = frozenset({"current", "desired"})
KEPT_WORDS = "Too few answers changed for a new picture, so the earlier one is shown again."


def reveal(db: Session, *, session_id: str, keys: Sequence[str], careful: bool = False) -> LiveSession:
    """Show these questions, together where there are several. Harmless when repeated.

    careful: join groups of one mind to others first, unless the facilitator chose to show them (the console's choice).

    Each must be closed first; raises Conflict otherwise, BadInput for none at all. Where the snapshot rule forbids a new
    picture the earlier one is shown again, and the session's notice and release say so.
    """
    if not keys:
        raise BadInput("Say which questions to reveal.", fields={"questions": "at least one"})
    session = queries.live_session(db, session_id)
    questions = [question_of(db, session_id, key) for key in dict.fromkeys(keys)]
    for question in questions:
        if next_status(Status(question.status), Command.REVEAL) is None:
            raise Conflict("Close voting first, then reveal.")
    fresh = [question.key for question in questions if question.status != Status.REVEALED]
    if not fresh:
        return session
    ladder = frozenset(key for key in fresh if key in LADDER_QUESTIONS)
    if ladder and careful:
        _join_unanimous(db, session, ladder)
    kept = [_publish(db, session, ladder)] if ladder else []
    small = small_open_sides(db, session)
    if "change" in fresh:
        kept.append(support.publish(db, session, open_sides=small))
    if "readiness" in fresh:
        kept.append(readiness.publish(db, session, open_sides=small))
    session.notice = KEPT_WORDS if any(kept) else ""
    for question in questions:
        question.status, question.closes_at = Status.REVEALED, None
        db.add(question)
    clear_stage(session, question=questions[0].key, support=False)
    save(db, session, phones=True)
    return session


def _publish(db: Session, session: LiveSession, ladder: frozenset[str]) -> bool:
    """Store what is public once ``ladder`` is out; whether an earlier picture had to be kept although answers changed."""
    groups = groups_of(session, queries.groups(db, session.id))
    stored = queries.release(db, session.id)
    earlier = published_from_json(stored.content) if stored is not None else None
    again = ladder & earlier.questions if earlier is not None else frozenset()
    dirty, allowed = frozenset[str](), True
    for key in again:
        assert earlier is not None
        changed, may = _changed(db, session, earlier, key, groups)
        if changed:
            dirty, allowed = dirty | {key}, allowed and may
    renewed = dirty if allowed else frozenset()
    if earlier is not None and renewed & PAIR and _on_pairs(earlier):
        renewed |= PAIR  # what came out together comes out again together
    wanted = (ladder - again) | renewed
    kept = bool(dirty) and not allowed
    if not wanted:
        if stored is not None:
            stored.kept = kept
            db.add(stored)
        return kept
    rounds = {key: question.round for key, question in queries.questions(db, session.id).items()}
    made = publish(
        queries.voices(db, session.id, rounds),
        template=queries.session_template(session),
        groups=groups,
        k=session.smallest_group,
        reveal=cast("frozenset[Question]", wanted),
        open_sides=small_open_sides(db, session),
        earlier=earlier,
        join=frozenset(session.joined_groups),
    )
    before = dict(earlier.snapshots) if earlier is not None else {}
    new = [key for key, number in made.snapshots.items() if number != before.get(key, 0)]
    kept = kept or any(key not in new for key in renewed)
    db.merge(Release(session_id=session.id, round=1, content=published_to_json(made), kept=kept))
    for key in new:
        _remember_as_published(db, session.id, key, rounds[key])
    return kept


def _join_unanimous(db: Session, session: LiveSession, ladder: frozenset[str]) -> None:
    """Join every group that this reveal would show and in which all said the same, but those chosen to stand alone."""
    stored = queries.release(db, session.id)
    rounds = {key: question.round for key, question in queries.questions(db, session.id).items()}
    alike = unanimous_groups(
        queries.voices(db, session.id, rounds),
        template=queries.session_template(session),
        groups=groups_of(session, queries.groups(db, session.id)),
        k=session.smallest_group,
        reveal=cast("frozenset[Question]", ladder),
        earlier=published_from_json(stored.content) if stored is not None else None,
    )
    alone = session.stage.get("alone", [])
    session.joined_groups = sorted({*session.joined_groups, *alike} - {*alone})


def _on_pairs(published: Published) -> bool:
    """Whether a picture is out that stands on the people who answered both questions."""
    cells = [cell for result in published.dimensions for cell in result.sides.values()]
    return any(one is not None and one.on_pairs for cell in cells for one in (cell.current, cell.desired))


def groups_of(session: LiveSession, groups: Sequence[SessionGroup]) -> list[tuple[str, Side]]:
    """(id, side) of each group; none in anonymous sessions, whose answers have no group."""
    return [] if session.attribution == "anonymous" else [(group.id, cast("Side", group.side)) for group in groups]


def small_open_sides(db: Session, session: LiveSession) -> frozenset[Side]:
    """The sides that agreed to be open and are too small to be shown otherwise."""
    joined = queries.joined(db, session.id)
    return frozenset(side for side in open_sides(db, session) if joined[side] < session.smallest_group)


def _changed(
    db: Session, session: LiveSession, earlier: Published, key: str, groups: Sequence[tuple[str, Side]]
) -> tuple[bool, bool]:
    """Whether any answer to the question changed since its picture, and whether a new picture is allowed (METHOD 8.3)."""
    round_ = question_of(db, session.id, key).round
    changed, allowed = False, True
    for by_group in queries.changed_answers(db, session.id, key, round_).values():
        rows = list(changed_by_row(earlier, cast("Question", key), by_group, groups=groups).values())
        elsewhere = sum(by_group.values()) - sum(rows)
        changed = changed or any(by_group.values())
        allowed = allowed and may_republish(rows, session.smallest_group, elsewhere=elsewhere)
    return changed, allowed


def _remember_as_published(db: Session, session_id: str, key: str, round_: int) -> None:
    """Mark what the new picture was made of, so that later changes can be counted."""
    here = (col(Answer.session_id) == session_id, col(Answer.question) == key, col(Answer.round) == round_)
    db.execute(update(Answer).where(*here).values(published=True, published_choice=col(Answer.choice)))
    gone = (col(Departure.session_id) == session_id, col(Departure.question) == key, col(Departure.round) == round_)
    db.execute(delete(Departure).where(*gone))


def join_group(db: Session, *, session_id: str, group_id: str, joined: bool) -> None:
    """Show a unanimous group with others, or by itself after all. Rows that were joined in a picture stay joined."""
    session = queries.live_session(db, session_id)
    if group_id not in {group.id for group in queries.groups(db, session_id)}:
        raise BadInput("This group does not exist.")
    chosen = {*session.joined_groups, group_id} if joined else {*session.joined_groups} - {group_id}
    session.joined_groups = sorted(chosen)
    alone = {*session.stage.get("alone", [])}
    session.stage = {**session.stage, "alone": sorted(alone - {group_id} if joined else alone | {group_id})}
    db.add(session)
    db.flush()
    bump(db, session_id)
