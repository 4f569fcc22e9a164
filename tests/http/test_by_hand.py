"""Somebody without a phone: the facilitator enters what they say, by the API and on pages, under the rules of phones."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.http.words import problem
from tests.live.workshop import Web, Workshop

Make = Callable[..., Awaitable[Workshop]]


async def added(workshop: Workshop, group: str = "Leadership", **more: Any) -> dict[str, Any]:
    where = more or {"group_id": workshop.groups[group]["id"]}
    person: dict[str, Any] = await workshop.do("POST /participants", where, status=201)
    return person


async def answers(
    workshop: Workshop, person: dict[str, Any], choice: Any, question: str = "current", **more: Any
) -> Any:
    path = f"/api/v1{workshop.path}/participants/{person['id']}/answers"
    return await workshop.api.client.post(path, json={"question": question, "choice": choice, **more})


async def test_they_count_as_a_person_in_everything_that_is_shown(workshop: Workshop) -> None:
    person = await added(workshop)
    assert person == {
        "id": person["id"],
        "side": "customer",
        "group_id": workshop.groups["Leadership"]["id"],
        "name": None,
        "state": "in",
        "by_hand": True,
    }
    assert (await workshop.do("GET "))["joined"]["customer"] == 1
    await workshop.open()
    assert (await answers(workshop, person, 2)).status_code == 201
    assert (await answers(workshop, person, 4)).status_code == 201, "the later answer stands"
    assert (await workshop.do("GET "))["questions"][0]["answered"]["customer"] == 1
    await workshop.close()
    await workshop.question("current", "reopen")
    await workshop.close()
    await workshop.vote("desired", {"Leadership": (5, 5)})
    await workshop.question("current", "reopen")
    for phone in workshop.people:
        await phone.post("/answer", **{"question": "current", "choice.relationship": "3"})
    await workshop.close()
    await workshop.question("current", "reveal")
    found = await workshop.results()
    assert found["dimensions"][0]["sides"]["customer"]["current"]["counts"] == [0, 0, 2, 1, 0]


async def test_two_of_a_side_stay_hidden_though_one_is_by_hand(workshop: Workshop) -> None:
    person = await added(workshop, "Delivery")
    await workshop.vote("current", {"Leadership": (2, 3, 3), "Delivery": (4,)})
    await workshop.question("current", "reopen")
    await answers(workshop, person, 4)
    await workshop.close()
    await workshop.question("current", "reveal")
    assert (await workshop.results())["dimensions"][0]["sides"]["supplier"] == {"shown": False, "why": "too_few"}


async def test_the_rules_of_phones_hold(workshop: Workshop) -> None:
    person = await added(workshop)
    problem(await answers(workshop, person, 2), 409)
    await workshop.open()
    assert problem(await answers(workshop, person, 9), 422)["type"].endswith("unknown_choice")
    problem(await answers(workshop, person, 2, dimension="nothing"), 422)
    problem(await answers(workshop, person, 2, question="change"), 409)
    await workshop.close()
    assert problem(await answers(workshop, person, 2), 409)["type"].endswith("closed")


async def test_nobody_answers_for_a_phone(workshop: Workshop) -> None:
    phone = await workshop.join()
    await workshop.open()
    refused = problem(await answers(workshop, {"id": phone.id}, 2), 409)
    assert "has a phone" in refused["detail"]
    path = f"/api/v1{workshop.path}/participants/{phone.id}/ideas"
    problem(await workshop.api.client.post(path, json={"text": "T", "who": "us"}), 409)


async def test_an_idea_waits_to_be_read_and_five_are_enough(workshop: Workshop) -> None:
    person = await added(workshop, "Delivery")
    path = f"/api/v1{workshop.path}/participants/{person['id']}/ideas"
    problem(await workshop.api.client.post(path, json={"text": "Early", "who": "us"}), 409)
    await workshop.open("change")
    for number in range(5):
        made = await workshop.api.client.post(path, json={"text": f"Call weekly {number}", "who": "us"})
        assert made.status_code == 201
        assert (made.json()["who"], made.json()["status"], made.json()["side"]) == ("supplier", "waiting", "supplier")
    problem(await workshop.api.client.post(path, json={"text": "One more", "who": "us"}), 422)
    problem(await workshop.api.client.post(path, json={"text": "", "who": "us"}), 422)


async def test_where_they_belong_has_to_be_known(workshops: Make) -> None:
    workshop, anonymous, named = (
        await workshops(),
        await workshops(attribution="anonymous"),
        await workshops(attribution="named"),
    )
    refused = problem(
        await workshop.api.client.post(f"/api/v1{workshop.path}/participants", json={"group_id": "nowhere"}), 422
    )
    assert refused["errors"][0]["field"] == "group_id"
    group = workshop.groups["Leadership"]["id"]
    refused = problem(
        await workshop.api.client.post(f"/api/v1{workshop.path}/participants", json={"group_id": group, "name": "Ada"}),
        422,
    )
    assert refused["errors"][0]["field"] == "name"
    problem(await anonymous.api.client.post(f"/api/v1{anonymous.path}/participants", json={"group_id": "x"}), 422)
    assert (await added(anonymous, side="customer"))["group_id"] is None
    here = named.groups["Leadership"]["id"]
    problem(await named.api.client.post(f"/api/v1{named.path}/participants", json={"group_id": here}), 422)
    assert (await added(named, group_id=here, name="Ada Lind"))["name"] == "Ada Lind"


async def test_a_locked_door_does_not_keep_them_out_a_closed_session_does(workshop: Workshop) -> None:
    await workshop.do("PATCH ", {"locked": True})
    await added(workshop)
    await workshop.do("POST /close")
    group = workshop.groups["Leadership"]["id"]
    refused = await workshop.api.client.post(f"/api/v1{workshop.path}/participants", json={"group_id": group})
    assert "closed" in problem(refused, 409)["detail"]


async def test_who_was_removed_is_not_answered_for_and_their_answers_are_gone(workshop: Workshop) -> None:
    person = await added(workshop)
    await workshop.open()
    await answers(workshop, person, 2)
    await workshop.do(f"DELETE /participants/{person['id']}", status=204)
    assert (await workshop.do("GET "))["questions"][0]["answered"]["customer"] == 0
    assert "removed" in problem(await answers(workshop, person, 3), 409)["detail"]
    assert (await workshop.api.get(f"{workshop.path}/by-hand/{person['id']}")).status_code == 409


async def test_somebody_of_another_session_is_not_there(workshops: Make) -> None:
    here, there = await workshops(), await workshops()
    person = await added(there)
    await here.open()
    problem(await answers(here, person, 2), 404)


async def test_named_sessions_tell_the_team_that_it_was_entered_and_the_customer_nothing(workshops: Make) -> None:
    workshop = await workshops(attribution="named")
    person = await added(workshop, group_id=workshop.groups["Leadership"]["id"], name="Ada Lind")
    for name in ("Bo", "Cy"):
        await workshop.join(name=name)
    await workshop.open()
    await answers(workshop, person, 2)
    for phone in workshop.people:
        await phone.post("/answer", **{"question": "current", "choice.relationship": "3"})
    await workshop.close()
    await workshop.question("current", "reveal")
    people = {one["name"]: one for one in (await workshop.results())["people"]}
    assert people["Ada Lind"]["by_hand"] is True
    assert "by_hand" not in people["Bo"]
    assert "people" not in await workshop.results("customer")
    report = (await workshop.api.get(f"{workshop.path}/report")).text
    assert "entered by the facilitator" in report
    customer = (await workshop.api.get(f"{workshop.path}/report?cut=customer")).text
    assert "entered by the facilitator" not in customer
    assert "Ada Lind" not in customer


async def test_the_pages_say_who_will_see_what_then_take_the_answer(workshop: Workshop, browser: Web) -> None:
    console = (await browser.get(workshop.path)).text
    assert f"{workshop.path}/by-hand" in console
    first = await browser.get(f"{workshop.path}/by-hand")
    assert "I type your answer, so I know it" in first.text
    csrf = await browser.csrf(f"{workshop.path}/by-hand")
    nothing = await browser.post(f"{workshop.path}/by-hand", csrf=csrf)
    assert (nothing.status_code, "Choose your group." in nothing.text) == (422, True)
    made = await browser.post(f"{workshop.path}/by-hand", csrf=csrf, group_id=workshop.groups["Operations"]["id"])
    assert made.status_code == 303
    page = made.headers["location"]
    assert "No question is open now" in (await browser.get(page)).text
    await workshop.open()
    shown = (await browser.get(page)).text
    assert "How would you describe our relationship" in shown
    assert (await browser.post(page, csrf=csrf, question="current")).status_code == 422
    saved = await browser.post(page, csrf=csrf, question="current", **{"choice.relationship": "cant"})
    assert saved.status_code == 303
    assert "Saved. It can be changed" in (await browser.get(page)).text
    assert (await workshop.do("GET "))["questions"][0]["answered"]["customer"] == 1
    await workshop.close()
    late = await browser.post(page, csrf=csrf, question="current", **{"choice.relationship": "3"})
    assert late.status_code == 409
    assert "entered by the facilitator" in (await browser.get(f"{workshop.path}/people")).text
    await workshop.open("change")
    sent = await browser.post(page, csrf=csrf, question="change", who="both", text="One planning round")
    assert sent.status_code == 303
    assert "One planning round" in (await browser.get(page)).text


async def test_they_agree_to_an_open_side_before_the_first_question(workshop: Workshop, browser: Web) -> None:
    person, phone = await added(workshop, "Delivery"), await workshop.join("Delivery")
    await workshop.do("POST /open-side", {"side": "supplier"})
    await phone.post("/open-side", yes="1")
    page = f"{workshop.path}/by-hand/{person['id']}"
    assert "May their small side be shown?" in (await browser.get(page)).text
    csrf = await browser.csrf(page)
    assert (await browser.post(page, csrf=csrf, question="open-side", yes="1")).status_code == 303
    assert "they agree" in (await browser.get(page)).text
    await workshop.vote("current", {"Leadership": (2, 3, 3), "Delivery": (4,)})
    await workshop.question("current", "reopen")
    await answers(workshop, person, 4)
    await workshop.close()
    await workshop.question("current", "reveal")
    supplier = (await workshop.results())["dimensions"][0]["sides"]["supplier"]
    assert supplier["current"]["counts"] == [0, 0, 0, 2, 0]
    path = f"/api/v1{workshop.path}/participants/{person['id']}/open-side"
    problem(await workshop.api.client.post(path, json={"yes": False}), 409)
