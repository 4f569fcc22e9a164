"""Home, accounts and new sessions, for members."""

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from app.actions.accounts import account_for
from app.actions.sessions import GroupSpec, create_session
from app.core.rights import Who
from app.core.session_templates import SHIPPED
from app.core.texts import NAME_AT_MOST
from app.errors import BadInput
from app.store import queries
from app.store.callers import Member
from app.store.tables import LiveSession
from app.views.home import AccountLine, HomeView, SessionForm, account_view, home_view
from app.views.plan import AccountPromises, account_promises
from app.views.team import Team, team_of
from app.web.answers import go, page
from app.web.doors import Caller, Entered
from app.web.parts import parts
from app.web.signin import form_of

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(request: Request, caller: Entered) -> Response:
    """Home, or the way in."""
    if caller.member is None:
        next_ = request.query_params.get("next")
        return go(f"/signin?next={next_}" if next_ else "/signin")
    return await _home_page(request, caller, None)


@router.get("/accounts")
async def accounts(_request: Request, _caller: Entered) -> Response:
    """The accounts are on Home."""
    return go("/")


async def _home_page(request: Request, caller: Caller, form: SessionForm | None, status: int = 200) -> Response:
    asked = request.query_params
    view: HomeView = await parts(request).database.read(
        home_view,
        member=caller.user,
        may_edit=caller.user.may(Who.FACILITATOR),
        form=form,
        find=asked.get("find", "").strip()[:NAME_AT_MOST],
        after=asked.get("after", ""),
    )
    return page(request, "home/page.html", status, view=view, owner=caller.user.may(Who.OWNER))


@router.get("/accounts/{account_id}")
async def account_page(request: Request, account_id: str, caller: Entered) -> Response:
    """One account with its sessions."""
    after = request.query_params.get("after", "")

    def look(db: Session) -> tuple[AccountLine, AccountPromises, Team]:
        account = queries.account_in_workspace(db, account_id, caller.user.workspace_id)
        view = account_view(db, member=caller.user, account_id=account.id, after=after)
        promises = account_promises(db, workspace_id=account.workspace_id, account_id=account.id)
        return view, promises, team_of(db, account=account)

    view, promises, team = await parts(request).database.read(look)
    return page(
        request,
        "home/account.html",
        account=view,
        promises=promises,
        team=team,
        user=caller.user.name,
        may_edit=caller.user.may(Who.FACILITATOR),
        owner=caller.user.may(Who.OWNER),
    )


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
        return await _home_page(request, caller, replace(form, errors=tuple(fields.items())), 422)
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
        mirror=bool(form.mirror),
        expected=_number(form.expected, "expected"),
    )


def _number(text: str, field: str) -> int | None:
    if not text.strip():
        return None
    if not text.strip().isascii() or not text.strip().isdigit() or len(text.strip()) > 6:
        raise BadInput("Some of this can’t be used.", fields={field: "a whole number"})
    return int(text)
