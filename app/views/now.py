"""Which question the faces show now."""

from app.core.questions import ORDER, Status
from app.store.tables import LiveSession, SessionQuestion


def current_question(session: LiveSession, questions: dict[str, SessionQuestion]) -> SessionQuestion | None:
    """The question that faces show: the open one, else the one last acted on, else None (in the lobby)."""
    for key in ORDER:
        if key in questions and questions[key].status == Status.OPEN:
            return questions[key]
    acted_on = session.stage.get("question")
    found = questions.get(acted_on) if isinstance(acted_on, str) else None
    return found if found is not None and found.status != Status.WAITING else None


def asks_support(session: LiveSession, question: SessionQuestion | None) -> bool:
    """Whether phones show the list to support now."""
    wanted = bool(session.stage.get("support")) and session.status == "live"
    return wanted and question is not None and (question.key, question.status) == ("change", Status.CLOSED)
