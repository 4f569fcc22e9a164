"""The front: one address, behind it every app process. It is Caddy, as in compose.yaml, without TLS."""

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from app.cluster.programs import Program, caddy_program

CADDYFILE = """{{
	admin off
	persist_config off
	auto_https off
	log {{
		level ERROR
	}}
}}

http://:{port} {{
	bind {host}
	reverse_proxy {processes} {{
		lb_policy round_robin
		lb_try_duration 5s
		lb_try_interval 100ms
		fail_duration 1s
		health_uri /healthz
		health_interval 1s
		health_timeout 2s
		transport http {{
			dial_timeout 1s
		}}
	}}
}}
"""


def front(folder: Path, *, host: str, port: int, processes: Sequence[int]) -> Program:
    """The front for app processes on these ports of the loopback; not started."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "Caddyfile"
    behind = " ".join(f"127.0.0.1:{process}" for process in processes)
    file.write_text(CADDYFILE.format(host=host, port=port, processes=behind))
    own = {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "HOME": str(folder)}
    return Program(
        "Caddy",
        [caddy_program(), "run", "--adapter", "caddyfile", "--config", file],
        folder / "caddy.log",
        lambda: is_ready(f"http://localhost:{port}"),
        env=os.environ | own,
    )


def is_ready(url: str, *, within_s: float = 2.0) -> bool:
    """Whether the Stairstep at this address says that it can work."""
    try:
        with urlopen(f"{url}/readyz", timeout=within_s) as answer:  # noqa: S310  our own address
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
