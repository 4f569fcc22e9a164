"""Reminders by e-mail through a real SMTP server: who gets what, once, and what happens when the server is not willing."""

import asyncio
import re
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from sqlalchemy import delete
from sqlmodel import Session, select

from app import doctor
from app.actions import people, reminders
from app.actions.accounts import create_account
from app.actions.commitments import add_commitment, set_state
from app.actions.members import remove
from app.actions.sessions import create_session, delete_session
from app.errors import AppError
from app.live.reminders import send_due
from app.settings import Settings
from app.store.database import Database
from app.store.migrate import migrate
from app.store.plan_tables import Commitment
from app.store.reminder_tables import Reminded, Reminder
from app.store.tables import Membership, User, Workspace
from tests.live.databases import Database as Kind
from tests.live.mail import PASSWORD, SENDER, USER, MailServer
from tests.live.server import Server
from tests.live.workshop import Web

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
MORNING = int(datetime(2026, 11, 23, 7, tzinfo=UTC).timestamp() * 1000)
DAY_MS, MINUTE_MS = 24 * 3600 * 1000, 60_000
LATE, SOON, FAR = "2026-11-20", "2026-11-27", "2027-03-01"


@dataclass
class Team:
    """A workspace with a session, and commitments by their texts."""

    database: Database
    workspace_id: str
    session_id: str
    users: dict[str, str]
    settings: Settings
    now: int = MORNING

    def clock(self) -> int:
        return self.now

    async def send(self, post: Any, database: Database | None = None) -> int:
        return await send_due(database or self.database, post, clock=self.clock)

    async def on(self, *names: str, days: object = 7) -> None:
        for name in names:
            await self.database.write(reminders.switch_on, **self.whose(name), days=days)
            await self.database.write(_due_now, **self.whose(name), now=self.now)

    def whose(self, name: str) -> dict[str, str]:
        return {"workspace_id": self.workspace_id, "user_id": self.users[name]}

    async def promise(self, text: str, due: str, state: str = "agreed", owner: str = "P. Okoro") -> str:
        found: str = await self.database.write(
            _promise, session_id=self.session_id, text=text, due=due, state=state, owner=owner
        )
        return found

    async def row(self, name: str) -> Reminder:
        found: Reminder = await self.database.read(
            lambda db: db.get_one(Reminder, (self.workspace_id, self.users[name]))
        )
        return found


def _due_now(db: Session, *, workspace_id: str, user_id: str, now: int) -> None:
    row = db.get_one(Reminder, (workspace_id, user_id))
    row.next_at = now
    db.add(row)


def _promise(db: Session, *, session_id: str, text: str, due: str, state: str, owner: str) -> str:
    row = add_commitment(db, session_id=session_id, by="Inga", said={"text": text, "side": "customer", "owner": owner})
    if state != "proposed":
        set_state(db, session_id=session_id, commitment_id=row.id, by="Inga", state="agreed")
    if state not in {"proposed", "agreed"}:
        set_state(db, session_id=session_id, commitment_id=row.id, by="Inga", state=state)
    row.due = due
    db.add(row)
    return row.id


def _seed(db: Session) -> tuple[str, str, dict[str, str]]:
    users = {}
    for name in ("Inga", "Olga", "Viktor"):
        user = people.NewUser(f"{name.lower()}@halden.example", name, "no hash")
        users[name] = people.add_user(
            db, user=user, role="owner" if name == "Inga" else "viewer", workspace="Halden"
        ).id
    workspace_id = db.exec(select(Membership.workspace_id).where(Membership.user_id == users["Inga"])).one()
    account = create_account(db, workspace_id=workspace_id, name="Northfield Foods")
    session = create_session(db, workspace_id=workspace_id, user_id=users["Inga"], account_id=account.id)
    return workspace_id, session.id, users


@pytest.fixture(scope="module")
async def place(database: Kind, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Database, Settings]]:
    url = database.fresh().get("STAIRSTEP_DATABASE_URL", "")
    settings = Settings(data_dir=tmp_path_factory.mktemp("reminders"), database_url=url)
    migrate(settings)
    found = Database.of(settings)
    found.start()
    yield found, settings
    await found.stop()


@pytest.fixture
async def team(place: tuple[Database, Settings], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Team]:
    database, settings = place
    monkeypatch.setattr("app.views.links._BASE.url", "https://stair.example")
    yield Team(database, *await database.write(_seed), settings)
    await database.write(_clear)


def _clear(db: Session) -> None:
    for table in (Workspace, User):
        db.execute(delete(table))


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


async def test_a_member_is_told_once_before_and_once_when_it_is_late(team: Team, mail: MailServer) -> None:
    for text, due in (("Share the forecast", SOON), ("Open the cost sheet", LATE), ("Far away", FAR), ("No date", "")):
        await team.promise(text, due)
    for state in ("proposed", "done", "dropped"):
        await team.promise(f"Is {state}", LATE, state)
    await team.on("Inga")

    assert await team.send(mail.post()) == 1
    assert await team.send(mail.post()) == 0, "once a day"
    team.now += DAY_MS
    assert await team.send(mail.post()) == 0, "nothing new"
    team.now += 5 * DAY_MS
    assert await team.send(mail.post()) == 1

    first, second = mail.texts()
    assert mail.recipients == [["inga@halden.example"]] * 2
    assert first.index("Late:") < first.index("Northfield Foods: Open the cost sheet") < first.index("Due soon:")
    assert "Northfield Foods, P. Okoro, due on 27 November 2026" in first
    assert f"https://stair.example/sessions/{team.session_id}/plan#row-" in first
    assert "Late:" in second
    assert "Share the forecast" in second
    for text in ("Far away", "No date", "Is "):
        assert text not in first + second
    assert "Open the cost sheet" not in second


async def test_each_who_switched_it_on_gets_one_mail_and_nobody_else(team: Team, mail: MailServer) -> None:
    await team.promise("Share the forecast", SOON)
    await team.on("Inga", "Viktor")
    await team.on("Olga", days="0")
    await team.database.write(reminders.switch_off, **team.whose("Viktor"))

    assert await team.send(mail.post()) == 2

    assert sorted(mail.recipients) == [["inga@halden.example"], ["olga@halden.example"]]
    told = {mail["to"]: text for mail, text in zip(mail.mails, mail.texts(), strict=True)}
    assert "Share the forecast" in told["inga@halden.example"]
    assert "Nothing is late or due soon." in told["olga@halden.example"]
    assert "on the day a commitment is due" in told["olga@halden.example"]


async def test_other_days_than_0_to_30_are_refused(team: Team) -> None:
    for days in ("", "-1", "31", "x", "1e3", "٣", None, "3.5", "9999"):
        with pytest.raises(AppError, match="0 to 30"):
            await team.database.write(reminders.switch_on, **team.whose("Inga"), days=days)


async def test_of_several_processes_one_sends(team: Team, mail: MailServer) -> None:
    await team.promise("Share the forecast", SOON)
    await team.on(*team.users)
    mail.holds_s = 0.1
    others = [Database.of(team.settings) for _ in range(2)]
    for other in others:
        other.start()

    sent = await asyncio.gather(*(team.send(mail.post(), one) for one in (team.database, *others)))
    for other in others:
        await other.stop()

    assert sum(sent) == 3
    assert sorted(mail.recipients) == [[f"{name.lower()}@halden.example"] for name in sorted(team.users)]


async def test_who_dies_before_the_mail_is_out_is_followed_half_an_hour_later(team: Team, mail: MailServer) -> None:
    await team.promise("Share the forecast", SOON)
    await team.on("Inga")
    whose = (team.workspace_id, team.users["Inga"])

    assert await team.database.write(reminders.claim, whose=whose, now=team.now)  # and then it died
    team.now += 29 * MINUTE_MS
    assert await team.send(mail.post()) == 0
    team.now += MINUTE_MS
    assert await team.send(mail.post()) == 1

    assert "Share the forecast" in mail.texts()[0]


async def test_who_dies_after_the_mail_is_out_sends_it_twice_under_one_name(
    team: Team, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await team.promise("Share the forecast", SOON)
    await team.on("Inga")
    with monkeypatch.context() as patch:
        patch.setattr("app.live.reminders.mark_told", _dies)
        with pytest.raises(RuntimeError):
            await team.send(mail.post())
    team.now += 30 * MINUTE_MS
    assert await team.send(mail.post()) == 1

    one, two = mail.mails
    assert one["message-id"] == two["message-id"]
    assert mail.texts()[0] == mail.texts()[1]


def _dies(_db: Session, **_: Any) -> None:
    raise RuntimeError("killed")


# --- servers that are not willing -------------------------------------------------------------------


async def test_while_the_server_is_down_nothing_is_lost(
    team: Team, caplog: pytest.LogCaptureFixture, mail: MailServer
) -> None:
    await team.promise("Share the forecast", SOON)
    await team.on(*team.users)
    down = mail.post(port=1)

    assert await team.send(down) == 0
    assert [(await team.row(name)).trouble for name in team.users].count("away") == 1, "the others were not even tried"
    team.now += 10 * MINUTE_MS
    assert await team.send(mail.post()) == 3
    assert [(await team.row(name)).trouble for name in team.users] == ["", "", ""]
    _tells_nothing(caplog, "away: SMTPConnectError")


async def test_a_refused_login_is_tried_again_and_told_without_the_password(
    team: Team, caplog: pytest.LogCaptureFixture
) -> None:
    await team.promise("Share the forecast", SOON)
    await team.on("Inga")
    with MailServer(login=True) as mail:
        assert await team.send(mail.post(user=USER, password="wrong word")) == 0
        assert mail.mails == []
        assert await team.send(mail.post(user=USER, password=PASSWORD)) == 1
    _tells_nothing(caplog, "away: SMTPAuthenticationError 535")
    assert "wrong word" not in caplog.text + repr(mail.post(password="wrong word"))


async def test_an_address_that_the_server_refuses_is_tried_tomorrow_and_stops_nobody(
    team: Team, mail: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    await team.promise("Share the forecast", SOON)
    await team.on(*team.users)
    mail.answers = {"inga@halden.example": "550 no such inga@halden.example", "olga@halden.example": "451 later"}

    assert await team.send(mail.post()) == 1
    assert (await team.row("Inga")).trouble == "refused"
    assert (await team.row("Olga")).trouble == "away"
    mail.answers = {}
    team.now += 10 * MINUTE_MS
    assert await team.send(mail.post()) == 1, "who was to come later"
    team.now += DAY_MS
    assert await team.send(mail.post()) == 1

    assert mail.recipients == [["viktor@halden.example"], ["olga@halden.example"], ["inga@halden.example"]]
    _tells_nothing(caplog, "refused: SMTPRecipientRefused 550")


async def test_a_slow_server_stops_no_vote_and_is_given_up(team: Team, mail: MailServer) -> None:
    await team.promise("Share the forecast", SOON)
    await team.on("Inga")
    mail.holds_s = 4.0

    sending = asyncio.create_task(team.send(mail.post(patience_s=2.5)))
    await asyncio.sleep(0.1)
    slowest = 0.0
    while not sending.done():
        began = time.monotonic()
        await team.database.write(reminders.switch_off, **team.whose("Olga"))
        slowest = max(slowest, time.monotonic() - began)
        await asyncio.sleep(0.02)

    assert await sending == 0
    assert slowest < 2.0, "writes go on meanwhile"
    assert (await team.row("Inga")).trouble == "away"
    mail.holds_s = 0.0
    assert await team.send(mail.post()) == 1


async def test_starttls_is_spoken_and_only_with_whom_we_trust(team: Team) -> None:
    await team.promise("Share the forecast", SOON)
    await team.on("Inga")
    ours, of_server = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.issue_cert("127.0.0.1").configure_cert(of_server)
    trusting = ssl.create_default_context()
    ours.configure_trust(trusting)

    with MailServer(tls=of_server, login=True) as mail:
        known = {"tls": "starttls", "user": USER, "password": PASSWORD}
        assert await team.send(mail.post()) == 0, "it takes nothing in the clear"
        assert await team.send(mail.post(**known, context=ssl.create_default_context())) == 0
        assert await team.send(mail.post(**known, context=trusting)) == 1
        assert mail.encrypted == [True]
    with MailServer() as plain:
        await team.on("Olga")
        assert await team.send(plain.post(**known, context=trusting)) == 0, "no password goes out without it"


async def test_the_doctor_knocks_at_the_mail_server() -> None:
    with MailServer(login=True) as mail:
        found = {"smtp_host": "127.0.0.1", "smtp_port": mail.port, "smtp_tls": "off", "smtp_from": SENDER}
        right, wrong = ({"smtp_user": USER, "smtp_password": word} for word in (PASSWORD, "wrong word"))
        told = [await asyncio.to_thread(_doctor, Settings(_env_file=None, **found, **more)) for more in (right, wrong)]
    told.append(await asyncio.to_thread(_doctor, Settings(_env_file=None, **found)))

    assert told[0] == "the mail server lets us in"
    assert "SMTPAuthenticationError 535" in told[1]
    assert "SMTPConnectError" in told[2]
    assert "wrong word" not in told[1]
    assert mail.mails == []


def _doctor(settings: Settings) -> str:
    (found,) = doctor._mail(settings)
    return found.words


def _tells_nothing(caplog: pytest.LogCaptureFixture, *words: str) -> None:
    log = "\n".join(one.getMessage() for one in caplog.records if one.name.startswith("stairstep"))
    for word in words:
        assert word in log
    for word in ("@", "Share the forecast", "Northfield"):
        assert word not in log


# --- what goes ----------------------------------------------------------------------------------------


async def test_what_was_told_goes_with_the_session_and_with_the_membership(team: Team, mail: MailServer) -> None:
    await team.promise("Share the forecast", SOON)
    await team.on("Inga", "Olga")
    await team.send(mail.post())

    def left(db: Session) -> tuple[int, int, int]:
        return tuple(len(db.exec(select(table)).all()) for table in (Reminder, Reminded, Commitment))

    assert await team.database.read(left) == (2, 2, 1)
    await team.database.write(remove, **team.whose("Olga"))
    assert await team.database.read(left) == (1, 1, 1)
    await team.database.write(delete_session, session_id=team.session_id)
    assert await team.database.read(left) == (1, 0, 0)
    team.now += DAY_MS
    assert await team.send(mail.post()) == 0


async def test_texts_of_any_kind_arrive_and_a_date_in_the_past_counts(team: Team, mail: MailServer) -> None:
    text = "<b>" + "あ" * 100 + " שלום \u202eabc\u202c, 👩‍👩‍👧 " + "x" * 60
    await team.promise(text, "1999-01-01", owner="<script>alert(1)</script>")
    await team.on("Inga")

    assert await team.send(mail.post()) == 1

    assert text in mail.texts()[0]
    html = mail.mails[0].get_body(("html",)).get_content()
    assert "&lt;b&gt;" in html
    assert "<script" not in html
    assert "was due on 1 January 1999" in html


# --- switched on and off ------------------------------------------------------------------------------


async def test_a_member_switches_it_on_and_the_server_that_runs_has_the_mail_sent(
    tmp_path: Path, one_database: Kind, mail: MailServer
) -> None:
    env = {
        "STAIRSTEP_SMTP_HOST": "127.0.0.1",
        "STAIRSTEP_SMTP_PORT": str(mail.port),
        "STAIRSTEP_SMTP_TLS": "off",
        "STAIRSTEP_SMTP_FROM": SENDER,
    }
    server = Server(tmp_path / "data", env=one_database.fresh() | env)
    server.add_user("inga@halden.example", "owner", "Halden", "Inga")
    server.start()
    web = Web(server)
    await web.sign_in("inga@halden.example")

    wrong = await web.post("/settings/reminders", remind="1", remind_days="99")
    assert wrong.status_code == 422
    assert "A number of days from 0 to 30." in wrong.text
    assert 'value="99"' in wrong.text
    saved = await web.post("/settings/reminders", remind="1", remind_days="3")
    assert saved.headers["location"] == "/settings?done=reminders"
    page = (await web.get("/settings?done=reminders")).text
    assert "Your reminders are saved." in page
    assert re.search(r'name="remind" value="1" checked', page)
    assert 'value="3"' in page

    beside = Database.of(server.settings)
    beside.start()
    assert await send_due(beside, mail.post()) == 1
    await beside.stop()
    assert "You get mail 3 days before a commitment is due" in mail.texts()[0]
    await web.post("/settings/reminders", remind_days="3")
    assert server.rows("SELECT count(*) FROM reminder") == [(0,)]
    await web.close()
    server.stop()
