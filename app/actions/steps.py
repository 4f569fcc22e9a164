"""What a facilitator did while sorting, and taking it back: each facilitator's own newest step, and nothing of others."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from app.actions.proposals import propose_who
from app.actions.readiness import ensure_question
from app.actions.versions import bump_ideas
from app.errors import Conflict
from app.store import plans, queries
from app.store.plan_tables import Commitment
from app.store.tables import Idea, SortingStep, Theme

STEPS_KEPT = 50
"""For each facilitator of a session."""

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in words. ``theme_id`` is the theme it was about, None where there is none (any more)."""

    said: str
    theme_id: str | None = None


@dataclass(slots=True)
class Changed:
    """What a step changed, gathered while it is made."""

    moves: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    themes: list[tuple[str, Fields | None, Fields | None]] = field(default_factory=list)

    def move(self, one: Idea | Commitment, theme_id: str | None) -> None:
        """Put an idea into a theme, or back to sort; a commitment comes from this theme, or from none."""
        if one.theme_id != theme_id:
            self.moves.append((one.id, one.theme_id, theme_id))
            one.theme_id = theme_id


def fields_of(theme: Theme) -> Fields:
    """What can be changed of a theme. ``who`` is None where it is proposed from the ideas."""
    return {
        "name": theme.name,
        "component": theme.component,
        "who": theme.who if theme.who_chosen else None,
        "shown": theme.shown,
        "position": theme.position,
    }


def set_fields(theme: Theme, wanted: Fields) -> None:
    """Change these fields, and count the revision up."""
    for name, value in wanted.items():
        if name == "who":
            theme.who, theme.who_chosen = value or theme.who, value is not None
        else:
            setattr(theme, name, value)
    theme.revision += 1


def free_position(db: Session, session_id: str, wanted: int = 0) -> int:
    """The number a theme gets: the wanted one where nobody has it, else the lowest free one, from 1."""
    taken = set(db.exec(select(Theme.position).where(Theme.session_id == session_id)))
    if wanted and wanted not in taken:
        return wanted
    return next(number for number in range(1, len(taken) + 2) if number not in taken)


def finish(db: Session, *, session_id: str, by: str, said: str, changed: Changed) -> None:
    """Keep the step, and tell everybody. Nothing where nothing changed."""
    if not (changed.moves or changed.themes):
        return
    db.flush()
    last = select(func.max(SortingStep.number)).where(SortingStep.session_id == session_id)
    number = (db.exec(last).one() or 0) + 1
    db.add(
        SortingStep(
            session_id=session_id,
            number=number,
            user_id=by,
            said=said,
            moves=[list(move) for move in changed.moves],
            themes=[list(theme) for theme in changed.themes],
        )
    )
    db.flush()
    _forget_old_steps(db, session_id, by)
    _tell(db, session_id, [fields for _, before, after in changed.themes for fields in (before, after)])


def _forget_old_steps(db: Session, session_id: str, by: str) -> None:
    mine = col(SortingStep.session_id) == session_id, col(SortingStep.user_id) == by
    kept = select(SortingStep.number).where(*mine).order_by(col(SortingStep.number).desc())
    oldest = db.exec(kept.offset(STEPS_KEPT - 1).limit(1)).first()
    if oldest is not None:
        db.execute(delete(SortingStep).where(*mine, col(SortingStep.number) < oldest))


def _tell(db: Session, session_id: str, touched: Sequence[Fields | None]) -> None:
    propose_who(db, session_id)
    asks_more = any(fields and fields["shown"] for fields in touched) and ensure_question(db, session_id)
    bump_ideas(db, session_id, phones=asks_more)  # they say how many questions there are


def last_step(db: Session, session_id: str, by: str) -> SortingStep | None:
    """The newest step of this facilitator."""
    mine = select(SortingStep).where(SortingStep.session_id == session_id, SortingStep.user_id == by)
    return db.exec(mine.order_by(col(SortingStep.number).desc())).first()


def undo(db: Session, *, session_id: str, by: str) -> Done:
    """Take back one's own newest step, except what somebody else has changed since; what was done, in words.

    Raises Conflict where there is nothing to take back.
    """
    queries.live_session(db, session_id)
    step = last_step(db, session_id, by)
    if step is None:
        raise Conflict("There is no step of yours to undo.")
    themes = {theme.id: theme for theme in queries.themes(db, session_id)}
    ideas = {idea.id: idea for idea in queries.ideas(db, session_id)}
    rows = {row.id: row for row in plans.commitments(db, session_id)}
    _bring_back(db, session_id, step, themes)
    kept = _change_back(step, themes)
    db.flush()
    kept_ideas = _move_back(step.moves, themes, ideas)
    _move_back(step.moves, themes, rows)
    db.flush()
    filled = {idea.theme_id for idea in ideas.values()} | {row.theme_id for row in rows.values()}
    kept += _take_away(db, step, themes, filled)
    db.delete(step)
    db.flush()
    _tell(db, session_id, [fields for _, before, after in step.themes for fields in (before, after)])
    return Done(" ".join([f"Undone: {step.said}", *_kept_words(kept, kept_ideas)]))


def _bring_back(db: Session, session_id: str, step: SortingStep, themes: dict[str, Theme]) -> None:
    """Make the themes again that the step removed."""
    for id_, before, after in step.themes:
        if after is None and before is not None:
            theme = Theme(id=id_, session_id=session_id, name=before["name"])
            set_fields(theme, before | {"position": free_position(db, session_id, before["position"])})
            db.add(theme)
            db.flush()
            themes[id_] = theme


def _change_back(step: SortingStep, themes: dict[str, Theme]) -> list[str]:
    """Give changed fields their old values; the names of themes in which somebody else's words stay."""
    kept = []
    for id_, before, after in step.themes:
        theme = themes.get(id_)
        if before is None or after is None or theme is None:
            continue
        now = fields_of(theme)
        changed = [name for name in before if before[name] != after[name]]
        back = {name: before[name] for name in changed if now[name] == after[name]}
        if back:
            set_fields(theme, back)
        if len(back) < len(changed):
            kept.append(theme.name)
    return kept


def _move_back(
    moves: Sequence[Any], themes: dict[str, Theme], moved: Mapping[str, Idea] | Mapping[str, Commitment]
) -> int:
    """Put ideas or commitments back where they were; how many stay because somebody moved them since."""
    kept = 0
    for id_, before, after in moves:
        one = moved.get(id_)
        if one is None:
            continue  # of the other kind, or gone since
        if one.theme_id == after:
            one.theme_id = before if before in themes else None
        else:
            kept += 1
    return kept


def _take_away(db: Session, step: SortingStep, themes: dict[str, Theme], filled: Container[str | None]) -> list[str]:
    """Remove the themes that the step made; the names of those that somebody else has changed or filled since."""
    kept = []
    for id_, before, after in step.themes:
        theme = themes.get(id_)
        if before is not None or theme is None:
            continue
        if id_ in filled or fields_of(theme) != after:
            kept.append(theme.name)
        else:
            db.delete(theme)
            db.flush()
    return kept


def _kept_words(themes: list[str], ideas: int) -> list[str]:
    words = [f"“{name}” stays as somebody else has changed it since." for name in themes]
    if ideas:
        many = "1 idea stays" if ideas == 1 else f"{ideas} ideas stay"
        words.append(f"{many} where somebody else has put {'it' if ideas == 1 else 'them'} since.")
    return words
