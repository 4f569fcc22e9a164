"""Calendars: what an address gives to whom, and when it gives nothing."""

import re
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from icalendar import Calendar

from app.actions.calendar_feeds import FEEDS_AT_MOST
from app.store.feeds import DAY_MS, UNASKED_DAYS
from app.store.ids import now_ms, token_hash
from app.store.reminder_tables import CalendarFeed
from app.store.tables import SignIn
from tests.live.server import PASSWORD, Server
from tests.live.workshop import Web, Workshop

NUMBERS = count(1)


def day(after: int = 0) -> str:
    """A date so many days from today."""
    return (datetime.now(UTC) + timedelta(days=after)).date().isoformat()


@pytest.fixture
async def own(api: Web) -> dict[str, Any]:
    """An account that no other test writes on."""
    found: dict[str, Any] = await api("POST /accounts", {"name": f"Calendar {next(NUMBERS)}, & Sons"})
    return found


async def make(web: Web, path: str) -> str:
    """A new address, as its path."""
    answer = await web.client.post(path)
    assert answer.status_code == 200, answer.text
    (url,) = re.findall(r'id="url" value="http[^"]*(/calendar/[\w-]{32}\.ics)"', answer.text)
    return str(url)


async def events(web: Web, address: str) -> dict[str, Any]:
    """What a calendar reads there: events by their titles."""
    answer = await web.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return {str(one["summary"]): one for one in Calendar.from_ical(answer.content).walk("VEVENT")}


async def promise(workshop: Workshop, text: str, *, state: str = "agreed", due: str = "", **more: Any) -> str:
    row = await workshop.do("POST /commitments", {"text": text, "side": "both", "due": due or day(5)} | more)
    if state != "proposed":
        await workshop.do(f"PATCH /commitments/{row['id']}", {"state": "agreed"})
    if state not in {"proposed", "agreed"}:
        await workshop.do(f"PATCH /commitments/{row['id']}", {"state": state})
    return str(row["id"])


async def test_a_calendar_holds_what_both_agreed_to_and_follows_every_change(
    workshops: Any, api: Web, nobody: Web, own: dict[str, Any]
) -> None:
    workshop = await workshops(account_id=own["id"])
    row = await promise(workshop, "Share the forecast")
    for state in ("proposed", "done", "dropped"):
        await promise(workshop, f"Is {state}", state=state)
    no_date = await workshop.do("POST /commitments", {"text": "Without a date", "side": "both"})
    await workshop.do(f"PATCH /commitments/{no_date['id']}", {"state": "agreed"})
    address = await make(api, f"/accounts/{own['id']}/calendar")

    first = await events(nobody, address)
    await workshop.do(f"PATCH /commitments/{row}", {"state": "in_hand"})
    await workshop.do(f"PATCH /commitments/{row}", {"due": day(9)})
    moved = (await events(nobody, address))["Share the forecast"]
    await workshop.do(f"PATCH /commitments/{row}", {"due": ""})
    without = await events(nobody, address)

    assert set(first) == {"Share the forecast", "✓ Is done", "Is dropped"}
    assert first["Is dropped"]["status"] == "CANCELLED"
    before = first["Share the forecast"]
    assert moved["uid"] == before["uid"]
    assert moved["sequence"] == before["sequence"] + 2
    assert moved["last-modified"].dt >= before["last-modified"].dt
    assert moved["dtstart"].dt.isoformat() == day(9)
    assert moved["url"].endswith(f"{workshop.path}/plan#row-{row}")
    assert set(without) == set(first) - {"Share the forecast"}


async def test_the_calendar_of_all_names_accounts_and_knows_those_of_its_workspace_alone(
    workshops: Any, api: Web, foreign: Web, nobody: Web, own: dict[str, Any]
) -> None:
    await promise(await workshops(account_id=own["id"]), "Meet every quarter")
    title = f"{own['name']}: Meet every quarter"

    ours, theirs = await make(api, "/calendar"), await make(foreign, "/calendar")

    assert title in await events(nobody, ours)
    assert await events(nobody, theirs) == {}


async def test_reviews_are_in_the_teams_calendar_alone_and_say_the_date_only(
    workshops: Any, api: Web, nobody: Web, own: dict[str, Any]
) -> None:
    await promise(await workshops(account_id=own["id"]), "Meet every quarter")
    path = f"/accounts/{own['id']}"
    older = {"choice": "stay", "reason": "private-reason-one", "review_on": day(30)}
    newer = {"choice": "part", "reason": "private-reason-two", "review_on": day(60)}
    for decision in (older, newer):
        await api(f"POST {path}/decisions", decision, status=201)
    mine, every = await make(api, f"{path}/calendar"), await make(api, "/calendar")
    theirs = await make(api, f"{path}/customer-calendar")

    review = f"Review of {own['name']}"
    for address in (mine, every):
        found = await events(nobody, address)
        assert found[review]["dtstart"].dt.isoformat() == day(60), "of the newest decision"
        assert "private-reason" not in (await nobody.get(address)).text
        assert "part" not in str(found[review].to_ical()).lower().replace("department", "")
    customers = await nobody.get(theirs)
    assert list(await events(nobody, theirs)) == ["Meet every quarter"]
    for secret in ("Review", "private-reason", "/sessions/", "URL", "Inga"):
        assert secret not in customers.text
    assert own["name"] in Calendar.from_ical(customers.content)["x-wr-calname"].replace("\\", "")


async def test_only_the_hash_of_an_address_is_stored_and_it_is_told_once(api: Web, own: dict[str, Any]) -> None:
    address = await make(api, f"/accounts/{own['id']}/calendar")
    token = address.removeprefix("/calendar/").removesuffix(".ics")
    server = api.server

    assert server.rows("SELECT count(*) FROM calendar_feed WHERE token_hash = ?", token_hash(token)) == [(1,)]
    assert token not in repr(server.rows("SELECT * FROM calendar_feed"))
    listed = await api.get(f"/accounts/{own['id']}/calendar")
    assert "No calendar has asked yet." in listed.text
    assert token not in listed.text
    asked = await api.get(address)
    assert "A calendar asked last on" in (await api.get(f"/accounts/{own['id']}/calendar")).text
    assert "set-cookie" not in asked.headers
    assert asked.headers["cache-control"] == "no-store"
    assert asked.headers["referrer-policy"] == "no-referrer"
    assert asked.headers["x-robots-tag"] == "noindex, nofollow"
    assert token not in server.log.read_text()


async def test_ended_unknown_unused_and_deleted_addresses_answer_the_same(
    api: Web, owner: Web, nobody: Web, own: dict[str, Any]
) -> None:
    gone = await api("POST /accounts", {"name": f"Gone {next(NUMBERS)}"})
    path = f"/accounts/{own['id']}/calendar"
    ended, unused = await make(api, path), await make(api, f"/accounts/{own['id']}/customer-calendar")
    deleted = await make(api, f"/accounts/{gone['id']}/calendar")
    (feed_id,) = re.findall(rf"{path}/(\w+)/end", (await api.get(path)).text)
    for _ in range(2):
        assert (await api.client.post(f"{path}/{feed_id}/end")).status_code == 303
    assert api.server.rows("SELECT kind FROM tombstone WHERE id = ?", feed_id) == [("calendar_feed",)]
    api.server.act(_last_asked, address=unused, at=now_ms() - UNASKED_DAYS * DAY_MS)
    await owner(f"DELETE /accounts/{gone['id']}", status=204)

    unknown = [f"/calendar/{word}.ics" for word in ("x", "%00", "x" * 5000)]
    answers = [await nobody.get(address) for address in (ended, unused, deleted, *unknown)]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "run out" in (await api.get(path)).text


def _last_asked(db: Any, *, address: str, at: int) -> None:
    from sqlmodel import select

    token = address.removeprefix("/calendar/").removesuffix(".ics")
    db.exec(select(CalendarFeed).where(CalendarFeed.token_hash == token_hash(token))).one().asked_at = at


async def test_a_viewer_makes_own_ones_and_none_to_send(
    api: Web, viewer: Web, nobody: Web, own: dict[str, Any]
) -> None:
    path = f"/accounts/{own['id']}/calendar"
    mine = await make(api, path)
    assert (await viewer.client.post(f"/accounts/{own['id']}/customer-calendar")).status_code == 403
    assert await events(nobody, await make(viewer, path)) == {}

    page = (await viewer.get(path)).text
    assert page.count("by Viktor Viewer") == 2, "shown and spoken"
    assert "by Inga" not in page
    assert "A facilitator can make an address to send." in page
    (inga,) = re.findall(rf"{path}/(\w+)/end", (await api.get(path)).text)
    await viewer.client.post(f"{path}/{inga}/end")
    assert (await nobody.get(mine)).status_code == 200, "somebody else's stays"


async def test_another_workspace_sees_and_ends_nothing(
    api: Web, foreign: Web, nobody: Web, own: dict[str, Any]
) -> None:
    path = f"/accounts/{own['id']}"
    mine, theirs = await make(api, f"{path}/calendar"), await make(api, f"{path}/customer-calendar")
    ids = re.findall(r"calendar/(\w+)/end", (await api.get(f"{path}/calendar")).text)
    assert len(ids) == 2

    assert (await foreign.get(f"{path}/calendar")).status_code == 404
    for kind in ("calendar", "customer-calendar"):
        assert (await foreign.client.post(f"{path}/{kind}")).status_code == 404
        for feed_id in ids:
            assert (await foreign.client.post(f"{path}/{kind}/{feed_id}/end")).status_code == 404
    for feed_id in ids:
        await foreign.client.post(f"/calendar/{feed_id}/end")
    assert [(await nobody.get(one)).status_code for one in (mine, theirs)] == [200, 200]


async def test_who_leaves_the_workspace_leaves_the_calendars_and_the_customers_stay(
    server: Server, owner: Web, nobody: Web, own: dict[str, Any]
) -> None:
    email = f"leaver{next(NUMBERS)}@halden.example"
    leaver = Web(server, server.add_user(email, "facilitator", "Halden Works", "Leaver"))
    every, mine = await make(leaver, "/calendar"), await make(leaver, f"/accounts/{own['id']}/calendar")
    theirs = await make(leaver, f"/accounts/{own['id']}/customer-calendar")
    ((user_id,),) = server.rows("SELECT id FROM person WHERE email = ?", email)

    await owner.client.post("/people/remove", data={"id": user_id})

    assert [(await nobody.get(one)).status_code for one in (every, mine, theirs)] == [404, 404, 200]
    await leaver.close()


async def test_the_password_is_asked_again_after_a_while_and_there_are_so_many_at_most(
    server: Server, api: Web, own: dict[str, Any]
) -> None:
    web = Web(server)
    await web.sign_in("inga@halden.example")
    path = f"/accounts/{own['id']}/calendar"
    assert "Your password" not in (await web.get(path)).text
    server.act(_forget_password, cookie=str(web.client.cookies["stairstep"]))

    refused = await web.post(f"/accounts/{own['id']}/customer-calendar", customer_password="not it")
    assert refused.status_code == 422
    assert "This is not your password. No address was made." in refused.text
    assert 'id="customer_password-error"' in refused.text
    assert 'id="url"' in (await web.post(path, password=PASSWORD)).text
    await web.close()
    server.act(_many, account_id=own["id"])
    full = await api.client.post(f"/accounts/{own['id']}/customer-calendar")
    assert full.status_code == 409
    assert "as many as fit" in full.text


def _forget_password(db: Any, *, cookie: str) -> None:
    db.get_one(SignIn, token_hash(cookie)).password_at = 0


def _many(db: Any, *, account_id: str) -> None:
    from app.store.tables import Account

    workspace_id = db.get_one(Account, account_id).workspace_id
    for number in range(FEEDS_AT_MOST):
        name = f"{account_id}{number}"
        db.add(
            CalendarFeed(
                id=name, token_hash=name, workspace_id=workspace_id, account_id=account_id, cut="customer",
                made_by="x", created_at=0, asked_at=0,
            )
        )  # fmt: skip


async def test_names_and_texts_of_any_kind_go_in_whole(workshops: Any, api: Web, nobody: Web) -> None:
    name = f"<b>Ünï; code, שלום</b> {next(NUMBERS)}"
    account = await api("POST /accounts", {"name": name})
    text = "あ" * 150 + "; \\n, <script>" + "x" * 30
    await promise(await workshops(account_id=account["id"]), text, owner="a, b; c", counterpart="y" * 200)
    address = await make(api, f"/accounts/{account['id']}/calendar")

    answer = await nobody.get(address)

    assert list(await events(nobody, address)) == [text]
    assert max(map(len, answer.content.split(b"\r\n"))) <= 75
    assert "&lt;b&gt;" in (await api.get(f"/accounts/{account['id']}/calendar")).text


# --- reminders on the settings page -----------------------------------------------------------------


async def test_where_no_mail_is_sent_the_settings_say_so(browser: Web, api: Web) -> None:
    page = await browser.get("/settings")
    assert "This server sends no mail" in page.text
    assert 'name="remind"' not in page.text

    refused = await browser.post("/settings/reminders", remind="1", remind_days="7")
    assert refused.status_code == 409
    assert "This server sends no mail, so nothing was changed." in refused.text
    assert (await browser.post("/settings/reminders")).status_code == 303, "off is off"
    assert 'href="/calendar"' in (await browser.get("/")).text
