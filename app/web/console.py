"""The facilitator's console."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from app.store import queries
from app.store.present import present
from app.views.console import ConsoleView, console_view
from app.views.console_regions import console_region
from app.views.people import Person, people_list
from app.web.answers import go, page
from app.web.commands import carry_out
from app.web.doors import Entered
from app.web.parts import parts
from app.web.report_files import log
from app.web.signin import form_of, safe_path

router = APIRouter(prefix="/sessions/{session_id}", include_in_schema=False)


@router.get("")
async def console_page(request: Request, caller: Entered) -> Response:
    """The console now."""

    def look(db: Session) -> ConsoleView:
        return console_view(db, session=queries.live_session(db, caller.live.id))

    if caller.live.attribution == "named":
        await log(parts(request), caller.user, caller.live, "console", "private")
    view = await parts(request).database.read(look)
    return page(
        request,
        "console/page.html",
        view=view,
        console=console_region(view).html,
        user=caller.user.name,
        ws_path=f"/live/{view.session_id}/console?parts",
    )


@router.get("/people")
async def people_page(request: Request, caller: Entered) -> Response:
    """Everybody in the session, for rooms too large for the console's own list."""

    def look(db: Session) -> tuple[Person, ...]:
        session = queries.live_session(db, caller.live.id)
        return people_list(session, queries.groups(db, session.id), present(db, session.id))

    people = await parts(request).database.read(look)
    return page(request, "console/people_page.html", session=caller.live, people=people)


@router.post("/do/{action}")
async def do(request: Request, action: str, caller: Entered) -> Response:
    """Carry out one command; what changes is pushed to every console."""
    said = await form_of(request)
    await carry_out(parts(request).database, session_id=caller.live.id, action=action, said=said)
    return go(safe_path(said["back"])) if "back" in said else Response(status_code=204)
