"""The big screen's page: read-only, by its key or for a member."""

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from app.store import queries
from app.views.screen import ScreenView, screen_view
from app.web.answers import page
from app.web.doors import Entered
from app.web.parts import parts

router = APIRouter(include_in_schema=False)


@router.get("/screen/{session_id}")
async def screen_page(request: Request, caller: Entered) -> Response:
    """What the big screen shows now."""

    def look(db: Session) -> ScreenView:
        return screen_view(db, session=queries.live_session(db, caller.live.id))

    key = request.query_params.get("key")
    ws_path = f"/live/{caller.live.id}/screen" + (f"?key={quote(key)}" if key else "")
    return page(request, "screen/page.html", view=await parts(request).database.read(look), ws_path=ws_path)
