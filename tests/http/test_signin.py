"""Coming in: the one-time link, signing in and out, throttles, where one is sent on to."""

import re
import time

import pytest

from app.actions.people import PASSWORD_AT_LEAST, WRONG_PAIR, new_setup_link
from app.web.signin import safe_path
from tests.live.server import PASSWORD, Server
from tests.live.workshop import Web

PERSON = {"name": "Olga", "email": "Olga@Halden.example", "password": PASSWORD, "company": "Halden Works 🏭"}


async def test_the_first_user_is_made_with_the_printed_link_once(elsewhere: Server) -> None:
    elsewhere.start()
    token = re.search(r"/setup/([\w-]+)", elsewhere.log.read_text()).group(1)
    web = Web(elsewhere)
    page = await web.get(f"/setup/{token}")
    assert page.status_code == 200
    csrf = await web.csrf(f"/setup/{token}")

    for wrong, words in (
        ({"email": "nobody"}, "e-mail"),
        ({"password": "short"}, str(PASSWORD_AT_LEAST)),
        ({"name": " "}, "name"),
        ({"company": "\u202e"}, "company"),
    ):
        refused = await web.post(f"/setup/{token}", csrf, **{**PERSON, **wrong})
        assert refused.status_code == 422
        assert words in refused.text
        assert PASSWORD not in refused.text

    done = await web.post(f"/setup/{token}", csrf, **PERSON, time_zone="Europe/Oslo")
    assert (done.status_code, done.headers["location"]) == (303, "/")
    home = await web.get("/")
    assert "Olga" in home.text
    assert elsewhere.rows("SELECT email, role, workspace.name, time_zone FROM person, membership, workspace") == [
        ("olga@halden.example", "owner", "Halden Works 🏭", "Europe/Oslo")
    ]
    for answer in (await web.get(f"/setup/{token}"), await web.post(f"/setup/{token}", csrf, **PERSON)):
        assert answer.status_code == 410
    assert elsewhere.act(new_setup_link) is None
    await web.close()


async def test_an_old_or_unknown_link_says_so(elsewhere: Server) -> None:
    elsewhere.start()
    first = re.search(r"/setup/([\w-]+)", elsewhere.log.read_text()).group(1)
    newer = elsewhere.act(new_setup_link)
    web = Web(elsewhere)
    assert (await web.get(f"/setup/{first}")).status_code == 410
    assert (await web.get("/setup/nonsense")).status_code == 410
    assert (await web.get(f"/setup/{newer}")).status_code == 200

    elsewhere.act(_run_out)

    csrf = await web.csrf()
    assert (await web.get(f"/setup/{newer}")).status_code == 410
    assert (await web.post(f"/setup/{newer}", csrf, **PERSON)).status_code == 410
    assert elsewhere.rows("SELECT count(*) FROM person") == [(0,)]
    await web.close()


def _run_out(db) -> None:
    from sqlalchemy import update

    from app.store.tables import SetupLink

    db.execute(update(SetupLink).values(expires_at=int(time.time() * 1000) - 1))


async def test_wrong_password_and_unknown_user_get_the_same_words(nobody: Web) -> None:
    known = await nobody.sign_in("inga@halden.example", "not her password")
    unknown = await nobody.sign_in("nobody@halden.example", "not her password")

    assert (known.status_code, unknown.status_code) == (422, 422)
    assert known.text.replace("inga@", "nobody@") == unknown.text
    assert WRONG_PAIR in known.text
    assert "not her password" not in known.text
    assert "stairstep" not in nobody.client.cookies


async def test_signing_in_gives_a_cookie_that_scripts_cannot_read(nobody: Web) -> None:
    answer = await nobody.sign_in("  INGA@halden.example ")

    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("stairstep="))
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Secure" not in cookie
    assert (await nobody.get("/")).status_code == 200
    stored = nobody.server.rows("SELECT count(*) FROM sign_in WHERE token_hash = ?", nobody.client.cookies["stairstep"])
    assert stored == [(0,)], "only its hash is stored"


async def test_behind_https_cookies_are_tied_to_the_host_and_hsts_is_sent(elsewhere: Server) -> None:
    elsewhere.env["STAIRSTEP_BASE_URL"] = "https://stair.example"
    elsewhere.add_user("inga@halden.example", "owner", "Halden Works")
    elsewhere.start()
    web = Web(elsewhere)
    page = await web.get("/signin", headers={"host": "stair.example"})
    form = next(one for one in page.headers.get_list("set-cookie"))
    assert "Secure" in form
    csrf = re.search(r'name="csrf" value="(\w+)"', page.text).group(1)

    answer = await web.client.post(
        "/signin",
        data={"csrf": csrf, "email": "inga@halden.example", "password": PASSWORD},
        headers={"host": "stair.example", "cookie": form.split(";")[0]},
    )

    cookie = next(one for one in answer.headers.get_list("set-cookie") if "stairstep=" in one)
    assert cookie.startswith("__Host-stairstep=")
    assert {"Secure", "HttpOnly", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "domain" not in cookie.lower()
    assert page.headers["strict-transport-security"].startswith("max-age=")
    await web.close()


async def test_each_sign_in_has_a_new_cookie_and_one_set_from_outside_is_not_taken(nobody: Web) -> None:
    nobody.client.cookies.set("stairstep", "planted")
    await nobody.sign_in("inga@halden.example")
    cookies = {cookie.value for cookie in nobody.client.cookies.jar if cookie.name == "stairstep"}

    assert cookies - {"planted"}
    assert (await nobody.get("/", headers={"cookie": "stairstep=planted"})).status_code == 303


async def test_guessing_a_password_gets_slower_for_this_account_from_everywhere(nobody: Web, server: Server) -> None:
    server.add_user("slow@halden.example", "viewer", "Halden Works")
    for _ in range(5):
        assert (await nobody.sign_in("slow@halden.example", "wrong")).status_code == 422

    other = Web(server)
    answer = await other.sign_in("slow@halden.example")

    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert (await other.sign_in("inga@halden.example")).status_code == 303, "others are not slowed"
    await other.close()


async def test_signing_out_ends_the_sign_in_on_the_server(nobody: Web) -> None:
    browser = nobody
    await browser.sign_in("inga@halden.example")
    cookie = browser.client.cookies["stairstep"]

    answer = await browser.post("/signout")

    assert (answer.status_code, answer.headers["location"]) == (303, "/signin")
    assert "cache" in answer.headers["clear-site-data"]
    again = await browser.get("/", headers={"cookie": f"stairstep={cookie}"})
    assert again.status_code == 303


@pytest.mark.parametrize(
    "next_",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "javascript:x",
        "/\n/evil.example", "http:evil.example", "///evil.example", "evil", "", " /x", "/%0d%0aSet-Cookie: x", "/a b",
    ],
)  # fmt: skip
async def test_after_signing_in_nobody_is_sent_to_another_site(nobody: Web, next_: str) -> None:
    page = await nobody.get("/signin", params={"next": next_})
    csrf = await nobody.csrf()

    answer = await nobody.post("/signin", csrf, email="inga@halden.example", password=PASSWORD, next=next_)

    location = answer.headers["location"]
    assert location == safe_path(next_)
    assert location == "/" or (location.startswith("/%") and "\r" not in location)
    assert "evil.example" not in page.text


@pytest.mark.parametrize("path", ["/sessions/abc", "/accounts/x?y=1", "/"])
async def test_after_signing_in_one_goes_on_to_where_one_wanted_to_go(nobody: Web, path: str) -> None:
    answer = await nobody.post("/signin", email="inga@halden.example", password=PASSWORD, next=path)

    assert answer.headers["location"] == path


async def test_home_passes_only_a_path_of_ours_on_to_the_sign_in(nobody: Web) -> None:
    answer = await nobody.get("/", params={"next": "https://evil.example/?a=b&c"})

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/signin")
    page = await nobody.client.get(answer.headers["location"])
    assert "evil.example" not in page.text
