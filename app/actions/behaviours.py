"""Say-do: what the account team saw of the behaviours on an account's ladder."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import cast

from sqlmodel import Session

from app.actions.dates import typed_date
from app.core.say_do import MARKS, Behaviour, Mark, behaviours, said_ladder
from app.core.texts import BEHAVIOUR_AT_MOST, EVIDENCE_AT_MOST, plain_text
from app.errors import BadInput, NotFound, TooLong
from app.store import team
from app.store.tables import Account
from app.store.team_tables import BehaviourMark


@dataclass(frozen=True, slots=True)
class Seen:
    """A mark as it was typed; what is None stays as it is."""

    side: str
    step: int
    place: int
    text: object = None
    mark: object = None
    evidence: object = None
    seen_on: object = None

    @property
    def field(self) -> str:
        """Its name in forms and in errors."""
        return f"{self.side}-{self.step}-{self.place}"


def mark_behaviours(
    db: Session, *, account_id: str, author: str, today: str, seen: Iterable[Seen]
) -> tuple[Behaviour, ...]:
    """Keep these marks with their author; all behaviours of the account's ladder as they are then.

    Raises NotFound for a missing account; BadInput with the fields that are wrong, and then nothing is kept.
    """
    account = db.get(Account, account_id)
    if account is None:
        raise NotFound("This account does not exist.")
    template = team.account_template(db, account)
    dimension = said_ladder(template)
    own = team.behaviour_marks(db, account_id, template.key, dimension.key)
    known = {one.key: one for one in behaviours(dimension, own)}
    wrong: dict[str, str] = {}
    for one in seen:
        before = known.get((one.side, one.step, one.place))
        if before is None:
            wrong[one.field] = f"this ladder has no behaviour {one.place} of side {one.side} at step {one.step}"
            continue
        try:
            after = _changed(before, one, author, today)
        except BadInput as error:
            wrong |= error.fields
            continue
        if after != before:
            db.merge(_row(account_id, template.key, dimension.key, after))
            known[after.key] = after
    if wrong:
        raise BadInput("Some of this can’t be used. Nothing was kept.", fields=wrong)
    db.flush()
    return tuple(known.values())


def _changed(before: Behaviour, one: Seen, author: str, today: str) -> Behaviour:
    """The behaviour with what was typed. Raises BadInput with the fields that are wrong."""
    text = before.text if one.text is None else _text(one, "text", BEHAVIOUR_AT_MOST)
    mark = before.mark if one.mark is None and text == before.text else one.mark or "unknown"
    evidence = before.evidence if one.evidence is None else _text(one, "evidence", EVIDENCE_AT_MOST)
    if mark not in MARKS:
        raise BadInput(fields={f"{one.field}-mark": "seen, not_seen or unknown"})
    if mark != "unknown" and not text:
        raise BadInput(fields={f"{one.field}-text": "say first which behaviour was seen"})
    seen_on = before.seen_on
    if one.seen_on is not None:
        seen_on = typed_date(one.seen_on, field=f"{one.field}-date")
        if seen_on > today:
            raise BadInput(fields={f"{one.field}-date": "this date is still to come; choose today or an earlier one"})
    after = Behaviour(
        before.side, before.step, before.place, text, cast("Mark", mark), evidence, seen_on, before.author
    )
    if after == before:
        return before
    return replace(after, author=author)


def _text(one: Seen, what: str, at_most: int) -> str:
    raw = one.text if what == "text" else one.evidence
    typed = raw.replace("\t", " ") if isinstance(raw, str) else raw
    try:
        return plain_text(typed, what="This", at_most=at_most, lines=what == "evidence", optional=True)
    except TooLong:
        length = len(str(typed).strip())
        raise BadInput(fields={f"{one.field}-{what}": f"{length} characters; {at_most} fit"}) from None
    except BadInput as error:
        raise BadInput(fields={f"{one.field}-{what}": error.sentence}) from None


def _row(account_id: str, template_key: str, dimension: str, one: Behaviour) -> BehaviourMark:
    return BehaviourMark(
        account_id=account_id,
        template_key=template_key,
        dimension=dimension,
        side=one.side,
        step=one.step,
        place=one.place,
        text=one.text,
        mark=one.mark,
        evidence=one.evidence,
        seen_on=one.seen_on,
        author=one.author,
    )
