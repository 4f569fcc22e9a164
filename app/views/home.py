"""Home: accounts with their sessions, and the form for a new one."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.core.session_templates import SHIPPED
from app.store import queries
from app.store.callers import Member
from app.store.days import day, zone
from app.store.ids import now_ms
from app.store.tables import Account, LiveSession
from app.views.pictures import Row, picture
from app.views.public import public


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session as lists show it. ``when`` is in the workspace's time zone; ``status`` lobby, live or closed."""

    id: str
    title: str
    when: str
    status: str
    code: str
    sides: tuple[Row, ...]
    steps: int


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account with its newest session first."""

    id: str
    name: str
    sessions: tuple[SessionLine, ...]


@dataclass(frozen=True, slots=True)
class SessionForm:
    """What the new-session form holds, kept as typed when something is wrong. ``errors`` by field."""

    account: str = ""
    title: str = ""
    customer_groups: str = "Leadership\nProcurement\nOperations"
    supplier_groups: str = "Account team\nDelivery\nDirectors"
    attribution: str = "group"
    smallest_group: str = "3"
    expected: str = ""
    template: str = "supplier-to-partner"
    errors: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A template to choose from."""

    key: str
    name: str
    summary: str
    steps: int


@dataclass(frozen=True, slots=True)
class HomeView:
    """The whole home page; ``live`` are sessions running now."""

    greeting: str
    user: str
    workspace: str
    live: tuple[SessionLine, ...]
    live_accounts: tuple[str, ...]
    accounts: tuple[AccountLine, ...]
    templates: tuple[TemplateLine, ...]
    may_edit: bool
    form: SessionForm


def home_view(db: Session, *, member: Member, may_edit: bool, form: SessionForm | None = None) -> HomeView:
    """Home for one member: every account of the workspace with its sessions, newest first."""
    every = queries.sessions(db, member.workspace_id)
    by_account: dict[str, list[SessionLine]] = {}
    live, live_accounts = [], []
    for session in every:
        line = session_line(db, session=session, time_zone=member.time_zone)
        by_account.setdefault(session.account_id, []).append(line)
        if session.status == "live":
            live.append(line)
            live_accounts.append(session.customer)
    accounts = [
        AccountLine(account.id, account.name, tuple(by_account.get(account.id, ())))
        for account in queries.accounts(db, member.workspace_id)
    ]
    return HomeView(
        greeting=f"{_greeting(member.time_zone)}, {member.name.split()[0]}",
        user=member.name,
        workspace=member.workspace,
        live=tuple(live),
        live_accounts=tuple(live_accounts),
        accounts=tuple(accounts),
        templates=tuple(
            TemplateLine(template.key, template.name, template.summary, len(template.dimensions[0].steps))
            for template in SHIPPED.values()
        ),
        may_edit=may_edit,
        form=form or SessionForm(),
    )


def account_view(db: Session, *, account: Account, time_zone: str) -> AccountLine:
    """One account with its sessions."""
    sessions = queries.sessions(db, account.workspace_id, account_id=account.id)
    lines = tuple(session_line(db, session=session, time_zone=time_zone) for session in sessions)
    return AccountLine(account.id, account.name, lines)


def session_line(db: Session, *, session: LiveSession, time_zone: str) -> SessionLine:
    """A session as lists show it, with its sides where they are public."""
    known = public(db, session=session)
    dimension = known.template.dimensions[0]
    shown = picture(known, dimension) if dimension.kind == "ordered" else None
    return SessionLine(
        id=session.id,
        title=session.title,
        when=day(session.started_at or session.created_at, time_zone),
        status=session.status,
        code=session.code,
        sides=shown.sides if shown is not None else (),
        steps=len(dimension.steps),
    )


def _greeting(time_zone: str) -> str:
    hour = datetime.fromtimestamp(now_ms() / 1000, zone(time_zone)).hour
    return "Good morning" if 4 <= hour < 12 else "Good afternoon" if hour < 18 else "Good evening"
