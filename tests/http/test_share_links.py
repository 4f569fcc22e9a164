"""Share links: what they show and for how long, and that they open nothing else."""

import re
from typing import Any

import pytest

from tests.http.words import problem
from tests.live.server import PASSWORD
from tests.live.workshop import Web, Workshop

IDEA = "An idea that somebody wrote"


async def link(workshop: Workshop, **body: Any) -> dict[str, Any]:
    found: dict[str, Any] = await workshop.do("POST /share-links", {"kind": "plan"} | body, status=201)
    return found


def path(made: dict[str, Any]) -> str:
    return "/share/" + str(made["url"]).rsplit("/", 1)[1]


async def agreed(workshop: Workshop, text: str) -> None:
    row = await workshop.do("POST /commitments", {"text": text, "side": "both"}, status=201)
    await workshop.do(f"PATCH /commitments/{row['id']}", {"state": "agreed"})


async def revealed(workshop: Workshop) -> None:
    await workshop.vote("current", {"Leadership": (2, 3, 3), "Account team": (3, 4, 4)})
    await workshop.vote("desired", {"Leadership": (4, 4, 5), "Account team": (5, 5, 5)})
    await workshop.reveal()


async def test_a_link_to_the_plan_shows_it_as_it_stands(workshop: Workshop, nobody: Web) -> None:
    made = await link(workshop)
    assert re.fullmatch(r"/share/[\w-]{32}", path(made)), "192 bits"
    assert made["expires_at"] - made["created_at"] == 14 * 24 * 3600 * 1000
    empty = await nobody.get(path(made))
    assert "Nothing has been agreed by both sides yet." in empty.text

    await agreed(workshop, "Meet every quarter")
    await workshop.do("POST /commitments", {"text": "Only proposed", "side": "both"}, status=201)
    shown = await nobody.get(path(made))

    assert shown.status_code == 200
    assert "Meet every quarter" in shown.text
    assert "Only proposed" not in shown.text
    assert workshop.session["code"] not in shown.text
    assert workshop.join_token not in shown.text


async def test_only_the_hash_of_a_token_is_stored_and_the_address_is_told_once(workshop: Workshop) -> None:
    made = await link(workshop, passphrase="three quiet words")
    token = path(made).removeprefix("/share/")

    stored = workshop.server.rows("SELECT * FROM share_link WHERE id = ?", made["id"])
    (listed,) = (await workshop.do("GET /share-links"))["items"]

    assert token not in repr(stored)
    assert "three quiet words" not in repr(stored)
    assert "url" not in listed
    assert token not in repr(listed)
    assert token not in workshop.server.log.read_text()


async def test_a_link_signs_nobody_in_and_keeps_to_itself(workshop: Workshop, nobody: Web) -> None:
    made = await link(workshop)

    shown = await nobody.get(path(made))

    assert "set-cookie" not in shown.headers
    assert shown.headers["x-robots-tag"] == "noindex, nofollow"
    assert shown.headers["referrer-policy"] == "no-referrer"
    assert shown.headers["cache-control"] == "no-store"
    assert (await nobody.get(f"{workshop.path}/plan")).status_code == 303, "still nobody"
    assert (await nobody.get(f"/p/{workshop.id}/plan")).status_code == 401


async def test_expired_ended_unknown_and_deleted_links_answer_the_same(workshops: Any, nobody: Web) -> None:
    workshop, gone = await workshops(), await workshops()
    ended, expired, lost = await link(workshop), await link(workshop), await link(gone)
    await workshop.do(f"DELETE /share-links/{ended['id']}", status=204)
    await workshop.do(f"DELETE /share-links/{ended['id']}", status=204)
    workshop.server.act(_run_out, link_id=expired["id"])
    await gone.do("DELETE ", status=204)

    answers = [await nobody.get(at) for at in (*map(path, (ended, expired, lost)), "/share/nonsense", "/share/%00")]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "set-cookie" not in answers[0].headers
    assert answers[0].headers["x-robots-tag"] == "noindex, nofollow"
    states = {one["id"]: one["revoked_at"] for one in (await workshop.do("GET /share-links"))["items"]}
    assert states[ended["id"]] is not None
    assert states[expired["id"]] is None


def _run_out(db: Any, *, link_id: str) -> None:
    from app.store.ids import now_ms
    from app.store.plan_tables import ShareLink

    db.get_one(ShareLink, link_id).expires_at = now_ms()


async def test_another_workspaces_links_do_not_exist(workshop: Workshop, foreign: Web) -> None:
    made = await link(workshop)

    for call in ("GET", "POST"):
        answer = await foreign.client.request(
            call, f"/api/v1{workshop.path}/share-links", json={"kind": "plan"} if call == "POST" else None
        )
        problem(answer, 404)
    problem(await foreign.client.delete(f"/api/v1{workshop.path}/share-links/{made['id']}"), 404)
    assert (await workshop.web.get(path(made))).status_code == 200


async def test_a_passphrase_is_asked_at_every_visit(workshop: Workshop, nobody: Web) -> None:
    await agreed(workshop, "Meet every quarter")
    made = await link(workshop, passphrase="three quiet words")
    at = path(made)

    asked = await nobody.get(at)
    assert "Meet every quarter" not in asked.text
    assert asked.headers["x-robots-tag"] == "noindex, nofollow"
    assert asked.headers["referrer-policy"] == "same-origin", "under no-referrer the form would come without its origin"
    csrf = await nobody.csrf(at)
    wrong = await nobody.post(at, csrf=csrf, passphrase="other words")
    assert (wrong.status_code, "Meet every quarter" in wrong.text) == (422, False)
    right = await nobody.post(at, csrf=csrf, passphrase=" three quiet words ")
    assert "Meet every quarter" in right.text
    assert "Meet every quarter" not in (await nobody.get(at)).text
    assert set(nobody.client.cookies) == {"stairstep_form"}


async def test_guessing_a_passphrase_is_slowed(workshop: Workshop, nobody: Web) -> None:
    at = path(await link(workshop, passphrase="three quiet words"))
    csrf = await nobody.csrf(at)

    codes = [(await nobody.post(at, csrf=csrf, passphrase=f"guess {number}")).status_code for number in range(8)]

    assert 429 in codes


async def test_every_look_is_in_the_log(workshop: Workshop, nobody: Web, browser: Web) -> None:
    made = await link(workshop)

    for _ in range(3):
        await nobody.get(path(made))

    (listed,) = (await workshop.do("GET /share-links"))["items"]
    assert sum(one["times"] for one in listed["opened"]) == 3
    log = (await browser.get(f"{workshop.path}/links")).text.partition("When it was opened")[2].partition("</ol>")[0]
    assert log.count("<li>") == len(listed["opened"])


async def test_a_report_by_link_is_the_customers_copy_as_it_was(workshop: Workshop, nobody: Web) -> None:
    await revealed(workshop)
    await workshop.open("change")
    idea = await workshop.do("POST /ideas", {"text": IDEA, "who": "both", "side": "customer", "status": "shown"})
    theme = await workshop.do("POST /themes", {"name": "Planning together", "idea_ids": [idea["id"]]})
    await workshop.do(f"PATCH /themes/{theme['id']}", {"shown": True})
    await workshop.close("change")
    await workshop.reveal("change")
    await workshop.open("readiness")
    await workshop.close("readiness")
    await workshop.reveal("readiness")
    await workshop.do("PATCH /discussions/7", {"read": True})
    await agreed(workshop, "Meet every quarter")

    plain = await link(workshop, kind="report", cut="customer")
    with_ideas = await link(workshop, kind="report", texts=True)
    await agreed(workshop, "Agreed later")
    shown = await nobody.get(path(plain))

    assert shown.status_code == 200
    assert "set-cookie" not in shown.headers
    for words in ("Meet every quarter", workshop.session["title"], "How the numbers are made", 'id="silent"'):
        assert words in shown.text
    for words in (
        IDEA,
        "Planning together",
        "Agreed later",
        "Private to the account team",
        f"{workshop.path}",
        "/export.",
        "/pictures",
        workshop.session["code"],
    ):
        assert words not in shown.text, words
    assert "discussions.css" in shown.text
    whole = (await nobody.get(path(with_ideas))).text
    assert whole.count(IDEA) == 2, "among the ideas, and in the fifth discussion"
    assert whole.count("Planning together") == 3, "and among what people say they are ready for"
    assert plain["version"] < (await workshop.do("GET "))["version"]


async def test_the_teams_report_by_link_asks_for_its_passphrase_and_names_nobody(workshops: Any, nobody: Web) -> None:
    workshop: Workshop = await workshops(attribution="named")
    name = "Ada Byron"
    phones = [await workshop.phone("Leadership", name=name) for _ in range(3)]
    await workshop.open("current")
    for phone in phones:
        await phone.choose(3)
    await workshop.close("current")
    await workshop.reveal("current")
    await workshop.do("PATCH /discussions/8", {"notes": "Say it to nobody"})

    made = await link(workshop, kind="report", cut="private", passphrase="four quiet words")
    (listed,) = (await workshop.do("GET /share-links"))["items"]
    asked = await nobody.get(path(made))
    shown = await nobody.post(path(made), csrf=await nobody.csrf(path(made)), passphrase="four quiet words")

    assert (made["cut"], listed["cut"], listed["passphrase"]) == ("private", "private", True)
    assert "Say it to nobody" not in asked.text
    assert shown.status_code == 200
    for words in ("Say it to nobody", "Private to", "account team"):
        assert words in shown.text, words
    for words in (name, workshop.path, workshop.session["code"]):
        assert words not in shown.text, words
    assert name in (await workshop.api.get(f"{workshop.path}/report?cut=private")).text, (
        "the report itself names people"
    )


async def test_a_report_with_ideas_ends_when_somebody_takes_theirs_back(workshop: Workshop, nobody: Web) -> None:
    await revealed(workshop)
    made, plain = await link(workshop, kind="report", texts=True), await link(workshop, kind="report")

    await workshop.people[0].post("/withdraw")

    assert (await nobody.get(path(made))).status_code == 404
    assert (await nobody.get(path(plain))).status_code == 200
    assert workshop.server.rows("SELECT page FROM share_link WHERE id = ?", made["id"]) == [(None,)]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"kind": "report"}, "Nothing has been shown to the room yet, so there is no report to share."),
        (
            {"kind": "report", "cut": "private", "passphrase": "three words"},
            "A link to the team’s report needs a passphrase of at least 12 characters.",
        ),
        (
            {"kind": "plan", "cut": "private", "passphrase": "four quiet words"},
            "The plan is the same for both sides. Only a report has a private copy.",
        ),
        ({"kind": "plan", "passphrase": "short"}, "Choose 6 to 200 characters, or leave it empty."),
        ({"kind": "plan", "expires_days": 91}, None),
        ({"kind": "plan", "expires_days": 0}, None),
        ({"kind": "answers"}, None),
        ({}, None),
    ],
)
async def test_what_cannot_be_shared_is_refused(workshop: Workshop, body: dict[str, Any], words: str | None) -> None:
    answer = await workshop.api.client.post(f"/api/v1{workshop.path}/share-links", json=body)

    told = problem(answer, 422)
    assert words is None or told["detail"] == words
    assert (await workshop.do("GET /share-links"))["items"] == []


async def test_on_the_page_the_password_is_asked_again_after_a_quarter_of_an_hour(
    workshop: Workshop, nobody: Web
) -> None:
    await nobody.sign_in("inga@halden.example")
    at = f"{workshop.path}/links"
    csrf = await nobody.csrf(at)
    fresh = await nobody.post(at, csrf=csrf, kind="plan", days="14")
    assert "Your link is ready." in fresh.text
    workshop.server.act(_an_hour_ago)

    assert 'type="password"' in (await nobody.get(at)).text
    without = await nobody.post(at, csrf=csrf, kind="plan", days="14", password="not this one")
    assert (without.status_code, "No link was made." in without.text) == (422, True)
    made = await nobody.post(at, csrf=csrf, kind="plan", days="30", password=PASSWORD)
    assert "Your link is ready." in made.text
    assert (await nobody.post(at, csrf=csrf, kind="plan", days="30")).status_code == 200, "it holds for a while"
    wrong = await nobody.post(at, csrf=csrf, kind="plan", days="many")
    assert (wrong.status_code, "1 to 90 days" in wrong.text) == (422, True)
    assert len((await workshop.do("GET /share-links"))["items"]) == 3


def _an_hour_ago(db: Any) -> None:
    from sqlmodel import select

    from app.store.tables import SignIn

    for entry in db.exec(select(SignIn)):
        entry.password_at -= 3600 * 1000


async def test_a_link_is_ended_on_the_page(workshop: Workshop, browser: Web, nobody: Web) -> None:
    made = await link(workshop)

    await browser.post(f"{workshop.path}/links/{made['id']}/end", csrf=await browser.csrf(f"{workshop.path}/links"))

    assert (await nobody.get(path(made))).status_code == 404
    assert ">ended<" in (await browser.get(f"{workshop.path}/links")).text


async def waiting(workshop: Workshop, text: str, side: str = "customer") -> dict[str, Any]:
    """A row that the supplier accepted and the customer has not yet."""
    row = await workshop.do("POST /commitments", {"text": text, "side": side}, status=201)
    return await workshop.do(f"PATCH /commitments/{row['id']}", {"accepted": {"supplier": True}})


async def rows(workshop: Workshop) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in (await workshop.do("GET /commitments"))["items"]}


async def test_the_customers_people_accept_and_check_in_without_an_account(workshop: Workshop, nobody: Web) -> None:
    row, other = await waiting(workshop, "Waits for a yes"), await waiting(workshop, "Ours to do", "supplier")
    hidden = await workshop.do("POST /commitments", {"text": "Nobody said yes", "side": "both"}, status=201)
    at = path(await link(workshop, answers=True))
    page = await nobody.get(at)
    assert "Waits for a yes" in page.text
    assert "Nobody said yes" not in page.text
    csrf = await nobody.csrf(at)

    for _ in range(2):
        said = await nobody.post(f"{at}/rows/{row['id']}", csrf=csrf, do="accept", name="P. Okoro")
        assert said.headers["location"] == f"{at}?saved"
    assert "Saved. Thank you." in (await nobody.get(f"{at}?saved")).text
    await nobody.post(f"{at}/rows/{row['id']}", csrf=csrf, state="in_hand", note="<b>Begun</b>")
    await nobody.post(f"{at}/rows/{other['id']}", csrf=csrf, do="accept")

    now = await rows(workshop)
    assert (now[row["id"]]["state"], now[other["id"]]["state"]) == ("in_hand", "agreed")
    assert now[other["id"]]["changed_by"] == "Northfield Foods, by link"
    (look,) = now[row["id"]]["check_ins"]
    assert (look["note"], look["state"], look["by"]) == ("<b>Begun</b>", "in_hand", "Northfield Foods, by link")
    assert (await nobody.post(f"{at}/rows/{hidden['id']}", csrf=csrf, do="accept")).status_code == 404
    assert (await nobody.post(f"{at}/rows/{other['id']}", csrf=csrf, state="done")).status_code == 422
    assert (await nobody.post(f"{at}/rows/{row['id']}", csrf=csrf, state="dropped", note="x")).status_code == 422
    long = await nobody.post(f"{at}/rows/{row['id']}", csrf=csrf, note="x" * 401)
    assert (long.status_code, "400 fit" in long.text) == (422, True)
    assert await rows(workshop) == now, "nothing else was changed"


async def test_a_link_that_takes_no_answers_takes_none(workshop: Workshop, workshops: Any, nobody: Web) -> None:
    row, elsewhere = await waiting(workshop, "Waits for a yes"), await waiting(await workshops(), "Elsewhere")
    reading, answering = path(await link(workshop)), path(await link(workshop, answers=True))
    ended = await link(workshop, answers=True)
    await workshop.do(f"DELETE /share-links/{ended['id']}", status=204)
    csrf = await nobody.csrf(answering)
    assert "Waits for a yes" not in (await nobody.get(reading)).text

    for at, id_ in ((reading, row["id"]), (path(ended), row["id"]), (answering, elsewhere["id"]), (answering, "none")):
        assert (await nobody.post(f"{at}/rows/{id_}", csrf=csrf, do="accept")).status_code == 404
    assert (await nobody.post(f"{answering}/rows/{row['id']}", csrf="", do="accept")).status_code == 403
    foreign = await nobody.client.post(
        f"{answering}/rows/{row['id']}", data={"csrf": csrf, "do": "accept"}, headers={"origin": "https://evil.example"}
    )

    assert foreign.status_code == 403
    assert (await rows(workshop))[row["id"]] == row
    report = await workshop.api.client.post(
        f"/api/v1{workshop.path}/share-links", json={"kind": "report", "answers": True}
    )
    problem(report, 422, "answers")


async def test_behind_a_passphrase_answers_need_it_too(workshop: Workshop, nobody: Web) -> None:
    row = await waiting(workshop, "Waits for a yes")
    at = path(await link(workshop, answers=True, passphrase="three quiet words"))
    csrf = await nobody.csrf(at)

    for stamp in ("", "9999999999999.0", f"9999999999999.{'0' * 64}"):
        without = await nobody.post(f"{at}/rows/{row['id']}", csrf=csrf, do="accept", stamp=stamp)
        assert (without.status_code, f'action="{at}"' in without.text) == (422, True)
    assert (await rows(workshop))[row["id"]]["state"] == "proposed"
    opened = await nobody.post(at, csrf=csrf, passphrase="three quiet words")
    stamp = re.search(r'name="stamp" value="([^"]+)"', opened.text)
    assert stamp is not None
    said = await nobody.post(f"{at}/rows/{row['id']}", csrf=csrf, do="accept", stamp=stamp.group(1))

    assert "Saved. Thank you." in said.text
    assert (await rows(workshop))[row["id"]]["state"] == "agreed"
