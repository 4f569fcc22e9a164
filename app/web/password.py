"""The password once more, before something that an unattended laptop must not do (SAFETY T21)."""

import asyncio

from fastapi import Request
from sqlmodel import Session

from app.actions import people
from app.errors import BadInput, TooMany
from app.store import queries
from app.store.callers import Member
from app.store.ids import now_ms
from app.store.tables import SignIn, User
from app.web.parts import parts
from app.web.signin import form_of

HOLDS_MS = 15 * 60 * 1000


async def check_password(request: Request, member: Member, *, wrong: str) -> None:
    """Check the form's ``password`` and remember that it was typed. Raises BadInput with ``wrong``, TooMany after several."""
    here, said = parts(request), await form_of(request)
    key = f"password:{member.user_id}"
    async with here.sign_ins.turn(key):
        wait = await here.sign_ins.must_wait(key)
        if wait:
            raise TooMany(f"Too many tries. Wait {wait} seconds, then try again.", retry_after=wait)
        user: User | None = await here.database.read(queries.user_by_email, email=member.email)
        hashed = user.password_hash if user is not None else None
        if not await asyncio.to_thread(people.password_holds, hashed, said.get("password", "")):
            await here.sign_ins.failed(key)
            raise BadInput(wrong, fields={"password": wrong})
    await here.sign_ins.worked(key)
    if member.by_cookie:
        await here.database.write(people.password_typed, hashed=member.secret_hash)


async def typed_recently(request: Request, member: Member) -> bool:
    """Whether the password was typed within the last 15 minutes. Scripts show their token each time instead."""

    def when(db: Session) -> int:
        entry = db.get(SignIn, member.secret_hash)
        return entry.password_at if entry is not None else 0

    return not member.by_cookie or now_ms() - await parts(request).database.read(when) <= HOLDS_MS
