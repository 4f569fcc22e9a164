"""Builds the application: every part, connected, with the loops that keep it going."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from redis.asyncio import Redis
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from app import VERSION
from app.errors import AppError
from app.live import reminders
from app.live.bus import Bus, LocalBus, RedisBus
from app.live.clock import TICK_S, do_what_is_due
from app.live.guessing import CodeGuesses, Ledger, PasswordGuesses
from app.live.hub import SWEEP_S, Hub
from app.live.post import Post
from app.live.repeating import repeat
from app.live.retention import EVERY_S, delete_what_is_not_kept
from app.live.slots import Slots
from app.live.tidying import run_tidying, tidy_only_when_quiet
from app.settings import Settings
from app.store import disk
from app.store.database import Database
from app.store.ids import now_ms
from app.store.migrate import migrate
from app.store.secret import secret_key
from app.views.links import set_base_url
from app.views.render import warm
from app.web import (
    account,
    by_hand,
    calendars,
    console,
    deleting,
    discussions,
    health,
    home,
    importing,
    join,
    members,
    new_session,
    phone,
    plan,
    portfolio,
    report,
    report_files,
    screen,
    sharing,
    signin,
    sockets,
    team,
    themes,
)
from app.web import templates as template_pages
from app.web.answers import answer_crash, answer_error, answer_http, answer_validation, too_large
from app.web.api import accounts, commitments, docs, files, joining, room, sessions, templates
from app.web.api import discussions as discussions_api
from app.web.api import portfolio as portfolio_api
from app.web.api import themes as themes_api
from app.web.exporting import ExportDesk
from app.web.guard import Guard
from app.web.parts import Parts
from app.web.trail import Trail

STATIC = Path(__file__).parent / "static"
DESCRIPTION = (
    "Everything the console can do, by script. Send `Authorization: Bearer TOKEN`; "
    "`stairstep token create --email …` prints one. Errors are RFC 9457 problem details."
)


class _Static(StaticFiles):
    """Our own files: browsers may keep them, and ask whether they changed."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "no-cache"
        return response


class _App(FastAPI):
    """Sockets go past the routes and what is round them: an upgrade needs none of it, and a room sends them all at once."""

    sockets: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            scope["app"] = self
            await self.sockets(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(settings: Settings, *, base_url: str) -> FastAPI:
    """The application. ``base_url`` goes into links and QR codes. The database is migrated here."""
    migrate(settings)
    set_base_url(base_url)
    database = Database.of(settings)
    hub = Hub(database)
    bus = _bus(settings, hub)
    database.after_commit, hub.tell_others = bus.publish, bus.publish_again
    database.disk.told = hub.show_consoles_again
    ledger = Ledger.of(settings)
    exports = ExportDesk(Slots(ledger))
    app = _App(
        title="Stairstep",
        version=VERSION,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        telemetry={"tracing": False, "logs": False},  # ours name routes by pattern: see app/web/trail.py
        lifespan=_lifespan(database, hub, bus, exports, Post.of(settings)),
    )
    app.state.parts = Parts(
        settings, secret_key(settings), database, hub, CodeGuesses(ledger), PasswordGuesses(ledger), ledger, exports
    )
    for module in (
        home,
        new_session,
        account,
        team,
        importing,
        deleting,
        members,
        signin,
        join,
        phone,
        screen,
        console,
        by_hand,
        themes,
        discussions,
        plan,
        portfolio,
        template_pages,
        report,
        report_files,
        sharing,
        calendars,
        health,
    ):
        app.include_router(module.router)
    for module in (
        accounts,
        portfolio_api,
        sessions,
        files,
        room,
        themes_api,
        discussions_api,
        commitments,
        joining,
        templates,
        docs,
    ):
        app.include_router(module.router)
    app.mount("/static", _Static(directory=STATIC), name="static")
    app.add_exception_handler(AppError, answer_error)
    app.add_exception_handler(RequestValidationError, answer_validation)
    app.add_exception_handler(HTTPException, answer_http)
    app.add_exception_handler(Exception, _crash)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(Guard, settings=settings, too_large=too_large)
    app.add_middleware(Trail)
    app.sockets = Trail(Guard(sockets.sockets, settings=settings, too_large=too_large))
    return app


def _bus(settings: Settings, hub: Hub) -> Bus:
    if not settings.redis_url:
        return LocalBus(hub)
    return RedisBus(hub, Redis.from_url(settings.redis_url, decode_responses=True))


async def _crash(request: Request, error: Exception) -> Response:
    return await answer_crash(request, error)


def _mail(database: Database, post: Post | None) -> list[Coroutine[Any, Any, None]]:
    """The loop that sends mail, where a mail server is set up."""
    if post is None:
        return []
    return [
        repeat(
            lambda: reminders.send_due(database, post), every_s=reminders.LOOKS_EVERY_S, name="the sending of reminders"
        )
    ]


def _lifespan(
    database: Database, hub: Hub, bus: Bus, exports: ExportDesk, post: Post | None
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        database.start()
        warming = asyncio.create_task(asyncio.to_thread(warm))
        loops = [
            asyncio.create_task(work)
            for work in (
                repeat(hub.look_after, every_s=SWEEP_S, name="the comparison of versions"),
                repeat(lambda: do_what_is_due(database, now=now_ms()), every_s=TICK_S, name="a tick of the clock"),
                repeat(database.look_at_disk, every_s=disk.LOOKS_EVERY_S, name="a look at the disk"),
                repeat(
                    lambda: delete_what_is_not_kept(database, now=now_ms()),
                    every_s=EVERY_S,
                    name="the deletion of what is not kept",
                ),
                run_tidying(database),
                bus.run(),
                *_mail(database, post),
            )
        ]
        tidy_only_when_quiet()
        yield
        await warming
        for loop in loops:
            loop.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*loops)
        await exports.close()
        await database.stop()

    return lifespan
