"""Message ids: what a phone sent once is not done twice."""

import hashlib
import json
from typing import Any

import orjson
from sqlmodel import Session

from app.errors import BadInput
from app.store.tables import Message

OTHER_BODY_WORDS = "This message was already sent with other words in it. Reload the page and try again."
WITHDRAWN = b""
"""The digest of a message whose body was taken back: it matches every body, so that a late repeat stores nothing."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str)


def body_digest(participant_id: str, body: list[Any]) -> bytes:
    """16 bytes of what a message says, salted by who says it."""
    try:
        said = orjson.dumps(body)
    except TypeError:  # half a character, or a number that no step has; the same bytes for all that can be stored
        said = _ENCODER.encode(body).encode(errors="surrogatepass")
    return hashlib.blake2b(said, digest_size=16, salt=participant_id.encode()[:16]).digest()


def stored_id(message_id: str) -> str:
    """The id as the database keeps it: any text is an id, but PostgreSQL's hold no NUL, so that is written as an escape."""
    return message_id.replace("\\", "\\\\").replace("\0", "\\0")


def first_time(db: Session, participant_id: str, message_id: str, body: list[Any]) -> bool:
    """Whether this message was not sent before; it is remembered now. A message without an id is always new.

    Raises BadInput where the id was used with another body.
    """
    if not message_id:
        return True
    digest = body_digest(participant_id, body)
    kept = stored_id(message_id)
    known = db.get(Message, (participant_id, kept))
    if known is None:
        db.add(Message(participant_id=participant_id, id=kept, digest=digest))
        db.flush()
        return True
    if known.digest not in {digest, WITHDRAWN}:
        raise BadInput(OTHER_BODY_WORDS)
    return False
