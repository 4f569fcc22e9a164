"""HTTP API: joining a session, without a token."""

from typing import Any

from fastapi import APIRouter, Request

from app.actions.participants import join
from app.views.links import base_url
from app.web.api.bodies import PROBLEMS, Join
from app.web.doors import Entered
from app.web.join import Door, door_behind
from app.web.parts import parts

router = APIRouter(prefix="/api/v1/join", tags=["joining"], responses={key: PROBLEMS[key] for key in (404, 422)})
Json = dict[str, Any]


@router.get("/{code}")
async def look(request: Request, code: str, _caller: Entered) -> Json:
    """What somebody may know before joining."""
    door = await door_behind(request, code)
    return {
        "title": door.session.title,
        "customer": door.session.customer,
        "supplier": door.session.supplier,
        "attribution": door.session.attribution,
        "attribution_words": list(door.words()),
        "smallest_group": door.session.smallest_group,
        "groups": [{"id": group.id, "name": group.name, "side": group.side} for group in door.groups],
    }


@router.post("", status_code=201)
async def join_session(request: Request, body: Join, _caller: Entered) -> Json:
    """Take a place in a session; the token is given once."""
    door: Door = await door_behind(request, body.code)
    joined = await parts(request).database.write(
        join, about=door.session.id, code=body.code, group_id=body.group_id, side=body.side, name=body.name
    )
    scheme = "wss" if base_url().startswith("https") else "ws"
    found: Json = {
        "participant_id": joined.participant_id,
        "token": joined.token,
        "session_id": joined.session_id,
        "live_url": f"{scheme}://{base_url().split('://', 1)[1]}/live/{joined.session_id}/phone",
        "attribution": door.session.attribution,
        "attribution_words": list(door.words()),
    }
    return found | ({"waiting": True} if joined.waiting else {})
