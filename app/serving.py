"""Serving: the address, what is printed at the start, and uvicorn."""

import errno
import io
import socket
import sqlite3
import sys

import segno
import uvicorn
from fastapi import FastAPI

from app import browser_files
from app.actions.people import new_setup_link
from app.doctor import SAFE_SQLITE
from app.errors import AppError
from app.live.direct import DirectHttp, DirectProtocol
from app.logs import configure
from app.main import create_app
from app.settings import Settings
from app.store.alone import hold
from app.store.once import run_once

HAND_OVER_S = 0.0005
"""How soon a thread that computes hands the interpreter over: the event loop waits that long for the lane or a look, not 5 ms."""
BACKLOG = 4096
SHUTDOWN_S = 5
KEEP_ALIVE_S = 65
"""Longer than scripts (5 s) and nginx (60 s) keep a connection for later: whoever closes first must not be the one who is asked."""
FRAME_AT_MOST = 64 * 1024
ANY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104  these are what to recognise, not what to listen on


def own_address() -> str:
    """This machine's address on its network; 127.0.0.1 where it has none. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation: choosing the way out sends no packet
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def base_url(settings: Settings) -> str:
    """What links and QR codes start with."""
    if settings.base_url:
        return settings.base_url
    host = own_address() if settings.host in ANY_ADDRESS else settings.host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def listen(settings: Settings, *, command: str = "make run") -> socket.socket:
    """A socket that listens. Raises AppError that says what to do when the port is taken or the address is not ours.

    ``command``: what the person typed, to type again.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((settings.host, settings.port))
    except OSError as error:
        found.close()
        if error.errno == errno.EADDRINUSE:
            words = f"Port {settings.port} is taken. Stop what uses it, or choose another: STAIRSTEP_PORT={settings.port + 1} {command}"
        elif error.errno == errno.EACCES:
            words = f"Port {settings.port} needs more rights. Choose one above 1023: STAIRSTEP_PORT=8000"
        else:
            words = f"Can't listen on {settings.host}: STAIRSTEP_HOST has to be an address of this machine, or 0.0.0.0 for all."
        raise AppError(words) from None
    found.listen(BACKLOG)
    return found


def greeting(settings: Settings, setup_token: str | None) -> str:
    """What is printed at the start: the one-time link while there is no user, and the way in for phones."""
    local = settings.base_url or f"http://localhost:{settings.port}"
    address = base_url(settings)
    lines = ["", "  Stairstep is running.", ""]
    if setup_token:
        lines += ["  Set it up with this link (works once, for 30 minutes):", f"    {local}/setup/{setup_token}", ""]
    else:
        lines += [f"  Sign in at  {local}", ""]
    lines += ["  Phones on the same network join at", f"    {address}/join", "", *qr_lines(f"{address}/join")]
    return "\n".join([*lines, *notes(settings), "  Ctrl-C stops it; everything is kept.", ""])


def qr_lines(url: str) -> list[str]:
    """A QR code for a terminal, line by line."""
    code = io.StringIO()
    segno.make(url, error="l", micro=False).terminal(code, compact=True, border=2)
    return [f"    {line}" for line in code.getvalue().splitlines()]


def notes(settings: Settings) -> list[str]:
    """Lines on who can reach the server, and how."""
    lines = []
    if settings.host in ANY_ADDRESS:
        lines += ["", "  It listens on all of this machine's addresses; STAIRSTEP_HOST=127.0.0.1 keeps others out."]
    if not settings.https:
        lines += [
            "  It speaks plain http: fine in a meeting room; for the internet put TLS in front (STAIRSTEP_BASE_URL)."
        ]
    if sqlite3.sqlite_version_info < SAFE_SQLITE and not settings.on_postgres:
        lines += [
            f"  SQLite {sqlite3.sqlite_version}: leave the database to Stairstep while it runs (docs/operations.md)."
        ]
    return lines


async def serve(settings: Settings) -> None:
    """Serve until stopped. Raises AppError for a taken port and the like, before anything else happens."""
    configure(as_json=settings.log == "json")
    sock = listen(settings)
    browser_files.fetch_missing()
    with hold(settings):
        app = create_app(settings, base_url=base_url(settings))
        print(greeting(settings, run_once(settings, new_setup_link)), flush=True)  # noqa: T201
        sys.setswitchinterval(HAND_OVER_S)
        await server_of(app).serve(sockets=[sock])


def server_of(app: FastAPI) -> uvicorn.Server:
    """The server that `serve` runs, not started yet."""
    config = uvicorn.Config(
        app,
        loop="auto",
        http=DirectHttp,
        ws=DirectProtocol,
        ws_max_size=FRAME_AT_MOST,
        ws_per_message_deflate=False,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=SHUTDOWN_S,
        backlog=BACKLOG,
        lifespan="on",
    )
    return uvicorn.Server(config)
