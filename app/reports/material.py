"""What a file is made from: the report and the results of one session in one cut, read together, as plain data.

Reading needs the database and is quick; rendering needs nothing but this and may run anywhere.
"""

import re
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from sqlmodel import Session

from app.core.language import ENGLISH, Language, speaking, spoken
from app.core.scales import Cut
from app.store import queries
from app.store.tables import Account, LiveSession, Workspace
from app.views.discussions import shared_discussions_json
from app.views.report import ReportView, report_view
from app.views.results import results
from app.views.session import session_json
from app.views.team import private_discussions_json, team_json

T = TypeVar("T")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that XML forbids or warns of; office files and pictures cannot hold them."""
SECRET = ("code", "join_url", "screen_url")
"""Parts of a session that open doors; a file that is sent around has none of them."""
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Material:
    """The report view and the Results object of the same moment and cut, in which every text can be drawn.

    ``session`` is the Session object without what opens doors.
    ``discussions`` are those of the cut; ``team``, what the account team keeps on the account, is None in the customer's.
    ``held_at`` is when the session was held, in milliseconds: files carry it instead of the moment of rendering.
    ``language``: in which its words are, and in which a file says its own.
    """

    view: ReportView
    results: dict[str, Any]
    session: dict[str, Any]
    held_at: int
    discussions: list[dict[str, Any]]
    team: dict[str, Any] | None
    language: Language = ENGLISH


def read(db: Session, *, session_id: str, cut: Cut, language: Language = ENGLISH) -> Material:
    """What is public of the session in this cut, in words of this language. Call it inside one read snapshot."""
    with speaking(language):
        return _read(db, session_id, cut)


def _read(db: Session, session_id: str, cut: Cut) -> Material:
    session = queries.live_session(db, session_id)
    time_zone = db.get_one(Workspace, session.workspace_id).time_zone
    return Material(
        view=legible(report_view(db, session=session, cut=cut, time_zone=time_zone)),
        results=legible(results(db, session=session, cut=cut)),
        session=legible({key: value for key, value in session_json(db, session=session).items() if key not in SECRET}),
        held_at=session.started_at or session.created_at,
        discussions=legible(_discussions(db, session, cut)),
        team=legible(team_json(db, account=db.get_one(Account, session.account_id))) if cut == "private" else None,
        language=spoken(),
    )


def _discussions(db: Session, session: LiveSession, cut: Cut) -> list[dict[str, Any]]:
    return private_discussions_json(db, session) if cut == "private" else shared_discussions_json(db, session)


def legible(value: T) -> T:
    """The same value, in every text of which characters that no file can hold are replaced visibly (SAFETY T8)."""
    found: Any = value
    if isinstance(value, str):
        found = ILLEGAL.sub(REPLACEMENT, value)
    elif isinstance(value, dict):
        found = {key: legible(one) for key, one in value.items()}
    elif isinstance(value, (list, tuple, frozenset)):
        found = type(value)(legible(one) for one in value)
    elif is_dataclass(value) and not isinstance(value, type):
        found = replace(value, **{field.name: legible(getattr(value, field.name)) for field in fields(value)})
    return cast("T", found)
