"""Dates in a workspace's time zone, typed and read."""

from datetime import UTC, datetime

import pytest

from app.store.days import date_words, day_of, days_later, next_morning, real_date, zone
from app.views.moments import day

NEW_YEARS_EVE = 1798759800000  # 2026-12-31 23:30 UTC


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("UTC", "2026-12-31"),
        ("Europe/Berlin", "2027-01-01"),
        ("America/New_York", "2026-12-31"),
        ("Nowhere", "2026-12-31"),
    ],
)
def test_a_moment_is_another_day_elsewhere(name: str, date: str) -> None:
    assert day_of(NEW_YEARS_EVE, name) == date


def test_a_day_is_read_with_its_year_unless_it_is_near() -> None:
    assert day(NEW_YEARS_EVE, "UTC") == "31 December 2026"
    assert date_words("2027-01-31", now="2026-11-21") == "31 January"
    assert date_words("2027-11-21", now="2026-11-21") == "21 November 2027"
    assert date_words("2025-01-05", now="2026-11-21") == "5 January 2025"
    assert date_words("") == ""


@pytest.mark.parametrize(
    ("text", "real"),
    [("2026-11-21", True), ("2028-02-29", True), ("2026-02-29", False), ("20261121", False), ("2026-W47-6", False),
     ("21.11.2026", False), ("", False), ("2026-11-21 ", False), ("２０２６-11-21", False)],
)  # fmt: skip
def test_a_date_is_written_as_year_month_and_day(text: str, real: bool) -> None:
    assert real_date(text) is real


def test_days_are_counted_across_months() -> None:
    assert days_later("2026-12-28", 7) == "2027-01-04"
    assert str(zone("Europe/Berlin")) == "Europe/Berlin"


@pytest.mark.parametrize(
    ("now", "zone", "morning"),
    [
        ("2026-11-22T06:00", "UTC", "2026-11-23T07:00"),
        ("2026-11-22T23:59", "UTC", "2026-11-23T07:00"),
        ("2026-11-22T23:30", "Europe/Berlin", "2026-11-24T06:00"),
        ("2027-03-27T12:00", "Europe/Berlin", "2027-03-28T05:00"),  # the clocks go forward that night
        ("2026-11-22T12:00", "Pacific/Auckland", "2026-11-23T18:00"),
    ],
)
def test_the_next_mail_goes_out_on_the_next_morning_there(now: str, zone: str, morning: str) -> None:
    at = int(datetime.fromisoformat(now).replace(tzinfo=UTC).timestamp() * 1000)

    found = datetime.fromtimestamp(next_morning(at, zone) / 1000, UTC)

    assert found.replace(tzinfo=None).isoformat(timespec="minutes") == morning
