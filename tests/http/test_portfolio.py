"""The portfolio: every account at a glance, from public figures alone; sorted, filtered, searched, and as a file."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import event
from sqlmodel import Session

from app.actions.people import NewUser, add_user
from app.core.portfolio import AT_ONCE
from app.core.scales import template_to_json
from app.reports.portfolio_files import COLUMNS, portfolio_csv, portfolio_xlsx
from app.settings import Settings
from app.store.callers import Member
from app.store.days import days_later, today
from app.store.engines import engine_for
from app.store.migrate import migrate
from app.store.once import run_once
from app.store.tables import LiveSession, SessionQuestion, Workspace
from app.views import standing
from app.views.portfolio import Line, asked_for, portfolio_file_lines, portfolio_lines, portfolio_view
from tests.http import portfolio_rows as rows
from tests.http.words import problem
from tests.live.workshop import Web

SOON = days_later(today("UTC"), 20)
PAST = days_later(today("UTC"), -20)


class Books:
    """A database of its own with accounts of every kind, and how many statements a look needs."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data_dir=folder, _env_file=None)
        migrate(self.settings)
        run_once(
            self.settings, add_user, user=NewUser("ada@portfolio.example", "Ada", "x"), role="owner", workspace="Halden"
        )
        workspace = run_once(self.settings, lambda db: db.exec(rows.select(Workspace.id)).one())
        self.member = Member(
            "u", "Ada Byron", "ada@portfolio.example", workspace, "Halden", "UTC", "owner", "", by_cookie=True
        )

    def change(self, action: Callable[..., Any], **said: Any) -> Any:
        return run_once(self.settings, action, **said)

    def look(self, view: Callable[..., Any], **said: Any) -> tuple[Any, int]:
        engine, statements = engine_for(self.settings, writing=False), 0

        @event.listens_for(engine, "after_cursor_execute")
        def _count(*_: Any) -> None:
            nonlocal statements
            statements += 1

        with Session(engine) as db:
            found = view(db, member=self.member, **said)
        engine.dispose()
        return found, statements

    def lines(self) -> dict[str, Line]:
        return {line.name: line for line in self.look(portfolio_lines)[0]}


def _fill(db: Session) -> dict[str, str]:
    """An account of each kind; ids of the sessions that tests change."""
    ids = {name: rows.account(db, name) for name in ("Alder", "Beech", "Cedar", "Dogwood", "Élan", "Fir", "=Gum+1")}
    old = rows.release_of("11 12 12", "45 45 55")
    apart = rows.release_of("13 13 14 24 24", "45 45 55 54 45")
    rows.hold(db, ids["Alder"], old, at=1)
    alder = rows.hold(db, ids["Alder"], apart, at=300)
    rows.hold(db, ids["Alder"], None, at=320, status="lobby", title="Next review")
    rows.ready(db, alder, [{"customer": rows.YES, "supplier": rows.YES}, {"customer": rows.YES, "supplier": rows.NO},
                           {"customer": rows.HIDDEN, "supplier": rows.YES}])  # fmt: skip
    rows.decide(db, ids["Alder"], "stay", None)
    rows.decide(db, ids["Alder"], "invest", 4, review_on=SOON, at=9)
    rows.promise(db, alder, ids["Alder"], due=PAST)
    rows.promise(db, alder, ids["Alder"], due=PAST, state="in_hand")
    for late in (
        {"due": SOON},
        {"due": ""},
        {"due": PAST, "state": "done"},
        {"due": PAST, "accepted": False, "state": "proposed"},
    ):
        rows.promise(db, alder, ids["Alder"], **late)
    beech = rows.hold(db, ids["Beech"], rows.release_of("22 33 33", "55 44"), at=200)
    rows.decide(db, ids["Beech"], "part", None, review_on=PAST)
    rows.hold(db, ids["Cedar"], None, at=5)
    tall = rows.release_of("79 89 99", "29 39 49", template=rows.TALL)
    rows.hold(db, ids["Dogwood"], tall, at=100, definition=template_to_json(rows.TALL), template_key="ten")
    rows.hold(db, ids["Élan"], rows.release_of("33 33 33", "33 33 33"), at=150, status="live")
    rows.hold(db, ids["=Gum+1"], rows.release_of("31 31 31", "34 34 34"), at=151)
    return {"alder": alder, "beech": beech}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    made = Books(tmp_path_factory.mktemp("portfolio"))
    made.change(_fill)
    return made


def test_a_line_says_what_is_public_of_the_last_session_that_shows_something(books: Books) -> None:
    alder = books.lines()["Alder"]
    assert (alder.sessions, alder.last.title, alder.standing.stair) == (3, "Review 300", "Supplier to Partner")
    customer, us = alder.side("customer"), alder.side("supplier")
    assert (customer.n, customer.today, us.n, us.gap) == (5, pytest.approx(1.3333, abs=1e-3), 5, pytest.approx(0.4))
    assert (alder.apart.flag, alder.sides_apart) == ("clear", True)
    assert (alder.standing.ready.both, alder.standing.ready.one, alder.standing.ready.unknown) == (1, 1, 1)
    assert (alder.decision.words, alder.overdue) == ("Invest to step 4", 2)
    assert (alder.next.kind, alder.next.title) == ("prepared", "Next review")


def test_a_side_with_too_few_is_not_there_in_any_form(books: Books) -> None:
    beech = books.lines()["Beech"]
    us = beech.side("supplier")
    assert (us.why, us.n, us.today, us.wanted, us.gap, beech.apart) == ("too few to show", 0, None, None, None, None)
    assert [beech.value(key) for key in ("us", "apart")] == [None, None]
    data = {line["name"]: line for line in books.look(portfolio_file_lines, asked=asked_for("", "", "", ""))[0]}[
        "Beech"
    ]
    assert data["sides"]["supplier"] == {"shown": False, "why": "too_few"}
    assert data["apart"] == {"current": None, "desired": None}
    told = dict(zip(COLUMNS, _csv([data])[1], strict=True))
    assert [told[f"supplier_{name}"] for name in ("shown", "people", "today", "wanted", "gap")] == [
        "too_few",
        "",
        "",
        "",
        "",
    ]
    assert told["apart_today"] == told["apart_today_flag"] == told["apart_wanted"] == ""


def test_accounts_without_a_result_say_why(books: Books) -> None:
    lines = books.lines()
    assert (lines["Fir"].nothing, lines["Fir"].last) == ("Nothing to show until the first session.", None)
    assert lines["Cedar"].nothing == "No session has shown a result yet."
    assert (lines["Élan"].next.kind, lines["Beech"].next.passed) == ("live", True)


def test_what_is_hidden_again_leaves_the_portfolio_at_once(books: Books) -> None:
    """Also though its figures were worked out and kept before: the session's version went up."""

    def show(db: Session, status: str) -> None:
        for key in ("current", "desired"):
            db.get(SessionQuestion, (beech.last.id, key, 1)).status = status
        db.get(LiveSession, beech.last.id).version += 1

    beech = books.lines()["Beech"]
    books.change(show, status="closed")
    assert books.lines()["Beech"].standing is None
    books.change(show, status="revealed")
    assert books.lines()["Beech"].standing == beech.standing


@pytest.mark.parametrize(
    ("find", "show", "sort", "names"),
    [
        ("", "all", "name", ["=Gum+1", "Alder", "Beech", "Cedar", "Dogwood", "Fir", "Élan"]),
        ("", "overdue", "name", ["Alder"]),
        ("", "undecided", "-name", ["Élan", "Fir", "Dogwood", "Cedar", "=Gum+1"]),
        ("", "unplanned", "name", ["=Gum+1", "Cedar", "Dogwood", "Fir"]),
        ("ÉL", "all", "name", ["Élan"]),
        ("d", "all", "today", ["Alder", "Dogwood", "Cedar"]),
        ("", "all", "next", ["Élan", "Alder", "Beech", "=Gum+1", "Cedar", "Dogwood", "Fir"]),
        ("", "nonsense", "-overdue", ["Alder", "=Gum+1", "Beech", "Cedar", "Dogwood", "Fir", "Élan"]),
    ],
)  # fmt: skip
def test_accounts_are_found_filtered_and_sorted(
    books: Books, find: str, show: str, sort: str, names: list[str]
) -> None:
    view, _ = books.look(portfolio_view, asked=asked_for(find, show, sort, ""))
    assert [line.name for line in view.lines] == names


def test_files_hold_what_the_page_does_as_texts_and_numbers(books: Books) -> None:
    wanted = asked_for("", "all", "name", "")
    lines, _ = books.look(portfolio_file_lines, asked=wanted)
    page, _ = books.look(portfolio_view, asked=wanted)
    table = _csv(lines)
    assert tuple(table[0]) == COLUMNS
    assert table[1][0] == "'=Gum+1"  # no spreadsheet runs it
    sheet = load_workbook(io.BytesIO(portfolio_xlsx(lines))).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[0] for row in cells] == [line.name for line in page.lines]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert sheet.freeze_panes == "B2"
    at = {name: number for number, name in enumerate(COLUMNS)}
    for line, row, told in zip(page.lines, cells, table[1:], strict=True):
        customer = line.side("customer")
        today_ = None if customer is None or customer.today is None else round(customer.today, 4)
        assert row[at["customer_today"]] == today_
        assert told[at["customer_today"]] == ("" if today_ is None else str(today_))
        assert row[at["overdue"]] == line.overdue
        assert row[at["decision"]] == (line.decision.choice if line.decision else None)


def _csv(lines: list[dict[str, Any]]) -> list[list[str]]:
    return list(csv.reader(io.StringIO(portfolio_csv(lines).decode("utf-8-sig"))))


def test_two_hundred_accounts_with_ten_sessions_ask_as_much_as_one(tmp_path: Path) -> None:
    books, asked = Books(tmp_path), asked_for("", "", "", "2")
    books.change(rows.many, accounts=1, sessions=1, name="First")
    standing._KEPT.clear()
    _, one = books.look(portfolio_view, asked=asked)
    books.change(rows.many, accounts=199, sessions=10)
    standing._KEPT.clear()
    view, cold = books.look(portfolio_view, asked=asked)
    again, warm = books.look(portfolio_view, asked=asked)

    assert (one, cold) == (12, 12)
    assert warm == 7
    assert view == again
    assert (len(view.lines), view.first, view.pages, view.found) == (AT_ONCE, AT_ONCE + 1, 4, 200)
    assert {line.last.title for line in view.lines if line.name != "First 000"} == {"Review 9"}


async def test_the_page_works_without_a_script_and_only_for_the_workspace(
    api: Web, browser: Web, foreign: Web, viewer: Web, nobody: Web
) -> None:
    names = ["Portfolio <b>Ä</b> " + "long " * 12, "Portfolio two"]
    for name in names:
        await api("POST /accounts", {"name": name})
    page = (await browser.get("/accounts?find=portfolio&sort=name&show=wrong&page=99")).text
    assert "Portfolio &lt;b&gt;Ä&lt;/b&gt; long" in page
    assert 'aria-sort="ascending"' in page
    assert 'href="/accounts?find=portfolio&amp;sort=-name"' in page
    assert "No account here has “none such”" in (await browser.get("/accounts?find=none+such")).text
    items = (await api("GET /portfolio?find=portfolio&limit=1"))["items"]
    assert (items[0]["name"], items[0]["next"], items[0]["sides"]) == (names[0].strip(), None, None)
    assert (await viewer("GET /portfolio?find=portfolio+two"))["items"][0]["name"] == names[1]
    assert (await foreign("GET /portfolio?find=portfolio"))["items"] == []
    problem(await api.get("/api/v1/portfolio/export.pdf"), 404)
    problem(await nobody.get("/api/v1/portfolio"), 401)
    problem(await api.get("/api/v1/portfolio?cursor=nowhere"), 422)
    assert (await api("GET /portfolio/export.json?find=portfolio+two"))["items"] == (
        await api("GET /portfolio?find=portfolio+two")
    )["items"]
    file = await browser.get("/portfolio.csv?find=portfolio+two")
    assert file.headers["content-disposition"] == 'attachment; filename="stairstep-portfolio.csv"'
    assert [row[0] for row in csv.reader(io.StringIO(file.content.decode("utf-8-sig")))] == ["account", names[1]]
