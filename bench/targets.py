"""The servers under measure: each started fresh, with one session whose first question is open."""

import asyncio
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import httpx

from bench.load import Target
from bench.process import ROOT, ServerProcess, clean_environment, free_port
from bench.reference_store import DIMENSION, QUESTION, SESSION, SIDES, STEPS
from bench.seats import ReferenceSeats, StairstepSeats

HTTP_LIMIT = 20.0
EMAIL = "bench@example.org"

SECRET = secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Extra:
    """What a server runs with beside the usual: settings or a preloaded library, programs that work for it."""

    environment: Mapping[str, str] = field(default_factory=dict)
    companions: Sequence[int] = ()


PLAIN = Extra()


class Opening(Protocol):
    """Starts a server with its data in ``folder``; it is gone at the end."""

    def __call__(self, folder: Path, phones: int, extra: Extra = PLAIN) -> AbstractAsyncContextManager[Target]:
        """The server, ready for phones."""


def _client(port: int) -> httpx.AsyncClient:
    # A connection for each request, as phones come; no proxy, whatever the environment says.
    return httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}",
        timeout=HTTP_LIMIT,
        trust_env=False,
        limits=httpx.Limits(max_keepalive_connections=0),
    )


def _reference(name: str, module: str, *, has_screen: bool = True) -> Opening:
    """How to open one of our own reference servers."""

    @asynccontextmanager
    async def opening(folder: Path, phones: int, extra: Extra = PLAIN) -> AsyncIterator[Target]:  # noqa: ARG001
        port, screen_token = free_port(), secrets.token_urlsafe(24)
        arguments = ["-m", module, "--port", str(port), "--data", str(folder)]
        environment = {"BENCH_SCREEN_TOKEN": screen_token} | dict(extra.environment)
        with ServerProcess(arguments, port, folder / "log", environment) as server:
            async with _client(port) as http:

                async def join(number: int) -> str:
                    answer = await http.get("/join", params={"side": SIDES[number % 2]})
                    answer.raise_for_status()
                    token: str = answer.json()["token"]
                    return token

                yield Target(
                    name=name,
                    server=server,
                    session_id=SESSION,
                    question=QUESTION,
                    dimension=DIMENSION,
                    choices=STEPS,
                    join=join,
                    screen_token=screen_token if has_screen else None,
                    database=folder / "reference.sqlite3" if has_screen else None,
                    seats=ReferenceSeats(folder / "reference.sqlite3") if has_screen else None,
                )

    return opening


@asynccontextmanager
async def stairstep(folder: Path, phones: int, extra: Extra = PLAIN) -> AsyncIterator[Target]:
    """Stairstep as it is delivered, with a session of its own; on an empty data directory where the folder is empty."""
    port = free_port()
    url = extra.environment.get("STAIRSTEP_DATABASE_URL")
    environment = _settings(folder) | {"STAIRSTEP_PORT": str(port)} | dict(extra.environment)
    token = make_user(environment) if url else fresh_data(folder)
    with ServerProcess(["-m", "app", "serve"], port, folder / "log", environment, extra.companions) as server:
        async with _client(port) as http:
            await _until_ready(http)
            server.ready_after = time.monotonic() - server.began
            session = await _prepare_session(http, token, phones)
            joining = session["join_url"].rstrip("/").rpartition("/")[2]
            groups = [group["id"] for group in session["groups"]]

            async def join(number: int) -> str:
                body = {"code": joining, "group_id": groups[number % len(groups)]}
                answer = await http.post("/api/v1/join", json=body)
                answer.raise_for_status()
                person: dict[str, Any] = answer.json()
                if person.get("waiting"):
                    raise RuntimeError("joiners are held back for admission")
                return str(person["token"])

            async def answered() -> int:
                answer = await http.get(f"/api/v1/sessions/{session['id']}", headers=_bearer(token))
                answer.raise_for_status()
                return answered_in(answer.json())

            yield Target(
                name="Stairstep",
                server=server,
                session_id=session["id"],
                question=QUESTION,
                dimension=session["dimensions"][0]["key"],
                choices=[step["position"] for step in session["dimensions"][0]["steps"]],
                join=join,
                screen_token=token,
                answered=answered,
                database=None if url else _sqlite_file(folder),
                join_page=f"/j/{joining}",
                seats=StairstepSeats(url or folder / "stairstep.db"),
            )


def _settings(folder: Path) -> dict[str, str]:
    return {"STAIRSTEP_DATA_DIR": str(folder), "STAIRSTEP_HOST": "127.0.0.1", "STAIRSTEP_SECRET_KEY": SECRET}


def make_user(environment: Mapping[str, str]) -> str:
    """Somebody who owns the workspace, by the command line; the API token."""
    password = secrets.token_urlsafe(24)
    _command(environment, ["user", "add", EMAIL, "--role", "owner", "--password-stdin"], password)
    return _command(environment, ["token", "create", "--email", EMAIL]).split()[-1]


@cache
def _pattern() -> tuple[TemporaryDirectory[str], str]:
    """A data directory with one user in it, made once for each run of the benchmarks; the API token."""
    kept = TemporaryDirectory(prefix="stairstep-bench-")
    return kept, make_user(_settings(Path(kept.name)))


def fresh_data(folder: Path) -> str:
    """Fill the folder with a database that has a user and nothing else, where there is none yet; the API token."""
    pattern, token = _pattern()
    if not (folder / "stairstep.db").exists():
        shutil.copytree(pattern.name, folder, dirs_exist_ok=True)
    return token


OPENINGS: dict[str, Opening] = {
    "stairstep": stairstep,
    "bare": _reference("b: bare websockets", "bench.reference_bare"),
    "picows": _reference("a: picows", "bench.reference_picows"),
    "tutorial": _reference("c: the tutorial way", "bench.reference_tutorial"),
    "echo": _reference("echo", "bench.echo", has_screen=False),
}


def answered_in(session: dict[str, Any]) -> int:
    """How many answered the measured question, both sides together."""
    for question in session["questions"]:
        if question["key"] == QUESTION:
            return sum(question["answered"].values())
    return 0


async def _prepare_session(http: httpx.AsyncClient, token: str, phones: int) -> dict[str, Any]:
    headers = _bearer(token)

    async def post(path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = await http.post(f"/api/v1{path}", json=body or {}, headers=headers)
        if answer.is_error:
            raise RuntimeError(f"POST {path}: {answer.status_code} {answer.text[:500]}")
        made: dict[str, Any] = answer.json()
        return made

    account = await post("/accounts", {"name": f"Benchmark {secrets.token_hex(4)}"})
    wanted = {
        "account_id": account["id"],
        "title": "Benchmark",
        "template": "supplier-to-partner",
        "attribution": "group",
        "expected": phones + 100,
    }
    session = await post("/sessions", wanted)
    await post(f"/sessions/{session['id']}/start")
    return await post(f"/sessions/{session['id']}/questions/{QUESTION}/open")


async def _until_ready(http: httpx.AsyncClient) -> None:
    deadline = time.monotonic() + HTTP_LIMIT
    while (await http.get("/readyz")).status_code != httpx.codes.OK:
        if time.monotonic() > deadline:
            raise RuntimeError("the server listens but does not become ready")
        await asyncio.sleep(0.05)


def _command(environment: Mapping[str, str], arguments: list[str], typed: str = "") -> str:
    """What ``python -m app …`` prints."""
    done = subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env=clean_environment(environment),
        input=f"{typed}\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {done.stderr.strip()[-1000:]}")
    return done.stdout


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _sqlite_file(folder: Path) -> Path | None:
    """The SQLite database in a data directory, found by its first bytes."""
    for file in sorted(folder.iterdir()):
        if file.is_file():
            with file.open("rb") as content:
                if content.read(15) == b"SQLite format 3":
                    return file
    return None
