"""HTTP API: themes, and the ideas in them."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from app.actions import themes
from app.actions.steps import undo
from app.errors import NotFound
from app.store import queries
from app.views.themes import theme_json
from app.web.api.bodies import PROBLEMS, ChangedTheme, MergedThemes, MovedIdeas, NewTheme, SplitTheme
from app.web.api.paging import paged
from app.web.doors import Caller, Entered
from app.web.parts import parts

router = APIRouter(prefix="/api/v1/sessions/{session_id}/themes", tags=["themes"], responses=PROBLEMS)
Json = dict[str, Any]


def _themes(db: Session, *, session_id: str) -> list[Json]:
    ideas: dict[str | None, list[str]] = {}
    for idea in queries.ideas(db, session_id):
        ideas.setdefault(idea.theme_id, []).append(idea.id)
    return [theme_json(theme, ideas.get(theme.id, ())) for theme in queries.themes(db, session_id)]


async def _theme(request: Request, caller: Caller, theme_id: str | None) -> Json:
    found = await parts(request).database.read(_themes, session_id=caller.live.id)
    theme = next((theme for theme in found if theme["id"] == theme_id), None)
    if theme is None:
        raise NotFound(themes.GONE)  # somebody removed it this very moment
    return theme


@router.get("")
async def list_themes(
    request: Request, session_id: str, _caller: Entered, cursor: str | None = None, limit: int = 50
) -> Json:
    """Every theme in the order of its number, shown or not."""
    return paged(await parts(request).database.read(_themes, session_id=session_id), cursor, limit)


@router.post("", status_code=201)
async def new_theme(request: Request, caller: Entered, body: NewTheme) -> Json:
    """Make a theme, with ideas in it where they are named."""
    said = body.model_dump()
    done = await parts(request).database.write(
        themes.make, session_id=caller.live.id, by=caller.user.user_id, component=said.pop("component") or "", **said
    )
    return await _theme(request, caller, done.theme_id)


@router.post("/move")
async def move_ideas(request: Request, caller: Entered, body: MovedIdeas) -> Json:
    """Put ideas into a theme, or back to sort."""
    if body.theme_id is not None:
        await _theme(request, caller, body.theme_id)
    done = await parts(request).database.write(
        themes.move,
        session_id=caller.live.id,
        by=caller.user.user_id,
        idea_ids=body.idea_ids,
        theme_id=body.theme_id,
    )
    return {"theme_id": done.theme_id, "said": done.said}


@router.post("/undo")
async def undo_step(request: Request, caller: Entered) -> Json:
    """Take back this user's own newest step of sorting, except what somebody else has changed since."""
    done = await parts(request).database.write(undo, session_id=caller.live.id, by=caller.user.user_id)
    return {"said": done.said}


@router.patch("/{theme_id}")
async def change_theme(request: Request, theme_id: str, caller: Entered, body: ChangedTheme) -> Json:
    """Rename a theme, mark it anew, show or hide it."""
    await parts(request).database.write(
        themes.change,
        session_id=caller.live.id,
        by=caller.user.user_id,
        theme_id=theme_id,
        **body.model_dump(exclude_unset=True),
    )
    return await _theme(request, caller, theme_id)


@router.delete("/{theme_id}", status_code=204)
async def delete_theme(request: Request, theme_id: str, caller: Entered) -> Response:
    """Remove a theme; its ideas go back to sort."""
    await parts(request).database.write(
        themes.remove, session_id=caller.live.id, by=caller.user.user_id, theme_id=theme_id
    )
    return Response(status_code=204)


@router.post("/{theme_id}/merge")
async def merge_themes(request: Request, theme_id: str, caller: Entered, body: MergedThemes) -> Json:
    """Join other themes into this one."""
    await parts(request).database.write(
        themes.merge,
        session_id=caller.live.id,
        by=caller.user.user_id,
        theme_id=theme_id,
        theme_ids=body.theme_ids,
    )
    return await _theme(request, caller, theme_id)


@router.post("/{theme_id}/split", status_code=201)
async def split_theme(request: Request, theme_id: str, caller: Entered, body: SplitTheme) -> Json:
    """Take ideas of this theme into a new one."""
    done = await parts(request).database.write(
        themes.split,
        session_id=caller.live.id,
        by=caller.user.user_id,
        theme_id=theme_id,
        name=body.name,
        idea_ids=body.idea_ids,
    )
    return await _theme(request, caller, done.theme_id)
