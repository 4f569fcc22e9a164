"""Importing past results: a file waits while its user looks at it, then becomes a closed session of the account, or goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import delete
from sqlmodel import Session, col

from app.actions.dates import typed_date
from app.actions.past_meetings import Times, hold_past_meeting
from app.actions.sessions import GroupSpec, create_session, save
from app.core.importing import PastIdea, PastPerson
from app.core.scales import SIDES
from app.errors import BadInput
from app.store import imports
from app.store.days import date_words, days_later, today, zone
from app.store.ids import new_id, now_ms
from app.store.import_tables import Imported, Upload
from app.store.tables import LiveSession, Workspace

UPLOAD_LASTS_MS = 3600 * 1000
FIRST_DAY = "1990-01-01"
HELD_AT = time(12)
"""The hour of a meeting of which only the day is known."""


def keep_upload(db: Session, *, account_id: str, user_id: str, file_name: str, digest: str, content: bytes) -> str:
    """Keep a file for an hour, instead of the one that this user handed in before; its id. ``content`` as `imports.packed`."""
    db.execute(delete(Upload).where(col(Upload.user_id) == user_id))
    kept = Upload(
        id=new_id(),
        account_id=account_id,
        user_id=user_id,
        file_name=file_name,
        digest=digest,
        content=content,
        expires_at=now_ms() + UPLOAD_LASTS_MS,
    )
    db.add(kept)
    db.flush()
    return kept.id


def drop_upload(db: Session, *, upload_id: str, user_id: str) -> None:
    """Delete a file that is not to be entered. Harmless when repeated."""
    db.execute(delete(Upload).where(col(Upload.id) == upload_id, col(Upload.user_id) == user_id))


def delete_stale_uploads(db: Session, *, now: int) -> None:
    """Delete files that nobody entered within the hour."""
    db.execute(delete(Upload).where(col(Upload.expires_at) <= now))


@dataclass(frozen=True, slots=True)
class PastMeeting:
    """What a file says, read and looked at. ``day`` such as 2026-11-19; ``rows_left_out``: rows that are not in it."""

    title: object
    day: object
    smallest_group: int
    people: Sequence[PastPerson]
    ideas: Sequence[PastIdea]
    rows_left_out: int


def enter_meeting(
    db: Session,
    *,
    upload_id: str,
    account_id: str,
    workspace_id: str,
    user_id: str,
    entered_by: str,
    meeting: PastMeeting,
) -> LiveSession:
    """A closed session of the account with these answers, by the rules of a live one; the file is deleted.

    Raises NotFound where the file was entered or dropped meanwhile, BadInput by field, and what `create_session` raises.
    """
    file = imports.upload(db, upload_id=upload_id, account_id=account_id, user_id=user_id, now=now_ms(), hold=True)
    at = _held_at(db, workspace_id, meeting.day)
    grouped = any(one.group is not None for one in meeting.people)
    session = create_session(
        db,
        workspace_id=workspace_id,
        user_id=user_id,
        account_id=account_id,
        title=meeting.title,
        groups=_groups(meeting.people) if grouped else None,
        attribution="group" if grouped else "anonymous",
        smallest_group=meeting.smallest_group,
        both_sides=False,
    )
    hold_past_meeting(db, session_id=session.id, people=meeting.people, ideas=meeting.ideas, times=Times.of_moment(at))
    db.add(
        Imported(
            session_id=session.id,
            file_name=file.file_name,
            digest=file.digest,
            entered_by=entered_by,
            entered_at=now_ms(),
            rows_left_out=meeting.rows_left_out,
        )
    )
    db.delete(file)
    save(db, session)
    return session


def _groups(people: Sequence[PastPerson]) -> list[GroupSpec]:
    """The groups in the order in which they appear, the customer's first."""
    found = dict.fromkeys((one.side, one.group or "") for one in people)
    return [GroupSpec(name, side) for wanted in SIDES for side, name in found if side == wanted]


def _held_at(db: Session, workspace_id: str, raw: object) -> int:
    """The moment of a meeting on this day, in ms. Raises BadInput for no day, one to come, and one too long ago to be kept."""
    workspace = db.get_one(Workspace, workspace_id)
    day, now = typed_date(raw, field="day"), today(workspace.time_zone)
    if not day:
        raise BadInput("Say on which day the meeting was.", fields={"day": "the day of the meeting"})
    if day > now:
        raise BadInput("This day is still to come.", fields={"day": "today or earlier"})
    if day < FIRST_DAY:
        raise BadInput("This is too long ago.", fields={"day": f"{date_words(FIRST_DAY)} or later"})
    if workspace.keep_days is not None and day <= days_later(now, -workspace.keep_days):
        words = f"Sessions are kept for {workspace.keep_days} days here, so this one would be deleted at once."
        raise BadInput(words, fields={"day": f"{words} An owner can change that under Settings."})
    noon = datetime.combine(date.fromisoformat(day), HELD_AT, zone(workspace.time_zone))
    return min(int(noon.timestamp() * 1000), now_ms())
