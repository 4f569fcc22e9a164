"""Opening, closing, hiding and reopening questions, and their timers. Revealing is in `reveal.py`."""

from sqlmodel import Session, col, select

from app.actions import readiness
from app.actions.sessions import clear_stage, save
from app.actions.versions import tell_next
from app.core.questions import Command, Status, needs_quiet, next_status
from app.errors import BadInput, Conflict, NotFound
from app.store import queries, tallies
from app.store.ids import now_ms
from app.store.tables import IS_OPEN, LiveSession, Readiness, SessionQuestion

TIMER_AT_MOST_S = 24 * 3600
LET_GO_WORDS = (
    "The phones that answered this have been let go since the session closed. Asked again, people would count twice."
)

_WORDS = {
    Status.WAITING: "has not been asked yet",
    Status.OPEN: "is open",
    Status.CLOSED: "is closed",
    Status.REVEALED: "is shown",
}


def question_of(db: Session, session_id: str, key: str) -> SessionQuestion:
    """The question in its newest round. Raises NotFound for one that this session does not ask."""
    question = queries.questions(db, session_id).get(key)
    if question is None:
        raise NotFound("This session does not ask this question.")
    return question


def command(db: Session, *, session_id: str, key: str, name: str) -> LiveSession:
    """Carry out open, close, hide or reopen. Close and hide can be repeated without harm.

    Opening the first question starts the session. Raises Conflict when the step is not allowed now.
    """
    session = queries.live_session(db, session_id)
    wanted = Command(name)
    if key == "readiness" and wanted is Command.OPEN:
        readiness.prepare(db, session_id)
    question = question_of(db, session_id, key)
    status = next_status(Status(question.status), wanted)
    if status is None:
        raise Conflict(f"This question {_WORDS[Status(question.status)]}, so it can’t be {_done(wanted)} now.")
    if session.status == "closed" and wanted in {Command.OPEN, Command.REOPEN}:
        raise Conflict("This session is closed. Reopen it first.")
    if status is Status.OPEN and _said_by_nobody_here(db, question):
        raise Conflict(LET_GO_WORDS)
    if needs_quiet(wanted):
        only_one_open(db, session_id, key)
    if key == "mirror" and wanted is Command.OPEN and queries.release(db, session_id) is not None:
        raise Conflict("A result has been shown already. A guess about the other side has to be asked before that.")
    if status == question.status:
        return session
    question.status = status
    now = now_ms()
    if status is Status.OPEN:
        question.opened_at = question.opened_at or now
        question.closed_at = None
        if session.status == "lobby":
            session.status, session.started_at = "live", now
    elif wanted is Command.CLOSE:
        question.closed_at = now
    question.closes_at = None
    clear_stage(session, question=key, support=False)
    db.add(question)
    save(db, session, phones=True)
    if wanted is Command.HIDE:
        tell_next(db, session, over=False)  # what is taken back is taken back everywhere
    return session


ASKED_AGAIN = ("current", "desired")
"""Questions that can have a further round. Guesses are made once; ideas and readiness are simply opened again."""


def new_round(db: Session, *, session_id: str, key: str) -> LiveSession:
    """Start a further round of a revealed question: it waits to be opened, and what was shown is kept.

    Raises Conflict for a question that is not revealed or is asked only once, NotFound.
    """
    session = queries.live_session(db, session_id)
    question = question_of(db, session_id, key)
    if key not in ASKED_AGAIN:
        raise Conflict(ONLY_ONCE.get(key, "This question is asked only once."))
    if question.status != Status.REVEALED:
        raise Conflict(f"This question {_WORDS[Status(question.status)]}. It can be asked again once it is revealed.")
    if session.status == "closed":
        raise Conflict("This session is closed. Reopen it first.")
    mirror = queries.questions(db, session_id).get("mirror")
    if mirror is not None and mirror.status in {Status.OPEN, Status.CLOSED}:
        raise Conflict("The guesses are about the first answers. Reveal them before this is asked again.")
    db.add(SessionQuestion(session_id=session_id, key=key, round=question.round + 1))
    others = [one for one in queries.questions(db, session_id).values() if one.key != key]
    shown = [one.key for one in others if one.status == Status.REVEALED]
    clear_stage(session, question=shown[0] if shown else None)
    save(db, session, phones=True)
    return session


ONLY_ONCE = {
    "mirror": "A guess is made once: the other side’s answers have been shown since.",
    "change": "For more ideas, open this question again. It has no rounds.",
    "readiness": "To ask for readiness again, open this question again. It has no rounds.",
}


def ask_again(db: Session, *, session_id: str, key: str) -> LiveSession:
    """A further round of the question, open at once. Raises Conflict, and then there is no new round either."""
    new_round(db, session_id=session_id, key=key)
    return command(db, session_id=session_id, key=key, name=Command.OPEN)


def _said_by_nobody_here(db: Session, question: SessionQuestion) -> bool:
    """Whether phones that were let go answered this round."""
    if question.key == "readiness":
        return tallies.said_by_nobody_here(db, Readiness, question.session_id, question.round)
    return queries.answered_by_nobody_here(db, question.session_id, question)


def _done(command_: Command) -> str:
    return {
        Command.OPEN: "opened",
        Command.CLOSE: "closed",
        Command.HIDE: "hidden",
        Command.REOPEN: "opened again",
    }.get(command_, "revealed")


def only_one_open(db: Session, session_id: str, key: str) -> None:
    """Raises Conflict where another question is open."""
    for other in queries.questions(db, session_id).values():
        if other.key != key and other.status == Status.OPEN:
            raise Conflict("Another question is open. Close it first.")


def set_timer(db: Session, *, session_id: str, seconds: int, extend: bool = False) -> LiveSession:
    """Close the open question by itself after ``seconds``; ``extend`` adds them to a timer that runs.

    seconds: 1 to 86,400. Raises Conflict where no question is open, BadInput for another number.
    """
    if not 1 <= seconds <= TIMER_AT_MOST_S:
        raise BadInput("A timer runs for 1 second to 24 hours.")
    session = queries.live_session(db, session_id)
    open_now = [q for q in queries.questions(db, session_id).values() if q.status == Status.OPEN]
    if not open_now:
        raise Conflict("No question is open, so there is nothing to time.")
    (question,) = open_now
    base = question.closes_at if extend and question.closes_at else now_ms()
    question.closes_at = base + seconds * 1000
    db.add(question)
    save(db, session)
    return session


def close_due(db: Session, *, now: int) -> int:
    """Close every question whose time was up at ``now`` (milliseconds, UTC); how many."""
    query = (
        select(SessionQuestion.session_id, SessionQuestion.key)
        .where(IS_OPEN, col(SessionQuestion.closes_at) <= now)
        .order_by(col(SessionQuestion.session_id))
    )
    return sum(_close_if_due(db, session_id, key, now) for session_id, key in db.exec(query).all())


def _close_if_due(db: Session, session_id: str, key: str, now: int) -> bool:
    """Close the question unless another process did, or somebody gave it more time, while we waited for its session."""
    queries.live_session(db, session_id)
    question = question_of(db, session_id, key)
    if question.status != Status.OPEN or question.closes_at is None or question.closes_at > now:
        return False
    command(db, session_id=session_id, key=key, name=Command.CLOSE)
    return True
