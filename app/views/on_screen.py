"""What the big screen draws of themes."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.store import queries
from app.store.tables import LiveSession
from app.views.public import idea_label, who_headings
from app.views.themes import company_names, shown_themes


@dataclass(frozen=True, slots=True)
class ScreenTheme:
    """A theme. ``backers`` is who supports it, by side, where that is public; ``ideas`` is how many are shown in it."""

    name: str
    ideas: int
    backers: Any = None


@dataclass(frozen=True, slots=True)
class ScreenIdea:
    """A shown idea outside every theme. ``from_words`` is "" or the label METHOD 8.4 allows."""

    text: str
    from_words: str


@dataclass(frozen=True, slots=True)
class ThemeColumn:
    """Themes and ideas by who would have to change: supplier, both or customer. ``more``: how many are left out."""

    who: str
    heading: str
    themes: tuple[ScreenTheme, ...]
    ideas: tuple[ScreenIdea, ...]
    more: int


COLUMN_AT_MOST = 12
"""More lines than fit a column at any size."""


def themes_on_screen(db: Session, *, session: LiveSession) -> tuple[ThemeColumn, ...]:
    """The columns, the supplier's first."""
    themes, ideas = shown_themes(db, session.id)
    names = company_names(session)
    writers = queries.writers(db, session.id)
    groups = {group.id: group.name for group in queries.groups(db, session.id)}
    k = session.smallest_group

    def column(who: str, heading: str) -> ThemeColumn:
        own = [theme for theme in themes if theme.who == who]
        alone = [idea for idea in ideas if idea.who == who]
        fit = max(0, COLUMN_AT_MOST - len(own))
        return ThemeColumn(
            who,
            heading,
            tuple(ScreenTheme(theme.name, len(theme.ideas)) for theme in own[:COLUMN_AT_MOST]),
            tuple(
                ScreenIdea(idea.text, idea_label(idea, writers=writers, k=k, names=names, groups=groups))
                for idea in alone[:fit]
            ),
            max(0, len(own) - COLUMN_AT_MOST) + max(0, len(alone) - fit),
        )

    return tuple(column(who, heading) for who, heading in who_headings(names))
