"""Ideas and themes that a room has to judge."""

from typing import Any

from sqlmodel import Session

from app.actions.readiness import ensure_question
from app.actions.versions import bump
from app.store.ids import new_id
from app.store.tables import Idea, Theme
from tests.live.workshop import Workshop


async def idea(workshop: Workshop, text: str, *, who: str = "both", status: str = "shown") -> str:
    """An idea that the facilitator typed; its id."""
    found = await workshop.do("POST /ideas", {"text": text, "who": who, "side": "customer", "status": status})
    return str(found["id"])


async def ideas(workshop: Workshop, count: int) -> list[str]:
    return [await idea(workshop, f"Change number {number}") for number in range(count)]


def theme(workshop: Workshop, name: str, *idea_ids: str, shown: bool = True, who: str = "both") -> str:
    """A theme with these ideas; its id."""
    return str(
        workshop.server.act(make_theme, session_id=workshop.id, name=name, who=who, idea_ids=idea_ids, shown=shown)
    )


def make_theme(db: Session, *, session_id: str, name: str, who: str, idea_ids: tuple[str, ...], shown: bool) -> str:
    made = Theme(id=new_id(), session_id=session_id, name=name, who=who, shown=shown)
    db.add(made)
    db.flush()
    _move(db, session_id, idea_ids, made.id)
    ensure_question(db, session_id)
    return made.id


def move(workshop: Workshop, theme_id: str | None, *idea_ids: str) -> None:
    """Put ideas into a theme, or out of all."""
    workshop.server.act(_moved, session_id=workshop.id, theme_id=theme_id, idea_ids=idea_ids)


def _moved(db: Session, *, session_id: str, theme_id: str | None, idea_ids: tuple[str, ...]) -> None:
    _move(db, session_id, idea_ids, theme_id)


def _move(db: Session, session_id: str, idea_ids: tuple[str, ...], theme_id: str | None) -> None:
    for one in idea_ids:
        found = db.get_one(Idea, one)
        found.theme_id = theme_id
        db.add(found)
    db.flush()
    bump(db, session_id, phones=True)


async def ask_support(workshop: Workshop, asked: bool = True, **more: Any) -> Any:
    """Ask phones for support; the change question is opened first where it was not."""
    now = {one["key"]: one["status"] for one in (await workshop.do("GET "))["questions"]}
    if now["change"] == "waiting":
        await workshop.open("change")
    return await workshop.do("POST /support", {"asked": asked}, **more)
