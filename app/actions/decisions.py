"""The decision on an account: to invest, stay, step down or part ways well. It is only ever added to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session

from app.actions.dates import typed_date
from app.core.decisions import CHOICES, NEEDS_STEP, WEIGHED
from app.core.say_do import said_ladder
from app.core.scales import Dimension
from app.core.texts import REASON_AT_MOST, WEIGHED_AT_MOST, plain_text
from app.errors import BadInput, NotFound
from app.store import team
from app.store.ids import new_id, now_ms
from app.store.tables import Account, LiveSession
from app.store.team_tables import Decision


@dataclass(frozen=True, slots=True)
class Wanted:
    """A decision as it was typed. ``weighed``: step to what it costs and brings on both sides (`core.decisions.WEIGHED`)."""

    choice: object
    reason: object
    step: int | None = None
    review_on: object = None
    weighed: Mapping[int, Mapping[str, object]] = field(default_factory=dict)
    session_id: str | None = None


def decide(db: Session, *, account_id: str, author: str, today: str, wanted: Wanted) -> Decision:
    """Add a decision to the account's history. Raises NotFound for a missing account, BadInput with the fields that are wrong."""
    account = db.get(Account, account_id)
    if account is None:
        raise NotFound("This account does not exist.")
    template = team.account_template(db, account)
    ladder = said_ladder(template)
    wrong = dict(_wrong_choice(wanted, ladder))
    reason = _words(wanted.reason, "reason", REASON_AT_MOST, wrong, "Say why, in a sentence or two.")
    review_on = _review(wanted.review_on, today, wrong)
    weighed = _weighed(wanted.weighed, ladder, wrong)
    if wanted.session_id is not None and not _of_account(db, wanted.session_id, account_id):
        wrong["session_id"] = "a session of this account"
    if wrong:
        raise BadInput("This can’t be decided as it is. Nothing was kept.", fields=wrong)
    decision = Decision(
        id=new_id(),
        account_id=account_id,
        session_id=wanted.session_id,
        template_key=template.key,
        choice=str(wanted.choice),
        step=wanted.step if wanted.choice != "part" else None,
        reason=reason,
        weighed=weighed,
        author=author,
        decided_on=today,
        review_on=review_on,
        created_at=now_ms(),
    )
    db.add(decision)
    db.flush()
    return decision


def _of_account(db: Session, session_id: str, account_id: str) -> bool:
    session = db.get(LiveSession, session_id)
    return session is not None and session.account_id == account_id


def _wrong_choice(wanted: Wanted, ladder: Dimension) -> Sequence[tuple[str, str]]:
    if wanted.choice not in CHOICES:
        return [("choice", "Choose one: invest, stay, step_down or part.")]
    if wanted.step is None:
        return [("step", "Choose the step.")] if wanted.choice in NEEDS_STEP else []
    if not 1 <= wanted.step <= len(ladder.steps):
        return [("step", f"This ladder has steps 1 to {len(ladder.steps)}.")]
    return []


def _words(raw: object, name: str, at_most: int, wrong: dict[str, str], missing: str = "") -> str:
    """The text; what is wrong with it goes into ``wrong``. missing: what to say where nothing was written, "" where that is fine."""
    typed = raw.replace("\t", " ") if isinstance(raw, str) else raw
    try:
        words = plain_text(typed, what="This", at_most=at_most, lines=True, optional=True)
    except BadInput as error:
        wrong[name] = error.sentence
        return ""
    if not words and missing:
        wrong[name] = missing
    return words


def _review(raw: object, today: str, wrong: dict[str, str]) -> str:
    try:
        day = typed_date(raw, field="review_on")
    except BadInput as error:
        wrong |= error.fields
        return ""
    if day and day < today:
        wrong["review_on"] = "This date is in the past. Choose one from today on."
    return day


def _weighed(
    typed: Mapping[int, Mapping[str, object]], ladder: Dimension, wrong: dict[str, str]
) -> list[dict[str, Any]]:
    found = []
    for step in sorted(typed):
        if not 1 <= step <= len(ladder.steps):
            wrong[f"weighed-{step}"] = f"This ladder has steps 1 to {len(ladder.steps)}."
            continue
        words = {
            name: _words(typed[step].get(name), f"weighed-{step}-{name}", WEIGHED_AT_MOST, wrong) for name in WEIGHED
        }
        if any(words.values()):
            found.append({"step": step, **words})
    return found
