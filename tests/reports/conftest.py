"""One database for all files' tests, and sessions that many of them read."""

from collections.abc import Callable, Iterator
from functools import cache

import pytest

from app.reports.material import Material
from tests.live.databases import Database
from tests.reports.meetings import House
from tests.reports.odd import MEETINGS


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, one_database: Database) -> Iterator[House]:
    url = one_database.fresh().get("STAIRSTEP_DATABASE_URL", "")
    house = House(tmp_path_factory.mktemp("reports"), url)
    yield house
    house.engine.dispose()


@pytest.fixture(scope="session")
def material(house: House) -> Callable[..., Material]:
    """What a file of one of the odd meetings is made from; each is held once."""

    @cache
    def held(name: str) -> str:
        return house.hold(MEETINGS[name])

    @cache
    def read(name: str, cut: str = "customer", language: str = "en") -> Material:
        return house.material(held(name), cut, language)

    return read
