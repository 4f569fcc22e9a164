"""Users, workspaces, sign-ins and API tokens."""

from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete
from sqlmodel import Session, col, select

from app.core.texts import NAME_AT_MOST, plain_text
from app.errors import BadInput, Conflict, LinkUsed, NotFound, NotSignedIn
from app.store import queries
from app.store.callers import SIGN_IN_ABSOLUTE_MS
from app.store.disk import makes_room
from app.store.ids import new_id, new_token, now_ms, token_hash
from app.store.tables import ApiToken, Membership, SetupLink, SignIn, User, Workspace

ROLES = ("owner", "facilitator", "viewer")
PASSWORD_AT_LEAST = 12
PASSWORD_AT_MOST = 200
LINK_LASTS_MS = 30 * 60 * 1000
DEFAULT_COMPANY = "My company"
WRONG_PAIR = "E-mail and password don’t fit together. Check both and try again."


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _decoy() -> str:
    """A hash to check against where there is no user, so that both take the same time."""
    return _hasher().hash(new_token())


def checked_password(password: object) -> str:
    """A password that may be used. Raises BadInput for one too short or long."""
    if not isinstance(password, str) or not PASSWORD_AT_LEAST <= len(password) <= PASSWORD_AT_MOST:
        words = f"Choose {PASSWORD_AT_LEAST} characters or more; a few words are easy to keep."
        raise BadInput(words, fields={"password": words})
    return password


def hash_password(password: object) -> str:
    """An argon2 hash. Takes a while on purpose: call outside the write lane. Raises BadInput for one too short or long."""
    return hash_secret(checked_password(password))


def hash_secret(secret: str) -> str:
    """An argon2 hash of something to type. Takes a while on purpose: call outside the write lane."""
    return _hasher().hash(secret)


def checked_name(raw: object, *, what: str = "Your name") -> str:
    """A person's or company's name. Raises BadInput."""
    return plain_text(raw, what=what, at_most=NAME_AT_MOST)


def password_holds(hashed: str | None, password: str) -> bool:
    """Whether the password fits; as slow for an unknown user as for a known one."""
    try:
        return _hasher().verify(hashed or _decoy(), password[:PASSWORD_AT_MOST]) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def checked_email(raw: object) -> str:
    """An address in lower case. Raises BadInput."""
    email = raw.strip().lower() if isinstance(raw, str) else ""
    name, at, host = email.partition("@")
    if not (name and at and host) or len(email) > 254 or any(c.isspace() or not c.isprintable() for c in email):
        raise BadInput(
            "This is not an e-mail address.", fields={"email": "Type an address such as inga@halden.example."}
        )
    return email


def new_setup_link(db: Session) -> str | None:
    """The token of a fresh one-time link, valid for 30 minutes; earlier links stop working. None once a user exists."""
    if queries.user_count(db):
        return None
    db.execute(delete(SetupLink))
    token = new_token()
    db.add(SetupLink(token_hash=token_hash(token), expires_at=now_ms() + LINK_LASTS_MS))
    return token


def setup_link_minutes(db: Session, *, token: str) -> int:
    """How many minutes the one-time link still holds, at least 1. Raises LinkUsed."""
    link = db.get(SetupLink, token_hash(token))
    left = (link.expires_at - now_ms()) if link and not link.used else 0
    if left <= 0 or queries.user_count(db):
        raise LinkUsed("A one-time link works once and for 30 minutes. Start Stairstep again to get a new one.")
    return max(1, left // 60_000)


@dataclass(frozen=True, slots=True)
class NewUser:
    """A person to add; ``password_hash`` comes from `hash_password`."""

    email: str
    name: str
    password_hash: str


def set_up(db: Session, *, token: str, user: NewUser, company: object, time_zone: str) -> str:
    """Make the first user, who owns a workspace named after the company; gives a sign-in token. Raises LinkUsed, BadInput."""
    setup_link_minutes(db, token=token)
    link = db.get_one(SetupLink, token_hash(token))
    link.used = True
    db.add(link)
    name = checked_name(company, what="Your company")
    added = add_user(db, user=user, role="owner", workspace=name, time_zone=time_zone)
    return sign_in(db, user_id=added.id)


def add_user(
    db: Session, *, user: NewUser, role: str | None = None, workspace: str | None = None, time_zone: str = "UTC"
) -> User:
    """A new user in the named workspace, made where it does not exist; without a name in the first one.

    role: owner, facilitator or viewer; left out, the workspace's first user is its owner and others are facilitators.

    Raises Conflict where the address is taken in that workspace, BadInput for an unknown role.
    """
    if role is not None and role not in ROLES:
        raise BadInput("A role is owner, facilitator or viewer.")
    place = _workspace(db, workspace, time_zone)
    if role is None:
        first = db.exec(select(Membership).where(Membership.workspace_id == place.id).limit(1)).first() is None
        role = "owner" if first else "facilitator"
    person = queries.user_by_email(db, user.email)
    if person is None:
        person = new_user(db, user)
    elif queries.membership(db, person.id, place.id) is not None:
        raise Conflict(f"{user.email} is a user of {place.name} already.")
    db.add(Membership(workspace_id=place.id, user_id=person.id, role=role))
    db.flush()
    return person


def new_user(db: Session, user: NewUser) -> User:
    """A user who is in no workspace yet. Raises BadInput for a name that can't be used."""
    name = checked_name(user.name)
    person = User(id=new_id(), email=user.email, name=name, password_hash=user.password_hash, created_at=now_ms())
    db.add(person)
    db.flush()
    return person


def _workspace(db: Session, name: str | None, time_zone: str) -> Workspace:
    query = select(Workspace).order_by(col(Workspace.created_at), col(Workspace.id))
    if name is not None:
        query = query.where(Workspace.name == name)
    place = db.exec(query).first()
    if place is None:
        place = Workspace(id=new_id(), name=name or DEFAULT_COMPANY, time_zone=time_zone, created_at=now_ms())
        db.add(place)
        db.flush()
    return place


def _first_membership(db: Session, user_id: str) -> Membership | None:
    """The user's membership in the oldest of their workspaces."""
    query = select(Membership).where(Membership.user_id == user_id).join(Workspace)
    return db.exec(query.order_by(col(Workspace.created_at), col(Workspace.id))).first()


@makes_room
def sign_in(db: Session, *, user_id: str) -> str:
    """A new sign-in for the user's first workspace; gives its token. Raises NotSignedIn for somebody in no workspace."""
    member = _first_membership(db, user_id)
    if member is None:
        raise NotSignedIn("You are in no workspace. Ask an owner to add you.")
    token, now = new_token(), now_ms()
    db.add(
        SignIn(
            token_hash=token_hash(token), user_id=user_id, workspace_id=member.workspace_id,
            created_at=now, seen_at=now, password_at=now,
        )
    )  # fmt: skip
    db.execute(delete(SignIn).where(col(SignIn.created_at) < now - SIGN_IN_ABSOLUTE_MS))
    return token


def touch_sign_in(db: Session, *, hashed: str) -> None:
    """Remember that a sign-in was used just now."""
    entry = db.get(SignIn, hashed)
    if entry is not None:
        entry.seen_at = now_ms()
        db.add(entry)


@makes_room
def password_typed(db: Session, *, hashed: str) -> None:
    """Remember that the password was typed once more just now in the browser with this sign-in."""
    entry = db.get(SignIn, hashed)
    if entry is not None:
        entry.password_at = now_ms()
        db.add(entry)


@makes_room
def sign_out(db: Session, *, hashed: str) -> None:
    """End a sign-in. Harmless when repeated."""
    db.execute(delete(SignIn).where(col(SignIn.token_hash) == hashed))


def create_token(db: Session, *, email: str, name: str) -> str:
    """A new API token for the user, shown once. Raises NotFound for an unknown address."""
    user = queries.user_by_email(db, email)
    member = _first_membership(db, user.id) if user else None
    if user is None or member is None:
        raise NotFound(f"There is no user {email}. Add one with: stairstep user add {email}")
    token = new_token()
    db.add(
        ApiToken(
            token_hash=token_hash(token), id=new_id(), name=name, user_id=user.id,
            workspace_id=member.workspace_id, created_at=now_ms(),
        )
    )  # fmt: skip
    return token
