"""What of a session is public now: the frozen release, less the questions that are hidden again. Every view of numbers starts here."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.core.language import say
from app.core.parties import Party, party_of
from app.core.published import Published, Row, published_from_json, without
from app.core.questions import LADDER_QUESTIONS, Status
from app.core.scales import SIDES, Side, Template
from app.core.sentences import short_name
from app.core.session_templates import told_group, told_template
from app.store import lists, queries
from app.store.released import published_so_far
from app.store.tables import Idea, LiveSession, Release, SessionQuestion


@dataclass(frozen=True, slots=True)
class Public:
    """Everything public about a session, with the names that sentences need. ``published`` is None before any reveal.

    ``earlier``: (round, what was public at its end) for rounds before the newest of some question. ``guessed``: the
    answers that the guesses of the mirror were about; None while either is not shown.
    """

    session: LiveSession
    template: Template
    questions: dict[str, SessionQuestion]
    group_names: dict[str, str]
    published: Published | None
    kept: bool
    earlier: tuple[tuple[int, Published], ...] = ()
    guessed: Published | None = None

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
        template=told_template(queries.session_template(session)),
        questions=queries.questions(db, session.id),
        releases=queries.releases(db, session.id),
        so_far=published_so_far(db, session.id),
        group_names={group.id: told_group(group.name, group.side) for group in queries.groups(db, session.id)},
    )


def public_of_each(db: Session, sessions: Sequence[LiveSession]) -> dict[str, Public]:
    """The same for many sessions by id; those of which nothing was ever shown are left out. As many queries for one as for all."""
    releases = lists.releases(db, [session.id for session in sessions])
    ids = list(releases)
    questions, group_names = queries.questions_of_each(db, ids), lists.group_names(db, ids)
    templates = lists.templates(db, ids)
    return {
        session.id: public_of(
            session,
            template=templates[session.id],
            questions=questions[session.id],
            releases=releases[session.id],
            so_far=[published_from_json(one.content) for one in releases[session.id]],
            group_names=group_names[session.id],
        )
        for session in sessions
        if session.id in releases
    }


def public_of(
    session: LiveSession,
    *,
    template: Template,
    questions: dict[str, SessionQuestion],
    releases: Sequence[Release],
    so_far: Sequence[Published],
    group_names: dict[str, str],
) -> Public:
    """The same from what was looked up already: ``so_far`` is what the ``releases`` hold."""
    so_far = [_shown(content, questions) for content in so_far]
    now = so_far[-1] if so_far else None
    for key in LADDER_QUESTIONS:
        if now is not None and key in now.questions and questions[key].status != Status.REVEALED:
            now = without(now, key)  # asked again, and its answers are not out
    return Public(
        session,
        template,
        questions,
        group_names,
        published=now if now is not None and now.questions else None,
        kept=bool(releases) and (releases[-1].kept or _is_older(now, questions)),
        earlier=tuple(
            (stored.round, content)
            for stored, content in zip(releases, so_far, strict=True)
            if any(content.round_of(key) < questions[key].round for key in content.questions)
        ),
        guessed=next((content for content in reversed(so_far) if holds_guesses(content)), None),
    )


@dataclass(frozen=True, slots=True)
class SilentGroup:
    """A group that was expected and gave no answer."""

    id: str
    name: str
    side: Side


def silent_groups(known: Public) -> list[SilentGroup]:
    """Groups of shown sides that answered none of the revealed questions; METHOD 8.1 names them. Customer's first."""
    if known.published is None:
        return []
    silent = {id_: side for side in SIDES for id_ in known.published.no_answers(side)}
    groups = [(id_, name) for id_, name in known.group_names.items() if id_ in silent]
    return sorted((SilentGroup(id_, name, silent[id_]) for id_, name in groups), key=lambda one: SIDES.index(one.side))


def _shown(published: Published, questions: dict[str, SessionQuestion]) -> Published:
    """What was public, less what is hidden again. The newest round's status says so; earlier rounds stay as shown."""
    for key in published.questions:
        if published.round_of(key) == questions[key].round and questions[key].status != Status.REVEALED:
            published = without(published, key)
    return published


def _is_older(published: Published | None, questions: dict[str, SessionQuestion]) -> bool:
    """Whether a shown picture is of an earlier round than its question."""
    return published is not None and any(published.round_of(key) < questions[key].round for key in published.questions)


def holds_guesses(published: Published) -> bool:
    """Whether guesses stand beside the answers that they were about."""
    asked = published.questions >= {"current", "mirror"}
    return asked and published.round_of("current") == published.round_of("mirror")


def idea_label(idea: Idea, *, writers: dict[str, int], k: int, names: dict[Side, str], groups: dict[str, str]) -> str:
    """Where an idea comes from, as far as METHOD 8.4 allows: its group, its side, or nothing.

    writers: people who wrote something, by group id and by side (`queries.writers`).
    """
    enough = max(k, 3)
    side: Side = "customer" if idea.side == "customer" else "supplier"
    if idea.group_id and writers.get(idea.group_id, 0) >= enough:
        return say("from {company}, {group}", company=names[side], group=groups.get(idea.group_id, ""))
    if writers.get(side, 0) >= enough:
        return say("from {company}", company=names[side])
    return ""


def who_headings(names: dict[Side, str]) -> tuple[tuple[str, str], ...]:
    """The columns of ideas and their headings, the supplier's first."""
    return (
        ("supplier", say("{company} would change", company=names["supplier"])),
        ("both", say("Both would change")),
        ("customer", say("{company} would change", company=names["customer"])),
    )
