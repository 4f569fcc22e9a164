"""A session that follows another: last time's promises come first, and last time stands beside today where it may."""

from typing import Any

from tests.http.words import problem
from tests.live.test_plan import add, agree
from tests.live.workshop import Web, Workshop

CHOICES = {"Leadership": (2, 2, 3), "Account team": (4, 4, 4)}


async def held(workshop: Workshop, today: dict[str, Any] = CHOICES) -> None:
    """Both questions are answered and shown."""
    await workshop.vote("current", today)
    await workshop.vote("desired", dict.fromkeys(today, (5, 5, 5)))
    await workshop.reveal()


async def own_account(api: Web, name: str) -> str:
    return str((await api("POST /accounts", {"name": name}))["id"])


async def test_last_times_promises_come_first_and_go_on_the_big_screen(workshops: Any, api: Web) -> None:
    account = await own_account(api, "Follows")
    first = await workshops(account_id=account)
    row = await add(first, "Share the forecast", owner="P. Okoro")
    await agree(first, row)
    await add(first, "Only proposed")
    await first.do("POST /close")
    next_one = await workshops(account_id=account, like=first.id)
    console, screen, phone = await next_one.console(), await next_one.screen(), await next_one.phone()

    assert "Begin with last time" in console.content
    assert "Share the forecast" in console.content
    assert "Only proposed" not in console.content
    assert (await next_one.command("scene.promised")).status_code == 204
    shown = await screen.until('data-scene="promised"')
    assert "Share the forecast" in shown["content"]
    assert "Only proposed" not in shown["content"]
    await first.do(f"PATCH /commitments/{row['id']}", {"state": "done"})
    await screen.until("1 done")
    await console.until("Take it off the big screen")

    await next_one.open("current")
    await screen.until('data-scene="collect"')
    await console.until(lambda _: "Begin with last time" not in console.content)
    assert "Share the forecast" not in phone.line.shown["content"]


async def test_last_time_stands_beside_today_when_the_facilitator_wants_it(workshops: Any, api: Web) -> None:
    account = await own_account(api, "Compares")
    first = await workshops(account_id=account)
    await held(first)
    second = await workshops(account_id=account, like=first.id)
    await held(second, CHOICES | {"Leadership": (3, 3, 4)})
    console, screen = await second.console(), await second.screen()

    assert "Last time, " in console.content
    assert "Last time" not in screen.content
    await second.command("last.on")
    shown = await screen.until("Last time, ")
    assert "Compares 2.3, Halden Works 4.0." in shown["content"]
    assert "last time 2.3" in shown["content"]
    assert (await second.do("GET "))["stage"]["last_time"] is True
    await second.do("POST /stage", {"last_time": False})
    await screen.until(lambda _: "Last time" not in screen.content)
    await second.command("last.on")
    await screen.until("Last time, ")
    await first.do("POST /questions/current/hide")
    await screen.until(lambda _: "Last time" not in screen.content)


async def test_the_first_session_of_an_account_has_nothing_of_last_time(workshops: Any, api: Web) -> None:
    workshop = await workshops(account_id=await own_account(api, "Alone"))
    screen = await workshop.screen()
    await workshop.command("scene.promised")
    await workshop.command("last.on")
    await held(workshop)
    console = await workshop.console()

    await screen.until('data-scene="reveal"')
    assert "ast time" not in screen.content
    assert 'id="do-last"' not in console.content


async def test_a_session_like_another_is_set_as_it_was_unless_said_otherwise(api: Web, foreign: Web) -> None:
    account = await own_account(api, "Alike")
    groups = [{"name": "采购", "side": "customer"}, {"name": "Team", "side": "supplier"}]
    last = await api(
        "POST /sessions",
        {"account_id": account, "groups": groups, "attribution": "named", "smallest_group": 4, "mirror": True},
    )
    like = {"account_id": account, "like": last["id"]}

    same = await api("POST /sessions", like, status=201)
    other = await api("POST /sessions", like | {"smallest_group": 5, "attribution": "anonymous"}, status=201)

    for one in (last, same, other):
        assert "mirror" in [question["key"] for question in one["questions"]]
        assert one["dimensions"] == last["dimensions"]
    assert [(group["name"], group["side"]) for group in same["groups"]] == [("采购", "customer"), ("Team", "supplier")]
    assert (same["attribution"], same["smallest_group"], other["smallest_group"]) == ("named", 4, 5)
    assert (other["attribution"], other["groups"]) == ("anonymous", [])
    theirs = (await foreign("POST /accounts", {"name": "Theirs alike"}))["id"]
    problem(await foreign.client.post("/api/v1/sessions", json=like | {"account_id": theirs}), 404)


async def test_the_history_of_an_account_is_for_scripts_too(
    workshops: Any, api: Web, viewer: Web, foreign: Web
) -> None:
    account = await own_account(api, "History")
    empty = await viewer(f"GET /accounts/{account}/history")
    assert (empty["cycle"]["stage"], empty["tracks"], empty["next"]) == ("diagnose", [], None)

    await held(await workshops(account_id=account))
    found = await viewer(f"GET /accounts/{account}/history")

    assert found["cycle"]["stage"] == "formulate"
    (track,) = found["tracks"]
    lines = {line["name"]: line["points"] for line in track["lines"]}
    assert lines["Leadership"] == [
        {
            "shown": True,
            "n": 3,
            "current": 2.25,
            "desired": 5.0,
            "gap": {"mean_gap": 2.6667, "up": 3, "stay": 0, "down": 0},
        }
    ]
    assert lines["Procurement"] == [{"shown": False, "why": "no_answers"}]
    assert track["sessions"][0]["apart"]["current"]["emd_steps"] == 1.7
    problem(await foreign.get(f"/api/v1/accounts/{account}/history"), 404)
    problem(await api.get(f"/api/v1/accounts/{account}/history?cursor=nowhere"), 404)


async def test_the_form_of_the_next_session_is_filled_in_and_says_what_is_wrong(
    browser: Web, api: Web, viewer: Web
) -> None:
    account = await own_account(api, "Form")
    groups = [{"name": "Käufer", "side": "customer"}, {"name": "Team", "side": "supplier"}]
    last = await api("POST /sessions", {"account_id": account, "groups": groups, "smallest_group": 4})

    page = (await browser.get(f"/accounts/{account}/next")).text
    assert ">Käufer</textarea>" in page
    assert f'name="like" value="{last["id"]}"' in page
    said = {
        "account": "Form",
        "template": "supplier-to-partner",
        "customer_groups": "Käufer",
        "supplier_groups": "Team",
    }
    said |= {"like": last["id"], "attribution": "group", "smallest_group": "2"}
    csrf = await browser.csrf(f"/accounts/{account}/next")
    wrong = await browser.post("/sessions", csrf=csrf, **said)
    assert (wrong.status_code, "Next session with Form" in wrong.text) == (422, True)
    assert "3 or more" in wrong.text
    made = await browser.post("/sessions", csrf=csrf, **(said | {"smallest_group": "4"}))
    assert made.status_code == 303
    assert (await viewer.get(f"/accounts/{account}/next")).status_code in {401, 403}
