"""The facilitator's page of the nine discussions: notes saved as they are typed, done marks, what goes on the big screen."""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from app.actions.discussions import NotesConflict, keep_discussion
from app.errors import BadInput
from app.store import queries
from app.views.discussion_page import DiscussionsView, Refused, discussions_view, notes_line
from app.views.render import render
from app.web.answers import go, page
from app.web.commands import carry_out
from app.web.doors import Caller, Entered
from app.web.parts import parts
from app.web.signin import form_of

router = APIRouter(prefix="/sessions/{session_id}", include_in_schema=False)

SCENES = {"show": "scene.discussion-{number}", "unshow": "scene.none"}


@router.get("/discussions")
async def discussions_page(request: Request, caller: Entered) -> Response:
    """The nine discussions. ``?open=`` names the one that stands open."""
    wanted = request.query_params.get("open", "")
    return await _page(request, caller, int(wanted) if wanted in set("123456789") else None)


async def _page(
    request: Request, caller: Caller, open_number: int | None, refused: Refused | None = None, status: int = 200
) -> Response:
    def look(db: Session) -> DiscussionsView:
        session = queries.live_session(db, caller.live.id)
        return discussions_view(db, session=session, open_number=open_number, refused=refused)

    return page(request, "console/discussions.html", status, view=await parts(request).database.read(look))


@router.post("/discussions/{number}")
async def keep(request: Request, number: int, caller: Entered) -> Response:
    """Keep what was typed, then do what the pressed button says. Typing alone is answered with where the notes stand."""
    said, here = await form_of(request), parts(request)
    wish = said.get("do", "save")
    revision = _whole(said.get("over") or said.get("revision"))
    typed = said.get("notes")
    refused: Refused | None = None
    status = 200
    try:
        await here.database.write(
            keep_discussion,
            session_id=caller.live.id,
            number=number,
            author=caller.user.name,
            notes=typed,
            revision=revision,
            done={"done": True, "undone": False}.get(wish),
            read=True if wish == "read" else None,
        )
    except NotesConflict as error:
        refused, status = Refused(number, typed or "", revision or 0, "conflict", error.sentence), error.status
    except BadInput as error:
        refused, status = Refused(number, typed or "", revision or 0, "error", error.sentence), error.status
    if "hx-request" in request.headers:
        look = partial(notes_line, session_id=caller.live.id, number=number, refused=refused)
        return HTMLResponse(render("console/_kept.html", line=await here.database.read(look)), status)
    if refused is not None:
        return await _page(request, caller, number, refused, status)
    if wish in SCENES:
        await carry_out(here.database, session_id=caller.live.id, action=SCENES[wish].format(number=number), said={})
    return go(f"/sessions/{caller.live.id}/discussions?open={number}#discussion-{number}")


def _whole(text: str | None) -> int | None:
    """A revision as the form sent it; None where there is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
