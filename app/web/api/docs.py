"""HTTP API: its description, as OpenAPI and as a page."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from app.web.answers import page
from app.web.doors import Entered

router = APIRouter(prefix="/api", include_in_schema=False)


@router.get("/openapi.json")
async def openapi(request: Request, _caller: Entered) -> Response:
    """The API's description in OpenAPI."""
    return JSONResponse(request.app.openapi())


@router.get("/docs")
async def docs(request: Request, _caller: Entered) -> Response:
    """The same as a page to read."""
    spec: dict[str, Any] = request.app.openapi()
    return page(request, "api/page.html", spec=spec)
