"""Scenes that the facilitator puts on the big screen beside the questions' own: each is made here and nowhere else.

``stage["scene"]`` names one, as ``kind`` or ``kind-what``. What is private has no maker, so no screen can show it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.core import words
from app.store.tables import LiveSession
from app.views.on_screen import themes_on_screen
from app.views.readiness import ready_picture


@dataclass(frozen=True, slots=True)
class ChosenScene:
    """A scene to draw. ``kind`` names its fragment ``screen/KIND.html``, which reads ``content``.

    ``name`` and ``about`` tell the facilitator, on the console, what is on.
    """

    kind: str
    heading: str
    sub: str
    name: str
    about: str
    content: Any


Maker = Callable[[Session, LiveSession, str], ChosenScene | None]
"""Makes a scene of a session; its third argument is what follows the kind. None where there is nothing to show."""


def _themes(db: Session, session: LiveSession, _what: str) -> ChosenScene | None:
    columns = themes_on_screen(db, session=session)
    if not any(column.themes or column.ideas for column in columns):
        return None
    return ChosenScene(
        kind="themes",
        heading="What would have to change to get there",
        sub=words.SUPPORT_SUB if session.stage.get("support") else "",
        name="Themes",
        about="Shown themes, and shown ideas that are in none of them.",
        content=columns,
    )


def _ready(db: Session, session: LiveSession, _what: str) -> ChosenScene | None:
    """Readiness side by side, once it is revealed."""
    picture = ready_picture(db, session)
    if picture is None:
        return None
    return ChosenScene(
        kind="ready",
        heading=picture.headline,
        sub="Each mark is one person, speaking for their own side.",
        name="Readiness",
        about="For each theme who is ready, side by side.",
        content=picture,
    )


MAKERS: dict[str, Maker] = {"themes": _themes, "ready": _ready}


def chosen_scene(db: Session, session: LiveSession) -> ChosenScene | None:
    """The scene that the facilitator chose, where there is one and it can be shown."""
    kind, _, what = str(session.stage.get("scene") or "").partition("-")
    maker = MAKERS.get(kind)
    return maker(db, session, what) if maker is not None else None
