"""HTTP API: accounts."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.actions.accounts import create_account
from app.actions.sessions import delete_account
from app.store import queries
from app.store.tables import Account
from app.views.account import account_view, history_json
from app.web.api.bodies import PROBLEMS, NewAccount
from app.web.api.paging import paged
from app.web.doors import Entered
from app.web.parts import parts

router = APIRouter(prefix="/api/v1/accounts", tags=["accounts"], responses=PROBLEMS)


def account_json(account: Account) -> dict[str, Any]:
    """An account."""
    return {"id": account.id, "name": account.name}


@router.get("")
async def list_accounts(
    request: Request, caller: Entered, cursor: str | None = None, limit: int = 50
) -> dict[str, Any]:
    """The workspace's accounts by name."""
    found = await parts(request).database.read(queries.accounts, workspace_id=caller.user.workspace_id)
    return paged([account_json(account) for account in found], cursor, limit)


@router.post("", status_code=201)
async def new_account(request: Request, caller: Entered, body: NewAccount) -> dict[str, Any]:
    """Make an account."""
    account = await parts(request).database.write(create_account, workspace_id=caller.user.workspace_id, name=body.name)
    return account_json(account)


@router.get("/{account_id}")
async def one_account(request: Request, account_id: str, caller: Entered) -> dict[str, Any]:
    """One account."""
    return account_json(await _own(request, account_id, caller))


@router.get("/{account_id}/history")
async def account_history(
    request: Request, account_id: str, caller: Entered, cursor: str | None = None
) -> dict[str, Any]:
    """The account's sessions in time: where sides and groups stood in each, and where the account is in its cycle."""
    return history_json(
        await parts(request).database.read(account_view, member=caller.user, account_id=account_id, after=cursor or "")
    )


@router.delete("/{account_id}", status_code=204)
async def remove_account(request: Request, account_id: str, caller: Entered) -> Response:
    """Delete an account with all its sessions, for good."""
    await _own(request, account_id, caller)
    await parts(request).database.write(delete_account, account_id=account_id)
    return Response(status_code=204)


async def _own(request: Request, account_id: str, caller: Entered) -> Account:
    read = parts(request).database.read
    return await read(queries.account_in_workspace, account_id=account_id, workspace_id=caller.user.workspace_id)
