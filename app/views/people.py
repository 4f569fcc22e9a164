"""Who is in a session, as its facilitator sees it: by side, by group and one by one."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.core.scales import Side
from app.core.sentences import short_name
from app.store.present import Present
from app.store.tables import LiveSession, SessionGroup
from app.views.agenda import Standing
from app.views.screen import side_counts


@dataclass(frozen=True, slots=True)
class GroupHere:
    """Who is in, by group."""

    id: str
    name: str
    here: int


@dataclass(frozen=True, slots=True)
class SideHere:
    """One side: company, people in, people who answered the question that is on, and its groups."""

    side: Side
    name: str
    here: int
    answered: int
    groups: tuple[GroupHere, ...]
    small: bool
    asks_open: bool
    agreed: int


@dataclass(frozen=True, slots=True)
class Person:
    """A participant as the console lists one. ``label`` is a name only in *named* sessions, else "Participant 3".

    ``by_hand``: somebody without a phone, for whom the facilitator answers; called by a mark that stays ("Person K4T").
    """

    id: str
    label: str
    side: Side
    group: str
    waiting: bool
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class CanShow:
    """What the reveal can show of some groups, from sizes alone."""

    side: Side
    names: str
    words: str


def sides_here(
    db: Session, session: LiveSession, where: Standing, groups: list[SessionGroup], people: Sequence[Present]
) -> tuple[SideHere, ...]:
    """Each side with its groups: how many are in, and how many answered the question that is on."""
    here = Counter(person.group_id for person in people if person.state == "in")
    agreed = Counter(person.side for person in people if person.state == "in" and person.open_side)
    counts = side_counts(db, session=session, question=where.question)
    return tuple(
        SideHere(
            side=count.side,
            name=count.name,
            here=count.joined,
            answered=count.answered,
            groups=tuple(
                GroupHere(group.id, group.name, here[group.id]) for group in groups if group.side == count.side
            ),
            small=count.joined < session.smallest_group,
            asks_open=count.side in session.asks_open,
            agreed=agreed[count.side],
        )
        for count in counts
    )


PEOPLE_LISTED = 40
"""More would make every push long; the rest is on a page of its own."""


def people_list(
    session: LiveSession, groups: list[SessionGroup], people: Sequence[Present], *, most: int | None = None
) -> tuple[Person, ...]:
    """Everybody who is in or waits, those who wait first; the first ``most`` of them."""
    names = {group.id: group.name for group in groups}
    company = {"customer": short_name(session.customer), "supplier": short_name(session.supplier)}
    return tuple(
        Person(
            id=person.id,
            label=person.name or (f"Person {person.id[:3].upper()}" if person.by_hand else f"Participant {number}"),
            side=person.side,
            group=names.get(person.group_id or "", company[person.side]),
            waiting=person.state == "waiting",
            by_hand=person.by_hand,
        )
        for number, person in sorted(enumerate(people, 1), key=lambda one: one[1].state != "waiting")[:most]
    )


def can_show(session: LiveSession, sides: tuple[SideHere, ...]) -> Iterator[CanShow]:
    """What a reveal could show, from the numbers of people who are in."""
    k = session.smallest_group
    for side in sides:
        if not side.here:
            continue
        if side.small:
            agreed = side.agreed == side.here
            yield CanShow(side.side, side.name, "open, as all agreed" if agreed else f"hidden: fewer than {k}")
            continue
        alone = [group.name for group in side.groups if group.here > k]
        just = [group.name for group in side.groups if group.here == k]
        few = [group.name for group in side.groups if 0 < group.here < k]
        if alone:
            yield CanShow(side.side, ", ".join(alone), "each on its own" if len(alone) > 1 else "on its own")
        if just:
            yield CanShow(side.side, ", ".join(just), f"{'each ' if len(just) > 1 else ''}if all {k} answer")
        if few:
            yield CanShow(side.side, ", ".join(few), "joined with others")
        if not side.groups:
            yield CanShow(side.side, side.name, "as one side")
