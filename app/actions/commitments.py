"""Commitments: writing them down, changing them, each side's yes, their way from proposed to done."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlmodel import Session, func, select

from app.actions.versions import bump, tell_next
from app.core.commitments import COMMITMENT_AT_MOST, NOTE_AT_MOST, ROWS_AT_MOST, STEPS, WORDS, State, may_follow
from app.core.texts import NAME_AT_MOST, plain_text
from app.core.who import SIDES_WHO
from app.errors import AppError, BadInput, Conflict, NotFound
from app.store import queries
from app.store.days import date_words, real_date, today
from app.store.ids import new_id, now_ms
from app.store.plan_tables import CheckIn, Commitment
from app.store.tables import LiveSession, Theme, Workspace

FIELDS: Final = ("text", "side", "owner", "due", "counterpart", "theme_id")
WHAT_WAS_ACCEPTED: Final = {"text", "side", "counterpart"}
"""What both sides say yes to. The date belongs to it until it is in hand; then it moves with a check-in that says so."""
CHECK_INS_AT_MOST: Final = 100
PAST: Final = "This date is in the past. Choose one from today on."
GONE: Final = "This row was deleted meanwhile."


class LostEdit(Conflict):
    """Somebody else changed the same row first; nothing was stored. ``now`` is the row as it stands."""

    def __init__(self, sentence: str, now: Commitment) -> None:
        super().__init__(sentence)
        self.now = now


def commitment_of(db: Session, session_id: str, commitment_id: str) -> Commitment:
    """The commitment. Raises NotFound."""
    found = db.get(Commitment, commitment_id)
    if found is None or found.session_id != session_id:
        raise NotFound(GONE)
    return found


def add_commitment(db: Session, *, session_id: str, by: str, said: Mapping[str, object]) -> Commitment:
    """A new row, proposed. ``said`` holds ``text`` and ``side``, and may hold the other FIELDS; ``by`` is who wrote it.

    Raises BadInput naming each field that can't be used, Conflict for one row too many.
    """
    session = queries.live_session(db, session_id)
    wanted = _checked(db, session, {"text": None, "side": None, **said})
    rows = db.exec(select(func.count()).select_from(Commitment).where(Commitment.session_id == session_id)).one()
    if rows >= ROWS_AT_MOST:
        raise Conflict(f"This list has {ROWS_AT_MOST} rows, as many as fit. Fewer promises are kept more often.")
    commitment = Commitment(
        id=new_id(),
        session_id=session_id,
        account_id=session.account_id,
        changed_by=by,
        created_at=now_ms(),
        **wanted,
    )
    db.add(commitment)
    _changed(db, session)
    return commitment


def change_commitment(
    db: Session,
    *,
    session_id: str,
    commitment_id: str,
    by: str,
    said: Mapping[str, object],
    revision: int | None = None,
) -> Commitment:
    """Change some of the FIELDS. Other words than those that were accepted have to be accepted anew.

    revision: of the row that was edited; raises LostEdit where it is not the stored one any more. Raises NotFound,
    BadInput, and Conflict for what is done or dropped.
    """
    session = queries.live_session(db, session_id)
    commitment = commitment_of(db, session_id, commitment_id)
    _check_revision(commitment, revision)
    new = {
        name: value
        for name, value in _checked(db, session, said, before=commitment).items()
        if value != getattr(commitment, name)
    }
    if not new:
        return commitment
    if commitment.state in {State.DONE, State.DROPPED}:
        words = WORDS[State(commitment.state)]
        raise Conflict(f"This is {words}, so its words stay as they were. Take it up again first.")
    accepted = WHAT_WAS_ACCEPTED | (set() if commitment.state == State.IN_HAND else {"due"})
    if new.keys() & accepted:
        commitment.customer_accepted = commitment.supplier_accepted = False
        commitment.state = State.PROPOSED
    elif "due" in new:
        words = f"Date moved from {_date(commitment.due)} to {_date(str(new['due']))}."
        _note(db, commitment, by, words, before=commitment.state)
    for name, value in new.items():
        setattr(commitment, name, value)
    return store(db, session, commitment, by)


def accept(db: Session, *, session_id: str, commitment_id: str, by: str, side: str, yes: bool = True) -> Commitment:
    """A side says yes, or takes it back. With both sides' yes the row is agreed. Repeating does no harm.

    Raises NotFound, BadInput for another side, Conflict once it is in hand, done or dropped.
    """
    if side not in {"customer", "supplier"}:
        raise BadInput("A side is customer or supplier.", fields={"side": "customer or supplier"})
    session = queries.live_session(db, session_id)
    commitment = commitment_of(db, session_id, commitment_id)
    if getattr(commitment, f"{side}_accepted") == yes:
        return commitment
    if commitment.state not in {State.PROPOSED, State.AGREED}:
        raise Conflict(f"This is {WORDS[State(commitment.state)]}, so what each side said to it stays.")
    setattr(commitment, f"{side}_accepted", yes)
    both = commitment.customer_accepted and commitment.supplier_accepted
    commitment.state = State.AGREED if both else State.PROPOSED
    return store(db, session, commitment, by)


def set_state(
    db: Session,
    *,
    session_id: str,
    commitment_id: str,
    by: str,
    state: str,
    note: object = None,
    revision: int | None = None,
) -> Commitment:
    """The next state, written down as a check-in. *agreed* is both sides' yes, *proposed* takes both back.

    Repeating does no harm. Raises NotFound, BadInput for an unknown state, Conflict for a step that can't follow now,
    LostEdit as `change_commitment`.
    """
    if state not in WORDS:
        raise BadInput("A commitment is proposed, agreed, in_hand, done or dropped.", fields={"state": "one of these"})
    session = queries.live_session(db, session_id)
    commitment = commitment_of(db, session_id, commitment_id)
    _check_revision(commitment, revision)
    if not may_follow(commitment.state, state):
        raise Conflict(_why_not(State(commitment.state), State(state)))
    words = plain_text(note, what="The note", at_most=NOTE_AT_MOST, lines=True, optional=True)
    if commitment.state == state and not words:
        return commitment
    before = commitment.state
    if before != state and state in {State.AGREED, State.PROPOSED}:
        commitment.customer_accepted = commitment.supplier_accepted = state == State.AGREED
    commitment.state = state
    if words or state not in {State.AGREED, State.PROPOSED}:
        _note(db, commitment, by, words, before=before)
    return store(db, session, commitment, by)


def check_in(
    db: Session, *, session_id: str, commitment_id: str, by: str, note: object = None, state: str | None = None
) -> Commitment:
    """Write down how it stands, with the next state where it changed. Raises BadInput where nothing is said, and as `set_state`."""
    words = plain_text(note, what="The note", at_most=NOTE_AT_MOST, lines=True, optional=True)
    if not words and not state:
        raise BadInput("Write a note, or say how it stands.", fields={"note": "a note or a state"})
    stands = state or commitment_of(db, session_id, commitment_id).state
    return set_state(db, session_id=session_id, commitment_id=commitment_id, by=by, state=stands, note=words)


def delete_commitment(db: Session, *, session_id: str, commitment_id: str) -> None:
    """Delete a row that was never agreed, or was dropped. Raises NotFound, Conflict for one that both sides hold to."""
    session = queries.live_session(db, session_id)
    commitment = commitment_of(db, session_id, commitment_id)
    if commitment.state not in {State.PROPOSED, State.DROPPED}:
        raise Conflict("Both sides agreed to this. Drop it instead, so that both can see what became of it.")
    db.delete(commitment)
    _changed(db, session)


def store(db: Session, session: LiveSession, commitment: Commitment, by: str) -> Commitment:
    """Keep a changed row, and tell everybody."""
    commitment.revision += 1
    commitment.changed_by, commitment.changed_at = by, now_ms()
    db.add(commitment)
    _changed(db, session)
    return commitment


def _changed(db: Session, session: LiveSession) -> None:
    """Give the session its next version; phones hear of it where they may see the list."""
    db.flush()
    bump(db, session.id, phones=session.status == "closed" or session.stage.get("scene") == "plan")
    tell_next(db, session)


def _note(db: Session, commitment: Commitment, by: str, note: str, *, before: str) -> None:
    query = select(func.count()).select_from(CheckIn).where(CheckIn.commitment_id == commitment.id)
    if db.exec(query).one() >= CHECK_INS_AT_MOST:
        raise Conflict(f"This row has {CHECK_INS_AT_MOST} check-ins, as many as fit.")
    db.add(
        CheckIn(
            id=new_id(),
            commitment_id=commitment.id,
            state=commitment.state,
            state_before=before,
            note=note,
            written_by=by,
            at=now_ms(),
        )
    )


def _check_revision(commitment: Commitment, revision: int | None) -> None:
    if revision is not None and revision != commitment.revision:
        who = commitment.changed_by or "Somebody else"
        raise LostEdit(f"{who} changed this at the same time. Keep their words or use yours.", commitment)


def _why_not(state: State, wanted: State) -> str:
    if state is State.PROPOSED:
        return "This is proposed. Both sides accept it first."
    after = [WORDS[one] for one in STEPS[state]]
    told = after[0] if len(after) == 1 else f"{', '.join(after[:-1])} or {after[-1]}"
    return f"This is {WORDS[state]}, so it can’t be {WORDS[wanted]} next. It can be {told}."


def _date(due: str) -> str:
    return date_words(due) or "none"


# --- what is typed ----------------------------------------------------------------------------------


def _checked(
    db: Session, session: LiveSession, said: Mapping[str, object], *, before: Commitment | None = None
) -> dict[str, Any]:
    """The fields that were said, as they are stored. Raises BadInput with a sentence for each that can't be used."""
    checks: dict[str, Callable[[object], Any]] = {
        "text": lambda raw: plain_text(raw, what="What will be done", at_most=COMMITMENT_AT_MOST),
        "side": _side,
        "owner": lambda raw: plain_text(raw, what="The name", at_most=NAME_AT_MOST, optional=True),
        "due": lambda raw: _due(db, session, raw, before.due if before else ""),
        "counterpart": lambda raw: plain_text(
            raw, what="What the other side gives", at_most=COMMITMENT_AT_MOST, optional=True
        ),
        "theme_id": lambda raw: _theme(db, session.id, raw),
    }
    found: dict[str, Any] = {}
    wrong: dict[str, AppError] = {}
    for name, raw in said.items():
        try:
            found[name] = checks[name](raw)
        except BadInput as error:
            wrong[name] = error
    if wrong:
        first = next(iter(wrong.values()))
        told = first if len(wrong) == 1 else BadInput("Some of this can’t be used.")
        told.fields = {name: one.sentence for name, one in wrong.items()}
        raise told
    return found


def _side(raw: object) -> str:
    if raw not in SIDES_WHO:
        raise BadInput("Choose who will do it: customer, supplier or both.")
    return str(raw)


def _due(db: Session, session: LiveSession, raw: object, before: str) -> str:
    text = plain_text(raw, what="The date", at_most=40, optional=True)
    if text and not real_date(text):
        raise BadInput("Write the date as year, month and day, such as 2026-12-31.")
    if text and text != before and text < today(db.get_one(Workspace, session.workspace_id).time_zone):
        raise BadInput(PAST)
    return text


def _theme(db: Session, session_id: str, raw: object) -> str | None:
    if raw is None or raw == "":
        return None
    theme = db.get(Theme, raw) if isinstance(raw, str) else None
    if theme is None or theme.session_id != session_id:
        raise BadInput("This theme was removed meanwhile. Choose another one, or none.")
    return theme.id
