"""Ideas and themes as the facilitator sorts them, and shown themes as everybody may see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.core.components import COMPONENTS
from app.core.scales import Side
from app.core.sentences import short_name
from app.core.texts import warning
from app.store import queries
from app.store.sorters import newest_step, sorters
from app.store.tables import Idea, LiveSession, Theme
from app.views.public import idea_label


@dataclass(frozen=True, slots=True)
class SortIdea:
    """An idea to sort. ``from_words`` is "" or the label METHOD 8.4 allows; ``shown``: the room may see it."""

    id: str
    text: str
    who: str
    who_words: str
    from_words: str
    shown: bool
    warning: str


@dataclass(frozen=True, slots=True)
class SortTheme:
    """A theme with its ideas, hidden ones left out. ``part`` is its component in words, "" for none.

    ``changed_by`` names whoever made the session's newest step, where it was about this theme.
    """

    id: str
    number: int
    name: str
    component: str
    part: str
    who: str
    who_words: str
    who_chosen: bool
    shown: bool
    revision: int
    changed_by: str
    ideas: tuple[SortIdea, ...]


@dataclass(frozen=True, slots=True)
class Sorting:
    """Everything to sort and sorted. ``sorters`` are the names of all who made a step, ``newest`` is (name, what was done)."""

    to_sort: tuple[SortIdea, ...]
    themes: tuple[SortTheme, ...]
    sorters: tuple[str, ...]
    newest: tuple[str, str]

    @property
    def ideas(self) -> int:
        """How many ideas there are."""
        return len(self.to_sort) + sum(len(theme.ideas) for theme in self.themes)


def sorting(db: Session, *, session: LiveSession) -> Sorting:
    """Where sorting stands."""
    names = company_names(session)
    ideas: dict[str | None, list[SortIdea]] = {}
    writers = queries.writers(db, session.id)
    groups = {group.id: group.name for group in queries.groups(db, session.id)}
    for idea in queries.ideas(db, session.id):
        if idea.status != "hidden":
            label = idea_label(idea, writers=writers, k=session.smallest_group, names=names, groups=groups)
            ideas.setdefault(idea.theme_id, []).append(_sort_idea(idea, label, names))
    newest, by = newest_step(db, session.id) or (None, "")
    touched = {one[0] for one in newest.themes} | {move[2] for move in newest.moves} if newest else set()
    return Sorting(
        to_sort=tuple(ideas.get(None, ())),
        themes=tuple(
            _sort_theme(theme, tuple(ideas.get(theme.id, ())), names, by if theme.id in touched else "")
            for theme in queries.themes(db, session.id)
        ),
        sorters=tuple(sorters(db, session.id)),
        newest=(by, newest.said if newest else ""),
    )


def _sort_idea(idea: Idea, label: str, names: dict[Side, str]) -> SortIdea:
    words = "Both change" if idea.who == "both" else f"{_company(idea.who, names)} changes"
    return SortIdea(idea.id, idea.text, idea.who, words, label, idea.status == "shown", warning(idea.text))


def _sort_theme(theme: Theme, ideas: tuple[SortIdea, ...], names: dict[Side, str], changed_by: str) -> SortTheme:
    return SortTheme(
        id=theme.id,
        number=theme.position,
        name=theme.name,
        component=theme.component,
        part=COMPONENTS.get(theme.component, ""),
        who=theme.who,
        who_words="Both" if theme.who == "both" else _company(theme.who, names),
        who_chosen=theme.who_chosen,
        shown=theme.shown,
        revision=theme.revision,
        changed_by=changed_by,
        ideas=ideas,
    )


def company_names(session: LiveSession) -> dict[Side, str]:
    """The companies' short names."""
    return {"customer": short_name(session.customer), "supplier": short_name(session.supplier)}


def _company(who: str, names: dict[Side, str]) -> str:
    return names["customer" if who == "customer" else "supplier"]


def theme_json(theme: Theme, idea_ids: Iterable[str]) -> dict[str, Any]:
    """A theme as the facilitator's script sees it."""
    return {
        "id": theme.id,
        "name": theme.name,
        "component": theme.component or None,
        "who": theme.who,
        "who_chosen": theme.who_chosen,
        "shown": theme.shown,
        "number": theme.position,
        "revision": theme.revision,
        "idea_ids": list(idea_ids),
    }


@dataclass(frozen=True, slots=True)
class ShownTheme:
    """A theme that everybody may see, with those of its ideas that everybody may see."""

    id: str
    name: str
    component: str
    who: str
    ideas: tuple[Idea, ...]


def shown_themes(db: Session, session_id: str) -> tuple[tuple[ShownTheme, ...], tuple[Idea, ...]]:
    """Shown themes in the order of their numbers, and the shown ideas that are in none of them."""
    ideas = queries.ideas(db, session_id, status="shown")
    themes = tuple(
        ShownTheme(
            theme.id,
            theme.name,
            theme.component,
            theme.who,
            tuple(idea for idea in ideas if idea.theme_id == theme.id),
        )
        for theme in queries.themes(db, session_id)
        if theme.shown
    )
    inside = {theme.id for theme in themes}
    return themes, tuple(idea for idea in ideas if idea.theme_id not in inside)
