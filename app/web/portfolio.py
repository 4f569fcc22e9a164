"""The portfolio: every account at a glance, for members, and as a file."""

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.core.portfolio import ORDERS
from app.core.rights import Who
from app.core.texts import NAME_AT_MOST
from app.errors import NotFound
from app.store.callers import Member
from app.views.portfolio import Asked, asked_for, heads, portfolio_file_lines, portfolio_view
from app.web.answers import page
from app.web.doors import Entered
from app.web.parts import Parts, parts

router = APIRouter(include_in_schema=False)


def asked_of(request: Request) -> Asked:
    """What the address asks for."""
    said = request.query_params
    return asked_for(
        said.get("find", "")[:NAME_AT_MOST], said.get("show", ""), said.get("sort", ""), said.get("page", "")
    )


@router.get("/accounts")
async def portfolio(request: Request, caller: Entered) -> Response:
    """Every account: where each side stands, where it wants to go, what is decided, late and next."""
    asked = asked_of(request)
    view = await parts(request).database.read(portfolio_view, member=caller.user, asked=asked)
    return page(
        request,
        "portfolio/page.html",
        view=view,
        heads=heads(view),
        orders=ORDERS,
        order_words=ORDERS.get(view.asked.sort, "sorted the other way round").lower(),
        user=caller.user.name,
        may_edit=caller.user.may(Who.FACILITATOR),
        owner=caller.user.may(Who.OWNER),
    )


@router.get("/portfolio.{kind}")
async def portfolio_file(request: Request, kind: str, caller: Entered) -> Response:
    """What the page shows, all pages of it, as a file."""
    return await portfolio_exported(parts(request), caller.user, kind, asked_of(request))


async def portfolio_exported(here: Parts, member: Member, kind: str, asked: Asked) -> Response:
    """The file. Raises NotFound for a kind that does not exist."""
    from app.reports import portfolio_files  # noqa: PLC0415  large: loaded when first needed

    made = portfolio_files.KINDS.get(kind)
    if made is None:
        raise NotFound("This kind of file does not exist. There are: " + ", ".join(portfolio_files.KINDS) + ".")
    lines = await here.database.read(portfolio_file_lines, member=member, asked=asked)
    body = await asyncio.to_thread(made.render, lines)
    headers = {"Content-Disposition": f'attachment; filename="stairstep-portfolio.{kind}"'}
    return Response(body, media_type=made.media_type, headers=headers)
