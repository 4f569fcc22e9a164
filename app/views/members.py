"""What the pages *Settings* and *People* show."""

import zoneinfo
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from app.core.reminders import DAYS_BY_DEFAULT
from app.core.rights import Who
from app.store.callers import Member, sign_in_holds, sign_in_mark
from app.store.reminder_tables import Reminder
from app.store.tables import ApiToken, Membership, SignIn, User, Workspace
from app.views.moments import moment


@dataclass(frozen=True, slots=True)
class SignInLine:
    """A browser that is signed in. ``mark`` names it in the form that ends it; ``this``: the one that looks."""

    mark: str
    began: str
    seen: str
    this: bool


@dataclass(frozen=True, slots=True)
class TokenLine:
    """An API token, without the token."""

    id: str
    name: str
    made: str


@dataclass(frozen=True, slots=True)
class ReminderLine:
    """One's own reminders by e-mail. ``trouble``: why the last mail did not arrive: refused, away or ""."""

    on: bool
    days_before: int
    trouble: str


@dataclass(frozen=True, slots=True)
class SettingsView:
    """One's own settings."""

    user: str
    owner: bool
    name: str
    email: str
    role: str
    company: str
    sign_ins: tuple[SignInLine, ...]
    tokens: tuple[TokenLine, ...]
    reminder: ReminderLine


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody in the workspace. ``me``: who looks; ``last_owner``: who can't leave."""

    id: str
    name: str
    email: str
    role: str
    me: bool
    last_owner: bool


@dataclass(frozen=True, slots=True)
class PeopleView:
    """The workspace and its people. ``keep_days`` is "" where everything is kept."""

    user: str
    owner: bool
    company: str
    time_zone: str
    time_zones: tuple[str, ...]
    keep_days: str
    people: tuple[PersonLine, ...]


def settings_view(db: Session, *, member: Member, now: int) -> SettingsView:
    """What the page Settings shows this member; ``now`` in milliseconds."""
    user = db.get_one(User, member.user_id)
    entries = db.exec(select(SignIn).where(SignIn.user_id == user.id).order_by(col(SignIn.seen_at).desc())).all()
    tokens = db.exec(select(ApiToken).where(ApiToken.user_id == user.id).order_by(col(ApiToken.created_at))).all()
    zone = member.time_zone
    return SettingsView(
        user=user.name,
        owner=member.may(Who.OWNER),
        name=user.name,
        email=user.email,
        role=member.role,
        company=member.workspace,
        sign_ins=tuple(
            SignInLine(
                sign_in_mark(entry.token_hash),
                moment(entry.created_at, zone),
                moment(entry.seen_at, zone),
                entry.token_hash == member.secret_hash,
            )
            for entry in entries
            if sign_in_holds(entry, now=now)
        ),
        tokens=tuple(TokenLine(token.id, token.name, moment(token.created_at, zone)) for token in tokens),
        reminder=_reminder(db.get(Reminder, (member.workspace_id, member.user_id))),
    )


def _reminder(row: Reminder | None) -> ReminderLine:
    if row is None:
        return ReminderLine(on=False, days_before=DAYS_BY_DEFAULT, trouble="")
    return ReminderLine(on=True, days_before=row.days_before, trouble=row.trouble)


def people_view(db: Session, *, member: Member) -> PeopleView:
    """What the page People shows an owner."""
    place = db.get_one(Workspace, member.workspace_id)
    query = (
        select(User, Membership.role)
        .join(Membership, col(Membership.user_id) == col(User.id))
        .where(Membership.workspace_id == place.id)
        .order_by(func.lower(User.name), col(User.id))
    )
    rows = db.exec(query).all()
    owners = sum(role == "owner" for _, role in rows)
    return PeopleView(
        user=member.name,
        owner=member.may(Who.OWNER),
        company=place.name,
        time_zone=place.time_zone,
        time_zones=tuple(sorted(zoneinfo.available_timezones())),
        keep_days="" if place.keep_days is None else str(place.keep_days),
        people=tuple(
            PersonLine(user.id, user.name, user.email, role, user.id == member.user_id, role == "owner" and owners == 1)
            for user, role in rows
        ),
    )
