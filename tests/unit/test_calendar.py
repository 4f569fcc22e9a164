"""The calendar file: what other programs read in it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar as Read
from icalendar import vText

from app.store.dated import Dated
from app.views.calendar import Calendar, Entry, _event, as_file, entry_of

AT = int(datetime(2026, 11, 20, 9, 30, tzinfo=UTC).timestamp() * 1000)


def row(**more: Any) -> Dated:
    found = {
        "id": "c1", "account_id": "a", "session_id": "s", "account": "Northfield Foods", "text": "Share the forecast",
        "side": "customer", "owner": "P. Okoro", "due": "2026-12-31", "counterpart": "a plan by Wednesday",
        "state": "agreed", "revision": 1, "changed_at": AT,
    }  # fmt: skip
    return Dated(**found | more)


def read(*entries: Entry, name: str = "Northfield Foods: commitments") -> Any:
    return Read.from_ical(as_file(Calendar(name, entries)))


def event(entry: Entry) -> Any:
    (found,) = read(entry).walk("VEVENT")
    return found


def test_a_commitment_is_an_all_day_event_on_its_date_that_takes_no_time() -> None:
    found = event(entry_of(row(), "Halden Works", link="https://stair.example/sessions/s/plan#row-c1"))

    assert found["dtstart"].dt == date(2026, 12, 31)
    assert found["dtstart"].params["VALUE"] == "DATE"
    assert found["dtend"].dt - found["dtstart"].dt == timedelta(days=1)
    assert (found["summary"], found["status"], found["transp"]) == ("Share the forecast", "CONFIRMED", "TRANSPARENT")
    assert found["description"] == "Northfield Foods, P. Okoro\nIn return, Halden Works: a plan by Wednesday\nAgreed"
    assert found["url"] == "https://stair.example/sessions/s/plan#row-c1"
    assert found["last-modified"].dt == found["dtstamp"].dt == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def test_it_keeps_its_name_through_changes_and_counts_them() -> None:
    before, after = (
        event(entry_of(row(revision=n, due=due), "H")) for n, due in ((1, "2026-12-31"), (4, "2027-01-05"))
    )

    assert before["uid"] == after["uid"] == "commitment-c1@stairstep"
    assert (before["sequence"], after["sequence"]) == (0, 3)
    assert after["dtstart"].dt == date(2027, 1, 5)


@pytest.mark.parametrize(
    ("state", "status", "title"),
    [("in_hand", "CONFIRMED", "Share"), ("done", "CONFIRMED", "✓ Share"), ("dropped", "CANCELLED", "Share")],
)
def test_states_show(state: str, status: str, title: str) -> None:
    found = event(entry_of(row(state=state, text="Share"), "H"))

    assert (found["status"], found["summary"]) == (status, title)


def test_the_calendar_of_all_names_accounts() -> None:
    assert event(entry_of(row(), "H", with_account=True))["summary"] == "Northfield Foods: Share the forecast"


@pytest.mark.parametrize(
    "text",
    [
        "x" * 400,
        "あ" * 400,
        "שלום, עולם; \u202eabc\u202c مرحبا",
        "a\r\nEND:VEVENT\r\nBEGIN:VALARM\nSUMMARY:b",
        'back\\slash; semi, comma: colon "quote" <b>bold</b> 👩‍👩‍👧‍👦',
        "a\x85b\u2028c\u2029d",
    ],
)
def test_any_text_comes_out_as_it_went_in_folded_and_escaped(text: str) -> None:
    raw = as_file(Calendar(text, (entry_of(row(text=text, owner=text, account=text, counterpart=text), text),)))
    lines = raw.split(b"\r\n")

    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode() for line in lines if line), "no character is cut in two"
    assert b"\n" not in raw.replace(b"\r\n", b"")
    found = Read.from_ical(raw)
    (only,) = found.walk("VEVENT")
    assert not found.walk("VALARM")
    assert only["summary"] == text.replace("\r\n", "\n")
    for name in ("NAME", "X-WR-CALNAME"):
        assert f"\r\n{name}:{vText(text).to_ical().decode()}\r\n" in raw.decode().replace("\r\n ", "")


def test_an_empty_calendar_is_one_that_programs_take() -> None:
    found = read(name="Northfield Foods: commitments")

    assert found.walk("VEVENT") == []
    assert (found["version"], found["name"]) == ("2.0", "Northfield Foods: commitments")
    assert found["refresh-interval"].dt == timedelta(hours=6)


def test_what_did_not_change_is_not_written_again() -> None:
    entries = [entry_of(row(id=f"again-{number}"), "H") for number in range(3)]
    as_file(Calendar("x", tuple(entries)))
    before = _event.cache_info().misses

    as_file(Calendar("y", (*entries, entry_of(row(id="again-0", revision=2), "H"))))

    assert _event.cache_info().misses == before + 1


@pytest.mark.parametrize("due", ["0001-01-01", "1999-02-28", "2028-02-29", "9999-12-31"])
def test_any_date_of_the_calendar_can_be_shown(due: str) -> None:
    assert event(entry_of(row(due=due), "H"))["dtstart"].dt.isoformat() == due
