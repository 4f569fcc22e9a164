"""The page on which facilitators sort ideas into themes. Each form post is one step; what changes is pushed to everybody."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session
from starlette.datastructures import FormData

from app.actions import themes
from app.actions.sessions import set_stage
from app.actions.steps import Done, last_step, undo
from app.core.likeness import alike_groups
from app.errors import BadInput, NotFound, Overtaken
from app.store import queries
from app.views.agenda import AgendaItem, agenda, standing
from app.views.board import board_frame, edit_region
from app.views.regions import Region, replacing
from app.views.render import render
from app.views.themes import SortIdea, sorting
from app.web.answers import go, page
from app.web.doors import Caller, Entered
from app.web.parts import parts

router = APIRouter(prefix="/sessions/{session_id}/themes", include_in_schema=False)
COMPARED_AT_MOST = 300
"""Ideas that are looked through for likeness at once; more would take seconds."""
SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class _Now:
    """What the page shows: the board, the agenda and one's own newest step in words, "" for none."""

    board: Region
    agenda: tuple[AgendaItem, ...]
    mine: str


@dataclass(frozen=True, slots=True)
class _Conflict:
    """Two names for one theme, to choose from; ``at`` is the theme's address."""

    at: str
    mine: str
    theirs: str
    revision: int


@router.get("")
async def themes_page(request: Request, caller: Entered) -> Response:
    """Where sorting stands."""
    return await _page(request, caller)


async def _page(request: Request, caller: Caller, status_code: int = 200, **toast: Any) -> Response:
    session_id, by = caller.live.id, caller.user.user_id

    def look(db: Session) -> _Now:
        session = queries.live_session(db, session_id)
        step = last_step(db, session_id, by)
        lines = agenda(standing(session, queries.questions(db, session_id)))
        return _Now(board_frame(db, session=session).after, lines, step.said if step else "")

    now = await parts(request).database.read(look)
    names = {"said": now.mine, "can_undo": bool(now.mine), "theme_id": None, "conflict": None} | toast
    return page(
        request,
        "themes/page.html",
        status_code,
        session=caller.live,
        user=caller.user.name,
        board=now.board.html,
        agenda=now.agenda,
        session_id=session_id,
        **names,
    )


@router.get("/alike")
async def alike(request: Request, caller: Entered) -> Response:
    """Ideas to sort that look alike: a suggestion, nothing is grouped."""

    def look(db: Session) -> tuple[SortIdea, ...]:
        return sorting(db, session=queries.live_session(db, caller.live.id)).to_sort

    ideas = (await parts(request).database.read(look))[:COMPARED_AT_MOST]
    found = await asyncio.to_thread(alike_groups, [idea.text for idea in ideas], at_most=SUGGESTED)
    groups = [[ideas[index] for index in group] for group in found]
    return HTMLResponse(render("themes/_alike.html", groups=groups, session_id=caller.live.id, looked=True))


@router.post("/sort")
async def sort(request: Request, caller: Entered) -> Response:
    """Move what is selected, make a theme of it, or join themes."""
    form = await request.form()
    ideas, chosen = _all(form, "idea"), _all(form, "chosen")
    match _one(form, "do") or ("into" if "theme" in form else "enter"):
        case "into":
            return await _do(request, caller, themes.move, idea_ids=ideas, theme_id=_one(form, "theme"))
        case "move":
            return await _do(request, caller, themes.move, idea_ids=ideas, theme_id=_one(form, "to") or None)
        case "join":
            if len(chosen) < 2:
                raise BadInput("Choose at least two themes, then join them.")
            return await _do(request, caller, themes.merge, theme_id=chosen[0], theme_ids=chosen[1:])
        case "new":
            return await _do(request, caller, themes.make, name=_one(form, "name"), idea_ids=ideas)
        case "enter":
            return await _enter(request, caller, form)
        case _:
            raise NotFound("This command does not exist.")


async def _enter(request: Request, caller: Caller, form: FormData) -> Response:
    """Enter was pressed in a field: a new theme where its name is there, else the theme whose name was changed."""
    if _one(form, "name").strip():
        return await _do(request, caller, themes.make, name=_one(form, "name"), idea_ids=_all(form, "idea"))
    for field in form:
        if field.startswith("name-") and _one(form, field) != _one(form, field.replace("name-", "before-", 1)):
            return await _save(request, caller, field.removeprefix("name-"), form)
    raise BadInput("Nothing was changed. Use a button to say what to do.")


@router.post("/show")
async def show(request: Request, caller: Entered) -> Response:
    """Show all themes and put them on the big screen, put the shown ones there, or take them off it."""
    form = await request.form()
    match _one(form, "do"):
        case "all":
            return await _do(request, caller, themes.show_all)
        case "on" | "off" as wanted:
            return await _do(request, caller, _stage_themes, on=wanted == "on")
        case _:
            raise NotFound("This command does not exist.")


def _stage_themes(db: Session, *, session_id: str, by: str, on: bool) -> Done:  # noqa: ARG001  called like every step
    set_stage(db, session_id=session_id, scene="themes" if on else None)
    return Done("The themes are on the big screen." if on else "The themes are off the big screen.")


@router.post("/undo")
async def undo_step(request: Request, caller: Entered) -> Response:
    """Take back one's own newest step."""
    return await _do(request, caller, undo)


@router.post("/{theme_id}/change")
async def change(request: Request, theme_id: str, caller: Entered) -> Response:
    """Rename a theme, mark it anew, show or hide it; or settle on one of two names."""
    form = await request.form()
    match _one(form, "do"):
        case "show" | "hide" as wanted:
            return await _do(request, caller, themes.change, theme_id=theme_id, shown=wanted == "show")
        case "save":
            return await _save(request, caller, theme_id, form)
        case "mine":
            name, revision = _one(form, "mine"), _number(_one(form, "mine_revision"))
            return await _change(request, caller, theme_id, {"name": name, "revision": revision})
        case "theirs":
            return await _answer(request, caller, Done("Their words stay.", theme_id), edited=theme_id)
        case _:
            raise NotFound("This command does not exist.")


async def _save(request: Request, caller: Caller, theme_id: str, form: FormData) -> Response:
    """Save what differs from what was seen; what somebody else set meanwhile stays."""
    revision, part, who = ([*_one(form, f"seen-{theme_id}").split(" "), "", ""])[:3]
    wanted: dict[str, Any] = {}
    name, before = _one(form, f"name-{theme_id}"), _one(form, f"before-{theme_id}")
    if name != before:
        wanted |= {"name": name, "before": before, "revision": _number(revision)}
    if _one(form, f"part-{theme_id}") not in {"", part}:
        new_part = _one(form, f"part-{theme_id}")
        wanted["component"] = "" if new_part == "none" else new_part
    if _one(form, f"who-{theme_id}") not in {"", who}:
        new_who = _one(form, f"who-{theme_id}")
        wanted["who"] = None if new_who == "proposed" else new_who
    return await _change(request, caller, theme_id, wanted)


async def _change(request: Request, caller: Caller, theme_id: str, wanted: dict[str, Any]) -> Response:
    try:
        return await _do(request, caller, themes.change, edited=theme_id, theme_id=theme_id, **wanted)
    except Overtaken as overtaken:
        at = f"/sessions/{caller.live.id}/themes/{theme_id}"
        conflict = _Conflict(at, str(wanted["name"]).strip(), overtaken.theirs, overtaken.revision)
        toast = {"said": overtaken.sentence, "theme_id": theme_id, "conflict": conflict, "can_undo": False}
        if request.headers.get("hx-request"):
            return HTMLResponse(render("themes/_toast.html", session_id=caller.live.id, **toast), overtaken.status)
        return await _page(request, caller, overtaken.status, **toast)


@router.post("/{theme_id}/remove")
async def remove(request: Request, theme_id: str, caller: Entered) -> Response:
    """Remove a theme; its ideas go back to sort."""
    return await _do(request, caller, themes.remove, theme_id=theme_id)


async def _do(
    request: Request, caller: Caller, action: Callable[..., Done], *, edited: str = "", **said: Any
) -> Response:
    done = await parts(request).database.write(action, session_id=caller.live.id, by=caller.user.user_id, **said)
    return await _answer(request, caller, done, edited=edited)


async def _answer(request: Request, caller: Caller, done: Done, *, edited: str = "") -> Response:
    """What was done, with the way back; for a browser without scripts the page as it is now.

    ``edited``: the theme whose fields were open for editing; they come along as they are now.
    """
    session_id, by = caller.live.id, caller.user.user_id
    if not request.headers.get("hx-request"):
        return go(f"/sessions/{session_id}/themes")

    def look(db: Session) -> tuple[bool, str]:
        session = queries.live_session(db, session_id)
        fields = edit_region(session, sorting(db, session=session), edited) if edited else None
        return last_step(db, session_id, by) is not None, replacing(fields) if fields is not None else ""

    can_undo, fields = await parts(request).database.read(look)
    toast = render(
        "themes/_toast.html",
        session_id=session_id,
        said=done.said,
        theme_id=done.theme_id,
        can_undo=can_undo,
        conflict=None,
    )
    return HTMLResponse(toast + fields)


def _all(form: FormData, name: str) -> list[str]:
    return [value for value in form.getlist(name) if isinstance(value, str)]


def _one(form: FormData, name: str) -> str:
    return next(iter(_all(form, name)[-1:]), "")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
