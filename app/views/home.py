"""Home: accounts with their sessions, and the form for a new one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.core.session_templates import SHIPPED
from app.store import imports, lists, queries
from app.store.callers import Member
from app.store.days import zone
from app.store.ids import now_ms
from app.store.import_tables import Imported
from app.store.tables import LiveSession
from app.views.moments import day
from app.views.origins import origin_line
from app.views.pictures import Picture, Row, picture
from app.views.public import Public, public_of_each


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session as lists show it. ``when`` is in the workspace's time zone; ``status`` lobby, live or closed.

    ``origin``: where its answers came from, "" where people answered here.
    """

    id: str
    title: str
    when: str
    status: str
    code: str
    sides: tuple[Row, ...]
    steps: int
    origin: str = ""


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account with some of its ``of`` sessions, the newest first. ``next``: where the following ones are, "" at the end."""

    id: str
    name: str
    sessions: tuple[SessionLine, ...]
    of: int = 0
    next: str = ""


@dataclass(frozen=True, slots=True)
class SessionForm:
    """What the new-session form holds, kept as typed when something is wrong. ``errors`` by field.

    ``mirror``: "1" where each side is asked to guess the other, else "". like: the session that it was filled in from, "" for none.
    """

    account: str = ""
    title: str = ""
    customer_groups: str = "Leadership\nProcurement\nOperations"
    supplier_groups: str = "Account team\nDelivery\nDirectors"
    attribution: str = "group"
    smallest_group: str = "3"
    expected: str = ""
    template: str = "supplier-to-partner"
    mirror: str = ""
    like: str = ""
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
    """The whole home page; ``live`` are sessions running now, ``names`` accounts to choose from for a new session.

    ``find`` is what accounts were looked for by. ``next``: where the
    following accounts are, "" at the end.
    """

    greeting: str
    user: str
    workspace: str
    live: tuple[SessionLine, ...]
    live_accounts: tuple[str, ...]
    accounts: tuple[AccountLine, ...]
    names: tuple[str, ...]
    find: str
    next: str
    templates: tuple[TemplateLine, ...]
    may_edit: bool
    form: SessionForm


ACCOUNTS_AT_ONCE = 20
SESSIONS_OF_EACH = 2
LIVE_AT_MOST = 10
NAMES_AT_MOST = 200


def home_view(
    db: Session, *, member: Member, may_edit: bool, form: SessionForm | None = None, find: str = "", after: str = ""
) -> HomeView:
    """Home for one member: accounts by name, each with its newest sessions. As many queries whatever there is.

    find: what an account's name must have in it. after: the last account of the page before. Raises NotFound for one
    that does not exist.
    """
    last = queries.account_in_workspace(db, after, member.workspace_id) if after else None
    found = lists.accounts_page(db, member.workspace_id, find=find, after=last, limit=ACCOUNTS_AT_ONCE + 1)
    shown = found[:ACCOUNTS_AT_ONCE]
    newest = lists.newest_of_each(db, [account.id for account in shown], limit=SESSIONS_OF_EACH)
    live = lists.live_now(db, member.workspace_id, limit=LIVE_AT_MOST)
    lines = session_lines(
        db, sessions=[*live, *(one for _, some in newest.values() for one in some)], time_zone=member.time_zone
    )
    return HomeView(
        greeting=f"{_greeting(member.time_zone)}, {member.name.split()[0]}",
        user=member.name,
        workspace=member.workspace,
        live=tuple(lines[session.id] for session in live),
        live_accounts=tuple(session.customer for session in live),
        accounts=tuple(
            AccountLine(
                account.id, account.name, tuple(lines[one.id] for one in newest[account.id][1]), newest[account.id][0]
            )
            for account in shown
        ),
        names=tuple(lists.account_names(db, member.workspace_id, limit=NAMES_AT_MOST)),
        find=find,
        next=shown[-1].id if len(found) > len(shown) else "",
        templates=shipped_templates(),
        may_edit=may_edit,
        form=form or SessionForm(),
    )


def shipped_templates() -> tuple[TemplateLine, ...]:
    """The templates that everybody may choose."""
    return tuple(
        TemplateLine(template.key, template.name, template.summary, len(template.dimensions[0].steps))
        for template in SHIPPED.values()
    )


def session_lines(
    db: Session, *, sessions: Sequence[LiveSession], time_zone: str, known: Mapping[str, Public] | None = None
) -> dict[str, SessionLine]:
    """Sessions as lists show them, by id, with their sides where they are public. As many queries for one as for all.

    known: what is public of them, where that was looked up already.
    """
    found = public_of_each(db, sessions) if known is None else known
    pictures = {id_: _first_picture(one) for id_, one in found.items()}
    origins = imports.imported(db, [session.id for session in sessions])
    return {one.id: _line(one, pictures.get(one.id), origins.get(one.id), time_zone) for one in sessions}


def _first_picture(known: Public) -> Picture | None:
    dimension = known.template.dimensions[0]
    return picture(known, dimension) if dimension.kind == "ordered" else None


def _line(session: LiveSession, shown: Picture | None, origin: Imported | None, time_zone: str) -> SessionLine:
    return SessionLine(
        id=session.id,
        title=session.title,
        when=day(session.started_at or session.created_at, time_zone),
        status=session.status,
        code=session.code,
        sides=shown.sides if shown is not None else (),
        steps=len(shown.steps) if shown is not None else 0,
        origin=origin_line(origin, time_zone) if origin is not None else "",
    )


def _greeting(time_zone: str) -> str:
    hour = datetime.fromtimestamp(now_ms() / 1000, zone(time_zone)).hour
    return "Good morning" if 4 <= hour < 12 else "Good afternoon" if hour < 18 else "Good evening"
