"""What many tests share: one real server for the whole run, its people, and a workshop for each test."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.live.databases import CHOSEN, Database, memory_folder
from tests.live.server import Server
from tests.live.workshop import Web, Workshop

COMPANY, ELSEWHERE = "Halden Works", "Somebody Else"


def pytest_configure(config: pytest.Config) -> None:
    """No setting of the machine reaches a test; which Chromium to use is none."""
    for name in [name for name in os.environ if name.startswith("STAIRSTEP_") and name != "STAIRSTEP_CHROMIUM"]:
        del os.environ[name]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that need root run where `-m needs_root` asks for them (`make faults`), those about SQLite's file on SQLite."""
    for_root = "needs_root" in (config.option.markexpr or "")
    left_out = [item for item in items if _on_another_database(item) or (not for_root and _needs_root(item))]
    items[:] = [item for item in items if item not in left_out]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
    for item in items:
        together = _together(item)
        if together:
            item.add_marker(pytest.mark.xdist_group(together))


def _together(item: pytest.Item) -> str:
    """What runs in one process, where tests run in several: those that share a server, and those that keep it busy."""
    callspec = getattr(item, "callspec", None)
    if callspec is not None and "database" in callspec.params:
        return str(callspec.params["database"])
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    return "" if folder == "unit" else folder


def _needs_root(item: pytest.Item) -> bool:
    return item.get_closest_marker("needs_root") is not None


def _on_another_database(item: pytest.Item) -> bool:
    kind = (
        item.callspec.params.get("database", "sqlite")
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
        else "sqlite"
    )
    return kind != "sqlite" and item.get_closest_marker("sqlite_only") is not None


@dataclass(frozen=True)
class Tokens:
    """API tokens of one user for each role, and of the owner of another workspace."""

    owner: str
    facilitator: str
    viewer: str
    foreign: str


@pytest.fixture(scope="session", params=CHOSEN)
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """What servers store in: whoever asks for a server runs on each kind of database."""
    with ExitStack() as stack:
        yield Database(request.param, stack)


@pytest.fixture(scope="session")
def one_database() -> Iterator[Database]:
    """The first kind that is chosen, for tests that touch the database little and run once."""
    with ExitStack() as stack:
        yield Database(CHOSEN[0], stack)


@pytest.fixture(scope="session")
def server(database: Database) -> Iterator[Server]:
    """The server that most tests share; each makes sessions of its own."""
    with ExitStack() as stack:
        found = Server(memory_folder(stack) / "data", env=database.fresh())
        yield found
        found.stop()


@pytest.fixture(scope="session")
def tokens(server: Server) -> Tokens:
    """Everybody's API token; the server runs from here on."""
    made = Tokens(
        owner=server.add_user("olga@halden.example", "owner", COMPANY, "Olga Owner"),
        facilitator=server.add_user("inga@halden.example", "facilitator", COMPANY, "Inga Berg"),
        viewer=server.add_user("viktor@halden.example", "viewer", COMPANY, "Viktor Viewer"),
        foreign=server.add_user("mal@elsewhere.example", "owner", ELSEWHERE, "Mal Elsewhere"),
    )
    server.start()
    return made


@pytest.fixture(scope="session")
async def api(server: Server, tokens: Tokens) -> AsyncIterator[Web]:
    """The facilitator's script."""
    web = Web(server, tokens.facilitator)
    yield web
    await web.close()


@pytest.fixture(scope="session")
async def owner(server: Server, tokens: Tokens) -> AsyncIterator[Web]:
    """The owner's script."""
    web = Web(server, tokens.owner)
    yield web
    await web.close()


@pytest.fixture(scope="session")
async def viewer(server: Server, tokens: Tokens) -> AsyncIterator[Web]:
    """The viewer's script."""
    web = Web(server, tokens.viewer)
    yield web
    await web.close()


@pytest.fixture(scope="session")
async def foreign(server: Server, tokens: Tokens) -> AsyncIterator[Web]:
    """A script of the owner of another workspace."""
    web = Web(server, tokens.foreign)
    yield web
    await web.close()


@pytest.fixture
async def nobody(server: Server, tokens: Tokens) -> AsyncIterator[Web]:
    """Somebody without a token; a browser that keeps cookies."""
    web = Web(server)
    yield web
    await web.close()


@pytest.fixture(scope="session")
async def signed_in(server: Server, tokens: Tokens) -> str:
    """The cookie of a sign-in that no test ends."""
    web = Web(server)
    assert (await web.sign_in("inga@halden.example")).status_code == 303
    await web.close()
    return str(web.client.cookies["stairstep"])


@pytest.fixture
async def browser(server: Server, signed_in: str) -> AsyncIterator[Web]:
    """A browser in which the facilitator is signed in. A test that signs out signs in by itself."""
    web = Web(server)
    web.client.cookies.set("stairstep", signed_in, domain="127.0.0.1")
    yield web
    await web.close()


@pytest.fixture(scope="session")
async def account(api: Web) -> str:
    """An account that many sessions belong to."""
    return str((await api("POST /accounts", {"name": "Northfield Foods"}, status=201))["id"])


@pytest.fixture
async def workshops(server: Server, api: Web, account: str) -> AsyncIterator[Callable[..., Awaitable[Workshop]]]:
    """Makes workshops; each is settled and left at the end of the test."""
    made: list[Workshop] = []

    async def make(**body: Any) -> Workshop:
        made.append(await Workshop.make(server, api, account, **body))
        return made[-1]

    yield make
    try:
        for one in made:
            await one.settle()
    finally:
        for one in made:
            await one.leave()


@pytest.fixture
async def workshop(workshops: Callable[..., Awaitable[Workshop]]) -> Workshop:
    """A session in its lobby, as it is made by default."""
    return await workshops()


@pytest.fixture
def elsewhere(tmp_path: Path, database: Database) -> Iterator[Server]:
    """A server of this test's own, not started: to stop, kill and start again."""
    found = Server(tmp_path / "data", env=database.fresh())
    yield found
    if found.runs:
        found.kill()
