"""The cycle of an account: diagnose, formulate, develop, tune, re-calibrate. Where it stands and what comes next, by rules. Pure.

The rules, in this order:

1. No session has a result yet: *diagnose*.
2. A session after the last result is prepared or runs: *re-calibrate*.
3. Both sides agreed to nothing since the last result: *formulate*.
4. All that they agreed to is done or dropped, or the last result is half a year old: *re-calibrate*.
5. Something is late, or somebody has checked in on it: *tune*.
6. Else *develop*.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

HALF_A_YEAR: Final = 182
"""Days after which a result is old."""


class Stage(StrEnum):
    """A turn of the cycle."""

    DIAGNOSE = "diagnose"
    FORMULATE = "formulate"
    DEVELOP = "develop"
    TUNE = "tune"
    RECALIBRATE = "recalibrate"


NAMES: Final = {
    Stage.DIAGNOSE: "Diagnose",
    Stage.FORMULATE: "Formulate",
    Stage.DEVELOP: "Develop",
    Stage.TUNE: "Tune",
    Stage.RECALIBRATE: "Re-calibrate",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an account.

    measured: the day of the last result in words, "" for none; days_ago: how long ago that was. planned: "" or the name
    of a session after it that is prepared or runs; runs: it runs. agreed: what both sides agreed to there, of which done, dropped
    and late; in_hand counts the rest. proposed: what still waits for a yes. looks: check-ins on these, looked: the day of the newest.
    """

    measured: str = ""
    days_ago: int = 0
    planned: str = ""
    runs: bool = False
    agreed: int = 0
    proposed: int = 0
    done: int = 0
    dropped: int = 0
    late: int = 0
    looks: int = 0
    looked: str = ""
    again_by: str = ""

    @property
    def open(self) -> int:
        """What was agreed to and is neither done nor dropped."""
        return self.agreed - self.done - self.dropped


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn as it is drawn. ``state`` open: begun and not finished. ``note``: what was done there, or what would be."""

    stage: Stage
    name: str
    state: Literal["done", "at", "open", "next"]
    note: str


def stage_of(facts: Facts) -> Stage:
    """Where the account stands (the rules are at the top of this module)."""
    if not facts.measured:
        return Stage.DIAGNOSE
    if facts.planned:
        return Stage.RECALIBRATE
    if not facts.agreed:
        return Stage.FORMULATE
    if not facts.open or facts.days_ago >= HALF_A_YEAR:
        return Stage.RECALIBRATE
    if facts.late or facts.looks:
        return Stage.TUNE
    return Stage.DEVELOP


def turns(facts: Facts) -> tuple[Turn, ...]:
    """The five turns. Done is what really was: a turn that was skipped stays open."""
    at = stage_of(facts)
    settled = bool(facts.agreed) and not facts.open
    done = {
        Stage.DIAGNOSE: bool(facts.measured),
        Stage.FORMULATE: bool(facts.agreed),
        Stage.DEVELOP: settled,
        Stage.TUNE: settled or bool(facts.looks),
        Stage.RECALIBRATE: False,
    }
    notes = {
        Stage.DIAGNOSE: _diagnosed(facts),
        Stage.FORMULATE: _formulated(facts),
        Stage.DEVELOP: _developed(facts),
        Stage.TUNE: _tuned(facts),
        Stage.RECALIBRATE: _recalibrated(facts),
    }
    begun = {Stage.FORMULATE: bool(facts.proposed), Stage.DEVELOP: bool(facts.agreed)}

    def state(stage: Stage) -> Literal["done", "at", "open", "next"]:
        if stage is at:
            return "at"
        return "done" if done[stage] else "open" if begun.get(stage) else "next"

    return tuple(Turn(stage, name, state(stage), notes[stage]) for stage, name in NAMES.items())


def next_words(facts: Facts) -> str:
    """What comes next, in one sentence."""
    stage = stage_of(facts)
    if facts.planned:
        then = "it gives the first picture" if stage is Stage.DIAGNOSE else "compare it with last time"
        return f"“{facts.planned}” {'runs now' if facts.runs else 'is prepared'}: {then}."
    still = f"{_rows(facts.open)} {'is' if facts.open == 1 else 'are'}"
    proposed = f"{_rows(facts.proposed)} {'waits' if facts.proposed == 1 else 'wait'}"
    why = "Half a year has passed" if facts.open else "All that was agreed is done or dropped"
    words = {
        Stage.DIAGNOSE: "Hold the first session: ask both sides where they stand and where they want to be.",
        Stage.FORMULATE: f"Ask both sides for their yes: {proposed}."
        if facts.proposed
        else "Agree with both sides what each will do.",
        Stage.DEVELOP: f"Do what was agreed: {still} open, none is late.",
        Stage.TUNE: f"Check in on what is late: {_rows(facts.late)}."
        if facts.late
        else f"Keep checking in: {still} still open.",
        Stage.RECALIBRATE: f"{why}. Plan the next session, and compare it with the last.",
    }
    return words[stage]


def _rows(count: int) -> str:
    return f"{count} {'commitment' if count == 1 else 'commitments'}"


def _diagnosed(facts: Facts) -> str:
    return f"Session on {facts.measured}" if facts.measured else "A session asks both sides"


def _formulated(facts: Facts) -> str:
    if facts.agreed:
        return f"{_rows(facts.agreed)}, agreed by both"
    return f"{facts.proposed} proposed, none agreed yet" if facts.proposed else "Commitments of both sides"


def _developed(facts: Facts) -> str:
    if not facts.agreed:
        return "Doing what was agreed"
    counts = ((facts.done, "done"), (facts.open - facts.late, "open"), (facts.late, "late"), (facts.dropped, "dropped"))
    return ", ".join(f"{count} {words}" for count, words in counts if count)


def _tuned(facts: Facts) -> str:
    if facts.looks:
        return f"{facts.looks} {'check-in' if facts.looks == 1 else 'check-ins'}, the last on {facts.looked}"
    return "Checking in on the way"


def _recalibrated(facts: Facts) -> str:
    if facts.planned and facts.measured:
        return f"{facts.planned}, {'live now' if facts.runs else 'prepared'}"
    return f"Next session, by {facts.again_by}" if facts.again_by else "The next session, compared with the last"
