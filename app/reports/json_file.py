"""The report as JSON: the session and its results, the same objects as the HTTP API's."""

import json

from sqlmodel import Session

from app.store import queries
from app.views.report import Cut
from app.views.results import results
from app.views.session import session_json

SECRET = ("code", "join_url", "screen_url")
"""Parts of a session that open doors; a file that is sent around has none of them."""


def json_file(db: Session, *, session_id: str, cut: Cut) -> bytes:
    """UTF-8 JSON: ``{"session": Session, "results": Results}``, without the session's code and addresses."""
    session = queries.live_session(db, session_id)
    shown = {key: value for key, value in session_json(db, session=session).items() if key not in SECRET}
    content = {"session": shown, "results": results(db, session=session, cut=cut)}
    return json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"
