"""Reference server *a*: picows and the same durable group commit, nothing else.

As near as Python comes to the machine's own limit. ``python -m bench.reference_picows --port N
--data FOLDER``; the screen's token is in ``BENCH_SCREEN_TOKEN``. Listens on 127.0.0.1 only.
"""

import argparse
import asyncio
import gc
import json
import os
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

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

from bench.reference_store import SESSION, SIDES, Join, Lane, Outcome, Reader, Stored, Vote, create
from bench.reference_wire import (
    LARGEST_FRAME,
    PHONE_PATH,
    SCREEN_PATH,
    AnswerError,
    Screens,
    ack,
    phone_view,
    read_answer,
    refused,
    screen_view,
)


class PicowsServer:
    """Who may enter; what they share."""

    def __init__(self, database: Path, screen_token: str) -> None:
        self.reader = Reader(database)
        self.lane = Lane(database, asyncio.get_running_loop())
        self.lane.start()
        self.watching: set[WSTransport] = set()
        self.screens = Screens(lambda: screen_view(self.reader), self._send_to_screens)
        self._screen_token = screen_token

    def enter(self, request: WSUpgradeRequest) -> WSListener | WSUpgradeResponseWithListener | None:
        """The listener for an upgrade, or the plain HTTP answer; None is a 404."""
        url = urlsplit(request.path.decode())
        if url.path == "/join":
            return self._join(parse_qs(url.query).get("side", [""])[0])
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            return _refusal(401)
        if url.path == PHONE_PATH:
            participant = self.reader.participant(token)
            return _refusal(401) if participant is None else PhoneListener(self, participant)
        if url.path == SCREEN_PATH and token == self._screen_token:
            return ScreenListener(self)
        return None

    def _join(self, side: str) -> WSUpgradeResponseWithListener:
        if side not in SIDES:
            return _refusal(422)
        token = self.lane.put_and_wait(Join(side))  # a handshake cannot wait on the event loop
        if not isinstance(token, str):
            return _refusal(503)
        self.screens.changed()
        body = json.dumps({"token": token, "session_id": SESSION}).encode()
        response = WSUpgradeResponse.create_ok_response(body, {"Content-Type": "application/json"})
        return WSUpgradeResponseWithListener(response, None)

    def _send_to_screens(self, view: str) -> None:
        for transport in self.watching:
            transport.send(WSMsgType.TEXT, view)


class PhoneListener(WSListener):
    """One phone's socket."""

    def __init__(self, server: PicowsServer, participant: int) -> None:
        self._server = server
        self._participant = participant

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Send the first view."""
        transport.send(WSMsgType.TEXT, phone_view(self._server.reader, self._participant))

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Check a vote and queue it."""
        if frame.msg_type == WSMsgType.CLOSE:
            transport.disconnect()
        if frame.msg_type != WSMsgType.TEXT:
            return
        try:
            vote = read_answer(self._participant, frame.get_payload_as_bytes())
        except AnswerError as error:
            transport.send(WSMsgType.TEXT, refused(error.id, error.reason))
            return
        self._server.lane.put(vote, partial(self._settle, transport, vote))

    def _settle(self, transport: WSTransport, vote: Vote, outcome: Outcome) -> None:
        if isinstance(outcome, Stored):
            self._server.screens.changed()
            transport.send(WSMsgType.TEXT, ack(vote.id, outcome.version))
        else:
            transport.send(WSMsgType.TEXT, refused(vote.id, getattr(outcome, "reason", "rate")))


class ScreenListener(WSListener):
    """One screen's socket."""

    def __init__(self, server: PicowsServer) -> None:
        self._server = server

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Send the first view and remember whom to push to."""
        self._server.watching.add(transport)
        transport.send(WSMsgType.TEXT, screen_view(self._server.reader))

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Only a close frame means anything here."""
        if frame.msg_type == WSMsgType.CLOSE:
            transport.disconnect()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """Push no more."""
        self._server.watching.discard(transport)


def _refusal(status: int) -> WSUpgradeResponseWithListener:
    return WSUpgradeResponseWithListener(WSUpgradeResponse.create_error_response(status), None)


async def start(port: int, database: Path, screen_token: str) -> asyncio.Server:
    """The server, listening."""
    server = PicowsServer(database, screen_token)
    listening = await ws_create_server(
        server.enter,
        "127.0.0.1",
        port,
        max_frame_size=LARGEST_FRAME,
        read_buffer_init_size=1024,
        enable_auto_ping=True,
        backlog=2048,
    )
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)
    return listening


async def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    database = options.data / "reference.sqlite3"
    create(database)
    server = await start(options.port, database, os.environ["BENCH_SCREEN_TOKEN"])
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_main())
