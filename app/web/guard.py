"""What every request passes before any route sees it: host, size, headers. Plain ASGI, so that sockets pass it too."""

import ipaddress
import re
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.past_table import FILE_AT_MOST, TOO_LARGE
from app.errors import TooLarge
from app.settings import Settings

BODY_AT_MOST = 256 * 1024
UPLOAD_AT_MOST = FILE_AT_MOST + 64 * 1024
"""A file with what a form puts round it."""
UPLOADS = re.compile(r"/accounts/[\w-]+/import")
"""Where files are handed in."""
MORE_THAN_FITS = "This is more than fits. Send less at once."
CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
HSTS = "max-age=31536000; includeSubDomains"


class Guard:
    """Refuses foreign hosts and bodies that are too large; adds the security headers to every answer."""

    def __init__(self, app: ASGIApp, settings: Settings, too_large: Callable[[Request], Response]) -> None:
        self._app, self._too_large = app, too_large
        self._base_host = urlsplit(settings.base_url).hostname if settings.base_url else None
        self._https = settings.https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through to the application, or refuse it here."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not self._knows_host(headers.get("host", ""), scope):
            words = "This address is not one of Stairstep's own. Set STAIRSTEP_BASE_URL to the address that people use."
            await _refuse(scope, receive, send, PlainTextResponse(words, 400))
            return
        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
            return
        if "content-length" in headers and "transfer-encoding" in headers:
            await PlainTextResponse("Two lengths.", 400)(scope, receive, send)
            return
        length, at_most = headers.get("content-length", "0"), body_at_most(scope)
        if not length.isdigit() or int(length) > at_most:
            await self._too_large(Request(scope))(scope, receive, self._with_headers(scope, send))
            return
        await self._app(scope, _counted(receive, at_most), self._with_headers(scope, send))

    def _knows_host(self, host: str, scope: Scope) -> bool:
        """Whether the request was meant for this server: base URL, localhost, or the address it came in on."""
        name, address = _named(host)
        if address is None:
            return name in {"localhost", self._base_host}
        own = scope.get("server")
        return name == self._base_host or address.is_loopback or (own is not None and str(own[0]) == str(address))

    def _with_headers(self, scope: Scope, send: Send) -> Callable[[Message], Awaitable[None]]:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if self._https:
                    headers.setdefault("strict-transport-security", HSTS)
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("cache-control", "no-store")
            await send(message)

        return send_with_headers


@lru_cache(maxsize=256)
def _named(host: str) -> tuple[str, ipaddress.IPv4Address | ipaddress.IPv6Address | None]:
    """The name in a ``Host`` header, "" for none, and the address that it is, if it is one."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return "", None
    try:
        return name, ipaddress.ip_address(name)
    except ValueError:
        return name, None


def body_at_most(scope: Scope) -> int:
    """How many bytes a request may bring."""
    return UPLOAD_AT_MOST if scope["method"] == "POST" and UPLOADS.fullmatch(scope["path"]) else BODY_AT_MOST


def _counted(receive: Receive, at_most: int) -> Receive:
    """The same body; whoever reads it gets TooLarge where it grows past the limit although it did not say so."""
    size = 0

    async def receive_counted() -> MutableMapping[str, Any]:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > at_most:
            raise TooLarge(TOO_LARGE if at_most == UPLOAD_AT_MOST else MORE_THAN_FITS)
        return message

    return receive_counted


async def _refuse(scope: Scope, receive: Receive, send: Send, response: PlainTextResponse) -> None:
    if scope["type"] == "websocket":
        await receive()
        if "websocket.http.response" not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": 4403})
            return
    await response(scope, receive, send)


def own_origin(scope: Scope, *, https: bool) -> bool:
    """Whether the ``Origin``, where one was sent, is this server's own: same scheme, host and port."""
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
    parts = urlsplit(origin)
    return parts.scheme == ("https" if https else "http") and parts.netloc.lower() == headers.get("host", "").lower()


def client_address(scope: Scope, trusted: str) -> str:
    """Who is at the other end: the peer, or what a trusted proxy says."""
    client = scope.get("client")
    peer = str(client[0]) if client else "unknown"
    forwarded = Headers(scope=scope).get("x-forwarded-for", "")
    networks = [ipaddress.ip_network(part.strip(), strict=False) for part in trusted.split(",") if part.strip()]
    hops = [part.strip() for part in forwarded.split(",") if part.strip()]
    while hops and _inside(peer, networks):
        peer = hops.pop()
    return peer


def _inside(address: str, networks: list[Any]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)
