"""What a request leaves behind: an id in its answer, one log line, and one span where OpenTelemetry is set up."""

import logging
import secrets
import time
from contextlib import AbstractContextManager, nullcontext

from opentelemetry import trace
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.rights import SOCKETS
from app.logs import request_id

log = logging.getLogger("stairstep.requests")
tracer = trace.get_tracer("stairstep")


class Trail:
    """Goes around everything else. Routes are told by their pattern, so that no code or token is written down."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._traced = not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request and say how it went."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        mark = request_id.set(secrets.token_hex(8))
        began, status = time.perf_counter(), 0

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message).setdefault("x-request-id", request_id.get())
            await send(message)

        try:
            with self._span() as span:
                # a socket's frames go out untouched: they are the hot path
                await self._app(scope, receive, send_and_note if scope["type"] == "http" else send)
                route = _route(scope)
                method = scope.get("method", "WS")
                span.update_name(f"{method} {route or 'unknown'}")
                span.set_attributes({"http.route": route, "http.response.status_code": status})
            self._note(scope, method, route, status, began)
        finally:
            request_id.reset(mark)

    def _span(self) -> AbstractContextManager[trace.Span]:
        """The request's span; where OpenTelemetry was not set up before the start, one that costs nothing."""
        return tracer.start_as_current_span("request") if self._traced else nullcontext(trace.INVALID_SPAN)

    @staticmethod
    def _note(scope: Scope, method: str, route: str, status: int, began: float) -> None:
        ms = round((time.perf_counter() - began) * 1000, 1)
        found = {"method": method, "route": route, "ms": ms} | ({"status": status} if status else {})
        session = scope.get("path_params", {}).get("session_id")
        log.info("request", extra=found | ({"session": session} if session and route else {}))


def _route(scope: Scope) -> str:
    """The pattern of what was asked for; "" for what no route knows."""
    pattern: str = getattr(scope.get("route"), "path", "")
    if pattern:
        return pattern
    path: str = scope["path"]
    if path.startswith("/static/"):
        return "/static"
    face = path.rpartition("/")[2]
    return f"/live/{{session_id}}/{face}" if scope["type"] == "websocket" and face in SOCKETS else ""
