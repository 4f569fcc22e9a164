"""Home, for members."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.core.rights import Who
from app.core.texts import NAME_AT_MOST
from app.views.home import HomeView, SessionForm, home_view
from app.web.answers import go, page
from app.web.doors import Caller, Entered
from app.web.parts import parts

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(request: Request, caller: Entered) -> Response:
    """Home, or the way in."""
    if caller.member is None:
        next_ = request.query_params.get("next")
        return go(f"/signin?next={next_}" if next_ else "/signin")
    return await home_page(request, caller, None)


@router.get("/accounts")
async def accounts(_request: Request, _caller: Entered) -> Response:
    """The accounts are on Home."""
    return go("/")


async def home_page(request: Request, caller: Caller, form: SessionForm | None, status: int = 200) -> Response:
    """Home, with the form for a new session as it was typed where something is wrong with it."""
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
