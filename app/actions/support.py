"""Support: asking for it on the phones, giving it and taking it back, publishing its totals."""

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from app.actions.messages import first_time
from app.actions.participants import present
from app.actions.questions import LET_GO_WORDS, command, only_one_open, question_of
from app.actions.sessions import clear_stage, save, scene_about
from app.actions.versions import bump
from app.actions.voting import GONE_WORDS, WAITING_WORDS
from app.core.questions import Command, Status
from app.core.scales import Side
from app.core.support import changes, tally, with_one_more
from app.errors import BadInput, Closed, Conflict, NotOpen
from app.store import queries, tallies
from app.store.tables import Departure, LiveSession, Participant, Support, Tally

FULL_WORDS = "You have used your three supports. Take one back first."
NOT_SHOWN_WORDS = "This is not on the list any more. Choose another one."
CLOSED_WORDS = "The totals have been shown or the session is over, so this is not counted."
NOT_OPEN_WORDS = "Ideas can’t be supported yet. This is not counted."


def cast(db: Session, *, participant_id: str, message_id: str, item_id: str, on: bool, tap: int = -1) -> int:
    """Support an idea or a theme (``item_id``), or take that back; gives the session's version.

    Support for an idea in a shown theme is for the theme. An older tap never overwrites a newer one. Raises NotOpen or
    Closed as the change question stands, BadInput for what is not shown, a fourth support, another body under the id, or
    somebody who is not part of the session.
    """
    person = present(db, participant_id)
    session = queries.live_session(db, person.session_id)
    if person.state != "in":
        raise BadInput(WAITING_WORDS if person.state == "waiting" else GONE_WORDS)
    if not first_time(db, participant_id, message_id, ["support", item_id, on, tap]):
        return session.version
    round_ = _round_to_support(db, session)
    stands_for = tallies.items(db, session.id).stands_for
    item = stands_for.get(item_id, item_id)
    if on and item_id not in stands_for:
        raise BadInput(NOT_SHOWN_WORDS)
    rows = {row.item_id: row for row in tallies.support_of(db, session.id, person.id, round_)}
    if item in rows and 0 <= tap < rows[item].tap:
        return session.version
    held = frozenset(id_ for id_, row in rows.items() if row.held)
    wanted = (
        with_one_more(held, item, stands_for)
        if on
        else frozenset(id_ for id_ in held if stands_for.get(id_, id_) != item)
    )
    if wanted is None:
        raise BadInput(FULL_WORDS)
    for id_ in {*wanted, *rows, *({item} & {*stands_for.values()})}:
        row = rows.get(id_) or Support(session_id=session.id, participant_id=person.id, round=round_, item_id=id_)
        row.held = id_ in wanted
        row.tap = max(row.tap, tap) if id_ == item else row.tap
        db.add(row)
    db.flush()
    return bump(db, session.id)


def pass_on(db: Session, *, session_id: str, item_ids: list[str], to: str) -> None:
    """Whoever supports one of these items, which are joined with another, supports that one from now on."""
    rows = select(Support).where(Support.session_id == session_id, col(Support.item_id).in_(item_ids))
    for row in db.exec(rows).all():
        own = (session_id, row.participant_id, row.round, to)
        target = db.get(Support, own) or Support(
            session_id=session_id, participant_id=row.participant_id, round=row.round, item_id=to, held=False
        )
        target.held = target.held or row.held
        target.tap = max(target.tap, row.tap)
        target.published = target.published or row.published
        db.add(target)
        db.delete(row)
    db.flush()


def _round_to_support(db: Session, session: LiveSession) -> int:
    """The round of the change question that support counts for now. Raises NotOpen, Closed."""
    question = queries.questions(db, session.id).get("change")
    if session.status == "closed" or (question is not None and question.status == Status.REVEALED):
        raise Closed(CLOSED_WORDS)
    if session.status != "live" or question is None or question.status == Status.WAITING:
        raise NotOpen(NOT_OPEN_WORDS)
    return question.round


def ask(db: Session, *, session_id: str, asked: bool) -> LiveSession:
    """Show phones the list to support, or stop showing it. Closes the change question first. Harmless when repeated.

    Raises Conflict where there is nothing to support, the totals are shown, or another question is open.
    """
    session = queries.live_session(db, session_id)
    if not asked:
        if session.stage.get("support"):
            session.stage = {**session.stage, "support": False}
            save(db, session, phones=True)
        return session
    question = question_of(db, session_id, "change")
    if session.status == "closed":
        raise Conflict("This session is closed. Reopen it first.")
    if question.status == Status.WAITING:
        raise Conflict("Ask first what would have to change. Then people can support it.")
    if question.status == Status.REVEALED:
        raise Conflict("The totals of support are shown. Hide them first, then ask again.")
    if not tallies.items(db, session_id).listed:
        raise Conflict("Show an idea or a theme first, so that there is something to support.")
    if tallies.said_by_nobody_here(db, Support, session_id, question.round):
        raise Conflict(LET_GO_WORDS)
    only_one_open(db, session_id, "change")
    if question.status == Status.OPEN:
        command(db, session_id=session_id, key="change", name=Command.CLOSE)
    clear_stage(session, question="change", support=True, scene=scene_about(db, session_id, "change"))
    save(db, session, phones=True)
    return session


def publish(db: Session, session: LiveSession, *, open_sides: frozenset[Side]) -> bool:
    """Freeze the totals of support by side; whether earlier ones had to be kept although support changed (METHOD 8.3)."""
    round_ = question_of(db, session.id, "change").round
    people = tallies.supporters(db, session.id, round_)
    stored = tallies.tally(db, session.id, "change", round_)
    earlier = stored.content if stored is not None else None
    if stored is not None and earlier is not None:
        gone = tallies.gone(db, session.id, "change", round_)
        changed, allowed = changes(earlier, people, gone=gone, k=session.smallest_group)
        if not allowed:
            stored.kept = changed
            db.add(stored)
            return changed
    items = [item.id for item in tallies.items(db, session.id).listed]
    content = tally(people, items=items, k=session.smallest_group, open_sides=open_sides, earlier=earlier)
    db.merge(Tally(session_id=session.id, question="change", round=round_, content=content))
    _remember_as_published(db, session.id, round_, [side for side, one in content["sides"].items() if one["shown"]])
    return False


def _remember_as_published(db: Session, session_id: str, round_: int, sides: list[str]) -> None:
    """Mark what the new totals of these sides were made of, so that later changes can be counted."""
    people = select(Participant.id).where(Participant.session_id == session_id, col(Participant.side).in_(sides))
    rows = (col(Support.session_id) == session_id, col(Support.round) == round_)
    theirs = col(Support.participant_id).in_(people)
    db.execute(update(Support).where(*rows, theirs).values(published=col(Support.held)))
    gone = (col(Departure.session_id) == session_id, col(Departure.question) == "change")
    db.execute(delete(Departure).where(*gone, col(Departure.round) == round_, col(Departure.group_id).in_(sides)))
