"""Whether the process is up, and whether it can work."""

import ipaddress

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from sqlalchemy import text
from sqlmodel import Session

from app import gauges
from app.core.rights import Who
from app.errors import NotFound
from app.web.doors import Entered
from app.web.parts import parts

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def healthz(_caller: Entered) -> Response:
    """The process is up."""
    return PlainTextResponse("ok")


def _ask(db: Session) -> None:
    db.execute(text("SELECT 1"))


@router.get("/readyz")
async def readyz(request: Request, _caller: Entered) -> Response:
    """The database answers, and Redis where it is set. Without Redis the process still serves: see docs/scaling.md."""
    try:
        await parts(request).database.read(_ask)
    except Exception:  # noqa: BLE001  whatever it is, we are not ready
        return PlainTextResponse("the database does not answer", 503)
    if not await parts(request).ledger.answers():
        return PlainTextResponse("Redis does not answer", 503)
    return PlainTextResponse("ready")


@router.get("/metrics")
async def metrics(request: Request, caller: Entered) -> Response:
    """Figures for Prometheus: for a program on this machine, or with an owner's API token. Others get nothing."""
    here = request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    direct = here and not any(name in request.headers for name in ("x-forwarded-for", "forwarded", "via"))
    if not direct and (caller.member is None or caller.member.by_cookie or not caller.member.may(Who.OWNER)):
        raise NotFound("There is nothing at this address.")
    body, media_type = gauges.exposition()
    return Response(body, media_type=media_type)
