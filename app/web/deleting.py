"""Deleting for good, after the password was typed once more (SAFETY T21)."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions.sessions import delete_account, delete_session
from app.errors import AppError
from app.store import queries
from app.web.answers import go, page
from app.web.doors import Caller, Entered
from app.web.parts import parts
from app.web.password import check_password

router = APIRouter(include_in_schema=False)

WRONG = "This is not your password. Nothing was deleted."


@dataclass(frozen=True, slots=True)
class Doomed:
    """What is about to be deleted, in words, and where its page is."""

    name: str
    what_goes: str
    action: str
    back: str


async def _session(caller: Caller) -> Doomed:
    session = caller.live
    what = "Everybody’s answers and ideas, the results, the report and its exports are gone at once. Nobody can bring them back."
    return Doomed(
        f"{session.customer}: {session.title}",
        what,
        f"/sessions/{session.id}/delete",
        f"/accounts/{session.account_id}",
    )


async def _account(request: Request, account_id: str, caller: Caller) -> Doomed:
    read = parts(request).database.read
    account = await read(queries.account_in_workspace, account_id=account_id, workspace_id=caller.user.workspace_id)
    sessions = await read(queries.sessions, workspace_id=account.workspace_id, account_id=account.id)
    count = f"{len(sessions)} {'session' if len(sessions) == 1 else 'sessions'}"
    what = f"The account and its {count}, with all answers, results and reports, are gone at once. Nobody can bring them back."
    return Doomed(account.name, what, f"/accounts/{account.id}/delete", f"/accounts/{account.id}")


def _ask(request: Request, doomed: Doomed, error: AppError | None = None) -> Response:
    status = error.status if error else 200
    return page(request, "home/delete.html", status, doomed=doomed, error=error.sentence if error else "")


@router.get("/sessions/{session_id}/delete")
async def ask_session(request: Request, caller: Entered) -> Response:
    """What deleting the session means, and the password field."""
    return _ask(request, await _session(caller))


@router.post("/sessions/{session_id}/delete")
async def remove_session(request: Request, caller: Entered) -> Response:
    """Delete the session."""
    doomed = await _session(caller)
    try:
        await check_password(request, caller.user, wrong=WRONG)
    except AppError as error:
        return _ask(request, doomed, error)
    here = parts(request)
    await here.database.write(delete_session, session_id=caller.live.id)
    await here.hub.sweep()
    return go(doomed.back)


@router.get("/accounts/{account_id}/delete")
async def ask_account(request: Request, account_id: str, caller: Entered) -> Response:
    """What deleting the account means, and the password field."""
    return _ask(request, await _account(request, account_id, caller))


@router.post("/accounts/{account_id}/delete")
async def remove_account(request: Request, account_id: str, caller: Entered) -> Response:
    """Delete the account with all its sessions."""
    doomed = await _account(request, account_id, caller)
    try:
        await check_password(request, caller.user, wrong=WRONG)
    except AppError as error:
        return _ask(request, doomed, error)
    here = parts(request)
    await here.database.write(delete_account, account_id=account_id)
    await here.hub.sweep()
    return go("/")
