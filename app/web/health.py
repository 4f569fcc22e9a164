"""Whether the process is up, and whether it can work."""

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from sqlalchemy import text
from sqlmodel import Session

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
    """The database answers."""
    try:
        await parts(request).database.read(_ask)
    except Exception:  # noqa: BLE001  whatever it is, we are not ready
        return PlainTextResponse("the database does not answer", 503)
    return PlainTextResponse("ready")
