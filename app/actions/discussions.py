"""What the account team keeps on the nine discussions: notes, done, and that it was read before it is shown."""

from sqlmodel import Session

from app.actions.versions import bump
from app.core.discussions import BY_NUMBER, EVERY_NUMBER
from app.core.texts import NOTES_AT_MOST, plain_text
from app.errors import BadInput, Conflict, NotFound
from app.store import queries
from app.store.team_tables import Discussion


class NotesConflict(Conflict):
    """Somebody else changed the notes meanwhile; ``stored`` is what is kept now. Nothing was stored."""

    def __init__(self, stored: Discussion) -> None:
        who = stored.author or "Somebody"
        super().__init__(f"{who} changed these notes at the same time. Keep those words or use yours.")
        self.theirs, self.author, self.revision = stored.notes, who, stored.revision


def keep_discussion(
    db: Session,
    *,
    session_id: str,
    number: int,
    author: str,
    notes: object = None,
    revision: int | None = None,
    done: bool | None = None,
    read: bool | None = None,
) -> Discussion:
    """Keep notes, the done mark, or that discussion 6 or 7 was read; what is None stays.

    revision: of the notes that were edited; where other notes are stored by now, raises NotesConflict.
    Raises NotFound for a number other than 1 to 9, BadInput, TooLong over 4,000 characters.
    """
    if number not in EVERY_NUMBER:
        raise NotFound("There are nine discussions, 1 to 9.")
    queries.live_session(db, session_id)
    kept = db.get(Discussion, (session_id, number)) or Discussion(session_id=session_id, number=number)
    before = (kept.revision, kept.done, kept.read)
    if notes is not None:
        _keep_notes(kept, notes, revision, author)
    if done is not None:
        kept.done = done
    if read is not None:
        if number not in BY_NUMBER or not BY_NUMBER[number].read_first:
            raise BadInput("Only discussions 6 and 7 are read first.", fields={"read": "only for 6 and 7"})
        kept.read = read  # the big screen may show it from now on, or no longer
    db.add(kept)
    db.flush()
    if before != (kept.revision, kept.done, kept.read):
        bump(db, session_id)
    return kept


def _keep_notes(kept: Discussion, notes: object, revision: int | None, author: str) -> None:
    typed = notes.replace("\t", " ") if isinstance(notes, str) else notes
    words = plain_text(typed, what="The note", at_most=NOTES_AT_MOST, lines=True, optional=True)
    if words == kept.notes:
        return
    if revision is not None and revision != kept.revision:
        raise NotesConflict(kept)
    kept.notes, kept.author, kept.revision = words, author, kept.revision + 1
