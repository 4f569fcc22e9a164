"""HTTP API: the report as files, and its charts as pictures."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from app.core.language import say, speaking
from app.reports.export import CHARTS, PICTURES, file_order, picture_order, pictures
from app.reports.material import read
from app.web.api.bodies import PROBLEMS
from app.web.api.paging import paged
from app.web.doors import Entered
from app.web.parts import parts
from app.web.report import cut_of, in_language, language_of
from app.web.report_files import downloaded, exported, picture, waited

router = APIRouter(prefix="/api/v1/sessions/{session_id}", tags=["files"], responses=PROBLEMS)
Json = dict[str, Any]


@router.get("/export.{kind}")
async def export(
    request: Request,
    kind: str,
    caller: Entered,
    *,
    cut: str = "private",  # noqa: ARG001  cut and lang are described here, read by cut_of and language_of
    paper: str = "",
    lang: str = "en",  # noqa: ARG001
) -> Response:
    """The report as a file in a language; with `Prefer: respond-async` 202 and where to wait for it."""
    return await exported(
        request, caller, file_order(kind, paper=paper, language=language_of(request)), cut_of(request), patience=None
    )


@router.get("/files/{file_id}")
async def file(request: Request, file_id: str, caller: Entered) -> Json:
    """How far a file is that is waited for."""
    return await waited(request, caller, file_id)


@router.get("/files/{file_id}/download")
async def file_download(request: Request, file_id: str, caller: Entered) -> Response:
    """A file that was waited for; 409 while it is not there."""
    return await downloaded(request, caller, file_id)


@router.get("/pictures")
async def list_pictures(
    request: Request,
    session_id: str,
    _caller: Entered,
    *,
    cut: str = "private",  # noqa: ARG001  as above
    lang: str = "en",  # noqa: ARG001  as above
    cursor: str | None = None,
    limit: int = 50,
) -> Json:
    """Every chart of the report that there is a picture of."""
    checked, language = cut_of(request), language_of(request)
    also = in_language(language)
    view = (await parts(request).database.read(read, session_id=session_id, cut=checked, language=language)).view
    at = f"/api/v1/sessions/{session_id}/pictures"
    with speaking(language):
        found = [
            {"id": f"{dimension}/{chart}", "dimension": dimension, "chart": chart, "name": say(CHARTS[chart])}
            | {kind: f"{at}/{quote(dimension)}/{chart}.{kind}?cut={checked}{also}" for kind in PICTURES}
            for dimension, chart in pictures(view)
        ]
    return paged(found, cursor, limit)


@router.get("/pictures/{dimension}/{chart}.{kind}")
async def picture_file(
    request: Request,
    dimension: str,
    chart: str,
    kind: str,
    caller: Entered,
    *,
    cut: str = "private",  # noqa: ARG001  as above
    lang: str = "en",  # noqa: ARG001  as above
) -> Response:
    """One chart as SVG or PNG."""
    return await picture(
        request,
        caller,
        picture_order(kind, dimension=dimension, chart=chart, language=language_of(request)),
        cut_of(request),
    )
