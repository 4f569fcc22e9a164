"""The pages *Settings* (one's own) and *People* (an owner's), and the links by which people come in."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from app.actions import members, people, reminders
from app.errors import AppError, BadInput, Conflict, LinkUsed, NotFound
from app.store.ids import now_ms
from app.views.links import base_url
from app.views.members import people_view, settings_view
from app.web.answers import go, page
from app.web.doors import Caller, Entered, enter
from app.web.parts import parts
from app.web.password_again import check_password
from app.web.signin import form_of, signed_in

router = APIRouter(dependencies=[Depends(enter)], include_in_schema=False)

Said = Mapping[str, str]
Change = Callable[[Request, Caller, Said], Awaitable[str]]
"""Carries out one form; gives what is shown once (a token, a link), "" for nothing."""


class Show(Protocol):
    """Answers with a page of forms."""

    async def __call__(self, request: Request, caller: Caller, status: int = 200, **names: Any) -> Response:
        """``names`` are what was typed, what is wrong, what is shown once."""


@dataclass(frozen=True)
class Form:
    """One form of a page: what it does, the field beside which its error stands, and what is said when it is done."""

    change: Change
    field: str
    done: str = ""


@dataclass(frozen=True)
class Forms:
    """A page of forms by their names, each posted to ``address``/name."""

    address: str
    show: Show
    by_name: Mapping[str, Form]

    async def page(self, request: Request, caller: Caller) -> Response:
        """The page; after a form has been carried out it says so."""
        form = self.by_name.get(request.query_params.get("done", ""))
        return await self.show(request, caller, done=form.done if form else "")

    async def carry_out(self, request: Request, caller: Caller, name: str) -> Response:
        """Do what a form asks; what is wrong stands beside its field. Raises NotFound."""
        if name not in self.by_name:
            raise NotFound("There is nothing at this address.")
        form, said = self.by_name[name], await form_of(request)
        try:
            made = await form.change(request, caller, said)
        except AppError as error:
            errors = error.fields or {form.field: error.sentence}
            return await self.show(request, caller, error.status, errors=errors, said=said)
        await parts(request).hub.recheck(now=now_ms())
        if made:
            return await self.show(request, caller, made=made, made_for=said.get("email", "").strip().lower())
        return go(f"{self.address}?done={name}")


NOTHING_SAID: Mapping[str, Any] = {"errors": {}, "said": {}, "made": "", "done": ""}


# --- one's own ------------------------------------------------------------------------------------


async def _rename(request: Request, caller: Caller, said: Said) -> str:
    await parts(request).database.write(members.rename, user_id=caller.user.user_id, name=said.get("name"))
    return ""


async def _password(request: Request, caller: Caller, said: Said) -> str:
    here, user = parts(request), caller.user
    try:
        new = people.checked_password(said.get("new_password"))
    except BadInput as error:
        raise BadInput(error.sentence, fields={"new_password": error.sentence}) from None
    await check_password(request, caller, otherwise="Nothing was changed.")
    hashed = await asyncio.to_thread(people.hash_password, new)
    await here.database.write(members.change_password, user_id=user.user_id, password_hash=hashed, but=user.secret_hash)
    return ""


async def _end(request: Request, caller: Caller, said: Said) -> str:
    user, mark = caller.user, said.get("mark", "")
    await parts(request).database.write(members.end_sign_ins, user_id=user.user_id, but=user.secret_hash, mark=mark)
    return ""


async def _token(request: Request, caller: Caller, said: Said) -> str:
    user, name = caller.user, said.get("token_name")
    await check_password(request, caller, otherwise="No token was made.", field="token_password")
    made: str = await parts(request).database.write(
        members.add_token, user_id=user.user_id, workspace_id=user.workspace_id, name=name
    )
    return made


async def _revoke(request: Request, caller: Caller, said: Said) -> str:
    await parts(request).database.write(members.revoke_token, user_id=caller.user.user_id, token_id=said.get("id", ""))
    return ""


async def _reminders(request: Request, caller: Caller, said: Said) -> str:
    here, user = parts(request), caller.user
    whose = {"workspace_id": user.workspace_id, "user_id": user.user_id}
    if "remind" not in said:
        await here.database.write(reminders.switch_off, **whose)
        return ""
    if not here.settings.smtp_host:
        raise Conflict("This server sends no mail, so nothing was changed.")
    await here.database.write(reminders.switch_on, **whose, days=said.get("remind_days"))
    return ""


async def _settings_page(request: Request, caller: Caller, status: int = 200, **names: Any) -> Response:
    view = await parts(request).database.read(settings_view, member=caller.user, now=now_ms())
    mail = bool(parts(request).settings.smtp_host)
    return page(request, "members/settings.html", status, view=view, mail=mail, **{**NOTHING_SAID, **names})


OWN = Forms(
    "/settings",
    _settings_page,
    {
        "name": Form(_rename, "name", "Your name is changed."),
        "password": Form(_password, "password", "Your password is changed, and you are signed out everywhere else."),
        "reminders": Form(_reminders, "reminders", "Your reminders are saved."),
        "end": Form(_end, "sign-ins", "Signed out there."),
        "token": Form(_token, "token_password"),
        "revoke": Form(_revoke, "tokens", "That token does not work any more."),
    },
)


@router.get("/settings")
async def settings(request: Request, caller: Entered) -> Response:
    """One's own name, password, sign-ins and API tokens."""
    return await OWN.page(request, caller)


@router.post("/settings/{action}")
async def change_settings(request: Request, action: str, caller: Entered) -> Response:
    """Change one of them."""
    return await OWN.carry_out(request, caller, action)


# --- the workspace --------------------------------------------------------------------------------


async def _workspace(request: Request, caller: Caller, said: Said) -> str:
    days = said.get("keep_days", "").strip()
    if days and not (days.isascii() and days.isdigit() and len(days) <= 5):
        raise BadInput("Some of this can’t be used.", fields={"keep_days": "A number of days, or empty."})
    await parts(request).database.write(
        members.set_workspace,
        workspace_id=caller.user.workspace_id,
        name=said.get("company"),
        time_zone=said.get("time_zone"),
        keep_days=int(days) if days else None,
    )
    return ""


async def _invite(request: Request, caller: Caller, said: Said) -> str:
    token: str = await parts(request).database.write(
        members.invite, workspace_id=caller.user.workspace_id, email=said.get("email"), role=said.get("role")
    )
    return f"{base_url()}/invitation/{token}"


async def _new_password(request: Request, caller: Caller, said: Said) -> str:
    token: str = await parts(request).database.write(
        members.new_password_link, workspace_id=caller.user.workspace_id, user_id=said.get("id", "")
    )
    return f"{base_url()}/invitation/{token}"


async def _role(request: Request, caller: Caller, said: Said) -> str:
    await parts(request).database.write(
        members.set_role, workspace_id=caller.user.workspace_id, user_id=said.get("id", ""), role=said.get("role")
    )
    return ""


async def _remove(request: Request, caller: Caller, said: Said) -> str:
    await parts(request).database.write(
        members.remove, workspace_id=caller.user.workspace_id, user_id=said.get("id", "")
    )
    return ""


async def _people_page(request: Request, caller: Caller, status: int = 200, **names: Any) -> Response:
    view = await parts(request).database.read(people_view, member=caller.user)
    return page(request, "members/people.html", status, view=view, **{**NOTHING_SAID, **names})


OWNED = Forms(
    "/people",
    _people_page,
    {
        "workspace": Form(_workspace, "company", "Saved."),
        "invite": Form(_invite, "email"),
        "new-password": Form(_new_password, "people"),
        "role": Form(_role, "people", "The role is changed. It counts from the next sign-in."),
        "remove": Form(_remove, "people", "Removed. Their sign-ins and tokens have ended."),
    },
)


@router.get("/people")
async def people_page(request: Request, caller: Entered) -> Response:
    """The workspace and its people."""
    return await OWNED.page(request, caller)


@router.post("/people/{action}")
async def change_people(request: Request, action: str, caller: Entered) -> Response:
    """Change something about them."""
    return await OWNED.carry_out(request, caller, action)


# --- coming in with a link ------------------------------------------------------------------------


@router.get("/invitation/{token}")
async def invitation_page(request: Request, token: str) -> Response:
    """Choose a name and a password."""
    try:
        invited = await parts(request).database.read(members.invited, token=token)
    except LinkUsed as error:
        return page(request, "members/link_used.html", error.status, detail=error.sentence)
    return page(request, "members/invitation.html", invited=invited, token=token, said={}, errors={})


@router.post("/invitation/{token}")
async def accept(request: Request, token: str) -> Response:
    """Come in with them."""
    here, said = parts(request), await form_of(request)
    try:
        invited = await here.database.read(members.invited, token=token)
    except LinkUsed as error:
        return page(request, "members/link_used.html", error.status, detail=error.sentence)
    errors = {}
    try:
        name = invited.name or people.checked_name(said.get("name"))
    except BadInput as error:
        errors["name"] = error.sentence
    try:
        password = people.checked_password(said.get("password"))
    except BadInput as error:
        errors["password"] = error.sentence
    if errors:
        names = {"invited": invited, "token": token, "said": said, "errors": errors}
        return page(request, "members/invitation.html", 422, **names)
    hashed = await asyncio.to_thread(people.hash_password, password)
    try:
        secret = await here.database.write(members.accept, token=token, name=name, password_hash=hashed)
    except LinkUsed as error:
        return page(request, "members/link_used.html", error.status, detail=error.sentence)
    await here.hub.recheck(now=now_ms())
    return signed_in(request, secret, "/")
