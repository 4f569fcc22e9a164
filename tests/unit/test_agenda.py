"""The console's agenda: a tick says that something was done."""

import pytest

from app.store.tables import LiveSession, SessionQuestion
from app.views.agenda import agenda, standing

Statuses = dict[str, str]


def states(session_status: str, **statuses: str) -> dict[str, str]:
    """The state of each line, by its key."""
    session = LiveSession(id="s", status=session_status, stage={})
    questions = {
        key: SessionQuestion(
            session_id="s", key=key, round=1, status=status, opened_at=None if status == "waiting" else n
        )
        for n, (key, status) in enumerate(statuses.items(), 1)
    }
    return {item.key: item.state for item in agenda(standing(session, questions))}


def test_lines_behind_are_done_and_the_one_that_is_on_is_now() -> None:
    found = states("live", current="revealed", desired="revealed", change="open", readiness="waiting")

    done = ("lobby", "current", "desired", "reveal")
    assert [found[key] for key in done] == ["done"] * 4
    assert found["change"] == "now"
    assert {found[key] for key in ("themes", "readiness", "discuss", "plan", "close")} == {"next"}


@pytest.mark.parametrize("status", ["live", "closed"])
def test_what_was_never_asked_is_not_ticked_though_the_session_went_past_it(status: str) -> None:
    found = states(status, current="revealed", desired="waiting", change="waiting", readiness="waiting")

    assert found["current"] == "done"
    assert found["desired"] == "next"
    if status == "closed":
        assert [found[key] for key in ("change", "themes", "readiness", "discuss", "close")] == ["next"] * 4 + ["now"]
