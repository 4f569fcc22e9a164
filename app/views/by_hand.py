"""The page on which the facilitator answers for somebody without a phone."""

from dataclasses import dataclass
from typing import cast

from sqlmodel import Session

from app.core.scales import SIDES, Side
from app.core.sentences import short_name
from app.store import queries
from app.store.present import present
from app.store.tables import LiveSession, Participant
from app.views.mine import Mine, asked_in, mine_of
from app.views.people import Person, people_list
from app.views.phone import PhoneView, phone_view


@dataclass(frozen=True, slots=True)
class Place:
    """A group, or a side where there are no groups, that somebody can be added to: a field's name and value."""

    field: str
    value: str
    name: str
    side: Side


@dataclass(frozen=True, slots=True)
class ByHandView:
    """Who is answered for. ``told`` are the sentences to say to a person first."""

    session_id: str
    customer: str
    title: str
    status: str
    names_asked: bool
    places: tuple[Place, ...]
    people: tuple[Person, ...]
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerForView:
    """The question that is open, as this person would see it on a phone, with what was entered for it."""

    session_id: str
    customer: str
    title: str
    person: Person
    phone: PhoneView
    mine: Mine
    told: tuple[str, ...]


def by_hand_view(db: Session, *, session: LiveSession) -> ByHandView:
    """Everybody who is answered for, and where one more can be added."""
    groups = queries.groups(db, session.id)
    companies = {"customer": session.customer, "supplier": session.supplier}
    places = [
        Place("group_id", group.id, f"{short_name(companies[group.side])}: {group.name}", cast("Side", group.side))
        for group in groups
    ]
    if session.attribution == "anonymous":
        places = [Place("side", side, companies[side], side) for side in SIDES]
    listed = people_list(session, groups, present(db, session.id))
    return ByHandView(
        session_id=session.id,
        customer=session.customer,
        title=session.title,
        status=session.status,
        names_asked=session.attribution == "named",
        places=tuple(places),
        people=tuple(person for person in listed if person.by_hand),
        told=told(session),
    )


def answer_for_view(db: Session, *, session: LiveSession, person: Participant) -> AnswerForView:
    """What this person is asked now."""
    listed = people_list(session, queries.groups(db, session.id), present(db, session.id))
    return AnswerForView(
        session_id=session.id,
        customer=session.customer,
        title=session.title,
        person=next(one for one in listed if one.id == person.id),
        phone=phone_view(db, session=session, state=person.state, side=person.side, group_id=person.group_id),
        mine=mine_of(db, asked=asked_in(db, session), participant_ids=[person.id]).get(person.id, Mine()),
        told=told(session),
    )


def told(session: LiveSession) -> tuple[str, ...]:
    """What the person has to hear before the first answer: who will see what."""
    named = session.attribution == "named"
    beside = (
        f"{session.supplier}’s account team also sees it beside the name, marked “entered by the facilitator”."
        if named
        else "No name is stored."
    )
    return (
        f"I type your answer, so I know it, and so can the others who run this session at {session.supplier}.",
        f"Everybody else sees it only counted with others, in groups of {session.smallest_group} or more. {beside}",
        "To take it back, tell me before the session closes: I remove you with all you said.",
    )
