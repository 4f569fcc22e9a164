"""The log of looks at confidential results. It is only ever added to."""

from sqlmodel import Session

from app.store.ids import new_id, now_ms
from app.store.tables import Look


def log_look(db: Session, *, workspace_id: str, session_id: str, user_id: str, what: str) -> None:
    """Remember that this user looked at the private cut, as ``what``: report, results, export.csv and the like."""
    db.add(Look(id=new_id(), workspace_id=workspace_id, session_id=session_id, user_id=user_id, what=what, at=now_ms()))
