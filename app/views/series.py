"""An account's sessions in time: each figure as its own session published it, beside the others. Nothing is worked out across sessions.

A group that a session did not show has a reason there and no number; lines are not drawn across such a gap.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.core.dissonance import FEWEST
from app.core.measures import emd_steps
from app.core.published import Cell, DimensionResult
from app.core.scales import SIDES, Dimension, Side
from app.core.sentences import Asked as Question
from app.core.sentences import flag_words, one_decimal
from app.core.series import (
    Asked,
    At,
    apart_words,
    company_notes,
    folded,
    group_notes,
    moved_words,
    same_stair,
    stair_words,
    wording_note,
)
from app.store.history import held_at
from app.store.tables import LiveSession, SessionGroup
from app.views.moments import day
from app.views.pictures import NO_ANSWERS, TOO_FEW, Row, row_of
from app.views.public import Public
from app.views.results import ASKED, told_sides

NOT_THERE = "not there"
SIDES_ONLY = "by side only"

Key = tuple[Side, str]
"""What makes a group the same in several sessions: its side, and its name as it is compared."""


@dataclass(frozen=True, slots=True)
class Held:
    """A session of which something is public, with its groups."""

    session: LiveSession
    known: Public
    groups: Sequence[SessionGroup]
    imported: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """A session on a track. ``when`` is as short as tells it apart: "May 2026", or the day; ``short`` likewise for charts.

    ``answers``: how many people stand behind each side's figures, in words. ``imported``: it was not held here.
    """

    session_id: str
    title: str
    when: str
    short: str
    day: str
    answers: tuple[str, str]
    imported: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """A side or a group at one stop.

    furthest: who sees today most differently, and by how many steps: the other side, or the furthest of the shown groups.
    """

    row: Row
    furthest: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A side or a group through all stops of its track."""

    id: str
    name: str
    side: Side
    whole: bool
    points: tuple[Point, ...]

    @property
    def shown(self) -> bool:
        """Whether there is a figure anywhere on it."""
        return any(point.row.today is not None or point.row.wanted is not None for point in self.points)


@dataclass(frozen=True, slots=True)
class Gap:
    """How far apart the sides are at one stop on one question; ``steps`` is "" where that is not told."""

    steps: str = ""
    flag: str = ""
    flag_words: str = ""


@dataclass(frozen=True, slots=True)
class Track:
    """One stair through the sessions that asked for it, oldest first. ``today`` and ``wanted``: the sides apart at each stop.

    ``title`` is what happened in one sentence; ``notes``: where the stair's words changed.
    """

    id: str
    label: str
    stair: str
    steps: tuple[str, ...]
    stops: tuple[Stop, ...]
    sides: tuple[Line, ...]
    groups: tuple[Line, ...]
    today: tuple[Gap, ...]
    wanted: tuple[Gap, ...]
    title: str
    apart: str
    notes: tuple[str, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Sides first, then groups."""
        return (*self.sides, *self.groups)

    @property
    def hides(self) -> bool:
        """Whether somebody is too few to show anywhere on it."""
        return any(point.row.why == TOO_FEW for line in self.lines for point in line.points)

    @property
    def apart_told(self) -> tuple[tuple[Stop, Gap], ...]:
        """The sessions that tell how far apart the sides see today."""
        return tuple((stop, gap) for stop, gap in zip(self.stops, self.today, strict=True) if gap.steps)


@dataclass(frozen=True, slots=True)
class Series:
    """All tracks, that of the newest session first. ``notes``: what changed of groups, companies and stairs, oldest first."""

    tracks: tuple[Track, ...]
    notes: tuple[str, ...]
    without: int

    @property
    def headline(self) -> str:
        """How far apart the sides are, on the newest stair."""
        return self.tracks[0].apart if self.tracks else ""


@dataclass(frozen=True, slots=True)
class _Leg:
    """A session on a stair."""

    held: Held
    dimension: Dimension
    result: DimensionResult


def series(
    sessions: Sequence[LiveSession],
    known: Mapping[str, Public],
    groups: Mapping[str, Sequence[SessionGroup]],
    time_zone: str,
    *,
    imported: Collection[str] = frozenset(),
) -> Series:
    """The series of these sessions of one account. ``known``: what is public of each, ``groups``: who could be asked.

    imported: those whose answers were not given here.
    """
    held = [
        Held(one, known[one.id], groups[one.id], one.id in imported)
        for one in sorted(sessions, key=held_at)
        if one.id in known and known[one.id].published is not None
    ]
    whens = _whens(held, time_zone)
    asked = [
        Asked(whens[one.session.id], tuple((_side(group), group.name) for group in one.groups), one.known.names)
        for one in held
    ]
    tracks = tuple(_track(number, legs, whens, time_zone) for number, legs in enumerate(_legs(held), 1))
    notes = (*_stair_notes(tracks), *_set_notes(held), *group_notes(asked), *company_notes(asked))
    return Series(tracks, notes, len(sessions) - len(held))


def _side(group: SessionGroup) -> Side:
    return "customer" if group.side == "customer" else "supplier"


def _whens(held: Sequence[Held], time_zone: str) -> dict[str, str]:
    """Each session's month; the day where a month would stand for two of them."""
    days = {one.session.id: day(held_at(one.session), time_zone) for one in held}
    months = {id_: " ".join(words.split()[1:]) for id_, words in days.items()}
    times = Counter(months.values())
    return {id_: months[id_] if times[months[id_]] == 1 else words for id_, words in days.items()}


def _legs(held: Sequence[Held]) -> list[list[_Leg]]:
    """The sessions of each stair, oldest first; the newest session's stairs first. Sets have no typical step and no track."""
    found: list[list[_Leg]] = []
    for one in reversed(held):
        assert one.known.published is not None
        for dimension in one.known.template.dimensions:
            if dimension.kind == "ordered":
                leg = _Leg(one, dimension, one.known.published.dimension(dimension.key))
                own = next((legs for legs in found if legs[0].held is not one and _goes_on(leg, legs[0])), None)
                if own is None:
                    found.append([leg])
                else:
                    own.insert(0, leg)
    return found


def _goes_on(leg: _Leg, later: _Leg) -> bool:
    alone = len(leg.held.known.template.dimensions) == len(later.held.known.template.dimensions) == 1
    return same_stair(leg.dimension, later.dimension, alone=alone)


def _track(number: int, legs: Sequence[_Leg], whens: Mapping[str, str], time_zone: str) -> Track:
    dimension = legs[-1].dimension
    sides = tuple(_side_line(legs, side) for side in SIDES)
    apart = {question: tuple(_gap(leg, question) for leg in legs) for question in ASKED}
    stops = tuple(_stop(leg, whens[leg.held.session.id], time_zone) for leg in legs)
    notes = (
        wording_note(before.dimension, after.dimension, whens[after.held.session.id])
        for before, after in pairwise(legs)
    )
    return Track(
        id=f"track-{number}",
        label=dimension.label,
        stair=stair_words(dimension),
        steps=tuple(step.label for step in dimension.steps),
        stops=stops,
        sides=sides,
        groups=tuple(_group_lines(legs)),
        today=apart["current"],
        wanted=apart["desired"],
        title=_title(sides, stops),
        apart=apart_words(
            [
                At(stop.when, float(gap.steps))
                for stop, gap in zip(stops, apart["current"], strict=True)
                if gap.steps and gap.flag != "too_few"
            ]
        ),
        notes=tuple(note for note in notes if note),
    )


def _title(sides: Sequence[Line], stops: Sequence[Stop]) -> str:
    for line in sides:
        found = [
            At(stop.when, point.row.today)
            for stop, point in zip(stops, line.points, strict=True)
            if point.row.today is not None
        ]
        if words := moved_words(line.name, found):
            return words
    return "Where each side stands and where it wants to be"


def _stop(leg: _Leg, when: str, time_zone: str) -> Stop:
    session = leg.held.session
    day_words = day(held_at(session), time_zone).split()
    short = [day_words[1][:3], day_words[2]] if when.split() != day_words else [day_words[0], day_words[1][:3]]
    return Stop(
        session.id,
        session.title,
        when,
        " ".join(short),
        " ".join(day_words),
        (_answers(leg, "customer"), _answers(leg, "supplier")),
        leg.held.imported,
    )


def _answers(leg: _Leg, side: Side) -> str:
    """How many people stand behind a side's figures, or why there are none."""
    row = row_of(side, "", side, leg.result.sides[side], whole=True)
    return {TOO_FEW: "too few", NO_ANSWERS: "no answers"}.get(row.why, str(row.n))


def _side_line(legs: Sequence[_Leg], side: Side) -> Line:
    name = legs[-1].held.known.names[side]
    other: Side = "supplier" if side == "customer" else "customer"

    def point(leg: _Leg) -> Point:
        gap = _gap(leg, "current")
        furthest = f"{gap.steps} from {leg.held.known.names[other]}" if gap.steps else ""
        return Point(row_of(side, name, side, leg.result.sides[side], whole=True), furthest)

    return Line(side, name, side, True, tuple(map(point, legs)))


def _group_lines(legs: Sequence[_Leg]) -> Iterator[Line]:
    """A line for each group that there ever was, the newest session's first."""
    keyed = [_keyed(leg.held.groups) for leg in legs]
    names: dict[Key, str] = {}
    for own in reversed(keyed):
        for key, group in own.items():
            names.setdefault(key, group.name)
    for number, (key, name) in enumerate(sorted(names.items(), key=lambda one: one[0][0]), 1):
        points = (_group_point(leg, own, key, name) for leg, own in zip(legs, keyed, strict=True))
        yield Line(f"group-{number}", name, key[0], False, tuple(points))


def _keyed(groups: Sequence[SessionGroup]) -> dict[Key, SessionGroup]:
    """A session's groups by what makes them the same elsewhere; by their very names where two would be the same."""
    times = Counter((group.side, folded(group.name)) for group in groups)
    return {
        (_side(group), folded(group.name) if times[group.side, folded(group.name)] == 1 else group.name): group
        for group in groups
    }


def _group_point(leg: _Leg, groups: Mapping[Key, SessionGroup], key: Key, name: str) -> Point:
    def hidden(why: str) -> Point:
        return Point(Row("", name, key[0], False, why=why))

    if not groups:
        return hidden(SIDES_ONLY)
    group = groups.get(key)
    if group is None:
        return hidden(NOT_THERE)
    found = next((row for row in leg.result.rows if row.group_ids == (group.id,)), None)
    if found is not None:
        return Point(row_of(group.id, name, key[0], found.cell, whole=False), _furthest(leg, found.id, found.cell))
    assert leg.held.known.published is not None
    silent = group.id in leg.held.known.published.no_answers(key[0])
    return hidden(NO_ANSWERS if silent else TOO_FEW)


def _furthest(leg: _Leg, row_id: str, cell: Cell) -> str:
    """The shown group that sees today most differently from this one: "2.2 from Delivery"; "" where there is none."""
    own = cell.current
    if own is None or own.n < FEWEST:
        return ""
    others = [
        (steps, leg.held.known.row_name(row))
        for row in leg.result.rows
        if row.kind == "group" and row.id != row_id and (other := row.cell.current) is not None and other.n >= FEWEST
        if (steps := emd_steps(own.counts, other.counts)) is not None
    ]
    if not others:
        return ""
    steps, name = max(others, key=lambda one: one[0])
    return f"{one_decimal(steps)} from {name}"


def _gap(leg: _Leg, question: Question) -> Gap:
    told = told_sides(leg.held.known, leg.result, question)
    if told is None:
        return Gap()
    pair, _ = told
    return Gap(one_decimal(pair.emd_steps), pair.flag, flag_words(pair.flag))


def _stair_notes(tracks: Sequence[Track]) -> Iterator[str]:
    """Where sessions stood on another stair, so that their figures are not compared."""
    newest = tracks[0].stops[-1].session_id if tracks else ""
    for track in tracks:
        if track.stops[-1].session_id != newest:
            whens = " and ".join(
                filter(None, (", ".join(stop.when for stop in track.stops[:-1]), track.stops[-1].when))
            )
            yield f"Another stair in {whens}: {track.stair}. Figures on different stairs are not compared."


def _set_notes(held: Sequence[Held]) -> Iterator[str]:
    labels = {dimension.label for one in held for dimension in one.known.template.dimensions if dimension.kind == "set"}
    for label in sorted(labels):
        yield f"“{label}” lets several answers apply, so it has no typical step: see each session’s report."
