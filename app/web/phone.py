"""The phone's page, and every phone action as a form post, so that it works without a socket and without script."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from app.actions import readiness, support
from app.actions.ideas import add_idea
from app.actions.participants import agree_open_side, change_place, withdraw
from app.actions.voting import Ballot, cast_ballots
from app.errors import AppError, BadInput, TooMany
from app.live.says import TEXTS_TOO_FAST, say_text
from app.store import queries
from app.store.tables import LiveSession, Participant
from app.views.faces import Frame, mine_state, phone_frame, to_json
from app.views.mine import Mine, asked_in, mine_of
from app.views.phone import PhoneView, phone_view
from app.web.answers import go, page
from app.web.doors import Caller, Entered
from app.web.parts import parts
from app.web.signin import form_of

router = APIRouter(prefix="/p/{session_id}", include_in_schema=False)

TOO_FAST_HERE = "That was too fast for us. Wait a moment, then save your answer again."


def look(db: Session, *, session: LiveSession, person: Participant) -> tuple[PhoneView, Mine]:
    """The phone's view and what is the participant's own, in one snapshot."""
    session = queries.live_session(db, session.id)
    own = mine_of(db, asked=asked_in(db, session), participant_ids=[person.id])
    view = phone_view(db, session=session, state=person.state, side=person.side, group_id=person.group_id)
    return view, own.get(person.id, Mine())


async def _page(
    request: Request, caller: Caller, *, message: str = "", said: dict[str, str] | None = None, status: int = 200
) -> Response:
    view, mine = await parts(request).database.read(look, session=caller.live, person=caller.phone)
    return page(
        request,
        "phone/page.html",
        status,
        view=view,
        mine=mine,
        mine_json=to_json(mine_state(mine)),
        message=message,
        said=said or {},
        ws_path=f"/live/{view.session_id}/phone",
    )


async def _carry_out(
    request: Request, caller: Caller, work: Callable[[], Awaitable[object]], *, said: dict[str, str] | None = None
) -> Response:
    """Do what a form asks for and show the page again; what was refused is said on it, with what was typed."""
    try:
        await work()
    except AppError as error:
        return await _page(request, caller, message=error.sentence, said=said, status=error.status)
    parts(request).hub.said(caller.live.id, caller.phone.id)
    return go(f"/p/{caller.live.id}")


def _count_answer(request: Request, caller: Caller) -> None:
    """Count one more answer of this phone. Raises TooMany."""
    if not parts(request).hub.limits_of(caller.phone.id).may_answer():
        raise TooMany(TOO_FAST_HERE)


@router.get("")
async def phone_page(request: Request, caller: Entered) -> Response:
    """What this participant's phone shows now."""
    return await _page(request, caller)


@router.get("/view")
async def poll_view(request: Request, caller: Entered) -> Response:
    """The same as a view frame, for phones whose socket does not come through."""

    def frame(db: Session) -> str:
        session = queries.live_session(db, caller.live.id)
        person = caller.phone
        shown: Frame = phone_frame(db, session=session, state=person.state, side=person.side, group_id=person.group_id)
        own = mine_of(db, asked=asked_in(db, session), participant_ids=[person.id])
        return shown.with_mine(to_json(mine_state(own.get(person.id, Mine()))))

    return Response(await parts(request).database.read(frame), media_type="application/json")


@router.post("/say")
async def say_frame(request: Request, caller: Entered) -> Response:
    """One live frame by HTTP: answers with the ack or the refusal."""
    here = parts(request)
    text = (await request.body()).decode(errors="replace")
    reply = await say_text(here.database, caller.live.id, caller.phone.id, text, here.hub.limits_of(caller.phone.id))
    here.hub.said(caller.live.id, caller.phone.id)
    return Response(reply, media_type="application/json")


@router.post("/answer")
async def answer(request: Request, caller: Entered) -> Response:
    """An answer from the form: one or more dimensions of one question."""
    database, form = parts(request).database, await request.form()
    live, question, round_ = caller.live.id, str(form.get("question", "")), round_of(form.get("round"))
    chosen: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if name.startswith("choice.") and isinstance(value, str):
            chosen.setdefault(name.removeprefix("choice."), []).append(value)

    async def work() -> None:
        if not chosen:
            raise BadInput("Choose a step first, or “I can’t judge this”.")
        _count_answer(request, caller)
        ballots = [
            Ballot(
                live, caller.phone.id, "", question, dimension, _choice(values, caller.live, dimension), round=round_
            )
            for dimension, values in chosen.items()
        ]
        await asyncio.gather(*(database.write_item(cast_ballots, ballot, about=live) for ballot in ballots))

    return await _carry_out(request, caller, work)


def round_of(said: object) -> int | None:
    """The round that a form was made for; None where it does not say."""
    return int(said) if isinstance(said, str) and said.isascii() and said.isdigit() and len(said) < 6 else None


def _choice(values: list[str], session: LiveSession, dimension: str) -> Any:
    """A form's choice as the wire has it: a position, a list on a set scale, None for can't judge."""
    if "cant" in values:
        return None
    kinds = {one.key: one.kind for one in queries.session_template(session).dimensions}
    return values if kinds.get(dimension) == "set" else values[0]


@router.post("/support")
async def give_support(request: Request, caller: Entered) -> Response:
    """Support for an idea or a theme from its button, or taking it back."""
    said = await form_of(request)

    async def work() -> None:
        _count_answer(request, caller)
        await parts(request).database.write(
            support.cast,
            about=caller.live.id,
            participant_id=caller.phone.id,
            message_id="",
            item_id=said.get("on") or said.get("off", ""),
            on="on" in said,
        )

    return await _carry_out(request, caller, work)


@router.post("/ready")
async def ready(request: Request, caller: Entered) -> Response:
    """Readiness from the form: one or more themes."""
    said = await form_of(request)
    chosen = {name.removeprefix("ready."): value for name, value in said.items() if name.startswith("ready.")}

    def say_all(db: Session) -> None:
        for theme_id, value in chosen.items():
            told = None if value == "cant" else value
            readiness.say(db, participant_id=caller.phone.id, message_id="", theme_id=theme_id, value=told)

    async def work() -> None:
        if not chosen:
            raise BadInput("Choose an answer first, or “I can’t judge this”.")
        _count_answer(request, caller)
        await parts(request).database.write(say_all, about=caller.live.id)

    return await _carry_out(request, caller, work)


@router.post("/idea")
async def idea(request: Request, caller: Entered) -> Response:
    """An idea from the form; a refused one keeps what was typed."""
    here, said = parts(request), await form_of(request)

    async def work() -> None:
        if not here.hub.limits_of(caller.phone.id).may_write():
            raise TooMany(TEXTS_TOO_FAST)
        await here.database.write(
            add_idea,
            about=caller.live.id,
            participant_id=caller.phone.id,
            message_id=said.get("id", "")[:36],
            text=said.get("text"),
            who=said.get("who"),
        )

    return await _carry_out(request, caller, work, said=said)


@router.post("/open-side")
async def open_side(request: Request, caller: Entered) -> Response:
    """Whether this participant's small side may be shown."""
    said = await form_of(request)

    async def work() -> None:
        yes = said.get("yes") == "1"
        await parts(request).database.write(
            agree_open_side, about=caller.live.id, participant_id=caller.phone.id, message_id="", yes=yes
        )

    return await _carry_out(request, caller, work)


@router.get("/withdraw")
async def withdraw_page(request: Request, caller: Entered) -> Response:
    """What taking back means, before it is done."""
    view, _ = await parts(request).database.read(look, session=caller.live, person=caller.phone)
    return page(request, "phone/withdraw.html", view=view, message="")


@router.post("/withdraw")
async def take_back(request: Request, caller: Entered) -> Response:
    """Delete all that this participant said."""
    here = parts(request)
    await here.database.write(withdraw, about=caller.live.id, participant_id=caller.phone.id)
    here.hub.said(caller.live.id, caller.phone.id)
    return go(f"/p/{caller.live.id}")


@router.get("/group")
async def group_page(request: Request, caller: Entered) -> Response:
    """Choose another group, while nothing was asked yet."""
    groups = await parts(request).database.read(queries.groups, session_id=caller.live.id)
    return page(
        request,
        "join/change.html",
        session=caller.live,
        groups=groups,
        chosen=caller.phone.group_id or caller.phone.side,
        error="",
    )


@router.post("/group")
async def another_group(request: Request, caller: Entered) -> Response:
    """Move to another group."""
    here, said = parts(request), await form_of(request)
    place = {"group_id": said.get("group"), "side": said.get("side")}
    await here.database.write(change_place, about=caller.live.id, participant_id=caller.phone.id, **place)
    here.hub.said(caller.live.id, caller.phone.id)
    return go(f"/p/{caller.live.id}")
