"""What both sides of an account promised and what became of it: by session, and what is open now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from sqlmodel import Session

from app.core.commitments import State
from app.core.scales import Side
from app.core.sentences import short_name
from app.store import history
from app.store.days import today
from app.store.plan_tables import Commitment
from app.store.tables import LiveSession
from app.views.plan import PlanRow, month, names_of, row_of, state_words

OPEN_AT_MOST = 40


@dataclass(frozen=True, slots=True)
class Kept:
    """What one side promised in a session: each promise's state, ``late`` in place of agreed or in hand; and in words."""

    side: str
    name: str
    states: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class KeptLine:
    """The promises of one session. ``late`` is how many are overdue now."""

    session_id: str
    when: str
    sides: tuple[Kept, ...]
    words: str
    late: int


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A promise that is not done yet, with the session it was made in."""

    session_id: str
    row: PlanRow
    who: str


@dataclass(frozen=True, slots=True)
class AccountPromises:
    """What was promised and done: by session, newest first; and what is open, the earliest date first.

    more: there are more open ones than are listed.
    """

    sessions: tuple[KeptLine, ...]
    open: tuple[OpenRow, ...]
    more: bool = False


def account_promises(
    db: Session,
    *,
    account_id: str,
    sessions: Sequence[LiveSession],
    written: Mapping[str, Sequence[Commitment]],
    time_zone: str,
) -> AccountPromises:
    """What both sides agreed to in these sessions, and what is open in the whole account. One query, whatever there is.

    written: the sessions' commitments.
    """
    now = today(time_zone)
    lines = []
    for session in sessions:
        rows = [row_of(one, now, time_zone, names_of(session)) for one in written[session.id]]
        agreed = [row for row in rows if row.public]
        if agreed:
            lines.append(_kept_line(session, agreed, time_zone))
    found = history.open_in_account(db, account_id, limit=OPEN_AT_MOST + 1)
    return AccountPromises(
        tuple(lines),
        tuple(
            _open_row(one, {"customer": short_name(customer), "supplier": short_name(supplier)}, now, time_zone)
            for one, customer, supplier in found[:OPEN_AT_MOST]
        ),
        more=len(found) > OPEN_AT_MOST,
    )


def _open_row(one: Commitment, names: dict[Side, str], now: str, time_zone: str) -> OpenRow:
    row = row_of(one, now, time_zone, names)
    who = ", ".join(part for part in (names.get(cast("Side", row.side), "Both"), row.owner) if part)
    return OpenRow(one.session_id, row, who)


def _kept_line(session: LiveSession, rows: Sequence[PlanRow], zone: str) -> KeptLine:
    names = {**{str(side): name for side, name in names_of(session).items()}, "both": "Both"}
    sides = []
    for who, name in names.items():
        own = tuple("late" if row.late else row.state for row in rows if row.side == who)
        if own:
            told = (state_words(own), f"{own.count('late')} late" if "late" in own else "")
            sides.append(Kept(who, name, own, ", ".join(part for part in told if part)))
    states = [row.state for row in rows]
    words = f"{states.count(State.DONE)} of {len(states)} done"
    if State.DROPPED in states:
        words += f", {states.count(State.DROPPED)} dropped"
    return KeptLine(session.id, month(session, zone), tuple(sides), words, sum(row.late for row in rows))
