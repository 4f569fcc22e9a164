"""Lists over years: they come in pieces of a bounded size, each with as many queries as any other."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from app.actions.accounts import create_account
from app.actions.people import NewUser, add_user
from app.actions.sessions import create_session, start
from app.settings import Settings
from app.store.callers import Member
from app.store.engines import engine_for
from app.store.migrate import migrate
from app.store.once import run_once
from app.store.tables import Account, Release, User, Workspace
from app.views.account import SESSIONS_AT_ONCE, account_view
from app.views.home import ACCOUNTS_AT_ONCE, LIVE_AT_MOST, SESSIONS_OF_EACH, home_view
from tests.http.words import problem
from tests.live.server import Server
from tests.live.workshop import Web

EMAIL = "ada@years.example"
NOTHING = {"k": 3, "snapshots": {}, "dimensions": [], "partitions": {}}


def _fill(db: Session, *, accounts: int, sessions: int) -> None:
    """So many accounts more with so many sessions each, the newest of each live; every session has a picture."""
    user = db.exec(select(User)).one()
    workspace = db.exec(select(Workspace)).one()
    known = len(db.exec(select(Account)).all())
    for number in range(accounts):
        account = create_account(db, workspace_id=workspace.id, name=f"Customer {known}-{number:03}")
        for at in range(sessions):
            made = create_session(
                db, workspace_id=workspace.id, user_id=user.id, account_id=account.id, title=f"Session {at:03}"
            )
            made.created_at = 1_700_000_000_000 + at // 2  # some are made within the same millisecond
            db.add(Release(session_id=made.id, round=1, content=NOTHING))
        start(db, session_id=made.id)


class Years:
    """A database of its own, beside no server, and how many statements a look needs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        migrate(settings)
        run_once(settings, add_user, user=NewUser(EMAIL, "Ada", "x"), role="owner", workspace="Years")
        workspace = run_once(settings, lambda db: db.exec(select(Workspace.id)).one())
        self.member = Member("u", "Ada Byron", EMAIL, workspace, "Years", "UTC", "owner", "", by_cookie=True)

    def fill(self, *, accounts: int, sessions: int) -> None:
        run_once(self._settings, _fill, accounts=accounts, sessions=sessions)

    def look(self, view: Callable[..., Any], **kwargs: Any) -> tuple[Any, int]:
        engine, statements = engine_for(self._settings, writing=False), 0

        @event.listens_for(engine, "after_cursor_execute")
        def _count(*_: Any) -> None:
            nonlocal statements
            statements += 1

        with Session(engine) as db:
            found = view(db, member=self.member, **kwargs)
        engine.dispose()
        return found, statements


@pytest.fixture
def years(tmp_path: Path) -> Years:
    return Years(Settings(data_dir=tmp_path, _env_file=None))


def test_home_asks_as_much_for_one_session_as_for_hundreds(years: Years) -> None:
    years.fill(accounts=1, sessions=1)
    _, few = years.look(home_view, may_edit=True)
    years.fill(accounts=ACCOUNTS_AT_ONCE, sessions=6)
    home, many = years.look(home_view, may_edit=True)

    assert many == few
    assert len(home.accounts) == ACCOUNTS_AT_ONCE
    assert len(home.live) == LIVE_AT_MOST
    assert [len(account.sessions) for account in home.accounts] == [1] + [SESSIONS_OF_EACH] * (ACCOUNTS_AT_ONCE - 1)
    assert [account.of for account in home.accounts] == [1] + [6] * (ACCOUNTS_AT_ONCE - 1)
    assert {one.title for account in home.accounts[1:] for one in account.sessions} == {"Session 005", "Session 004"}

    rest, _ = years.look(home_view, may_edit=True, after=home.next)
    assert (len(rest.accounts), rest.next) == (1, "")
    assert not {account.id for account in rest.accounts} & {account.id for account in home.accounts}
    assert len(home.names) == ACCOUNTS_AT_ONCE + 1

    found, _ = years.look(home_view, may_edit=True, find="customer 1-003")
    assert [account.name for account in found.accounts] == ["Customer 1-003"]
    assert years.look(home_view, may_edit=True, find="100%")[0].accounts == ()


def test_an_account_asks_as_much_for_its_first_page_as_for_any(years: Years) -> None:
    years.fill(accounts=1, sessions=SESSIONS_AT_ONCE + 7)
    (account,) = years.look(home_view, may_edit=True)[0].accounts
    first, some = years.look(account_view, account_id=account.id)
    rest, same = years.look(account_view, account_id=account.id, after=first.line.next)

    assert same == some + 1  # where to go on
    shown, older = first.line.sessions, rest.line.sessions
    assert (len(shown), len(older), rest.line.next) == (SESSIONS_AT_ONCE, 7, "")
    assert len({one.id for one in shown + older}) == SESSIONS_AT_ONCE + 7
    titles = [one.title for one in shown + older]
    assert [int(title[-3:]) // 2 for title in titles] == sorted((int(t[-3:]) // 2 for t in titles), reverse=True)


async def test_the_apis_sessions_come_in_pages_newest_first(api: Web, foreign: Web) -> None:
    account = await api("POST /accounts", {"name": "Long ago"})
    made = [(await api("POST /sessions", {"account_id": account["id"]}))["id"] for _ in range(5)]
    everything, of_account = "GET /sessions?limit=2", f"GET /sessions?limit=2&account_id={account['id']}"

    async def ids(call: str) -> list[str]:
        seen, page = [], await api(call)
        while True:
            assert len(page["items"]) <= 2
            seen += [item["id"] for item in page["items"]]
            if page["next"] is None:
                return seen
            assert page["next"] == page["items"][-1]["id"]
            page = await api(f"{call}&cursor={page['next']}")

    assert sorted(await ids(of_account)) == sorted(made)
    whole = await ids(everything)
    assert len(set(whole)) == len(whole) >= len(made)
    assert [id_ for id_ in whole if id_ in made] == await ids(of_account)
    elsewhere = next(id_ for id_ in [*whole, "nowhere"] if id_ not in made)
    assert made[0] not in [item["id"] for item in (await foreign("GET /sessions?limit=200"))["items"]]
    for query in ("limit=0", "limit=201", "cursor=nowhere", f"account_id={account['id']}&cursor={elsewhere}"):
        problem(await api.get(f"/api/v1/sessions?{query}"), 422)
    problem(await foreign.get(f"/api/v1/sessions?cursor={made[0]}"), 422)
    await api(f"DELETE /sessions/{made[0]}", status=204)
    problem(await api.get(f"/api/v1/sessions?cursor={made[0]}"), 422)


async def test_home_finds_an_account_and_goes_on_without_a_script(server: Server, browser: Web, api: Web) -> None:
    names = [f"Zebra {number:02}" for number in range(ACCOUNTS_AT_ONCE + 1)]
    for name in names:
        await api("POST /accounts", {"name": name})

    page = (await browser.get("/?find=zebra")).text
    assert [name for name in names if f"<b>{name}</b>" in page] == names[:-1]
    link = page.split("More accounts")[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert f"<b>{names[-1]}</b>" in (await browser.get(link)).text
    assert "No account has" in (await browser.get("/?find=no+such+zebra")).text
    assert (await browser.get("/?after=nowhere")).status_code == 404
