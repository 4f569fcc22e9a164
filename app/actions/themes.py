"""Themes: making, naming, showing, joining and splitting them, and moving ideas between them.

``by`` is the user who sorts; each step of theirs is kept in `steps.py`, so that they can take it back. Every function gives
what was done in words.
"""

from collections.abc import Callable, Sequence

from sqlmodel import Session, col, select

from app.actions.sessions import set_stage
from app.actions.steps import Changed, Done, fields_of, finish, free_position, set_fields
from app.actions.support import pass_on
from app.core.components import COMPONENTS
from app.core.texts import NAME_AT_MOST, plain_text
from app.core.who import SIDES_WHO
from app.errors import BadInput, Conflict, NotFound, Overtaken
from app.store import queries
from app.store.ids import new_id
from app.store.plan_tables import Commitment
from app.store.tables import Idea, SortingStep, Theme, User

THEMES_AT_MOST = 60
GONE = "This theme does not exist any more. Somebody may have removed it or joined it with another."


def make(
    db: Session,
    *,
    session_id: str,
    by: str,
    name: object,
    component: object = "",
    who: object = None,
    idea_ids: Sequence[str] = (),
) -> Done:
    """A new theme that nobody is shown yet, with these ideas in it. ``who`` None: proposed from the ideas.

    Raises BadInput for an empty name or an unknown part or side, TooLong over 80 characters.
    """
    queries.live_session(db, session_id)
    words = _name(name)
    if len(queries.themes(db, session_id)) >= THEMES_AT_MOST:
        raise BadInput(f"There are {THEMES_AT_MOST} themes, as many as fit. Join some first.")
    theme = Theme(id=new_id(), session_id=session_id, name=words, position=free_position(db, session_id))
    set_fields(theme, {"component": _component(component), "who": _who(who)})
    theme.revision = 1
    db.add(theme)
    db.flush()
    changed = Changed()
    changed.themes.append((theme.id, None, fields_of(theme)))
    ideas = _ideas(db, session_id, idea_ids)
    for idea in ideas:
        changed.move(idea, theme.id)
    said = f"New theme “{words}”" + (f" with {many(len(ideas))}." if ideas else ".")
    finish(db, session_id=session_id, by=by, said=said, changed=changed)
    return Done(said, theme.id)


def change(
    db: Session, *, session_id: str, by: str, theme_id: str, revision: int | None = None, **wanted: object
) -> Done:
    """Change a theme's ``name``, ``component``, ``who`` (None: proposed from the ideas) or ``shown``.

    revision: of the theme that was looked at, and ``before``, the name that was seen. When the theme has another name by
    now, raises Overtaken and stores nothing. Raises NotFound, BadInput, TooLong.
    """
    theme = _theme(db, session_id, theme_id)
    seen = wanted.pop("before", None)
    fields = _checked(wanted)
    if (
        "name" in fields
        and revision is not None
        and revision != theme.revision
        and theme.name not in {seen, fields["name"]}
    ):
        who = _last_hand(db, theme, but=by) or "Somebody"
        words = f"{who} changed this at the same time. Keep their words or use yours."
        raise Overtaken(words, theirs=theme.name, revision=theme.revision)
    before = fields_of(theme)
    fields = {name: value for name, value in fields.items() if before[name] != value}
    if not fields:
        return Done(f"“{theme.name}” stays as it is.", theme.id)
    set_fields(theme, fields)
    db.add(theme)
    changed = Changed(themes=[(theme.id, before, fields_of(theme))])
    said = _changed_words(before["name"], theme, fields)
    finish(db, session_id=session_id, by=by, said=said, changed=changed)
    return Done(said, theme.id)


def show_all(db: Session, *, session_id: str, by: str) -> Done:
    """Show every theme, and put the themes on the big screen. Raises Conflict where there is none."""
    queries.live_session(db, session_id)
    themes = queries.themes(db, session_id)
    if not themes:
        raise Conflict("There is no theme yet. Make one first, then show it.")
    changed = Changed()
    for theme in themes:
        if not theme.shown:
            before = fields_of(theme)
            set_fields(theme, {"shown": True})
            changed.themes.append((theme.id, before, fields_of(theme)))
    said = "The themes are shown."
    finish(db, session_id=session_id, by=by, said=said, changed=changed)
    set_stage(db, session_id=session_id, scene="themes")
    return Done("The themes are on the big screen.")


def merge(db: Session, *, session_id: str, by: str, theme_id: str, theme_ids: Sequence[str]) -> Done:
    """Join other themes into this one, which keeps its name and what was chosen for it; the others are gone. Commitments that came
    from them come from this one.

    Raises NotFound where one of them is gone already, BadInput where there is nothing to join. Then nothing is joined.
    """
    target = _theme(db, session_id, theme_id)
    others = [_theme(db, session_id, id_) for id_ in dict.fromkeys(theme_ids) if id_ != theme_id]
    if not others:
        raise BadInput("Choose at least two themes, then join them.")
    changed = Changed()
    for one in _inside(db, [theme.id for theme in others]):
        changed.move(one, target.id)
    db.flush()
    pass_on(db, session_id=session_id, item_ids=[theme.id for theme in others], to=target.id)
    for theme in others:
        changed.themes.append((theme.id, fields_of(theme), None))
        db.delete(theme)
    names = " and ".join(f"“{theme.name}”" for theme in others)
    said = f"{names} joined with “{target.name}”."
    finish(db, session_id=session_id, by=by, said=said, changed=changed)
    return Done(said, target.id)


def split(db: Session, *, session_id: str, by: str, theme_id: str, name: object, idea_ids: Sequence[str]) -> Done:
    """Take these ideas out of a theme into a new one of that part. Raises BadInput where none of them is in it, NotFound."""
    theme = _theme(db, session_id, theme_id)
    inside = [idea.id for idea in _ideas(db, session_id, idea_ids) if idea.theme_id == theme_id]
    if not inside:
        raise BadInput("Choose the ideas of this theme that shall go into a new one.")
    return make(db, session_id=session_id, by=by, name=name, component=theme.component, idea_ids=inside)


def move(db: Session, *, session_id: str, by: str, idea_ids: Sequence[str], theme_id: str | None) -> Done:
    """Put ideas into a theme, or back to sort. Where the theme was removed meanwhile they go back to sort, and it is said.

    Raises BadInput for no idea, NotFound where all of them were taken back.
    """
    queries.live_session(db, session_id)
    wanted = list(dict.fromkeys(idea_ids))
    if not wanted:
        raise BadInput("Select an idea first, then choose where it goes.")
    ideas = _ideas(db, session_id, wanted)
    if not ideas:
        raise NotFound("These ideas were taken back meanwhile, so nothing was moved.")
    theme = db.get(Theme, theme_id) if theme_id else None
    if theme is not None and theme.session_id != session_id:
        theme = None
    changed = Changed()
    for idea in ideas:
        changed.move(idea, theme.id if theme is not None else None)
    if theme is not None:
        said = f"{many(len(ideas))} moved to “{theme.name}”."
    elif theme_id:
        said = f"The theme was removed while you moved {many(len(ideas))}. {_they(len(ideas))} back under To sort."
    else:
        said = f"{many(len(ideas))} moved back under To sort."
    gone = len(wanted) - len(ideas)
    if gone:
        said += f" {many(gone)} {'was' if gone == 1 else 'were'} taken back meanwhile."
    finish(db, session_id=session_id, by=by, said=said, changed=changed)
    return Done(said, theme.id if theme is not None else None)


def sort_idea(db: Session, *, session_id: str, by: str, idea_id: str, theme_id: str | None) -> Done:
    """Put one idea into a theme, or back to sort. Raises NotFound where the theme does not exist."""
    if theme_id is not None:
        _theme(db, session_id, theme_id)
    return move(db, session_id=session_id, by=by, idea_ids=[idea_id], theme_id=theme_id)


def remove(db: Session, *, session_id: str, by: str, theme_id: str) -> Done:
    """Remove a theme; its ideas go back to sort, and its commitments keep their words. Raises NotFound."""
    theme = _theme(db, session_id, theme_id)
    inside = _inside(db, [theme_id])
    changed = Changed(themes=[(theme.id, fields_of(theme), None)])
    for one in inside:
        changed.move(one, None)
    db.flush()
    db.delete(theme)
    ideas = sum(isinstance(one, Idea) for one in inside)
    back = f" {many(ideas)} {'is' if ideas == 1 else 'are'} back under To sort." if ideas else ""
    said = f"“{theme.name}” removed.{back}"
    finish(db, session_id=session_id, by=by, said=said, changed=changed)
    return Done(said)


def many(ideas: int) -> str:
    """A number of ideas in words."""
    return "1 idea" if ideas == 1 else f"{ideas} ideas"


def _they(ideas: int) -> str:
    return "It is" if ideas == 1 else "They are"


def _theme(db: Session, session_id: str, theme_id: str) -> Theme:
    queries.live_session(db, session_id)
    theme = db.get(Theme, theme_id)
    if theme is None or theme.session_id != session_id:
        raise NotFound(GONE)
    return theme


def _ideas(db: Session, session_id: str, idea_ids: Sequence[str]) -> list[Idea]:
    """Those of these ideas that are still there."""
    return list(db.exec(select(Idea).where(Idea.session_id == session_id, col(Idea.id).in_(list(idea_ids)))))


def _inside(db: Session, theme_ids: Sequence[str]) -> list[Idea | Commitment]:
    """The ideas in these themes, and the commitments that come from them."""
    ideas = db.exec(select(Idea).where(col(Idea.theme_id).in_(list(theme_ids))))
    return [*ideas, *db.exec(select(Commitment).where(col(Commitment.theme_id).in_(list(theme_ids))))]


def _checked(wanted: dict[str, object]) -> dict[str, object]:
    checks: dict[str, Callable[[object], object]] = {"name": _name, "component": _component, "who": _who, "shown": bool}
    return {name: checks[name](value) for name, value in wanted.items()}


def _name(raw: object) -> str:
    return plain_text(raw, what="The theme’s name", at_most=NAME_AT_MOST)


def _component(raw: object) -> str:
    if raw not in {"", None} and raw not in COMPONENTS:
        raise BadInput("Choose a part: " + ", ".join(COMPONENTS) + ", or none.")
    return str(raw or "")


def _who(raw: object) -> str | None:
    if raw is not None and raw not in SIDES_WHO:
        raise BadInput("A theme asks customer, supplier or both to change.")
    return None if raw is None else str(raw)


def _changed_words(old: str, theme: Theme, fields: dict[str, object]) -> str:
    if "name" in fields:
        return f"“{old}” is now “{theme.name}”."
    if "shown" in fields:
        return f"“{theme.name}” is {'shown' if theme.shown else 'hidden'}."
    if "component" in fields:
        return f"“{theme.name}” is under {COMPONENTS.get(theme.component, 'no part')}."
    return f"“{theme.name}” is marked anew."


def _last_hand(db: Session, theme: Theme, *, but: str) -> str:
    """The name of whoever changed this theme last, other than ``but``; "" for nobody."""
    steps = (
        select(SortingStep.themes, User.name)
        .join(User, col(User.id) == col(SortingStep.user_id))
        .where(SortingStep.session_id == theme.session_id, SortingStep.user_id != but)
        .order_by(col(SortingStep.number).desc())
    )
    return next((name for themes, name in db.exec(steps) if any(one[0] == theme.id for one in themes)), "")
