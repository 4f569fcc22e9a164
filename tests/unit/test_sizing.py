"""The sizing in docs/scaling.md is what its script works out."""

from dataclasses import replace

import pytest

from bench import sizing
from bench.sizing import Costs, Habits, page_with, peak, row, worked_out

MEASURED = Costs(
    join=4, vote=0.5, look=2, socket=32, process=131_072, database_join=1, database_vote=0.25, database_look=0.5
)


def test_the_page_shows_what_the_script_works_out() -> None:
    page = sizing.PAGE.read_text()

    assert page_with(page, worked_out()) == page, "run: python -m bench.sizing --write"


def test_a_million_phones_a_day_come_as_the_page_says() -> None:
    at = peak(1_000_000, Habits())

    assert at.phones == pytest.approx(1_000_000 * 0.15 * 1.5)
    assert at.sessions == pytest.approx(at.phones / 20)
    assert at.sockets == pytest.approx(at.phones + 2 * at.sessions)
    assert at.joins == pytest.approx(1_000_000 * 0.15 * 0.7 * 1.2 / 300)
    assert at.votes == pytest.approx(1_000_000 * 0.15 * 0.7 / 300 + at.phones * 6 / 5_400)
    assert at.looks == pytest.approx(at.sessions * 0.1 * 4 * 2)


def test_processes_memory_and_the_databases_cores_follow_from_the_measured_figures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sizing, "POSTGRES", MEASURED)

    found = row(1_000_000, Habits())

    assert found[6] == "40", "(420 × 4 + 600 × 0.5 + 9,000 × 2) ms a second, half of a core each"
    assert found[7] == "12.6", "247,500 × 32 KB and 40 × 128 MB"
    assert found[8] == "11", "(420 × 1 + 600 × 0.25 + 9,000 × 0.5) ms a second, half of a core each"
    assert row(50_000, Habits())[6] == "2", "never one alone"


def test_a_figure_that_nobody_measured_is_not_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizing, "POSTGRES", replace(MEASURED, vote=None))

    found = row(1_000_000, Habits())

    assert found[6:8] == [sizing.UNKNOWN] * 2
    assert found[8] == "11"
