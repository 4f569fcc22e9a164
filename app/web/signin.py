"""Coming in as a user: the one-time link, signing in, signing out."""

import asyncio
import hmac
import secrets
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from app.actions import people
from app.errors import AppError, BadInput, LinkUsed, TooMany
from app.store import queries
from app.store.ids import now_ms, token_hash
from app.store.tables import User
from app.web.answers import go, page
from app.web.doors import enter, sign, sign_in_cookie
from app.web.guard import client_address
from app.web.parts import Parts, parts

router = APIRouter(dependencies=[Depends(enter)], include_in_schema=False)

DEVICE_COOKIE = "stairstep_device"
DEVICE_LASTS_S = 365 * 24 * 3600
SIGN_IN_LASTS_S = 7 * 24 * 3600


def safe_path(raw: object) -> str:
    """A path of this site to go on to, "/" for anything that a browser might read as another place (SAFETY T18)."""
    text = raw if isinstance(raw, str) else ""
    plain = all(" " < character <= "~" and character != "\\" for character in text)
    parsed = urlsplit(text) if plain else None
    ours = (
        parsed is not None
        and not parsed.scheme
        and not parsed.netloc
        and text.startswith("/")
        and not text.startswith("//")
    )
    return text if ours else "/"


async def form_of(request: Request) -> dict[str, str]:
    """The text fields of a form."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


def signed_in(request: Request, token: str, path: str) -> RedirectResponse:
    """Send the browser on to ``path`` with the cookie of its new sign-in."""
    response = go(path)
    settings = parts(request).settings
    response.set_cookie(
        sign_in_cookie(settings),
        token,
        max_age=SIGN_IN_LASTS_S,
        httponly=True,
        samesite="lax",
        secure=settings.https,
        path="/",
    )
    return response


@router.get("/setup/{token}")
async def setup_page(request: Request, token: str) -> Response:
    """The form behind the one-time link."""
    try:
        minutes = await parts(request).database.read(people.setup_link_minutes, token=token)
    except LinkUsed as error:
        return page(request, "door/used.html", error.status, minutes=30)
    return page(request, "door/setup.html", minutes=minutes, action=f"/setup/{token}", said={}, errors={})


@router.post("/setup/{token}")
async def set_up(request: Request, token: str) -> Response:
    """Make the first user and sign in."""
    here, said = parts(request), await form_of(request)
    try:
        minutes = await here.database.read(people.setup_link_minutes, token=token)
    except LinkUsed as error:
        return page(request, "door/used.html", error.status, minutes=30)
    errors, user = await _checked_user(said)
    if user is not None and not errors:
        try:
            secret = await here.database.write(
                people.set_up,
                token=token,
                user=user,
                company=said.get("company"),
                time_zone=said.get("time_zone") or "UTC",
            )
        except BadInput as error:
            errors = error.fields or {"company": error.sentence}
        else:
            return signed_in(request, secret, "/")
    said.pop("password", None)
    return page(request, "door/setup.html", 422, minutes=minutes, action=f"/setup/{token}", said=said, errors=errors)


async def _checked_user(said: dict[str, str]) -> tuple[dict[str, str], people.NewUser | None]:
    """The user to add, or what is wrong, field by field."""
    errors: dict[str, str] = {}
    checks: dict[str, Any] = {
        "name": lambda: people.checked_name(said.get("name")),
        "email": lambda: people.checked_email(said.get("email")),
        "company": lambda: people.checked_name(said.get("company"), what="Your company"),
        "password": lambda: people.checked_password(said.get("password")),
    }
    found = {}
    for field, check in checks.items():
        try:
            found[field] = check()
        except BadInput as error:
            errors[field] = error.fields.get(field, error.sentence)
    if errors:
        return errors, None
    hashed = await asyncio.to_thread(people.hash_password, found["password"])
    return {}, people.NewUser(email=found["email"], name=found["name"], password_hash=hashed)


@router.get("/signin")
async def sign_in_page(request: Request) -> Response:
    """The form to sign in with."""
    return page(request, "door/signin.html", next=safe_path(request.query_params.get("next")), email="", error="")


@router.post("/signin")
async def sign_in(request: Request) -> Response:
    """Sign in. Unknown users and wrong passwords get the same answer in the same time."""
    here, said = parts(request), await form_of(request)
    email, password = said.get("email", "").strip().lower(), said.get("password", "")
    keys = _throttled(request, email)
    try:
        async with here.sign_ins.turn(*keys):
            user = await _known(here, email, password, keys)
        secret = await here.database.write(people.sign_in, user_id=user.id)
    except AppError as error:
        names = {"next": safe_path(said.get("next")), "email": said.get("email", ""), "error": error.sentence}
        response = page(request, "door/signin.html", error.status, **names)
        if isinstance(error, TooMany):
            response.headers["Retry-After"] = str(error.retry_after)
        return response
    await here.sign_ins.worked(keys[0])
    onward = signed_in(request, secret, safe_path(said.get("next")))
    _remember_device(request, onward, email)
    return onward


async def _known(here: Parts, email: str, password: str, keys: tuple[str, ...]) -> User:
    """The user with this password. Raises BadInput for a wrong pair, TooMany after several."""
    wait = await here.sign_ins.must_wait(*keys)
    if wait:
        seconds = "second" if wait == 1 else "seconds"
        raise TooMany(f"Too many tries. Wait {wait} {seconds}, then try again.", retry_after=wait)
    user: User | None = await here.database.read(queries.user_by_email, email=email)
    hashed = user.password_hash if user else None
    if not await asyncio.to_thread(people.password_holds, hashed, password) or user is None:
        await here.sign_ins.failed(*keys)
        raise BadInput(people.WRONG_PAIR)
    return user


def _throttled(request: Request, email: str) -> tuple[str, ...]:
    """What is slowed after failures: the account and the address; a device that signed in before is counted by itself.

    So nobody who guesses from elsewhere can keep the owner out (SAFETY T14).
    """
    here = parts(request)
    device, _, signature = request.cookies.get(DEVICE_COOKIE, "").partition(".")
    if device and hmac.compare_digest(signature, sign(here, f"device:{device}:{email}")):
        return (f"device:{device}",)
    return (f"user:{email}", f"address:{client_address(request.scope, here.settings.trusted_proxies)}")


def _remember_device(request: Request, response: Response, email: str) -> None:
    here, device = parts(request), secrets.token_urlsafe(18)
    value = f"{device}.{sign(here, f'device:{device}:{email}')}"
    https = here.settings.https
    response.set_cookie(
        DEVICE_COOKIE, value, max_age=DEVICE_LASTS_S, httponly=True, samesite="lax", secure=https, path="/signin"
    )


@router.post("/signout")
async def sign_out(request: Request) -> Response:
    """End this browser's sign-in, and tell the browser to forget what it holds."""
    here = parts(request)
    secret = request.cookies.get(sign_in_cookie(here.settings))
    if secret:
        await here.database.write(people.sign_out, hashed=token_hash(secret))
        await here.hub.recheck(now=now_ms())
    response = go("/signin")
    response.delete_cookie(
        sign_in_cookie(here.settings), path="/", httponly=True, samesite="lax", secure=here.settings.https
    )
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
