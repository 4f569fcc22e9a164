"""uvicorn's protocols with short ways: a request is read once, a socket that listens is handed messages as they are read.

On the usual way a request for a socket is parsed, written out again and parsed a second time, line by line; and each message
wakes a task through a queue, with reading paused and resumed around it, which for a vote costs more than storing it
(docs/performance.md). Whoever listens has to bound what it takes, as nothing is held back. What is sent goes through
two layers as a message; the short way hands a text to the frame's writer.
"""

from collections.abc import Callable
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.datastructures import Headers
from websockets.exceptions import InvalidState
from websockets.http11 import Request
from websockets.protocol import Protocol

LISTEN: Final = "stairstep.listen"
"""An ASGI extension: its value is called with what is to be called with each text, None for a message that is no text."""
SEND: Final = "stairstep.send"
"""An ASGI extension: its value sends a text at once, and gives False, having done nothing, where that can't be."""
INTERNAL_ERROR, NOT_TEXT = 1011, 1007

HEADERS_AT_MOST = 128
"""As many as the websockets library itself takes."""
WITH_BODY = frozenset({b"content-length", b"transfer-encoding"})

Listener = Callable[[str | None], None]


class DirectHttp(HttpToolsProtocol):
    """One connection as long as it speaks HTTP."""

    def handle_websocket_upgrade(self) -> None:
        """Hand the request to the socket as it was parsed; refuse one that has a body, or is like none that browsers send."""
        request = self._request()
        if request is None:
            self.send_400_response("This is not how a WebSocket is opened.")
            return
        self.connections.discard(self)
        socket = DirectProtocol(self.config, self.server_state, self.app_state)
        socket.take_over(self)
        socket.begin(request)
        self.transport.set_protocol(socket)

    def _request(self) -> Request | None:
        headers = list(self.scope["headers"])
        usual = self.scope["method"] == "GET" and self.scope["http_version"] == "1.1" and self.url.isascii()
        if (
            not usual
            or len(headers) > HEADERS_AT_MOST
            or any(name in WITH_BODY and value != b"0" for name, value in headers)
        ):
            return None
        named = Headers()
        for name, value in headers:
            named[name.decode("latin-1")] = value.decode("latin-1")
        return Request(self.url.decode("ascii"), named)


class DirectProtocol(WebSocketsSansIOProtocol):
    """One socket."""

    _listener: Listener | None = None

    def take_over(self, http: HttpToolsProtocol) -> None:
        """Go on with a connection that spoke HTTP until now; whose it is has been asked already."""
        self.transport = http.transport
        self.server, self.client = http.server, http.client
        self.scheme = "wss" if http.scheme == "https" else "ws"
        self.connections.add(self)

    def begin(self, request: Request) -> None:
        """Take the request for the socket; what is read from here on are frames."""
        self.conn.parser = Protocol.parse(self.conn)
        next(self.conn.parser)
        self.handle_connect(request)

    def handle_connect(self, event: Request) -> None:
        """Begin the application's task, which finds the extension in its scope."""
        super().handle_connect(event)
        if self.response.status_code == 101:
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[LISTEN], extensions[SEND] = self._listen, self._send_text

    def _listen(self, listener: Listener) -> None:
        self._listener = listener

    def _send_text(self, text: str) -> bool:
        # The usual way would wait until the transport takes more, or say that nobody is there.
        if self.disconnected or self.close_sent or not self.writable.is_set():
            return False
        try:
            self.conn.send_text(text.encode())
        except InvalidState:
            return False
        self.transport.write(b"".join(self.conn.data_to_send()))
        return True

    def send_receive_event_to_app(self) -> None:
        """Hand a whole message to who listens, else to the application's queue."""
        if self._listener is None or self.close_sent:
            super().send_receive_event_to_app()
            return
        data, self.frames = b"".join(self.frames), []
        try:
            self._listener(data.decode() if self.curr_msg_data_type == "text" else None)
        except UnicodeDecodeError:
            self._end(NOT_TEXT)
        except Exception:
            self.logger.exception("a message could not be taken")
            self._end(INTERNAL_ERROR)

    def _end(self, code: int) -> None:
        self.conn.fail(code)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.transport.close()
