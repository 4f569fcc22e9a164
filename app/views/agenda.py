"""Where a session stands for its facilitator: the agenda, and the one next thing to do."""

from dataclasses import dataclass, replace
from typing import Literal

from app.core import words
from app.core.questions import Status
from app.store.tables import LiveSession, SessionQuestion
from app.views.now import current_question

AGENDA_LABELS = {
    "lobby": "Lobby",
    "reveal": "Reveal the gap",
    "discuss": "Nine discussions",
    "close": "Close",
} | words.LABELS
PAIR = ("current", "desired")


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A line of the agenda. ``key``: lobby, current, desired, mirror, reveal, discuss, change or close. ``link``: its page, "" for none."""

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
    """A session's place in its agenda. ``to_reveal``: closed ladder questions that a reveal would show together."""

    session: LiveSession
    questions: dict[str, SessionQuestion]
    question: SessionQuestion | None
    to_reveal: tuple[str, ...]
    revealed: tuple[str, ...]

    @property
    def place(self) -> str:
        """The key of the agenda's line that is now."""
        if self.session.status == "closed":
            return "close"
        if self.question is None:
            return "lobby"
        if self.question.key == "change" or self.question.status == Status.OPEN:
            return self.question.key
        if self.question.status == Status.REVEALED or self.next_question in {None, "change"}:
            return "reveal"
        return self.question.key

    @property
    def next_question(self) -> str | None:
        """The question that has not been asked yet."""
        return next((key for key, one in self.questions.items() if one.status == Status.WAITING), None)


def standing(session: LiveSession, questions: dict[str, SessionQuestion]) -> Standing:
    """Where the session stands."""
    order = [key for key in ("current", "desired", "mirror", "change") if key in questions]
    ladder = [key for key in order if key != "change"]
    return Standing(
        session,
        {key: questions[key] for key in order},
        current_question(session, questions),
        tuple(key for key in ladder if questions[key].status == Status.CLOSED),
        tuple(key for key in ladder if questions[key].status == Status.REVEALED),
    )


def agenda(where: Standing) -> tuple[AgendaItem, ...]:
    """Every line, with what is done, now and next."""
    ladder = [key for key in where.questions if key != "change"]
    keys = ["lobby", *ladder, "reveal", "discuss", *(["change"] if "change" in where.questions else []), "close"]
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
        passed = position < now and key != "discuss"  # nothing tells that talking is over
        done = passed or (question is not None and question.status in {Status.CLOSED, Status.REVEALED})
        state: Literal["done", "now", "next"] = "now" if position == now else "done" if done else "next"
        link = f"/sessions/{where.session.id}/discussions" if key == "discuss" else ""
        items.append(AgendaItem(key, position + 1, AGENDA_LABELS[key], state, note, link))
    return tuple(items)


OPEN_LABELS = {
    "current": "Start: where are we today?",
    "desired": "Next: where do we want to be?",
    "mirror": "Next: guess the other side",
    "change": "Next: what must change",
}


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
    again = Button(
        f"reopen.{question.key}", "Open ideas again" if question.key == "change" else "Open voting again", "O", "unlock"
    )
    if question.key == "change":
        return (
            Button("end", "End session", icon="check", primary=True),
            again,
            *([Button("show.reveal", "Show the gap again", icon="screen")] if where.revealed else []),
        )
    if where.revealed and not where.to_reveal:
        hide = Button("hide." + "+".join(where.revealed), "Hide results", "H", "eyeoff")
        if where.next_question is None:
            change = where.questions.get("change")
            onward = [Button("show.change", "Back to the ideas", icon="screen", primary=True)] if change else []
            return (*onward, hide)
        return (_open(where), hide)
    reveal = Button("reveal." + "+".join(where.to_reveal), _reveal_label(where), "R", "eye")
    if where.next_question in {None, "change"}:
        return (_primary(reveal), again)
    return (_open(where), reveal, replace(again, key=""))


def _open(where: Standing) -> Button:
    key = str(where.next_question)
    return Button(f"open.{key}", OPEN_LABELS.get(key, "Next question"), "O", "arrow", primary=True)


def _primary(button: Button) -> Button:
    return Button(button.action, button.label, button.key, button.icon, primary=True)


def _reveal_label(where: Standing) -> str:
    if where.to_reveal == ("current",):
        return "Reveal today alone" if "desired" in where.questions and not where.revealed else "Reveal today"
    if where.to_reveal == ("desired",):
        return "Reveal wanted"
    return "Reveal"
