"""HTTP API: sessions, their questions and their results."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from app.actions import questions, reveal, sessions, support
from app.core.questions import Command
from app.errors import BadInput, NotFound
from app.store import history, lists, queries
from app.store.tables import LiveSession
from app.views.results import results
from app.views.session import session_json
from app.web.api.bodies import (
    PROBLEMS,
    AskOpenSide,
    AskSupport,
    ChangedSession,
    JoinGroup,
    NewSession,
    Reveal,
    Stage,
    Timer,
)
from app.web.api.paging import GONE, check_limit, one_page
from app.web.doors import Entered
from app.web.parts import parts
from app.web.report import cut_of
from app.web.report_files import log

router = APIRouter(prefix="/api/v1/sessions", tags=["sessions"], responses=PROBLEMS)
Json = dict[str, Any]


async def answer(request: Request, session_id: str) -> Json:
    """The Session object as it is now."""

    def look(db: Session) -> Json:
        return session_json(db, session=queries.live_session(db, session_id))

    return await parts(request).database.read(look)


@router.get("")
async def list_sessions(
    request: Request, caller: Entered, account_id: str | None = None, cursor: str | None = None, limit: int = 50
) -> Json:
    """The workspace's sessions, newest first."""
    check_limit(limit)

    def look(db: Session) -> Sequence[LiveSession]:
        last = db.get(LiveSession, cursor) if cursor is not None else None
        if cursor is not None and not _listed(last, caller.user.workspace_id, account_id):
            raise BadInput(GONE, fields={"cursor": "unknown"})
        return lists.sessions_page(db, caller.user.workspace_id, account_id=account_id, after=last, limit=limit + 1)

    found = await parts(request).database.read(look)
    items = [{"id": one.id, "account_id": one.account_id, "title": one.title, "status": one.status} for one in found]
    return one_page(items, limit)


def _listed(session: LiveSession | None, workspace_id: str, account_id: str | None) -> bool:
    """Whether the session is in the workspace's list, or in that of one account."""
    return session is not None and session.workspace_id == workspace_id and account_id in {None, session.account_id}


@router.post("", status_code=201)
async def new_session(request: Request, caller: Entered, body: NewSession) -> Json:
    """Prepare a session."""
    made = await parts(request).database.write(
        _make, workspace_id=caller.user.workspace_id, user_id=caller.user.user_id, body=body
    )
    return await answer(request, made.id)


def _make(db: Session, *, workspace_id: str, user_id: str, body: NewSession) -> LiveSession:
    """The session; what is left out is as in the session that it should be like."""
    said: dict[str, Any] = body.model_dump(exclude={"groups", "like"})
    if body.groups is not None:
        said["groups"] = [sessions.GroupSpec(group.name, group.side) for group in body.groups]
    if body.like:
        before = history.settings_of(db, session_id=body.like, workspace_id=workspace_id)
        groups = [sessions.GroupSpec(name, side) for side, name in before.groups] or None
        same = {"groups": groups, "attribution": before.attribution, "smallest_group": before.smallest_group}
        same["mirror"] = before.mirror
        said |= {name: value for name, value in same.items() if name not in body.model_fields_set}
        said["like"] = "" if "template" in body.model_fields_set else body.like
    return sessions.create_session(db, workspace_id=workspace_id, user_id=user_id, **said)


@router.get("/{session_id}")
async def one_session(request: Request, session_id: str, _caller: Entered) -> Json:
    """One session."""
    return await answer(request, session_id)


@router.patch("/{session_id}")
async def change_session(request: Request, session_id: str, _caller: Entered, body: ChangedSession) -> Json:
    """Change what may change."""
    await parts(request).database.write(sessions.change, session_id=session_id, **body.model_dump(exclude_none=True))
    return await answer(request, session_id)


@router.delete("/{session_id}", status_code=204)
async def delete_session(request: Request, session_id: str, _caller: Entered) -> Response:
    """Delete a session for good."""
    here = parts(request)
    await here.database.write(sessions.delete_session, session_id=session_id)
    await here.hub.sweep()
    return Response(status_code=204)


@router.post("/{session_id}/start")
async def start_session(request: Request, session_id: str, _caller: Entered) -> Json:
    """Leave the lobby."""
    await parts(request).database.write(sessions.start, session_id=session_id)
    return await answer(request, session_id)


@router.post("/{session_id}/close")
async def close_session(request: Request, session_id: str, _caller: Entered) -> Json:
    """End the session. Harmless when repeated."""
    await parts(request).database.write(sessions.close, session_id=session_id)
    return await answer(request, session_id)


@router.post("/{session_id}/reopen")
async def reopen_session(request: Request, session_id: str, _caller: Entered) -> Json:
    """Go on with a closed session; its code works again."""
    await parts(request).database.write(sessions.reopen, session_id=session_id)
    return await answer(request, session_id)


@router.post("/{session_id}/questions/{key}/round")
async def new_round(request: Request, session_id: str, key: str, _caller: Entered) -> Json:
    """Start a further round of a revealed question; open it then as usual."""
    await parts(request).database.write(questions.new_round, session_id=session_id, key=key)
    return await answer(request, session_id)


@router.post("/{session_id}/questions/{key}/{command}")
async def command_question(request: Request, session_id: str, key: str, command: str, _caller: Entered) -> Json:
    """Open, close, reveal, hide or reopen a question."""
    database = parts(request).database
    if command not in set(Command):
        raise NotFound("A question can be opened, closed, revealed, hidden and reopened.")
    if command == Command.REVEAL:
        await database.write(reveal.reveal, session_id=session_id, keys=[key])
    else:
        await database.write(questions.command, session_id=session_id, key=key, name=command)
    return await answer(request, session_id)


@router.post("/{session_id}/reveal")
async def reveal_together(request: Request, session_id: str, _caller: Entered, body: Reveal) -> Json:
    """Reveal questions together."""
    await parts(request).database.write(reveal.reveal, session_id=session_id, keys=body.questions)
    return await answer(request, session_id)


@router.post("/{session_id}/timer")
async def set_timer(request: Request, session_id: str, _caller: Entered, body: Timer) -> Json:
    """Time the open question."""
    await parts(request).database.write(
        questions.set_timer, session_id=session_id, seconds=body.seconds, extend=body.extend
    )
    return await answer(request, session_id)


@router.post("/{session_id}/stage")
async def set_stage(request: Request, session_id: str, _caller: Entered, body: Stage) -> Json:
    """Choose what the big screen shows."""
    await parts(request).database.write(
        sessions.set_stage, session_id=session_id, **body.model_dump(exclude_unset=True)
    )
    return await answer(request, session_id)


@router.post("/{session_id}/open-side")
async def ask_open_side(request: Request, session_id: str, _caller: Entered, body: AskOpenSide) -> Json:
    """Ask a small side, on its phones, whether it may be shown."""
    await parts(request).database.write(sessions.ask_open_side, session_id=session_id, side=body.side)
    return await answer(request, session_id)


@router.post("/{session_id}/support")
async def ask_support(request: Request, session_id: str, _caller: Entered, body: AskSupport) -> Json:
    """Ask phones which ideas and themes they support, or stop asking."""
    await parts(request).database.write(support.ask, session_id=session_id, asked=body.asked)
    return await answer(request, session_id)


@router.post("/{session_id}/join-group")
async def join_group(request: Request, session_id: str, _caller: Entered, body: JoinGroup) -> Json:
    """Show a unanimous group together with others."""
    await parts(request).database.write(
        reveal.join_group, session_id=session_id, group_id=body.group_id, joined=body.joined
    )
    return await answer(request, session_id)


@router.get("/{session_id}/results")
async def session_results(request: Request, session_id: str, caller: Entered, cut: str = "private") -> Json:  # noqa: ARG001  described here, read by cut_of
    """What may be shown, in the private or the customer's cut."""
    here, checked = parts(request), cut_of(request)
    await log(here, caller.user, caller.live, "results", checked)

    def look(db: Session) -> Json:
        return results(db, session=queries.live_session(db, session_id), cut=checked)

    return await here.database.read(look)
