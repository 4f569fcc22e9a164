"""What the answers say about each of the seven shared discussions: a small chart, one sentence, ranked pairs or ideas.

Everything here is public already: the frozen release, and ideas that were read and shown. No notes, nothing of the account team's.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlmodel import Session, col, func, select

from app.core.discussions import (
    NOT_YET,
    Told,
    Willing,
    alignment,
    between_groups,
    between_sides,
    ideas_told,
    perception,
    willingness,
)
from app.core.language import listed, say, say_n
from app.core.published import DimensionResult
from app.core.questions import Status
from app.core.scales import SIDES, Dimension, Side
from app.core.sentences import flag_words, state_words
from app.store import queries
from app.store.tables import Idea
from app.views.pictures import Finding, Picture, Row, picture
from app.views.public import Public, idea_label
from app.views.readiness import ReadyPicture, ready_picture
from app.views.results import mirror_json, rounded, told_pairs, told_sides
from app.views.themes import shown_themes

Chart = Literal["", "today", "both"]
PAIRS_LISTED = 3


@dataclass(frozen=True, slots=True)
class ToldIdea:
    """A shown idea. ``from_words`` is the label METHOD 8.4 allows, "" where none."""

    text: str
    from_words: str


@dataclass(frozen=True, slots=True)
class ToldTheme:
    """Ideas that belong together; ``name`` is "" for those without a shown theme."""

    name: str
    ideas: tuple[ToldIdea, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What there is to show for a discussion. ``there`` is False where that is nothing; ``sentence`` then says why.

    chart: "today" draws ``rows`` with a mark for each person, "both" an arrow for each side of ``picture``. findings: pairs of
    groups, the one that says most first. ``flag`` is "" where nothing is compared. ``ready``: who is ready, theme by theme.
    """

    sentence: str
    there: bool
    flag: str = ""
    flag_words: str = ""
    more: tuple[str, ...] = ()
    chart: Chart = ""
    picture: Picture | None = None
    rows: tuple[Row, ...] = ()
    findings: tuple[Finding, ...] = ()
    themes: tuple[ToldTheme, ...] = ()
    ready: ReadyPicture | None = None


def evidence(db: Session, known: Public, number: int) -> Evidence:
    """The evidence of one shared discussion, 1 to 7. Raises KeyError for another number."""
    return MAKERS[number](db, known)


def _made(told: Told, **drawn: Any) -> Evidence:
    shown = drawn if told.there else {}
    words = flag_words(told.flag) if told.flag else ""
    sentence = say(told.sentence) if told is NOT_YET else told.sentence
    return Evidence(sentence, told.there, told.flag or "", words, told.more, **shown)


def _ladder(known: Public) -> tuple[DimensionResult, Dimension] | None:
    """The ladder that is talked about: the first ordered dimension, once something of it is public."""
    if known.published is None:
        return None
    found = next((one for one in known.template.dimensions if one.kind == "ordered"), None)
    return (known.published.dimension(found.key), found) if found is not None else None


def _on_ladder(make: Callable[[Public, DimensionResult, Picture], Evidence]) -> Callable[[Session, Public], Evidence]:
    """The maker of a discussion about the ladder; without a public one there is nothing yet."""

    def made(_db: Session, known: Public) -> Evidence:
        found = _ladder(known)
        drawn = picture(known, found[1]) if found is not None else None
        if found is None or drawn is None:
            return _made(NOT_YET)
        told = make(known, found[0], drawn)
        return replace(told, more=(*told.more, *_other_ladders(known, found[1])))

    return made


def _other_ladders(known: Public, talked_about: Dimension) -> tuple[str, ...]:
    """Says which ladder the discussions are about, where several were asked."""
    others = [one.label for one in known.template.dimensions if one.kind == "ordered" and one != talked_about]
    if not others:
        return ()
    names = listed([say("“{label}”", label=label) for label in others])
    return (
        say_n(
            "This is about “{label}”; {others} is in the report.",
            "This is about “{label}”; {others} are in the report.",
            len(others),
            label=talked_about.label,
            others=names,
        ),
    )


def _perception(known: Public, result: DimensionResult, drawn: Picture) -> Evidence:
    told = perception(known.names["customer"], result.sides["customer"])
    rows = tuple(row for row in drawn.sides if row.side == "customer")
    return _made(told, chart="today", picture=drawn, rows=rows)


def _groups(known: Public, result: DimensionResult, drawn: Picture) -> Evidence:
    if "current" not in known.revealed:
        return _made(NOT_YET)
    rows = tuple(row for row in drawn.rows if row.side == "customer" and row.t)
    ids = {row.id for row in rows}
    pairs = [(pair, said) for pair, said in told_pairs(known, result, "current") if {pair.a, pair.b} <= ids]
    pairs.sort(key=lambda one: (one[0].flag != "clear", one[0].flag != "ask", -one[0].emd_steps))
    told = between_groups(known.names["customer"], len(rows), pairs)
    findings = tuple(Finding(said, pair.flag, flag_words(pair.flag), pair.emd_steps) for pair, said in pairs)
    return _made(told, chart="today" if rows else "", picture=drawn, rows=rows, findings=findings[:PAIRS_LISTED])


def _sides(known: Public, result: DimensionResult, drawn: Picture) -> Evidence:
    mirror = mirror_json(known, result.key) or {}
    states: dict[Side, str] = {
        side: state_words(mirror[side]["state"])
        for side in SIDES
        if mirror.get(side) is not None and mirror[side]["state"]
    }
    told = between_sides(known.names, result.sides, told_sides(known, result, "current"), states)
    return _made(told, chart="today", picture=drawn, rows=drawn.sides)


def _alignment(known: Public, result: DimensionResult, drawn: Picture) -> Evidence:
    pairs = [
        found[0] if (found := told_sides(known, result, question)) else None for question in ("current", "desired")
    ]
    told = alignment(known.names, result.sides, *pairs)
    return _made(told, chart="both", picture=replace(drawn, rows=()), rows=drawn.sides)


def _change(side: Side) -> Callable[[Session, Public], Evidence]:
    """The maker of a discussion about what one side would have to change: shown ideas by theme."""

    def made(db: Session, known: Public) -> Evidence:
        shown, outside = shown_themes(db, known.session.id)
        writers, k = queries.writers(db, known.session.id), known.session.smallest_group

        def of_side(name: str, ideas: Iterable[Idea]) -> list[ToldTheme]:
            found = tuple(
                ToldIdea(idea.text, idea_label(idea, writers=writers, k=k, names=known.names, groups=known.group_names))
                for idea in ideas
                if idea.who in {side, "both"}
            )
            return [ToldTheme(name, found)] if found else []

        themes = [one for theme in shown for one in of_side(theme.name, theme.ideas)]
        themes.sort(key=lambda one: -len(one.ideas))
        both = (*themes, *of_side("", outside))
        return _made(ideas_told(sum(len(one.ideas) for one in both), len(themes)), themes=both)

    return made


def _willingness(db: Session, known: Public) -> Evidence:
    """Who is ready, theme by theme, once that is revealed. Until then who names their own side, once ideas are closed: a
    number that moves with each idea would tell who wrote it.
    """
    ready = ready_picture(db, known.session)
    if ready is not None and ready.rows:
        return _made(Told(f"{ready.headline}.", None), ready=ready)
    question = known.questions.get("change")
    if question is None or question.status in {Status.WAITING, Status.OPEN}:
        return _made(willingness(()))
    return _made(willingness([_willing(db, known, side) for side in SIDES]))


def _willing(db: Session, known: Public, side: Side) -> Willing:
    shown = (Idea.session_id == known.session.id, Idea.status == "shown", Idea.side == side)
    people = select(func.count(func.distinct(Idea.participant_id))).where(*shown)
    wrote = db.exec(people).one()
    if not wrote:
        return Willing(side, known.names[side], why=say("no ideas shown yet"))
    if wrote < max(known.session.smallest_group, 3):
        return Willing(side, known.names[side], why=say("too few wrote ideas to show a number"))
    own = db.exec(people.where(col(Idea.who).in_([side, "both"]))).one()
    return Willing(side, known.names[side], wrote, own)


MAKERS: dict[int, Callable[[Session, Public], Evidence]] = {
    1: _on_ladder(_perception),
    2: _on_ladder(_groups),
    3: _on_ladder(_sides),
    4: _on_ladder(_alignment),
    5: _change("supplier"),
    6: _change("customer"),
    7: _willingness,
}
"""The evidence of each shared discussion. There is none for the private ones, so none can be made."""


def evidence_json(found: Evidence) -> dict[str, Any]:
    """The evidence as data, in METHOD's names."""
    return {
        "there": found.there,
        "sentence": found.sentence,
        "flag": found.flag or None,
        "flag_words": found.flag_words or None,
        "more": list(found.more),
        "rows": [_row_json(row, found.chart) for row in found.rows],
        "pairs": [
            {
                "sentence": one.sentence,
                "flag": one.flag,
                "flag_words": one.flag_words,
                "emd_steps": rounded(one.steps_apart),
            }
            for one in found.findings
        ],
        "ready": [
            {
                "theme": row.name,
                "verdict": row.verdict,
                "sides": {one.side: one.words for one in row.sides},
            }
            for row in (found.ready.rows if found.ready is not None else ())
        ],
        "themes": [
            {
                "name": theme.name or None,
                "ideas": [{"text": idea.text, "from": idea.from_words} for idea in theme.ideas],
            }
            for theme in found.themes
        ],
    }


def _row_json(row: Row, chart: Chart) -> dict[str, Any]:
    if row.why:
        return {"name": row.name, "side": row.side, "shown": False, "why": row.why}
    found: dict[str, Any] = {"name": row.name, "side": row.side, "shown": True}
    found["current"] = {"counts": list(row.t), "interpolated_median": rounded(row.today)} if row.t else None
    if chart == "both":
        found["desired"] = {"counts": list(row.w), "interpolated_median": rounded(row.wanted)} if row.w else None
    return found
