"""Reference server *b*: the ``websockets`` library, SQLite, durable group commit, no framework.

``python -m bench.reference_bare --port N --data FOLDER``; the screen's token is in the
environment variable ``BENCH_SCREEN_TOKEN``. Listens on 127.0.0.1 only.
"""

import argparse
import asyncio
import gc
import json
import os
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import uvloop
from websockets.asyncio.server import Server, ServerConnection, broadcast, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from bench.reference_store import (
    SESSION,
    SIDES,
    Join,
    Lane,
    Outcome,
    Reader,
    Refused,
    Stored,
    create,
)
from bench.reference_store import Request as LaneRequest
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


class BareServer:
    """Who may enter, what a phone may say, and what a screen is told."""

    def __init__(self, database: Path, screen_token: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._reader = Reader(database)
        self._lane = Lane(database, self._loop)
        self._lane.start()
        self._screen_token = screen_token
        self._participants: dict[ServerConnection, int] = {}
        self._watching: set[ServerConnection] = set()
        self._screens = Screens(lambda: screen_view(self._reader), lambda view: broadcast(self._watching, view))

    async def door(self, connection: ServerConnection, request: Request) -> Response | None:
        """Plain HTTP for joining and refusing; None lets the upgrade happen."""
        url = urlsplit(request.path)
        if url.path == "/join":
            return await self._join(parse_qs(url.query).get("side", [""])[0])
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            return connection.respond(HTTPStatus.UNAUTHORIZED, "no token\n")
        if url.path == PHONE_PATH:
            participant = self._reader.participant(token)
            if participant is None:
                return connection.respond(HTTPStatus.UNAUTHORIZED, "unknown token\n")
            self._participants[connection] = participant
            return None
        if url.path == SCREEN_PATH and token == self._screen_token:
            return None
        return connection.respond(HTTPStatus.NOT_FOUND, "nothing here\n")

    async def serve_socket(self, connection: ServerConnection) -> None:
        """One socket from its first view to its end."""
        participant = self._participants.pop(connection, None)
        if participant is None:
            self._watching.add(connection)
            try:
                await connection.send(screen_view(self._reader))
                await connection.wait_closed()
            finally:
                self._watching.discard(connection)
        else:
            await connection.send(phone_view(self._reader, participant))
            async for text in connection:
                await connection.send(await self._answer(participant, text))

    async def _answer(self, participant: int, text: str | bytes) -> str:
        try:
            vote = read_answer(participant, text)
        except AnswerError as error:
            return refused(error.id, error.reason)
        match await self._write(vote):
            case Stored(version):
                self._screens.changed()
                return ack(vote.id, version)
            case Refused(reason):
                return refused(vote.id, reason)
            case _:
                return refused(vote.id, "rate")

    async def _join(self, side: str) -> Response:
        if side not in SIDES:
            return _json_response(HTTPStatus.UNPROCESSABLE_ENTITY, {"title": "Unknown side"})
        token = await self._write(Join(side))
        if not isinstance(token, str):
            return _json_response(HTTPStatus.SERVICE_UNAVAILABLE, {"title": "Not stored"})
        self._screens.changed()
        return _json_response(HTTPStatus.CREATED, {"token": token, "session_id": SESSION})

    def _write(self, request: LaneRequest) -> asyncio.Future[Outcome]:
        outcome: asyncio.Future[Outcome] = self._loop.create_future()

        def settle(result: Outcome) -> None:
            if not outcome.done():
                outcome.set_result(result)

        self._lane.put(request, settle)
        return outcome


def _json_response(status: HTTPStatus, value: dict[str, str]) -> Response:
    body = json.dumps(value).encode()
    headers = Headers({"Content-Type": "application/json", "Content-Length": str(len(body))})
    headers["Connection"] = "close"
    return Response(status.value, status.phrase, headers, body)


async def start(port: int, database: Path, screen_token: str) -> Server:
    """The server, listening."""
    bare = BareServer(database, screen_token)
    server = await serve(
        bare.serve_socket,
        "127.0.0.1",
        port,
        process_request=bare.door,
        compression=None,
        max_size=LARGEST_FRAME,
        backlog=2048,
    )
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)
    return server


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
