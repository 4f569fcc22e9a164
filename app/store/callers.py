"""From a secret that somebody shows to who it is."""

import hmac
from dataclasses import dataclass
from hashlib import sha256

from sqlmodel import Session

from app.core.rights import ROLES, Who
from app.store import queries
from app.store.ids import token_hash
from app.store.tables import ApiToken, LiveSession, Participant, SignIn

SIGN_IN_IDLE_MS = 12 * 3600 * 1000
SIGN_IN_ABSOLUTE_MS = 7 * 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Member:
    """A user in a workspace. ``secret_hash`` is the hash of the cookie or API token that said so."""

    user_id: str
    name: str
    email: str
    workspace_id: str
    workspace: str
    time_zone: str
    role: str
    secret_hash: str
    by_cookie: bool
    seen_at: int = 0

    def may(self, right: Who) -> bool:
        """Whether the role reaches this right."""
        return ROLES[self.role] >= right


def member_by_cookie(db: Session, *, secret: str, now: int) -> Member | None:
    """The member whose sign-in cookie this is; None when it ran out or never was."""
    return member_by_sign_in(db, hashed=token_hash(secret), now=now)


def member_by_sign_in(db: Session, *, hashed: str, now: int) -> Member | None:
    """The same by the stored hash."""
    found = queries.sign_in(db, hashed)
    if found is None or not sign_in_holds(found[0], now=now):
        return None
    entry, user, workspace, role = found
    return Member(
        user.id,
        user.name,
        user.email,
        workspace.id,
        workspace.name,
        workspace.time_zone,
        role,
        hashed,
        True,
        entry.seen_at,
    )


def sign_in_holds(entry: SignIn, *, now: int) -> bool:
    """Whether a sign-in still counts: used within 12 hours and begun within 7 days."""
    return now - entry.seen_at <= SIGN_IN_IDLE_MS and now - entry.created_at <= SIGN_IN_ABSOLUTE_MS


def sign_in_mark(hashed: str) -> str:
    """What names a sign-in on a page: 16 hexadecimal digits from which its cookie can't be made."""
    return sha256(hashed.encode()).hexdigest()[:16]


def signed_in(db: Session, *, hashed: str, now: int) -> bool:
    """Whether this sign-in still counts, whatever its user may do."""
    entry = db.get(SignIn, hashed)
    return entry is not None and sign_in_holds(entry, now=now)


def token_exists(db: Session, *, hashed: str) -> bool:
    """Whether this API token was not taken back, whatever its user may do."""
    return db.get(ApiToken, hashed) is not None


def member_by_token(db: Session, *, hashed: str) -> Member | None:
    """The member whose API token has this hash."""
    found = queries.api_caller(db, hashed)
    if found is None:
        return None
    _, user, workspace, role = found
    return Member(
        user.id, user.name, user.email, workspace.id, workspace.name, workspace.time_zone, role, hashed, False
    )


def participant(db: Session, *, session_id: str, secret: str) -> Participant | None:
    """The participant of this session whose token this is."""
    found = queries.participant_by_token(db, token_hash(secret))
    return found if found is not None and found.session_id == session_id else None


def screen_key_holds(session: LiveSession, key: str) -> bool:
    """Whether this is the session's screen key."""
    return hmac.compare_digest(session.screen_key.encode(), key.encode())
