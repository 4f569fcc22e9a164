"""Where a session stands for its facilitator: the agenda, and the one next thing to do."""

from dataclasses import dataclass, replace
from typing import Literal

from app.core import words
from app.core.questions import ORDER, Status
from app.store.tables import LiveSession, SessionQuestion
from app.views.now import asks_support, current_question

AGENDA_LABELS = (
    {
        "lobby": "Lobby",
        "reveal": "Reveal the gap",
        "themes": "Themes",
        "discuss": "Nine discussions",
        "plan": "Commitments",
        "close": "Close",
    }
    | words.LABELS
    | {"readiness": "Readiness"}
)
PAIR = ("current", "desired")
AFTER = ("change", "readiness")
"""Questions that come after the gap; they are not answered on the stair."""
FOLLOWED_BY = {"change": ("change", "themes")}
"""What stands in the agenda for a question, with what comes of it."""


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A line of the agenda. ``link``: its page, "" for none.

    ``key``: lobby, current, desired, mirror, reveal, change, themes, readiness, discuss, plan or close.
    """

    key: str
    number: int
    label: str
    state: Literal["done", "now", "next"]
    note: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A command: ``action`` is what is posted, ``key`` its keyboard letter, ``why_not`` the reason it rests."""

    action: str
    label: str
    key: str = ""
    icon: str = ""
    primary: bool = False
    why_not: str = ""
    confirm: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A session's place in its agenda. ``to_reveal``: closed ladder questions that a reveal would show together.

    ``took_part``: how many people support something; ``no_support``: why nobody can be asked to.
    """

    session: LiveSession
    questions: dict[str, SessionQuestion]
    question: SessionQuestion | None
    to_reveal: tuple[str, ...]
    revealed: tuple[str, ...]
    took_part: int = 0
    no_support: str = ""

    @property
    def asks_support(self) -> bool:
        """Whether phones show the list to support now."""
        return asks_support(self.session, self.question)

    @property
    def place(self) -> str:
        """The key of the agenda's line that is now."""
        if self.session.status == "closed":
            return "close"
        if self.question is None:
            return "lobby"
        if self.question.key in AFTER or self.question.status == Status.OPEN:
            return self.question.key
        if self.question.status == Status.REVEALED or self.next_question in {None, *AFTER}:
            return "reveal"
        return self.question.key

    @property
    def asked_change(self) -> bool:
        """Whether the change question was ever opened, so that there may be ideas to sort."""
        change = self.questions.get("change")
        return change is not None and change.status != Status.WAITING

    @property
    def may_ask_again(self) -> tuple[str, ...]:
        """Questions that can have a further round now."""
        mirror = self.questions.get("mirror")
        if mirror is not None and mirror.status in {Status.OPEN, Status.CLOSED}:
            return ()
        return tuple(key for key in PAIR if key in self.revealed)

    @property
    def next_question(self) -> str | None:
        """The question that has not been asked yet."""
        return next((key for key, one in self.questions.items() if one.status == Status.WAITING), None)


def standing(
    session: LiveSession, questions: dict[str, SessionQuestion], *, took_part: int = 0, no_support: str = ""
) -> Standing:
    """Where the session stands."""
    order = [key for key in ORDER if key in questions]
    ladder = [key for key in order if key not in AFTER]
    return Standing(
        session,
        {key: questions[key] for key in order},
        current_question(session, questions),
        tuple(key for key in ladder if questions[key].status == Status.CLOSED),
        tuple(key for key in ladder if questions[key].status == Status.REVEALED),
        took_part,
        no_support,
    )


def agenda(where: Standing) -> tuple[AgendaItem, ...]:
    """Every line, with what is done, now and next."""
    ladder = [key for key in where.questions if key not in AFTER]
    after = [key for asked in AFTER if asked in where.questions for key in FOLLOWED_BY.get(asked, (asked,))]
    keys = ["lobby", *ladder, "reveal", *after, "discuss", "plan", "close"]
    now = keys.index(where.place)
    items = []
    for position, key in enumerate(keys):
        question = where.questions.get(key)
        note = {Status.OPEN: "open", Status.CLOSED: "closed", Status.REVEALED: "shown"}.get(
            Status(question.status) if question else Status.WAITING, ""
        )
        if key == "reveal" and where.revealed:
            note = "shown"
        if key == "lobby" and where.session.locked:
            note = "locked"
        if question is not None and question.round > 1:
            note = f"round {question.round}" + (f", {note}" if note else "")
        asked = question.status != Status.WAITING if question else key != "themes" or where.asked_change
        passed = position < now and asked and key != "discuss"  # nothing tells that talking is over
        done = passed or (question is not None and question.status in {Status.CLOSED, Status.REVEALED})
        state: Literal["done", "now", "next"] = "now" if position == now else "done" if done else "next"
        items.append(AgendaItem(key, position + 1, AGENDA_LABELS[key], state, note, _link(where, key)))
    return tuple(items)


def _link(where: Standing, key: str) -> str:
    """The page of an agenda's line, "" for one that the console itself runs or that has nothing yet."""
    page = {"themes": "themes" if where.asked_change else "", "discuss": "discussions", "plan": "plan"}.get(key, "")
    return f"/sessions/{where.session.id}/{page}" if page else ""


OPEN_LABELS = {
    "current": "Start: where are we today?",
    "desired": "Next: where do we want to be?",
    "mirror": "Next: guess the other side",
    "change": "Next: what must change",
    "readiness": "Next: who is ready",
}


AGAIN = "Ask this again? The question opens on all phones as a new round. What was shown is kept."


def buttons(where: Standing) -> tuple[Button, ...]:
    """What can be done now, the next thing first."""
    if where.session.status == "closed":
        return (Button("reopen-session", "Reopen session", icon="unlock"),)
    question = where.question
    if question is None:
        return (_open(where),)
    if question.status == Status.OPEN:
        close = Button(
            f"close.{question.key}",
            "Close ideas" if question.key == "change" else "Close voting",
            "C",
            "stop",
            primary=True,
        )
        if question.key == "change":
            return (close,)
        why = "Close voting first, then reveal."
        return (close, Button(f"reveal.{question.key}", "Reveal", "R", "eye", why_not=why))
    if question.key in AFTER:
        return (_after_ideas if question.key == "change" else _after_readiness)(where, question)
    again = Button(f"reopen.{question.key}", "Open voting again", "O", "unlock")
    if where.revealed and not where.to_reveal:
        hide = Button("hide." + "+".join(where.revealed), "Hide results", "H", "eyeoff")
        more = (*_scenes(where), *_ask_again(where), hide)
        if where.next_question in {None, "readiness"}:
            change = where.questions.get("change")
            onward = [Button("show.change", "Back to the ideas", icon="screen", primary=True)] if change else []
            return (*onward, *more)
        return (_open(where), *more)
    reveal = Button("reveal." + "+".join(where.to_reveal), _reveal_label(where), "R", "eye")
    if where.next_question in {None, *AFTER}:
        others = _ask_again(where) if question.round > 1 else ()
        return (_primary(reveal), *others, again)
    return (_open(where), reveal, replace(again, key=""))


def _after_ideas(where: Standing, question: SessionQuestion) -> tuple[Button, ...]:
    """What can be done once the ideas are closed: ask for support, reveal it, go on to readiness, or end."""
    gap = [Button("show.reveal", "Show the gap again", icon="screen")] if where.revealed else []
    waits = "readiness" in where.questions and where.questions["readiness"].status == Status.WAITING
    ready = [_open(where, "readiness")] if waits else []
    end = Button("end", "End session", icon="check")
    if question.status == Status.REVEALED:
        return _first_is_primary(*ready, end, Button("hide.change", "Hide support", "H", "eyeoff"), *gap)
    if where.asks_support:
        reveal = Button("reveal.change", "Reveal support", icon="eye")  # no key: support is still open
        return _first_is_primary(reveal, Button("support.stop", "Stop asking for support", icon="stop"))
    reveal = Button("reveal.change", "Reveal support", "R", "eye")
    ask = Button("support.ask", "Ask for support", icon="up", why_not=where.no_support)
    again = Button("reopen.change", "Open ideas again", "O", "unlock")
    return _first_is_primary(
        *([reveal] if where.took_part else []), *ready, ask, end, replace(again, key="" if ready else "O"), *gap
    )


def _first_is_primary(*found: Button) -> tuple[Button, ...]:
    """The first that can be pressed is the next thing to do."""
    first = next(button for button in found if not button.why_not)
    return (replace(first, primary=True), *(replace(one, primary=False) for one in found if one is not first))


def _after_readiness(where: Standing, question: SessionQuestion) -> tuple[Button, ...]:
    """What can be done once readiness is closed: read it, then show it."""
    back = Button("show.change", "Back to the ideas", icon="screen")
    if question.status == Status.REVEALED:
        shown = where.session.stage.get("scene") == "ready"
        show = [] if shown else [Button("scene.ready", "Show on the big screen", icon="screen")]
        hide = Button("hide.readiness", "Hide results", "H", "eyeoff")
        return _first_is_primary(*show, Button("end", "End session", icon="check"), hide, back)
    again = Button("reopen.readiness", "Open voting again", "O", "unlock")
    return _first_is_primary(Button("reveal.readiness", "Reveal readiness", "R", "eye"), again, back)


def _open(where: Standing, key: str = "") -> Button:
    key = key or str(where.next_question)
    label = OPEN_LABELS.get(key, "Next question")
    if where.questions[key].round > 1:
        label = f"Start round {where.questions[key].round}: {words.LABELS[key].lower()}"
    return Button(f"open.{key}", label, "O", "arrow", primary=True)


def _scenes(where: Standing) -> tuple[Button, ...]:
    """What else of the revealed questions may stand on the big screen, and the way back to the gap."""
    on = str(where.session.stage.get("scene") or "")
    found = []
    if "mirror" in where.revealed and "current" in where.revealed and on != "mirror":
        found.append(Button("scene.mirror", "Show the guesses", icon="screen"))
    asked_again = [key for key in PAIR if key in where.revealed and where.questions[key].round > 1]
    for key in asked_again:
        if on != f"again-{key}":
            label = "Show both rounds" if len(asked_again) == 1 else f"Show both rounds: {words.LABELS[key].lower()}"
            found.append(Button(f"scene.again-{key}", label, icon="screen"))
    if on == "mirror" or on.startswith("again"):
        found.append(Button("scene.none", "Show the gap", icon="screen"))
    return tuple(found)


def _ask_again(where: Standing) -> tuple[Button, ...]:
    labels = {"current": "Ask today again", "desired": "Ask wanted again"}
    return tuple(Button(f"again.{key}", labels[key], icon="loop", confirm=AGAIN) for key in where.may_ask_again)


def _primary(button: Button) -> Button:
    return Button(button.action, button.label, button.key, button.icon, primary=True)


def _reveal_label(where: Standing) -> str:
    if where.to_reveal == ("current",):
        return "Reveal today alone" if "desired" in where.questions and not where.revealed else "Reveal today"
    if where.to_reveal == ("desired",):
        return "Reveal wanted"
    return "Reveal"
