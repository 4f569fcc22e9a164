"""The seven shared discussions as panels, for every reader: question, evidence, one thing to do. Nothing of the account team's is here."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.core.discussions import BY_NUMBER, SHARED, Discussion, named, shared_number
from app.core.language import say, to_say
from app.store import queries
from app.store.tables import LiveSession
from app.views.evidence import Evidence, evidence, evidence_json
from app.views.public import Public, public
from app.views.scenes import ChosenScene

NOT_READ = to_say("Not shared yet.")


@dataclass(frozen=True, slots=True)
class Panel:
    """One shared discussion. ``read`` is False while the facilitator still has to read it before others see it."""

    number: int
    heading: str
    evidence: Evidence
    host: str
    ask_next: str
    task: str
    read_first: bool
    read: bool


def panels(db: Session, known: Public, *, unread: bool) -> tuple[Panel, ...]:
    """The seven panels. unread: for the facilitator, with what still has to be read; else that is left out."""
    read = queries.discussions_read(db, known.session.id)
    return tuple(_panel(db, known, one, read, unread=unread) for one in SHARED)


def _panel(db: Session, known: Public, one: Discussion, read: frozenset[int], *, unread: bool) -> Panel:
    is_read = not one.read_first or one.number in read
    return Panel(
        number=one.number,
        heading=named(one.heading, known.names),
        evidence=evidence(db, known, one.number) if is_read or unread else Evidence(say(NOT_READ), there=False),
        host=say(one.host),
        ask_next=say(one.ask_next),
        task=named(one.task, known.names),
        read_first=one.read_first,
        read=is_read,
    )


def discussion_scene(db: Session, session: LiveSession, what: str) -> ChosenScene | None:
    """The scene ``discussion-1`` to ``discussion-7``: None for any other, for one not read yet, and while there is nothing to show."""
    number = shared_number(what)
    if number is None:
        return None
    known = public(db, session=session)
    panel = _panel(db, known, BY_NUMBER[number], queries.discussions_read(db, session.id), unread=False)
    if not panel.evidence.there:
        return None
    return ChosenScene(
        kind="discussion",
        heading=panel.heading,
        sub="",
        name=panel.heading,
        about=f"Discussion {number} of {len(SHARED)}: the question, its evidence, one thing to do.",
        content=panel,
    )


def panel_json(panel: Panel) -> dict[str, Any]:
    """A shared discussion as data."""
    return {
        "number": panel.number,
        "question": panel.heading,
        "audience": "facilitator first" if panel.read_first else "shared",
        "ask_next": panel.ask_next,
        "task": panel.task,
        "evidence": evidence_json(panel.evidence),
    }


def shared_discussions_json(db: Session, session: LiveSession) -> list[dict[str, Any]]:
    """The seven shared discussions as the customer's cut has them: no notes, and nothing that was not read yet."""
    return [panel_json(panel) for panel in panels(db, public(db, session=session), unread=False)]
