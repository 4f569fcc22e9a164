"""Reminders by e-mail: switched on and off, and their way from due to told.

Whoever sends takes a row first (`claim`), so one process of many does. The mail goes out after that and is written down last:
where a process dies in between, the mail is sent once more half an hour later. So each is sent at least once, nothing is
left out, and the second copy has the same Message-ID, which many mail programs show once.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app.core.reminders import DAYS_AT_MOST, Kind
from app.errors import BadInput
from app.store.days import next_morning
from app.store.ids import now_ms
from app.store.plan_tables import Commitment
from app.store.reminder_tables import Reminded, Reminder
from app.store.tables import Workspace

CLAIM_LASTS_MS: Final = 30 * 60 * 1000
"""Longer than sending a mail may take (`live/post.py`), so that nobody else begins meanwhile."""

Whose = tuple[str, str]
"""(workspace id, user id)."""


def switch_on(db: Session, *, workspace_id: str, user_id: str, days: object) -> None:
    """Send this member mail so many days before something is due. The first one comes soon and says that mail comes.

    Raises BadInput for other days than 0 to 30.
    """
    text = str(days).strip() if isinstance(days, str | int) else ""
    if not (text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= DAYS_AT_MOST):
        words = f"A number of days from 0 to {DAYS_AT_MOST}."
        raise BadInput(words, fields={"remind_days": words})
    row = _row(db, (workspace_id, user_id))
    if row is None:
        row = Reminder(workspace_id=workspace_id, user_id=user_id, days_before=int(text), next_at=now_ms())
    row.days_before = int(text)
    db.add(row)
    db.flush()


def switch_off(db: Session, *, workspace_id: str, user_id: str) -> None:
    """Send this member no mail any more, and forget what they were told. Harmless when repeated."""
    db.execute(delete(Reminder).where(col(Reminder.workspace_id) == workspace_id, col(Reminder.user_id) == user_id))


def due_now(db: Session, *, now: int) -> list[Whose]:
    """For whom somebody has to look whether there is something to tell, who waits longest first."""
    query = select(Reminder.workspace_id, Reminder.user_id).where(Reminder.next_at <= now)
    return [(workspace_id, user_id) for workspace_id, user_id in db.exec(query.order_by(col(Reminder.next_at)))]


def claim(db: Session, *, whose: Whose, now: int) -> bool:
    """Take this member's mail upon oneself. False where another process did, or it was switched off, meanwhile."""
    row = _row(db, whose)
    if row is None or row.next_at > now:
        return False
    row.next_at = now + CLAIM_LASTS_MS
    db.add(row)
    return True


def mark_told(db: Session, *, whose: Whose, told: Mapping[str, tuple[Kind, str]], now: int) -> None:
    """Write down what a mail said, {commitment: (kind, date)}; the next one goes out tomorrow at the earliest."""
    row = _row(db, whose)
    if row is None:
        return
    workspace_id, user_id = whose
    alive = db.exec(select(Commitment.id).where(col(Commitment.id).in_(told))).all()
    for id_ in alive:
        kind, due = told[id_]
        db.merge(Reminded(workspace_id=workspace_id, user_id=user_id, commitment_id=id_, kind=kind, due=due))
    row.greeted, row.trouble = True, ""
    _tomorrow(db, row, now)


def put_off(db: Session, *, whose: Whose, now: int, trouble: str, until_tomorrow: bool) -> None:
    """Write down why a mail was not taken: the next try is tomorrow, or as soon as somebody looks again."""
    row = _row(db, whose)
    if row is None:
        return
    row.trouble = trouble
    if until_tomorrow:
        _tomorrow(db, row, now)
    else:
        row.next_at = now
        db.add(row)


def _tomorrow(db: Session, row: Reminder, now: int) -> None:
    row.next_at = next_morning(now, db.get_one(Workspace, row.workspace_id).time_zone)
    db.add(row)


def _row(db: Session, whose: Whose) -> Reminder | None:
    """The row, held until the commit."""
    return db.get(Reminder, whose, with_for_update=True, populate_existing=True)
