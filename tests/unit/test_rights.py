"""The rights table is complete: every route, socket and frame has its row, and every row its route."""

import inspect
import re
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount, WebSocketRoute

from app.core.rights import FRAMES, ROLES, ROUTES, SOCKETS, Who
from app.live import wire
from app.main import create_app
from app.settings import Settings
from app.web.doors import enter
from app.web.sockets import DOORS


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> list[BaseRoute]:
    app = create_app(
        Settings(data_dir=tmp_path_factory.mktemp("rights"), _env_file=None), base_url="http://localhost:8000"
    )
    return _flat(app.router.routes)


def _flat(routes: list[BaseRoute]) -> list[BaseRoute]:
    """Every route, those of included routers too."""
    found = []
    for route in routes:
        inner = getattr(getattr(route, "original_router", None), "routes", None)
        found += _flat(inner) if inner is not None else [route]
    return found


def http_routes(routes: list[BaseRoute]) -> list[APIRoute]:
    return [route for route in routes if isinstance(route, APIRoute)]


def test_every_http_route_has_a_row_and_every_row_a_route(routes: list[BaseRoute]) -> None:
    found = {f"{method} {route.path}" for route in http_routes(routes) for method in route.methods}

    assert found == set(ROUTES)


def test_every_http_route_asks_the_table(routes: list[BaseRoute]) -> None:
    for route in http_routes(routes):
        asked, todo = set(), [route.dependant]
        while todo:
            one = todo.pop()
            asked.add(one.call)
            todo += one.dependencies
        assert enter in asked, route.path


def test_every_socket_has_a_row_and_every_row_a_socket(routes: list[BaseRoute]) -> None:
    assert set(DOORS) == set(SOCKETS)
    assert not [route for route in routes if isinstance(route, WebSocketRoute)]


def test_nothing_else_is_served_than_routes_sockets_and_static_files(routes: list[BaseRoute]) -> None:
    others = [route for route in routes if not isinstance(route, APIRoute | WebSocketRoute)]

    assert [(type(route), route.path) for route in others] == [(Mount, "/static")]


def test_every_type_of_frame_has_a_row_and_every_row_a_type() -> None:
    cases = re.findall(r"case (\"[^:]+)(?: as \w+)?:", inspect.getsource(wire.parse))
    types = {name for case in cases for name in re.findall(r'"(\w+)"', case)}

    assert types == set(FRAMES)


def test_only_phones_may_send_frames() -> None:
    assert set(FRAMES.values()) == {"phone"}
    assert set(SOCKETS) == {"phone", "screen", "console", "board", "plan", "discussions"}


def test_each_role_may_do_what_the_one_below_may() -> None:
    assert list(ROLES.values()) == sorted(ROLES.values())
    assert ROLES["owner"] is Who.OWNER
    assert max(ROLES.values()) == max(Who)


@pytest.mark.parametrize("call", ROUTES)
def test_what_changes_something_needs_more_than_reading(call: str) -> None:
    method, path = call.split(" ")
    if method == "GET" or ROUTES[call] is Who.PHONE:
        return
    doors = {
        "/signin",
        "/signout",
        "/setup/{token}",
        "/invitation/{token}",
        "/join",
        "/j/{code}",
        "/share/{token}",
        "/share/{token}/rows/{commitment_id}",
        "/api/v1/join",
    }
    own = {
        "/settings/{action}",
        "/calendar",
        "/calendar/{feed_id}/end",
        "/accounts/{account_id}/calendar",
        "/accounts/{account_id}/calendar/{feed_id}/end",
    }
    assert ROUTES[call] >= Who.FACILITATOR or path in doors | own


def test_the_table_is_the_only_place_that_names_rights() -> None:
    web = Path(inspect.getfile(enter)).parent
    naming = {path.name for path in web.rglob("*.py") if re.search(r"\bROLES\[", path.read_text())}

    assert naming == set()
