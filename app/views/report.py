"""The report of one session, in one of two cuts. The customer's cut is built without what is private, not stripped of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sqlmodel import Session

from app.core import words
from app.core.components import COMPONENTS, part_words
from app.core.dissonance import Pair
from app.core.language import say, say_n, to_say
from app.core.published import DimensionResult
from app.core.scales import SIDES, Cut, Side
from app.core.sentences import Asked, flag_words, one_decimal
from app.store import queries
from app.store.tables import Account, Idea, LiveSession
from app.views import method
from app.views.discussions import Panel, panels
from app.views.method import Numbers, Told
from app.views.mirror import Mirror, mirrors
from app.views.mirror import about as mirror_about
from app.views.moments import day
from app.views.origins import origin_sentence
from app.views.pictures import Picture, picture
from app.views.plan import PlanGroup, grouped, plan_rows, public_row
from app.views.public import Public, idea_label, public, silent_groups, who_headings
from app.views.readiness import ReadyPicture, ready_picture
from app.views.results import ASKED, people_json, person_name, told_pairs, told_sides
from app.views.rounds import Movement, movements
from app.views.support import SupportList, backers, backers_words, support_list
from app.views.team import PrivatePanel, Team, kept_on, private_panels, team_of
from app.views.themes import shown_themes


@dataclass(frozen=True, slots=True)
class ReportIdea:
    """An idea in the report. ``from_words`` is the label METHOD 8.4 allows, ``support`` who supports it; "" where none."""

    text: str
    from_words: str
    support: str = ""


@dataclass(frozen=True, slots=True)
class ReportTheme:
    """A shown theme with its shown ideas. ``part`` is its part of the Customer Gyroscope in words, "" for none."""

    name: str
    part: str
    ideas: tuple[ReportIdea, ...]
    support: str = ""


@dataclass(frozen=True, slots=True)
class ReportIdeas:
    """Themes, and ideas outside them, by who would have to change: supplier, both, customer."""

    who: str
    heading: str
    themes: tuple[ReportTheme, ...]
    ideas: tuple[ReportIdea, ...]

    @property
    def count(self) -> int:
        """How many ideas there are, in themes and outside."""
        return len(self.ideas) + sum(len(theme.ideas) for theme in self.themes)


@dataclass(frozen=True, slots=True)
class PersonAnswer:
    """Only in the private cut of a *named* session: who said what, in words."""

    name: str
    side: Side
    group: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Apart:
    """How far apart the sides are on one question."""

    question: str
    label: str
    steps: str
    flag: str
    flag_words: str


@dataclass(frozen=True, slots=True)
class ReportDimension:
    """One dimension: its picture, the pairs that differ (furthest apart first) and the footnote on the others, every number."""

    picture: Picture
    gap_title: str
    pairs_title: str
    pairs: tuple[Told, ...]
    pairs_note: str
    sides_title: str
    apart: tuple[Apart, ...]
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part of the Customer Gyroscope: how many themes and ideas there are in it, by who would have to change."""

    name: str
    counts: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class GuideItem:
    """A question of the discussion guide and what it leads to."""

    text: str
    hint: str


@dataclass(frozen=True, slots=True)
class TeamPart:
    """What the private cut adds: notes by discussion, the two private discussions, what the team keeps on the account."""

    notes: dict[int, str]
    panels: tuple[PrivatePanel, ...]
    team: Team

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """Notes, and the decisions so far, each with what it is."""
        notes = [(say("Notes on discussion {n}", n=number), text) for number, text in self.notes.items()]
        decided = [(f"{one.words}, {one.day}, {one.author}", one.reason) for one in self.team.decisions]
        return (*notes, *decided)


@dataclass(frozen=True, slots=True)
class ReportView:
    """The whole report. ``commitments`` are those that both sides agreed to, in the private cut also the proposed ones.

    ``panels`` are the seven shared discussions, ``guide`` the same in short for files. ``private_guide`` and ``people`` are
    always empty in the customer's cut, and ``team`` is None.
    """

    session_id: str
    cut: Cut
    title: str
    customer: str
    customer_short: str
    supplier: str
    supplier_short: str
    held: str
    who_took_part: str
    silent: tuple[str, ...]
    status: str
    revealed: bool
    dimensions: tuple[ReportDimension, ...]
    mirrors: tuple[Mirror, ...]
    mirror_about: str
    movements: tuple[Movement, ...]
    ideas: tuple[ReportIdeas, ...]
    ideas_count: int
    themes_count: int
    parts: tuple[PartLine, ...]
    support: SupportList | None
    ready: ReadyPicture | None
    commitments: tuple[PlanGroup, ...]
    commitments_count: int
    panels: tuple[Panel, ...]
    guide: tuple[GuideItem, ...]
    private_guide: tuple[GuideItem, ...]
    people: tuple[PersonAnswer, ...]
    smallest_group: int
    foot: str
    team: TeamPart | None = None

    @property
    def silent_words(self) -> str:
        """Which groups were expected and gave no answer; "" where none."""
        return say("No answers from {groups}.", groups=", ".join(self.silent)) if self.silent else ""


PAIRS_LISTED = 6


def report_view(db: Session, *, session: LiveSession, cut: Cut, time_zone: str) -> ReportView:
    """The report in one cut. The customer's is made without anything private."""
    known = public(db, session=session)
    private = cut == "private"
    dimensions = (
        tuple(_dimension(known, dimension.key, private=private) for dimension in known.template.dimensions)
        if known.revealed
        else ()
    )
    ideas = _ideas(db, known)
    rows = [public_row(row) for row in plan_rows(db, session) if private or row.public]
    commitments = grouped(rows, known.names)
    people = _people(db, known) if private and session.attribution == "named" else ()
    team = _team(db, session) if private else None
    talked = panels(db, known, unread=private)
    return ReportView(
        session_id=session.id,
        cut=cut,
        title=session.title,
        customer=session.customer,
        customer_short=known.names["customer"],
        supplier=session.supplier,
        supplier_short=known.names["supplier"],
        held=day(session.started_at or session.created_at, time_zone),
        who_took_part=_who_took_part(db, known),
        silent=tuple(
            say("{group} at {company}", group=group.name, company=known.names[group.side])
            for group in silent_groups(known)
        ),
        status=session.status,
        revealed=bool(known.revealed),
        dimensions=dimensions,
        mirrors=mirrors(known),
        mirror_about=mirror_about(known),
        movements=movements(known),
        ideas=ideas,
        ideas_count=sum(column.count for column in ideas),
        themes_count=sum(len(column.themes) for column in ideas),
        parts=tuple(_parts(ideas)),
        support=support_list(db, session),
        ready=ready_picture(db, session),
        commitments=commitments,
        commitments_count=sum(len(group.rows) for group in commitments),
        panels=talked,
        guide=tuple(GuideItem(panel.heading, panel.evidence.sentence) for panel in talked),
        private_guide=tuple(GuideItem(one.heading, f"{one.host} {one.sentence}") for one in team.panels)
        if team
        else (),
        people=people,
        smallest_group=session.smallest_group,
        foot=f"{_foot(known)} {origin_sentence(db, session, private=private, time_zone=time_zone)}".rstrip(),
        team=team,
    )


def without_texts(view: ReportView) -> ReportView:
    """The report without what people wrote, and without what was said about it: how many ideas there are is still told in
    its discussions (SAFETY T12).
    """
    panels_ = tuple(replace(panel, evidence=replace(panel.evidence, themes=(), ready=None)) for panel in view.panels)
    return replace(view, ideas=(), ideas_count=0, themes_count=0, support=None, ready=None, parts=(), panels=panels_)


def _team(db: Session, session: LiveSession) -> TeamPart:
    """The private cut's own part. The customer's cut never calls this."""
    notes = {number: one.notes for number, one in kept_on(db, session.id).items() if one.notes}
    return TeamPart(notes, private_panels(db, session), team_of(db, account=db.get_one(Account, session.account_id)))


def _ideas(db: Session, known: Public) -> tuple[ReportIdeas, ...]:
    themes, outside = shown_themes(db, known.session.id)
    writers, k = queries.writers(db, known.session.id), known.session.smallest_group
    supports = backers(db, known.session)

    def support(item_id: str) -> str:
        return backers_words(supports.get(item_id), known.names)

    def report_ideas(ideas: Iterable[Idea]) -> tuple[ReportIdea, ...]:
        return tuple(
            ReportIdea(
                idea.text,
                idea_label(idea, writers=writers, k=k, names=known.names, groups=known.group_names),
                support(idea.id),
            )
            for idea in ideas
        )

    return tuple(
        ReportIdeas(
            who,
            heading,
            tuple(
                ReportTheme(theme.name, part_words(theme.component), report_ideas(theme.ideas), support(theme.id))
                for theme in themes
                if theme.who == who
            ),
            report_ideas(idea for idea in outside if idea.who == who),
        )
        for who, heading in who_headings(known.names)
    )


def _parts(ideas: Iterable[ReportIdeas]) -> Iterator[PartLine]:
    """The Customer Gyroscope's parts that themes were sorted into; nothing where none was."""
    for part in map(say, COMPONENTS.values()):
        found = [(column.who, [theme for theme in column.themes if theme.part == part]) for column in ideas]
        if any(themes for _, themes in found):
            yield PartLine(
                part, tuple((who, len(themes), sum(len(theme.ideas) for theme in themes)) for who, themes in found)
            )


def _who_took_part(db: Session, known: Public) -> str:
    joined = queries.joined(db, known.session.id)
    parts = [
        say_n("{n} person at {company}", "{n} people at {company}", joined[side], company=known.names[side])
        for side in SIDES
        if joined[side]
    ]
    expected = known.session.expected
    parts += [say_n("{n} expected", "{n} expected", expected)] if expected and parts else []
    return ", ".join(parts) or say("Nobody took part yet")


def _dimension(known: Public, key: str, *, private: bool) -> ReportDimension:
    assert known.published is not None
    result = known.published.dimension(key)
    dimension = next(one for one in known.template.dimensions if one.key == key)
    shown = picture(known, dimension)
    assert shown is not None
    ordered = result.kind == "ordered"
    told = [
        (question, pair, sentence)
        for question in ASKED
        for pair, sentence in (told_pairs(known, result, question, us=private) if ordered else [])
    ]
    told.sort(key=lambda one: (one[1].flag != "clear", one[1].flag not in {"clear", "ask"}, -(one[1].emd_steps or 0)))
    notable = [one for one in told if one[1].flag in {"clear", "ask", "shape"}]
    listed = tuple(method.told(known, result, *one) for one in notable[:PAIRS_LISTED])
    sides = {question: found[0] for question in ASKED if ordered and (found := told_sides(known, result, question))}
    return ReportDimension(
        picture=shown,
        gap_title=_gap_title(known, shown),
        pairs_title=_pairs_title(known, result, [pair for _, pair, _ in told]),
        pairs=listed,
        pairs_note=_pairs_note(len(notable) - len(listed), len(told) - len(notable)),
        sides_title=_sides_title(known, sides.get("current")),
        apart=tuple(_apart(sides)),
        numbers=method.numbers(
            known, result, dimension.label, [*sides.items(), *((question, pair) for question, pair, _ in told)]
        ),
    )


def _gap_title(known: Public, shown: Picture) -> str:
    with_gap = [row for row in shown.rows if row.gap is not None and ":" not in row.id]
    if len(with_gap) > 1:
        furthest = max(with_gap, key=lambda row: row.gap or 0)
        others = [row.gap or 0 for row in with_gap if row is not furthest]
        if (furthest.gap or 0) > max(others) and (furthest.gap or 0) > 0:
            company = known.names[furthest.side]
            return say("{group} at {company} wants to climb furthest", group=furthest.name, company=company)
    return say("Where each side stands and where it wants to be")


def _pairs_title(known: Public, result: DimensionResult, told: list[Pair]) -> str:
    clear = [pair for pair in told if pair.flag == "clear"]
    if not told:
        return say("Nothing to compare between groups")
    if not clear:
        return say("No clear difference between groups")
    names = {row.id: known.row_name(row) for row in result.rows}
    first = clear[0]
    return say("{first} and {second} see it most differently", first=names[first.a], second=names[first.b])


def _pairs_note(more: int, rest: int) -> str:
    parts = []
    if more:
        parts.append(say_n("{n} more comparison is worth a look.", "{n} more comparisons are worth a look.", more))
    if rest and more:
        parts.append(say_n("The other {n} shows no clear difference.", "The other {n} show no clear difference.", rest))
    elif rest:
        parts.append(
            say_n("{n} comparison shows no clear difference.", "{n} comparisons show no clear difference.", rest)
        )
    return " ".join(parts)


def _sides_title(known: Public, today: Pair | None) -> str:
    if today is None:
        return say("The two sides")
    if today.flag in {"clear", "ask"} and today.cliffs_delta:
        higher = known.names["customer" if today.cliffs_delta > 0 else "supplier"]
        return say("{name} sees today higher", name=higher)
    return say("Both sides see today much alike") if today.flag == "none" else say("The two sides")


APART: dict[Asked, str] = {
    "current": to_say("Sides apart today"),
    "desired": to_say("Sides apart on the wish"),
}


def _apart(sides: Mapping[Asked, Pair]) -> Iterator[Apart]:
    for question, pair in sides.items():
        steps = one_decimal(pair.emd_steps or 0.0)
        yield Apart(question, say(APART[question]), steps, pair.flag, flag_words(pair.flag))


def _people(db: Session, known: Public) -> tuple[PersonAnswer, ...]:
    labels = {
        dimension.key: {step.position: step.label for step in dimension.steps}
        for dimension in known.template.dimensions
    }
    people = []
    for person in people_json(db, known):
        said = []
        for question in ASKED:
            for dimension, choice in person["answers"].get(question, {}).items():
                step = say("could not judge") if choice is None else f"{choice}, {labels[dimension].get(choice, '')}"
                said.append(f"{say(words.LABELS[question])}: {step}")
        people.append(PersonAnswer(person_name(person), person["side"], person["group"], tuple(said)))
    return tuple(people)


def _foot(known: Public) -> str:
    parts = [
        say("Typical step: the middle answer, placed between steps by how many stand above and below it."),
        say("Gap: each person’s wanted step minus their own today, then the mean."),
    ]
    if known.published is not None:
        result = known.published.dimensions[0]
        for side in SIDES:
            unsure = result.sides[side].could_not_judge
            if unsure:
                parts.append(
                    say_n(
                        "{n} at {company} could not judge and is left out.",
                        "{n} at {company} could not judge and are left out.",
                        unsure,
                        company=known.names[side],
                    )
                )
    k = known.session.smallest_group
    parts.append(say("Groups of fewer than {k} are joined as “Other groups”, so that nobody can be picked out.", k=k))
    if known.kept:
        parts.append(say("Some answers changed after the picture was made; too few for a new one."))
    return " ".join(parts)
