"""The portfolio: every account at a glance, from the last session of each of which something is shown. For members alone."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

from sqlmodel import Session

from app.core import portfolio as rules
from app.core.decisions import decision_words
from app.core.session_templates import SUPPLIER_TO_PARTNER
from app.store import portfolio as stored
from app.store.callers import Member
from app.store.days import date_words, day_of, today
from app.store.tables import Account, LiveSession
from app.store.team_tables import Decision
from app.views.moments import day
from app.views.pictures import TOO_FEW, Row
from app.views.results import rounded
from app.views.standing import Apart, Standing, standings


@dataclass(frozen=True, slots=True)
class Last:
    """The session that an account's figures are of. ``on``: YYYY-MM-DD."""

    id: str
    title: str
    when: str
    on: str
    at: int
    closed: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """An account's newest decision. Private. ``review_on``: YYYY-MM-DD or ""."""

    choice: str
    words: str
    step: int | None
    on: str
    review_on: str


@dataclass(frozen=True, slots=True)
class Next:
    """What is ahead: live, prepared (a session with its id), review (the day to look at the decision again), or "" for nothing.

    ``on`` is that day, YYYY-MM-DD, "" for a session, which has no day. ``passed``: the day is over.
    """

    kind: str = ""
    session_id: str = ""
    title: str = ""
    on: str = ""
    words: str = ""
    passed: bool = False


_SOON = {"live": "0", "prepared": "1"}
"""Before every date."""


@dataclass(frozen=True, slots=True)
class Line:
    """One account. ``sessions``: how many it has. ``standing`` is None where nothing is shown; ``nothing`` says why."""

    id: str
    name: str
    sessions: int
    last: Last | None
    standing: Standing | None
    nothing: str
    decision: Decided | None
    overdue: int
    next: Next

    @property
    def decided(self) -> bool:
        """Whether there is a decision."""
        return self.decision is not None

    @property
    def has_next(self) -> bool:
        """Whether a session or a review is ahead."""
        return bool(self.next.kind)

    @property
    def sides_apart(self) -> bool:
        """Whether the sides differ on today so that it is worth asking about."""
        return self.apart is not None and self.apart.flag in {"clear", "ask"}

    @property
    def apart(self) -> Apart | None:
        """How far apart the sides see today."""
        return self.standing.today if self.standing is not None else None

    @property
    def steps(self) -> int:
        """How many steps the stair has, 0 where there is none."""
        return len(self.standing.steps) if self.standing is not None else 0

    def side(self, which: str) -> Row | None:
        """One side, shown or not; None where it has no answers."""
        return self.standing.side(which) if self.standing is not None else None

    def value(self, key: str) -> float | str | None:
        """What an order goes by: steps as shares of their stair, so that stairs of different heights compare."""
        values: dict[str, Callable[[], float | str | None]] = {
            "name": self.name.casefold,
            "today": lambda: self._share("customer", "today"),
            "wanted": lambda: self._share("customer", "wanted"),
            "us": lambda: self._share("supplier", "today"),
            "rise": lambda: customer.gap if (customer := self.side("customer")) is not None else None,
            "apart": lambda: self.apart.steps if self.apart is not None else None,
            "ready": self._ready,
            "decision": lambda: self.decision.words if self.decision is not None else None,
            "overdue": lambda: self.overdue or None,
            "last": lambda: self.last.at if self.last is not None else None,
            "next": lambda: _SOON.get(self.next.kind, self.next.on) or None,
        }
        return values[key]()

    def _share(self, side: str, when: Literal["today", "wanted"]) -> float | None:
        row = self.side(side)
        step: float | None = getattr(row, when) if row is not None else None
        return (step - 0.5) / self.steps if step is not None else None

    def _ready(self) -> float | None:
        ready = self.standing.ready if self.standing is not None else None
        return ready.both / ready.themes if ready is not None and ready.themes > ready.unknown else None


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: letters of a name, a filter, an order, a page. All of it made usable."""

    find: str = ""
    show: str = "all"
    sort: str = rules.FIRST
    page: int = 1

    @property
    def plain(self) -> bool:
        """Whether every account is wanted."""
        return not self.find and self.show == "all"

    def at(self, path: str, **changes: str | int) -> str:
        """The address with these changes; what is usual is left out. Another filter or order starts at the first page."""
        wanted: dict[str, Any] = {"find": self.find, "show": self.show, "sort": self.sort, "page": 1} | changes
        usual = {"find": "", "show": "all", "sort": rules.FIRST, "page": 1}
        query = urlencode({key: value for key, value in wanted.items() if value != usual[key]})
        return f"{path}?{query}" if query else path


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head: which order it asks for next, and the one it has now ("" for neither)."""

    key: str
    words: str
    order: str
    now: str


@dataclass(frozen=True, slots=True)
class OnStair:
    """How many accounts' customers stand on each step of the common stair today, and how many want to."""

    today: tuple[int, ...]
    wanted: tuple[int, ...]
    accounts: int


@dataclass(frozen=True, slots=True)
class PortfolioView:
    """The page. ``stair``, ``steps``, ``short``: the stair that most accounts were asked with, which heads the column.

    ``counts``: how many each filter lets through, of those found. ``first``: the number of the first line on the page.
    """

    headline: str
    sub: str
    company: str
    lines: tuple[Line, ...]
    found: int
    first: int
    asked: Asked
    pages: int
    counts: tuple[tuple[str, str, int], ...]
    stair: str
    steps: tuple[str, ...]
    short: tuple[str, ...]
    on_stair: OnStair | None
    others: bool


HEADS = (
    ("name", "Account"),
    ("-apart", "Apart today"),
    ("ready", "Ready"),
    ("decision", "Decision"),
    ("-overdue", "Overdue"),
    ("next", "Next"),
)


def asked_for(find: str, show: str, sort: str, page: str) -> Asked:
    """What an address asks for; words that mean nothing ask for what is usual."""
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    return Asked(find.strip(), rules.filter_of(show), rules.order_of(sort), number)


def heads(view: PortfolioView) -> list[Head]:
    """The columns' heads: a click on the order that is on turns it round."""
    now = view.asked.sort
    same = {key: key.removeprefix("-") == now.removeprefix("-") for key, _ in HEADS}
    return [Head(key, words, rules.turned(now) if same[key] else key, now if same[key] else "") for key, words in HEADS]


def portfolio_view(db: Session, *, member: Member, asked: Asked) -> PortfolioView:
    """The page for one member. As many queries for one account as for hundreds."""
    everyone = portfolio_lines(db, member=member)
    found = rules.found(everyone, asked.find)
    wanted = rules.sorted_by(rules.held_by(found, asked.show), asked.sort)
    shown, page, pages = rules.page_of(wanted, asked.page)
    stair, steps, short = _common(everyone)
    measured = sum(one.last is not None for one in everyone)
    number = f"{len(everyone)} {'account' if len(everyone) == 1 else 'accounts'}"
    return PortfolioView(
        headline=rules.headline(everyone),
        sub=f"{number}, {measured} with a result. Typical steps, each side for itself." if everyone else "",
        company=member.workspace,
        lines=tuple(shown),
        found=len(wanted),
        first=(page - 1) * rules.AT_ONCE + 1,
        asked=Asked(asked.find, asked.show, asked.sort, page),
        pages=pages,
        counts=tuple((key, words, len(rules.held_by(found, key))) for key, words in rules.FILTERS.items()),
        stair=stair,
        steps=steps,
        short=short,
        on_stair=_on_stair(wanted, steps),
        others=any(one.standing is not None and one.standing.steps != steps for one in shown),
    )


def portfolio_lines(db: Session, *, member: Member) -> list[Line]:
    """Every account of the member's workspace by name."""
    workspace, now = member.workspace_id, today(member.time_zone)
    counts, ahead = stored.sessions_of_each(db, workspace), stored.newest_ahead(db, workspace)
    newest = stored.newest_shown(db, workspace)
    stands = standings(db, list(newest.values()))
    decisions, late = stored.decisions(db, workspace), stored.overdue(db, workspace, today=now)

    def line(account: Account) -> Line:
        shown, decided = newest.get(account.id), decisions.get(account.id)
        standing = stands.get(shown.id) if shown is not None else None
        last = _last(shown, member.time_zone) if shown is not None and standing is not None else None
        decision = _decided(decided) if decided is not None else None
        sessions = counts.get(account.id, 0)
        return Line(
            id=account.id,
            name=account.name,
            sessions=sessions,
            last=last,
            standing=standing,
            nothing=_nothing(sessions, standing),
            decision=decision,
            overdue=late.get(account.id, 0),
            next=_next(ahead.get(account.id), decision, last, now),
        )

    return [line(account) for account in stored.accounts(db, workspace)]


def _decided(one: Decision) -> Decided:
    return Decided(one.choice, decision_words(one.choice, one.step), one.step, one.decided_on, one.review_on)


def _last(session: LiveSession, time_zone: str) -> Last:
    at = session.started_at or session.created_at
    return Last(session.id, session.title, day(at, time_zone), day_of(at, time_zone), at, session.status == "closed")


def _nothing(sessions: int, standing: Standing | None) -> str:
    if standing is None:
        return "No session has shown a result yet." if sessions else "Nothing to show until the first session."
    if not standing.steps:
        return "Several types may apply here: see the report."
    return "" if standing.sides else "Nobody has answered."


def _next(ahead: LiveSession | None, decision: Decided | None, last: Last | None, now: str) -> Next:
    """A session that runs or is prepared, other than the one whose figures are shown; else the day of the decision's review."""
    if ahead is not None and ahead.status == "live":
        return Next("live", ahead.id, ahead.title, words="Live now")
    if ahead is not None and (last is None or ahead.id != last.id):
        return Next("prepared", ahead.id, ahead.title, words="Prepared")
    if decision is not None and decision.review_on:
        on = decision.review_on
        return Next("review", on=on, words=date_words(on, now=now), passed=on < now)
    return Next()


def _common(lines: Sequence[Line]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The stair that most accounts were asked with; the usual one before any was."""
    stairs = Counter((one.standing.stair, one.standing.steps, one.standing.short) for one in lines if one.standing)
    ordered = [(stair, count) for stair, count in stairs.items() if stair[1]]
    if ordered:
        return max(ordered, key=lambda one: one[1])[0]
    steps = SUPPLIER_TO_PARTNER.dimensions[0].steps
    labels = tuple(step.label for step in steps)
    return SUPPLIER_TO_PARTNER.name, labels, tuple(step.short or step.label for step in steps)


def _on_stair(lines: Sequence[Line], steps: tuple[str, ...]) -> OnStair | None:
    """How many accounts' customers typically stand on each step; None for fewer than two accounts."""
    on = [
        row
        for one in lines
        if one.standing is not None and one.standing.steps == steps and (row := one.side("customer"))
    ]
    today_, wanted = ([value for row in on if (value := getattr(row, key)) is not None] for key in ("today", "wanted"))
    if len(today_) < 2:
        return None
    return OnStair(_by_step(today_, len(steps)), _by_step(wanted, len(steps)), len(today_))


def _by_step(values: Sequence[float], steps: int) -> tuple[int, ...]:
    nearest = Counter(min(steps, max(1, int(value + 0.5))) for value in values)
    return tuple(nearest[step] for step in range(1, steps + 1))


def portfolio_file_lines(db: Session, *, member: Member, asked: Asked) -> list[dict[str, Any]]:
    """The accounts that are asked for, in their order, all pages of them, as data."""
    found = rules.found(portfolio_lines(db, member=member), asked.find)
    return [line_json(one) for one in rules.sorted_by(rules.held_by(found, asked.show), asked.sort)]


# --- as data ----------------------------------------------------------------------------------------


def line_json(line: Line) -> dict[str, Any]:
    """An account of the portfolio as data, with what the account team keeps for itself."""
    standing = line.standing
    ready = standing.ready if standing is not None else None
    return {
        "id": line.id,
        "name": line.name,
        "sessions": line.sessions,
        "last": {"session_id": line.last.id, "title": line.last.title, "held": line.last.on} if line.last else None,
        "stair": standing.stair if standing is not None else None,
        "steps": list(standing.steps) if standing is not None else [],
        "sides": {side: _side_json(line.side(side)) for side in ("customer", "supplier")} if standing else None,
        "apart": {"current": _apart_json(standing.today), "desired": _apart_json(standing.wanted)}
        if standing
        else None,
        "readiness": {"both": ready.both, "one": ready.one, "neither": ready.neither, "hidden": ready.unknown}
        if ready is not None
        else None,
        "decision": {
            "choice": line.decision.choice,
            "step": line.decision.step,
            "date": line.decision.on,
            "review_on": line.decision.review_on or None,
        }
        if line.decision is not None
        else None,
        "overdue": line.overdue,
        "next": {"kind": line.next.kind, "session_id": line.next.session_id or None, "on": line.next.on or None}
        if line.next.kind
        else None,
    }


def _side_json(row: Row | None) -> dict[str, Any]:
    if row is None or row.why:
        return {"shown": False, "why": "too_few" if row is not None and row.why == TOO_FEW else "no_answers"}
    return {
        "shown": True,
        "n": row.n,
        "current": rounded(row.today),
        "desired": rounded(row.wanted),
        "mean_gap": rounded(row.gap),
    }


def _apart_json(apart: Apart | None) -> dict[str, Any] | None:
    return {"emd_steps": rounded(apart.steps), "flag": apart.flag} if apart is not None else None
