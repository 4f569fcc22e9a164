"""Which status a question may move to. Pure: no clock, no database, no people."""

from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """Where a question stands."""

    WAITING = "waiting"
    OPEN = "open"
    CLOSED = "closed"
    REVEALED = "revealed"


class Command(StrEnum):
    """What a facilitator can ask of a question."""

    OPEN = "open"
    CLOSE = "close"
    REVEAL = "reveal"
    HIDE = "hide"
    REOPEN = "reopen"


ORDER: Final = ("current", "desired", "mirror", "change", "readiness")
"""The order in which questions are asked."""

LADDER_QUESTIONS: Final = ("current", "desired", "mirror")
"""Questions that are answered with steps."""

STEPS: Final = {
    (Status.WAITING, Command.OPEN): Status.OPEN,
    (Status.OPEN, Command.CLOSE): Status.CLOSED,
    (Status.CLOSED, Command.CLOSE): Status.CLOSED,
    (Status.CLOSED, Command.OPEN): Status.OPEN,
    (Status.CLOSED, Command.REOPEN): Status.OPEN,
    (Status.CLOSED, Command.REVEAL): Status.REVEALED,
    (Status.REVEALED, Command.CLOSE): Status.REVEALED,
    (Status.REVEALED, Command.REVEAL): Status.REVEALED,
    (Status.REVEALED, Command.HIDE): Status.CLOSED,
    (Status.REVEALED, Command.REOPEN): Status.OPEN,
    (Status.CLOSED, Command.HIDE): Status.CLOSED,
}


def next_status(status: Status, command: Command) -> Status | None:
    """The status after ``command``, or None where it does not apply.

    Close, reveal and hide can be repeated without harm. None is ordinary: two facilitators press at once and one of
    them is second.
    """
    return STEPS.get((status, command))


def needs_quiet(command: Command) -> bool:
    """Whether no other question may be open when ``command`` is carried out."""
    return command in {Command.OPEN, Command.REOPEN}
