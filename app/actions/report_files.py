"""Files that are made while somebody waits: ordered, held by the process that makes them, finished, forgotten."""

from typing import Final

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from app.core.language import ENGLISH, to_say
from app.errors import NotFound
from app.store.file_tables import ReportFile
from app.store.ids import new_id, now_ms

HELD_FOR_MS: Final = 15_000
"""A process that makes a file says so more often than this; one that died says nothing more."""
KEPT_FOR_MS: Final = 15 * 60_000
TRIES_AT_MOST: Final = 2
BYTES_AT_MOST: Final = 100 * 1024 * 1024
UNFINISHED: Final = ("waiting", "making")
FAILED: Final = to_say("This file took more than it may. Try another kind; nothing was lost.")
TOO_LARGE: Final = to_say("This file is larger than it may be. Try another kind; nothing was lost.")


def order(
    db: Session, *, session_id: str, user_id: str, kind: str, cut: str, paper: str, language: str = ENGLISH
) -> ReportFile:
    """A file that the calling process makes from here on."""
    forget_old(db)
    now = now_ms()
    file = ReportFile(
        id=new_id(),
        session_id=session_id,
        user_id=user_id,
        kind=kind,
        cut=cut,
        paper=paper,
        language=language,
        held_until=now + HELD_FOR_MS,
        created_at=now,
    )
    db.add(file)
    db.flush()
    return file


def same_order(
    db: Session, *, session_id: str, user_id: str, kind: str, cut: str, paper: str, language: str
) -> ReportFile | None:
    """The same file, if this user waits for it already."""
    query = select(ReportFile).where(
        ReportFile.session_id == session_id,
        ReportFile.user_id == user_id,
        ReportFile.kind == kind,
        ReportFile.cut == cut,
        ReportFile.paper == paper,
        ReportFile.language == language,
        col(ReportFile.state).in_(UNFINISHED),
        ReportFile.created_at > now_ms() - KEPT_FOR_MS,
    )
    return db.exec(query).first()


def file_of(db: Session, *, session_id: str, file_id: str) -> ReportFile:
    """The file of this session. Raises NotFound, also when it was forgotten."""
    file = db.get(ReportFile, file_id)
    if file is None or file.session_id != session_id or file.created_at <= now_ms() - KEPT_FOR_MS:
        raise NotFound("This file is not kept any longer. Ask for it again.")
    return file


def take_over(db: Session, *, file_id: str) -> bool:
    """Whether the calling process makes the file from here on, because nobody holds it. One of several gets it.

    A file that was tried often enough fails instead.
    """
    now = now_ms()
    left = (col(ReportFile.id) == file_id, col(ReportFile.state).in_(UNFINISHED), col(ReportFile.held_until) <= now)
    again = update(ReportFile).where(*left, col(ReportFile.tries) < TRIES_AT_MOST)
    again = again.values(tries=col(ReportFile.tries) + 1, held_until=now + HELD_FOR_MS, state="waiting", began_at=None)
    if db.connection().execute(again).rowcount:
        return True
    db.execute(update(ReportFile).where(*left).values(state="failed", why=FAILED))
    return False


def hold(db: Session, *, file_id: str, making: bool) -> None:
    """Say that the file is still being waited for, or made. Nothing where it is gone."""
    file = db.get(ReportFile, file_id)
    if file is not None and file.state in UNFINISHED:
        file.held_until = now_ms() + HELD_FOR_MS
        if making and file.began_at is None:
            file.state, file.began_at = "making", now_ms()
        db.add(file)
        db.flush()


def finish(db: Session, *, file_id: str, body: bytes | None, why: str = "") -> None:
    """The file is there, or will not be and ``why``. The first word stands. Nothing where the order is gone."""
    file = db.get(ReportFile, file_id)
    if file is None or file.state not in UNFINISHED:
        return
    if body is not None and len(body) > BYTES_AT_MOST:
        body, why = None, TOO_LARGE
    file.state, file.body, file.why = "failed" if body is None else "ready", body, why
    db.add(file)
    db.flush()


def forget_old(db: Session) -> None:
    """Drop every file that is kept no longer."""
    db.execute(delete(ReportFile).where(col(ReportFile.created_at) <= now_ms() - KEPT_FOR_MS))


def forget_files(db: Session, session_id: str) -> None:
    """Drop the session's files, because somebody took back what they said."""
    db.execute(delete(ReportFile).where(col(ReportFile.session_id) == session_id))
