"""What is public of a session, and people's answers as they stand to it."""

from collections.abc import Collection, Mapping

from sqlmodel import Session

from app.core.published import Published, published_from_json
from app.core.voices import Voice
from app.store import queries


@queries.once_per_snapshot
def published_so_far(db: Session, session_id: str) -> list[Published]:
    """What was public, round by round; the last is what is public now."""
    return [published_from_json(stored.content) for stored in queries.releases(db, session_id)]


def voices_of(
    db: Session, session_id: str, fresh: Collection[str], earlier: Published | None, newest: Mapping[str, int]
) -> list[Voice]:
    """People's answers for a reveal: the newest round's for the ``fresh`` questions, as they are public for the others."""
    public = {question: earlier.round_of(question) for question in earlier.questions} if earlier is not None else {}
    return queries.voices(db, session_id, {key: newest[key] for key in fresh}, public=public)
