"""Readiness: each person says, theme by theme, whether their own side is ready; publishing the counts."""

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from app.actions.messages import first_time
from app.actions.participants import present
from app.actions.versions import bump
from app.actions.voting import CLOSED_WORDS, GONE_WORDS, NOT_OPEN_WORDS, WAITING_WORDS
from app.core.questions import Status
from app.core.readiness import VALUES, cell_name, changes, tally
from app.core.scales import SIDES, Side
from app.errors import BadInput, Closed, Conflict, NotOpen
from app.store import queries, tallies
from app.store.tables import Departure, LiveSession, Participant, Readiness, SessionQuestion, Tally

NO_THEME_WORDS = "Show a theme first. Readiness is asked theme by theme."
NOT_SHOWN_WORDS = "This change is not on the list any more, so this is not counted."


def ensure_question(db: Session, session_id: str) -> bool:
    """See that the session asks for readiness: called when its first theme is shown; whether it did not before."""
    if "readiness" in queries.questions(db, session_id):
        return False
    db.add(SessionQuestion(session_id=session_id, key="readiness", round=1))
    db.flush()
    return True


def prepare(db: Session, session_id: str) -> None:
    """What opening the question needs: a shown theme, and the question itself. Raises Conflict."""
    if not tallies.shown_themes(db, session_id):
        raise Conflict(NO_THEME_WORDS)
    ensure_question(db, session_id)


def say(db: Session, *, participant_id: str, message_id: str, theme_id: str, value: object, tap: int = -1) -> int:
    """Store whether the participant's own side is ready for a theme, and give the session's version.

    value: yes, not_yet, no, or None for *can't judge*. A later answer replaces an earlier one; an older tap never does.
    Raises NotOpen or Closed as the question stands, BadInput for another value, a theme that is not shown, another body
    under the id, or somebody who is not part of the session.
    """
    person = present(db, participant_id)
    session = queries.live_session(db, person.session_id)
    if person.state != "in":
        raise BadInput(WAITING_WORDS if person.state == "waiting" else GONE_WORDS)
    if value is not None and value not in VALUES:
        raise BadInput("Choose yes, not yet, no, or “I can’t judge this”.")
    if not first_time(db, participant_id, message_id, ["ready", theme_id, value, tap]):
        return session.version
    question = queries.questions(db, session.id).get("readiness")
    if session.status == "closed" or (question is not None and question.status in {"closed", "revealed"}):
        raise Closed(CLOSED_WORDS)
    if question is None or question.status != Status.OPEN:
        raise NotOpen(NOT_OPEN_WORDS)
    if theme_id not in {theme.id for theme in tallies.shown_themes(db, session.id)}:
        raise BadInput(NOT_SHOWN_WORDS)
    place = (session.id, person.id, question.round, theme_id)
    stored = db.get(Readiness, place)
    if stored is not None and 0 <= tap < stored.tap:
        return session.version
    row = stored or Readiness(session_id=session.id, participant_id=person.id, round=question.round, theme_id=theme_id)
    row.value = str(value) if value is not None else None
    row.tap = max(row.tap, tap)
    db.add(row)
    db.flush()
    return bump(db, session.id)


def publish(db: Session, session: LiveSession, *, open_sides: frozenset[Side]) -> bool:
    """Freeze the counts by theme and side; whether earlier ones had to be kept although answers changed (METHOD 8.3)."""
    round_ = queries.questions(db, session.id)["readiness"].round
    replies = tallies.replies(db, session.id, round_)
    themes = [theme.id for theme in tallies.shown_themes(db, session.id)]
    stored = tallies.tally(db, session.id, "readiness", round_)
    earlier = stored.content if stored is not None else None
    if stored is not None and earlier is not None:
        gone = tallies.gone(db, session.id, "readiness", round_)
        changed, allowed = changes(earlier, replies, themes=themes, gone=gone, k=session.smallest_group)
        if not allowed:
            stored.kept = changed
            db.add(stored)
            return changed
    content = tally(replies, themes=themes, k=session.smallest_group, open_sides=open_sides, earlier=earlier)
    db.merge(Tally(session_id=session.id, question="readiness", round=round_, content=content))
    for side in SIDES:
        shown = [theme for theme in themes if content["themes"][theme][side]["shown"]]
        _remember_as_published(db, session.id, round_, side, shown)
    return False


def _remember_as_published(db: Session, session_id: str, round_: int, side: Side, themes: list[str]) -> None:
    """Mark what a side's new counts of these themes were made of, so that later changes can be counted."""
    people = select(Participant.id).where(Participant.session_id == session_id, Participant.side == side)
    rows = (col(Readiness.session_id) == session_id, col(Readiness.round) == round_)
    theirs = (col(Readiness.participant_id).in_(people), col(Readiness.theme_id).in_(themes))
    db.execute(update(Readiness).where(*rows, *theirs).values(published=True, published_value=col(Readiness.value)))
    gone = (col(Departure.session_id) == session_id, col(Departure.question) == "readiness")
    cells = [cell_name(theme, side) for theme in themes]
    db.execute(delete(Departure).where(*gone, col(Departure.round) == round_, col(Departure.group_id).in_(cells)))
