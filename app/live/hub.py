"""Which sockets of this process watch which session, and when to look at it again. It holds no results: looking goes to the database."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from sqlmodel import Session

from app import gauges
from app.core.rights import ROLES
from app.live.limits import PhoneLimits, TurnedAway
from app.live.looker import BEAT_S, Looker
from app.live.mailbox import Mailbox
from app.store import callers, queries
from app.store.callers import Member
from app.store.database import Database
from app.store.ids import now_ms
from app.views.entry import Entry
from app.views.faces import PhoneFrames, ScreenSeen
from app.views.glance import SHARED_FACES, Glance, Wish, glances

log = logging.getLogger("stairstep.live")

SWEEP_S = 2.0
TOLD_WITHIN_S = 0.5
"""A nudge that is later than this after a sweep has seen its version counts as lost."""
MISSED_FOR_S = 10.0
"""A bus that has gone quiet is noticed well within this."""
SOCKETS_AT_MOST = 4
SIGNED_OUT, NOT_ALLOWED, DELETED, REPLACED = 4401, 4403, 4404, 4409
LIMITS_KEPT = 100_000
PHONES, PUSHED_TO_PHONES = gauges.sockets.labels("phone"), gauges.pushes.labels("phone")


@dataclass(slots=True)
class Seat:
    """A participant who is connected, with up to four sockets, the oldest first."""

    participant_id: str
    limits: PhoneLimits
    boxes: list[Mailbox] = field(default_factory=list)


@dataclass(slots=True)
class Room:
    """Everything here that watches one session."""

    session_id: str
    seats: dict[str, Seat] = field(default_factory=dict)
    faces: dict[str, set[Mailbox]] = field(default_factory=lambda: {face: set() for face in SHARED_FACES})
    phones: PhoneFrames = field(default_factory=PhoneFrames)
    screen: ScreenSeen | None = None
    version: int = 0
    wanted: int = 0
    told: int = 0
    looked_at: float = 0.0
    let_in_at: float = 0.0
    moved_at: float = 0.0
    shown_again_at: float = 0.0
    newcomers: set[Mailbox] = field(default_factory=set)
    restless: set[str] = field(default_factory=set)

    @property
    def is_behind(self) -> bool:
        """Whether somebody here is to be shown something new."""
        return self.wanted > self.version or self.has_newcomers

    @property
    def has_newcomers(self) -> bool:
        """Whether somebody here waits for a first view, or for what is their own."""
        return bool(self.newcomers) or bool(self.restless)

    @property
    def empty(self) -> bool:
        """Whether nobody watches any more."""
        return not self.seats and not any(self.faces.values())


class Hub:
    """All rooms of this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rooms: dict[str, Room] = {}
        self._looker = Looker(self._look_at)
        self._limits: OrderedDict[str, PhoneLimits] = OrderedDict()
        self.turned_away = TurnedAway()
        self._members: dict[Mailbox, Member] = {}
        self.hears_others = False
        """Set by a bus that other processes speak on."""
        self.missed_some = False
        """Set by the bus when it may not have heard what other processes said."""
        self.tell_others: Callable[[str, str], None] = lambda _session_id, _participant_id: None

    def limits_of(self, participant_id: str) -> PhoneLimits:
        """What this participant may still send, over all of its sockets and posts."""
        limits = self._limits.get(participant_id)
        if limits is None:
            limits = self._limits[participant_id] = PhoneLimits()
            if len(self._limits) > LIMITS_KEPT:
                self._limits.popitem(last=False)
        return limits

    def nudge(self, versions: dict[str, int]) -> None:
        """Say that these sessions are at these versions now; whoever watches them is shown them."""
        for session_id, version in versions.items():
            room = self._rooms.get(session_id)
            if room is not None:
                room.told = max(room.told, version)
                self._want(room, version)

    def _want(self, room: Room, version: int) -> None:
        if version > room.wanted:
            room.moved_at = time.monotonic()
        room.wanted = max(room.wanted, version)
        if room.is_behind:
            self._looker.want(room)

    def phones_of(self, session_id: str) -> PhoneFrames:
        """The views that phones of this session are known to show."""
        room = self._rooms.get(session_id)
        return room.phones if room else PhoneFrames()

    def join_phone(self, session_id: str, entry: Entry, box: Mailbox) -> Seat:
        """Register a phone's socket; its first view goes out or follows. Beyond four sockets the oldest is closed."""
        room, participant_id = self._room(session_id), entry.participant_id
        if not room.seats:
            room.told = max(room.told, entry.version)
        seat = room.seats.get(participant_id)
        if seat is None:
            seat = room.seats[participant_id] = Seat(participant_id, self.limits_of(participant_id))
        seat.boxes.append(box)
        PHONES.inc()
        if len(seat.boxes) > SOCKETS_AT_MOST:
            seat.boxes.pop(0).close(REPLACED)
        self._looker.heard_a_phone()
        if not self._show_first(room, entry, box):
            room.restless.add(participant_id)
            self._looker.want(room)
        return seat

    @staticmethod
    def _show_first(room: Room, entry: Entry, box: Mailbox) -> bool:
        """Show a phone that comes in what was seen at the door, unless something has happened since or the view is not known."""
        frame = room.phones.frames.get(entry.place)
        news = room.wanted > entry.version or entry.participant_id in room.restless
        if frame is None or entry.mine is None or news or room.phones.version != entry.phone_version:
            return False
        box.show(frame.after, replace(frame, version=entry.version).with_mine(entry.mine))
        PUSHED_TO_PHONES.inc()
        return True

    def leave_phone(self, session_id: str, participant_id: str, box: Mailbox) -> None:
        """Forget a phone's socket."""
        PHONES.dec()
        room = self._rooms.get(session_id)
        seat = room.seats.get(participant_id) if room else None
        if room is None or seat is None:
            return
        if box in seat.boxes:
            seat.boxes.remove(box)
        if not seat.boxes:
            del room.seats[participant_id]
        self._forget_if_empty(room)

    def join_face(self, session_id: str, face: str, box: Mailbox, member: Member | None) -> None:
        """Register a screen, console or board; its first view follows. ``member`` is who opened it, None for a screen's key."""
        room = self._room(session_id)
        if member is not None:
            self._members[box] = member
        room.faces[face].add(box)
        gauges.sockets.labels(_display(face)).inc()
        room.newcomers.add(box)
        self._looker.want(room)

    def leave_face(self, session_id: str, face: str, box: Mailbox) -> None:
        """Forget a screen, console or board."""
        self._members.pop(box, None)
        gauges.sockets.labels(_display(face)).dec()
        room = self._rooms.get(session_id)
        if room is not None:
            room.faces[face].discard(box)
            room.newcomers.discard(box)
            self._forget_if_empty(room)

    def said(self, session_id: str, participant_id: str, *, but: Mailbox | None = None) -> None:
        """A participant said something: show it to that participant's other sockets, here and in other processes."""
        self._looker.heard_a_phone()
        self.show_again(session_id, participant_id, but=but)
        self.tell_others(session_id, participant_id)

    def said_elsewhere(self, session_id: str, participant_id: str, times: int) -> None:
        """Another process took so many messages of this participant: they count for the rate here too, and are shown."""
        limits = self._limits.get(participant_id)
        if limits is not None:
            limits.said_elsewhere(times)
        self.show_again(session_id, participant_id)

    def wrote_elsewhere(self, participant_id: str, times: int) -> None:
        """Another process took so many texts of this participant: they count here too, also before anything is said here."""
        self.limits_of(participant_id).wrote_elsewhere(times)

    def show_again(self, session_id: str, participant_id: str, *, but: Mailbox | None = None) -> None:
        """Show a participant's other sockets here what this participant just said elsewhere."""
        room = self._rooms.get(session_id)
        seat = room.seats.get(participant_id) if room else None
        if room is None or seat is None or seat.boxes == [but]:
            return
        for box in seat.boxes:
            if box is not but:
                box.shown = None
        room.restless.add(participant_id)
        self._looker.want(room)

    def show_consoles_again(self) -> None:
        """Show every console here what it shows now: something of the whole server has changed."""
        for room in self._rooms.values():
            room.newcomers |= room.faces["console"] | room.faces["console-parts"]
            if room.is_behind:
                self._looker.want(room)

    def connected(self, session_id: str) -> frozenset[str]:
        """The participants of the session with a socket here."""
        room = self._rooms.get(session_id)
        return frozenset(room.seats) if room else frozenset()

    @property
    def sockets(self) -> int:
        """How many sockets are open."""
        return sum(
            sum(len(seat.boxes) for seat in room.seats.values()) + sum(map(len, room.faces.values()))
            for room in self._rooms.values()
        )

    async def recheck(self, *, now: int) -> None:
        """Close screens, consoles and boards whose member signed out, ran out or lost the right to be here."""
        watching = dict(self._members)
        if not watching:
            return
        gone = await self._database.read(_who_is_gone, members=set(watching.values()), now=now)
        for box, member in watching.items():
            if member in gone:
                box.close(gone[member])

    async def look_after(self) -> None:
        """Compare versions with the database, which heals nudges that were lost, and see who may still be here."""
        await self.sweep()
        await self.recheck(now=now_ms())

    async def sweep(self) -> None:
        """One comparison: one query for all watched sessions. Sockets of a deleted session are closed."""
        watched = list(self._rooms)
        if not watched:
            return
        found = await self._database.read(queries.versions, session_ids=watched)
        lags, untold = [0], {}
        for session_id in watched:
            if session_id not in found:
                self._close_room(session_id)
            elif (room := self._rooms.get(session_id)) is not None:
                version = found[session_id][0]
                lags.append(version - room.version)
                if version > room.told:
                    untold[session_id] = version
                self._want(room, version)
        gauges.version_lag.set(max(lags))
        if untold and self.hears_others:
            asyncio.get_running_loop().call_later(TOLD_WITHIN_S, self._make_up_for, untold)
        missed, self.missed_some = self.missed_some, False
        lately = time.monotonic() - MISSED_FOR_S
        for room in list(self._rooms.values()) if missed else ():
            if room.moved_at >= max(room.shown_again_at, lately):
                self._show_everybody_again(room)

    def _make_up_for(self, untold: dict[str, int]) -> None:
        """Show everybody again where nobody has told of these versions: what was lost with the nudge may be someone's own."""
        for session_id, version in untold.items():
            room = self._rooms.get(session_id)
            if room is not None and room.told < version:
                room.told = version
                self._show_everybody_again(room)

    def _show_everybody_again(self, room: Room) -> None:
        """Show each phone what is its own: versions do not tell whose tab is behind."""
        room.shown_again_at = time.monotonic()
        for participant_id in room.seats:
            self.show_again(room.session_id, participant_id)

    def _close_room(self, session_id: str) -> None:
        room = self._rooms.get(session_id)
        if room is None:
            return
        for box in self._boxes(room):
            box.close(DELETED)

    @staticmethod
    def _boxes(room: Room) -> Iterable[Mailbox]:
        for seat in list(room.seats.values()):
            yield from list(seat.boxes)
        for boxes in room.faces.values():
            yield from list(boxes)

    def _room(self, session_id: str) -> Room:
        room = self._rooms.get(session_id)
        if room is None:
            room = self._rooms[session_id] = Room(session_id)
        return room

    def _forget_if_empty(self, room: Room) -> None:
        if room.empty and self._rooms.get(room.session_id) is room:
            del self._rooms[room.session_id]
            self._looker.forget(room)

    async def _look_at(self, rooms: list[Room]) -> None:
        """One look at these rooms, all in one snapshot: at every face where a beat has passed, else only for newcomers."""
        plans = [_Plan.of(room) for room in rooms]
        try:
            with gauges.look_seconds.time():
                seen = await self._database.read(glances, wishes=[plan.wish for plan in plans])
        except Exception:
            for plan in plans:
                plan.take_back()
            raise
        for plan, glance in zip(plans, seen, strict=True):
            if glance is None:
                plan.room.wanted = plan.room.version  # there is nothing to show any more
                self._close_room(plan.room.session_id)
            else:
                self._show(plan, glance)

    def _show(self, plan: "_Plan", glance: Glance) -> None:
        room = plan.room
        room.screen = glance.screen or room.screen
        for face, frame in glance.frames.items():
            for box in list(room.faces[face]):
                if box in plan.newcomers or box.shown != frame.after:
                    box.show(frame.after, frame.text)
                    gauges.pushes.labels(_display(face)).inc()
        if glance.phones is not None:
            changed = glance.phones.version != room.phones.version
            room.phones = glance.phones
            if glance.new_round:
                room.restless |= room.seats.keys() - set(plan.wish.seated)
            looked_at = room.seats.keys() - room.restless if changed else plan.restless  # who came meanwhile is next
            for participant_id in looked_at:
                if glance.new_round:
                    self._forget_what_is_shown(room, participant_id)
                self._show_phone(room, participant_id, glance.version, glance.personal.get(participant_id))
        if plan.for_all:
            room.version = max(room.version, glance.version)
        room.wanted = max(room.wanted, glance.version)

    @staticmethod
    def _forget_what_is_shown(room: Room, participant_id: str) -> None:
        for box in room.seats[participant_id].boxes if participant_id in room.seats else ():
            box.shown = None

    @staticmethod
    def _show_phone(room: Room, participant_id: str, version: int, mine: str | None) -> None:
        """Show a phone its group's view where that is new to it, with what is its own where that is due."""
        seat = room.seats.get(participant_id)
        if seat is None:
            return
        frame = room.phones.frame_of(participant_id)
        for box in list(seat.boxes):
            if frame is None:
                box.close(SIGNED_OUT if room.phones.sealed else NOT_ALLOWED)
            elif box.shown != frame.after:
                box.show(frame.after, replace(frame, version=version).with_mine(mine))
                PUSHED_TO_PHONES.inc()


@dataclass(frozen=True, slots=True)
class _Plan:
    """One room's part in a look, and who of its newcomers is served by it."""

    room: Room
    for_all: bool
    newcomers: set[Mailbox]
    restless: set[str]
    wish: Wish

    @classmethod
    def of(cls, room: Room) -> "_Plan":
        """The plan for the room as it is now; its newcomers are taken."""
        now = time.monotonic()
        for_all = now >= room.looked_at + BEAT_S
        if for_all:
            room.looked_at = now
        room.let_in_at = now
        newcomers, room.newcomers = room.newcomers, set()
        restless, room.restless = room.restless, set()
        faces = [face for face, boxes in room.faces.items() if (boxes if for_all else boxes & newcomers)]
        phones = room.phones if room.seats else None
        wish = Wish(room.session_id, faces, phones, frozenset(restless), tuple(room.seats), room.screen)
        return cls(room, for_all, newcomers, restless, wish)

    def take_back(self) -> None:
        """The look failed: the newcomers wait again."""
        self.room.newcomers |= self.newcomers
        self.room.restless |= self.restless


def _display(face: str) -> str:
    """What a face is counted as: a console in parts is a console."""
    return face.removesuffix("-parts")


def _who_is_gone(db: Session, *, members: set[Member], now: int) -> dict[Member, int]:
    """The members whose sign-in or token does not hold any more, or whose rights became less, with the closing code."""
    gone = {}
    for member in members:
        if member.by_cookie:
            found = callers.member_by_sign_in(db, hashed=member.secret_hash, now=now)
            known = callers.signed_in(db, hashed=member.secret_hash, now=now)
        else:
            found = callers.member_by_token(db, hashed=member.secret_hash)
            known = callers.token_exists(db, hashed=member.secret_hash)
        if found is None or not found.may(ROLES[member.role]):
            gone[member] = NOT_ALLOWED if known else SIGNED_OUT
    return gone
