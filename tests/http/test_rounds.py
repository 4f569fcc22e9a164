"""A question asked again: rounds, what is kept of them, and what may not be."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.http.words import problem
from tests.live.workshop import Workshop

FIRST = {"Leadership": (2, 3, 3, 4), "Procurement": (1, 2, 2), "Account team": (3, 4, 4)}
WISHES = {"Leadership": (4, 4, 5, 5), "Procurement": (3, 2, 3), "Account team": (5, 5, 5)}
CLOSER = FIRST | {"Leadership": (3, 4, 4, 4)}
Make = Callable[..., Awaitable[Workshop]]


def side(found: dict[str, Any], name: str = "customer") -> dict[str, Any]:
    cell: dict[str, Any] = found["dimensions"][0]["sides"][name]
    return cell


def rows(found: dict[str, Any], question: str = "current") -> set[str]:
    return {row["name"] for row in found["dimensions"][0]["rows"] if row["shown"] and row[question]}


def question_of(session: dict[str, Any], key: str) -> dict[str, Any]:
    return next(one for one in session["questions"] if one["key"] == key)


async def shown(workshop: Workshop) -> dict[str, Any]:
    await workshop.vote("current", FIRST)
    await workshop.vote("desired", WISHES)
    return await workshop.reveal()


async def again(workshop: Workshop, choices: dict[str, Any], key: str = "current") -> None:
    await workshop.question(key, "round")
    await workshop.vote(key, choices)


async def test_a_new_round_waits_then_is_asked_and_both_are_kept(workshop: Workshop) -> None:
    first = await shown(workshop)

    made = await workshop.question("current", "round")

    assert question_of(made, "current") == {
        "key": "current",
        "status": "waiting",
        "round": 2,
        "answered": {"customer": 0, "supplier": 0},
    }
    assert "round" not in question_of(made, "desired")
    waiting = await workshop.results()
    assert side(waiting)["current"] is None
    assert side(waiting)["desired"] == side(first)["desired"]
    assert side(waiting["rounds"][0]) == side(first)

    await workshop.vote("current", CLOSER)
    assert side(await workshop.results())["current"] is None
    await workshop.question("current", "reveal")
    for cut in ("private", "customer"):
        found = await workshop.results(cut)
        assert side(found)["current"]["counts"] == [1, 2, 1, 3, 0]
        assert side(found)["current"]["moved"] == {"n": 7, "up": 3, "stay": 4, "down": 0}
        assert side(found, "supplier")["current"]["moved"] == {"n": 3, "up": 0, "stay": 3, "down": 0}
        assert side(found)["gap"]["n_pairs"] == 7
        assert rows(found) == {"Leadership", "Procurement", "Account team"}
        (kept,) = found["rounds"]
        assert (kept["round"], kept["questions"]) == (1, {"current": 1, "desired": 1})
        assert kept["dimensions"][0]["sides"] == first["dimensions"][0]["sides"]
        assert kept["dimensions"][0]["rows"] == first["dimensions"][0]["rows"]
        assert "snapshot" not in found


async def test_two_who_changed_are_too_few_and_round_one_stands(workshop: Workshop) -> None:
    first = await shown(workshop)
    await again(workshop, FIRST | {"Leadership": (3, 4, 3, 4)})

    await workshop.question("current", "reveal")

    found = await workshop.results()
    assert found["snapshot"] == "kept"
    assert found["dimensions"] == first["dimensions"]
    assert (await workshop.do("GET "))["questions"][0]["round"] == 2


async def test_where_single_people_of_groups_changed_only_the_side_is_shown(workshop: Workshop) -> None:
    await shown(workshop)
    await again(workshop, FIRST | {"Leadership": (3, 4, 3, 4), "Procurement": (2, 2, 2)})

    await workshop.question("current", "reveal")

    found = await workshop.results()
    assert side(found)["current"]["n"] == 7
    assert side(found)["current"]["moved"]["up"] == 3
    assert rows(found) == {"Account team"}
    assert rows(found, "desired") == {"Leadership", "Procurement", "Account team"}


async def test_who_leaves_between_rounds_counts_as_changed(workshop: Workshop) -> None:
    await shown(workshop)
    gone = next(phone for phone in workshop.people if phone.group_id == workshop.groups["Leadership"]["id"])
    assert (await gone.post("/withdraw")).status_code == 303
    workshop.people.remove(gone)
    await again(workshop, FIRST | {"Leadership": (3, 3, 4)})
    await workshop.question("current", "reveal")
    assert (await workshop.results())["snapshot"] == "kept"


async def test_a_latecomer_alone_waits_and_with_enough_others_is_in(workshop: Workshop) -> None:
    await shown(workshop)
    await again(workshop, FIRST | {"Leadership": (2, 3, 3, 4, 5)})
    await workshop.question("current", "reveal")
    assert (await workshop.results())["snapshot"] == "kept"

    await workshop.question("current", "reopen")
    await workshop.close()
    await workshop.question("current", "reveal")
    assert (await workshop.results())["snapshot"] == "kept"
    await again(workshop, FIRST | {"Leadership": (3, 4, 3, 4, 5)})
    await workshop.question("current", "reveal")
    found = await workshop.results()
    assert "snapshot" not in found
    assert side(found)["current"]["n"] == 8
    assert "moved" not in side(found)["current"]
    assert question_of(await workshop.do("GET "), "current")["round"] == 3


async def test_both_asked_again_are_shown_together_or_each_as_far_as_it_may_be(workshop: Workshop) -> None:
    first = await shown(workshop)
    await again(workshop, CLOSER)
    await again(workshop, WISHES | {"Leadership": (4, 4, 5, 4)}, "desired")

    found = await workshop.reveal()

    assert side(found)["current"]["counts"] == [1, 2, 1, 3, 0]
    assert side(found)["desired"] == side(first)["desired"]
    assert found["snapshot"] == "kept"
    assert found["rounds"][0]["questions"] == {"current": 1, "desired": 1}


async def test_a_third_round_keeps_the_two_before(workshop: Workshop) -> None:
    await shown(workshop)
    await again(workshop, CLOSER)
    await workshop.question("current", "reveal")
    await again(workshop, CLOSER | {"Account team": (2, 3, 3)})
    await workshop.question("current", "reveal")
    found = await workshop.results()
    assert [one["round"] for one in found["rounds"]] == [1, 2]
    assert side(found, "supplier")["current"]["moved"]["down"] == 3
    assert side(found["rounds"][1])["current"]["counts"] == [1, 2, 1, 3, 0]


@pytest.mark.parametrize(
    ("before", "words"), [((), "not been asked"), (("open",), "is open"), (("open", "close"), "is closed")]
)
async def test_only_a_revealed_question_is_asked_again(workshop: Workshop, before: tuple[str, ...], words: str) -> None:
    for step in before:
        await workshop.question("current", step)
    answer = await workshop.api.client.post(f"/api/v1{workshop.path}/questions/current/round")
    assert words in problem(answer, 409)["detail"]


async def test_guesses_and_ideas_have_no_rounds(workshops: Make) -> None:
    workshop = await workshops(mirror=True)
    for key, words in (("mirror", "made once"), ("change", "open this question again")):
        answer = await workshop.api.client.post(f"/api/v1{workshop.path}/questions/{key}/round")
        assert words in problem(answer, 409)["detail"]
    answer = await workshop.api.client.post(f"/api/v1{workshop.path}/questions/readiness/round")
    problem(answer, 404)


async def test_guesses_are_shown_before_their_answers_are_asked_again(workshops: Make) -> None:
    workshop = await workshops(mirror=True)
    await workshop.vote("current", FIRST)
    await workshop.vote("mirror", {"Leadership": (3, 4, 4, 4), "Procurement": (3, 4, 4), "Account team": (3, 3, 3)})
    await workshop.vote("desired", WISHES)
    await workshop.reveal()
    answer = await workshop.api.client.post(f"/api/v1{workshop.path}/questions/current/round")
    assert "guesses" in problem(answer, 409)["detail"]

    await workshop.question("mirror", "reveal")
    told = (await workshop.results())["dimensions"][0]["mirror"]
    assert told["customer"]["guess"]["n"] == 7
    await again(workshop, CLOSER)
    await workshop.question("current", "reveal")
    assert (await workshop.results())["dimensions"][0]["mirror"] == told


async def test_a_closed_session_has_no_new_round_until_it_is_reopened(workshop: Workshop) -> None:
    await shown(workshop)
    await workshop.do("POST /close")
    answer = await workshop.api.client.post(f"/api/v1{workshop.path}/questions/current/round")
    assert "Reopen it first" in problem(answer, 409)["detail"]
    await workshop.do("POST /reopen")
    await workshop.question("current", "round")


async def test_pressing_ask_again_twice_makes_one_round(workshop: Workshop) -> None:
    await shown(workshop)
    assert (await workshop.command("again.current")).status_code == 204
    assert (await workshop.command("again.current")).status_code == 409
    assert question_of(await workshop.do("GET "), "current")["round"] == 2


async def test_ask_again_while_another_is_open_makes_no_round(workshop: Workshop) -> None:
    await shown(workshop)
    await workshop.open("change")
    assert (await workshop.command("again.current")).status_code == 409
    assert "round" not in question_of(await workshop.do("GET "), "current")


async def test_deleting_a_session_takes_its_rounds_along(workshops: Make) -> None:
    workshop = await workshops()
    await shown(workshop)
    await again(workshop, CLOSER)
    await workshop.do("DELETE ", status=204)
    answer = await workshop.api.client.get(f"/api/v1{workshop.path}/results")
    problem(answer, 404)


async def test_a_wish_that_was_taken_back_is_not_told_by_a_new_picture_of_today(workshop: Workshop) -> None:
    team = (3, 3, 4, 4, 4)
    await workshop.vote("current", {"Leadership": (2, 3, 3, 4), "Account team": team})
    await workshop.vote("desired", {"Leadership": (4, 4, 5, None), "Account team": (4, 4, 5, 5, 1)})
    first = await workshop.reveal()
    people = [one for one in workshop.people if one.group_id == workshop.groups["Account team"]["id"]]

    await workshop.question("current", "reopen")
    assert (await people[4].post("/withdraw")).status_code == 303
    for phone in people[:2]:
        await phone.post("/answer", **{"question": "current", "choice.relationship": "5"})
    await workshop.close()
    await workshop.question("current", "reveal")

    found = await workshop.results()
    assert side(found, "supplier")["desired"] == side(first, "supplier")["desired"]
    assert found["snapshot"] == "kept"
