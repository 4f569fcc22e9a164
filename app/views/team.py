"""What the account team keeps for itself on a session and its account: notes, say-do, decisions. Read by its own pages alone.

Phones, screens, the customer's cut and its files never import this; a test says so.
"""

from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from app.core import words
from app.core.decisions import WEIGHED, decision_words
from app.core.discussions import EVERY_NUMBER
from app.core.language import say
from app.core.measures import interpolated_median
from app.core.say_do import DONE, SEEN, Behaviour, Supported, behaviours, said_ladder, say_do_sentence, supported
from app.core.scales import SIDES, Dimension, Side
from app.core.sentences import short_name
from app.core.session_templates import told_behaviour, told_template
from app.store import team
from app.store.days import date_words
from app.store.tables import Account, LiveSession, Workspace
from app.store.team_tables import Decision
from app.views.discussions import panel_json, panels
from app.views.public import Public, public


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept on one discussion."""

    number: int
    notes: str = ""
    author: str = ""
    revision: int = 0
    done: bool = False


@dataclass(frozen=True, slots=True)
class StepSeen:
    """The behaviours of one side at one step."""

    position: int
    label: str
    behaviours: tuple[Behaviour, ...]


@dataclass(frozen=True, slots=True)
class SideSeen:
    """Say-do of one side: what was said against what was seen. ``said`` is the typical wish, None where it is not public."""

    side: Side
    name: str
    sentence: str
    found: Supported
    said: float | None
    steps: tuple[StepSeen, ...]


@dataclass(frozen=True, slots=True)
class SayDo:
    """Say-do on an account's ladder, both sides."""

    template_key: str
    template_name: str
    sides: tuple[SideSeen, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a step costs and brings on both sides, as it was written."""

    step: int
    label: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as it is read. ``headline``: "Invest to step 4, review on 1 June 2027."."""

    id: str
    headline: str
    words: str
    reason: str
    author: str
    day: str
    review: str
    weighed: tuple[Weighed, ...]


@dataclass(frozen=True, slots=True)
class Team:
    """All that the account team keeps about an account."""

    account_id: str
    say_do: SayDo
    decisions: tuple[Decided, ...]

    @property
    def say_do_line(self) -> str:
        """What the customer says against what it does."""
        return self.say_do.sides[0].sentence

    @property
    def marked(self) -> tuple[tuple[str, Behaviour], ...]:
        """What was marked, with whose behaviour it is: what was not seen first."""
        every = [(side.name, one) for side in self.say_do.sides for step in side.steps for one in step.behaviours]
        known = [(name, one) for name, one in every if one.mark != "unknown"]
        return tuple(sorted(known, key=lambda found: found[1].mark != "not_seen"))

    @property
    def decision_line(self) -> str:
        """The newest decision."""
        return self.decisions[0].headline if self.decisions else say("No decision yet.")


@dataclass(frozen=True, slots=True)
class PrivatePanel:
    """Discussion 8 or 9."""

    number: int
    heading: str
    host: str
    ask_next: str
    sentence: str
    kept: Kept


def kept_on(db: Session, session_id: str) -> dict[int, Kept]:
    """What is kept on each of the nine discussions."""
    rows = team.discussions(db, session_id)
    return {
        number: Kept(number, row.notes, row.author, row.revision, row.done)
        if (row := rows.get(number))
        else Kept(number)
        for number in EVERY_NUMBER
    }


def private_panels(db: Session, session: LiveSession) -> tuple[PrivatePanel, ...]:
    """Discussions 8 and 9."""
    kept, found = kept_on(db, session.id), team_of(db, account=db.get_one(Account, session.account_id))
    sentences = (found.say_do_line, found.decision_line)
    return tuple(
        PrivatePanel(number, say(text), say(hint), say(ask_next), sentence, kept[number])
        for number, (text, hint), ask_next, sentence in zip(
            (8, 9), words.PRIVATE_PROMPTS, words.PRIVATE_NEXT, sentences, strict=True
        )
    )


def team_of(db: Session, *, account: Account) -> Team:
    """Say-do and the history of decisions of an account."""
    ladder = said_ladder(told_template(team.account_template(db, account)))
    labels = {step.position: step.label for step in ladder.steps}
    decided = tuple(_decided(one, labels) for one in team.decisions(db, account.id))
    return Team(account.id, say_do(db, account=account), decided)


def say_do(db: Session, *, account: Account) -> SayDo:
    """What each side said in the newest session where that is public, against what was seen of it."""
    template = told_template(team.account_template(db, account))
    ladder = said_ladder(template)
    newest = team.newest_session(db, account)
    known = public(db, session=newest) if newest is not None else None
    kept = team.behaviour_marks(db, account.id, template.key, ladder.key)
    marked = behaviours(ladder, [replace(one, text=told_behaviour(template.key, one.step, one.text)) for one in kept])
    supplier = db.get_one(Workspace, account.workspace_id).name
    names: dict[Side, str] = {"customer": short_name(account.name), "supplier": short_name(supplier)}
    return SayDo(
        template.key,
        template.name,
        tuple(_side_seen(side, names[side], _said(known, ladder, side), ladder, marked) for side in SIDES),
    )


def _said(known: Public | None, ladder: Dimension, side: Side) -> float | None:
    """The side's typical wish, where it is public."""
    if known is None or known.published is None or ladder.kind != "ordered":
        return None
    cell = known.published.dimension(ladder.key).sides[side]
    if cell.desired is None:
        return None
    return interpolated_median(cell.gap.wanted if cell.gap else cell.desired.counts)


def _side_seen(side: Side, name: str, said: float | None, ladder: Dimension, marked: tuple[Behaviour, ...]) -> SideSeen:
    own = tuple(one for one in marked if one.side == side)
    found = supported(side, own)
    seen_of = SEEN if side == "customer" else DONE
    return SideSeen(
        side,
        name,
        say_do_sentence(name, seen_of, found, said, ladder.steps, own),
        found,
        said,
        tuple(
            StepSeen(step.position, step.label, tuple(one for one in own if one.step == step.position))
            for step in ladder.steps
        ),
    )


def _decided(one: Decision, labels: dict[int, str]) -> Decided:
    said = decision_words(one.choice, one.step)
    review = date_words(one.review_on)
    return Decided(
        id=one.id,
        headline=say("{decision}, review on {day}.", decision=said, day=review) if review else f"{said}.",
        words=said,
        reason=one.reason,
        author=one.author,
        day=date_words(one.decided_on),
        review=review,
        weighed=tuple(
            Weighed(
                part["step"],
                labels.get(part["step"], ""),
                tuple((say(title), part[name]) for name, title in WEIGHED.items() if part.get(name)),
            )
            for part in one.weighed
        ),
    )


# --- as data --------------------------------------------------------------------------------------


def kept_json(kept: Kept) -> dict[str, Any]:
    """What is kept on a discussion, as data."""
    return {"notes": kept.notes, "notes_by": kept.author or None, "revision": kept.revision, "done": kept.done}


def private_panel_json(panel: PrivatePanel) -> dict[str, Any]:
    """Discussion 8 or 9 as data."""
    return {
        "number": panel.number,
        "question": panel.heading,
        "audience": "private",
        "ask_next": panel.ask_next,
        "sentence": panel.sentence,
    } | kept_json(panel.kept)


def private_discussions_json(db: Session, session: LiveSession) -> list[dict[str, Any]]:
    """All nine discussions as the private cut has them, with notes."""
    kept = kept_on(db, session.id)
    shared = [
        panel_json(panel) | {"read": panel.read} | kept_json(kept[panel.number])
        for panel in panels(db, public(db, session=session), unread=True)
    ]
    return shared + [private_panel_json(panel) for panel in private_panels(db, session)]


def behaviours_json(db: Session, *, account: Account) -> dict[str, Any]:
    """Every behaviour of the account's ladder, and which step each side's support."""
    found = say_do(db, account=account)
    items = [behaviour_json(one) for side in found.sides for step in side.steps for one in step.behaviours]
    return {"items": items, "next": None, "template": found.template_key, "say_do": say_do_json(found)}


def behaviour_json(one: Behaviour) -> dict[str, Any]:
    """A behaviour as data."""
    return {
        "id": f"{one.side}-{one.step}-{one.place}",
        "side": one.side,
        "step": one.step,
        "place": one.place,
        "text": one.text,
        "mark": one.mark,
        "evidence": one.evidence,
        "date": one.seen_on or None,
        "author": one.author or None,
    }


def say_do_json(found: SayDo) -> dict[str, Any]:
    """Say-do of both sides as data, without the single behaviours."""
    return {
        one.side: {
            "sentence": one.sentence,
            "step": one.found.step if one.found.enough else None,
            "known": one.found.known,
            "of": one.found.asked,
        }
        for one in found.sides
    }


def decision_json(one: Decision) -> dict[str, Any]:
    """A decision as data."""
    return {
        "id": one.id,
        "choice": one.choice,
        "step": one.step,
        "reason": one.reason,
        "author": one.author,
        "date": one.decided_on,
        "review_on": one.review_on or None,
        "session_id": one.session_id,
        "weighed": one.weighed,
    }


def team_json(db: Session, *, account: Account) -> dict[str, Any]:
    """What the account team keeps on the account, for files of the private cut."""
    found = behaviours_json(db, account=account)
    return {
        "behaviours": [one for one in found["items"] if one["author"]],
        "say_do": found["say_do"],
        "decisions": [decision_json(one) for one in team.decisions(db, account.id)],
    }
