"""How routes answer: pages, and errors as pages or as problem details (RFC 9457)."""

import json
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from app.core.past_table import TOO_LARGE
from app.errors import AppError, BadInput, NotFound, NotSignedIn, TooLarge, TooMany
from app.views.render import render
from app.web.doors import csrf_token, keep_form_cookie
from app.web.guard import MORE_THAN_FITS, UPLOADS
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


def too_large(request: Request) -> Response:
    """A body over the limit, refused before it is read."""
    if wants_json(request):
        return problem(TooLarge(MORE_THAN_FITS))
    if UPLOADS.fullmatch(request.url.path):
        return _error_page(request, 413, "This file is too large", TOO_LARGE, request.url.path, "Choose another file")
    return PlainTextResponse(MORE_THAN_FITS, 413)


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
    link, link_words = ("/join", "Join with a code") if to_join else ("/", "Back to the start")
    response = _error_page(request, error.status, error.title, error.sentence, link, link_words)
    response.headers.update(headers or {})
    return response


def _error_page(request: Request, status: int, title: str, detail: str, link: str, link_words: str) -> Response:
    words = {"title": title, "detail": detail, "what_to_do": "", "link": link, "link_words": link_words}
    return page(request, "errors/page.html", status, status=status, **words)


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
