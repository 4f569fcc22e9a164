"""Every page: headers, no inline script or style, sizes, hosts."""

import re
from html.parser import HTMLParser

import pytest

from app.web.guard import BODY_AT_MOST, CSP
from tests.http.words import problem
from tests.live.workshop import Web, Workshop

WANTED = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
}
PLANTED = "<img src=x onerror=alert(1)>\"'{{1337*1337}}"


class Inline(HTMLParser):
    """What a page carries that the policy forbids, and where its assets come from."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.assets: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name.startswith(("on", "hx-on")) or name == "style":
                self.found.append(f"<{tag} {name}={value}>")
            if name in {"src", "href", "action", "formaction"} and re.match(
                r"\s*(javascript|data|vbscript):", value or ""
            ):
                self.found.append(f"<{tag} {name}={value}>")
            if (name == "src" or (tag == "link" and name == "href")) and value:
                self.assets.append(value)
        if tag == "style":
            self.found.append("<style>")
        self._in_script = tag == "script"

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip():
            self.found.append(f"script: {data[:40]}")

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False


async def promise(workshop: Workshop) -> dict[str, object]:
    """A commitment that both sides accepted, with markup in each of its texts."""
    said = {"text": f"P {PLANTED}", "owner": PLANTED, "counterpart": PLANTED, "side": "customer"}
    made: dict[str, object] = await workshop.do("POST /commitments", said)
    return await workshop.do(f"PATCH /commitments/{made['id']}", {"state": "agreed"})


async def walk(workshop: Workshop, browser: Web) -> dict[str, str]:
    """The text of every kind of page, with user's texts in it, by path."""
    phone, web = workshop.people[0] if workshop.people else await workshop.join(), workshop.web
    account = f"/accounts/{workshop.session['account_id']}"
    (row,) = (await workshop.do("GET /commitments"))["items"] or [await promise(workshop)]
    own = ("", "/report", "/plan", f"/plan/{row['id']}", "/links")
    visits = [(browser, path, {}) for path in ("/", account, *(f"{workshop.path}{part}" for part in own))]
    visits += [(browser, f"{workshop.path}/report?cut=customer", {})]
    visits += [(web, path, {}) for path in ("/signin", "/setup/x", "/join", "/j/NOSUCH", "/api/docs", "/nothing/here")]
    visits += [(web, f"/j/{workshop.join_token}", {}), (web, f"/screen/{workshop.id}?key={workshop.key}", {})]
    visits += [(web, f"/p/{workshop.id}{path}", phone.bearer) for path in ("", "/withdraw", "/group", "/plan")]
    visits += [(web, f"/p/{workshop.id}", {}), (web, f"/screen/{workshop.id}", {})]
    pages = {}
    for who, path, headers in visits:
        answer = await who.get(path, headers=headers)
        assert answer.headers["content-type"].startswith("text/html"), path
        for name, value in WANTED.items():
            assert answer.headers[name] == value, f"{path}: {name}"
        assert "server" not in answer.headers
        pages[f"{path} {answer.status_code}"] = answer.text
    return pages


async def walked_in_every_state(workshop: Workshop, browser: Web) -> list[tuple[str, str]]:
    found = [*(await walk(workshop, browser)).items()]
    await workshop.open()
    found += (await walk(workshop, browser)).items()
    await workshop.close()
    await workshop.crowd()
    await workshop.vote("current", dict.fromkeys(workshop.groups, (2, 3, 4)))
    await workshop.vote("desired", dict.fromkeys(workshop.groups, (4, 4, 4)))
    found += (await walk(workshop, browser)).items()
    await workshop.reveal()
    found += (await walk(workshop, browser)).items()
    await workshop.open("change")
    for status in ("waiting", "shown", "hidden"):
        await workshop.do("POST /ideas", {"text": PLANTED, "who": "both", "side": "customer", "status": status})
    found += (await walk(workshop, browser)).items()
    await workshop.do("POST /close")
    return [*found, *(await walk(workshop, browser)).items()]


async def test_no_page_in_any_state_has_inline_script_or_style_or_markup_from_people(workshops, browser: Web) -> None:
    groups = [{"name": f"A {PLANTED}", "side": "customer"}, {"name": f"B {PLANTED}", "side": "supplier"}]
    workshop = await workshops(title=f"T {PLANTED}", groups=groups)

    for path, text in await walked_in_every_state(workshop, browser):
        parser = Inline()
        parser.feed(text)
        assert not parser.found, f"{path}: {parser.found}"
        assert all(asset.startswith("/static/") for asset in parser.assets), f"{path}: {parser.assets}"
        assert "<img src=x" not in text, path
        assert str(1337 * 1337) not in text, path


async def test_nothing_of_what_a_page_needs_is_missing(workshop: Workshop, browser: Web) -> None:
    assets = set()
    for text in (await walk(workshop, browser)).values():
        parser = Inline()
        parser.feed(text)
        assets |= set(parser.assets)

    for asset in assets:
        answer = await browser.get(asset)
        assert answer.status_code == 200, asset
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "10.1.2.3", "[::2]", "localhost.evil"])
async def test_a_foreign_host_is_refused(nobody: Web, host: str) -> None:
    answer = await nobody.get("/signin", headers={"host": host})

    assert answer.status_code == 400
    assert "evil" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "[::1]:9"])
async def test_our_own_names_are_taken(nobody: Web, host: str) -> None:
    assert (await nobody.get("/healthz", headers={"host": host})).status_code == 200


async def test_a_body_that_is_too_large_is_refused(nobody: Web, api: Web) -> None:
    big = b"x" * (BODY_AT_MOST + 1)

    async def in_pieces():
        for _ in range(5):
            yield b"x" * (BODY_AT_MOST // 4)

    told = await nobody.client.post(
        "/signin", content=big, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    by_script = await api.client.post("/api/v1/accounts", content=big, headers={"content-type": "application/json"})
    untold = await api.client.post(
        "/api/v1/accounts", content=in_pieces(), headers={"content-type": "application/json"}
    )

    assert told.status_code == 413
    assert by_script.status_code == 413
    problem(by_script, 413)
    assert 400 <= untold.status_code < 500
    assert (await nobody.get("/healthz")).status_code == 200


async def test_an_error_page_says_what_happened_and_nothing_of_the_inside(nobody: Web) -> None:
    answer = await nobody.get("/p/nowhere")

    assert answer.status_code == 404
    for inside in ("Traceback", "sqlite", "app/", "Exception"):
        assert inside not in answer.text


async def test_health_and_readiness_answer_without_telling_more(nobody: Web) -> None:
    assert [(await nobody.get(path)).text for path in ("/healthz", "/readyz")] == ["ok", "ready"]


GUESSES = ">The other side<"
"""The agenda's line of the mirror."""


async def test_a_new_session_from_the_form_lands_on_its_console(browser: Web) -> None:
    said = {"account": "Österreichische Küche", "customer_groups": "Küche\n\nEinkauf", "supplier_groups": "Vertrieb"}
    made = await browser.post("/sessions", await browser.csrf("/"), **said)
    assert made.status_code == 303
    console = await browser.get(made.headers["location"])
    assert "Österreichische Küche" in console.text
    assert GUESSES not in console.text

    again = await browser.post("/sessions", await browser.csrf("/"), **said, mirror="1")
    assert again.status_code == 303, "the account is found again, capitals and umlauts or not"
    assert GUESSES in (await browser.get(again.headers["location"])).text, "each side is asked to guess the other"
    home = await browser.get("/")
    assert home.text.count('<option value="Österreichische Küche">') == 1


@pytest.mark.parametrize(
    "wrong",
    [{"account": ""}, {"smallest_group": "2"}, {"expected": "0"}, {"expected": "many"}, {"customer_groups": "A\na"},
     {"attribution": "loud"}, {"template": "moon"}, {"smallest_group": "9" * 40}],
)  # fmt: skip
async def test_a_form_that_cannot_be_used_keeps_what_was_typed_and_says_why(
    browser: Web, wrong: dict[str, str]
) -> None:
    said = {"account": "Kept Foods", "customer_groups": "A", "supplier_groups": "B", "title": "My own title"} | wrong

    answer = await browser.post("/sessions", await browser.csrf("/"), **said, mirror="1")

    assert answer.status_code == 422
    assert "My own title" in answer.text
    assert re.search(r'<input type="checkbox" name="mirror"[^>]* checked>', answer.text)
    assert "error" in answer.text
