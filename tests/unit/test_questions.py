"""The steps of a question: which command leads where."""

from itertools import product

import pytest

from app.core.questions import LADDER_QUESTIONS, ORDER, Command, Status, needs_quiet, next_status

WAITING, OPEN, CLOSED, REVEALED = Status.WAITING, Status.OPEN, Status.CLOSED, Status.REVEALED
LEADS = {
    (WAITING, Command.OPEN): OPEN,
    (OPEN, Command.CLOSE): CLOSED,
    (CLOSED, Command.OPEN): OPEN,
    (CLOSED, Command.REOPEN): OPEN,
    (CLOSED, Command.REVEAL): REVEALED,
    (REVEALED, Command.HIDE): CLOSED,
    (REVEALED, Command.REOPEN): OPEN,
}
REPEATS = {
    (CLOSED, Command.CLOSE): CLOSED,
    (CLOSED, Command.HIDE): CLOSED,
    (REVEALED, Command.REVEAL): REVEALED,
    (REVEALED, Command.CLOSE): REVEALED,
}


@pytest.mark.parametrize(("status", "command"), [*product(Status, Command)])
def test_a_command_leads_where_it_should_or_nowhere(status: Status, command: Command) -> None:
    assert next_status(status, command) == (LEADS | REPEATS).get((status, command))


@pytest.mark.parametrize("command", [Command.CLOSE, Command.REVEAL, Command.HIDE])
def test_close_reveal_and_hide_can_be_repeated(command: Command) -> None:
    for status in Status:
        after = next_status(status, command)
        assert after is None or next_status(after, command) == after


def test_an_open_question_can_only_be_closed() -> None:
    assert [command for command in Command if next_status(OPEN, command)] == [Command.CLOSE]


def test_nothing_is_revealed_that_was_not_closed_first() -> None:
    ways = [status for status in Status if next_status(status, Command.REVEAL) is REVEALED]

    assert ways == [CLOSED, REVEALED]


def test_opening_and_reopening_need_quiet_and_nothing_else_does() -> None:
    assert {command for command in Command if needs_quiet(command)} == {Command.OPEN, Command.REOPEN}


def test_the_ladder_questions_are_asked_in_their_order() -> None:
    assert [key for key in ORDER if key in LADDER_QUESTIONS] == list(LADDER_QUESTIONS)
