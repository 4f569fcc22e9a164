"""What is a participant's own on a phone: answers, ideas, the last tap."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from app.core.scales import choice_to_wire
from app.core.who import who_from_side
from app.store import queries
from app.store.tables import Answer, Idea, LiveSession, Participant


@dataclass(frozen=True, slots=True)
class MyIdea:
    """An idea of one's own: ``who`` is us, them or both, as its author marked it."""

    id: str
    text: str
    who: str


@dataclass(frozen=True, slots=True)
class Mine:
    """What this participant said: ``choices[question][dimension]`` is a position, a list of positions or None.

    A question that is missing was not answered; None is "I can't judge this". ``tap`` is the last tap number stored, so
    that a reloaded page counts on from there.
    """

    choices: dict[str, dict[str, int | list[int] | None]] = field(default_factory=dict)
    ideas: tuple[MyIdea, ...] = ()
    tap: int = 0
    open_side: bool | None = None
    name: str = ""


def mine_of(db: Session, *, session: LiveSession, participant_ids: Iterable[str]) -> dict[str, Mine]:
    """What these participants said, by id; ids that are not of the session are left out."""
    ids = list(participant_ids)
    here = (Participant.session_id == session.id, col(Participant.id).in_(ids))
    people = {person.id: person for person in db.exec(select(Participant).where(*here))}
    dimensions = {dimension.key: dimension for dimension in queries.session_template(session).dimensions}
    rounds = {key: question.round for key, question in queries.questions(db, session.id).items()}
    choices: dict[str, dict[str, dict[str, int | list[int] | None]]] = {
        id_: {key: {} for key in rounds if key not in {"change", "readiness"}} for id_ in people
    }
    taps = dict.fromkeys(people, 0)
    query = select(Answer).where(Answer.session_id == session.id, col(Answer.participant_id).in_(ids))
    for answer in db.exec(query):
        if rounds.get(answer.question) == answer.round and answer.dimension in dimensions:
            own = choices[answer.participant_id].setdefault(answer.question, {})
            own[answer.dimension] = choice_to_wire(dimensions[answer.dimension], answer.choice)
            taps[answer.participant_id] = max(taps[answer.participant_id], answer.tap)
    ideas: dict[str, list[MyIdea]] = {id_: [] for id_ in people}
    written = select(Idea).where(Idea.session_id == session.id, col(Idea.participant_id).in_(ids))
    for idea in db.exec(written.order_by(col(Idea.id))):
        own_words = idea.original or idea.text
        ideas[str(idea.participant_id)].append(MyIdea(idea.id, own_words, who_from_side(idea.who, idea.side)))
    return {
        id_: Mine(choices[id_], tuple(ideas[id_]), taps[id_], person.open_side, person.name or "")
        for id_, person in people.items()
    }
