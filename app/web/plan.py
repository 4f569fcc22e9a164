"""The commitments' pages: the facilitator's list with its form, one row with its check-ins, and the list on a phone."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from app.actions import commitments, share_links
from app.actions.check_ins import correct_check_in, remove_check_in
from app.actions.commitments import LostEdit
from app.core.commitments import COMMITMENT_AT_MOST, NOTE_AT_MOST, STEPS, WORDS, State
from app.core.rights import Who
from app.errors import AppError, BadInput, Conflict, NotFound
from app.store import queries
from app.store.days import today
from app.views.agenda import AgendaItem, agenda, standing
from app.views.news import plan_news
from app.views.plan import PlanRow, PlanView, SharedPlan, any_agreed, may_open, plan_view, rows_of, shared_plan
from app.views.sharing import share_url
from app.web.answers import go, page
from app.web.doors import Caller, Entered, sign
from app.web.parts import parts
from app.web.signin import form_of

router = APIRouter(include_in_schema=False)

AT_THE_END = "The list comes to your phone at the end of the session."
NOTHING_YET = "Nothing has been agreed by both sides yet."


@dataclass(frozen=True, slots=True)
class RowForm:
    """A row as it was typed, kept when something is wrong. ``errors`` by field, ``message`` over the form."""

    text: str = ""
    side: str = ""
    owner: str = ""
    due: str = ""
    counterpart: str = ""
    theme_id: str = ""
    revision: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    message: str = ""


def _form(said: dict[str, str], error: AppError | None = None) -> RowForm:
    fields: dict[str, Any] = {name: said.get(name, "") for name in (*commitments.FIELDS, "revision")}
    if error is None:
        return RowForm(**fields)
    return RowForm(**fields, errors=error.fields, message="" if error.fields else error.sentence)


# --- the facilitator's list -------------------------------------------------------------------------


async def _list_page(
    request: Request, caller: Caller, *, form: RowForm | None = None, message: str = "", status: int = 200
) -> Response:
    def look(db: Session) -> tuple[PlanView, tuple[AgendaItem, ...], str]:
        session = queries.live_session(db, caller.live.id)
        lines = agenda(standing(session, queries.questions(db, session.id)))
        return plan_view(db, session=session), lines, plan_news(db, session)

    view, lines, news = await parts(request).database.read(look)
    may_edit = caller.user.may(Who.FACILITATOR)
    if not may_edit:
        lines = tuple(replace(line, link="") for line in lines)  # those pages are not for viewers
    return page(
        request,
        "console/plan.html",
        status,
        session=caller.live,
        view=view,
        news=news,
        agenda=lines,
        form=form or RowForm(theme_id=request.query_params.get("theme", "")),
        message=message,
        may_edit=may_edit,
        first_day=today(caller.user.time_zone),
        at_most=COMMITMENT_AT_MOST,
    )


@router.get("/sessions/{session_id}/plan")
async def plan_page(request: Request, caller: Entered) -> Response:
    """The list with the form for a new row."""
    return await _list_page(request, caller)


@router.post("/sessions/{session_id}/plan")
async def add_row(request: Request, caller: Entered) -> Response:
    """Write a row down, or show the form again with what is wrong beside each field."""
    said = await form_of(request)
    try:
        made = await parts(request).database.write(
            commitments.add_commitment,
            session_id=caller.live.id,
            by=caller.user.name,
            said={name: said.get(name, "") for name in commitments.FIELDS},
        )
    except AppError as error:
        return await _list_page(request, caller, form=_form(said, error), status=error.status)
    return go(f"/sessions/{caller.live.id}/plan#row-{made.id}")


# --- one row ----------------------------------------------------------------------------------------


async def _row_page(
    request: Request,
    caller: Caller,
    commitment_id: str,
    *,
    form: RowForm | None = None,
    note: str = "",
    mending: str = "",
    message: str = "",
    lost: bool = False,
    status: int = 200,
) -> Response:
    def look(db: Session) -> tuple[PlanView, PlanRow, str]:
        session = queries.live_session(db, caller.live.id)
        found = commitments.commitment_of(db, session.id, commitment_id)
        (row,) = rows_of(db, session, [found], removed=True)
        return plan_view(db, session=session), row, plan_news(db, session)

    view, row, news = await parts(request).database.read(look)
    kept = {name: getattr(row, name) for name in commitments.FIELDS}
    return page(
        request,
        "console/commitment.html",
        status,
        session=caller.live,
        view=view,
        news=news,
        row=row,
        form=form or RowForm(**kept, revision=str(row.revision)),
        note=note,
        mending=mending if any(look.id == mending and not look.removed for look in row.check_ins) else "",
        message=message,
        lost=lost,
        steps=[(one.value, WORDS[one]) for one in STEPS[State(row.state)]],
        first_day=today(caller.user.time_zone),
        at_most=COMMITMENT_AT_MOST,
        note_at_most=NOTE_AT_MOST,
    )


@router.get("/sessions/{session_id}/plan/{commitment_id}")
async def row_page(request: Request, commitment_id: str, caller: Entered) -> Response:
    """One row: its words, where it stands, its check-ins."""
    return await _row_page(request, caller, commitment_id)


@router.post("/sessions/{session_id}/plan/{commitment_id}")
async def save_row(request: Request, commitment_id: str, caller: Entered) -> Response:
    """Change a row. An edit that loses is offered back beside the words that won."""
    said = await form_of(request)
    try:
        await parts(request).database.write(
            commitments.change_commitment,
            session_id=caller.live.id,
            commitment_id=commitment_id,
            by=caller.user.name,
            said={name: said[name] for name in commitments.FIELDS if name in said},
            revision=_number(said.get("revision", "")),
        )
    except NotFound:
        words = f"{commitments.GONE} Your words are kept here: add them again, or leave it."
        return await _list_page(request, caller, form=_form(said, Conflict(words)), status=Conflict.status)
    except LostEdit as error:
        form = _form(said | {"revision": str(error.now.revision)})
        return await _row_page(
            request, caller, commitment_id, form=form, message=error.sentence, lost=True, status=error.status
        )
    except AppError as error:
        return await _row_page(request, caller, commitment_id, form=_form(said, error), status=error.status)
    return go(f"/sessions/{caller.live.id}/plan#row-{commitment_id}")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


Step = Callable[..., Any]
ON_THE_ROWS_PAGE = {"check-in", "correct", "remove"}


def _step(name: str, said: dict[str, str], by: str) -> Step:
    """What a button does. Raises NotFound for an unknown one."""
    word, _, side = name.partition("-")
    if name == "check-in":
        return partial(commitments.check_in, by=by, note=said.get("note"), state=said.get("state") or None)
    if word in {"accept", "unaccept"}:
        return partial(commitments.accept, by=by, side=side, yes=word == "accept")
    if name == "delete":
        return commitments.delete_commitment
    if name == "correct":
        before = said["before"].replace("\r\n", "\n") if "before" in said else None
        return partial(correct_check_in, check_in_id=said.get("look", ""), by=by, note=said.get("note"), before=before)
    if name == "remove":
        return partial(remove_check_in, check_in_id=said.get("look", ""), by=by)
    raise NotFound("This button does not exist.")


@router.post("/sessions/{session_id}/plan/{commitment_id}/{step}")
async def take_step(request: Request, commitment_id: str, step: str, caller: Entered) -> Response:
    """A side's yes, a check-in or the mending of one, or the end of a row."""
    said = await form_of(request)
    action = _step(step, said, caller.user.name)
    at = f"/sessions/{caller.live.id}/plan"
    try:
        await parts(request).database.write(action, session_id=caller.live.id, commitment_id=commitment_id)
    except NotFound as error:
        if step in {"correct", "remove"} and error.sentence != commitments.GONE:
            return await _row_page(request, caller, commitment_id, message=error.sentence, status=error.status)
        return await _list_page(request, caller, message=error.sentence, status=error.status)
    except (BadInput, Conflict) as error:
        if step in ON_THE_ROWS_PAGE:
            return await _row_page(
                request,
                caller,
                commitment_id,
                message=error.sentence,
                note=said.get("note", ""),
                mending=said.get("look", ""),
                status=error.status,
            )
        return await _list_page(request, caller, message=error.sentence, status=error.status)
    if step in ON_THE_ROWS_PAGE:
        return go(f"{at}/{commitment_id}#check-in")
    return go(at if step == "delete" else f"{at}#row-{commitment_id}")


# --- the list on a phone ----------------------------------------------------------------------------


async def _phone_page(
    request: Request, caller: Caller, *, url: str = "", message: str = "", status: int = 200
) -> Response:
    def look(db: Session) -> tuple[SharedPlan | None, str]:
        session = queries.live_session(db, caller.live.id)
        if not may_open(session):
            return None, AT_THE_END
        plan = shared_plan(db, session=session)
        return (plan, "") if plan.rows else (None, NOTHING_YET)

    plan, why_not = await parts(request).database.read(look)
    return page(
        request,
        "phone/plan.html",
        status,
        session=caller.live,
        side=caller.phone.side,
        plan=plan,
        why_not=why_not,
        url=url,
        message=message,
        withdraws=caller.phone.state == "in" and not caller.live.sealed,
    )


@router.get("/p/{session_id}/plan")
async def phone_plan(request: Request, caller: Entered) -> Response:
    """What both sides agreed to, as somebody who took part takes it home."""
    return await _phone_page(request, caller)


@router.post("/p/{session_id}/plan")
async def phone_link(request: Request, caller: Entered) -> Response:
    """A link to the list that still works once this phone is let go. It is the same for everybody who took part."""
    here = parts(request)
    token = sign(here, f"plan:{caller.live.id}")

    def make(db: Session) -> None:
        session = queries.live_session(db, caller.live.id)
        if not may_open(session) or not any_agreed(db, session):
            raise Conflict(AT_THE_END)
        share_links.link_for_phones(db, session_id=session.id, token=token)

    try:
        await here.database.write(make, about=caller.live.id)
    except AppError as error:
        return await _phone_page(request, caller, message=error.sentence, status=error.status)
    return await _phone_page(request, caller, url=share_url(token))
