"""The steps of a question by script: which are allowed when, repeats, reveal, timers."""

import pytest

from tests.http.words import problem
from tests.live.workshop import Workshop

ALLOWED = {
    "waiting": {"open": "open"},
    "open": {"close": "closed"},
    "closed": {"close": "closed", "open": "open", "reopen": "open", "reveal": "revealed", "hide": "closed"},
    "revealed": {"close": "revealed", "reveal": "revealed", "hide": "closed", "reopen": "open"},
}
WAY = {"waiting": (), "open": ("open",), "closed": ("open", "close"), "revealed": ("open", "close", "reveal")}


def status(session: dict[str, object], key: str = "current") -> str:
    return next(one["status"] for one in session["questions"] if one["key"] == key)


@pytest.mark.parametrize("before", WAY)
@pytest.mark.parametrize("command", ["open", "close", "reveal", "hide", "reopen"])
async def test_a_step_is_taken_where_it_is_allowed_and_else_409(workshop: Workshop, before: str, command: str) -> None:
    for step in WAY[before]:
        await workshop.question("current", step)

    answer = await workshop.api.client.post(f"/api/v1{workshop.path}/questions/current/{command}")

    if command in ALLOWED[before]:
        assert status(answer.json()) == ALLOWED[before][command]
    else:
        assert problem(answer, 409)["type"] == "urn:stairstep:conflict"
        assert status(await workshop.do("GET ")) == before


async def test_a_second_question_while_one_is_open_is_409(workshop: Workshop) -> None:
    await workshop.open("current")

    for command in ("open", "reopen"):
        problem(await workshop.api.client.post(f"/api/v1{workshop.path}/questions/desired/{command}"), 409)

    assert status(await workshop.do("GET "), "desired") == "waiting"


async def test_repeats_that_do_no_harm_change_nothing(workshop: Workshop) -> None:
    await workshop.open()
    for command in ("close", "reveal", "hide"):
        first = await workshop.question("current", command)
        assert (await workshop.question("current", command))["version"] == first["version"]


async def test_an_unknown_question_or_step_is_404(workshop: Workshop) -> None:
    for path in ("mirror/open", "moon/open", "current/explode"):
        problem(await workshop.api.client.post(f"/api/v1{workshop.path}/questions/{path}"), 404)
    problem(await workshop.api.client.post(f"/api/v1{workshop.path}/questions/readiness/open"), 409)


async def test_revealing_needs_every_question_closed(workshop: Workshop) -> None:
    await workshop.vote("current", {"Leadership": (3, 3, 4)})
    url = f"/api/v1{workshop.path}/reveal"

    problem(await workshop.api.client.post(url, json={"questions": ["current", "desired"]}), 409)
    await workshop.open("desired")
    problem(await workshop.api.client.post(url, json={"questions": ["current", "desired"]}), 409)
    assert status(await workshop.do("GET ")) == "closed", "neither is revealed where one can't be"
    await workshop.close("desired")

    together = await workshop.do("POST /reveal", {"questions": ["current", "desired"]})
    assert [status(together, key) for key in ("current", "desired")] == ["revealed", "revealed"]
    assert await workshop.do("POST /reveal", {"questions": ["desired", "current"]}) == together


@pytest.mark.parametrize("questions", [[], ["moon"], "current", [4], None])
async def test_revealing_nothing_that_exists_is_refused(workshop: Workshop, questions: object) -> None:
    answer = await workshop.api.client.post(f"/api/v1{workshop.path}/reveal", json={"questions": questions})

    problem(answer, 404 if questions == ["moon"] else 422)


async def test_revealing_works_after_the_session_is_closed(workshop: Workshop) -> None:
    await workshop.vote("current", {"Leadership": (3, 3, 4)})
    await workshop.vote("desired", {"Leadership": (5, 5, 4)})
    await workshop.do("POST /close")

    shown = await workshop.reveal()

    assert shown["dimensions"][0]["sides"]["customer"]["gap"]["n_pairs"] == 3
    await workshop.question("current", "hide")
    assert status(await workshop.question("current", "reveal")) == "revealed"


async def test_a_timer_closes_its_question_by_itself(workshop: Workshop) -> None:
    problem(await workshop.api.client.post(f"/api/v1{workshop.path}/timer", json={"seconds": 5}), 409)
    phone, screen = await workshop.phone(), await workshop.screen()
    await workshop.open()
    for seconds in (0, -1, 86_401, 1.5, "x", None):
        problem(
            await workshop.api.client.post(f"/api/v1{workshop.path}/timer", json={"seconds": seconds}), 422, "seconds"
        )

    timed = await workshop.do("POST /timer", {"seconds": 1})

    assert timed["questions"][0]["closes_at"]
    await screen.until('class="timer"')
    await phone.until(lambda state: state["question"]["status"] == "closed", within=4)
    assert (await phone.answer(4))["reason"] == "closed"
    assert status(await workshop.do("GET ")) == "closed"


async def test_a_timer_can_be_extended(workshop: Workshop) -> None:
    await workshop.open()
    first = (await workshop.do("POST /timer", {"seconds": 60}))["questions"][0]["closes_at"]

    extended = (await workshop.do("POST /timer", {"seconds": 30, "extend": True}))["questions"][0]["closes_at"]
    again = await workshop.command("extend.30")

    assert extended - first == 30_000
    assert again.status_code == 204
    assert (await workshop.do("GET "))["questions"][0]["closes_at"] - extended == 30_000
    await workshop.close()
    assert "closes_at" not in (await workshop.do("GET "))["questions"][0]


@pytest.mark.parametrize(
    "action", ["explode", "open.moon", "timer.x", "timer.-1", "remove.nobody", "layer.moon", "idea-show.x"]
)
async def test_a_command_that_does_not_exist_is_refused_in_words(workshop: Workshop, action: str) -> None:
    answer = await workshop.command(action)

    assert answer.status_code in {404, 409, 422}
    version = (await workshop.do("GET "))["version"]
    assert version == workshop.session["version"]
