"""Who would have to change for a theme, proposed from its ideas wherever the facilitator did not choose."""

from sqlmodel import Session, col, select

from app.core.who import proposed_who
from app.store.tables import Idea, Theme


def propose_who(db: Session, session_id: str) -> None:
    """Bring every theme's proposal up to date. Hidden ideas do not count."""
    open_themes = select(Theme).where(Theme.session_id == session_id, col(Theme.who_chosen).is_(False))
    themes = {theme.id: theme for theme in db.exec(open_themes)}
    if not themes:
        return
    asked: dict[str, list[str]] = {id_: [] for id_ in themes}
    sorted_ideas = select(Idea.theme_id, Idea.who).where(
        Idea.session_id == session_id, Idea.status != "hidden", col(Idea.theme_id).in_(themes)
    )
    for theme_id, who in db.exec(sorted_ideas):
        asked[str(theme_id)].append(who)
    for id_, whos in asked.items():
        themes[id_].who = proposed_who(whos)
        db.add(themes[id_])
    db.flush()
