"""What requests leave in the log: patterns and figures, never what people typed or hold."""

import asyncio
import json
import logging

import pytest

from app.logs import Json, Plain, request_id
from tests.live.server import Server
from tests.live.sockets import refused_with
from tests.live.workshop import Web


def record(words: str, **extra: object) -> logging.LogRecord:
    found = logging.LogRecord("stairstep.requests", logging.INFO, __file__, 1, words, None, None)
    for name, value in extra.items():
        setattr(found, name, value)
    return found


def test_a_json_line_carries_the_request_and_its_figures() -> None:
    mark = request_id.set("abc")
    line = json.loads(Json().format(record("request", route="/j/{code}", method="GET", status=200, ms=1.5)))
    request_id.reset(mark)
    assert line["request"] == "abc"
    assert (line["route"], line["method"], line["status"], line["ms"]) == ("/j/{code}", "GET", 200, 1.5)


@pytest.mark.parametrize("formatter", [Json(), Plain()])
def test_nobody_can_forge_a_line_or_send_terminal_codes(formatter: logging.Formatter) -> None:
    line = formatter.format(record("one\nstairstep: two\x1b[31m\u202e"))
    assert "\n" not in line
    assert "\x1b" not in line
    assert "\u202e" not in line


async def test_requests_are_logged_by_their_pattern_and_never_by_their_path(elsewhere: Server) -> None:
    elsewhere.env["STAIRSTEP_LOG"] = "json"
    elsewhere.start()
    web = Web(elsewhere)
    answer = await web.get("/j/CANARYTOKEN-in-the-path?key=CANARYKEY")
    assert answer.headers["x-request-id"]
    await web.get("/no/CANARYPATH")
    assert await refused_with(f"ws://{elsewhere.host}/live/0/screen?key=CANARYKEY") == 401

    text = ""
    for _ in range(200):  # a socket's line is written after whoever asked has its answer
        text = elsewhere.log.read_text()
        if '"/live/{session_id}/screen"' in text:
            break
        await asyncio.sleep(0.05)
    assert "CANARY" not in text
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    assert any(line.get("route") == "/live/{session_id}/screen" for line in lines)
    assert any(line.get("route") == "/j/{code}" and line["status"] == 404 for line in lines)
    assert any(line.get("request") == answer.headers["x-request-id"] for line in lines)
