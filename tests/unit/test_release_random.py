"""METHOD 8 and 13.7 at the gate, on random meetings: in whatever order things are revealed, nobody can be worked out."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.privacy import may_republish, people_apart
from app.core.published import changed_by_row, without
from app.core.release import publish
from app.core.scales import SIDES
from tests.unit.meetings import (
    ORDERS,
    as_voices,
    assert_cover_comes_from_two_groups,
    assert_guesses_and_gaps_part_safely,
    assert_nobody_can_be_worked_out,
    assert_survives_json,
    blocks,
    choices,
    known,
    meetings,
)


@settings(max_examples=250, deadline=None)
@given(meetings(), st.sampled_from(ORDERS), st.data())
def test_no_sequence_of_first_reveals_lets_anybody_be_worked_out(meeting, order, data):
    k = data.draw(st.sampled_from([3, 3, 4]))
    join = data.draw(st.sets(st.sampled_from("ABCD")))
    template, groups, made = meeting
    voices = as_voices(made)
    small = {s for s in SIDES if sum(v.side == s for v in voices) < k}
    open_sides = frozenset(small if data.draw(st.booleans()) else ())
    earlier = None
    for questions in order:
        before = earlier
        earlier = publish(
            voices,
            template=template,
            groups=groups,
            k=k,
            reveal=questions,
            open_sides=open_sides,
            earlier=before,
            join=frozenset(join),
        )
        assert earlier.questions >= questions
        assert_nobody_can_be_worked_out(earlier, open_sides)
        assert_guesses_and_gaps_part_safely(earlier, open_sides)
        assert_cover_comes_from_two_groups(earlier, voices)
        assert_survives_json(earlier)
        if before:
            assert_what_was_shown_stays(before, earlier, before.questions - questions)
        for question in earlier.questions:
            hidden = without(earlier, question)
            assert question not in hidden.questions
            assert not any(
                cell.picture(question) or (cell.gap and question != "mirror")
                for _, _, _, cell, _, _ in blocks(hidden, open_sides)
            )


def assert_what_was_shown_stays(before, after, kept):
    for old, new in zip(before.dimensions, after.dimensions, strict=True):
        for which in SIDES:
            for question in kept:
                assert old.sides[which].picture(question) == new.sides[which].picture(question)
        for question in kept:
            rows = {one.group_ids: one.cell.picture(question) for one in new.rows}
            for one in old.rows:
                if one.cell.picture(question):
                    assert rows[one.group_ids] == one.cell.picture(question)


@settings(max_examples=150, deadline=None)
@given(meetings(), st.sampled_from(ORDERS), st.data())
def test_no_allowed_sequence_with_changed_answers_does_either(meeting, order, data):
    template, groups, made = meeting
    published, seen, k = None, {}, 3
    for questions in [*order, data.draw(st.sampled_from(order)), data.draw(st.sampled_from(order))]:
        if made and published:
            change_some(data, template, made)
        again = frozenset(q for q in questions if published and q in published.questions)
        refused = {q for q in again if not allowed(published, q, template, groups, made, snapshot=seen[q], k=k)}
        # What was revealed together is revealed again together or not at all.
        fresh = questions - (again if refused else frozenset())
        if not fresh:
            continue
        voices = as_voices(made)
        before = published
        published = publish(voices, template=template, groups=groups, k=k, reveal=fresh, earlier=before)
        assert_nobody_can_be_worked_out(published)
        assert_guesses_and_gaps_part_safely(published)
        assert_survives_json(published)
        if before:
            assert_new_pictures_part_from_old_ones_safely(before, published, k)
        for question in fresh:
            if not before or published.snapshots[question] > before.snapshots.get(question, 0):
                seen[question] = [dict(one["choices"]) for one in made]


def change_some(data, template, made):
    for place in data.draw(st.sets(st.integers(0, len(made) - 1), max_size=5)):
        made[place]["choices"] = data.draw(st.one_of(st.just({}), choices(template)))


def allowed(published, question, template, groups, made, *, snapshot, k):
    """The snapshot rule as a caller asks it: person by person, one dimension at a time."""
    for dimension in template.dimensions:
        key, changed = (dimension.key, question), {}
        for one, old in zip(made, snapshot, strict=True):
            if one["choices"].get(key, "-") != old.get(key, "-"):
                place = one["group"] or one["side"]
                changed[place] = changed.get(place, 0) + 1
        rows = changed_by_row(published, question, changed, groups=groups)
        if not may_republish(rows.values(), k, elsewhere=1):
            return False
    return True


def assert_new_pictures_part_from_old_ones_safely(before, after, k):
    for new, which, ids, cell, _, _ in blocks(after, frozenset()):
        old = before.dimension(new.key)
        for question in ("current", "desired"):
            picture, counts = cell.picture(question), known(old, which, ids, question)
            if picture and counts and picture.on_pairs:
                assert not 0 < people_apart(counts, picture.counts) < k
        was = next((o.cell for o in old.rows_of(which) if o.group_ids == ids), None)
        was = old.sides[which] if ids is None else was
        if was and was.gap and cell.gap:
            assert not 0 < people_apart(was.gap.today, cell.gap.today) < k
            assert not 0 < people_apart(was.gap.wanted, cell.gap.wanted) < k
