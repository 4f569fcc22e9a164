"""What the facilitator is told privately: groups of one mind, what stands out, hints. From head counts and public figures."""

from dataclasses import dataclass
from typing import cast

from sqlmodel import Session

from app.core.hints import HeadCount, Hint, Situation, Stage, hints
from app.core.questions import Status
from app.core.release import unanimous_groups
from app.core.scales import Question, Side
from app.core.sentences import flag_words
from app.store import queries
from app.store.released import published_so_far, voices_of
from app.store.tables import SessionGroup
from app.views.agenda import Standing
from app.views.people import SideHere
from app.views.pictures import Finding
from app.views.public import Public
from app.views.results import ASKED, told_pairs


@dataclass(frozen=True, slots=True)
class Unanimous:
    """A group that a reveal would show and in which everybody said the same. Never says what."""

    group_id: str
    name: str
    side: Side
    people: int
    company: str
    joined: bool


def unanimous(db: Session, known: Public, where: Standing, groups: list[SessionGroup]) -> tuple[Unanimous, ...]:
    """Groups that the next reveal would show and that said the same; only while nothing is open."""
    session = known.session
    asking = any(question.status == Status.OPEN for question in where.questions.values())
    if not where.to_reveal or asking or session.attribution == "anonymous":
        return ()
    history = published_so_far(db, session.id)
    earlier = history[-1] if history else None
    newest = {key: question.round for key, question in where.questions.items()}
    voices = voices_of(db, session.id, where.to_reveal, earlier, newest)
    alike = unanimous_groups(
        voices,
        template=known.template,
        groups=[(group.id, cast("Side", group.side)) for group in groups],
        k=session.smallest_group,
        reveal=cast("frozenset[Question]", frozenset(where.to_reveal)),
        earlier=earlier,
    )
    companies = known.names
    return tuple(
        Unanimous(
            group_id=group.id,
            name=group.name,
            side=cast("Side", group.side),
            people=sum(voice.group == group.id and bool(voice.choices) for voice in voices),
            company=companies[cast("Side", group.side)],
            joined=group.id not in session.stage.get("alone", []),
        )
        for group in groups
        if group.id in alike
    )


def host_hints(db: Session, known: Public, where: Standing, sides: tuple[SideHere, ...]) -> tuple[Hint, ...]:
    """Hints for the facilitator, from head counts and from what is public."""
    asks: dict[Side, dict[str, int]] = {}
    for idea in queries.ideas(db, known.session.id):
        by_who = asks.setdefault(cast("Side", idea.side), {})
        by_who[idea.who] = by_who.get(idea.who, 0) + 1
    return hints(
        Situation(
            stage=_stage(where),
            k=known.session.smallest_group,
            expected=known.session.expected,
            groups=[HeadCount(group.name, side.side, group.here) for side in sides for group in side.groups],
            sides=[HeadCount(side.name, side.side, side.here, side.answered) for side in sides],
            names=known.names,
            cells=dict(known.published.dimensions[0].sides) if known.published is not None else {},
            asks_of=asks,
        )
    )


def _stage(where: Standing) -> Stage:
    if where.session.status == "closed":
        return "over"
    if where.question is None:
        return "lobby"
    if where.question.key == "change":
        return "change"
    if where.question.status == Status.OPEN:
        return "open"
    return "shown" if where.question.status == Status.REVEALED else "ready"


STANDS_OUT_AT_MOST = 5


def stands_out(known: Public) -> tuple[Finding, ...]:
    """The comparisons that matter most, in the account team's words: clear ones first, then those worth asking about."""
    if known.published is None:
        return ()
    found = []
    for result in known.published.dimensions:
        if result.kind != "ordered":
            continue
        for question in ASKED:
            for pair, sentence in told_pairs(known, result, question, us=True):
                if pair.flag in {"clear", "ask"}:
                    found.append((pair, sentence))
    found.sort(key=lambda one: (one[0].flag != "clear", -(one[0].emd_steps or 0)))
    return tuple(Finding(sentence, pair.flag, flag_words(pair.flag), pair.emd_steps) for pair, sentence in found)[
        :STANDS_OUT_AT_MOST
    ]
