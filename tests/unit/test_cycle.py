"""The cycle of an account: where it stands, what is done and what comes next, rule by rule."""

import pytest

from app.core.cycle import HALF_A_YEAR, Facts, next_words, stage_of, turns


def facts(**more):
    return Facts(**{"measured": "19 November 2026", "days_ago": 10, **more})


@pytest.mark.parametrize(
    ("known", "stage", "words"),
    [
        (Facts(), "diagnose", "Hold the first session"),
        (Facts(planned="First review"), "diagnose", "“First review” is prepared: it gives the first picture."),
        (Facts(agreed=3), "diagnose", "Hold the first session"),
        (facts(), "formulate", "Agree with both sides what each will do."),
        (facts(proposed=1), "formulate", "Ask both sides for their yes: 1 commitment waits."),
        (facts(days_ago=HALF_A_YEAR), "formulate", "Agree with both sides"),
        (facts(agreed=2), "develop", "Do what was agreed: 2 commitments are open, none is late."),
        (facts(agreed=2, done=1), "develop", "1 commitment is open"),
        (facts(agreed=2, late=1), "tune", "Check in on what is late: 1 commitment."),
        (facts(agreed=2, looks=1, looked="1 May"), "tune", "Keep checking in: 2 commitments are still open."),
        (facts(agreed=2, done=1, dropped=1), "recalibrate", "All that was agreed is done or dropped."),
        (facts(agreed=2, late=2, days_ago=HALF_A_YEAR - 1), "tune", "2 commitments"),
        (facts(agreed=2, late=2, days_ago=HALF_A_YEAR), "recalibrate", "Half a year has passed."),
        (facts(planned="Next review"), "recalibrate", "“Next review” is prepared: compare it with last time."),
        (facts(agreed=2, planned="Next", runs=True), "recalibrate", "“Next” runs now: compare it with last time."),
    ],
)
def test_an_account_stands_where_the_rules_say(known, stage, words):
    assert stage_of(known) == stage
    assert words in next_words(known)


@pytest.mark.parametrize(
    ("known", "states"),
    [
        (Facts(), "at next next next next"),
        (facts(proposed=2), "done at next next next"),
        (facts(agreed=2), "done done at next next"),
        (facts(agreed=2, looks=1), "done done open at next"),
        (facts(agreed=2, done=2), "done done done done at"),
        (facts(planned="Next"), "done next next next at"),
        (facts(proposed=1, planned="Next"), "done open next next at"),
        (facts(agreed=1, planned="Next"), "done done open next at"),
    ],
)
def test_only_what_was_done_is_ticked(known, states):
    assert " ".join(turn.state for turn in turns(known)) == states


def test_each_turn_says_what_was_done_there_or_would_be():
    notes = {turn.name: turn.note for turn in turns(facts(agreed=5, done=2, late=1, dropped=1, again_by="20 May 2027"))}

    assert notes == {
        "Diagnose": "Session on 19 November 2026",
        "Formulate": "5 commitments, agreed by both",
        "Develop": "2 done, 1 open, 1 late, 1 dropped",
        "Tune": "Checking in on the way",
        "Re-calibrate": "Next session, by 20 May 2027",
    }
