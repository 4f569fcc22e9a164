"""The account team's own pages of an account: say-do and decisions. Members read, facilitators write."""

import hashlib
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from app.actions.behaviours import Seen, mark_behaviours
from app.actions.decisions import Wanted, decide
from app.core.decisions import CHOICES, NEEDS_STEP, WEIGHED
from app.core.rights import Who
from app.core.say_do import MARKS, Behaviour
from app.errors import BadInput
from app.store import queries
from app.store.days import today
from app.store.tables import Account
from app.views.team import Team, team_of
from app.web.answers import go, page
from app.web.doors import Caller, Entered
from app.web.parts import parts
from app.web.signin import form_of

router = APIRouter(prefix="/accounts/{account_id}", include_in_schema=False)


async def _account(request: Request, account_id: str, caller: Caller) -> tuple[Account, Team]:
    """The account, if it is the caller's workspace's, with all that its team keeps. Raises NotFound."""

    def look(db: Session) -> tuple[Account, Team]:
        account = queries.account_in_workspace(db, account_id, caller.user.workspace_id)
        return account, team_of(db, account=account)

    return await parts(request).database.read(look)


def _team_page(
    request: Request,
    template: str,
    caller: Caller,
    account: Account,
    team: Team,
    error: BadInput | None,
    **names: Any,
) -> Response:
    """A page of the team, with what is wrong beside each field."""
    return page(
        request,
        template,
        error.status if error else 200,
        account=account,
        team=team,
        user=caller.user.name,
        may_edit=caller.user.may(Who.FACILITATOR),
        owner=caller.user.may(Who.OWNER),
        today=today(caller.user.time_zone),
        errors=error.fields if error else {},
        **names,
    )


@router.get("/say-do")
async def say_do_page(request: Request, account_id: str, caller: Entered) -> Response:
    """What was said against what was seen."""
    return await _say_do(request, account_id, caller)


async def _say_do(
    request: Request,
    account_id: str,
    caller: Caller,
    said: Mapping[str, str] | None = None,
    error: BadInput | None = None,
) -> Response:
    account, team = await _account(request, account_id, caller)
    names = {"marks": MARKS, "fingerprint": fingerprint, "typed": said or {}}
    return _team_page(request, "home/say_do.html", caller, account, team, error, **names)


@router.post("/say-do")
async def keep_say_do(request: Request, account_id: str, caller: Entered) -> Response:
    """Keep the marks that were changed on the page."""
    account, team = await _account(request, account_id, caller)
    said = await form_of(request)
    every = [one for side in team.say_do.sides for step in side.steps for one in step.behaviours]
    seen = [typed for one in every if (typed := _typed(one, said)) is not None]
    try:
        await parts(request).database.write(
            mark_behaviours,
            account_id=account.id,
            author=caller.user.name,
            today=today(caller.user.time_zone),
            seen=seen,
        )
    except BadInput as error:
        return await _say_do(request, account_id, caller, said, error)
    return go(f"/accounts/{account.id}/say-do?kept=1")


def fingerprint(one: Behaviour) -> str:
    """What the page showed of a behaviour, in short: who changed nothing sends it back as it was."""
    return _print_of(one.text, one.mark, one.evidence, one.seen_on)


def _print_of(*texts: str) -> str:
    plain = "\x1f".join(text.replace("\r\n", "\n").strip() for text in texts)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def _typed(one: Behaviour, said: Mapping[str, str]) -> Seen | None:
    """What was typed for a behaviour; None where the page sent nothing of it or nothing was changed."""
    name = f"{one.side}-{one.step}-{one.place}"
    if f"{name}-mark" not in said:
        return None
    text, mark, evidence, seen_on = (said.get(f"{name}-{part}", "") for part in ("text", "mark", "evidence", "date"))
    if _print_of(text, mark, evidence, seen_on) == said.get(f"{name}-was"):
        return None
    return Seen(one.side, one.step, one.place, text, mark, evidence, seen_on)


@router.get("/decision")
async def decision_page(request: Request, account_id: str, caller: Entered) -> Response:
    """The decisions so far, and the form for the next."""
    return await _decision(request, account_id, caller)


async def _decision(
    request: Request,
    account_id: str,
    caller: Caller,
    said: Mapping[str, str] | None = None,
    error: BadInput | None = None,
) -> Response:
    account, team = await _account(request, account_id, caller)
    session_id = request.query_params.get("session", "") if said is None else said.get("session_id", "")
    typed = said if said is not None else _as_last_time(team)
    names = {"choices": CHOICES, "weighed": WEIGHED, "session_id": session_id, "typed": typed}
    return _team_page(request, "home/decision.html", caller, account, team, error, **names)


def _as_last_time(team: Team) -> dict[str, str]:
    """What was weighed last time, to go on from."""
    titles = {title: name for name, title in WEIGHED.items()}
    last = team.decisions[0].weighed if team.decisions else ()
    return {f"weighed-{one.step}-{titles[title]}": text for one in last for title, text in one.parts}


@router.post("/decision")
async def keep_decision(request: Request, account_id: str, caller: Entered) -> Response:
    """Add a decision, or show the form again with what is wrong beside each field."""
    account, team = await _account(request, account_id, caller)
    said = await form_of(request)
    steps = [step.position for step in team.say_do.sides[0].steps]
    weighed = {
        step: {name: said[f"weighed-{step}-{name}"] for name in WEIGHED if f"weighed-{step}-{name}" in said}
        for step in steps
    }
    try:
        await parts(request).database.write(
            decide,
            account_id=account.id,
            author=caller.user.name,
            today=today(caller.user.time_zone),
            wanted=Wanted(
                choice=said.get("choice"),
                reason=said.get("reason"),
                step=_step(said),
                review_on=said.get("review_on"),
                weighed=weighed,
                session_id=said.get("session_id") or None,
            ),
        )
    except BadInput as error:
        return await _decision(request, account_id, caller, said, error)
    return go(f"/accounts/{account.id}/decision")


def _step(said: Mapping[str, str]) -> int | None:
    """The chosen step; none where the choice has none. A text that is no number counts as a step that no ladder has."""
    text = said.get("step", "").strip()
    if not text or said.get("choice") not in NEEDS_STEP | {"stay"}:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
