"""Who is told what and when, and the mail that says so."""

import email
import email.policy
from email.message import EmailMessage

import pytest

from app.core.reminders import Kind, to_tell
from app.views.digest import ROWS_AT_MOST, Digest, Line, message_of

TODAY, LAST = "2026-11-22", "2026-11-29"
DATES = [("past", "2026-11-21"), ("today", TODAY), ("week", LAST), ("later", "2026-11-30")]


def told_of(dates: list[tuple[str, str]], told: dict[tuple[str, Kind], str]) -> dict[str, Kind]:
    return to_tell(dates, told, today=TODAY, last=LAST)


def test_what_is_near_and_what_is_late_is_told_once_each() -> None:
    first = told_of(DATES, {})
    assert first == {"past": "late", "today": "soon", "week": "soon"}

    dates = dict(DATES)
    told = {(id_, kind): dates[id_] for id_, kind in first.items()}

    assert told_of(DATES, told) == {}
    assert to_tell(DATES, told, today="2026-11-23", last="2026-11-30") == {"today": "late", "later": "soon"}


def test_a_date_that_was_moved_is_told_anew_and_a_look_that_was_missed_is_made_up_for() -> None:
    told: dict[tuple[str, Kind], str] = {("one", "soon"): "2026-11-25"}

    assert told_of([("one", "2026-11-25")], told) == {}
    assert told_of([("one", "2026-11-27")], told) == {"one": "soon"}
    assert told_of([("one", "2026-10-01")], told) == {"one": "late"}


# --- the mail ---------------------------------------------------------------------------------------


def line(text: str = "Share the forecast", kind: Kind = "soon", *, account: str = "Northfield Foods") -> Line:
    link = "https://stair.example/sessions/s/plan#row-x"
    return Line("x", kind, account, text, f"{account}, P. Okoro", TODAY, "due on 22 November 2026", link)


def digest(*lines: Line, first: bool = False, name: str = "Inga", to: str = "inga@halden.example", more: int = 0):
    return Digest("user", to, name, TODAY, 7, lines, more, first)


def read(message: EmailMessage) -> tuple[EmailMessage, str, str]:
    """The mail as somebody else's program reads it: itself, its plain text, its HTML."""
    found = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
    plain, html = found.get_body(("plain",)), found.get_body(("html",))
    assert plain is not None
    assert html is not None
    return found, plain.get_content(), html.get_content()


def test_a_mail_says_what_is_late_and_what_is_due_and_how_to_switch_it_off() -> None:
    message, plain, html = read(
        message_of(digest(line("Late thing", "late"), line(), line("A third")), sender="stair@halden.example")
    )

    assert message["subject"] == "Stairstep: commitments, 1 late, 2 due soon"
    assert (message["from"], message["to"]) == ("Stairstep <stair@halden.example>", "inga@halden.example")
    assert message["auto-submitted"] == "auto-generated"
    assert message["list-unsubscribe"].endswith("/settings>")
    for text in (plain, html):
        assert text.index("Late") < text.index("Late thing") < text.index("Due soon") < text.index("Share the forecast")
        assert "https://stair.example/sessions/s/plan#row-x" in text
        assert "Switch them off there" in text
    assert read(message_of(digest(line()), sender="a@b.example"))[0]["subject"] == "Stairstep: commitment, 1 due soon"


def test_the_first_mail_says_that_mail_comes_also_where_nothing_is_due() -> None:
    empty = digest(first=True)
    assert empty.worth_sending
    assert not digest().worth_sending

    message, plain, html = read(message_of(empty, sender="stair@halden.example"))

    assert message["subject"] == "Stairstep: reminders are on"
    for text in (plain, html):
        assert "You get mail 7 days before a commitment is due, and once when it is late" in text
        assert "Nothing is late or due soon." in text


NASTY = "</p><script>alert(1)</script>\r\nBcc: mal@x.example\r\n\r\n" + "שלום \u202e" + "あ" * 150 + "x" * 200


def test_typed_texts_change_no_header_and_no_markup() -> None:
    found = digest(line(NASTY, account=NASTY), name=NASTY)
    raw = message_of(found, sender="stair@halden.example")
    message, plain, html = read(raw)

    assert set(message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Unsubscribe", "MIME-Version",
        "Content-Type",
    }  # fmt: skip
    assert "mal@" not in "".join(map(str, message.values()))
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "あ" * 150 in plain
    assert "שלום" in plain
    assert max(map(len, raw.as_bytes().splitlines())) <= 998


@pytest.mark.parametrize(
    "to", ["a,b@x.example", "a b@x.example", "a@x.example\r\nBcc: b@x.example", "@", "", "<a@b>, c@d"]
)
def test_an_address_that_is_none_gets_no_mail(to: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        message_of(digest(line(), to=to), sender="stair@halden.example")


def test_the_same_mail_has_the_same_name_and_another_one_has_another() -> None:
    one, again, other = (
        message_of(found, sender="stair@halden.example")["message-id"]
        for found in (digest(line()), digest(line()), digest(line(kind="late")))
    )

    assert one == again != other


def test_what_does_not_fit_is_said() -> None:
    _, plain, html = read(message_of(digest(line(), more=3), sender="stair@halden.example"))

    assert ROWS_AT_MOST == 100
    assert "3 more come with the next mail." in plain
    assert "3 more come with the next mail." in html
