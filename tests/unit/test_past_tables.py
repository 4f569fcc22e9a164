"""Tables of past answers: which layout they have, what is proposed, what each row says, and what is wrong with it."""

from collections.abc import Sequence
from typing import Any

import pytest

from app.core import table_guesses
from app.core.importing import OUT, Matching, Reading, other_words, read_people
from app.core.past_table import Keys, Sheet, Table, by_person, table_of
from app.core.session_templates import SUPPLIER_TO_PARTNER
from app.errors import BadInput

LADDER = SUPPLIER_TO_PARTNER.dimensions[0]
HEADS = ["Email", "Group", "Today", "Wanted", "Idea", "Who"]
SIDES = {"leadership": "customer", "delivery": "supplier"}
FIELDS = ("person", "group", "current", "desired", "change", "who")


def table(*rows: Sequence[str], heads: Sequence[str] = HEADS) -> Table:
    return table_of([heads, *rows], 1)


def read(*rows: Sequence[str], sides: Any = None, **more: Any) -> Reading:
    columns = {field: number for number, field in enumerate(FIELDS)}
    return read_people(
        table(*rows), Matching(columns, SIDES if sides is None else sides, more.get("steps", {})), LADDER
    )


def wrong(*rows: Sequence[str], **more: Any) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.sentence) for one in read(*rows, **more).errors]


def step(said: str) -> int | str | None:
    """What an entry is read as: a step, None for *can't judge*, "" for not answered, else why not."""
    found = read(["", "Leadership", said])
    return found.errors[0].sentence if found.errors else found.people[0].choices.get("current", "")


@pytest.mark.parametrize(
    ("said", "position"),
    [
        ("4", 4), ("4.0", 4), ("4,0", 4), ("Step 4", 4), ("4. Trusted advisor", 4), ("4, we are asked", 4),
        ("4 – Trusted advisor", 4), ("4/5", 4), ("4 of 5", 4), ("TRUSTED ADVISOR", 4), ("Advisor", 4),
        ("Trusted advisor: we are asked before decisions", 4), ("Partner", 5), ("Preferred supplier", 2),
        ("n/a", None), ("Can’t judge", None), ("?", None), ("", ""), ("-", ""),
    ],
)  # fmt: skip
def test_steps_are_read_by_number_and_by_name(said: str, position: int | str | None) -> None:
    assert step(said) == position


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("3,5", "“3,5” lies between two steps. Each person’s own answer is a whole step."),
        ("3.5", "“3.5” lies between two steps. Each person’s own answer is a whole step."),
        ("0", "“0” is not on this stair, which has the steps 1 to 5."),
        ("7", "“7” is not on this stair, which has the steps 1 to 5."),
        ("4/10", "“4/10” is of a stair with 10 steps; this one has 5."),
        ("2 - Partner", "“2 - Partner” says step 2, but that name is step 5."),
        ("Vendor", "“Vendor” is not a step. Use 1 to 5, or a step’s name."),
        ("#REF!", "“#REF!” is not a step. Use 1 to 5, or a step’s name."),
        ("=B2+1", "This cell holds a formula and no result. Open the file, save it, and choose it again."),
        ("2024-01-02", "“2024-01-02” is not a step. Use 1 to 5, or a step’s name."),
        ("4 5", "“4 5” is not a step. Use 1 to 5, or a step’s name."),
    ],
)
def test_nothing_is_guessed_about_a_step(said: str, words: str) -> None:
    assert step(said) == words


def test_names_that_are_not_the_ladders_own_mean_what_is_said_of_them() -> None:
    matching = Matching({"group": 1, "current": 2}, SIDES, {})
    rows = table(
        ["", "Leadership", "Vendor"], ["", "Leadership", "vendor"], ["", "Leadership", "7"], ["", "Delivery", "=A1"]
    )
    assert other_words(rows, matching, LADDER) == ["Vendor"]

    assert read(["", "Leadership", "VENDOR"], steps={"vendor": 1}).people[0].choices == {"current": 1}
    assert read(["", "Leadership", "Vendor"], steps={"vendor": None}).people[0].choices == {"current": None}


def test_what_is_wrong_is_told_with_row_and_column() -> None:
    long = "x" * 300
    found = wrong(
        ["a", "Leadership", "3", "4", long, "us"],
        ["b", "", "3", "9"],
        ["A", "Leadership", "3"],
        ["c", "Delivery", "3", "4", "More of it", "the boss"],
        ["d", "Leadership", "3", "4"],
    )

    assert found == [
        (2, "Idea", "This text has 300 characters; 280 fit."),
        (3, "Group", "This row does not name the group, so it is on neither side."),
        (3, "Wanted", "“9” is not on this stair, which has the steps 1 to 5."),
        (4, "Email", "The same person answered in row 2. One of the two rows has to go."),
        (5, "Who", "“the boss” does not say who would have to change: us, them or both."),
    ]
    assert wrong(["", "y" * 81, "3"], sides={"y" * 81: "customer"}) == [
        (2, "Group", "The group’s name has 81 characters; 80 fit.")
    ]
    assert wrong(["", "Lead\x07", "3"], sides={"lead\x07": "customer"})[0][2].startswith(
        "The group’s name holds a character"
    )


def test_rows_with_an_error_are_not_read_and_the_others_are() -> None:
    found = read(
        ["", "Leadership", "3", "4", "Share plans", "them"], ["", "Leadership", "9"], ["", "delivery ", "2", "?"]
    )

    assert [(one.side, one.group, dict(one.choices)) for one in found.people] == [
        ("customer", "Leadership", {"current": 3, "desired": 4}),
        ("supplier", "delivery", {"current": 2, "desired": None}),
    ]
    assert [(one.writer, one.text, one.who, one.status) for one in found.ideas] == [
        (0, "Share plans", "supplier", "waiting")
    ]
    assert found.rows == (2, 4)


def test_groups_are_one_whatever_their_capitals_and_can_be_left_out() -> None:
    found = read(
        ["", "Leadership", "3"], ["", "LEADERSHIP", "4"], ["", "Observers", "5"], sides={**SIDES, "observers": OUT}
    )

    assert [one.group for one in found.people] == ["Leadership", "Leadership"]
    assert (found.left_out, found.errors) == (1, ())


def test_anonymous_is_no_person_and_somebody_who_said_nothing_was_there() -> None:
    found = read(["anonymous", "Leadership", "3"], ["Anonymous", "Leadership"], ["", "Leadership", "4"])

    assert [dict(one.choices) for one in found.people] == [{"current": 3}, {}, {"current": 4}]
    assert found.errors == ()


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"group": 1}, "Choose the column that holds the step today"),
        ({"current": 2}, "Choose the column that holds the group or the side"),
        ({"current": 2, "group": 2}, "The column “Today” is chosen twice"),
        ({"current": 2, "group": 0}, "The column “Email” holds more than 30 different entries"),
        ({"current": 2, "group": 1}, "Say on whose side “Team 1” and 1 more should be counted"),
    ],
)
def test_a_matching_that_cannot_be_read_says_why(columns: Any, words: str) -> None:
    rows = [[f"p{number}", f"Team {1 + number % 2}", "3"] for number in range(40)]

    with pytest.raises(BadInput, match=words):
        read_people(table(*rows), Matching(columns, {}, {}), LADDER)


def test_more_people_than_a_meeting_takes_are_refused() -> None:
    rows = [["", "Leadership", "3"]] * 2_001

    with pytest.raises(BadInput, match="has 2,001 people; a meeting takes 2,000"):
        read(*rows)


@pytest.mark.parametrize(
    ("rows", "heads", "columns"),
    [
        (  # Google Forms
            [["Timestamp", "Which group are you in?", "How would you describe our relationship today?",
              "Where would you like it to be?", "What would have to change to get to where you want it?"]],
            1, {"time": 0, "group": 1, "current": 2, "desired": 3, "change": 4},
        ),
        (  # Microsoft Forms
            [["ID", "Start time", "Completion time", "Email", "Name", "Your department", "Relationship today", "Wanted step"]],
            1, {"time": 2, "group": 5, "current": 6, "desired": 7},
        ),
        (  # Slido, people and their polls, under a title
            [["Poll results per user"], [], ["User ID", "User Name", "User Company", "Where are we today?", "Where to go: target"]],
            3, {"side": 2, "current": 3, "desired": 4},
        ),
        (  # Qualtrics: codes, the questions, then its own names
            [["StartDate", "ResponseId", "Q1", "Q2"], ["Start Date", "Response ID", "Your team", "Our relationship today"],
             ['{"ImportId":"startDate"}', '{"ImportId":"_recordId"}', '{"ImportId":"QID1"}', '{"ImportId":"QID2"}']],
            2, {"time": 0, "group": 2, "current": 3},
        ),
        (  # SurveyMonkey: a second row of headings
            [["Respondent ID", "Collector ID", "Start Date", "Which side are you on?", "Today", "What would have to change?"],
             ["", "", "", "Response", "Response", "Open-Ended Response"]],
            1, {"time": 2, "side": 3, "current": 4, "change": 5},
        ),
    ],
)  # fmt: skip
def test_the_columns_that_tools_export_are_proposed(rows: list[list[str]], heads: int, columns: dict[str, int]) -> None:
    answers = [[f"r{number}", *["x"] * (len(rows[-1]) - 1)] for number in range(3)]

    assert table_guesses.heads_of([*rows, *answers]) == heads
    found = table_of([*rows, *answers], heads)
    assert len(found.lines) == 3, "headings are no answers"
    guessed = table_guesses.columns_of(found.headings, found)
    assert {field: column for field, column in guessed.items() if field != "person"} == columns


def test_a_row_for_each_answer_becomes_a_line_for_each_person() -> None:
    rows = [
        ["Screen name", "Company", "Poll title", "Response", "Received at"],
        ["ann", "Northfield", "Today", "3", "2026-03-02 09:00"],
        ["bob", "Halden", "Today", "4", "2026-03-02 09:01"],
        ["ann", "", "Wanted", "5", "2026-03-02 09:05"],
        ["", "Halden", "Wanted", "5", ""],
        ["ann", "Northfield", "Today", "2", "2026-03-02 09:06"],
        ["bob", "Halden", "Today", "4", "2026-03-02 09:07"],
    ]
    keys = table_guesses.keys_of(rows[0])
    assert keys == Keys(0, 2, 3)

    found = by_person(table_of(rows, 1), keys)

    assert found.headings == ("Screen name", "Company", "Received at", "Today", "Wanted")
    assert [list(line.cells) for line in found.lines] == [
        ["ann", "Northfield", "2026-03-02 09:00", "3", "5"], ["bob", "Halden", "2026-03-02 09:01", "4", ""],
    ]  # fmt: skip
    assert found.lines[0].row_of(4) == 4
    assert [(one.row, one.column, one.sentence) for one in found.broken] == [
        (5, "Screen name", "This row does not say whose answer it is."),
        (6, "Today", "The same person gave another answer to this in row 2. One of the two has to go."),
    ]


def test_keys_in_one_column_and_a_table_with_nothing_below_are_refused() -> None:
    rows = [["Name", "Question", "Answer"], ["ann", "Today", "3"]]
    with pytest.raises(BadInput, match="are three columns"):
        by_person(table_of(rows, 1), Keys(0, 0, 2))
    with pytest.raises(BadInput, match="no answers below the headings in row 2"):
        table_of(rows, 2)
    with pytest.raises(BadInput, match="Row 3 of this table is empty"):
        table_of(rows, 3)


def test_a_row_with_more_cells_than_headings_is_told() -> None:
    found = table(["a", "Leadership", "3", "4", "", "", "stray"])

    assert [(one.row, one.sentence) for one in found.broken] == [
        (2, "This row has 7 cells and there are 6 headings. Is a quotation mark missing?")
    ]


def test_the_sheet_with_the_answers_is_proposed() -> None:
    sheets = [Sheet("Cover", [["Report"], ["of a poll"]]), Sheet("Data", [["Group", "Today"], ["A", "3"]])]

    assert table_guesses.sheet_of(sheets) == 1


def test_sides_are_proposed_by_words_companies_and_groups_of_before() -> None:
    names = {"customer": "Northfield Foods", "supplier": "Halden Works"}
    entries = ["Customer", "NORTHFIELD", "Halden Works", "Quality", "Delivery", "Nobody knows"]

    found = table_guesses.sides_of(entries, names, {"quality": "customer"})

    assert found == {
        "customer": "customer", "northfield": "customer", "halden works": "supplier", "quality": "customer",
        "delivery": "supplier",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "day"),
    [
        (["2026/03/02 9:14:11 AM GMT+1", "2026-03-02T10:00", "2026-03-03"], "2026-03-02"),
        (["2.3.2026 09:00", "14.3.2026 09:00", "2.3.2026 10:00"], "2026-03-02"),
        (["3/2/2026 9:14", "3/14/2026 9:14", "3/2/2026 9:15"], "2026-03-02"),
        (["3/2/2026 9:14", "3/2/2026 9:15"], ""),
        (["4/4/2026"], "2026-04-04"),
        (["yesterday"], ""),
    ],
)
def test_the_day_is_proposed_where_it_can_be_read_without_doubt(texts: list[str], day: str) -> None:
    assert table_guesses.day_of(texts) == day
