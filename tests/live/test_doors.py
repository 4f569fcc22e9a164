"""Who may connect, and what ends a connection. Refusals come before the upgrade, as plain HTTP."""

import asyncio
import time
from typing import Any

import pytest

from tests.conftest import Tokens
from tests.live.server import Server
from tests.live.sockets import Line, refused_with
from tests.live.workshop import Web, Workshop

GONE_WITHIN_S = 5.0
UPGRADE = {
    "connection": "upgrade",
    "upgrade": "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
}


async def test_a_phone_needs_its_own_token(workshop: Workshop, workshops, tokens: Tokens) -> None:
    other = await (await workshops()).join()
    url = workshop.live("phone")

    assert await refused_with(url) == 401
    assert await refused_with(url, authorization="Bearer nonsense") == 401
    assert await refused_with(url, **other.bearer) in {401, 404}
    assert await refused_with(url, authorization=f"Bearer {tokens.owner}") == 401
    assert await refused_with(url.replace(workshop.id, "nowhere"), **other.bearer) == 404


async def test_a_screen_needs_its_key_or_a_member(workshop: Workshop, tokens: Tokens) -> None:
    url = workshop.live("screen")

    assert await refused_with(url) == 401
    assert await refused_with(f"{url}?key=wrong") in {401, 404}
    assert await refused_with(f"{url}?key=ä") in {401, 404}
    assert await refused_with(url, authorization=f"Bearer {tokens.foreign}") == 404
    assert await refused_with(url.replace(workshop.id, "nowhere") + f"?key={workshop.key}") in {401, 404}
    for token in (tokens.viewer, tokens.facilitator):
        line = await Line.open(url, authorization=f"Bearer {token}")
        await line.until("data-scene")
        await line.close()


async def test_a_console_needs_a_facilitator_of_its_workspace(workshop: Workshop, tokens: Tokens) -> None:
    url = workshop.live("console")
    phone = await workshop.join()

    assert await refused_with(url) == 401
    assert await refused_with(f"{url}?key={workshop.key}") == 401
    assert await refused_with(url, **phone.bearer) == 401
    assert await refused_with(url, authorization=f"Bearer {tokens.viewer}") == 403
    assert await refused_with(url, authorization=f"Bearer {tokens.foreign}") == 404
    assert await refused_with(url.replace(workshop.id, "nowhere"), authorization=f"Bearer {tokens.owner}") == 404


@pytest.mark.parametrize("face", ["phone", "screen", "console"])
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1", "https://"]
)
async def test_a_foreign_origin_is_refused_whatever_else_is_sent(
    workshop: Workshop, tokens: Tokens, face: str, origin: str
) -> None:
    phone = await workshop.join()
    token = {"phone": phone.token, "screen": tokens.owner, "console": tokens.owner}[face]
    url = workshop.live(face) + (f"?key={workshop.key}" if face == "screen" else "")

    assert await refused_with(url, authorization=f"Bearer {token}", origin=origin) == 403


async def test_a_cookie_counts_only_with_our_own_origin(workshop: Workshop, browser: Web) -> None:
    phone = await workshop.join()
    own = {"cookie": f"stairstep_p_{workshop.id}={phone.token}"}
    member = {"cookie": f"stairstep={browser.client.cookies['stairstep']}"}

    assert await refused_with(workshop.live("phone"), **own) == 403
    assert await refused_with(workshop.live("phone"), **own, origin="null") == 403
    assert await refused_with(workshop.live("console"), **member) == 403
    for face, cookie in (("phone", own), ("console", member), ("screen", member)):
        line = await Line.open(workshop.live(face), **cookie, origin=workshop.server.url)
        await line.wait_for(lambda line=line: line.views, "the first view")
        await line.close()


async def test_a_refused_upgrade_is_plain_http_with_words(workshop: Workshop) -> None:
    answer = await workshop.web.client.get(f"/live/{workshop.id}/phone", headers=UPGRADE)

    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text


async def test_a_foreign_host_is_refused_before_the_upgrade(workshop: Workshop) -> None:
    phone = await workshop.join()

    answer = await workshop.web.client.get(
        f"/live/{workshop.id}/phone", headers={**UPGRADE, **phone.bearer, "host": "evil.example"}
    )

    assert answer.status_code == 400


async def raw_upgrade(
    workshop: Workshop, more: tuple[bytes, ...] = (), method: bytes = b"GET", version: bytes = b"1.1"
) -> tuple[bytes, bytes]:
    """The first line that the server answers to an upgrade with these header lines, and what follows the headers."""
    phone = await workshop.join()
    reader, writer = await asyncio.open_connection(*workshop.server.host.split(":"))
    lines = [
        b"%s /live/%s/phone HTTP/%s" % (method, workshop.id.encode(), version),
        b"host: " + workshop.server.host.encode(),
    ]
    lines += [f"{name}: {value}".encode() for name, value in (UPGRADE | phone.bearer).items()]
    writer.write(b"\r\n".join([*lines, *more]) + b"\r\n\r\n")
    async with asyncio.timeout(GONE_WITHIN_S):
        status = await reader.readline()
        if b" 101 " not in status:
            rest = await reader.read()
        else:
            await reader.readuntil(b"\r\n\r\n")
            rest = await reader.read(2)
    writer.close()
    return status, rest


@pytest.mark.parametrize(
    "more",
    [(), (b"content-length: 0",), (b"x-word: \xc3\xa4\xff",), (b"Sec-WebSocket-Extensions: permessage-deflate",)],
    ids=["usual", "length 0", "not ASCII", "offers compression"],
)
async def test_an_upgrade_is_taken_with_whatever_headers_come_along(
    workshop: Workshop, more: tuple[bytes, ...]
) -> None:
    status, frame = await raw_upgrade(workshop, more)

    assert status.startswith(b"HTTP/1.1 101 ")
    assert frame[0] == 0x81, "a text follows: the first view"


@pytest.mark.parametrize(
    "how",
    [
        {"more": (b"sec-websocket-key: other",)},
        {"more": (b"content-length: 5", b"", b"hello")},
        {"more": (b"transfer-encoding: chunked", b"", b"0")},
        {"more": tuple(b"x-%d: 1" % number for number in range(130))},
        {"method": b"POST"},
        {"version": b"1.0"},
    ],
    ids=["two keys", "a body", "chunks", "too many headers", "POST", "HTTP 1.0"],
)
async def test_an_upgrade_like_none_that_browsers_send_opens_nothing(workshop: Workshop, how: dict[str, Any]) -> None:
    status, _ = await raw_upgrade(workshop, **how)

    assert status.startswith(b"HTTP/1.1 400 ")
    assert (await workshop.web.client.get("/healthz")).status_code == 200


async def test_a_fifth_socket_of_a_person_replaces_the_oldest_with_4409(workshop: Workshop) -> None:
    phone = await workshop.phone()
    await workshop.open()
    for _ in range(3):
        await phone.connect()
    assert [line.code for line in phone.lines] == [None] * 4

    newest = await phone.connect()

    assert await phone.lines[0].closed() == 4409
    assert [line.code for line in phone.lines[1:]] == [None] * 4
    reply = await newest.ask({"type": "answer", "id": "a", "question": "current", "choice": 4})
    assert reply["type"] == "ack"
    phone.lines.pop(0)


async def test_signing_out_closes_the_console_and_member_screens_with_4401(workshop: Workshop, nobody: Web) -> None:
    browser = nobody
    await browser.sign_in("inga@halden.example")
    console = await workshop.console(browser)
    cookie = f"stairstep={browser.client.cookies['stairstep']}"
    screen = await Line.open(workshop.live("screen"), cookie=cookie, origin=workshop.server.url)
    by_key = await workshop.screen()

    assert (await browser.post("/signout")).status_code == 303

    assert await console.closed(within=GONE_WITHIN_S) == 4401
    assert await screen.closed(within=GONE_WITHIN_S) == 4401
    assert by_key.line.code is None
    assert await refused_with(workshop.live("console"), cookie=cookie, origin=workshop.server.url) == 401


async def test_losing_the_role_closes_the_console_with_4403(server: Server, workshop: Workshop, tokens: Tokens) -> None:
    token = server.add_user("gone@halden.example", "facilitator", "Halden Works")
    console = await Line.open(workshop.live("console"), authorization=f"Bearer {token}")
    await console.until("data-chip")

    server.act(_make_viewer, email="gone@halden.example")

    assert await console.closed(within=GONE_WITHIN_S) == 4403
    assert await refused_with(workshop.live("console"), authorization=f"Bearer {token}") == 403


async def test_losing_the_workspace_closes_the_console_with_4403(
    server: Server, workshop: Workshop, tokens: Tokens
) -> None:
    token = server.add_user("left@halden.example", "facilitator", "Halden Works")
    console = await Line.open(workshop.live("console"), authorization=f"Bearer {token}")
    await console.until("data-chip")

    server.act(_leave, email="left@halden.example")

    assert await console.closed(within=GONE_WITHIN_S) == 4403
    assert await refused_with(workshop.live("console"), authorization=f"Bearer {token}") == 401


def _make_viewer(db, *, email: str) -> None:
    _membership_of(db, email).role = "viewer"
    db.flush()


def _leave(db, *, email: str) -> None:
    db.delete(_membership_of(db, email))
    db.flush()


def _membership_of(db, email: str):
    from sqlmodel import select

    from app.store import queries
    from app.store.tables import Membership

    user = queries.user_by_email(db, email)
    return db.exec(select(Membership).where(Membership.user_id == user.id)).one()


async def test_a_socket_that_says_nothing_costs_nobody_else_anything(workshop: Workshop) -> None:
    deaf = await workshop.phone()
    deaf.line._reader.cancel()
    phone, screen = await workshop.phone(), await workshop.screen()
    await workshop.open()
    await phone.until('data-place="open"')

    begun = time.monotonic()
    for choice in (1, 2, 3, 4, 5):
        await phone.choose(choice)
    await screen.until('data-answered="customer:1 supplier:0"')
    assert time.monotonic() - begun < 3
    workshop.people.remove(deaf)
    await asyncio.wait_for(deaf.line.socket.close(), 5)
