"""HTTP API: the templates to choose from."""

from typing import Any

from fastapi import APIRouter

from app.core.scales import template_to_json
from app.core.session_templates import SHIPPED
from app.errors import NotFound
from app.web.api.bodies import PROBLEMS
from app.web.api.paging import paged
from app.web.doors import Entered

router = APIRouter(prefix="/api/v1/templates", tags=["templates"], responses=PROBLEMS)


@router.get("")
async def list_templates(_caller: Entered, cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
    """The templates that ship, without their steps."""
    items = [{"id": one.key, "key": one.key, "name": one.name, "summary": one.summary} for one in SHIPPED.values()]
    return paged(items, cursor, limit)


@router.get("/{key}")
async def one_template(key: str, _caller: Entered) -> dict[str, Any]:
    """One template with its dimensions, steps, benefits and behaviours."""
    if key not in SHIPPED:
        raise NotFound("This template does not exist.")
    return template_to_json(SHIPPED[key])
