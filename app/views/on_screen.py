"""What the big screen draws of themes."""

from dataclasses import dataclass

from sqlmodel import Session

from app.core.scales import SIDES, Side
from app.store import queries
from app.store.tables import LiveSession
from app.views.public import idea_label, who_headings
from app.views.support import backers
from app.views.themes import company_names, shown_themes

Backing = tuple[tuple[Side, str, int], ...]
"""Side, its name and how many of it support something, for each side that may be shown; nothing before the reveal."""


@dataclass(frozen=True, slots=True)
class ScreenTheme:
    """A theme. ``ideas`` is how many are shown in it."""

    name: str
    ideas: int
    backers: Backing = ()

    @property
    def people(self) -> int:
        """How many of all sides that are shown support it."""
        return sum(people for _, _, people in self.backers)


@dataclass(frozen=True, slots=True)
class ScreenIdea:
    """A shown idea outside every theme. ``from_words`` is "" or the label METHOD 8.4 allows."""

    text: str
    from_words: str
    backers: Backing = ()

    @property
    def people(self) -> int:
        """How many of all sides that are shown support it."""
        return sum(people for _, _, people in self.backers)


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
    """The columns, the supplier's first; once support is revealed the most supported stands first in each."""
    themes, ideas = shown_themes(db, session.id)
    names = company_names(session)
    writers = queries.writers(db, session.id)
    groups = {group.id: group.name for group in queries.groups(db, session.id)}
    k = session.smallest_group
    supports = backers(db, session)

    def backing(item_id: str) -> Backing:
        found = supports.get(item_id, {})
        return tuple((side, names[side], people) for side in SIDES if (people := found.get(side)) is not None)

    def column(who: str, heading: str) -> ThemeColumn:
        own = [ScreenTheme(one.name, len(one.ideas), backing(one.id)) for one in themes if one.who == who]
        alone = [
            ScreenIdea(one.text, idea_label(one, writers=writers, k=k, names=names, groups=groups), backing(one.id))
            for one in ideas
            if one.who == who
        ]
        own.sort(key=lambda one: -one.people)
        alone.sort(key=lambda one: -one.people)
        fit = max(0, COLUMN_AT_MOST - len(own))
        return ThemeColumn(
            who,
            heading,
            tuple(own[:COLUMN_AT_MOST]),
            tuple(alone[:fit]),
            max(0, len(own) - COLUMN_AT_MOST) + max(0, len(alone) - fit),
        )

    return tuple(column(who, heading) for who, heading in who_headings(names))
