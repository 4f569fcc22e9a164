"""PostgreSQL and Redis once for the whole run, two processes on them; each test leaves them as it found them."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.cluster.postgres import Postgres
from app.cluster.redis import RedisServer
from tests.cluster.house import House, open_folder


@pytest.fixture(scope="session")
def place() -> Iterator[Path]:
    """A folder for everything of a cluster."""
    with ExitStack() as stack:
        yield open_folder(stack)


@pytest.fixture(scope="session")
def postgres(place: Path) -> Iterator[Postgres]:
    """A PostgreSQL."""
    found = Postgres(place / "postgres")
    found.start()
    yield found
    found.stop()


@pytest.fixture(scope="session")
def redis(place: Path) -> Iterator[RedisServer]:
    """A Redis."""
    found = RedisServer(place / "redis")
    found.start()
    yield found
    found.stop()


@pytest.fixture(scope="session")
def house(place: Path, postgres: Postgres, redis: RedisServer) -> Iterator[House]:
    """Two processes behind a front; who breaks something mends it."""
    with ExitStack() as stack:
        yield House.build(stack, postgres, redis, postgres.make_database("house"), place / "house")
