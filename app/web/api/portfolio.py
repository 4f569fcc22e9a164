"""HTTP API: the portfolio."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from app.core.texts import NAME_AT_MOST
from app.views.portfolio import Asked, asked_for, portfolio_file_lines
from app.web.api.bodies import PROBLEMS
from app.web.api.paging import paged
from app.web.doors import Entered
from app.web.parts import parts
from app.web.portfolio import portfolio_exported

router = APIRouter(prefix="/api/v1/portfolio", tags=["accounts"], responses=PROBLEMS)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which accounts, in which order."""

    find: str = ""
    show: str = "all"
    sort: str = "name"

    def asked(self) -> Asked:
        """The same, made usable."""
        return asked_for(self.find[:NAME_AT_MOST], self.show, self.sort, "1")


@router.get("")
async def list_portfolio(
    request: Request, caller: Entered, wish: Annotated[Wish, Depends()], cursor: str | None = None, limit: int = 50
) -> dict[str, Any]:
    """Every account at a glance, by name where no other order is asked for. Decisions are in it: keep it in the account team."""
    lines = await parts(request).database.read(portfolio_file_lines, member=caller.user, asked=wish.asked())
    return paged(lines, cursor, limit)


@router.get("/export.{kind}")
async def export_portfolio(request: Request, kind: str, caller: Entered, wish: Annotated[Wish, Depends()]) -> Response:
    """The same as a file: csv, xlsx or json."""
    return await portfolio_exported(parts(request), caller.user, kind, wish.asked())
