"""No combination of published views tells what may not be shown, whatever the meeting (METHOD 8, 13.7).

Two meetings are held that differ only in what is hidden: who of several joined groups said what, everything that a side of
too few said, how answers to the two questions belong together where the gap is withheld. All that is published
of them has to be the same: the report view and the Results, from which alone the report's page, every file, every picture,
the API's answer and a shared report are made. What is the same in all views together tells nothing of the difference.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from app.core.published import Published
from app.reports.material import Material
from app.store.released import published_so_far
from tests.reports.meetings import BOTH, Answers, Held, House, ladder

GROUPS = {"customer": ("Alpha", "Beta", "Gamma", "Delta"), "supplier": ("North", "South", "West")}
ID = re.compile(r"\b[a-z2-7]{20}\b")
SIDES = ("customer", "supplier")
Pattern = tuple[bool, bool]


@st.composite
def meetings(draw: st.DrawFn) -> Held:
    steps = draw(st.integers(3, 6))
    step = st.one_of(st.integers(1, steps), st.integers(1, steps), st.integers(1, steps), st.none())
    people = st.lists(st.tuples(step, step), max_size=6)
    sides = [{name: draw(people) for name in GROUPS[side][: draw(st.integers(1, 4))]} for side in SIDES]
    return Held(
        *sides,
        attribution=draw(st.sampled_from(["group", "group", "named"])),
        dimensions=(ladder(steps),),
        questions=draw(st.sampled_from([BOTH, BOTH, ("desired", "current"), ("current",)])),
        one_by_one=draw(st.booleans()),
        names=tuple(f"Person {number}" for number in range(50)),
    )


def pattern(answer: Sequence[Any]) -> Pattern:
    return answer[0] is not None, answer[1] is not None


def otherwise(held: Held, shown: Published, names: dict[str, str], chance: Random) -> Held:
    """A meeting with the same published figures, and as much else different as can be. names: of groups by id."""
    (result,) = shown.dimensions
    changed = []
    for side in SIDES:
        groups = {name: list(answers) for name, answers in getattr(held, side).items()}
        cell, rows = result.sides[side], result.rows_of(side)
        if cell.why == "too_few":
            groups = {name: [_another(one, result.steps, chance) for one in told] for name, told in groups.items()}
        else:
            alone = {names[id_] for row in rows if row.kind == "group" for id_ in row.group_ids}
            rest = [name for name in groups if name not in alone]
            groups |= _dealt({name: groups[name] for name in rest}, chance)
            if cell.current and cell.desired and cell.gap is None:
                groups = {name: _paired_otherwise(told, chance) for name, told in groups.items()}
        changed.append(groups)
    return replace(held, customer=changed[0], supplier=changed[1])


def _another(answer: Sequence[Any], steps: int, chance: Random) -> tuple[Any, Any]:
    today, wanted = (None if one is None else chance.randint(1, steps) for one in answer)
    return today, wanted


def _dealt(groups: dict[str, list[Any]], chance: Random) -> dict[str, list[Any]]:
    """The same answers dealt to other people of these groups who answered the same questions."""
    kinds: dict[Pattern, list[Any]] = {}
    for answers in groups.values():
        for one in answers:
            kinds.setdefault(pattern(one), []).append(one)
    for one in kinds.values():
        chance.shuffle(one)
    return {name: [kinds[pattern(one)].pop() for one in answers] for name, answers in groups.items()}


def _paired_otherwise(answers: Answers, chance: Random) -> list[Any]:
    wanted = [one[1] for one in answers if all(pattern(one))]
    chance.shuffle(wanted)
    return [(one[0], wanted.pop()) if all(pattern(one)) else tuple(one) for one in answers]


def published(found: Material) -> str:
    """Everything that files and pages are made of, with ids numbered as they come."""
    numbered: dict[str, str] = {}
    text = json.dumps(asdict(replace(found, held_at=0)), sort_keys=True, default=sorted)
    return ID.sub(lambda id_: numbered.setdefault(id_[0], f"id{len(numbered)}"), text)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(meetings(), st.integers(0, 2**32))
def test_meetings_that_differ_in_what_is_hidden_are_published_alike(house: House, held: Held, seed: int) -> None:
    one = house.hold(held)
    names = {group["id"]: group["name"] for group in house.material(one).session["groups"]}
    with Session(house.engine) as db:
        shown = published_so_far(db, one)[-1]

    other = house.hold(otherwise(held, shown, names, Random(seed)))

    cuts = ("customer", "private") if held.attribution == "group" else ("customer",)
    for cut in cuts:
        assert published(house.material(one, cut)) == published(house.material(other, cut))
