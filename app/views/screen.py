"""What the big screen shows now."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal, cast

from sqlmodel import Session

from app.core import words
from app.core.questions import LADDER_QUESTIONS, Status
from app.core.scales import SIDES, Side
from app.core.sentences import short_name
from app.store import queries, tallies
from app.store.tables import LiveSession, SessionQuestion
from app.views.discussions import discussion_scene
from app.views.last_time import last_time, promises_scene
from app.views.links import join_host, join_url, qr_path
from app.views.mirror import mirror_scene
from app.views.now import current_question
from app.views.pictures import Picture, picture
from app.views.plan_scene import plan_scene
from app.views.public import Public, idea_label, public, who_headings
from app.views.rounds import again_scene
from app.views.scenes import MAKERS, chosen_scene
from app.views.support import backers, backers_words

MAKERS["mirror"] = mirror_scene
MAKERS["again"] = again_scene

Scene = Literal["lobby", "collect", "held", "reveal", "ideas", "prompt", "ended"]
"""The scenes that follow from the question; what else the facilitator may show is in `scenes.py`."""
Layer = Literal["headline", "people", "groups"]

MAKERS["plan"] = plan_scene
MAKERS["promised"] = promises_scene
MAKERS["discussion"] = discussion_scene


@dataclass(frozen=True, slots=True)
class SideCount:
    """How many of one side are in and have answered the question that is on now."""

    side: Side
    name: str
    joined: int
    answered: int


@dataclass(frozen=True, slots=True)
class ShownIdea:
    """An idea that the facilitator has read and shown. ``from_words`` is "" or the label METHOD 8.4 allows.

    ``support`` says how many of each side support it, once that is revealed.
    """

    id: str
    text: str
    from_words: str
    support: str = ""


@dataclass(frozen=True, slots=True)
class IdeaColumn:
    """Shown ideas by who would have to change. ``who``: supplier, both or customer."""

    who: str
    heading: str
    ideas: tuple[ShownIdea, ...]


@dataclass(frozen=True, slots=True)
class ScreenView:
    """The whole stage. ``scene`` decides which fragment is drawn; ``chosen`` is what it draws where the facilitator chose it.

    ``headings``: scene's question in the big screen's words. ``blurbs`` are the steps' one-liners, low to high, each
    broken into lines. ``results`` is only there in scene reveal. ``layer`` and ``compare`` are the facilitator's choice.
    ``asked`` are the themes that readiness asks for.
    """

    session_id: str
    version: int
    scene: str
    dark: bool
    title: str
    customer: str
    supplier: str
    join_host: str
    code: str
    qr_svg_path: str
    qr_size: int
    names_asked: bool
    heading: str
    sub: str
    sides: tuple[SideCount, ...]
    steps: tuple[str, ...]
    blurbs: tuple[tuple[str, ...], ...]
    pictures: tuple[Picture, ...]
    layer: Layer
    compare: bool
    columns: tuple[IdeaColumn, ...]
    closes_at: str
    asked: tuple[str, ...] = ()
    chosen: Any = None

    @property
    def answered(self) -> str:
        """How many of each side answered, for scripts: "customer:4 supplier:2"."""
        return " ".join(f"{side.side}:{side.answered}" for side in self.sides)

    def counted(self, answered: Mapping[Side, int]) -> "ScreenView":
        """The same with so many answers of each side."""
        return replace(self, sides=tuple(replace(side, answered=answered[side.side]) for side in self.sides))


STAGE: dict[str, Any] = {
    "layer": "groups",
    "compare": True,
    "last_time": False,
    "dark": False,
    "prompt": None,
    "scene": None,
    "support": False,
}
"""What a big screen shows before the facilitator chose anything."""


def screen_view(db: Session, *, session: LiveSession) -> ScreenView:
    """The big screen now."""
    questions = queries.questions(db, session.id)
    question = current_question(session, questions)
    stage = STAGE | session.stage
    asks_ideas = question is not None and question.key == "change"
    chosen = chosen_scene(db, session)
    own = scene_of(session, question, any_idea=asks_ideas and bool(queries.ideas(db, session.id, status="shown")))
    scene = chosen.kind if chosen is not None else own
    path, size = qr_path(join_url(session))
    heading, sub = (chosen.heading, chosen.sub) if chosen is not None else _heading(own, question, stage)
    known = public(db, session=session) if scene in {"reveal", "ideas"} else None
    template = queries.session_template(session)
    collecting = scene == "collect" and question is not None
    steps = template.dimensions[0].steps if collecting and len(template.dimensions) == 1 else ()
    return ScreenView(
        session_id=session.id,
        version=0,
        scene=scene,
        dark=bool(stage["dark"]),
        title=session.title,
        customer=session.customer,
        supplier=session.supplier,
        join_host=join_host(),
        code=session.code,
        qr_svg_path=path,
        qr_size=size,
        names_asked=session.attribution == "named",
        heading=heading,
        sub=sub,
        sides=side_counts(db, session=session, question=question),
        steps=tuple(step.label for step in steps) if question and question.key in LADDER_QUESTIONS else (),
        blurbs=_blurbs(tuple(step.customer_says for step in steps)),
        pictures=_shown_pictures(db, known, stage) if known is not None and scene == "reveal" else (),
        layer=stage["layer"],
        compare=bool(stage["compare"]),
        columns=idea_columns(db, known) if known is not None and scene == "ideas" else (),
        closes_at=iso(question.closes_at) if question and question.closes_at and scene == "collect" else "",
        asked=tuple(theme.name for theme in tallies.shown_themes(db, session.id))
        if collecting and question is not None and question.key == "readiness"
        else (),
        chosen=chosen.content if chosen is not None else None,
    )


def scene_of(session: LiveSession, question: SessionQuestion | None, *, any_idea: bool) -> Scene:
    """Which scene is on: what the facilitator chose, as far as its question's status allows.

    any_idea: whether an idea is shown to the room already.
    """
    if isinstance(session.stage.get("prompt"), int):
        return "prompt"
    if question is None:
        return "ended" if session.status == "closed" else "lobby"
    if question.key == "change":
        return "ideas" if question.status != Status.OPEN or any_idea else "collect"
    if question.status == Status.REVEALED:
        return "held" if question.key == "readiness" else "reveal"  # the facilitator reads readiness first
    if session.status == "closed":
        return "ended"
    return "collect" if question.status == Status.OPEN else "held"


def side_counts(db: Session, *, session: LiveSession, question: SessionQuestion | None) -> tuple[SideCount, ...]:
    """Per side how many are in, and how many answered the question."""
    joined = queries.joined(db, session.id)
    answered = queries.answered(db, session.id)[question.key] if question is not None else {}
    names = {"customer": session.customer, "supplier": session.supplier}
    return tuple(SideCount(side, short_name(names[side]), joined[side], answered.get(side, 0)) for side in SIDES)


def pictures_of(known: Public) -> tuple[Picture, ...]:
    """The picture of every dimension."""
    found = (picture(known, dimension) for dimension in known.template.dimensions)
    return tuple(one for one in found if one is not None)


def _shown_pictures(db: Session, known: Public, stage: dict[str, Any]) -> tuple[Picture, ...]:
    """The pictures, with where everybody stood last time where the facilitator wants it."""
    pictures = pictures_of(known)
    found = last_time(db, known, pictures) if stage["last_time"] else None
    return found.pictures if found is not None else pictures


def idea_columns(db: Session, known: Public) -> tuple[IdeaColumn, ...]:
    """Shown ideas by who would have to change."""
    ideas = queries.ideas(db, known.session.id, status="shown")
    writers = queries.writers(db, known.session.id)
    supports = backers(db, known.session)
    k = known.session.smallest_group
    return tuple(
        IdeaColumn(
            who,
            heading,
            tuple(
                ShownIdea(
                    idea.id,
                    idea.text,
                    idea_label(idea, writers=writers, k=k, names=known.names, groups=known.group_names),
                    backers_words(supports.get(idea.id), known.names),
                )
                for idea in ideas
                if idea.who == who
            ),
        )
        for who, heading in who_headings(known.names)
    )


def _heading(scene: Scene, question: SessionQuestion | None, stage: dict[str, Any]) -> tuple[str, str]:
    key = question.key if question is not None else "current"
    match scene:
        case "prompt":
            text, _ = words.ROOM_PROMPTS[cast("int", stage["prompt"]) % len(words.ROOM_PROMPTS)]
            return text, "Talk to the person next to you. Then we share."
        case "lobby":
            return "How do we work together?", ""
        case "ended":
            return "Thank you", "The session is closed."
        case "held":
            ladder = key in LADDER_QUESTIONS
            return "Voting is closed", "The result comes next." if ladder else ""
        case "ideas":
            return words.SCREEN_HEADINGS["change"], words.SUPPORT_SUB if stage.get("support") else ""
        case _:
            return words.SCREEN_HEADINGS[key], words.SCREEN_SUBS[key]


@lru_cache(maxsize=256)
def _blurbs(texts: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The steps' lines, each broken to the width of its column."""
    width = max(12, round(110 / max(1, len(texts))))
    return tuple(tuple(textwrap.wrap(text, width)) for text in texts)


def iso(moment: int) -> str:
    """A moment (milliseconds since 1970) as ISO 8601 in UTC, as browsers read it."""
    return datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="milliseconds")
