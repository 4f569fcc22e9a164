"""What a phone shows now. One view serves every phone of a group; what is personal is `Mine`."""

from dataclasses import dataclass
from typing import Any, Literal, cast

from sqlmodel import Session

from app.core import words
from app.core.questions import ORDER, Status
from app.core.scales import Side, Template
from app.core.sentences import short_name
from app.core.shuffle import in_own_order
from app.core.support import AT_MOST
from app.core.who import who_from_side
from app.store import queries, tallies
from app.store.tables import LiveSession, SessionGroup, SessionQuestion
from app.views.now import asks_support, current_question
from app.views.plan import any_agreed, may_open

Place = Literal["admit", "lobby", "open", "support", "closed", "ended", "withdrawn", "removed"]


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
class PhoneItem:
    """A change to support, or to say whether one is ready for it. ``kind`` theme or idea; ``who`` us, them or both.

    ``ideas``: those that a theme stands for, so that support given to one of them before is shown on it.
    """

    kind: str
    id: str
    text: str
    who: str
    who_side: str
    who_words: str
    ideas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PhoneView:
    """The same for every phone of one group. ``place`` decides which fragment is drawn.

    ``us`` and ``them`` are company names from this side, ``*_short`` their short forms. ``agenda`` lists the headings
    of the questions. ``asks_open_side``: this side is asked whether it may be shown though it is small (of ``k``).
    ``items``: what can be supported (in no phone's own order: see `items_for`), or the themes that readiness asks for.
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
    items: tuple[PhoneItem, ...] = ()
    ideas_at_most: int = 5
    supports_at_most: int = AT_MOST

    def items_for(self, seed: str) -> tuple[PhoneItem, ...]:
        """What can be supported, in the order of one phone."""
        by_id = {item.id: item for item in self.items}
        return tuple(by_id[id_] for id_ in in_own_order(by_id, seed))


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
        agenda=tuple(words.phone_heading(one.key, short_name(us), short_name(them)) for one in asked),
        question=_question(session, question, asked, us, them) if question and place in ASKING else None,
        dimensions=_dimensions(template, side)
        if question is not None and question.key != "readiness" and place in {"open", "closed"}
        else (),
        prompts=_prompts(template) if question is not None and question.key == "change" and place == "open" else None,
        asks_open_side=session.status == "lobby" and side in session.asks_open and place == "lobby",
        side_size=queries.joined(db, session.id)[own_side] if session.status == "lobby" else 0,
        plan_ready=place not in {"removed", "admit"} and may_open(session) and any_agreed(db, session),
        takes_back_until="" if session.sealed else "ten minutes after the session has closed",
        items=_items(db, session, place, question, side),
    )


ASKING = {"open", "support", "closed"}
"""The places that show a question."""


def _place(session: LiveSession, state: str, question: SessionQuestion | None) -> Place:
    if state in {"withdrawn", "removed"}:
        return cast("Place", state)
    if session.status == "closed":
        return "ended"
    if state == "waiting":
        return "admit"
    if question is None:
        return "lobby"
    if question.status == Status.OPEN:
        return "open"
    return "support" if asks_support(session, question) else "closed"


def _items(
    db: Session, session: LiveSession, place: Place, question: SessionQuestion | None, side: str
) -> tuple[PhoneItem, ...]:
    us, them = (session.customer, session.supplier) if side == "customer" else (session.supplier, session.customer)
    other = "supplier" if side == "customer" else "customer"
    says = {"us": (side, f"{short_name(us)} would change"), "them": (other, f"{short_name(them)} would change")}
    stands_for: dict[str, str] = {}
    if place == "support":
        listed, stands_for = tallies.items(db, session.id).listed, tallies.items(db, session.id).stands_for
        found = [(item.kind, item.id, item.text, item.who) for item in listed]
    elif place == "open" and question is not None and question.key == "readiness":
        found = [("theme", theme.id, theme.name, theme.who) for theme in tallies.shown_themes(db, session.id)]
    else:
        return ()
    items = []
    for kind, id_, text, by_side in found:
        who = who_from_side(by_side, side)
        ideas = tuple(sorted(one for one, item in stands_for.items() if item == id_ != one))
        items.append(PhoneItem(kind, id_, text, who, *says.get(who, ("both", "Both would change")), ideas))
    return tuple(items)


def _question(
    session: LiveSession, question: SessionQuestion, asked: list[SessionQuestion], us: str, them: str
) -> PhoneQuestion:
    # A shown result changes nothing on a phone: it says "closed" for both, so that no push tells of the reveal.
    status = "open" if question.status == Status.OPEN else "closed"
    return PhoneQuestion(
        key=question.key,
        number=[one.key for one in asked].index(question.key) + 1,
        of=len(asked),
        status=status,
        round=question.round,
        heading=words.phone_heading(question.key, short_name(us), short_name(them)),
        help=words.HELP[question.key] + _who_sees(session, question),
        again=words.asked_again(question.round),
    )


def _who_sees(session: LiveSession, question: SessionQuestion) -> str:
    return f" {words.NOT_NAMED}" if question.key == "readiness" and session.attribution != "named" else ""


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
        plain=words.phone_heading("change", "", ""),
        up=tuple(words.change_up(step.position, step.label) for step in steps),
        stay=tuple(words.change_stay(step.position) for step in steps),
        lower=words.CHANGE_LOWER,
    )


def phone_state(view: PhoneView) -> dict[str, Any]:
    """A phone's state without what is its own."""
    question = {"key": view.question.key, "status": view.question.status} if view.question else None
    state: dict[str, Any] = {"session": view.session_status, "place": view.place, "question": question}
    if view.place == "support":
        state["items"] = [{f"{item.kind}_id": item.id, "text": item.text, "who": item.who} for item in view.items]
    elif view.items:
        state["themes"] = [{"id": item.id, "name": item.text, "who": item.who} for item in view.items]
    return state
