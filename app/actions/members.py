"""What members change about themselves, and owners about their workspace and its people."""

import zoneinfo
from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from app.actions.people import (
    LINK_LASTS_MS,
    ROLES,
    NewUser,
    checked_email,
    checked_name,
    new_user,
    password_typed,
    sign_in,
)
from app.errors import BadInput, Conflict, LinkUsed, NotFound
from app.store import queries
from app.store.callers import sign_in_mark
from app.store.ids import new_id, new_token, now_ms, token_hash
from app.store.tables import ApiToken, Invitation, Membership, SignIn, User, Workspace

INVITATION_LASTS_MS = 7 * 24 * 3600 * 1000
KEEP_AT_LEAST_DAYS, KEEP_AT_MOST_DAYS = 30, 3650


def rename(db: Session, *, user_id: str, name: object) -> None:
    """Give the user another name. Sessions keep the name they were made with."""
    user = db.get_one(User, user_id)
    user.name = checked_name(name)
    db.add(user)


def change_password(db: Session, *, user_id: str, password_hash: str, but: str) -> None:
    """Store another password and end every sign-in of the user except the one with the hash ``but``."""
    user = db.get_one(User, user_id)
    user.password_hash = password_hash
    db.add(user)
    db.execute(delete(SignIn).where(col(SignIn.user_id) == user_id, col(SignIn.token_hash) != but))
    db.execute(delete(Invitation).where(col(Invitation.email) == user.email))
    password_typed(db, hashed=but)


def end_sign_ins(db: Session, *, user_id: str, but: str, mark: str = "") -> None:
    """End the user's sign-in that ``mark`` names, or all but the one with the hash ``but``. Harmless when repeated."""
    for entry in db.exec(select(SignIn).where(SignIn.user_id == user_id)).all():
        if entry.token_hash != but and mark in {"", sign_in_mark(entry.token_hash)}:
            db.delete(entry)


def add_token(db: Session, *, user_id: str, workspace_id: str, name: object) -> str:
    """A new API token of this user, which is given once."""
    words = checked_name(name, what="The token’s name")
    token = new_token()
    db.add(
        ApiToken(
            token_hash=token_hash(token), id=new_id(), name=words, user_id=user_id,
            workspace_id=workspace_id, created_at=now_ms(),
        )
    )  # fmt: skip
    return token


def revoke_token(db: Session, *, user_id: str, token_id: str) -> None:
    """Take an API token of this user back. Harmless when repeated."""
    db.execute(delete(ApiToken).where(col(ApiToken.id) == token_id, col(ApiToken.user_id) == user_id))


def set_workspace(db: Session, *, workspace_id: str, name: object, time_zone: object, keep_days: int | None) -> None:
    """Set the company's name for sessions to come, the time zone, and after how many days ended sessions are deleted.

    keep_days: 30 to 3,650, or None to keep everything. Raises BadInput with the fields that are wrong.
    """
    wrong = {}
    if time_zone not in zoneinfo.available_timezones():
        wrong["time_zone"] = "Choose one from the list, such as Europe/Berlin."
    if keep_days is not None and not KEEP_AT_LEAST_DAYS <= keep_days <= KEEP_AT_MOST_DAYS:
        wrong["keep_days"] = f"{KEEP_AT_LEAST_DAYS} to {KEEP_AT_MOST_DAYS} days, or empty to keep everything."
    try:
        words = checked_name(name, what="The company’s name")
    except BadInput as error:
        wrong["name"] = error.sentence
    if wrong:
        raise BadInput("Some of this can’t be used.", fields=wrong)
    place = db.get_one(Workspace, workspace_id)
    place.name, place.time_zone, place.keep_days = words, str(time_zone), keep_days
    db.add(place)


def invite(db: Session, *, workspace_id: str, email: object, role: object) -> str:
    """A one-time link's token for a new user of the workspace; an earlier one for the same address stops working.

    Raises BadInput for an address or role that can't be used, Conflict for somebody who is here already.
    """
    address = checked_email(email)
    if role not in ROLES:
        raise BadInput("A role is owner, facilitator or viewer.", fields={"role": "owner, facilitator or viewer"})
    user = queries.user_by_email(db, address)
    places = db.exec(select(Membership.workspace_id).where(Membership.user_id == user.id)).all() if user else []
    if places:
        here = workspace_id in places
        words = "is one of your people already" if here else "is a user of another company on this server"
        raise Conflict(f"{address} {words}.")
    return _link(db, workspace_id, address, str(role), INVITATION_LASTS_MS)


def new_password_link(db: Session, *, workspace_id: str, user_id: str) -> str:
    """A one-time link's token for a member who forgot the password, good for 30 minutes. Raises NotFound."""
    member, user = _member(db, workspace_id, user_id)
    return _link(db, workspace_id, user.email, member.role, LINK_LASTS_MS)


def _link(db: Session, workspace_id: str, email: str, role: str, lasts: int) -> str:
    db.execute(delete(Invitation).where(col(Invitation.email) == email, col(Invitation.workspace_id) == workspace_id))
    token = new_token()
    db.add(
        Invitation(
            token_hash=token_hash(token), workspace_id=workspace_id, email=email, role=role, expires_at=now_ms() + lasts
        )
    )
    return token


def invitation(db: Session, *, token: str) -> Invitation:
    """The invitation behind a link. Raises LinkUsed for one that was used, replaced or ran out."""
    found = db.get(Invitation, token_hash(token))
    if found is None or found.expires_at < now_ms():
        raise LinkUsed("This link has been used or has run out. Ask an owner of your workspace for a new one.")
    return found


@dataclass(frozen=True, slots=True)
class Invited:
    """Who a link is for. ``name`` is "" for somebody who is not a user yet."""

    email: str
    name: str
    company: str


def invited(db: Session, *, token: str) -> Invited:
    """Who a link is for. Raises LinkUsed."""
    link = invitation(db, token=token)
    user = queries.user_by_email(db, link.email)
    return Invited(link.email, user.name if user else "", db.get_one(Workspace, link.workspace_id).name)


def accept(db: Session, *, token: str, name: str, password_hash: str) -> str:
    """Become a user, or choose another password, with a one-time link; gives a sign-in token. Raises LinkUsed.

    A chosen password ends every earlier sign-in of that user.
    """
    link = invitation(db, token=token)
    user = queries.user_by_email(db, link.email)
    if user is None:
        user = new_user(db, NewUser(email=link.email, name=name, password_hash=password_hash))
    else:
        change_password(db, user_id=user.id, password_hash=password_hash, but="")
    if queries.membership(db, user.id, link.workspace_id) is None:
        db.add(Membership(workspace_id=link.workspace_id, user_id=user.id, role=link.role))
        db.flush()
    db.execute(delete(Invitation).where(col(Invitation.email) == link.email))
    return sign_in(db, user_id=user.id)


def set_role(db: Session, *, workspace_id: str, user_id: str, role: object) -> None:
    """Give a member another role. Raises NotFound, BadInput, Conflict for the last owner."""
    member, _ = _member(db, workspace_id, user_id)
    if role not in ROLES:
        raise BadInput("A role is owner, facilitator or viewer.")
    if member.role == "owner" and role != "owner":
        _not_the_last_owner(db, workspace_id)
    member.role = str(role)
    db.add(member)
    db.execute(delete(SignIn).where(col(SignIn.user_id) == user_id))  # a changed role is signed in anew (SAFETY T13)


def remove(db: Session, *, workspace_id: str, user_id: str) -> None:
    """Take somebody out of the workspace: sign-ins and API tokens end at once. Raises NotFound, Conflict for the last owner."""
    member, user = _member(db, workspace_id, user_id)
    if member.role == "owner":
        _not_the_last_owner(db, workspace_id)
    for table in (SignIn, ApiToken):
        db.execute(delete(table).where(col(table.user_id) == user_id, col(table.workspace_id) == workspace_id))
    db.execute(delete(Invitation).where(col(Invitation.email) == user.email))
    db.delete(member)


def _member(db: Session, workspace_id: str, user_id: str) -> tuple[Membership, User]:
    member = queries.membership(db, user_id, workspace_id)
    if member is None:
        raise NotFound("This person is not one of your people any more.")
    return member, db.get_one(User, user_id)


def _not_the_last_owner(db: Session, workspace_id: str) -> None:
    owners = select(func.count()).select_from(Membership)
    if db.exec(owners.where(Membership.workspace_id == workspace_id, Membership.role == "owner")).one() < 2:
        raise Conflict("This is the last owner. Make somebody else an owner first.")
