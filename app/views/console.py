"""What the facilitator's console shows now."""

from dataclasses import dataclass
from typing import Literal, cast

from sqlmodel import Session

from app.core import words
from app.core.hints import Hint
from app.core.questions import Status
from app.core.sentences import short_name
from app.core.texts import warning
from app.store import queries, tallies
from app.store.present import present
from app.store.tables import LiveSession, SessionQuestion
from app.views.advice import Unanimous, host_hints, stands_out, unanimous
from app.views.agenda import AgendaItem, Button, Standing, agenda, buttons, standing
from app.views.last_time import LastPromises, LastTime, last_promises, last_time
from app.views.links import join_host, join_url, qr_path, screen_url
from app.views.people import PEOPLE_LISTED, CanShow, Person, SideHere, can_show, people_list, sides_here
from app.views.pictures import Finding, Picture
from app.views.public import Public, idea_label, public, who_headings
from app.views.readiness import ReadyPicture, ready_picture
from app.views.scenes import chosen_scene
from app.views.screen import STAGE, Layer, iso, pictures_of, scene_of
from app.views.support import SupportList, support_list


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure of the Now card. ``side`` is "" for figures that belong to no side."""

    value: str
    of: str
    label: str
    side: str = ""
    share: int = 0


@dataclass(frozen=True, slots=True)
class ConsoleIdea:
    """An idea to read. ``text`` is the wording that others would see, ``original`` the author's where it was edited."""

    id: str
    text: str
    original: str
    who: str
    who_words: str
    from_words: str
    status: Literal["waiting", "shown", "hidden"]
    warning: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question to ask aloud, with a hint for the facilitator. Private ones never leave the console."""

    text: str
    hint: str


@dataclass(frozen=True, slots=True)
class ConsoleView:
    """The whole console. ``chip`` is what is true now in two words, ``chip_kind`` open, closed, shown, lobby or ended."""

    session_id: str
    title: str
    customer: str
    customer_short: str
    supplier: str
    supplier_short: str
    code: str
    join_url: str
    join_host: str
    screen_url: str
    qr_svg_path: str
    qr_size: int
    status: str
    step: int
    steps: int
    agenda: tuple[AgendaItem, ...]
    sides: tuple[SideHere, ...]
    people: tuple[Person, ...]
    people_more: int
    here: int
    expected: int | None
    locked: bool
    attribution_words: str
    smallest_group: int
    template_words: str
    chip: str
    chip_kind: Literal["lobby", "open", "closed", "shown", "ended"]
    heading: str
    facts: tuple[Fact, ...]
    closes_at: str
    buttons: tuple[Button, ...]
    unanimous: tuple[Unanimous, ...]
    can_show: tuple[CanShow, ...]
    on_screen: str
    on_screen_words: str
    on_screen_kind: str
    layer: Layer
    compare: bool
    last_time: LastTime | None
    shows_last_time: bool
    promised: LastPromises | None
    dark: bool
    pictures: tuple[Picture, ...]
    hints: tuple[Hint, ...]
    stands_out: tuple[Finding, ...]
    ideas_open: bool
    ideas_waiting: tuple[ConsoleIdea, ...]
    ideas_shown: tuple[ConsoleIdea, ...]
    ideas_hidden: tuple[ConsoleIdea, ...]
    support: SupportList | None
    ready: ReadyPicture | None
    room_prompts: tuple[Prompt, ...]
    private_prompts: tuple[Prompt, ...]
    notice: str
    disk_full: bool


def console_view(db: Session, *, session: LiveSession) -> ConsoleView:
    """The console now, the same for everybody who may open it."""
    questions = queries.questions(db, session.id)
    where = _standing(db, session, questions)
    known = public(db, session=session)
    groups = queries.groups(db, session.id)
    people = present(db, session.id)
    sides = sides_here(db, session, where, groups, people)
    lines = agenda(where)
    stage = STAGE | session.stage
    path, size = qr_path(join_url(session))
    chip, kind = _chip(where)
    ideas = _ideas(db, known)
    pictures = pictures_of(known) if where.place in {"reveal", "close"} else ()
    return ConsoleView(
        session_id=session.id,
        title=session.title,
        customer=session.customer,
        customer_short=short_name(session.customer),
        supplier=session.supplier,
        supplier_short=short_name(session.supplier),
        code=session.code,
        join_url=join_url(session),
        join_host=join_host(),
        screen_url=screen_url(session),
        qr_svg_path=path,
        qr_size=size,
        status=session.status,
        step=next(line.number for line in lines if line.state == "now"),
        steps=len(lines),
        agenda=lines,
        sides=sides,
        people=people_list(session, groups, people, most=PEOPLE_LISTED),
        people_more=max(0, len(people) - PEOPLE_LISTED),
        here=sum(side.here for side in sides),
        expected=session.expected,
        locked=session.locked,
        attribution_words=words.ATTRIBUTION_SHORT[session.attribution],
        smallest_group=session.smallest_group,
        template_words=_template_words(known),
        chip=chip,
        chip_kind=kind,
        heading=_heading(where),
        facts=_facts(db, where, sides, ideas),
        closes_at=iso(where.question.closes_at) if where.question and where.question.closes_at else "",
        buttons=buttons(where),
        unanimous=unanimous(db, known, where, groups),
        can_show=tuple(can_show(session, sides)) if not known.revealed else (),
        on_screen=(on_screen := _on_screen(db, where, any_idea=any(idea.status == "shown" for idea in ideas)))[0],
        on_screen_words=on_screen[1],
        on_screen_kind=str(stage["scene"] or ""),
        layer=stage["layer"],
        compare=bool(stage["compare"]),
        last_time=last_time(db, known, pictures) if kind == "shown" and pictures else None,
        shows_last_time=bool(stage["last_time"]),
        promised=promised.in_short if kind == "lobby" and (promised := last_promises(db, session)) else None,
        dark=bool(stage["dark"]),
        pictures=pictures,
        hints=host_hints(db, known, where, sides),
        stands_out=stands_out(known) if known.revealed else (),
        ideas_open=where.question is not None
        and where.question.key == "change"
        and where.question.status == Status.OPEN,
        ideas_waiting=tuple(idea for idea in ideas if idea.status == "waiting"),
        ideas_shown=tuple(idea for idea in ideas if idea.status == "shown"),
        ideas_hidden=tuple(idea for idea in ideas if idea.status == "hidden"),
        support=support_list(db, session) if where.place == "change" else None,
        ready=ready_picture(db, session) if where.place in {"readiness", "close"} else None,
        room_prompts=tuple(Prompt(text, hint) for text, hint in words.ROOM_PROMPTS),
        private_prompts=tuple(Prompt(text, hint) for text, hint in words.PRIVATE_PROMPTS),
        notice=session.notice,
        disk_full=bool(db.info.get("disk_full")),
    )


def _standing(db: Session, session: LiveSession, questions: dict[str, SessionQuestion]) -> Standing:
    change = questions.get("change")
    if change is None or change.status == Status.WAITING:
        return standing(session, questions)
    nothing = "" if tallies.items(db, session.id).listed else "Show an idea or a theme first."
    took_part = sum(tallies.supported(db, session.id, change.round).values())
    return standing(session, questions, took_part=took_part, no_support=nothing)


def _template_words(known: Public) -> str:
    dimensions = known.template.dimensions
    size = f"{len(dimensions[0].steps)} steps" if len(dimensions) == 1 else f"{len(dimensions)} parts"
    return f"{known.template.name}, {size}"


def _chip(where: Standing) -> tuple[str, Literal["lobby", "open", "closed", "shown", "ended"]]:
    if where.session.status == "closed":
        return "The session is closed", "ended"
    if where.question is None:
        return ("The door is locked" if where.session.locked else "The door is open"), "lobby"
    if where.question.status == Status.OPEN:
        return ("Collecting ideas" if where.question.key == "change" else "Voting is open"), "open"
    if where.asks_support:
        return "Phones are asked for support", "shown"
    if where.question.key == "change":
        return ("Support is revealed" if where.question.status == Status.REVEALED else "Ideas are closed"), "closed"
    if where.question.key == "readiness" and where.question.status == Status.REVEALED:
        on = where.session.stage.get("scene") == "ready"
        return ("Shown on the big screen", "shown") if on else ("Revealed, for you to read first", "closed")
    if where.question.status == Status.REVEALED:
        return "Shown on the big screen", "shown"
    return "Voting is closed", "closed"


def _heading(where: Standing) -> str:
    if where.session.status == "closed":
        return "Done. The report is ready."
    if where.question is None:
        return "Lobby"
    if where.place == "reveal" and where.question.status == Status.CLOSED:
        return "Ready to reveal " + " and ".join(words.LABELS[key].lower() for key in where.to_reveal)
    if where.asks_support:
        return words.SUPPORT_HEADING
    return words.SCREEN_HEADINGS[where.question.key]


def _facts(
    db: Session, where: Standing, sides: tuple[SideHere, ...], ideas: tuple[ConsoleIdea, ...]
) -> tuple[Fact, ...]:
    if where.question is None or where.session.status == "closed":
        return ()
    if (
        where.question.key == "change"
        and where.question.status == Status.CLOSED
        and (where.asks_support or where.took_part)
    ):
        people = tallies.supported(db, where.session.id, where.question.round)
        return tuple(
            Fact(str(people[side.side]), str(side.here), f"{side.name} took part", side.side) for side in sides
        )
    facts = [
        Fact(
            str(side.answered),
            str(side.here),
            f"{side.name} {'wrote' if where.question.key == 'change' else 'answered'}",
            side.side,
            round(100 * side.answered / side.here) if side.here else 0,
        )
        for side in sides
        if where.question.status != Status.REVEALED
    ]
    if where.question.key == "change":
        unread = sum(idea.status == "waiting" for idea in ideas)
        facts += [Fact(str(len(ideas)), "", "ideas" if len(ideas) != 1 else "idea"), Fact(str(unread), "", "to read")]
    return tuple(facts)


SCENES = {
    "lobby": ("QR code and code", "How to join, and how many of each side are here."),
    "held": ("Voting is closed", "No result yet."),
    "reveal": ("The gap", "What you choose above: headline, people, groups."),
    "ideas": ("Shown ideas", "Only ideas that you have read and shown."),
    "ended": ("Thank you", "The session is closed."),
}


def _on_screen(db: Session, where: Standing, *, any_idea: bool) -> tuple[str, str]:
    session = where.session
    chosen = chosen_scene(db, session)
    if chosen is not None:
        return chosen.name, chosen.about
    scene = scene_of(session, where.question, any_idea=any_idea)
    if scene == "prompt":
        return words.ROOM_PROMPTS[session.stage["prompt"] % len(words.ROOM_PROMPTS)][0], "A question for the room."
    if scene == "collect" and where.question is not None:
        return words.SCREEN_HEADINGS[where.question.key], "Question and count. No answers."
    return SCENES[scene]


def _ideas(db: Session, known: Public) -> tuple[ConsoleIdea, ...]:
    writers = queries.writers(db, known.session.id)
    names = known.names
    who = dict(who_headings(names))
    k = known.session.smallest_group
    return tuple(
        ConsoleIdea(
            id=idea.id,
            text=idea.text,
            original=idea.original,
            who=idea.who,
            who_words=who[idea.who],
            from_words=idea_label(idea, writers=writers, k=k, names=names, groups=known.group_names),
            status=cast("Literal['waiting', 'shown', 'hidden']", idea.status),
            warning=warning(idea.text),
        )
        for idea in queries.ideas(db, known.session.id)
    )
