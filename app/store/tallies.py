"""Named questions to the database about support and readiness: what can be supported, who took part, what was published."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from app.core.readiness import Reply
from app.core.scales import SIDES, Side
from app.core.support import Supporter, counted
from app.store.queries import ideas, once_per_snapshot
from app.store.tables import Departure, Participant, Readiness, Support, Tally, Theme

T = TypeVar("T", Support, Readiness)


@dataclass(frozen=True, slots=True)
class Item:
    """What can be supported: a shown theme that has a shown idea, or a shown idea outside all shown themes."""

    kind: Literal["theme", "idea"]
    id: str
    text: str
    who: str


@dataclass(frozen=True, slots=True)
class Items:
    """All that can be supported now, themes first. ``stands_for``: the item that a theme's or an idea's id counts for."""

    listed: tuple[Item, ...]
    stands_for: dict[str, str]


@once_per_snapshot
def shown_themes(db: Session, session_id: str) -> list[Theme]:
    """The themes that phones and the big screen may have, as the facilitator ordered them."""
    query = select(Theme).where(Theme.session_id == session_id, col(Theme.shown).is_(True))
    return list(db.exec(query.order_by(col(Theme.position), col(Theme.id))))


@once_per_snapshot
def items(db: Session, session_id: str) -> Items:
    """What can be supported now, in the same order for everybody."""
    shown = ideas(db, session_id, status="shown")
    themes = {theme.id: theme for theme in shown_themes(db, session_id)}
    stands_for = {idea.id: idea.theme_id for idea in shown if idea.theme_id in themes}
    full = {*stands_for.values()}
    stands_for |= {id_: id_ for id_ in themes if id_ in full}
    loose = [idea for idea in shown if idea.theme_id not in themes]
    listed = [Item("theme", theme.id, theme.name, theme.who) for theme in themes.values() if theme.id in full]
    listed += [Item("idea", idea.id, idea.text, idea.who) for idea in loose]
    return Items(tuple(listed), stands_for | {idea.id: idea.id for idea in loose})


def support_of(db: Session, session_id: str, participant_id: str, round_: int) -> list[Support]:
    """All that one participant supports, or took back."""
    query = select(Support).where(
        Support.session_id == session_id, Support.participant_id == participant_id, Support.round == round_
    )
    return list(db.exec(query))


def supporters(db: Session, session_id: str, round_: int) -> list[Supporter]:
    """What everybody who is in supports, without who they are."""
    stands_for = items(db, session_id).stands_for
    columns = (Support.participant_id, Participant.side, Support.item_id, Support.held, Support.published)
    query = (
        sql_select(*map(col, columns))
        .join(Participant, col(Participant.id) == col(Support.participant_id))
        .where(col(Support.session_id) == session_id, col(Support.round) == round_, col(Participant.state) == "in")
    )
    people: dict[str, tuple[Side, set[str], set[str]]] = {}
    for id_, side, item_id, held, published in db.execute(query):
        _, now, before = people.setdefault(id_, (side, set(), set()))
        if held:
            now.add(item_id)
        if published:
            before.add(item_id)
    return [
        Supporter(side, counted(now, stands_for), counted(before, stands_for)) for side, now, before in people.values()
    ]


def replies(db: Session, session_id: str, round_: int) -> list[Reply]:
    """What everybody who is in said about each theme, without who they are."""
    columns = (
        Readiness.theme_id, Participant.side, Readiness.value, Readiness.published, Readiness.published_value,
    )  # fmt: skip
    query = (
        sql_select(*map(col, columns))
        .join(Participant, col(Participant.id) == col(Readiness.participant_id))
        .where(col(Readiness.session_id) == session_id, col(Readiness.round) == round_, col(Participant.state) == "in")
    )
    return [
        Reply(theme, side, value, changed=not published or value != published_value)
        for theme, side, value, published, published_value in db.execute(query)
    ]


@once_per_snapshot
def supported(db: Session, session_id: str, round_: int) -> dict[Side, int]:
    """How many people of each side support something in a round of the change question; both sides present."""
    query = (
        sql_select(col(Participant.side), func.count(func.distinct(Support.participant_id)).label("people"))
        .join(Support, col(Participant.id) == col(Support.participant_id))
        .where(col(Support.session_id) == session_id, col(Support.round) == round_, col(Support.held).is_(True))
        .where(col(Participant.state) == "in")
        .group_by(col(Participant.side))
    )
    counts = {row.side: row.people for row in db.execute(query)}
    return {side: counts.get(side, 0) for side in SIDES}


def said_by_nobody_here(db: Session, table: type[T], session_id: str, round_: int) -> bool:
    """Whether this round holds what phones said that were let go when the session was sealed."""
    theirs = (
        select(table.participant_id)
        .join(Participant, col(Participant.id) == col(table.participant_id))
        .where(table.session_id == session_id, table.round == round_, col(Participant.token_hash).is_(None))
    )
    return db.exec(theirs.limit(1)).first() is not None


def gone(db: Session, session_id: str, question: str, round_: int) -> dict[str, int]:
    """People whose published part in ``question`` was deleted since the last picture, by side."""
    query = select(Departure.group_id, Departure.people).where(
        Departure.session_id == session_id, Departure.question == question, Departure.round == round_
    )
    return dict(db.exec(query).all())


@once_per_snapshot
def tally(db: Session, session_id: str, question: str, round_: int) -> Tally | None:
    """What was published of the round's support (question change) or readiness; None before its first reveal."""
    return db.get(Tally, (session_id, question, round_))


def said_by(db: Session, table: type[T], participant_ids: Iterable[str]) -> list[T]:
    """What these participants supported, or said of readiness, in every round."""
    return list(db.exec(select(table).where(col(table.participant_id).in_(list(participant_ids)))))
