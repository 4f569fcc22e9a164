"""Sessions of an account beside each other: what is the same, what changed, and that no figure comes but from its own session."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.release import publish
from app.core.scales import Dimension, Step, Template
from app.core.series import (
    Asked,
    At,
    apart_words,
    company_notes,
    folded,
    group_notes,
    moved_words,
    other_words,
    same_stair,
    wording_note,
)
from app.store.tables import LiveSession, SessionGroup
from app.views.public import Public
from app.views.series import series
from tests.unit.meetings import BOTH, GROUPS, as_voices, ladder, meetings

NAMES = {"customer": "Northfield", "supplier": "Halden"}


def stair(*labels, key="d", kind="ordered"):
    return Dimension(key, "Our relationship", kind, tuple(Step(i, label) for i, label in enumerate(labels, 1)))


@pytest.mark.parametrize(
    ("one", "other"), [("Procurement", " procurement "), ("IT  team", "it team"), ("ＩＴ", "IT"), ("Straße", "STRASSE")]
)
def test_groups_are_the_same_whatever_their_capitals_spaces_and_widths(one, other):
    assert folded(one) == folded(other)


def test_a_stair_is_the_same_with_other_words_but_not_with_other_steps():
    abc = stair("A", "B", "C")

    assert same_stair(abc, stair("A", "B2", "C"), alone=False)
    assert not same_stair(abc, stair("A", "B", "C", "D"), alone=True)
    assert same_stair(abc, stair("A", "B", "C", key="e"), alone=True)
    assert not same_stair(abc, stair("A", "B", "C", key="e"), alone=False)
    assert not same_stair(abc, stair("A", "B", "X", key="e"), alone=True)
    assert not same_stair(stair("A", "B", "C", kind="set"), stair("A", "B", "C", kind="set"), alone=True)
    assert other_words(abc, stair("a", "B2", "C")) == [(2, "B", "B2")]
    assert wording_note(abc, stair("a", "b", "c"), "May 2026") == ""
    assert wording_note(abc, stair("A", "B2", "C2"), "May 2026") == (
        "The stair’s words changed in May 2026: step 2 was “B” and is “B2”, and 1 other step has another name too. "
        "Compare with care."
    )


def test_what_changed_of_groups_and_companies_is_said():
    def asked(when, *groups, **names):
        return Asked(when, tuple(("customer", name) for name in groups), NAMES | names)

    sessions = [asked("May", "Ops", "IT"), asked("June", "ops", "IT"), asked("July", "Ops", "Digital"), asked("August")]

    assert list(group_notes(sessions)) == [
        "Groups in July: no longer there: IT; new: Digital. A group under a new name starts a line of its own.",
        "In August people were asked by side only, before that by group.",
    ]
    assert list(company_notes([*sessions, asked("September", customer="Northfield AG")])) == [
        "Until August “Northfield AG” was called “Northfield”."
    ]
    assert list(group_notes(sessions[:1])) == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([], ""),
        ([1.42], "The sides are 1.4 steps apart in S1."),
        ([2.0, 1.9, 1.4], "Closer: 1.4 steps apart in S3, 2.0 in S1."),
        ([1.0, 1.3], "Further apart: 1.3 steps apart in S2, 1.0 in S1."),
        ([1.04, 1.25], "Further apart: 1.3 steps apart in S2, 1.0 in S1."),
        ([1.0, 1.2], "As far apart as before: 1.2 steps apart in S2, 1.0 in S1."),
    ],
)
def test_how_far_apart_is_one_sentence(values, words):
    assert apart_words([At(f"S{number}", value) for number, value in enumerate(values, 1)]) == words


def test_a_side_moves_by_what_is_read():
    def moved(*values):
        return moved_words("Northfield", [At(f"S{number}", value) for number, value in enumerate(values, 1)])

    assert moved(2.0) == ""
    assert moved(1.8, 1.0, 2.3) == "Northfield sees today 0.5 steps higher than in S1"
    assert moved(3.0, 2.0) == "Northfield sees today 1.0 step lower than in S1"
    assert moved(2.0, 2.2) == "Northfield sees today much as in S1"


# --- what the gate published, side by side ---------------------------------------------------------


def held(number, meeting, k=3):
    """A session of a random meeting, revealed at the gate; (session, what is public, groups)."""
    template, groups, made = meeting
    published = publish(as_voices(made), template=template, groups=groups, k=k, reveal=BOTH)
    id_ = f"session-{number}"
    session = LiveSession(
        id=id_, title=id_, customer="Northfield", supplier="Halden", created_at=number * 40 * 86_400_000
    )
    known = Public(session, template, {}, {group: group for group, _ in groups}, published, kept=False)
    rows = [
        SessionGroup(id=group, session_id=id_, name=group, side=side, position=at)
        for at, (group, side) in enumerate(groups)
    ]
    return session, known, rows


def beside(*sessions):
    return series(
        [session for session, _, _ in sessions],
        {session.id: known for session, known, _ in sessions},
        {session.id: rows for session, _, rows in sessions},
        "UTC",
    )


def columns(found):
    """What is told of each session on each stair: everything but what compares it with others."""
    return {
        (stop.session_id, track.label): {
            (line.side, line.name): (line.points[at].row, line.points[at].furthest) for line in track.lines
        }
        | {"apart": (track.today[at], track.wanted[at], stop.answers)}
        for track in found.tracks
        for at, stop in enumerate(track.stops)
    }


@settings(max_examples=40, deadline=None)
@given(meetings(), meetings(), st.sampled_from([3, 3, 5]))
def test_a_series_tells_of_each_session_what_it_published_alone_and_nothing_else(one, other, k):
    first, second = held(1, one, k), held(2, other, k)
    together = columns(beside(first, second))

    for session in (first, second):
        own = columns(beside(session))
        for place, told in own.items():
            more = {who: found for who, found in together[place].items() if who not in told}
            assert {who: together[place][who] for who in told} == told
            assert all(row.why and not _numbers(row) for row, _ in more.values()), "groups of the other session"


@settings(max_examples=80, deadline=None)
@given(meetings())
def test_who_is_not_published_has_a_reason_and_no_number(meeting):
    session = held(1, meeting)
    published = session[1].published

    for (_, label), told in columns(beside(session)).items():
        result = published.dimension(label)
        alone = {row.group_ids[0]: row.cell for row in result.rows if row.kind == "group"}
        for group, side in GROUPS:
            if (side, group) in told:
                row, furthest = told[side, group]
                assert bool(row.why) == (group not in alone or not alone[group].shown)
                if row.why:
                    assert not _numbers(row)
                    assert furthest == ""
                    assert not any(f"from {group}" in point[1] for point in told.values() if len(point) == 2)
        for side in NAMES:
            if not result.sides[side].shown:
                assert not _numbers(told[side, NAMES[side]][0])
                assert told["apart"][0].steps == ""


def _numbers(row):
    return [row.n, row.up, row.stay, row.down] != [0] * 4 or any(
        one is not None for one in (row.today, row.wanted, row.gap, row.t, row.w, row.before)
    )


def test_ladders_of_three_and_ten_steps_stand_on_tracks_of_their_own():
    def on(number, steps):
        people = [{"group": "A", "side": "customer", "choices": {("d", q): 2 for q in BOTH}} for _ in range(4)]
        return held(number, (Template("t", "T", "", (ladder(steps=steps),)), GROUPS, people))

    found = beside(on(1, 10), on(2, 3), on(3, 10), on(4, 3))

    assert [(len(track.steps), [stop.session_id for stop in track.stops]) for track in found.tracks] == [
        (3, ["session-2", "session-4"]),
        (10, ["session-1", "session-3"]),
    ]
    (note,) = found.notes
    assert note.startswith("Another stair in February 1970 and May 1970: 10 steps, from Step 1 to Step 10.")
    assert note.endswith("Figures on different stairs are not compared.")
