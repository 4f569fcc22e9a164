"""Runs the demo: a folder that goes when it ends, the sample workspace in it, the server, the simulated people."""

import asyncio
import secrets
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory

import uvloop

from app import browser_files
from app.demo.crowd import Person, Room, make_people, run_crowd
from app.demo.meetings import COMPANY
from app.demo.past import Sample, make_sample
from app.main import create_app
from app.serving import base_url, listen, notes, qr_lines, server_of
from app.settings import Settings
from app.views.links import join_url

EMAIL = "inga@halden.example"
PASSWORD_WORDS = (
    "amber", "anchor", "autumn", "basket", "birch", "bridge", "candle", "cedar", "cloud", "copper", "garden", "harbour",
    "hazel", "island", "kettle", "ladder", "lantern", "maple", "meadow", "orchard", "paper", "pebble", "river", "saddle",
    "silver", "spruce", "stone", "summer", "thimble", "timber", "valley", "winter",
)  # fmt: skip
SEED = "halden"
ENDS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


def run_demo(settings: Settings, *, people: int, pace: float) -> None:
    """Serve the demo until it is told to stop; nothing of it is left. ``pace`` 2: people are twice as fast.

    The settings' data folder and database are not used. Raises AppError for a taken port and the like.
    """
    for number in ENDS:
        signal.signal(number, signal.default_int_handler)
    with suppress(KeyboardInterrupt), TemporaryDirectory(prefix="stairstep-demo-") as folder:
        own = {"data_dir": Path(folder), "database_url": "", "redis_url": "", "secret_key": ""}
        settings = settings.model_copy(update=own)
        sock = listen(settings, command="make demo")
        browser_files.fetch_missing()
        password = "-".join(secrets.SystemRandom().sample(PASSWORD_WORDS, 4))
        sample = make_sample(settings, email=EMAIL, password=password, people=people)
        crowd = _people(settings, sample, people=people, pace=pace)
        uvloop.run(_serve(settings, sock, crowd, lambda: _greeting(settings, sample, password, people)))
    print("\n  The demo has ended; nothing of it was kept.")  # noqa: T201


async def _serve(settings: Settings, sock: socket, people: list[Person], greeting: Callable[[], str]) -> None:
    app = create_app(settings, base_url=base_url(settings))
    server = server_of(app)
    for number in ENDS:
        signal.signal(number, server.handle_exit)  # uvicorn hands a signal on when it has stopped: nothing more to end
    print(greeting(), flush=True)  # noqa: T201
    crowd = asyncio.create_task(run_crowd(people))
    try:
        await server.serve(sockets=[sock])
    finally:
        crowd.cancel()
        with suppress(asyncio.CancelledError):
            await crowd


def _people(settings: Settings, sample: Sample, *, people: int, pace: float) -> list[Person]:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    room = Room(host, settings.port, sample.live.join_token, {group.name: group.id for group in sample.groups})
    sides = {group.name: group.side for group in sample.groups}
    return make_people(room, sides, people=people, pace=pace, seed=SEED)


def _greeting(settings: Settings, sample: Sample, password: str, people: int) -> str:
    """What is printed at the start: the way in, the session to run, the way in for phones."""
    local = settings.base_url or f"http://localhost:{settings.port}"
    live = sample.live
    lines = [
        "",
        f"  Stairstep is running, with the sample workspace of {COMPANY}.",
        "",
        f"  Sign in at  {local}",
        f"    E-mail    {EMAIL}",
        f"    Password  {password}",
        "",
        f"  A session with {live.customer} is in its lobby; {people} simulated people are coming in.",
        "  Open its console and press Start. They answer each question that you open, in their own time.",
        f"    Console     {local}/sessions/{live.id}",
        f"    Big screen  {local}/screen/{live.id}?key={live.screen_key}",
        "",
        "  Join them with your own phone, on the same network, at",
        f"    {join_url(live)}",
        "",
        *qr_lines(join_url(live)),
    ]
    return "\n".join([*lines, *notes(settings), "  Ctrl-C stops it; nothing is kept.", ""])
