"""New sessions, for facilitators: from the form on Home, and the next one of an account, which starts from its last."""

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from app.actions.accounts import account_for
from app.actions.sessions import GroupSpec, create_session
from app.core.rights import Who
from app.core.session_templates import SHIPPED
from app.errors import BadInput
from app.store import queries
from app.store.callers import Member
from app.store.tables import LiveSession
from app.views.home import SessionForm
from app.views.next_session import AS_LAST, NextView, next_view
from app.web.answers import go, page
from app.web.doors import Caller, Entered
from app.web.home import home_page
from app.web.parts import parts
from app.web.signin import form_of

router = APIRouter(include_in_schema=False)


@router.get("/accounts/{account_id}/next")
async def next_session(request: Request, account_id: str, caller: Entered) -> Response:
    """The form for an account's next session."""
    return await _next_page(request, caller, account_id, None)


async def _next_page(
    request: Request, caller: Caller, account_id: str, form: SessionForm | None, status: int = 200
) -> Response:
    view: NextView = await parts(request).database.read(next_view, member=caller.user, account_id=account_id, form=form)
    return page(request, "home/next.html", status, view=view, user=caller.user.name, owner=caller.user.may(Who.OWNER))


@router.post("/sessions")
async def new_session(request: Request, caller: Entered) -> Response:
    """Make a session from the form, or show the form again with what is wrong beside each field."""
    said = await form_of(request)
    form = _form_as_typed(said)
    try:
        session = await parts(request).database.write(create_from_form, member=caller.user, form=form)
    except BadInput as error:
        fields = error.fields or {"account": error.sentence}
        groups = fields.pop("groups", None)
        if groups:
            fields["customer_groups"] = f"{error.sentence} ({groups})"
        form = replace(form, errors=tuple(fields.items()))
        if form.like:
            before = await parts(request).database.read(
                queries.session_in_workspace, session_id=form.like, workspace_id=caller.user.workspace_id
            )
            return await _next_page(request, caller, before.account_id, form, 422)
        return await home_page(request, caller, form, 422)
    return go(f"/sessions/{session.id}")


def _form_as_typed(said: dict[str, str]) -> SessionForm:
    return SessionForm(
        account=said.get("account", ""),
        title=said.get("title", ""),
        customer_groups=said.get("customer_groups", ""),
        supplier_groups=said.get("supplier_groups", ""),
        attribution=said.get("attribution", ""),
        smallest_group=said.get("smallest_group", ""),
        expected=said.get("expected", ""),
        template=said.get("template", ""),
        mirror=said.get("mirror", ""),
        like=said.get("like", "")[:40],
    )


def create_from_form(db: Session, *, member: Member, form: SessionForm) -> LiveSession:
    """A session as the form says; the account is made where it does not exist. Raises BadInput by field."""
    account = account_for(db, workspace_id=member.workspace_id, name=form.account)
    groups = [
        GroupSpec(line.strip(), side)
        for side, lines in (("customer", form.customer_groups), ("supplier", form.supplier_groups))
        for line in lines.splitlines()
        if line.strip()
    ]
    return create_session(
        db,
        workspace_id=member.workspace_id,
        user_id=member.user_id,
        account_id=account.id,
        title=form.title,
        template=form.template or next(iter(SHIPPED)),
        groups=groups if form.attribution != "anonymous" else None,
        attribution=form.attribution or "group",
        smallest_group=_number(form.smallest_group, "smallest_group") or 3,
        expected=_number(form.expected, "expected"),
        mirror=bool(form.mirror),
        like=form.like if form.template == AS_LAST else "",
    )


def _number(text: str, field: str) -> int | None:
    if not text.strip():
        return None
    if not text.strip().isascii() or not text.strip().isdigit() or len(text.strip()) > 6:
        raise BadInput("Some of this can’t be used.", fields={field: "a whole number"})
    return int(text)
