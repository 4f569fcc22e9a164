"""The page of an account, for members."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.core.rights import Who
from app.views.account import AccountView, account_view
from app.web.answers import page
from app.web.doors import Entered
from app.web.parts import parts

router = APIRouter(include_in_schema=False)


@router.get("/accounts/{account_id}")
async def account_page(request: Request, account_id: str, caller: Entered) -> Response:
    """One account: its sessions in time, what was promised and done, what comes next."""
    view: AccountView = await parts(request).database.read(
        account_view, member=caller.user, account_id=account_id, after=request.query_params.get("after", "")
    )
    return page(
        request,
        "home/account.html",
        view=view,
        account=view.line,
        promises=view.promises,
        team=view.team,
        user=caller.user.name,
        may_edit=caller.user.may(Who.FACILITATOR),
        owner=caller.user.may(Who.OWNER),
    )
