"""Runs the cluster of `make cluster`: everything in one folder, sample data, one address, until it is told to stop."""

import secrets
import signal
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from app import browser_files
from app.cluster.front import front
from app.cluster.postgres import Postgres
from app.cluster.processes import LOOK_EVERY_S, Keeper
from app.cluster.redis import RedisServer
from app.demo.past import make_sample
from app.demo.run import EMAIL, ENDS, PASSWORD_WORDS
from app.serving import base_url, listen, notes, qr_lines
from app.settings import Settings
from app.store.once import run_once
from app.store.queries import user_count

DATABASE = "stairstep"
PEOPLE = 24


@dataclass(frozen=True, slots=True)
class Cluster:
    """What runs. ``password`` is the sample user's, "" where the data are of an earlier start."""

    settings: Settings
    keeper: Keeper
    password: str


def run_cluster(settings: Settings, *, folder: Path | None, processes: int) -> None:
    """Serve a cluster until told to stop. In a ``folder`` given the data stay; else nothing of it is left.

    Raises AppError for a taken port, programs that are not installed and the like.
    """
    for number in ENDS:
        signal.signal(number, signal.default_int_handler)
    with suppress(KeyboardInterrupt), ExitStack() as stack:
        place = folder.resolve() if folder else _scratch(stack)
        place.mkdir(parents=True, exist_ok=True)
        listen(settings, command="make cluster").close()
        browser_files.fetch_missing()
        cluster = start(stack, settings, place, processes=processes)
        stack.callback(_hear_no_more)
        print(_greeting(cluster, place, kept=folder is not None), flush=True)  # noqa: T201
        while True:
            time.sleep(LOOK_EVERY_S)
            cluster.keeper.look()
    print("\n  The cluster has stopped." + ("" if folder else " Nothing of it was kept."))  # noqa: T201


def start(stack: ExitStack, settings: Settings, place: Path, *, processes: int) -> Cluster:
    """Start PostgreSQL, Redis, the app processes and the front, in this order; the stack stops them in the other."""
    postgres, redis = Postgres(place / "postgres"), RedisServer(place / "redis")
    for one in (postgres, redis):
        stack.callback(one.stop)
        one.start()
    url = postgres.url(DATABASE) if postgres.has_database(DATABASE) else postgres.make_database(DATABASE)
    own = settings.model_copy(
        update={
            "data_dir": place / "app",
            "database_url": url,
            "redis_url": redis.url,
            "secret_key": settings.secret_key or _kept_secret(place / "secret_key"),
            "base_url": base_url(settings),
            "trusted_proxies": "127.0.0.1",
        }
    )
    _write_settings(own, place / "settings.env")
    password = _fill(own)
    keeper = Keeper.of(place / "app", own, count=processes)
    stack.callback(keeper.stop)
    keeper.start()
    caddy = front(place / "front", host=settings.host, port=settings.port, processes=keeper.ports)
    stack.callback(caddy.stop)
    caddy.start()
    return Cluster(own, keeper, password)


def _hear_no_more() -> None:
    """Stopping takes a moment; a second Ctrl-C must not leave half of it behind."""
    for number in ENDS:
        signal.signal(number, signal.SIG_IGN)


def _scratch(stack: ExitStack) -> Path:
    """A folder that goes when the stack is closed. Others may pass through it: PostgreSQL may have to run as somebody else."""
    place = Path(mkdtemp(prefix="stairstep-cluster-"))
    place.chmod(0o711)
    stack.callback(rmtree, place, ignore_errors=True)
    return place


def _kept_secret(file: Path) -> str:
    """The secret that the processes share, made with the folder."""
    if not file.exists():
        file.touch(0o600)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text()


def _write_settings(settings: Settings, file: Path) -> None:
    """Lay the settings down for commands beside the cluster: ``set -a; . settings.env; stairstep token create …``."""
    file.touch(0o600)
    given = settings.model_dump(exclude_defaults=True)
    file.write_text("".join(f"STAIRSTEP_{name.upper()}={value}\n" for name, value in given.items()))


def _fill(settings: Settings) -> str:
    """Make the sample workspace in an empty database; its user's password, "" where there are people already."""
    if run_once(settings, user_count):
        return ""
    password = "-".join(secrets.SystemRandom().sample(PASSWORD_WORDS, 4))
    make_sample(settings, email=EMAIL, password=password, people=PEOPLE)
    return password


def _greeting(cluster: Cluster, place: Path, *, kept: bool) -> str:
    """What is printed at the start."""
    settings = cluster.settings
    count = len(cluster.keeper.programs)
    lines = [
        "",
        f"  Stairstep is running: {count} app processes with PostgreSQL and Redis, behind one address.",
        "",
        f"  Sign in at  http://localhost:{settings.port}",
        f"    E-mail    {EMAIL}",
        f"    Password  {cluster.password or 'as before'}",
        "",
        "  Phones on the same network join at",
        f"    {settings.base_url}/join",
        "",
        *qr_lines(f"{settings.base_url}/join"),
        "",
        "  Try what happens: end one of these, or send it a STOP; it is started again.",
        *(f"    {program.name}  process {program.pid}" for program in cluster.keeper.programs),
        f"  Logs and data are in {place}.",
        f"  Commands such as `stairstep token create` need its settings: set -a; . {place}/settings.env",
    ]
    end = "everything is kept" if kept else "nothing is kept"
    return "\n".join([*lines, *notes(settings), f"  Ctrl-C stops all of it; {end}.", ""])
