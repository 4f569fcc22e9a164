"""Results of the HTTP API: what is public, with METHOD's names, and nothing else."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlmodel import Session

from app.core.dissonance import Pair, compare, compare_rows
from app.core.language import say
from app.core.measures import agreement_A, agreement_class, interpolated_median
from app.core.mirror import SideMirror, side_mirror
from app.core.parties import Party
from app.core.published import Cell, DimensionResult, GapPicture, Picture, Published
from app.core.questions import Status
from app.core.scales import SIDES, Dimension, Side
from app.core.sentences import Asked, flag_words, one_line, pair_sentence, tell_pair
from app.store import queries
from app.store.present import choices_by_person, present
from app.store.tables import Idea, LiveSession
from app.views.plan import commitments_json
from app.views.public import Public, holds_guesses, idea_label, public, silent_groups
from app.views.readiness import readiness_json, ready_picture
from app.views.support import backers, published, support_json
from app.views.themes import shown_themes

DIGITS = 4
ASKED: tuple[Asked, Asked] = ("current", "desired")


def results(db: Session, *, session: LiveSession, cut: str) -> dict[str, Any]:
    """The Results object of CONTRACT in one cut, ``customer`` or ``private``."""
    known = public(db, session=session)
    found: dict[str, Any] = {
        "version": session.version,
        "cut": cut,
        "answered": queries.answered(db, session.id),
        "dimensions": [dimension_json(known, dimension) for dimension in known.template.dimensions],
        "silent": [{"id": one.id, "name": one.name, "side": one.side} for one in silent_groups(known)],
        "change": change_json(db, known),
        "commitments": commitments_json(db, session=session, private=cut == "private"),
        "headline": headline(known),
    }
    tallies = [published(db, session, key) for key in ("change", "readiness")]
    if known.kept or any(tally is not None and tally.kept for tally in tallies):
        found["snapshot"] = "kept"
    if known.earlier:
        found["questions"] = _rounds_of(known.published)
        found["rounds"] = [round_json(known, number, published) for number, published in known.earlier]
    if cut == "private" and session.attribution == "named":
        found["people"] = people_json(db, known)
    return found


def round_json(known: Public, number: int, published: Published) -> dict[str, Any]:
    """What was public at the end of an earlier round, as it was shown then."""
    guessed = published if holds_guesses(published) else known.guessed
    then = replace(known, published=published, guessed=guessed, earlier=(), kept=False)
    return {
        "round": number,
        "questions": _rounds_of(published),
        "dimensions": [dimension_json(then, dimension) for dimension in known.template.dimensions],
        "headline": headline(then),
    }


def _rounds_of(published: Published | None) -> dict[str, int]:
    """The round that each revealed question's picture is of."""
    return {question: published.round_of(question) for question in sorted(published.questions)} if published else {}


def headline(known: Public) -> str | None:
    """One sentence over the first dimension; None before any reveal."""
    if known.published is None:
        return None
    return one_line(known.names, known.published.dimensions[0].sides)


def dimension_json(known: Public, dimension: Dimension) -> dict[str, Any]:
    """One dimension: sides, rows, pairs and mirror; cells without numbers where nothing is public."""
    found: dict[str, Any] = {
        "key": dimension.key,
        "label": dimension.label,
        "kind": dimension.kind,
        "steps": [{"position": step.position, "label": step.label} for step in dimension.steps],
        "sides": dict.fromkeys(SIDES),
        "rows": [],
        "pairs": [],
        "mirror": None,
    }
    if known.published is None:
        return found
    result = known.published.dimension(dimension.key)
    ordered = dimension.kind == "ordered"
    found["sides"] = {side: cell_json(result.sides[side], ordered=ordered) for side in SIDES}
    found["rows"] = [
        cell_json(row.cell, ordered=ordered)
        | {"id": row.id, "group_ids": list(row.group_ids), "name": known.row_name(row), "side": row.side}
        for row in result.rows
    ]
    if ordered:
        found["pairs"] = pairs_json(known, result)
        found["mirror"] = mirror_json(known, dimension.key)
    return found


def cell_json(cell: Cell, *, ordered: bool) -> dict[str, Any]:
    """A Cell: shown with its pictures, or not and why."""
    if not cell.shown:
        return {"shown": False, "why": cell.why or "no_answers"}
    found: dict[str, Any] = {
        "shown": True,
        "current": dist_json(cell.current, ordered=ordered),
        "desired": dist_json(cell.desired, ordered=ordered),
        "gap": gap_json(cell.gap),
    }
    for question in ASKED:
        moved = picture.moved if (picture := cell.picture(question)) else None
        if moved is not None:
            found[question]["moved"] = {"n": moved.n_pairs, "up": moved.up, "stay": moved.stay, "down": moved.down}
    if cell.gap_hidden:
        found["gap_hidden"] = cell.gap_hidden
    return found


def dist_json(picture: Picture | None, *, ordered: bool) -> dict[str, Any] | None:
    """A Dist; on a set scale only n, counts and abstained."""
    if picture is None:
        return None
    found: dict[str, Any] = {"n": picture.n, "counts": list(picture.counts), "abstained": picture.abstained}
    if ordered:
        found |= {
            "interpolated_median": rounded(interpolated_median(picture.counts)),
            "agreement_A": rounded(agreement_A(picture.counts)),
            "agreement_class": agreement_class(picture.counts),
        }
    return found


def gap_json(gap: GapPicture | None) -> dict[str, Any] | None:
    """The paired shift, with the typical steps of the same people for the arrow."""
    if gap is None:
        return None
    shift = gap.shift
    return {
        "n_pairs": shift.n_pairs,
        "up": shift.up,
        "stay": shift.stay,
        "down": shift.down,
        "d_w": rounded(shift.d_w),
        "mean_gap": rounded(shift.mean_gap),
        "median_gap": rounded(shift.median_gap),
        "today": rounded(interpolated_median(gap.today)),
        "wanted": rounded(interpolated_median(gap.wanted)),
    }


def rounded(value: float | None) -> float | None:
    """A measure as it is sent: four digits behind the point."""
    return None if value is None else round(value, DIGITS)


def told_pairs(known: Public, result: DimensionResult, question: Asked, *, us: bool = False) -> list[tuple[Pair, str]]:
    """Every pair of shown rows on one question with its sentence, furthest apart first, under the gate of METHOD 7.3.

    us: in the account team's words ("see us").
    """
    rows = {row.id: (row, picture.counts) for row in result.rows if (picture := row.cell.picture(question))}
    told = []
    for pair in compare_rows({id_: counts for id_, (_, counts) in rows.items()}):
        (a, a_counts), (b, b_counts) = rows[pair.a], rows[pair.b]
        sentence = tell_pair(known.party(a), a_counts, known.party(b), b_counts, question, us=us)
        told.append((pair, sentence or ""))
    return told


def told_sides(known: Public, result: DimensionResult, question: Asked) -> tuple[Pair, str] | None:
    """Customer against supplier on one question, which is not gated; None where a side is not shown."""
    pictures = {side: result.sides[side].picture(question) for side in SIDES}
    customer, supplier = pictures["customer"], pictures["supplier"]
    if customer is None or supplier is None:
        return None
    pair = compare("customer", customer.counts, "supplier", supplier.counts)
    parties: list[Party] = [Party(known.names[side], side, "side") for side in SIDES]
    return pair, pair_sentence(parties[0], customer.counts, parties[1], supplier.counts, question) or ""


def pairs_json(known: Public, result: DimensionResult) -> list[dict[str, Any]]:
    """Pairs of CONTRACT for both questions: the sides first, then every pair of shown rows."""
    found = []
    for question in ASKED:
        sides = told_sides(known, result, question)
        for pair, sentence in ([sides] if sides else []) + told_pairs(known, result, question):
            found.append(
                {
                    "a": pair.a,
                    "b": pair.b,
                    "question": question,
                    "emd_steps": rounded(pair.emd_steps),
                    "cliffs_delta": rounded(pair.cliffs_delta),
                    "flag": pair.flag,
                    "flag_words": flag_words(pair.flag),
                    "sentence": sentence,
                }
            )
    return found


def mirror_json(known: Public, dimension: str) -> dict[str, Any] | None:
    """The coorientation of each side (METHOD 9), with the answers that the guesses were about; None where it is not public."""
    if "mirror" not in known.revealed:
        return None
    if known.guessed is None:
        return dict.fromkeys(SIDES)
    cells = known.guessed.dimension(dimension).sides
    return {side: _side_mirror(known, cells[side], cells[other]) for side, other in OTHER_SIDE.items()}


OTHER_SIDE: dict[Side, Side] = {"customer": "supplier", "supplier": "customer"}


def _side_mirror(known: Public, cell: Cell, other: Cell) -> dict[str, Any] | None:
    if cell.current is None or cell.mirror is None or other.current is None or known.published is None:
        return None
    told = told_mirror(cell, other, k=known.published.k)
    if told is None:
        return None
    return {
        "state": told.state if told.aloud else None,
        "guess": {"n": cell.mirror.n, "counts": list(cell.mirror.counts), "abstained": cell.mirror.abstained},
        "accuracy": {"gap": rounded(told.accuracy.im_gap), "emd_steps": rounded(told.accuracy.emd)},
        "congruency": {
            "mean_gap": rounded(told.congruency.mean_gap),
            "mean_abs_gap": rounded(told.congruency.mean_abs_gap),
        }
        if told.congruency
        else None,
    }


def told_mirror(cell: Cell, other: Cell, *, k: int) -> SideMirror | None:
    """One side's mirror from what is public of both; None where a figure that it needs is not."""
    if cell.current is None or cell.mirror is None or other.current is None:
        return None
    guess = cell.guess
    return side_mirror(
        cell.current.counts,
        cell.mirror.counts,
        other.current.counts,
        k=k,
        pairs=(guess.own, guess.guess) if guess else None,
        congruent=guess.congruency if guess else None,
    )


def change_json(db: Session, known: Public) -> dict[str, Any] | None:
    """Shown themes with their shown ideas, and the shown ideas outside, each with its support; None before either question
    was ever opened.
    """
    asked = [known.questions[key] for key in ("change", "readiness") if key in known.questions]
    if all(question.status == Status.WAITING for question in asked):
        return None
    writers, k, names = queries.writers(db, known.session.id), known.session.smallest_group, known.names
    supports, readiness = backers(db, known.session), readiness_json(db, known.session) or {}
    picture = ready_picture(db, known.session)
    themes, outside = shown_themes(db, known.session.id)

    def ideas_json(ideas: Iterable[Idea]) -> list[dict[str, Any]]:
        return [
            {
                "id": idea.id,
                "text": idea.text,
                "who": idea.who,
                "supports": supports.get(idea.id),
                "from": idea_label(idea, writers=writers, k=k, names=names, groups=known.group_names),
            }
            for idea in ideas
        ]

    return {
        "took_part": support_json(db, known.session),
        "ready": picture.headline if picture is not None else None,
        "themes": [
            {
                "id": theme.id,
                "name": theme.name,
                "component": theme.component or None,
                "who": theme.who,
                "ideas": ideas_json(theme.ideas),
                "supports": supports.get(theme.id),
                "readiness": readiness.get(theme.id),
            }
            for theme in themes
        ],
        "ideas": ideas_json(outside),
    }


def person_name(person: dict[str, Any]) -> str:
    """A person's name in lists of who said what, with a mark where somebody else typed the answers."""
    name = str(person["name"] or "")
    return say("{name} (entered by the facilitator)", name=name) if person.get("by_hand") else name


def people_json(db: Session, known: Public) -> list[dict[str, Any]]:
    """Only for the private cut of a *named* session: who said what, for revealed questions."""
    people = []
    choices = choices_by_person(db, known.session.id)
    for person in present(db, known.session.id):
        if person.state != "in":
            continue
        theirs = choices.get(person.id, {})
        answers = {
            key: theirs[key, known.questions[key].round]
            for key in known.questions
            if key in known.revealed and (key, known.questions[key].round) in theirs
        }
        people.append(
            {
                "name": person.name,
                "side": person.side,
                "group": known.group_names.get(person.group_id or "", ""),
                "answers": answers,
                **({"by_hand": True} if person.by_hand else {}),
            }
        )
    return sorted(people, key=lambda one: (str(one["side"]), str(one["group"]), str(one["name"])))
