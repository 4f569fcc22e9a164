"""The page of an account: where it stands in the cycle, its sessions in time, what was promised and done, what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.core.commitments import State, is_late, is_public
from app.core.cycle import HALF_A_YEAR, Facts, Stage, Turn, next_words, stage_of, turns
from app.store import history, lists, plans, queries
from app.store.callers import Member
from app.store.days import date_words, day_of, days_later, today
from app.store.ids import now_ms
from app.store.plan_tables import CheckIn, Commitment
from app.store.tables import Account, LiveSession
from app.views.home import AccountLine, session_lines
from app.views.moments import day
from app.views.pictures import NO_ANSWERS, TOO_FEW, Row
from app.views.promises import AccountPromises, account_promises
from app.views.public import Public, public_of_each
from app.views.results import rounded
from app.views.series import NOT_THERE, SIDES_ONLY, Gap, Series, Track, series
from app.views.team import Team, team_of

SESSIONS_AT_ONCE = 12
"""How many sessions a page of the account shows, and how many stand beside each other in time."""
DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Follow:
    """The session that a next one starts from, and one that is prepared or runs already ("" where there is none)."""

    title: str
    day: str
    stair: str
    groups: int
    promised: int
    shown: bool
    planned_id: str
    planned: str


@dataclass(frozen=True, slots=True)
class Cycle:
    """Where the account stands, and what comes next: in words, and where to do it ("" for nowhere)."""

    stage: Stage
    turns: tuple[Turn, ...]
    next: str
    link: str
    link_words: str


@dataclass(frozen=True, slots=True)
class AccountView:
    """The page. ``cycle`` and ``follow`` are about the newest sessions: None on pages of older ones."""

    line: AccountLine
    series: Series
    promises: AccountPromises
    team: Team
    cycle: Cycle | None
    follow: Follow | None


def account_view(db: Session, *, member: Member, account_id: str, after: str = "") -> AccountView:
    """The account with its newest sessions, or those behind ``after``. As many queries however many sessions there are.

    Raises NotFound for what does not exist.
    """
    account = queries.account_in_workspace(db, account_id, member.workspace_id)
    last = queries.session_in_workspace(db, after, member.workspace_id) if after else None
    found = lists.sessions_page(db, member.workspace_id, account_id=account.id, after=last, limit=SESSIONS_AT_ONCE + 1)
    sessions = found[:SESSIONS_AT_ONCE]
    ids = [one.id for one in sessions]
    known, written = public_of_each(db, sessions), history.commitments_of(db, ids)
    lines = session_lines(db, sessions=sessions, time_zone=member.time_zone, known=known)
    following = sessions[-1].id if len(found) > len(sessions) else ""
    groups = history.groups_of_each(db, ids)
    looks = plans.check_ins(db, [one.id for rows in written.values() for one in rows])
    newest = None if after else Newest(sessions, known, written, looks, member.time_zone)
    return AccountView(
        AccountLine(account.id, account.name, tuple(lines[one.id] for one in sessions), next=following),
        series(sessions, known, groups, member.time_zone, imported={id_ for id_, line in lines.items() if line.origin}),
        account_promises(db, account_id=account.id, sessions=sessions, written=written, time_zone=member.time_zone),
        team_of(db, account=account),
        newest.cycle(account) if newest else None,
        _follow(newest, {id_: len(some) for id_, some in groups.items()}) if newest else None,
    )


@dataclass(frozen=True, slots=True)
class Newest:
    """An account's newest sessions, with what the cycle asks of them."""

    sessions: Sequence[LiveSession]
    known: Mapping[str, Public]
    written: Mapping[str, Sequence[Commitment]]
    looks: Mapping[str, Sequence[CheckIn]]
    time_zone: str

    @property
    def measured(self) -> LiveSession | None:
        """The newest session with a result."""
        shown = (one for one in self.sessions if one.id in self.known and self.known[one.id].published is not None)
        return max(shown, key=history.held_at, default=None)

    @property
    def planned(self) -> LiveSession | None:
        """The newest session after the last result that is prepared or runs."""
        measured = self.measured
        since = history.held_at(measured) if measured is not None else 0
        waiting = (
            one
            for one in self.sessions
            if one is not measured and one.status != "closed" and history.held_at(one) > since
        )
        return max(waiting, key=history.held_at, default=None)

    def facts(self) -> Facts:
        """What the rules of the cycle ask."""
        measured, planned = self.measured, self.planned
        title, runs = (planned.title, planned.status == "live") if planned is not None else ("", False)
        if measured is None:
            return Facts(planned=title, runs=runs)
        rows = self.written[measured.id]
        agreed = [
            one
            for one in rows
            if is_public(one.state, accepted_by_both=one.customer_accepted and one.supplier_accepted)
        ]
        now, held = today(self.time_zone), history.held_at(measured)
        looks = [look for one in agreed for look in self.looks.get(one.id, ())]
        return Facts(
            measured=day(held, self.time_zone),
            days_ago=max(0, (now_ms() - held) // DAY_MS),
            agreed=len(agreed),
            proposed=sum(one.state == State.PROPOSED for one in rows),
            done=sum(one.state == State.DONE for one in agreed),
            dropped=sum(one.state == State.DROPPED for one in agreed),
            late=sum(is_late(one.state, one.due, now) for one in agreed),
            looks=len(looks),
            looked=day(max(look.at for look in looks), self.time_zone) if looks else "",
            again_by=date_words(days_later(day_of(held, self.time_zone), HALF_A_YEAR)),
            planned=title,
            runs=runs,
        )

    def cycle(self, account: Account) -> Cycle:
        """Where the account stands."""
        facts = self.facts()
        stage = stage_of(facts)
        link, words = self._way(account, stage, open_rows=facts.open)
        return Cycle(stage, turns(facts), next_words(facts), link, words)

    def _way(self, account: Account, stage: Stage, *, open_rows: int) -> tuple[str, str]:
        measured, planned = self.measured, self.planned
        if planned is not None:
            return f"/sessions/{planned.id}", "Open its console"
        if measured is None or stage is Stage.RECALIBRATE:
            return f"/accounts/{account.id}/next", "Plan the next session" if measured else "Plan the first session"
        if stage is Stage.FORMULATE or not open_rows:
            return f"/sessions/{measured.id}/plan", "Open the commitments"
        return "#open-commitments", "See what is open"


def _follow(newest: Newest, groups: Mapping[str, int]) -> Follow | None:
    """What a next session would start from, None before the first."""
    base = newest.measured or next(iter(newest.sessions), None)
    if base is None:
        return None
    planned = newest.planned
    template = newest.known[base.id].template if base.id in newest.known else None
    promised = sum(
        is_public(one.state, accepted_by_both=one.customer_accepted and one.supplier_accepted)
        for one in newest.written[base.id]
    )
    steps = f", {len(template.dimensions[0].steps)} steps" if template and len(template.dimensions) == 1 else ""
    return Follow(
        title=base.title,
        day=day(history.held_at(base), newest.time_zone),
        stair=f"{template.name}{steps}" if template else "",
        groups=groups[base.id],
        promised=promised,
        shown=newest.measured is not None,
        planned_id=planned.id if planned else "",
        planned=planned.title if planned else "",
    )


# --- as data ----------------------------------------------------------------------------------------

WHY = {TOO_FEW: "too_few", NO_ANSWERS: "no_answers", NOT_THERE: "not_there", SIDES_ONLY: "sides_only"}


def history_json(view: AccountView) -> dict[str, Any]:
    """The account's sessions in time, without what the account team keeps for itself."""
    cycle = view.cycle
    return {
        "id": view.line.id,
        "name": view.line.name,
        "cycle": {
            "stage": cycle.stage,
            "next": cycle.next,
            "turns": [{"stage": turn.stage, "state": turn.state, "note": turn.note} for turn in cycle.turns],
        }
        if cycle is not None
        else None,
        "tracks": [_track_json(track) for track in view.series.tracks],
        "notes": list(view.series.notes),
        "next": view.line.next or None,
    }


def _track_json(track: Track) -> dict[str, Any]:
    return {
        "label": track.label,
        "steps": list(track.steps),
        "notes": list(track.notes),
        "sessions": [
            {"session_id": stop.session_id, "title": stop.title, "held": stop.day, "imported": stop.imported}
            | {"apart": {"current": _apart_json(now), "desired": _apart_json(then)}}
            for stop, now, then in zip(track.stops, track.today, track.wanted, strict=True)
        ],
        "lines": [
            {
                "name": line.name,
                "side": line.side,
                "whole": line.whole,
                "points": [_point_json(p.row) for p in line.points],
            }
            for line in track.lines
        ],
    }


def _apart_json(gap: Gap) -> dict[str, Any] | None:
    return {"emd_steps": float(gap.steps), "flag": gap.flag} if gap.steps else None


def _point_json(row: Row) -> dict[str, Any]:
    if row.why:
        return {"shown": False, "why": WHY[row.why]}
    gap = {"mean_gap": rounded(row.gap), "up": row.up, "stay": row.stay, "down": row.down}
    return {
        "shown": True,
        "n": row.n,
        "current": rounded(row.today),
        "desired": rounded(row.wanted),
        "gap": gap if row.gap is not None else None,
    }
