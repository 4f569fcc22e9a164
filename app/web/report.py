"""The report of a session and its files, in the cut that was asked for. Looks at the private cut are logged."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from app.core.language import ENGLISH, LANGUAGES, Language, checked_language, say, speaking
from app.core.rights import Who
from app.core.scales import Cut
from app.errors import BadInput
from app.reports.export import PAPERS, file_order, picture_order
from app.store import queries
from app.views.report import ReportView, report_view
from app.web.answers import page
from app.web.doors import Caller, Entered
from app.web.parts import parts
from app.web.report_files import FILE_NAMES, PATIENCE_S, exported, log, picture

router = APIRouter(prefix="/sessions/{session_id}", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file to download: what it is called, and where it is."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The same page in a language, named by its own name."""

    language: Language
    name: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Links:
    """Where the report's other forms are; each is "" for somebody who may not go there, and on a shared page.

    ``also``: what an address of the report ends with so that what it gives is in this language.
    """

    team: str
    customer: str
    files: tuple[FileLink, ...]
    console: str
    delete: str
    pictures: str = ""
    also: str = ""
    languages: tuple[LanguageLink, ...] = ()


def in_language(language: Language) -> str:
    """What an address with a query ends with for this language; "" for English, which needs no word."""
    return "" if language == ENGLISH else f"&lang={language}"


def language_links(here: str, spoken: Language, more: str = "") -> tuple[LanguageLink, ...]:
    """The page in every language. ``more``: what else its address asks for."""
    return tuple(
        LanguageLink(language, name, f"{here}?{more}lang={language}", current=language == spoken)
        for language, name in LANGUAGES.items()
    )


def _files(at: str, cut: Cut, also: str = "") -> Iterator[FileLink]:
    for kind, name in FILE_NAMES.items():
        for paper, words in PAPERS.items() if kind == "pdf" else [("", "")]:
            more = f"&paper={paper}" if paper else ""
            yield FileLink(f"{name}, {say(words)}" if words else name, f"{at}/export.{kind}?cut={cut}{more}{also}")


def cut_of(request: Request) -> Cut:
    """The cut that was asked for, the private one by default. Raises BadInput for another word."""
    cut = request.query_params.get("cut", "private")
    if cut not in {"private", "customer"}:
        raise BadInput("A cut is private or customer.", fields={"cut": "private or customer"})
    return cast("Cut", cut)


def language_of(request: Request) -> Language:
    """The language that was asked for, English by default. Raises BadInput for one that there is not."""
    return checked_language(request.query_params.get("lang", ENGLISH))


@router.get("/report")
async def report_page(request: Request, caller: Entered) -> Response:
    """The report."""
    here, cut, language = parts(request), cut_of(request), language_of(request)
    await log(here, caller.user, caller.live, "report", cut)

    def look(db: Session) -> ReportView:
        session = queries.live_session(db, caller.live.id)
        with speaking(language):
            return report_view(db, session=session, cut=cut, time_zone=caller.user.time_zone)

    view = await here.database.read(look)
    with speaking(language):
        return page(request, "report/page.html", view=view, user=caller.user.name, links=_links(caller, cut, language))


def _links(caller: Caller, cut: Cut, language: Language) -> Links:
    """The report's links for this member, which stay in the language."""
    at, also = f"/sessions/{caller.live.id}", in_language(language)
    may_change = caller.user.may(Who.FACILITATOR)
    return Links(
        team=f"{at}/report" + also.replace("&", "?"),
        customer=f"{at}/report?cut=customer{also}",
        files=tuple(_files(at, cut, also)),
        pictures=f"{at}/pictures",
        console=at if may_change else "",
        delete=f"{at}/delete" if may_change else "",
        also=also,
        languages=language_links(f"{at}/report", language, "cut=customer&" if cut == "customer" else ""),
    )


@router.get("/export.{kind}")
async def export_file(request: Request, kind: str, caller: Entered) -> Response:
    """The report as a file, or the page on which it is waited for."""
    order = file_order(kind, paper=request.query_params.get("paper", ""), language=language_of(request))
    return await exported(request, caller, order, cut_of(request), patience=PATIENCE_S)


@router.get("/pictures/{dimension}/{chart}.{kind}")
async def picture_file(request: Request, dimension: str, chart: str, kind: str, caller: Entered) -> Response:
    """One chart as a picture."""
    order = picture_order(kind, dimension=dimension, chart=chart, language=language_of(request))
    return await picture(request, caller, order, cut_of(request))
