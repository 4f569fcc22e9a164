"""Where both sides of a session stand, in short: only what is public of it. Made for lists of many sessions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.core.published import DimensionResult, published_from_json
from app.core.questions import Status
from app.core.readiness import where_ready
from app.core.scales import Template
from app.core.sentences import Asked, flag_words
from app.store import lists, portfolio, queries
from app.store.tables import LiveSession, Release, SessionQuestion, Tally
from app.views.pictures import Row, sides_of
from app.views.public import Public, public_of
from app.views.results import ASKED, told_sides


@dataclass(frozen=True, slots=True)
class Apart:
    """How far the two sides are apart, in steps (0 to steps - 1), with its flag and the flag's words."""

    steps: float
    flag: str
    words: str


@dataclass(frozen=True, slots=True)
class Ready:
    """On how many of the shown themes both sides are ready, one, or neither; unknown where a side is not shown."""

    both: int = 0
    one: int = 0
    neither: int = 0
    unknown: int = 0

    @property
    def themes(self) -> int:
        """How many themes were asked about."""
        return self.both + self.one + self.neither + self.unknown


@dataclass(frozen=True, slots=True)
class Standing:
    """What is public of a session's first scale.

    ``stair``: its name. ``steps`` and ``short``: its steps' names, none where it is not a stair. ``sides``: customer first.
    ``today`` and ``wanted``: how far apart both sides are, None where one of them is not shown. ``ready``: None before it is shown.
    """

    stair: str
    steps: tuple[str, ...]
    short: tuple[str, ...]
    sides: tuple[Row, ...]
    today: Apart | None
    wanted: Apart | None
    ready: Ready | None = None

    def side(self, which: str) -> Row | None:
        """One side; None where it has no answers."""
        return next((row for row in self.sides if row.side == which), None)


_KEPT: dict[tuple[str, int], Standing | None] = {}
"""What was worked out already, by session and its version, which goes up with whatever a view can show."""
_KEPT_AT_MOST = 4096


def standings(db: Session, sessions: Sequence[LiveSession]) -> dict[str, Standing]:
    """Each session's standing by id; those of which nothing is public are left out. As many queries for one as for all."""
    known = {key: _KEPT[key] for one in sessions if (key := (one.id, one.version)) in _KEPT}
    missing = [one for one in sessions if (one.id, one.version) not in known]
    if missing:
        known |= _worked_out(db, missing)
        _keep(known)
    return {one.id: found for one in sessions if (found := known[one.id, one.version]) is not None}


def _keep(found: dict[tuple[str, int], Standing | None]) -> None:
    _KEPT.update(found)
    while len(_KEPT) > _KEPT_AT_MOST:
        _KEPT.pop(next(iter(_KEPT)), None)


def _worked_out(db: Session, sessions: Sequence[LiveSession]) -> dict[tuple[str, int], Standing | None]:
    ids = [one.id for one in sessions]
    released, questions = lists.releases(db, ids), queries.questions_of_each(db, ids)
    templates = lists.templates(db, ids)
    tallies, themes = portfolio.readiness_of_each(db, ids), portfolio.themes_of_each(db, ids)

    def one(session: LiveSession) -> Standing | None:
        asked = questions[session.id]
        if session.id not in released:
            return None
        shown = _shown(session, templates[session.id], asked, released[session.id][-1])
        if shown is None:
            return None
        return Standing(
            *shown, _ready(asked.get("readiness"), tallies.get(session.id, ()), themes.get(session.id, set()))
        )

    return {(session.id, session.version): one(session) for session in sessions}


Shown = tuple[str, tuple[str, ...], tuple[str, ...], tuple[Row, ...], Apart | None, Apart | None]


def _shown(
    session: LiveSession, template: Template, questions: dict[str, SessionQuestion], newest: Release
) -> Shown | None:
    """The first scale as its newest picture shows it; None while all of it is hidden again."""
    known = public_of(
        session,
        template=template,
        questions=questions,
        releases=[newest],
        so_far=[published_from_json(newest.content)],
        group_names={},
    )
    if known.published is None:
        return None
    dimension = template.dimensions[0]
    stair = template.name if len(template.dimensions) == 1 else f"{template.name}: {dimension.label}"
    if dimension.kind != "ordered":
        return stair, (), (), (), None, None
    result = known.published.dimension(dimension.key)
    today, wanted = (_apart(known, result, question) for question in ASKED)
    labels = tuple(step.label for step in dimension.steps)
    return (
        stair,
        labels,
        tuple(step.short or step.label for step in dimension.steps),
        sides_of(known, result),
        today,
        wanted,
    )


def _apart(known: Public, result: DimensionResult, question: Asked) -> Apart | None:
    told = told_sides(known, result, question)
    if told is None:
        return None
    pair, _ = told
    return Apart(pair.emd_steps, pair.flag, flag_words(pair.flag))


def _ready(question: SessionQuestion | None, tallies: Sequence[Tally], themes: set[str]) -> Ready | None:
    """Readiness while it is revealed: the newest round's, of the themes that are shown."""
    if question is None or question.status != Status.REVEALED:
        return None
    content = next((one.content for one in tallies if one.round == question.round), None)
    if content is None:
        return None
    where = Counter(where_ready(cells) for theme, cells in content["themes"].items() if theme in themes)
    return Ready(where["both"], where["one"], where["neither"], where["unknown"])
