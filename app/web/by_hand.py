"""Answering for somebody without a phone: two pages of the facilitator's, and what the HTTP API shares with them."""

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from app.actions import by_hand
from app.actions.voting import Ballot, cast_ballots
from app.errors import AppError, BadInput
from app.store import queries
from app.store.database import Database
from app.views.by_hand import AnswerForView, ByHandView, answer_for_view, by_hand_view
from app.web.answers import go, page
from app.web.doors import Caller, Entered
from app.web.parts import parts
from app.web.phone import round_of
from app.web.signin import form_of

router = APIRouter(prefix="/sessions/{session_id}/by-hand", include_in_schema=False)


async def enter_answers(
    database: Database,
    *,
    session_id: str,
    participant_id: str,
    question: str,
    choices: Mapping[str | None, Any],
    round_: int | None = None,
) -> None:
    """Store answers of somebody without a phone, by dimension, under the same rules as a phone's.

    Raises what `person_by_hand` and `cast_ballots` raise.
    """
    await database.read(by_hand.person_by_hand, session_id=session_id, participant_id=participant_id)
    ballots = [
        Ballot(session_id, participant_id, "", question, dimension, choice, round=round_)
        for dimension, choice in choices.items()
    ]
    await asyncio.gather(*(database.write_item(cast_ballots, ballot, about=session_id) for ballot in ballots))


async def _people(
    request: Request, caller: Caller, *, message: str = "", said: dict[str, str] | None = None, status: int = 200
) -> Response:
    def look(db: Session) -> ByHandView:
        return by_hand_view(db, session=queries.live_session(db, caller.live.id))

    view = await parts(request).database.read(look)
    return page(request, "console/by_hand.html", status, view=view, message=message, said=said or {})


async def _person(
    request: Request,
    caller: Caller,
    participant_id: str,
    *,
    message: str = "",
    said: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    def look(db: Session) -> AnswerForView:
        person = by_hand.person_by_hand(db, session_id=caller.live.id, participant_id=participant_id)
        return answer_for_view(db, session=queries.live_session(db, caller.live.id), person=person)

    view = await parts(request).database.read(look)
    return page(request, "console/by_hand_person.html", status, view=view, message=message, said=said or {})


@router.get("")
async def people_page(request: Request, caller: Entered) -> Response:
    """Who is answered for, and a form to add somebody."""
    return await _people(request, caller)


@router.post("")
async def add(request: Request, caller: Entered) -> Response:
    """Add somebody without a phone, then answer for them."""
    said = await form_of(request)
    place: dict[str, Any] = {key: said.get(key) for key in ("group_id", "side", "name")}
    try:
        person = await parts(request).database.write(by_hand.add_person, session_id=caller.live.id, **place)
    except AppError as error:
        return await _people(request, caller, message=error.sentence, said=said, status=error.status)
    return go(f"/sessions/{caller.live.id}/by-hand/{person.id}")


@router.get("/{participant_id}")
async def person_page(request: Request, participant_id: str, caller: Entered) -> Response:
    """The open question, to answer for this person."""
    return await _person(request, caller, participant_id)


@router.post("/{participant_id}")
async def answer(request: Request, participant_id: str, caller: Entered) -> Response:
    """Store the answer, or the idea, that this person gave."""
    form = await request.form()
    said = {name: value for name, value in form.items() if isinstance(value, str)}
    question = said.get("question", "")
    try:
        if question == "open-side":
            await parts(request).database.write(
                by_hand.agree, session_id=caller.live.id, participant_id=participant_id, yes=said.get("yes") == "1"
            )
        elif question == "change":
            await parts(request).database.write(
                by_hand.add_idea,
                session_id=caller.live.id,
                participant_id=participant_id,
                text=said.get("text"),
                who=said.get("who"),
            )
        else:
            await enter_answers(
                parts(request).database,
                session_id=caller.live.id,
                participant_id=participant_id,
                question=question,
                choices=_choices(caller, form.multi_items()),
                round_=round_of(said.get("round")),
            )
    except AppError as error:
        return await _person(request, caller, participant_id, message=error.sentence, said=said, status=error.status)
    return go(f"/sessions/{caller.live.id}/by-hand/{participant_id}")


def _choices(caller: Caller, fields: list[tuple[str, Any]]) -> dict[str | None, Any]:
    """A form's choices by dimension, as the wire has them. Raises BadInput where there is none."""
    kinds = {one.key: one.kind for one in queries.session_template(caller.live).dimensions}
    chosen: dict[str, list[str]] = {}
    for name, value in fields:
        if name.startswith("choice.") and isinstance(value, str):
            chosen.setdefault(name.removeprefix("choice."), []).append(value)
    if not chosen:
        raise BadInput("Choose a step first, or “can’t judge”.")
    return {
        key: None if "cant" in values else values if kinds.get(key) == "set" else values[0]
        for key, values in chosen.items()
    }
