"""HTTP API: the nine discussions of a session, and what the account team keeps on an account: behaviours and decisions."""

from typing import Any

from fastapi import APIRouter, Request
from sqlmodel import Session

from app.actions.behaviours import Seen, mark_behaviours
from app.actions.decisions import Wanted, decide
from app.actions.discussions import keep_discussion
from app.store import queries, team
from app.store.days import today
from app.store.tables import Account
from app.store.team_tables import Discussion
from app.views.discussions import shared_discussions_json
from app.views.team import behaviours_json, decision_json, private_discussions_json
from app.web.api.bodies import PROBLEMS, ChangedDiscussion, MarkedBehaviours, NewDecision
from app.web.api.paging import paged
from app.web.doors import Caller, Entered
from app.web.parts import parts
from app.web.report import cut_of
from app.web.report_files import log

router = APIRouter(prefix="/api/v1", tags=["discussions"], responses=PROBLEMS)
Json = dict[str, Any]


@router.get("/sessions/{session_id}/discussions")
async def list_discussions(request: Request, session_id: str, caller: Entered, cut: str = "private") -> Json:  # noqa: ARG001  described here, read by cut_of
    """The nine discussions with their evidence; in the customer's cut the seven shared ones, without notes."""
    here, checked = parts(request), cut_of(request)
    await log(here, caller.user, caller.live, "discussions", checked)
    of_cut = shared_discussions_json if checked == "customer" else private_discussions_json

    def look(db: Session) -> list[Json]:
        return of_cut(db, queries.live_session(db, session_id))

    return {"items": await here.database.read(look), "next": None}


@router.patch("/sessions/{session_id}/discussions/{number}")
async def change_discussion(
    request: Request, session_id: str, number: int, caller: Entered, body: ChangedDiscussion
) -> Json:
    """Keep notes, the done mark, or that discussion 6 or 7 was read."""
    kept: Discussion = await parts(request).database.write(
        keep_discussion, session_id=session_id, number=number, author=caller.user.name, **body.model_dump()
    )
    return {
        "number": kept.number,
        "notes": kept.notes,
        "notes_by": kept.author or None,
        "revision": kept.revision,
        "done": kept.done,
        "read": kept.read,
    }


async def _own(request: Request, account_id: str, caller: Caller) -> Account:
    """The account. Raises NotFound where it is not the caller's workspace's."""
    read = parts(request).database.read
    return await read(queries.account_in_workspace, account_id=account_id, workspace_id=caller.user.workspace_id)


@router.get("/accounts/{account_id}/behaviours")
async def list_behaviours(request: Request, account_id: str, caller: Entered) -> Json:
    """What was seen of each behaviour on the account's ladder. Private."""
    account = await _own(request, account_id, caller)
    return await parts(request).database.read(behaviours_json, account=account)


@router.put("/accounts/{account_id}/behaviours")
async def put_behaviours(request: Request, account_id: str, caller: Entered, body: MarkedBehaviours) -> Json:
    """Mark behaviours; those that are not named, and fields left out, stay."""
    account = await _own(request, account_id, caller)
    seen = [
        Seen(one.side, one.step, one.place, one.text, one.mark, one.evidence, _given(one.model_fields_set, one.date))
        for one in body.behaviours
    ]
    await parts(request).database.write(
        mark_behaviours,
        account_id=account.id,
        author=caller.user.name,
        today=today(caller.user.time_zone),
        seen=seen,
    )
    return await parts(request).database.read(behaviours_json, account=account)


def _given(fields: set[str], date: str | None) -> str | None:
    """A date as an action takes it: None stays, "" takes it away."""
    return (date or "") if "date" in fields else None


@router.get("/accounts/{account_id}/decisions")
async def list_decisions(
    request: Request, account_id: str, caller: Entered, cursor: str | None = None, limit: int = 50
) -> Json:
    """Every decision on the account, newest first. Private."""
    account = await _own(request, account_id, caller)
    found = await parts(request).database.read(team.decisions, account_id=account.id)
    return paged([decision_json(one) for one in found], cursor, limit)


@router.post("/accounts/{account_id}/decisions", status_code=201)
async def new_decision(request: Request, account_id: str, caller: Entered, body: NewDecision) -> Json:
    """Add a decision to the account's history."""
    account = await _own(request, account_id, caller)
    wanted = Wanted(
        choice=body.choice,
        reason=body.reason,
        step=body.step,
        review_on=body.review_on,
        weighed={one.step: one.model_dump(exclude={"step"}) for one in body.weighed},
        session_id=body.session_id,
    )
    decision = await parts(request).database.write(
        decide, account_id=account.id, author=caller.user.name, today=today(caller.user.time_zone), wanted=wanted
    )
    return decision_json(decision)
