"""What tells an open page of the facilitator's that there is something new on it: a mark that differs. The page then asks its own
door for itself, so nothing of the account team's goes this way.
"""

from hashlib import blake2b

from sqlmodel import Session

from app.store import queries
from app.store.tables import LiveSession
from app.views.agenda import agenda, standing
from app.views.discussions import panels
from app.views.faces import Frame, make_frame
from app.views.plan import plan_rows
from app.views.public import public
from app.views.render import render


def plan_news(db: Session, session: LiveSession) -> str:
    """The mark of the list of commitments and of each of its rows."""
    themes = [(theme.id, theme.name, theme.who) for theme in queries.themes(db, session.id)]
    return _mark(plan_rows(db, session), themes, session.stage.get("scene"), _agenda(db, session))


def discussions_news(db: Session, session: LiveSession) -> str:
    """The mark of the page of the nine discussions."""
    kept = queries.discussions_kept(db, session.id)
    shared = panels(db, public(db, session=session), unread=True)
    return _mark(kept, shared, session.stage.get("scene"), _agenda(db, session))


def plan_frame(db: Session, *, session: LiveSession) -> Frame:
    """What an open page of commitments is told."""
    return _frame(session, plan_news(db, session))


def discussions_frame(db: Session, *, session: LiveSession) -> Frame:
    """What an open page of the discussions is told."""
    return _frame(session, discussions_news(db, session))


def _agenda(db: Session, session: LiveSession) -> object:
    return agenda(standing(session, queries.questions(db, session.id)))


def _mark(*seen: object) -> str:
    return blake2b(repr(seen).encode(), digest_size=12).hexdigest()


def _frame(session: LiveSession, news: str) -> Frame:
    content = render("console/_news.html", news=news)
    return make_frame(session.version, content, "#news", {"session": session.status, "news": news})
