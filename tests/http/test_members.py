"""Settings and people: passwords, sign-ins, tokens, invitations, roles, and what a workspace keeps."""

import re
from uuid import uuid4

import pytest

from app.actions.sessions import DAY_MS, outlived
from app.live.retention import delete_what_outlived
from app.store.database import Database
from app.store.ids import now_ms
from tests.live.server import PASSWORD, Server
from tests.live.workshop import Web

NEW = "five rather quiet words"


class Company:
    """A workspace of its own, with an owner who is signed in."""

    def __init__(self, server: Server) -> None:
        server.start()
        self.name = f"Company {uuid4().hex[:8]}"
        self.server = server
        self.owner_mail = self.mail()
        server.add_user(self.owner_mail, "owner", self.name, name="Olga")
        self.webs: list[Web] = []

    @staticmethod
    def mail() -> str:
        return f"{uuid4().hex[:10]}@halden.example"

    async def browser(self, email: str = "", password: str = PASSWORD) -> Web:
        """A browser signed in as somebody, the owner by default."""
        web = Web(self.server)
        self.webs.append(web)
        answer = await web.sign_in(email or self.owner_mail, password)
        assert answer.status_code == 303, answer.text
        return web

    async def stranger(self) -> Web:
        web = Web(self.server)
        self.webs.append(web)
        return web


@pytest.fixture
async def company(server: Server):
    made = Company(server)
    yield made
    for web in made.webs:
        await web.close()


def link_on(page: str) -> str:
    found = re.search(r"(/invitation/[\w-]+)", page)
    assert found, page
    return found.group(1)


async def test_a_new_password_ends_every_other_sign_in(company: Company) -> None:
    here, there = await company.browser(), await company.browser()

    wrong = await here.post("/settings/password", password="not it at all", new_password=NEW)
    assert wrong.status_code == 422
    assert "This is not your password. Nothing was changed." in wrong.text
    short = await here.post("/settings/password", password=PASSWORD, new_password="short")
    assert short.status_code == 422
    assert "12 characters or more" in short.text
    assert (await there.get("/settings")).status_code == 200

    done = await here.post("/settings/password", password=PASSWORD, new_password=NEW)
    assert done.headers["location"] == "/settings?done=password"
    assert (await here.get("/settings")).status_code == 200
    assert (await there.get("/settings")).status_code == 303
    assert "fit together" in (await (await company.stranger()).sign_in(company.owner_mail)).text
    await company.browser(password=NEW)


async def test_sign_ins_are_listed_and_ended_one_by_one_or_all(company: Company) -> None:
    here, second, third = [await company.browser() for _ in range(3)]
    page = (await here.get("/settings")).text
    marks = re.findall(r'name="mark" value="(\w+)"', page)
    assert len(marks) == 2
    assert page.count("this browser") == 1

    await here.post("/settings/end", mark=marks[0])
    alive = [(await web.get("/settings")).status_code for web in (here, second, third)]
    assert sorted(alive) == [200, 200, 303]
    assert alive[0] == 200

    await here.post("/settings/end")
    assert [(await web.get("/settings")).status_code for web in (here, second, third)] == [200, 303, 303]


async def test_a_token_is_shown_once_works_and_is_taken_back(company: Company) -> None:
    web = await company.browser()
    refused = await web.post("/settings/token", token_name="weekly", token_password="wrong")
    assert refused.status_code == 422
    assert "No token was made" in refused.text

    made = await web.post("/settings/token", token_name="weekly <b>", token_password=PASSWORD)
    token = re.search(r"<code>([\w-]+)</code>", made.text).group(1)
    assert token not in (await web.get("/settings")).text
    assert "weekly &lt;b&gt;" in made.text
    assert (token,) not in company.server.rows("SELECT token_hash FROM api_token")
    script = Web(company.server, token)
    company.webs.append(script)
    await script("GET /accounts")

    token_id = re.search(r'name="id" value="(\w+)"', (await web.get("/settings")).text.split("weekly")[1]).group(1)
    other = await company.browser()
    assert (await other.post("/settings/revoke", id=token_id)).status_code == 303
    await script("GET /accounts", status=401)


async def test_an_invited_person_comes_in_once_with_the_role(company: Company) -> None:
    owner, email = await company.browser(), company.mail()
    made = await owner.post("/people/invite", email=email.upper(), role="facilitator")
    link = link_on(made.text)
    assert email in made.text
    guest = await company.stranger()
    assert company.name in (await guest.get(link)).text

    unready = await guest.post(link, name=" ", password="short")
    assert unready.status_code == 422
    assert "Your name is empty" in unready.text
    assert "12 characters" in unready.text
    done = await guest.post(link, name="Jonas Ek", password=NEW)
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert "Jonas" in (await guest.get("/")).text
    assert (await guest.get("/people")).status_code == 403
    assert (await (await company.stranger()).get(link)).status_code == 410
    assert "Jonas Ek" in (await owner.get("/people")).text
    again = await owner.post("/people/invite", email=email, role="viewer")
    assert again.status_code == 409
    assert "one of your people already" in again.text


async def test_a_newer_invitation_replaces_the_earlier_and_both_end(company: Company) -> None:
    owner, email = await company.browser(), company.mail()
    first = link_on((await owner.post("/people/invite", email=email, role="viewer")).text)
    second = link_on((await owner.post("/people/invite", email=email, role="viewer")).text)
    guest = await company.stranger()
    assert (await guest.get(first)).status_code == 410
    assert (await guest.get(second)).status_code == 200
    company.server.act(lambda db: db.connection().exec_driver_sql("UPDATE invitation SET expires_at = 1"))
    assert (await guest.get(second)).status_code == 410


async def test_somebody_who_forgot_the_password_gets_a_link_and_old_sign_ins_end(company: Company) -> None:
    owner, email = await company.browser(), company.mail()
    company.server.add_user(email, "viewer", company.name, name="Vera")
    old = await company.browser(email)
    vera = re.search(r'id="role-(\w+)"', (await owner.get("/people")).text.split(email)[1]).group(1)

    link = link_on((await owner.post("/people/new-password", id=vera)).text)
    vera_again = await company.stranger()
    assert "Choose a new password" in (await vera_again.get(link)).text
    assert (await vera_again.post(link, password=NEW)).status_code == 303
    assert (await old.get("/settings")).status_code == 303
    assert (await vera_again.get("/settings")).status_code == 200
    await company.browser(email, NEW)


async def test_roles_change_and_the_last_owner_stays(company: Company) -> None:
    owner, email = await company.browser(), company.mail()
    company.server.add_user(email, "viewer", company.name, name="Vera")
    vera = await company.browser(email)
    assert (await vera.get("/people")).status_code == 403
    page = (await owner.get("/people")).text
    vera_id = re.search(r'id="role-(\w+)"', page.split(email)[1]).group(1)
    ((owner_id,),) = company.server.rows("SELECT id FROM person WHERE email = ?", company.owner_mail)

    for action, fields in (("role", {"role": "viewer"}), ("remove", {})):
        refused = await owner.post(f"/people/{action}", id=owner_id, **fields)
        assert refused.status_code == 409
        assert "the last owner" in refused.text
    assert (await owner.post("/people/role", id=vera_id, role="owner")).status_code == 303
    assert (await vera.get("/settings")).status_code == 303  # signs in anew with the new role
    vera = await company.browser(email)
    assert (await vera.get("/people")).status_code == 200
    assert (await vera.post("/people/remove", id=owner_id)).status_code == 303
    assert (await owner.get("/settings")).status_code == 303
    refused = await (await company.stranger()).sign_in(company.owner_mail)
    assert refused.status_code == 401
    assert "You are in no workspace" in refused.text


async def test_nobody_changes_people_of_another_workspace(company: Company, server: Server) -> None:
    other = Company(server)
    company.webs += other.webs
    ((foreign_id,),) = server.rows("SELECT id FROM person WHERE email = ?", other.owner_mail)
    owner = await company.browser()
    for action, fields in (("role", {"role": "viewer"}), ("remove", {}), ("new-password", {})):
        assert (await owner.post(f"/people/{action}", id=foreign_id, **fields)).status_code == 404
    taken = await owner.post("/people/invite", email=other.owner_mail, role="viewer")
    assert "another company" in taken.text
    assert (await owner.post("/people/nonsense")).status_code == 404


async def test_what_can_not_be_used_stands_beside_its_field(company: Company) -> None:
    owner = await company.browser()
    for fields, words in (
        ({"keep_days": "5"}, "30 to 3650 days"),
        ({"keep_days": "soon"}, "A number of days"),
        ({"time_zone": "Middle/Earth"}, "such as Europe/Berlin"),
        ({"company": " "}, "name is empty"),
    ):
        said = {"company": company.name, "time_zone": "Europe/Oslo", "keep_days": ""} | fields
        answer = await owner.post("/people/workspace", **said)
        assert answer.status_code == 422
        assert words in answer.text
    saved = await owner.post("/people/workspace", company=company.name, time_zone="Europe/Oslo", keep_days="90")
    assert saved.status_code == 303
    assert 'value="90"' in (await owner.get("/people")).text


async def test_a_workspace_keeps_its_sessions_as_long_as_it_says(company: Company, server: Server) -> None:
    token = re.search(
        r"<code>([\w-]+)</code>",
        (await (await company.browser()).post("/settings/token", token_name="t", token_password=PASSWORD)).text,
    ).group(1)
    api = Web(server, token)
    company.webs.append(api)
    account = await api("POST /accounts", {"name": "Kept & Sons"})
    made = [(await api("POST /sessions", {"account_id": account["id"]}))["id"] for _ in range(3)]
    for session_id in made[:2]:
        await api(f"POST /sessions/{session_id}/close")
    long_ago = now_ms() - 91 * DAY_MS
    _set(server, "closed_at", made[0], long_ago)
    database = Database.of(server.settings)
    database.start()

    assert await database.read(outlived, now=now_ms()) == []
    owner = await company.browser()
    await owner.post("/people/workspace", company=company.name, time_zone="UTC", keep_days="90")
    assert await database.read(outlived, now=now_ms()) == [made[0]]
    assert await delete_what_outlived(database, now=now_ms()) == 1
    assert await delete_what_outlived(database, now=now_ms()) == 0
    await database.stop()
    await api(f"GET /sessions/{made[0]}", status=404)
    await api(f"GET /sessions/{made[1]}")
    await api(f"GET /sessions/{made[2]}")
    assert server.rows("SELECT kind FROM tombstone WHERE id = ?", made[0]) == [("session",)]


def _set(server: Server, column: str, session_id: str, value: int) -> None:
    server.act(
        lambda db: db.connection().exec_driver_sql(
            f"UPDATE live_session SET {column} = {value} WHERE id = '{session_id}'"
        )
    )
