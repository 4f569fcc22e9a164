"""Questions to the database about commitments, their check-ins, and share links."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from app.store.plan_tables import CheckIn, Commitment, ShareLink, ShareView
from app.store.queries import once_per_snapshot


@once_per_snapshot
def commitments(db: Session, session_id: str) -> list[Commitment]:
    """The session's commitments in the order in which they were written down."""
    query = select(Commitment).where(Commitment.session_id == session_id)
    return list(db.exec(query.order_by(col(Commitment.created_at), col(Commitment.id))))


def check_ins(db: Session, commitment_ids: Iterable[str], *, removed: bool = False) -> dict[str, list[CheckIn]]:
    """The check-ins of these commitments by id, newest first. removed: with those that were taken back."""
    query = select(CheckIn).where(col(CheckIn.commitment_id).in_(list(commitment_ids)))
    if not removed:
        query = query.where(col(CheckIn.removed).is_(False))
    found: dict[str, list[CheckIn]] = {}
    for one in db.exec(query.order_by(col(CheckIn.at).desc(), col(CheckIn.id))):
        found.setdefault(one.commitment_id, []).append(one)
    return found


def share_links(db: Session, session_id: str) -> list[ShareLink]:
    """The session's share links, newest first."""
    query = select(ShareLink).where(ShareLink.session_id == session_id)
    return list(db.exec(query.order_by(col(ShareLink.created_at).desc(), col(ShareLink.id))))


def share_views(db: Session, link_ids: Iterable[str]) -> dict[str, list[ShareView]]:
    """When and how often each of these links was opened, by id, newest first."""
    query = select(ShareView).where(col(ShareView.link_id).in_(list(link_ids))).order_by(col(ShareView.at).desc())
    found: dict[str, list[ShareView]] = {}
    for one in db.exec(query):
        found.setdefault(one.link_id, []).append(one)
    return found
