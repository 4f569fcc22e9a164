"""A report as a file: answered at once where that takes seconds, else made beside and waited for on a page of its own."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from app.actions import report_files
from app.actions.looks import log_look
from app.core.language import ENGLISH, checked_language, speaking
from app.core.scales import Cut
from app.errors import AppError, Conflict, NotFound
from app.reports.export import PAPERS, Order, pictures
from app.reports.material import read
from app.store.callers import Member
from app.store.file_tables import ReportFile
from app.store.ids import now_ms
from app.store.tables import LiveSession
from app.web.answers import go, page
from app.web.doors import Caller, Entered
from app.web.exporting import WITHIN_S
from app.web.parts import Parts, parts

router = APIRouter(include_in_schema=False)
log_ = logging.getLogger("stairstep.files")

PATIENCE_S = 6.0
"""How long a page waits for a file before it says that it will take longer."""
HOLD_EVERY_S = 4.0
FILE_NAMES = {"pdf": "PDF", "pptx": "PowerPoint", "xlsx": "Excel", "csv": "CSV", "json": "JSON"}
AT = "/sessions/{session_id}/files/{file_id}"
Made = asyncio.Task[bytes]


async def log(here: Parts, member: Member, session: LiveSession, what: str, cut: str) -> None:
    """Log a look at the private cut (SAFETY T23)."""
    if cut == "private":
        await here.database.write(
            log_look, workspace_id=member.workspace_id, session_id=session.id, user_id=member.user_id, what=what
        )


async def exported(request: Request, caller: Caller, order: Order, cut: Cut, *, patience: float | None) -> Response:
    """The file; after ``patience`` seconds (None: however long it takes) where it can be waited for instead.

    Whoever sends ``Prefer: respond-async`` (RFC 7240) is told at once where to wait.
    """
    here, session, user_id = parts(request), caller.live, caller.user.user_id
    await log(here, caller.user, session, f"export.{order.kind}", cut)
    asked = {"session_id": session.id, "user_id": user_id, "kind": order.kind, "cut": cut, "paper": order.paper}
    asked["language"] = order.language
    if "respond-async" in request.headers.get("prefer", ""):
        patience = 0
    if order.slow and patience is not None and (same := await here.database.read(report_files.same_order, **asked)):
        return _wait_there(request, same)
    material = await here.database.read(read, session_id=session.id, cut=cut, language=order.language)
    begun = asyncio.Event()
    made = asyncio.create_task(here.exports.render(order, material, user_id=user_id, begun=begun))
    await asyncio.wait({made}, timeout=patience)
    if made.done():
        return file_answer(made.result(), order, order.file_name(session.id, cut))
    file = await here.database.write(report_files.order, **asked)
    here.exports.go_on(_see_to_it(here, file.id, made, begun))
    return _wait_there(request, file)


async def picture(request: Request, caller: Caller, order: Order, cut: Cut) -> Response:
    """One chart as a picture. Raises NotFound where the report has no such chart."""
    here = parts(request)
    await log(here, caller.user, caller.live, f"picture.{order.chart}.{order.kind}", cut)
    material = await here.database.read(read, session_id=caller.live.id, cut=cut, language=order.language)
    if (order.dimension, order.chart) not in pictures(material.view):
        raise NotFound("There is no such picture.")
    body = await here.exports.render(order, material, user_id=caller.user.user_id)
    return file_answer(body, order, order.file_name(caller.live.id, cut))


def file_answer(body: bytes, order: Order, name: str) -> Response:
    """A file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=order.media_type, headers=headers)


def _wait_there(request: Request, file: ReportFile) -> Response:
    """Where the file can be waited for: a page for people, 202 with an address for scripts."""
    api = request.url.path.startswith("/api/")
    at = ("/api/v1" if api else "") + AT.format(session_id=file.session_id, file_id=file.id)
    return JSONResponse(file_json(file), 202, {"Location": at, "Retry-After": "1"}) if api else go(at)


async def _see_to_it(here: Parts, file_id: str, made: Made, begun: asyncio.Event) -> None:
    """Hold the file for this process while it is made, then keep what came of it."""
    try:
        while not made.done():
            await here.database.write(report_files.hold, file_id=file_id, making=begun.is_set())
            await asyncio.wait({made}, timeout=HOLD_EVERY_S if begun.is_set() else 1.0)
        body, why = made.result(), ""
    except asyncio.CancelledError:
        made.cancel()
        raise
    except AppError as error:
        body, why = None, error.sentence
    except Exception:
        log_.exception("a file could not be made")
        body, why = None, report_files.FAILED
    try:
        await here.database.write(report_files.finish, file_id=file_id, body=body, why=why)
    except AppError:
        log_.warning("a file could not be kept; whoever waits for it has it made again")


async def _looked_at(request: Request, caller: Caller, file_id: str) -> ReportFile:
    """The file as it stands. Where nobody makes it any more, because a process ended, this one does."""
    here, session = parts(request), caller.live
    found = await here.database.read(report_files.file_of, session_id=session.id, file_id=file_id)
    if found.state in report_files.UNFINISHED and found.held_until <= now_ms():
        if await here.database.write(report_files.take_over, file_id=file_id, about=session.id):
            begun, order = asyncio.Event(), order_of(found)
            material = await here.database.read(read, session_id=session.id, cut=found.cut, language=order.language)
            made = asyncio.create_task(here.exports.render(order, material, user_id=found.user_id, begun=begun))
            here.exports.go_on(_see_to_it(here, file_id, made, begun))
        found = await here.database.read(report_files.file_of, session_id=session.id, file_id=file_id)
    return found


def order_of(file: ReportFile) -> Order:
    """What was ordered."""
    return Order(file.kind, file.paper, language=checked_language(file.language))


# --- waiting ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wait:
    """What the waiting page says. ``seconds`` since the work began, None before."""

    kind: str
    cut: str
    paper: str
    state: str
    seconds: int | None
    at_most_s: int
    why: str
    report: str
    download: str


def _seconds(file: ReportFile) -> int | None:
    return None if file.began_at is None else max(0, (now_ms() - file.began_at) // 1000)


@router.get(AT)
async def file_page(request: Request, file_id: str, caller: Entered) -> Response:
    """How far the file is. It looks again by itself, without a script, and fetches the file when it is there."""
    file = await _looked_at(request, caller, file_id)
    at = AT.format(session_id=file.session_id, file_id=file.id)
    query = [
        *(["cut=customer"] if file.cut == "customer" else []),
        *([f"lang={file.language}"] if file.language != ENGLISH else []),
    ]
    wait = Wait(
        kind=FILE_NAMES[file.kind],
        cut=file.cut,
        paper=PAPERS.get(file.paper, ""),
        state=file.state,
        seconds=_seconds(file),
        at_most_s=WITHIN_S,
        why=file.why,
        report=f"/sessions/{file.session_id}/report" + ("?" + "&".join(query) if query else ""),
        download=f"{at}/download",
    )
    with speaking(file.language):
        response = page(request, "report/waiting.html", session=caller.live, wait=wait)
    if file.state in report_files.UNFINISHED:
        response.headers["refresh"] = "2" if (wait.seconds or 0) < 15 else "5"
    elif file.state == "ready":
        response.headers["refresh"] = f"0; url={wait.download}"
    return response


@router.get(AT + "/download")
async def download(request: Request, file_id: str, caller: Entered) -> Response:
    """The file. Raises Conflict while it is not there."""
    return await downloaded(request, caller, file_id)


async def downloaded(request: Request, caller: Caller, file_id: str) -> Response:
    """The file that was waited for. Raises Conflict while it is not there, or when it could not be made."""
    file = await _looked_at(request, caller, file_id)
    if file.body is None:
        raise Conflict(file.why or "This file is still being made. Ask again in a moment.")
    await log(parts(request), caller.user, caller.live, f"export.{file.kind}", file.cut)
    order = order_of(file)
    return file_answer(file.body, order, order.file_name(file.session_id, file.cut))


async def waited(request: Request, caller: Caller, file_id: str) -> dict[str, Any]:
    """How far the file is, for scripts."""
    return file_json(await _looked_at(request, caller, file_id))


def file_json(file: ReportFile) -> dict[str, Any]:
    """A file that is waited for. ``seconds`` it has been in the making, ``at_most_s`` it may take; ``url`` once it is there."""
    at = "/api/v1" + AT.format(session_id=file.session_id, file_id=file.id)
    return {
        "id": file.id,
        "kind": file.kind,
        "cut": file.cut,
        "paper": file.paper or None,
        "language": file.language,
        "state": file.state,
        "seconds": _seconds(file),
        "at_most_s": WITHIN_S,
        "why": file.why or None,
        "url": f"{at}/download" if file.state == "ready" else None,
    }
