"""A session as data: the Session object of the HTTP API, and the states of screen and console."""

from collections import Counter
from typing import Any

from sqlmodel import Session

from app.core.session_templates import told_group, told_template
from app.store import queries, tallies
from app.store.present import present
from app.store.tables import Idea, LiveSession, SessionQuestion
from app.views.links import join_url, screen_url
from app.views.now import current_question
from app.views.results import results


def session_json(db: Session, *, session: LiveSession) -> dict[str, Any]:
    """The Session object of CONTRACT."""
    questions = queries.questions(db, session.id)
    answered = queries.answered(db, session.id)
    template = told_template(queries.session_template(session))
    return {
        "id": session.id,
        "code": session.code,
        "title": session.title,
        "account_id": session.account_id,
        "customer": session.customer,
        "supplier": session.supplier,
        "status": session.status,
        "attribution": session.attribution,
        "smallest_group": session.smallest_group,
        "expected": session.expected,
        "locked": session.locked,
        "admit": session.admit,
        "template": session.template_key,
        "version": session.version,
        "join_url": join_url(session),
        "screen_url": screen_url(session),
        "joined": queries.joined(db, session.id),
        "groups": [
            {"id": g.id, "name": told_group(g.name, g.side), "side": g.side} for g in queries.groups(db, session.id)
        ],
        "dimensions": [
            {
                "key": dimension.key,
                "label": dimension.label,
                "kind": dimension.kind,
                "steps": [{"position": step.position, "label": step.label} for step in dimension.steps],
            }
            for dimension in template.dimensions
        ],
        "questions": [_question(question, answered[key]) for key, question in ordered(questions)],
        "supported": tallies.supported(db, session.id, questions["change"].round),
        "stage": {"layer": "groups", "compare": True, "dark": False, "prompt": None, "scene": None, "support": False}
        | session.stage,
    }


def ordered(questions: dict[str, SessionQuestion]) -> list[tuple[str, SessionQuestion]]:
    """The questions in the order in which they are asked."""
    order = ("current", "desired", "mirror", "change", "readiness")
    return [(key, questions[key]) for key in order if key in questions]


def _question(question: SessionQuestion, answered: dict[Any, int]) -> dict[str, Any]:
    found: dict[str, Any] = {"key": question.key, "status": question.status, "answered": answered}
    if question.round > 1:
        found["round"] = question.round
    if question.closes_at is not None:
        found["closes_at"] = question.closes_at
    return found


def screen_state(db: Session, *, session: LiveSession) -> dict[str, Any]:
    """What the big screen shows, as data. Results only while a question is revealed."""
    questions = queries.questions(db, session.id)
    question = current_question(session, questions)
    answered = queries.answered(db, session.id)
    revealed = any(one.status == "revealed" for one in questions.values())
    return {
        "session": session.status,
        "question": {"key": question.key, "status": question.status} if question else None,
        "joined": queries.joined(db, session.id),
        "answered": answered,
        "results": results(db, session=session, cut="customer") if revealed else None,
    }


def console_state(db: Session, *, session: LiveSession) -> dict[str, Any]:
    """What the console shows, as data: the session, who is in by group, ideas, and results as the private cut allows."""
    people = present(db, session.id)
    groups = Counter(person.group_id or person.side for person in people if person.state == "in")
    return session_json(db, session=session) | {
        "participants": groups,
        "waiting": sum(person.state == "waiting" for person in people),
        "ideas": [idea_json(idea) for idea in queries.ideas(db, session.id)],
        "results": results(db, session=session, cut="private"),
    }


def idea_json(idea: Idea) -> dict[str, Any]:
    """An idea as the facilitator's script sees it."""
    return {
        "id": idea.id,
        "text": idea.text,
        "original": idea.original or None,
        "who": idea.who,
        "side": idea.side,
        "status": idea.status,
        "theme_id": idea.theme_id,
    }
