"""The password once more, before what must not be done from an unattended laptop (SAFETY T21)."""

import asyncio

from fastapi import Request
from sqlmodel import Session

from app.actions import people
from app.errors import BadInput, TooMany
from app.store import queries
from app.store.ids import now_ms
from app.store.tables import SignIn, User
from app.web.doors import Caller
from app.web.parts import parts
from app.web.signin import form_of

HOLDS_MS = 15 * 60 * 1000


async def check_password(request: Request, caller: Caller, *, otherwise: str, field: str = "password") -> None:
    """Hold the form's ``field`` against the caller's password, and remember that it was typed. ``otherwise`` says what was not done.

    Raises BadInput for a wrong one, TooMany after several.
    """
    here, said = parts(request), await form_of(request)
    key = f"again:{caller.user.user_id}"
    async with here.sign_ins.turn(key):
        wait = await here.sign_ins.must_wait(key)
        if wait:
            raise TooMany(f"Too many tries. Wait {wait} seconds, then try again.", retry_after=wait)
        user: User | None = await here.database.read(queries.user_by_email, email=caller.user.email)
        hashed = user.password_hash if user is not None else None
        if not await asyncio.to_thread(people.password_holds, hashed, said.get(field, "")):
            await here.sign_ins.failed(key)
            wrong = f"This is not your password. {otherwise}"
            raise BadInput(wrong, fields={field: wrong})
    await here.sign_ins.worked(key)
    if caller.user.by_cookie:
        await here.database.write(people.password_typed, hashed=caller.user.secret_hash)


async def typed_recently(request: Request, caller: Caller) -> bool:
    """Whether the password was typed within the last 15 minutes. Scripts show their token each time instead."""

    def when(db: Session) -> int:
        entry = db.get(SignIn, caller.user.secret_hash)
        return entry.password_at if entry is not None else 0

    return not caller.user.by_cookie or now_ms() - await parts(request).database.read(when) <= HOLDS_MS
