"""Commitments as people see them: the facilitator's list, and the list that both sides take home."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, cast

from sqlmodel import Session

from app.core.commitments import SOON_DAYS, WORDS, Row, State, is_late, is_public, plan_hints
from app.core.hints import Hint
from app.core.language import say
from app.core.scales import SIDES, Side
from app.core.sentences import short_name
from app.store import history, plans, queries
from app.store.days import date_words, day_of, days_later, today
from app.store.plan_tables import CheckIn, Commitment
from app.store.tables import LiveSession, Workspace
from app.views.moments import day
from app.views.readiness import ready_picture


@dataclass(frozen=True, slots=True)
class CheckInLine:
    """A check-in as the account team reads it. ``corrected`` is who mended or removed it and when, "" for nobody."""

    id: str
    when: str
    state_words: str
    note: str
    written_by: str
    corrected: str = ""
    removed: bool = False


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A commitment. ``side`` customer, supplier or both; ``due_words`` and ``who_when`` as people read them, "" for none.

    ``gives`` names who gives the ``counterpart``, "" where both sides will do it. ``check_ins`` newest first.
    """

    id: str
    text: str
    side: str
    owner: str
    due: str
    due_words: str
    who_when: str
    counterpart: str
    gives: str
    state: str
    state_words: str
    late: bool
    public: bool
    accepted: dict[Side, bool]
    theme_id: str
    theme: str
    revision: int
    changed_by: str
    check_ins: tuple[CheckInLine, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanGroup:
    """The rows of one side, or of both together. ``who`` is customer, supplier or both."""

    who: str
    heading: str
    rows: tuple[PlanRow, ...]


@dataclass(frozen=True, slots=True)
class SharedPlan:
    """The list that both sides take home: only what both agreed to. ``held`` is the day of the session.

    ``waiting``: what waits for the customer's yes alone, where somebody there was asked for it.
    """

    session_id: str
    title: str
    customer: str
    supplier: str
    held: str
    groups: tuple[PlanGroup, ...]
    waiting: tuple[PlanRow, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(len(group.rows) for group in self.groups)


@dataclass(frozen=True, slots=True)
class ThemeChoice:
    """A theme that a row may come from. ``rows`` are those it has already; ``ready``: both sides said that they are."""

    id: str
    name: str
    who_words: str
    rows: int
    ready: bool = False


@dataclass(frozen=True, slots=True)
class PlanView:
    """The facilitator's list of one session. ``counts`` are rows by side; ``last_time`` is "" where there was none."""

    session_id: str
    account_id: str
    title: str
    customer: str
    names: dict[Side, str]
    rows: tuple[PlanRow, ...]
    counts: dict[str, int]
    themes: tuple[ThemeChoice, ...]
    without_row: tuple[ThemeChoice, ...]
    hints: tuple[Hint, ...]
    last_time: str
    on_screen: bool
    agreed: int


WITHOUT_ROW_AT_MOST = 3


def time_zone_of(db: Session, session: LiveSession) -> str:
    """The time zone in which a session's dates are meant."""
    return db.get_one(Workspace, session.workspace_id).time_zone


def names_of(session: LiveSession) -> dict[Side, str]:
    """The companies' short names."""
    return {"customer": short_name(session.customer), "supplier": short_name(session.supplier)}


def plan_view(db: Session, *, session: LiveSession) -> PlanView:
    """The facilitator's list now."""
    names, rows = names_of(session), plan_rows(db, session)
    now = today(time_zone_of(db, session))
    used = [row.theme_id for row in rows]
    picture = ready_picture(db, session)
    ready = {row.theme_id for row in picture.rows if row.where == "both"} if picture is not None else set()
    themes = tuple(
        ThemeChoice(
            one.id, one.name, names.get(cast("Side", one.who), "both sides"), used.count(one.id), one.id in ready
        )
        for one in queries.themes(db, session.id)
    )
    return PlanView(
        session_id=session.id,
        account_id=session.account_id,
        title=session.title,
        customer=session.customer,
        names=names,
        rows=rows,
        counts={who: sum(row.side == who for row in rows) for who in (*SIDES, "both")},
        themes=themes,
        without_row=_without_row(themes),
        hints=tuple(plan_hints([_hint_row(row) for row in rows], names, soon=days_later(now, SOON_DAYS))),
        last_time=last_time(db, session),
        on_screen=session.stage.get("scene") == "plan",
        agreed=sum(row.public for row in rows),
    )


def _without_row(themes: Sequence[ThemeChoice]) -> tuple[ThemeChoice, ...]:
    """The first themes without a row; those for which both sides are ready come first."""
    found = sorted((theme for theme in themes if not theme.rows), key=lambda theme: not theme.ready)
    return tuple(found[:WITHOUT_ROW_AT_MOST])


def plan_rows(db: Session, session: LiveSession) -> tuple[PlanRow, ...]:
    """Every row in the order in which it was written down."""
    commitments = plans.commitments(db, session.id)
    return rows_of(db, session, commitments)


def rows_of(
    db: Session, session: LiveSession, commitments: Sequence[Commitment], *, removed: bool = False
) -> tuple[PlanRow, ...]:
    """These commitments of a session as rows. removed: with check-ins that were taken back."""
    if not commitments:  # as at each push of a session without a plan
        return ()
    zone = time_zone_of(db, session)
    now, names = today(zone), names_of(session)
    themes = {theme.id: theme.name for theme in queries.themes(db, session.id)}
    looks = plans.check_ins(db, [one.id for one in commitments], removed=removed)
    return tuple(row_of(one, now, zone, names, themes, looks.get(one.id, [])) for one in commitments)


def row_of(
    one: Commitment,
    now: str,
    zone: str,
    names: Mapping[Side, str],
    themes: Mapping[str, str] = MappingProxyType({}),
    looks: Iterable[CheckIn] = (),
) -> PlanRow:
    """A commitment as a row. ``now``: today's date in the time zone; ``themes``: names by id."""
    words = date_words(one.due, now=now)
    other: Side = "supplier" if one.side == "customer" else "customer"
    return PlanRow(
        id=one.id,
        text=one.text,
        side=one.side,
        owner=one.owner,
        due=one.due,
        due_words=words,
        who_when=", ".join(part for part in (one.owner, words) if part),
        counterpart=one.counterpart,
        gives="" if one.side == "both" else names[other],
        state=one.state,
        state_words=say(WORDS[State(one.state)]),
        late=is_late(one.state, one.due, now),
        public=is_public(one.state, accepted_by_both=one.customer_accepted and one.supplier_accepted),
        accepted={"customer": one.customer_accepted, "supplier": one.supplier_accepted},
        theme_id=one.theme_id or "",
        theme=themes.get(one.theme_id or "", ""),
        revision=one.revision,
        changed_by=one.changed_by,
        check_ins=tuple(_check_in(look, zone) for look in looks),
    )


def _check_in(look: CheckIn, zone: str) -> CheckInLine:
    corrected = f"{look.corrected_by}, {day(look.corrected_at, zone)}" if look.corrected_at is not None else ""
    state = WORDS[State(look.state)]
    return CheckInLine(look.id, day(look.at, zone), state, look.note, look.written_by, corrected, look.removed)


def _hint_row(row: PlanRow) -> Row:
    return Row(row.side, row.state, row.due, bool(row.counterpart))


def last_time(db: Session, session: LiveSession) -> str:
    """What became of the promises of the session before: "4 promised in May 2026: 2 done, 1 in hand, 1 dropped."."""
    found = history.last_promised(db, session.id)
    if found is None:
        return ""
    before, rows = found
    return f"{len(rows)} promised in {month(before, time_zone_of(db, before))}: {state_words([row.state for row in rows])}."


def month(session: LiveSession, zone: str) -> str:
    """The month in which a session was held: "May 2026"."""
    return " ".join(day(history.held_at(session), zone).split()[1:])


def state_words(states: Sequence[str]) -> str:
    """How many are in each state, in words: "2 done, 1 in hand"."""
    order = (State.DONE, State.IN_HAND, State.AGREED, State.DROPPED, State.PROPOSED)
    return ", ".join(f"{states.count(state)} {WORDS[state]}" for state in order if state in states)


# --- what both sides take home ----------------------------------------------------------------------


def may_open(session: LiveSession) -> bool:
    """Whether phones may open the list now: at the end, and while the facilitator shows it."""
    return session.status == "closed" or session.stage.get("scene") == "plan"


def any_agreed(db: Session, session: LiveSession) -> bool:
    """Whether there is anything on the list that both sides take home."""
    return any(
        is_public(one.state, accepted_by_both=one.customer_accepted and one.supplier_accepted)
        for one in plans.commitments(db, session.id)
    )


def public_row(row: PlanRow) -> PlanRow:
    """The row without what stays with the account team: notes, themes, who changed it."""
    return replace(row, theme_id="", theme="", changed_by="", check_ins=())


def shared_plan(db: Session, *, session: LiveSession, asks_customer: bool = False) -> SharedPlan:
    """What both sides agreed to, by who will do it. ``asks_customer``: with what waits for the customer's yes alone."""
    rows = [public_row(row) for row in plan_rows(db, session)]
    waits = [row for row in rows if row.state == State.PROPOSED and row.accepted["supplier"]]
    return SharedPlan(
        session_id=session.id,
        title=session.title,
        customer=session.customer,
        supplier=session.supplier,
        held=day(session.started_at or session.created_at, time_zone_of(db, session)),
        groups=grouped([row for row in rows if row.public], names_of(session)),
        waiting=tuple(waits) if asks_customer else (),
    )


def grouped(rows: Sequence[PlanRow], names: dict[Side, str]) -> tuple[PlanGroup, ...]:
    """Rows by who will do it, the customer's first; groups without a row are left out."""
    headings = {
        "customer": say("{company} will", company=names["customer"]),
        "supplier": say("{company} will", company=names["supplier"]),
        "both": say("Both will"),
    }
    groups = (PlanGroup(who, words, tuple(row for row in rows if row.side == who)) for who, words in headings.items())
    return tuple(group for group in groups if group.rows)


# --- as data ----------------------------------------------------------------------------------------


def commitments_json(db: Session, *, session: LiveSession, private: bool) -> list[dict[str, Any]]:
    """Commitments of Results. The customer's cut has what both agreed to, without the notes of check-ins."""
    rows = [row for row in plan_rows(db, session) if private or row.public]
    if not rows:
        return []
    shown = {theme.id for theme in queries.themes(db, session.id) if private or theme.shown}
    looks = plans.check_ins(db, [row.id for row in rows])
    zone = time_zone_of(db, session)
    return [commitment_json(row, looks.get(row.id, []), zone, private=private, themes=shown) for row in rows]


def one_commitment_json(db: Session, *, session: LiveSession, commitment: Commitment) -> dict[str, Any]:
    """A single one as the account team reads it."""
    (row,) = rows_of(db, session, [commitment])
    looks = plans.check_ins(db, [row.id]).get(row.id, [])
    return commitment_json(row, looks, time_zone_of(db, session), private=True, themes={row.theme_id})


def commitment_json(
    row: PlanRow, looks: Iterable[CheckIn], zone: str, *, private: bool, themes: set[str]
) -> dict[str, Any]:
    """The Commitment object of the HTTP API."""
    found: dict[str, Any] = {
        "id": row.id,
        "text": row.text,
        "side": row.side,
        "owner": row.owner,
        "due": row.due or None,
        "state": row.state,
        "theme_id": row.theme_id if row.theme_id in themes and row.theme_id else None,
        "counterpart": row.counterpart,
        "accepted": row.accepted,
        "late": row.late,
        "check_ins": [
            {"date": day_of(one.at, zone), "state": one.state}
            | ({"id": one.id, "note": one.note, "by": one.written_by} if private else {})
            for one in looks
        ],
    }
    return found | ({"revision": row.revision, "changed_by": row.changed_by} if private else {})
