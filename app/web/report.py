"""The report of a session and its files, in the cut that was asked for. Looks at the private cut are logged."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from app.core.rights import Who
from app.core.scales import Cut
from app.errors import BadInput
from app.reports.export import PAPERS, file_order, picture_order
from app.store import queries
from app.views.report import ReportView, report_view
from app.web.answers import page
from app.web.doors import Entered
from app.web.parts import parts
from app.web.report_files import FILE_NAMES, PATIENCE_S, exported, log, picture

router = APIRouter(prefix="/sessions/{session_id}", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file to download: what it is called, and where it is."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Links:
    """Where the report's other forms are; each is "" for somebody who may not go there, and on a shared page."""

    team: str
    customer: str
    files: tuple[FileLink, ...]
    console: str
    delete: str
    pictures: str = ""


def _files(at: str, cut: Cut) -> Iterator[FileLink]:
    for kind, name in FILE_NAMES.items():
        for paper, words in PAPERS.items() if kind == "pdf" else [("", "")]:
            more = f"&paper={paper}" if paper else ""
            yield FileLink(f"{name}, {words}" if words else name, f"{at}/export.{kind}?cut={cut}{more}")


def cut_of(request: Request) -> Cut:
    """The cut that was asked for, the private one by default. Raises BadInput for another word."""
    cut = request.query_params.get("cut", "private")
    if cut not in {"private", "customer"}:
        raise BadInput("A cut is private or customer.", fields={"cut": "private or customer"})
    return cast("Cut", cut)


@router.get("/report")
async def report_page(request: Request, caller: Entered) -> Response:
    """The report."""
    here, cut = parts(request), cut_of(request)
    await log(here, caller.user, caller.live, "report", cut)

    def look(db: Session) -> ReportView:
        return report_view(
            db, session=queries.live_session(db, caller.live.id), cut=cut, time_zone=caller.user.time_zone
        )

    at = f"/sessions/{caller.live.id}"
    links = Links(
        team=f"{at}/report",
        customer=f"{at}/report?cut=customer",
        files=tuple(_files(at, cut)),
        pictures=f"{at}/pictures",
        console=at if caller.user.may(Who.FACILITATOR) else "",
        delete=f"{at}/delete" if caller.user.may(Who.FACILITATOR) else "",
    )
    return page(request, "report/page.html", view=await here.database.read(look), user=caller.user.name, links=links)


@router.get("/export.{kind}")
async def export_file(request: Request, kind: str, caller: Entered) -> Response:
    """The report as a file, or the page on which it is waited for."""
    order = file_order(kind, paper=request.query_params.get("paper", ""))
    return await exported(request, caller, order, cut_of(request), patience=PATIENCE_S)


@router.get("/pictures/{dimension}/{chart}.{kind}")
async def picture_file(request: Request, dimension: str, chart: str, kind: str, caller: Entered) -> Response:
    """One chart as a picture."""
    order = picture_order(kind, dimension=dimension, chart=chart)
    return await picture(request, caller, order, cut_of(request))
