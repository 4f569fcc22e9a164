"""Named questions about sorting ideas into themes: who took which step."""

from sqlmodel import Session, col, select

from app.store.tables import SortingStep, User


def sorters(db: Session, session_id: str) -> list[str]:
    """The names of all who took a step of sorting that can be taken back, by name."""
    made = select(SortingStep.user_id).where(SortingStep.session_id == session_id)
    return list(db.exec(select(User.name).where(col(User.id).in_(made)).order_by(User.name, col(User.id))))


def newest_step(db: Session, session_id: str) -> tuple[SortingStep, str] | None:
    """The newest step of sorting, and the name of whoever made it."""
    query = (
        select(SortingStep, User.name)
        .join(User, col(User.id) == col(SortingStep.user_id))
        .where(SortingStep.session_id == session_id)
    )
    return db.exec(query.order_by(col(SortingStep.number).desc())).first()
