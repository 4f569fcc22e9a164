"""Revealing: the only place that turns answers into something public, through `core/release`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from sqlalchemy import delete, update
from sqlmodel import Session, col

from app.actions import readiness, support
from app.actions.participants import open_sides
from app.actions.questions import question_of
from app.actions.sessions import clear_stage, save, scene_about
from app.actions.versions import bump, tell_next
from app.core.privacy import may_republish
from app.core.published import Published, changed_by_row, published_to_json
from app.core.questions import LADDER_QUESTIONS, Command, Status, next_status
from app.core.release import publish, unanimous_groups
from app.core.rounds import publish_round
from app.core.scales import Question, Side
from app.errors import BadInput, Conflict
from app.store import queries
from app.store.released import published_so_far, voices_of
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
    key = questions[0].key
    clear_stage(session, question=key, support=False, scene=scene_about(db, session_id, key))
    save(db, session, phones=True)
    tell_next(db, session)
    return session


def _publish(db: Session, session: LiveSession, ladder: frozenset[str]) -> bool:
    """Store what is public once ``ladder`` is out; whether an earlier picture had to be kept although answers changed."""
    history = published_so_far(db, session.id)
    newest = {key: question.round for key, question in queries.questions(db, session.id).items()}
    further = _further(db, session, ladder, history, newest)
    kept = False
    if ladder - further:
        kept = _publish_in_round(db, session, ladder - further, history, newest)
    if further:
        kept = _publish_further(db, session, further, published_so_far(db, session.id), newest) or kept
    stored = queries.release(db, session.id)
    if stored is not None:
        stored.kept = kept
        db.add(stored)
    return kept


def _further(
    db: Session, session: LiveSession, ladder: frozenset[str], history: Sequence[Published], newest: Mapping[str, int]
) -> frozenset[str]:
    """The questions whose new picture follows pictures of several rounds: of a later round, or changed in the last one."""
    if not history:
        return frozenset()
    again = ladder & history[-1].questions
    later = {key for key in again if newest[key] > history[-1].round_of(cast("Question", key))}
    if len(history) == 1:
        return frozenset(later)
    return frozenset(later | {key for key in again - later if _is_changed(db, session, key, newest[key])})


def _publish_in_round(
    db: Session, session: LiveSession, ladder: frozenset[str], history: Sequence[Published], newest: Mapping[str, int]
) -> bool:
    """The same for questions shown for the first time, or again in the round that is public."""
    groups = groups_of(session, queries.groups(db, session.id))
    earlier = history[-1] if history else None
    again = ladder & earlier.questions if earlier is not None else frozenset()
    dirty = frozenset(key for key in again if _is_changed(db, session, key, newest[key]))
    renewed = dirty
    if earlier is not None and renewed & PAIR and _on_pairs(earlier):
        renewed |= PAIR & earlier.questions  # what came out together comes out again together
    if earlier is not None and not all(_may_be_renewed(db, session, earlier, key, groups) for key in renewed):
        renewed = frozenset()
    kept = bool(dirty - renewed)
    wanted = (ladder - again) | renewed
    if not wanted:
        return kept
    made = publish(
        voices_of(db, session.id, wanted & ladder, earlier, newest),
        template=queries.session_template(session),
        groups=groups,
        k=session.smallest_group,
        reveal=cast("frozenset[Question]", wanted),
        open_sides=small_open_sides(db, session),
        earlier=earlier,
        older=history[:-1],
        join=frozenset(session.joined_groups),
    )
    new = _store(db, session.id, made, earlier, ladder)
    return kept or any(key not in new for key in renewed)


def _publish_further(
    db: Session, session: LiveSession, further: frozenset[str], history: Sequence[Published], newest: Mapping[str, int]
) -> bool:
    """The same for questions of a later round: together where that may be, else each by itself as far as it may be."""
    kept = set(further)
    for together in _attempts(further, history[-1]):
        if not together & kept:
            continue
        *older, earlier = published_so_far(db, session.id)
        gone = {q: queries.gone(db, session.id, q, earlier.round_of(q)) for q in earlier.questions}
        made = publish_round(
            voices_of(db, session.id, together & further, earlier, newest),
            template=queries.session_template(session),
            groups=groups_of(session, queries.groups(db, session.id)),
            k=session.smallest_group,
            reveal=cast("frozenset[Question]", together),
            rounds={**earlier.rounds, **{cast("Question", key): newest[key] for key in together & further}},
            earlier=earlier,
            older=older,
            gone=gone,
            open_sides=small_open_sides(db, session),
            join=frozenset(session.joined_groups),
        )
        if made is not None:
            _store(db, session.id, made, earlier, further)
            kept -= together
    return bool(kept)


def _attempts(further: frozenset[str], earlier: Published) -> Iterator[frozenset[str]]:
    """Which questions to try together, the most telling first: what came out on pairs, all that are new, each alone."""
    if further & PAIR and further | earlier.questions >= PAIR and _on_pairs(earlier):
        yield further | PAIR
    yield further
    for key in sorted(further) if len(further) > 1 else ():
        yield frozenset({key})


def _store(
    db: Session, session_id: str, made: Published, earlier: Published | None, fresh: frozenset[str]
) -> set[Question]:
    """Store what is public now, and mark what its new pictures were made of; the questions that have one.

    fresh: questions whose newest answers were asked for; another question's new picture is of what was public of it.
    """
    before = earlier.snapshots if earlier is not None else {}
    new = {key for key, number in made.snapshots.items() if number != before.get(key, 0)}
    if made != earlier:
        stored = queries.release(db, session_id)
        last = stored.round if stored is not None else 1
        round_ = max(last, *(made.round_of(key) for key in made.questions))
        db.merge(Release(session_id=session_id, round=round_, content=published_to_json(made)))
        db.flush()
    for key in new:
        _remember_as_published(db, session_id, key, made.round_of(key), only_departures=key not in fresh)
    return new


def _join_unanimous(db: Session, session: LiveSession, ladder: frozenset[str]) -> None:
    """Join every group that this reveal would show and in which all said the same, but those chosen to stand alone."""
    history = published_so_far(db, session.id)
    earlier = history[-1] if history else None
    newest = {key: question.round for key, question in queries.questions(db, session.id).items()}
    alike = unanimous_groups(
        voices_of(db, session.id, ladder, earlier, newest),
        template=queries.session_template(session),
        groups=groups_of(session, queries.groups(db, session.id)),
        k=session.smallest_group,
        reveal=cast("frozenset[Question]", ladder),
        earlier=earlier,
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


def _is_changed(db: Session, session: LiveSession, key: str, round_: int) -> bool:
    """Whether any answer to the question changed since its last picture."""
    return any(any(by_group.values()) for by_group in _changed(db, session, key, round_))


def _may_be_renewed(
    db: Session, session: LiveSession, earlier: Published, key: str, groups: Sequence[tuple[str, Side]]
) -> bool:
    """Whether a new picture of the question in the same round is allowed (METHOD 8.3)."""
    for by_group in _changed(db, session, key, earlier.round_of(cast("Question", key))):
        rows = list(changed_by_row(earlier, cast("Question", key), by_group, groups=groups).values())
        if any(by_group.values()) and not may_republish(
            rows, session.smallest_group, elsewhere=sum(by_group.values()) - sum(rows)
        ):
            return False
    return True


def _changed(db: Session, session: LiveSession, key: str, round_: int) -> list[dict[str, int]]:
    """People who changed their answer to the question since its picture, by group, for each dimension."""
    dimensions = [dimension.key for dimension in queries.session_template(session).dimensions]
    return list(queries.changed_answers(db, session.id, key, round_, dimensions).values())


def _remember_as_published(db: Session, session_id: str, key: str, round_: int, *, only_departures: bool) -> None:
    """Mark what the new picture was made of, so that later changes can be counted."""
    if not only_departures:
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
