"""uvicorn's WebSocket protocol with a short way in: a socket that listens is handed its messages as they are read.

On the usual way each message wakes a task through a queue, and reading is paused and resumed around it; for a vote that
costs more than storing it (docs/performance.md). Whoever listens has to bound what it takes, as nothing is held back.
"""

from collections.abc import Callable
from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

LISTEN: Final = "stairstep.listen"
"""The ASGI extension: its value is called with what is to be called with each text, None for a message that is no text."""
INTERNAL_ERROR, NOT_TEXT = 1011, 1007

Listener = Callable[[str | None], None]


class DirectProtocol(WebSocketsSansIOProtocol):
    """One socket."""

    _listener: Listener | None = None

    def handle_connect(self, event: Request) -> None:
        """Begin the application's task, which finds the extension in its scope."""
        super().handle_connect(event)
        if self.response.status_code == 101:
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[LISTEN] = self._listen

    def _listen(self, listener: Listener) -> None:
        self._listener = listener

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
