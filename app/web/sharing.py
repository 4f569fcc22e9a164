"""Share links: making and ending them, and what somebody sees who has one. A link signs nobody in (SAFETY T12)."""

import asyncio
import hmac
from contextlib import suppress
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from app.actions import people, plan_answers, share_links
from app.actions.share_links import Wanted
from app.core.language import ENGLISH, LANGUAGES, Language, checked_language, say, speaking, to_say
from app.core.scales import Cut
from app.errors import AppError, BadInput, Conflict, NotFound, TooMany
from app.store import queries
from app.store.callers import Member
from app.store.ids import new_token, now_ms
from app.store.plan_tables import ShareLink
from app.store.tables import LiveSession
from app.views.frozen import frozen, page_of
from app.views.plan import SharedPlan, shared_plan, time_zone_of
from app.views.render import render
from app.views.report import report_view, without_texts
from app.views.sharing import LinksView, links_view, share_url
from app.web.answers import go, page
from app.web.doors import Caller, Entered, sign
from app.web.parts import Parts, parts
from app.web.password_again import check_password, typed_recently
from app.web.report import Links, language_links, language_of
from app.web.signin import form_of

router = APIRouter(include_in_schema=False)

TRIES = 3
SAVED = "Saved. Thank you."
STAMP_HOLDS_MS = 3600 * 1000
WRONG_PHRASE = to_say("This is not the passphrase. Ask whoever sent the link.")


@dataclass(frozen=True, slots=True)
class LinkForm:
    """What was asked for; ``cut``: customer, or private for a report as the account team has it.

    ``texts``: a report also shows the ideas that people wrote. ``answers``: the customer's people may answer a plan.
    ``language``: in which a report opens first; its reader may choose another.
    """

    kind: str = "plan"
    cut: Cut = "customer"
    days: int | None = share_links.LASTS_DAYS
    passphrase: str = ""
    texts: bool = False
    answers: bool = False
    language: Language = ENGLISH


async def make_link(here: Parts, member: Member, session: LiveSession, form: LinkForm) -> tuple[ShareLink, str]:
    """A new link and its address, which is told once. Raises BadInput, and Conflict while answers come in."""
    kind = share_links.checked_kind(form.kind, form.cut)
    if form.answers and kind != "plan":
        raise BadInput("A report takes no answers.", fields={"answers": "only with a plan"})
    if form.language != ENGLISH and kind != "report":
        raise BadInput("Only a report has a language.", fields={"language": "only with a report"})
    days = share_links.checked_days(form.days)
    phrase = share_links.checked_passphrase(form.passphrase, cut=form.cut)
    hashed = await asyncio.to_thread(people.hash_secret, phrase) if phrase else ""
    token = new_token()
    for attempt in range(TRIES):
        wanted = (
            await _frozen_report(here, session.id, cut=form.cut, texts=form.texts)
            if kind == "report"
            else Wanted(kind, takes_answers=form.answers)
        )
        try:
            link = await here.database.write(
                share_links.create_link,
                session_id=session.id,
                token=token,
                wanted=wanted,
                by=member.name,
                days=days,
                passphrase_hash=hashed,
            )
        except Conflict:
            if kind != "report" or attempt == TRIES - 1:
                raise
        else:
            return link, share_url(token, form.language)
    raise AssertionError("unreachable")


async def _frozen_report(here: Parts, session_id: str, *, cut: Cut, texts: bool) -> Wanted:
    """The report as it is now in every language, without names beside answers.

    Raises BadInput where nothing has been shown to the room yet.
    """

    def page_in(db: Session, session: LiveSession, language: Language) -> str:
        with speaking(language):
            view = replace(report_view(db, session=session, cut=cut, time_zone=time_zone_of(db, session)), people=())
            if not view.revealed:
                raise BadInput("Nothing has been shown to the room yet, so there is no report to share.")
            if not texts:
                view = without_texts(view)
            links = Links("", "", (), "", "", languages=language_links("", language))
            return render("share/report.html", view=view, links=links, user="")

    def look(db: Session) -> Wanted:
        session = queries.live_session(db, session_id)
        pages = {language: page_in(db, session, language) for language in LANGUAGES}
        return Wanted("report", session.version, frozen(pages), texts, cut=cut)

    return await here.database.read(look)


# --- making and ending them -------------------------------------------------------------------------


@router.get("/sessions/{session_id}/links")
async def links_page(request: Request, caller: Entered) -> Response:
    """Everything shared of this session, and the form for a new link."""
    return await _links_page(
        request, caller, LinkForm(kind=request.query_params.get("kind", "plan"), language=language_of(request))
    )


async def _links_page(
    request: Request, caller: Caller, form: LinkForm, *, error: AppError | None = None, url: str = ""
) -> Response:
    def look(db: Session) -> LinksView:
        return links_view(db, session=queries.live_session(db, caller.live.id), now=now_ms())

    return page(
        request,
        "console/links.html",
        error.status if error else 200,
        session=caller.live,
        view=await parts(request).database.read(look),
        form=form,
        languages=LANGUAGES,
        error=error.sentence if error else "",
        errors=error.fields if error else {},
        asks_password=not await typed_recently(request, caller),
        url=url,
    )


@router.post("/sessions/{session_id}/links")
async def new_link(request: Request, caller: Entered) -> Response:
    """Make a link and show its address, once."""
    said = await form_of(request)
    days = said.get("days", "").strip()
    form = LinkForm(
        "report" if said.get("kind") == "team-report" else said.get("kind", ""),
        "private" if said.get("kind") == "team-report" else "customer",
        int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0,
        said.get("passphrase", ""),
        "texts" in said,
        "answers" in said,
    )
    try:
        if form.kind == "report":
            form = replace(form, language=checked_language(said.get("language", ENGLISH)))
        if not await typed_recently(request, caller):
            await check_password(request, caller, otherwise="No link was made.")
        _, url = await make_link(parts(request), caller.user, caller.live, form)
    except AppError as error:
        return await _links_page(request, caller, form, error=error)
    return await _links_page(request, caller, LinkForm(form.kind, form.cut, language=form.language), url=url)


@router.post("/sessions/{session_id}/links/{link_id}/end")
async def end_link(request: Request, link_id: str, caller: Entered) -> Response:
    """End a link at once."""
    await parts(request).database.write(share_links.revoke_link, session_id=caller.live.id, link_id=link_id)
    return go(f"/sessions/{caller.live.id}/links")


# --- what a link shows ------------------------------------------------------------------------------


def _quiet(response: Response, *, with_form: bool = False) -> Response:
    """Keep the page out of search engines and its address to itself.

    A page with a form says ``same-origin``: under ``no-referrer`` browsers send ``Origin: null`` with it, which no form
    of ours accepts. Neither tells the address to another site.
    """
    response.headers["x-robots-tag"] = "noindex, nofollow"
    response.headers["referrer-policy"] = "same-origin" if with_form else "no-referrer"
    response.headers["cache-control"] = "no-store"
    return response


def _gone(error: NotFound) -> Response:
    html = render(
        "errors/page.html",
        status=404,
        title="This link does not work",
        detail=error.sentence,
        what_to_do="",
        link="",
        link_words="",
    )
    return _quiet(HTMLResponse(html, 404))


@router.get("/share/{token}")
async def shared_page(request: Request, token: str, _caller: Entered) -> Response:
    """The plan or the report, or the field for the passphrase."""
    here = parts(request)
    try:
        link, session = await here.database.read(share_links.open_link, token=token)
    except NotFound as error:
        return _gone(error)
    if link.passphrase_hash:
        return _asked(request)
    saved = SAVED if "saved" in request.query_params else ""
    return await _shown(request, link, session, message=saved)


@router.post("/share/{token}")
async def with_passphrase(request: Request, token: str, _caller: Entered) -> Response:
    """The same after the passphrase. Nothing is remembered: it is asked again at the next visit."""
    here = parts(request)
    try:
        link, session = await here.database.read(share_links.open_link, token=token)
    except NotFound as error:
        return _gone(error)
    key, phrase = f"share:{link.id}", (await form_of(request)).get("passphrase", "").strip()
    async with here.sign_ins.turn(key):
        wait = await here.sign_ins.must_wait(key)
        if wait:
            return _asked(request, TooMany(f"Too many tries. Wait {wait} seconds, then try again.", retry_after=wait))
        if link.passphrase_hash and not await asyncio.to_thread(people.password_holds, link.passphrase_hash, phrase):
            await here.sign_ins.failed(key)
            return _asked(request, BadInput(WRONG_PHRASE))
    await here.sign_ins.worked(key)
    return await _shown(request, link, session)


def _asked(request: Request, error: AppError | None = None, *, again: str = "") -> Response:
    sentence, action = error.sentence if error else "", f"/share/{again}" if again else ""
    with speaking(language_of(request)):
        response = page(
            request, "share/passphrase.html", error.status if error else 200, error=say(sentence), action=action
        )
    if isinstance(error, TooMany):
        response.headers["retry-after"] = str(error.retry_after)
    return _quiet(response, with_form=True)


async def _shown(
    request: Request, link: ShareLink, session: LiveSession, *, message: str = "", status: int = 200
) -> Response:
    here = parts(request)
    with suppress(AppError):  # the log never keeps anybody from reading
        await here.database.write(share_links.count_look, link_id=link.id)
    if link.page is not None:
        return _quiet(HTMLResponse(page_of(link.page, language_of(request))))

    def look(db: Session) -> SharedPlan:
        return shared_plan(db, session=queries.live_session(db, session.id), asks_customer=link.takes_answers)

    plan = await here.database.read(look)
    if not link.takes_answers:
        return _quiet(HTMLResponse(render("share/plan.html", plan=plan, asks=False, message="")))
    at = request.url.path.split("/rows/")[0]
    names = {"plan": plan, "asks": True, "message": message, "at": at, "stamp": _stamp(here, link, now_ms())}
    return _quiet(page(request, "share/plan.html", status, **names), with_form=True)


# --- what the customer's people say to a plan -------------------------------------------------------


def _stamp(here: Parts, link: ShareLink, now: int) -> str:
    """What a page behind a passphrase carries, so that its forms need not ask for it again within an hour."""
    until = now + STAMP_HOLDS_MS
    return f"{until}.{sign(here, f'share:{link.id}:{until}')}"


def _stamp_holds(here: Parts, link: ShareLink, stamp: str) -> bool:
    until, _, signature = stamp.partition(".")
    right = sign(here, f"share:{link.id}:{until}")
    return hmac.compare_digest(signature.encode(), right.encode()) and int(until) > now_ms()


@router.post("/share/{token}/rows/{commitment_id}")
async def answer_row(request: Request, token: str, commitment_id: str, _caller: Entered) -> Response:
    """The customer's yes to a row, or how it stands."""
    here, said = parts(request), await form_of(request)
    try:
        link, session = await here.database.read(share_links.open_link, token=token)
    except NotFound as error:
        return _gone(error)
    if not link.takes_answers:
        return _gone(NotFound(share_links.NO_SUCH_LINK))
    if link.passphrase_hash and not _stamp_holds(here, link, said.get("stamp", "")):
        return _asked(request, BadInput("This page was open for more than an hour. Nothing was saved."), again=token)
    row = {"link_id": link.id, "commitment_id": commitment_id, "name": said.get("name", "")}
    try:
        if said.get("do") == "accept":
            await here.database.write(plan_answers.accept_by_link, about=session.id, **row)
        else:
            note, state = said.get("note", ""), said.get("state") or None
            await here.database.write(plan_answers.check_in_by_link, about=session.id, **row, note=note, state=state)
    except AppError as error:
        return await _shown(request, link, session, message=error.sentence, status=error.status)
    return await _shown(request, link, session, message=SAVED) if link.passphrase_hash else go(f"/share/{token}?saved")
