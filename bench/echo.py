"""Answers every vote at once and stores nothing: what is left is the load generator's own share.

``python -m bench.echo --port N --data FOLDER``. Listens on 127.0.0.1 only.
"""

import argparse
import gc
import json
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import uvloop
from picows import (
    WSFrame,
    WSListener,
    WSMsgType,
    WSTransport,
    WSUpgradeRequest,
    WSUpgradeResponse,
    WSUpgradeResponseWithListener,
    ws_create_server,
)

from bench.reference_store import SESSION
from bench.reference_wire import ack

FIRST_VIEW = json.dumps({"type": "view", "version": 1, "state": {"session": "live"}})


class Echo(WSListener):
    """Acknowledges whatever comes."""

    def on_ws_connected(self, transport: WSTransport) -> None:
        """A first view, so that the phone counts as in."""
        transport.send(WSMsgType.TEXT, FIRST_VIEW)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """An acknowledgement with the same id."""
        if frame.msg_type == WSMsgType.CLOSE:
            transport.disconnect()
        elif frame.msg_type == WSMsgType.TEXT:
            id_ = json.loads(frame.get_payload_as_bytes())["id"]
            transport.send(WSMsgType.TEXT, ack(id_, 2))


def enter(request: WSUpgradeRequest) -> WSListener | WSUpgradeResponseWithListener:
    """A token for ``/join``, an echo for everything else."""
    if urlsplit(request.path.decode()).path != "/join":
        return Echo()
    body = json.dumps({"token": secrets.token_urlsafe(24), "session_id": SESSION}).encode()
    response = WSUpgradeResponse.create_ok_response(body, {"Content-Type": "application/json"})
    return WSUpgradeResponseWithListener(response, None)


async def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    server = await ws_create_server(enter, "127.0.0.1", options.port, read_buffer_init_size=1024, backlog=2048)
    gc.freeze()
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_main())
