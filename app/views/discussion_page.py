"""The facilitator's page of the nine discussions: the seven shared panels and the two private ones, with the team's notes."""

from dataclasses import dataclass, replace
from typing import Literal

from sqlmodel import Session

from app.store import queries
from app.store.tables import LiveSession
from app.views.agenda import AgendaItem, agenda, standing
from app.views.discussions import Panel, panels
from app.views.news import discussions_news
from app.views.public import public
from app.views.team import Kept, PrivatePanel, kept_on, private_panels

State = Literal["kept", "error", "conflict"]


@dataclass(frozen=True, slots=True)
class Line:
    """One discussion on the page. ``panel`` is there for shared ones, ``private`` for 8 and 9.

    typed: what the notes field holds, kept where it could not be stored. revision: the one that the next save is held against.
    """

    kept: Kept
    typed: str
    revision: int
    panel: Panel | None = None
    private: PrivatePanel | None = None
    on_screen: bool = False
    open: bool = False
    state: State = "kept"
    error: str = ""


@dataclass(frozen=True, slots=True)
class DiscussionsView:
    """The whole page. ``done`` of nine are done. ``news``: the mark by which the page hears of changes."""

    session: LiveSession
    agenda: tuple[AgendaItem, ...]
    shared: tuple[Line, ...]
    private: tuple[Line, ...]
    done: int
    news: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Notes that could not be stored: what was typed, against which revision, and why."""

    number: int
    typed: str
    revision: int
    state: State
    error: str


def discussions_view(
    db: Session, *, session: LiveSession, open_number: int | None = None, refused: Refused | None = None
) -> DiscussionsView:
    """The page now. open_number: the discussion that stands open; the first that is not done where None."""
    kept = kept_on(db, session.id)
    open_number = open_number or next((number for number, one in kept.items() if not one.done), None)
    scene = session.stage.get("scene")
    known = public(db, session=session)
    shared = [
        Line(
            kept[panel.number],
            kept[panel.number].notes,
            kept[panel.number].revision,
            panel=panel,
            on_screen=scene == f"discussion-{panel.number}",
            open=panel.number == open_number,
        )
        for panel in panels(db, known, unread=True)
    ]
    private = [
        Line(one.kept, one.kept.notes, one.kept.revision, private=one, open=one.number == open_number)
        for one in private_panels(db, session)
    ]
    return DiscussionsView(
        session,
        agenda(standing(session, queries.questions(db, session.id))),
        tuple(with_refusal(line, refused) for line in shared),
        tuple(with_refusal(line, refused) for line in private),
        sum(one.done for one in kept.values()),
        discussions_news(db, session),
    )


def with_refusal(line: Line, refused: Refused | None) -> Line:
    """The line with what was typed and why it was not stored, where it is this one."""
    if refused is None or refused.number != line.kept.number:
        return line
    return replace(
        line, typed=refused.typed, revision=refused.revision, state=refused.state, error=refused.error, open=True
    )


def notes_line(db: Session, *, session_id: str, number: int, refused: Refused | None = None) -> Line:
    """Where the notes of one discussion stand, for the part of the page that changes as one types."""
    kept = kept_on(db, session_id)[number]
    return with_refusal(Line(kept, kept.notes, kept.revision), refused)
