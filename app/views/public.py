"""What of a session is public now: the frozen release, less the questions that are hidden again. Every view of numbers starts here."""

from dataclasses import dataclass

from sqlmodel import Session

from app.core.published import Published, Row, published_from_json, without
from app.core.questions import LADDER_QUESTIONS, Status
from app.core.scales import Side, Template
from app.core.sentences import Party, party_of, short_name
from app.store import queries
from app.store.tables import Idea, LiveSession, Release, SessionQuestion


@dataclass(frozen=True, slots=True)
class Public:
    """Everything public about a session, with the names that sentences need. ``published`` is None before any reveal."""

    session: LiveSession
    template: Template
    questions: dict[str, SessionQuestion]
    group_names: dict[str, str]
    published: Published | None
    kept: bool

    @property
    def names(self) -> dict[Side, str]:
        """The companies' short names."""
        return {"customer": short_name(self.session.customer), "supplier": short_name(self.session.supplier)}

    @property
    def revealed(self) -> frozenset[str]:
        """The ladder questions whose numbers are public now."""
        return frozenset(self.published.questions) if self.published is not None else frozenset()

    def party(self, row: Row) -> Party:
        """The row as a sentence names it."""
        return party_of(row, self.group_names)

    def row_name(self, row: Row) -> str:
        """The row's name in charts and tables."""
        return self.party(row).name


def public(db: Session, *, session: LiveSession) -> Public:
    """What may be shown of the session now."""
    return public_of(
        session,
        template=queries.session_template(session),
        questions=queries.questions(db, session.id),
        release=queries.release(db, session.id),
        group_names={group.id: group.name for group in queries.groups(db, session.id)},
    )


def public_of(
    session: LiveSession,
    *,
    template: Template,
    questions: dict[str, SessionQuestion],
    release: Release | None,
    group_names: dict[str, str],
) -> Public:
    """The same from what was looked up already."""
    published = published_from_json(release.content) if release is not None else None
    if published is not None:
        for key in LADDER_QUESTIONS:
            if key in published.questions and questions[key].status != Status.REVEALED:
                published = without(published, key)
        published = published if published.questions else None
    kept = release.kept if release is not None else False
    return Public(session, template, questions, group_names, published, kept)


def idea_label(idea: Idea, *, writers: dict[str, int], k: int, names: dict[Side, str], groups: dict[str, str]) -> str:
    """Where an idea comes from, as far as METHOD 8.4 allows: its group, its side, or nothing.

    writers: people who wrote something, by group id and by side (`queries.writers`).
    """
    enough = max(k, 3)
    side: Side = "customer" if idea.side == "customer" else "supplier"
    if idea.group_id and writers.get(idea.group_id, 0) >= enough:
        return f"from {names[side]}, {groups.get(idea.group_id, '')}"
    if writers.get(side, 0) >= enough:
        return f"from {names[side]}"
    return ""


def who_headings(names: dict[Side, str]) -> tuple[tuple[str, str], ...]:
    """The columns of ideas and their headings, the supplier's first."""
    return (
        ("supplier", f"{names['supplier']} would change"),
        ("both", "Both would change"),
        ("customer", f"{names['customer']} would change"),
    )
