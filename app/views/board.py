"""The page on which ideas are sorted into themes, as regions: one for each idea, and one for the head of each theme."""

from collections.abc import Sequence

from sqlmodel import Session

from app.core.components import COMPONENTS
from app.core.who import SIDES_WHO
from app.store.tables import LiveSession
from app.views.faces import PartsFrame
from app.views.regions import Region, draw, drawn
from app.views.render import macro
from app.views.themes import SortIdea, Sorting, SortTheme, company_names, sorting


def board_frame(db: Session, *, session: LiveSession) -> PartsFrame:
    """The board now, the same for all who sort."""
    found = sorting(db, session=session)
    state = {
        "session": session.status,
        "ideas": found.ideas,
        "to_sort": len(found.to_sort),
        "themes": len(found.themes),
        "scene": session.stage.get("scene"),
    }
    return PartsFrame(session.version, board(session, found), state)


def board(session: LiveSession, found: Sorting) -> Region:
    """The board as a tree of regions."""
    on_screen = session.stage.get("scene") == "themes"
    parts = [(key, words, sum(theme.component == key for theme in found.themes)) for key, words in _parts()]
    themes = [_card(session, theme) for theme in found.themes]
    to_sort = _lines("to-sort-list", found.to_sort)
    return draw(
        "board",
        "themes/_board.html",
        [
            draw("board-head", "themes/_head.html", found=found, session_id=session.id, on_screen=on_screen),
            draw("board-parts", "themes/_parts.html", parts=parts, all=len(found.themes)),
            draw("board-bar", "themes/_bar.html", themes=found.themes),
            draw(
                "board-lists",
                "themes/_lists.html",
                [
                    draw(
                        "to-sort",
                        "themes/_to_sort.html",
                        [draw("to-sort-head", "themes/_to_sort_head.html", found=found), to_sort],
                        session_id=session.id,
                    ),
                    draw("theme-cards", "themes/_cards.html", themes),
                ],
            ),
        ],
    )


def _parts() -> tuple[tuple[str, str], ...]:
    return (*COMPONENTS.items(), ("", "None"))


def _lines(list_id: str, ideas: Sequence[SortIdea]) -> Region:
    line = macro("themes/_idea.html", "line")
    return draw(list_id, "themes/_list.html", [drawn(f"idea-{idea.id}", line(idea)) for idea in ideas], id=list_id)


def edit_region(session: LiveSession, found: Sorting, theme_id: str) -> Region | None:
    """The fields in which a theme is named and marked; None where it is gone."""
    theme = next((one for one in found.themes if one.id == theme_id), None)
    return _edit(session, theme) if theme is not None else None


def _edit(session: LiveSession, theme: SortTheme) -> Region:
    names = {"both": "Both"} | dict(company_names(session).items())
    return draw(
        f"edit-{theme.id}",
        "themes/_edit.html",
        theme=theme,
        at=f"/sessions/{session.id}/themes/{theme.id}",
        parts=COMPONENTS.items(),
        whos=[(who, names[who]) for who in SIDES_WHO],
    )


def _card(session: LiveSession, theme: SortTheme) -> Region:
    ideas = _lines(f"ideas-{theme.id}", theme.ideas)
    return draw(
        f"theme-{theme.id}",
        "themes/_card.html",
        [
            draw(f"head-{theme.id}", "themes/_card_head.html", theme=theme),
            draw(f"open-{theme.id}", "themes/_open.html", [_edit(session, theme), ideas], id=theme.id),
        ],
        id=theme.id,
    )
