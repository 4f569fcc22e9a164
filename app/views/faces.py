"""From views to frames: what the hub puts into mailboxes, and what a fresh page shows in the same place.

A frame's ``content`` is the very fragment that the page includes.
"""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from typing import Any, Self

import orjson
from sqlalchemy import bindparam, select
from sqlmodel import Session, SQLModel

from app.core.questions import LADDER_QUESTIONS
from app.store.counts import Counts
from app.store.tables import LiveSession
from app.views import mine
from app.views.console import console_view
from app.views.console_regions import console_region
from app.views.phone import phone_state, phone_view
from app.views.regions import Region, changes
from app.views.render import macro, render
from app.views.screen import ScreenView, SideCount, screen_view
from app.views.session import console_state, screen_state


@dataclass(frozen=True, slots=True)
class Frame:
    """A view frame. Frames with equal ``after`` show the same."""

    version: int
    after: str

    @property
    def text(self) -> str:
        """The frame as it is sent."""
        return f'{{"type":"view","version":{self.version}{self.after}'

    def with_mine(self, mine_json: str | None) -> str:
        """The same with what is the participant's own in its state, where that is due."""
        if mine_json is None:
            return self.text
        return f'{{"type":"view","version":{self.version}{self.after[:-2]},"mine":{mine_json}}}}}'


def make_frame(version: int, content: str, target: str, state: dict[str, Any], *, swap: str = "outerMorph") -> Frame:
    """A frame that replaces the region ``target``; with ``swap`` none its content says itself what it replaces."""
    rest = {"content": content, "target": target, "swap": swap, "state": state}
    return Frame(version, "," + to_json(rest)[1:])


@dataclass(frozen=True, slots=True)
class PartsFrame:
    """A view frame of a page that is made of regions. A socket is sent only those that are new to it."""

    version: int
    after: Region
    state: dict[str, Any]

    @property
    def text(self) -> Self:
        """What a mailbox sends: it asks for what is new."""
        return self

    def since(self, last: "PartsFrame | None") -> str:
        """The frame for a socket that was sent ``last``; the whole page where that was nothing."""
        if last is None:
            return make_frame(self.version, self.after.html, f"#{self.after.id}", self.state).text
        target, changed = f"#{self.after.id}", changes(last.after, self.after)
        return make_frame(self.version, changed, target, self.state, swap="none").text


def to_json(value: Any) -> str:
    """Compact JSON."""
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


@dataclass(frozen=True, slots=True)
class ScreenSeen:
    """What the big screen shows, as it was seen in a look. ``settled``: as in `Counts`. ``stage`` is drawn from ``view``."""

    version: int
    settled: int
    view: ScreenView
    state: dict[str, Any]
    stage: str

    @property
    def frame(self) -> Frame:
        """The frame that shows it."""
        return make_frame(self.version, self.stage, "#stage", self.state)

    def counted(self, now: Counts) -> "ScreenSeen | None":
        """What it shows once people have voted on; None where more than counts may be new to it."""
        asked = (self.state["question"] or {}).get("key")
        if now.settled != self.settled or self.view.scene != "collect" or asked not in LADDER_QUESTIONS:
            return None
        answered = self.state["answered"] | {key: now.answered[key] for key in LADDER_QUESTIONS if key in now.answered}
        view, stage = self.view.counted(answered[asked]), self.stage
        for before, after in zip(_counts_in(self.view), _counts_in(view), strict=True):
            stage = stage.replace(before, after, 1)
        return ScreenSeen(now.version, self.settled, view, self.state | {"answered": answered}, stage)


def _counts_in(view: ScreenView) -> tuple[str, ...]:
    """The places of the stage where counts stand, as they are drawn there; nothing that people wrote looks like one."""
    return f'data-answered="{view.answered}"', *map(_answered, view.sides)


@lru_cache(maxsize=4096)
def _answered(side: SideCount) -> str:
    """Kept, as the next look replaces it."""
    return macro("screen/_answered.html", "answered")(side)


def screen_seen(db: Session, *, session: LiveSession) -> ScreenSeen:
    """What the big screen shows now."""
    view, state = screen_view(db, session=session), screen_state(db, session=session)
    settled, stage = session.version - session.ballot_versions, render("screen/_stage.html", view=view)
    return ScreenSeen(session.version, settled, view, state, stage)


def console_frame(db: Session, *, session: LiveSession) -> Frame:
    """What every console of the session shows, whole and as data."""
    content = console_region(console_view(db, session=session)).html
    return make_frame(session.version, content, "#console", console_state(db, session=session))


def console_parts_frame(db: Session, *, session: LiveSession) -> PartsFrame:
    """The same for the page itself, which needs what changed and no data."""
    region = console_region(console_view(db, session=session))
    return PartsFrame(session.version, region, {"session": session.status})


@dataclass(frozen=True, slots=True)
class PhoneFrames:
    """The phones' views of one session at one phone version: one frame for each group and place.

    ``places`` says for each participant which frame it is; somebody who is not in it may not stay:
    removed, or not tied to a phone any more. Whoever was shown a known view while coming in is in it from the next change
    on. ``asked`` says what is personal.
    """

    version: int = -1
    frames: dict[str, Frame] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    sealed: bool = False
    asked: mine.Asked = field(default_factory=mine.Asked)

    def frame_of(self, participant_id: str) -> Frame | None:
        """What this participant's phone shows; None for somebody who is not part of the session any more."""
        return self.frames.get(self.places.get(participant_id, ""))

    def in_new_round(self, since: Self) -> bool:
        """Whether a question is asked again, so that what is personal changed for all."""
        return since.asked.rounds not in ({}, self.asked.rounds)

    def with_newcomers(self, db: Session, ids: Collection[str]) -> Self | None:
        """The same views for more people; None where somebody needs a view that nobody had yet."""
        places = dict(self.places)
        for id_ in ids:
            places.pop(id_, None)
        for id_, state, side, group_id in _these(db, self.asked.session_id, ids):
            if state != "removed":
                places[id_] = place_of(state, side, group_id)
                if places[id_] not in self.frames:
                    return None
        return replace(self, places=places)

    def brought_up_to_date(self, db: Session, *, session: LiveSession, newcomers: Iterable[str]) -> "PhoneFrames":
        """The views as they are now; what did not change is kept. Newcomers are added to the places."""
        changed = self.version != session.phone_version
        places = {} if changed else dict(self.places)
        frames = {} if changed else dict(self.frames)
        for id_ in () if changed else newcomers:
            places.pop(id_, None)
        for id_, state, side, group_id in _everybody(db, session) if changed else _these(db, session.id, newcomers):
            if state != "removed":
                key = places[id_] = place_of(state, side, group_id)
                if key not in frames:
                    frames[key] = phone_frame(db, session=session, state=state, side=side, group_id=group_id)
        return PhoneFrames(session.phone_version, frames, places, session.sealed, mine.asked_in(db, session))


def place_of(state: str, side: str, group_id: str | None) -> str:
    """Which of the phones' frames somebody is shown: those of one place see the same but for what is their own."""
    return f"{state}:{group_id or side}"


# Asked whenever phones have something new, so it is built once.
_people = SQLModel.metadata.tables["participant"].c
_EVERYBODY = select(_people.id, _people.state, _people.side, _people.group_id).where(
    _people.token_hash.is_not(None), _people.session_id == bindparam("session_id")
)


def _everybody(db: Session, session: LiveSession) -> Iterable[Any]:
    return db.execute(_EVERYBODY, {"session_id": session.id})


def _these(db: Session, session_id: str, ids: Iterable[str]) -> Iterable[Any]:
    found = mine.people(db, list(ids))
    return [
        (one.id, one.state, one.side, one.group_id) for one in found if one.by_phone and one.session_id == session_id
    ]


def phone_frame(db: Session, *, session: LiveSession, state: str, side: str, group_id: str | None) -> Frame:
    """What every phone of this group shows, without anything personal."""
    view = phone_view(db, session=session, state=state, side=side, group_id=group_id)
    return make_frame(session.version, render("phone/_view.html", view=view, mine=None), "#view", phone_state(view))


def personal_parts(db: Session, *, asked: mine.Asked, participant_ids: Iterable[str]) -> dict[str, str]:
    """For each of these participants who is known, what is their own, as JSON for a phone's state."""
    found = mine.mine_of(db, asked=asked, participant_ids=participant_ids)
    return {id_: personal_part(own) for id_, own in found.items()}


def personal_part(own: mine.Mine) -> str:
    """The same of one participant."""
    return to_json(mine_state(own))


def mine_state(own: mine.Mine) -> dict[str, Any]:
    """What is a participant's own, as a phone's ``state.mine``: choices by question, then what only the page needs."""
    found: dict[str, Any] = {
        **own.choices,
        "ideas": [asdict(idea) for idea in own.ideas],
        "support": list(own.support),
        "readiness": own.readiness,
        "tap": own.tap,
        "seed": own.seed,
        "open_side": own.open_side,
    }
    if own.earlier:
        found["earlier"] = {question: asdict(said) for question, said in own.earlier.items()}
    return found
