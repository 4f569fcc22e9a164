"""Log lines: plain sentences for a person at a terminal, or one JSON object a line for machines.

No line holds a code, a token, a cookie, an answer, a name, an address of a person or a query string: requests are logged by
their route's pattern, never by their path.
"""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The request that is being answered; "" outside of requests."""

EXTRA = ("route", "method", "status", "ms", "session")


class Json(logging.Formatter):
    """A record as one JSON object: time, level, logger, words, request id and what the record carries."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; whatever is in it is escaped, so that nobody can forge another."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
        }
        if request_id.get():
            line["request"] = request_id.get()
        line |= {name: value for name in EXTRA if (value := getattr(record, name, None)) is not None}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True)


class Plain(logging.Formatter):
    """A record as a line for a terminal, without control characters."""

    def format(self, record: logging.LogRecord) -> str:
        """The words behind the program’s name, and the trace below where there is one."""
        words = "".join(character if character.isprintable() else "?" for character in record.getMessage())
        trace = f"\n{self.formatException(record.exc_info)}" if record.exc_info else ""
        return f"stairstep: {words}{trace}"


def configure(*, as_json: bool) -> None:
    """Send every logger to standard error: warnings as plain lines, or everything from info on as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if as_json else Plain())
    logging.basicConfig(level=logging.INFO if as_json else logging.WARNING, handlers=[handler], force=True)
    # uvicorn says this of every refused upgrade, although the refusal went out as it should
    logging.getLogger("uvicorn.error").addFilter(
        lambda record: "without completing handshake" not in record.getMessage()
    )
    # the server's own lines name paths and query strings, so codes and keys: only its warnings are let through
    for noisy in ("alembic", "httpx", "httpcore", "uvicorn", "uvicorn.error", "uvicorn.access", "websockets"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
