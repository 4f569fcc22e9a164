"""The sample meeting of DESIGN, number by number and word by word, and the rules behind it."""

from collections import Counter

import pytest

from app.core import sentences as s
from app.core.dissonance import compare, compare_rows
from app.core.measures import emd_steps, interpolated_median, paired_shift
from app.core.published import Cell, Picture
from app.core.release import publish
from app.core.scales import Dimension, Step, Template
from app.core.voices import Voice

LADDER = Template(
    "stair",
    "Stair",
    "",
    (Dimension("d", "D", "ordered", tuple(Step(i, f"Step {i}") for i in range(1, 6))),),
)
MEETING = {
    ("Procurement", "customer"): "14 12 24 23 33",
    ("Leadership", "customer"): "25 24 35",
    ("Operations", "customer"): "24 25 34 34 35 43 --",
    ("Delivery", "supplier"): "23 34 35",
    ("Directors", "supplier"): "34 45 44",
    ("Account team", "supplier"): "35 45 45 44",
}
NAMES = {"customer": "Northfield", "supplier": "Halden"}
GROUP_NAMES = {name: name for name, _ in MEETING}


def meet(meeting, **more):
    voices = [
        Voice(
            group,
            side,
            {
                ("d", question): None if answer == "-" else int(answer)
                for question, answer in zip(("current", "desired"), pair, strict=True)
            },
        )
        for (group, side), pairs in meeting.items()
        for pair in pairs.split()
    ]
    more.setdefault("reveal", frozenset({"current", "desired"}))
    return publish(voices, template=LADDER, groups=list(meeting), k=3, **more).dimension("d")


SAMPLE = meet(MEETING)
CELLS = {row.id: row.cell for row in SAMPLE.rows} | {NAMES[side]: cell for side, cell in SAMPLE.sides.items()}


@pytest.mark.parametrize(
    ("who", "n", "today", "wanted", "gap", "moves"),
    [
        ("Northfield", 14, "2.3", "4.0", "+1.6", "12 up, 1 stay, 1 down"),
        ("Procurement", 5, "1.8", "3.3", "+1.4", "4 up, 1 stay"),
        ("Leadership", 3, "2.3", "4.8", "+2.3", "3 up"),
        ("Operations", 6, "2.8", "4.2", "+1.3", "5 up, 1 down"),
        ("Halden", 10, "3.5", "4.5", "+1.0", "8 up, 2 stay"),
        ("Delivery", 3, "2.8", "4.0", "+1.3", "3 up"),
        ("Directors", 3, "3.8", "4.3", "+0.7", "2 up, 1 stay"),
        ("Account team", 4, "3.8", "4.8", "+1.0", "3 up, 1 stay"),
    ],
)
def test_the_sample_meeting_number_by_number(who, n, *, today, wanted, gap, moves):
    cell = CELLS[who]
    shift = cell.gap.shift
    assert cell.current.n == cell.desired.n == shift.n_pairs == n
    assert s.one_decimal(interpolated_median(cell.gap.today)) == today
    assert s.one_decimal(interpolated_median(cell.gap.wanted)) == wanted
    assert s.signed(shift.mean_gap) == gap
    assert s.moves(shift.up, shift.stay, shift.down) == moves


def all_pairs():
    return [
        (question, pair)
        for question in ("current", "desired")
        for pair in compare_rows({row.id: row.cell.picture(question).counts for row in SAMPLE.rows})
    ]


def test_the_sample_meeting_has_thirty_comparisons_of_which_five_are_clear():
    flags = Counter(pair.flag for _, pair in all_pairs())
    assert flags["clear"] == 5
    assert flags["ask"] == 5
    assert flags.total() == 30
    assert flags["none"] == 20


@pytest.mark.parametrize(("question", "apart", "flag"), [("current", "1.0", "clear"), ("desired", "0.5", "none")])
def test_the_sides_of_the_sample_meeting_are_apart_on_today(question, apart, flag):
    a, b = (SAMPLE.sides[side].picture(question).counts for side in ("customer", "supplier"))
    assert s.one_decimal(emd_steps(a, b)) == apart
    assert compare("customer", a, "supplier", b).flag == flag


def test_one_person_of_the_sample_meeting_could_not_judge():
    assert SAMPLE.sides["customer"].could_not_judge == 1
    assert SAMPLE.sides["supplier"].could_not_judge == 0


def sentence_of(question, pair, *, us=False):
    rows = {row.id: row for row in SAMPLE.rows}
    a, b = rows[pair.a], rows[pair.b]
    return s.tell_pair(
        s.party_of(a, GROUP_NAMES),
        a.cell.picture(question).counts,
        s.party_of(b, GROUP_NAMES),
        b.cell.picture(question).counts,
        question,
        us=us,
    )


def test_the_pairs_of_the_sample_meeting_read_as_in_the_report():
    ranked = sorted(all_pairs(), key=lambda one: ("clear", "ask", "none").index(one[1].flag))
    clear = sorted((p for p in ranked if p[1].flag == "clear"), key=lambda one: -one[1].emd_steps)
    assert [(sentence_of(*one), s.one_decimal(one[1].emd_steps)) for one in clear] == [
        (
            "4 of 5 in Procurement see today two or more steps below where the Account team does.",
            "2.0",
        ),
        ("4 of 5 in Procurement see today two or more steps below where the Directors do.", "1.9"),
        ("3 of 5 in Procurement want two or more steps below what the Account team wants.", "1.6"),
        ("2 of 3 in Leadership want two or more steps above what Procurement wants.", "1.5"),
        (
            "2 of 3 in Leadership see today two or more steps below where the Account team does.",
            "1.4",
        ),
    ]
    asked = [sentence_of(*one) for one in ranked if one[1].flag == "ask"]
    assert "4 of 5 in Procurement see today a step or more below where Operations does." in asked


def test_the_account_team_alone_reads_us_and_our():
    told = {(q, pair.a, pair.b): sentence_of(q, pair, us=True) for q, pair in all_pairs()}
    assert told["current", "Procurement", "Account team"] == (
        "4 of 5 in Procurement see us two or more steps below where our account team does."
    )
    assert told["current", "Procurement", "Operations"] == (
        "4 of 5 in Procurement see us a step or more below where Operations does."
    )
    assert told["desired", "Procurement", "Account team"] == (
        "3 of 5 in Procurement want two or more steps below what our account team wants."
    )


def test_the_headline_of_the_sample_meeting():
    assert s.headline(NAMES, SAMPLE.sides) == {
        "customer": "Northfield sees step 2 today and wants step 4.",
        "supplier": "Halden sees step 3 to 4 and wants 4 to 5.",
    }
    assert s.one_line(NAMES, SAMPLE.sides) == (
        "Northfield sees step 2 today and wants step 4; Halden sees step 3 to 4 and wants 4 to 5."
    )


def test_the_finding_of_the_sample_meeting():
    assert s.finding(NAMES, SAMPLE.sides, SAMPLE.rows, GROUP_NAMES) == s.Finding(
        "8 of 14 at Northfield see today a step or more below where Halden does.", "clear"
    )


@pytest.mark.parametrize(
    ("halden", "words"),
    [("", "Halden has no answers."), ("34 45", "Halden has too few answers to show.")],
)
def test_with_one_side_the_groups_furthest_apart_are_the_finding(halden, words):
    one = meet({key: pairs for key, pairs in MEETING.items() if key[1] == "customer"} | {("H", "supplier"): halden})
    assert s.headline(NAMES, one.sides)["supplier"] == words
    assert s.finding(NAMES, one.sides, one.rows, GROUP_NAMES) == s.Finding(
        "4 of 5 in Procurement see today a step or more below where Operations does.", "ask"
    )


def test_a_side_after_a_hidden_one_gets_the_first_form():
    one = meet({("H", "customer"): "34 45", ("Team", "supplier"): "23 34 35"})
    assert list(s.headline(NAMES, one.sides).values()) == [
        "Northfield has too few answers to show.",
        "Halden sees step 3 today and wants step 4.",
    ]
    assert s.finding(NAMES, one.sides, one.rows, {}) is None


def test_one_question_alone_has_its_own_sentence():
    today = meet(MEETING, reveal=frozenset({"current"}))
    wanted = meet(MEETING, reveal=frozenset({"desired"}))
    assert s.headline(NAMES, today.sides)["customer"] == "Northfield sees step 2 today."
    assert s.headline(NAMES, wanted.sides)["supplier"] == "Halden wants step 4 to 5."
    assert s.finding(NAMES, wanted.sides, wanted.rows, GROUP_NAMES) is None


def test_nothing_revealed_has_no_words():
    assert s.headline(NAMES, {"customer": Cell(), "supplier": Cell()}) == {}
    assert s.one_line(NAMES, {"customer": Cell(), "supplier": Cell()}) is None


def test_the_same_step_twice_is_a_wish_to_stay():
    one = meet({("G", "customer"): "33 33 33", ("T", "supplier"): "34 34 34"})
    assert list(s.headline(NAMES, one.sides).values()) == [
        "Northfield sees step 3 today and wants to stay there.",
        "Halden sees step 3 and wants 4.",
    ]


def cells(customer, supplier):
    made = [Cell(current=Picture(sum(c), c, 0)) for c in (customer, supplier)]
    return dict(zip(("customer", "supplier"), made, strict=True))


@pytest.mark.parametrize(
    ("customer", "supplier", "sentence"),
    [
        (
            (0, 3, 9, 2, 0),
            (0, 1, 8, 1, 0),
            "Most at Northfield see today where Halden does: 9 of 14.",
        ),
        (
            (0, 6, 3, 5, 0),
            (0, 0, 9, 0, 0),
            "Northfield is divided on today: 6 on step 2, 5 on step 4.",
        ),
        (
            (0, 3, 0, 0, 0),
            (0, 0, 2, 2, 0),
            "All 3 at Northfield see today a step or more below where Halden does.",
        ),
        (
            (0, 0, 0, 1, 4),
            (3, 0, 0, 0, 0),
            "4 of 5 at Northfield see today four or more steps above where Halden does.",
        ),
        (
            (0, 0, 0, 1, 0),
            (0, 3, 0, 0, 0),
            "The one person at Northfield sees today two or more steps above where Halden does.",
        ),
    ],
)
def test_the_finding_has_a_sentence_for_every_plain_gap(customer, supplier, sentence):
    assert s.finding(NAMES, cells(customer, supplier), [], {}).sentence == sentence


A, B = (0, 1, 4, 0, 0), (0, 0, 5, 0, 0)


@pytest.mark.parametrize(
    ("reference", "counts", "other", "question", "us", "sentence"),
    [
        (
            s.Party("Buyers", "customer"),
            A,
            B,
            "current",
            False,
            "Most in Sales see today where the Buyers do: 4 of 5.",
        ),
        (
            s.Party("Buyers", "customer"),
            A,
            B,
            "desired",
            False,
            "Most in Sales want what the Buyers want: 4 of 5.",
        ),
        (
            s.Party("The Board", "customer"),
            A,
            B,
            "current",
            True,
            "Most in Sales see us where The Board does: 4 of 5.",
        ),
        (
            s.Party("Other groups", "customer", "pooled"),
            (3, 0, 0, 0, 0),
            B,
            "current",
            False,
            "All 3 in Sales see today two or more steps below where the other groups do.",
        ),
        (
            s.Party("IT", "supplier"),
            (2, 0, 0, 2, 0),
            B,
            "desired",
            True,
            "Sales is divided on what it wants: 2 on step 1, 2 on step 4.",
        ),
        (
            s.Party("IT", "supplier"),
            A,
            B,
            "current",
            True,
            "Most in Sales see us where our IT does: 4 of 5.",
        ),
    ],
)
def test_pairs_have_a_sentence_for_every_plain_gap(reference, counts, other, *, question, us, sentence):
    sales = s.Party("Sales", "customer")
    assert s.pair_sentence(sales, counts, reference, other, question, us=us) == sentence


def test_plural_names_take_plural_verbs():
    directors = s.Party("Directors", "supplier")
    mixed, straight = (2, 0, 0, 2, 0), (0, 0, 3, 0, 0)
    sales = s.Party("Sales", "supplier")
    assert s.pair_sentence(directors, mixed, sales, straight, "desired").startswith(
        "The Directors are divided on what they want: "
    )
    assert s.pair_sentence(directors, (0, 0, 0), sales, straight, "current") is None


def test_small_words():
    assert s.moves(0, 0, 0) == ""
    assert s.moves(4, 1, 0) == "4 up, 1 stay"
    assert [s.signed(v) for v in (1.44, -0.5, 0.04, -0.04, 0.25, -0.25)] == [
        "+1.4",
        "\u22120.5",
        "0.0",
        "0.0",
        "+0.3",
        "\u22120.3",
    ]
    assert [s.step_word(v) for v in (2.3, 3.5, 2.75, 4)] == ["2", "3 to 4", "3", "4"]
    assert [s.short_name(n) for n in ("Northfield Foods", "Halden", "Acme & Partners", "Fourteen chars")] == [
        "Northfield",
        "Halden",
        "Acme",
        "Fourteen chars",
    ]
    assert s.short_name("Northfield Foods", "NF Group") == "NF Group"
    assert s.flag_words("clear") == "clear in this room"
    assert s.agreement_words("same", 4) == "all 4 on the same step"
    assert s.agreement_words("split", 6) == "two camps"
    assert s.agreement_words(None, 0) == "no answers"
    assert s.state_words("false_conflict") == "You agree more than you think."


def test_how_people_moved_between_rounds():
    def moved(*pairs):
        return s.moved_words(paired_shift(pairs))

    assert moved((2, 3), (2, 3), (1, 2), (4, 4)) == "3 of 4 moved up, 1 stayed"
    assert moved((3, 2), (3, 2), (3, 1)) == "3 of 3 moved down"
    assert moved((3, 2), (3, 4), (3, 4), (1, 1)) == "2 of 4 moved up, 1 down, 1 stayed"
    assert moved((1, 1), (2, 2), (3, 3)) == "all 3 stayed"


@pytest.mark.parametrize(
    ("question", "before", "now", "title"),
    [
        ("current", 1.4, 0.8, "After talking, the sides are closer on today"),
        ("desired", 0.5, 1.0, "After talking, the sides are further apart on what they want"),
        ("current", 1.04, 1.01, "After talking, the sides are as far apart on today as before"),
        ("current", None, 1.0, "After talking: both rounds"),
    ],
)
def test_two_rounds_have_a_title(question, before, now, title):
    assert s.rounds_title(question, before, now) == title


@pytest.mark.parametrize(
    ("states", "title"),
    [
        (("false_consensus", "true_dissensus"), "We see today differently. Only one side expected it."),
        (("true_dissensus", "true_dissensus"), "We see today differently. Both sides expected it."),
        (("false_consensus", "false_consensus"), "We see today differently. Neither side expected it."),
        (("true_consensus", "true_consensus"), "We see today alike. Both sides know it."),
        (("true_consensus", "false_conflict"), "We see today alike. Only one side knew it."),
        (("true_consensus",), "What each side said, and what it thought the other would say"),
        ((), "What each side said, and what it thought the other would say"),
    ],
)
def test_the_mirror_has_a_title(states, title):
    assert s.mirror_title(states) == title


def test_how_far_off_a_guess_is():
    assert [s.off_words(gap) for gap in (0.9, -0.99, 1.1, -2.0)] == [
        "close",
        "close",
        "1.1 steps above",
        "2.0 steps below",
    ]
