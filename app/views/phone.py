"""What a phone shows now. One view serves every phone of a group; what is personal is `Mine`."""

from dataclasses import dataclass
from typing import Any, Literal, cast

from sqlmodel import Session

from app.core import words
from app.core.questions import ORDER, Status
from app.core.scales import Side, Template
from app.core.sentences import short_name
from app.store import queries
from app.store.tables import LiveSession, SessionGroup, SessionQuestion
from app.views.now import current_question
from app.views.plan import any_agreed, may_open

Place = Literal["admit", "lobby", "open", "closed", "ended", "withdrawn", "removed"]


@dataclass(frozen=True, slots=True)
class PhoneStep:
    """One tread. ``says`` is the step in the words of this phone's side."""

    position: int
    label: str
    says: str


@dataclass(frozen=True, slots=True)
class PhoneDimension:
    """One stair to tap; ``kind`` is ordered (one step) or set (several may apply). ``steps`` low to high."""

    key: str
    label: str
    kind: Literal["ordered", "set"]
    steps: tuple[PhoneStep, ...]


@dataclass(frozen=True, slots=True)
class ChangePrompts:
    """The third question by where a person wants to go: ``up`` and ``stay`` have one text for each step, low to high."""

    plain: str
    up: tuple[str, ...]
    stay: tuple[str, ...]
    lower: str


@dataclass(frozen=True, slots=True)
class PhoneQuestion:
    """The question a phone shows: ``number`` of ``of`` as people count them, ``status`` open, closed or revealed.

    ``again`` says that it is asked in a further round, "" in the first.
    """

    key: str
    number: int
    of: int
    status: str
    round: int
    heading: str
    help: str
    again: str = ""


@dataclass(frozen=True, slots=True)
class PhoneView:
    """The same for every phone of one group. ``place`` decides which fragment is drawn.

    ``us`` and ``them`` are company names from this side, ``*_short`` their short forms. ``agenda`` lists the headings
    of the questions. ``asks_open_side``: this side is asked whether it may be shown though it is small (of ``k``).
    ``plan_ready``: the list of what both sides agreed to may be opened.
    """

    session_id: str
    version: int
    place: Place
    session_status: str
    title: str
    code: str
    side: Side
    group: str
    us: str
    them: str
    us_short: str
    them_short: str
    facilitator: str
    k: int
    attribution: str
    agenda: tuple[str, ...]
    question: PhoneQuestion | None
    dimensions: tuple[PhoneDimension, ...]
    prompts: ChangePrompts | None
    asks_open_side: bool
    side_size: int
    takes_back_until: str
    plan_ready: bool
    ideas_at_most: int = 5


def phone_view(db: Session, *, session: LiveSession, state: str, side: str, group_id: str | None) -> PhoneView:
    """What every phone of this group shows; ``state`` is the participant's: in, waiting, withdrawn or removed."""
    own_side = cast("Side", side)
    us, them = (session.customer, session.supplier) if side == "customer" else (session.supplier, session.customer)
    questions = queries.questions(db, session.id)
    asked = [questions[key] for key in ORDER if key in questions]
    question = current_question(session, questions)
    group = db.get(SessionGroup, group_id) if group_id else None
    template = queries.session_template(session)
    place = _place(session, state, question)
    return PhoneView(
        session_id=session.id,
        version=0,
        place=place,
        session_status=session.status,
        title=session.title,
        code=session.code,
        side=own_side,
        group=group.name if group else "",
        us=us,
        them=them,
        us_short=short_name(us),
        them_short=short_name(them),
        facilitator=session.facilitator,
        k=session.smallest_group,
        attribution=session.attribution,
        agenda=tuple(words.phone_heading(one.key, short_name(them)) for one in asked),
        question=_question(question, asked, short_name(them)) if question and place in {"open", "closed"} else None,
        dimensions=_dimensions(template, side) if question is not None and place in {"open", "closed"} else (),
        prompts=_prompts(template) if question is not None and question.key == "change" and place == "open" else None,
        asks_open_side=session.status == "lobby" and side in session.asks_open and place == "lobby",
        side_size=queries.joined(db, session.id)[own_side] if session.status == "lobby" else 0,
        plan_ready=place not in {"removed", "admit"} and may_open(session) and any_agreed(db, session),
        takes_back_until="" if session.sealed else "ten minutes after the session has closed",
    )


def _place(session: LiveSession, state: str, question: SessionQuestion | None) -> Place:
    if state in {"withdrawn", "removed"}:
        return cast("Place", state)
    if session.status == "closed":
        return "ended"
    if state == "waiting":
        return "admit"
    if question is None:
        return "lobby"
    return "open" if question.status == Status.OPEN else "closed"


def _question(question: SessionQuestion, asked: list[SessionQuestion], them: str) -> PhoneQuestion:
    # A shown result changes nothing on a phone: it says "closed" for both, so that no push tells of the reveal.
    status = "open" if question.status == Status.OPEN else "closed"
    return PhoneQuestion(
        key=question.key,
        number=[one.key for one in asked].index(question.key) + 1,
        of=len(asked),
        status=status,
        round=question.round,
        heading=words.phone_heading(question.key, them),
        help=words.HELP[question.key],
        again=words.asked_again(question.round),
    )


def _dimensions(template: Template, side: str) -> tuple[PhoneDimension, ...]:
    return tuple(
        PhoneDimension(
            key=dimension.key,
            label=dimension.label,
            kind=dimension.kind,
            steps=tuple(
                PhoneStep(step.position, step.label, step.customer_says if side == "customer" else step.supplier_says)
                for step in dimension.steps
            ),
        )
        for dimension in template.dimensions
    )


def _prompts(template: Template) -> ChangePrompts:
    steps = template.dimensions[0].steps if len(template.dimensions) == 1 else ()
    return ChangePrompts(
        plain=words.phone_heading("change", ""),
        up=tuple(words.change_up(step.position, step.label) for step in steps),
        stay=tuple(words.change_stay(step.position) for step in steps),
        lower=words.CHANGE_LOWER,
    )


def phone_state(view: PhoneView) -> dict[str, Any]:
    """A phone's state without what is its own."""
    question = {"key": view.question.key, "status": view.question.status} if view.question else None
    return {"session": view.session_status, "place": view.place, "question": question}
