"""The report of a session and its files, in the cut that was asked for. Looks at the private cut are logged."""

from dataclasses import dataclass
from typing import cast

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from app.actions.looks import log_look
from app.core.rights import Who
from app.errors import BadInput, NotFound
from app.reports import export
from app.reports.material import read
from app.store import queries
from app.store.callers import Member
from app.store.tables import LiveSession
from app.views.report import Cut, ReportView, report_view
from app.web.answers import page
from app.web.doors import Entered
from app.web.parts import Parts, parts

router = APIRouter(prefix="/sessions/{session_id}", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file to download: what it is called, and where it is."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Links:
    """Where the report's other forms are. ``console`` and ``delete`` are "" for somebody who may not."""

    team: str
    customer: str
    files: tuple[FileLink, ...]
    console: str
    delete: str


FILE_NAMES = {"pdf": "PDF", "pptx": "PowerPoint", "xlsx": "Excel", "csv": "CSV", "json": "JSON"}


def cut_of(request: Request) -> Cut:
    """The cut that was asked for, the private one by default. Raises BadInput for another word."""
    cut = request.query_params.get("cut", "private")
    if cut not in {"private", "customer"}:
        raise BadInput("A cut is private or customer.", fields={"cut": "private or customer"})
    return cast("Cut", cut)


async def log(here: Parts, member: Member, session: LiveSession, what: str, cut: Cut) -> None:
    """Log a look at the private cut (SAFETY T23)."""
    if cut == "private":
        await here.database.write(
            log_look, workspace_id=member.workspace_id, session_id=session.id, user_id=member.user_id, what=what
        )


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
        files=tuple(FileLink(name, f"{at}/export.{kind}?cut={cut}") for kind, name in FILE_NAMES.items()),
        console=at if caller.user.may(Who.FACILITATOR) else "",
        delete=f"{at}/delete" if caller.user.may(Who.FACILITATOR) else "",
    )
    return page(request, "report/page.html", view=await here.database.read(look), user=caller.user.name, links=links)


@router.get("/export.{kind}")
async def export_file(request: Request, kind: str, caller: Entered) -> Response:
    """The report as a file."""
    return await exported(parts(request), caller.user, caller.live, kind, cut_of(request))


async def exported(here: Parts, member: Member, session: LiveSession, kind: str, cut: Cut) -> Response:
    """The file in a cut. Raises NotFound for a kind that does not exist."""
    maker = export.KINDS.get(kind)
    if maker is None:
        raise NotFound("This kind of file does not exist. There are: " + ", ".join(export.KINDS) + ".")
    await log(here, member, session, f"export.{kind}", cut)
    material = await here.database.read(read, session_id=session.id, cut=cut)
    body = await here.exports.render(kind, material, user_id=member.user_id)
    name = f"stairstep-{session.id}-{cut}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=maker.media_type, headers=headers)
