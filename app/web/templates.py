"""The pages *Templates*: what can be asked about, and a sheet to run a meeting from."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.core.rights import Who
from app.core.session_templates import SHIPPED
from app.views.coach import HOUR, shipped
from app.web.answers import page
from app.web.doors import Entered

router = APIRouter(prefix="/templates", include_in_schema=False)


@router.get("")
async def shelf(request: Request, caller: Entered) -> Response:
    """Every template that can be chosen."""
    names: dict[str, Any] = {"user": caller.user.name, "owner": caller.user.may(Who.OWNER)}
    return page(request, "templates/shelf.html", templates=list(SHIPPED.values()), **names)


@router.get("/{key}")
async def coach_sheet(request: Request, key: str, caller: Entered) -> Response:
    """One of them: the hour, its steps in words, what each side gets and what one would see."""
    names: dict[str, Any] = {"user": caller.user.name, "owner": caller.user.may(Who.OWNER)}
    template, may_edit = shipped(key), caller.user.may(Who.FACILITATOR)
    return page(request, "templates/sheet.html", chosen=template, hour=HOUR, may_edit=may_edit, **names)
