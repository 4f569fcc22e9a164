"""Any meeting makes every file."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.reports.charts import chart_svg, charts_of
from app.reports.export import KINDS
from tests.reports.meetings import BOTH, Held, House, ladder
from tests.reports.readers import lines_of

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Z")), min_size=1, max_size=80).filter(
    lambda text: text.isprintable() and text.strip() == text
)


@st.composite
def meetings(draw: st.DrawFn) -> Held:
    steps = draw(st.integers(3, 10))
    step = st.none() | st.integers(1, steps)
    names = draw(st.lists(NAMES, min_size=2, max_size=6, unique_by=str.casefold))
    sides = [
        {name: draw(st.lists(st.tuples(step, step), max_size=7)) for name in some} for some in (names[::2], names[1::2])
    ]
    return Held(
        sides[0],
        sides[1],
        account=draw(NAMES),
        title=draw(NAMES),
        attribution=draw(st.sampled_from(["group", "named"])),
        dimensions=(ladder(steps),),
        questions=draw(st.sampled_from([BOTH, ("current",), ("desired",)])),
        ideas=tuple(draw(st.lists(NAMES, max_size=4))),
        names=tuple(f"Person {number}" for number in range(60)),
    )


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(meetings())
def test_any_meeting_makes_every_file(house: House, held: Held) -> None:
    id_ = house.hold(held)
    for cut, kinds in (("customer", KINDS), ("private", ("csv", "json", "pptx"))):
        found = house.material(id_, cut)
        bodies = {kind: KINDS[kind].render(found) for kind in kinds}
        assert all(bodies.values())
        for dimension, chart in charts_of(found.view):
            assert chart_svg(found.view, chart, dimension).startswith("<svg")
        lines = lines_of(bodies["csv"])
        where = ("dimension", "side", "row", "kind")
        whole = [line for line in lines if line["measure"] == "hidden" and not line["question"]]
        counted = {tuple(line[key] for key in where) for line in lines if line["measure"] == "count"}
        assert not counted & {tuple(line[key] for key in where) for line in whole}
