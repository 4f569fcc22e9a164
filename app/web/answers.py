"""How routes answer: pages, and errors as pages or as problem details (RFC 9457)."""

import json
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from app.errors import AppError, BadInput, NotFound, NotSignedIn, TooMany
from app.views.render import render
from app.web.doors import csrf_token, keep_form_cookie
from app.web.parts import parts

PROBLEM = "application/problem+json"


def page(request: Request, template: str, status_code: int = 200, **names: Any) -> HTMLResponse:
    """A page, with the token that its forms carry under the name ``csrf``."""
    csrf = csrf_token(request)
    disk_full = parts(request).database.disk.full
    response = HTMLResponse(render(template, csrf=csrf, disk_full=disk_full, **names), status_code)
    keep_form_cookie(request, response)
    return response


def go(path: str) -> RedirectResponse:
    """Send the browser on after a form."""
    return RedirectResponse(path, 303)


def wants_json(request: Request) -> bool:
    """Whether the caller is a script."""
    return request.url.path.startswith("/api/") or request.url.path.endswith(("/say", "/view"))


def problem(error: AppError) -> JSONResponse:
    """The error as problem details."""
    body: dict[str, Any] = {
        "type": f"urn:stairstep:{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.sentence,
    }
    if error.fields:
        body["errors"] = [{"field": name, "message": words} for name, words in error.fields.items()]
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else None
    return JSONResponse(body, error.status, headers, media_type=PROBLEM)


async def answer_error(request: Request, error: Exception) -> Response:
    """An AppError as problem details for scripts, as a notice for the console's commands, else as a page."""
    assert isinstance(error, AppError)
    if wants_json(request):
        return problem(error)
    if request.headers.get("hx-request"):
        notice = json.dumps({"notice": {"text": error.sentence}})  # ASCII, as headers want it
        return Response(status_code=error.status, headers={"HX-Trigger": notice})
    if isinstance(error, NotSignedIn) and not request.url.path.startswith("/p/"):
        return go("/?next=" + quote(request.url.path))
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else None
    to_join = isinstance(error, NotSignedIn)
    response = page(
        request,
        "errors/page.html",
        error.status,
        status=error.status,
        title=error.title,
        detail=error.sentence,
        what_to_do="",
        link="/join" if to_join else "/",
        link_words="Join with a code" if to_join else "Back to the start",
    )
    response.headers.update(headers or {})
    return response


async def answer_validation(request: Request, error: Exception) -> Response:
    """FastAPI's own refusals, in the shape of ours."""
    assert isinstance(error, RequestValidationError)
    fields = {".".join(str(part) for part in one["loc"][1:]) or "body": one["msg"] for one in error.errors()}
    return await answer_error(request, BadInput("Some of this can’t be used.", fields=fields))


async def answer_http(request: Request, error: Exception) -> Response:
    """Starlette's own refusals (no such page, wrong method), in the shape of ours."""
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return await answer_error(request, NotFound("There is nothing at this address."))
    wrapped = AppError(str(error.detail))
    wrapped.status, wrapped.title = error.status_code, str(error.detail)
    return await answer_error(request, wrapped)


async def answer_crash(request: Request, _error: Exception) -> Response:
    """Something we did not plan for: no details to the outside."""
    return await answer_error(request, AppError("Something went wrong on our side. Try again; nothing was lost."))
