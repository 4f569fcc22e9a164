"""Themes by script: sorting, joining, taking back, and two facilitators who do not tread on each other."""

import asyncio
import json
from typing import Any

import pytest

from tests.http.sorted_ideas import a_theme, an_idea, ideas, inside, themes, undo
from tests.http.words import problem
from tests.live.workshop import Web, Workshop

THEME = {"id", "name", "component", "who", "who_chosen", "shown", "number", "revision", "idea_ids"}


async def test_a_theme_is_made_with_ideas_and_nobody_is_shown_it(workshop: Workshop) -> None:
    one, two = await ideas(workshop, 2, "supplier")

    made = await a_theme(workshop, "  Warn us early 🚚 ", component="gimbal", idea_ids=[one, two])

    assert set(made) == THEME
    assert made == made | {
        "name": "Warn us early 🚚", "component": "gimbal", "who": "supplier", "who_chosen": False, "shown": False,
        "number": 1, "revision": 1,
    }  # fmt: skip
    assert set(made["idea_ids"]) == {one, two}
    found = (await workshop.do("GET /ideas"))["items"]
    assert {idea["theme_id"] for idea in found} == {made["id"]}
    await workshop.open("change")
    assert (await workshop.results("customer"))["change"]["themes"] == []


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "bell\a", "half \ud800", None, 4])
async def test_a_name_without_words_is_refused_in_plain_words(workshop: Workshop, name: object) -> None:
    json_type = {"content-type": "application/json"}
    answer = await workshop.api.client.post(
        f"/api/v1{workshop.path}/themes", content=json.dumps({"name": name}), headers=json_type
    )

    refused = problem(answer, 422)
    if name == "":
        assert refused["detail"] == "The theme’s name is empty. Write something first."
    assert await themes(workshop) == {}


async def test_80_characters_fit_a_name_and_81_do_not(workshop: Workshop) -> None:
    assert (await a_theme(workshop, "🙂" * 80))["name"] == "🙂" * 80

    answer = await workshop.api.client.post(f"/api/v1{workshop.path}/themes", json={"name": "x" * 81})

    assert "81 characters; 80 fit" in problem(answer, 422)["detail"]


async def test_markup_in_a_name_is_text_on_every_page(workshop: Workshop, browser: Web) -> None:
    name = "<img src=x onerror=alert(1)> {{ 7*7 }}</option><script>"
    theme = await a_theme(workshop, name, idea_ids=await ideas(workshop, 1))
    await workshop.do(f"PATCH /themes/{theme['id']}", {"shown": True})
    await workshop.open("change")
    await workshop.do("POST /stage", {"scene": "themes"})

    screen = await workshop.web.get(f"/screen/{workshop.id}?key={workshop.key}")
    pages = [screen, await browser.get(f"{workshop.path}/themes"), await browser.get(f"{workshop.path}/report")]

    for page in pages:
        assert "&lt;img src=x onerror=alert(1)&gt;" in page.text, page.url
        assert "<img src=x" not in page.text
    assert (await workshop.results())["change"]["themes"][0]["name"] == name


async def test_who_is_proposed_from_the_ideas_until_somebody_chooses(workshop: Workshop) -> None:
    one = await an_idea(workshop, "one", "customer")
    theme = await a_theme(workshop, idea_ids=[one])
    at = f"PATCH /themes/{theme['id']}"
    assert theme["who"] == "customer"

    await workshop.do(f"PATCH /ideas/{one}", {"who": "supplier"})
    assert (await themes(workshop))["Plans"]["who"] == "supplier"
    two = await an_idea(workshop, "two", "customer")
    await workshop.do(f"PATCH /ideas/{two}", {"theme_id": theme["id"]})
    assert (await themes(workshop))["Plans"]["who"] == "both"
    await workshop.do(f"PATCH /ideas/{two}", {"status": "hidden"})
    assert (await themes(workshop))["Plans"]["who"] == "supplier"
    assert (await workshop.do(at, {"who": "customer"}))["who_chosen"] is True
    await workshop.do(f"DELETE /ideas/{two}")
    assert (await themes(workshop))["Plans"]["who"] == "customer"
    assert (await workshop.do(at, {"who": None}))["who"] == "supplier"


async def test_an_idea_is_put_into_a_theme_and_back_by_its_own_address(workshop: Workshop) -> None:
    idea, theme = await an_idea(workshop, "one"), await a_theme(workshop)

    assert (await workshop.do(f"PATCH /ideas/{idea}", {"theme_id": theme["id"]}))["theme_id"] == theme["id"]
    assert (await workshop.do(f"PATCH /ideas/{idea}", {"text": "other"}))["theme_id"] == theme["id"]
    assert (await workshop.do(f"PATCH /ideas/{idea}", {"theme_id": None}))["theme_id"] is None
    problem(await workshop.api.client.patch(f"/api/v1{workshop.path}/ideas/{idea}", json={"theme_id": "nowhere"}), 404)


async def test_themes_and_ideas_of_another_session_do_not_exist(workshops: Any) -> None:
    here, there = await workshops(), await workshops()
    idea, theme = await an_idea(there, "theirs"), await a_theme(there)
    mine = await a_theme(here, "Mine", idea_ids=[idea])

    assert mine["idea_ids"] == []
    for call, body in (
        (f"POST /themes/{mine['id']}/merge", {"theme_ids": [theme["id"]]}),
        (f"POST /themes/{theme['id']}/merge", {"theme_ids": [mine["id"]]}),
        ("POST /themes/move", {"idea_ids": [idea], "theme_id": mine["id"]}),
        ("POST /themes/move", {"idea_ids": [await an_idea(here, "own")], "theme_id": theme["id"]}),
    ):
        await here.do(call, body, status=404)
    assert (await themes(there))["Plans"]["idea_ids"] == []


async def test_joining_keeps_the_first_name_and_takes_all_ideas(workshop: Workshop) -> None:
    one, two, three = await ideas(workshop, 3)
    first = await a_theme(workshop, "First", idea_ids=[one], component="axis")
    others = [await a_theme(workshop, "Second", idea_ids=[two]), await a_theme(workshop, "Third", idea_ids=[three])]

    joined = await workshop.do(f"POST /themes/{first['id']}/merge", {"theme_ids": [other["id"] for other in others]})

    assert (joined["name"], joined["component"], set(joined["idea_ids"])) == ("First", "axis", {one, two, three})
    assert list(await themes(workshop)) == ["First"]
    assert await undo(workshop) == "Undone: “Second” and “Third” joined with “First”."
    assert {name: set(theme["idea_ids"]) for name, theme in (await themes(workshop)).items()} == {
        "First": {one}, "Second": {two}, "Third": {three},
    }  # fmt: skip
    await workshop.do(f"POST /themes/{first['id']}/merge", {"theme_ids": [first["id"]]}, status=422)


async def test_two_who_join_the_same_themes_at_once_lose_nothing(workshop: Workshop, owner: Web) -> None:
    one, two, three = await ideas(workshop, 3)
    made = [await a_theme(workshop, name, idea_ids=[idea]) for name, idea in zip("ABC", (one, two, three), strict=True)]
    a, b, c = (theme["id"] for theme in made)

    calls = [(workshop.api, a, b), (owner, b, c), (workshop.api, a, b), (owner, c, a)]
    answers = await asyncio.gather(
        *(
            web.client.post(f"/api/v1{workshop.path}/themes/{into}/merge", json={"theme_ids": [other]})
            for web, into, other in calls
        )
    )

    assert {answer.status_code for answer in answers} <= {200, 404}
    assert any(answer.status_code == 200 for answer in answers)
    for answer in answers:
        if answer.status_code == 404:
            assert "Somebody may have removed it or joined it" in answer.json()["detail"]
    found = await themes(workshop)
    assert {id_ for theme in found.values() for id_ in theme["idea_ids"]} == {one, two, three}


async def test_part_of_a_theme_becomes_a_theme_of_its_own(workshop: Workshop) -> None:
    one, two, outside = await ideas(workshop, 3)
    theme = await a_theme(workshop, "Both", component="rotor", idea_ids=[one, two])

    new = await workshop.do(
        f"POST /themes/{theme['id']}/split", {"name": "New", "idea_ids": [two, outside]}, status=201
    )

    assert (new["component"], new["idea_ids"]) == ("rotor", [two])
    assert await inside(workshop, "Both") == {one}
    await workshop.do(f"POST /themes/{theme['id']}/split", {"name": "None", "idea_ids": [outside]}, status=422)


async def test_a_removed_theme_gives_its_ideas_back_and_its_number_free(workshop: Workshop) -> None:
    (one,) = await ideas(workshop, 1)
    first, second = await a_theme(workshop, "First", idea_ids=[one]), await a_theme(workshop, "Second")

    await workshop.do(f"DELETE /themes/{first['id']}", status=204)

    assert (await workshop.do("GET /ideas"))["items"][0]["theme_id"] is None
    assert (await themes(workshop))["Second"]["number"] == second["number"] == 2
    assert (await a_theme(workshop, "Third"))["number"] == 1
    await workshop.do(f"DELETE /themes/{first['id']}", status=404)


async def test_undo_takes_back_ones_own_steps_one_by_one_and_nobody_elses(workshop: Workshop, owner: Web) -> None:
    one, two = await ideas(workshop, 2)
    theme = await a_theme(workshop)
    await workshop.do("POST /themes/move", {"idea_ids": [one], "theme_id": theme["id"]})
    await owner(f"POST {workshop.path}/themes/move", {"idea_ids": [two], "theme_id": theme["id"]})

    assert await undo(workshop) == "Undone: 1 idea moved to “Plans”."
    assert await inside(workshop, "Plans") == {two}
    assert "“Plans” stays as somebody else has changed it since." in await undo(workshop)
    assert await inside(workshop, "Plans") == {two}
    await workshop.do("POST /themes/undo", status=409)
    assert await undo(workshop, owner) == "Undone: 1 idea moved to “Plans”."
    assert await inside(workshop, "Plans") == set()


async def test_undo_leaves_what_somebody_else_moved_or_renamed_since_and_says_so(
    workshop: Workshop, owner: Web
) -> None:
    one, two = await ideas(workshop, 2)
    mine = await a_theme(workshop, "Mine")
    await workshop.do("POST /themes/move", {"idea_ids": [one, two], "theme_id": mine["id"]})
    theirs = await owner(f"POST {workshop.path}/themes", {"name": "Theirs", "idea_ids": [two]})

    assert await undo(workshop) == "Undone: 2 ideas moved to “Mine”. 1 idea stays where somebody else has put it since."
    assert await inside(workshop, "Theirs") == {two}

    await workshop.do(f"PATCH /themes/{theirs['id']}", {"name": "Ours", "component": "axis"})
    await owner(f"PATCH {workshop.path}/themes/{theirs['id']}", {"name": "Olga's"})
    said = await undo(workshop)
    assert "“Olga's” stays as somebody else has changed it since." in said
    assert (await themes(workshop))["Olga's"]["component"] is None


async def test_a_commitment_follows_its_theme_into_another_and_back(workshop: Workshop) -> None:
    first, second = await a_theme(workshop, "First"), await a_theme(workshop, "Second")
    row = {"text": "Share the forecast", "side": "customer", "theme_id": second["id"]}
    one, two = [(await workshop.do("POST /commitments", row, status=201))["id"] for _ in range(2)]

    async def themes_of_rows() -> dict[str, str | None]:
        return {row["id"]: row["theme_id"] for row in (await workshop.do("GET /commitments"))["items"]}

    joined = await workshop.do(f"POST /themes/{first['id']}/merge", {"theme_ids": [second["id"]]})
    assert joined["id"] == first["id"]
    assert await themes_of_rows() == {one: first["id"], two: first["id"]}
    assert await undo(workshop) == "Undone: “Second” joined with “First”."
    assert await themes_of_rows() == {one: second["id"], two: second["id"]}

    await workshop.do(f"DELETE /themes/{second['id']}")
    assert await themes_of_rows() == {one: None, two: None}
    await workshop.do(f"PATCH /commitments/{two}", {"theme_id": first["id"]})
    assert await undo(workshop) == "Undone: “Second” removed."
    assert await themes_of_rows() == {one: second["id"], two: first["id"]}, "what somebody has chosen since stays"


async def test_undo_of_a_removal_brings_the_theme_back_as_it_was(workshop: Workshop) -> None:
    one, two = await ideas(workshop, 2)
    theme = await a_theme(workshop, "Back", component="handle", who="customer", idea_ids=[one, two])
    await workshop.do(f"PATCH /themes/{theme['id']}", {"shown": True})
    await workshop.do(f"DELETE /themes/{theme['id']}")
    await a_theme(workshop, "Taker of its number")
    await workshop.do(f"DELETE /ideas/{two}")
    await undo(workshop)

    await undo(workshop)

    back = (await themes(workshop))["Back"]
    assert back == back | {
        "id": theme["id"], "component": "handle", "who": "customer", "shown": True, "idea_ids": [one], "number": 1
    }  # fmt: skip


async def test_a_name_that_somebody_changed_meanwhile_is_409_and_says_whose_it_is(
    workshop: Workshop, owner: Web
) -> None:
    theme = await a_theme(workshop, "Plans")
    await owner(f"PATCH {workshop.path}/themes/{theme['id']}", {"name": "Olga’s words"})
    at, body = f"/api/v1{workshop.path}/themes/{theme['id']}", {"name": "Mine", "revision": 1, "before": "Plans"}

    refused = problem(await workshop.api.client.patch(at, json=body), 409)

    assert refused["detail"] == "Olga Owner changed this at the same time. Keep their words or use yours."
    assert list(await themes(workshop)) == ["Olga’s words"]
    now = (await themes(workshop))["Olga’s words"]["revision"]
    assert (await workshop.do(f"PATCH /themes/{theme['id']}", body | {"revision": now}))["name"] == "Mine"


async def test_a_mark_that_somebody_set_meanwhile_does_not_stop_a_new_name(workshop: Workshop, owner: Web) -> None:
    theme = await a_theme(workshop, "Plans")
    await owner(f"PATCH {workshop.path}/themes/{theme['id']}", {"component": "frame"})

    renamed = await workshop.do(f"PATCH /themes/{theme['id']}", {"name": "Mine", "revision": 1, "before": "Plans"})

    assert (renamed["name"], renamed["component"]) == ("Mine", "frame")


async def test_an_idea_withdrawn_after_it_was_sorted_is_gone_and_nothing_else(workshop: Workshop) -> None:
    phone = await workshop.phone()
    await workshop.open("change")
    await phone.until('data-question="change"')
    await phone.idea("taken back later", "us")
    (mine,) = [idea["id"] for idea in (await workshop.do("GET /ideas"))["items"]]
    kept = await an_idea(workshop, "kept", "supplier")
    theme = await a_theme(workshop, idea_ids=[mine, kept])
    assert theme["who"] == "both"

    assert (await phone.say(type="withdraw"))["type"] == "ack"

    found = (await themes(workshop))["Plans"]
    assert (found["idea_ids"], found["who"]) == ([kept], "supplier")
    moved = await workshop.do("POST /themes/move", {"idea_ids": [mine, kept], "theme_id": None})
    assert moved["said"] == "1 idea moved back under To sort. 1 idea was taken back meanwhile."
    await workshop.do("POST /themes/move", {"idea_ids": [mine], "theme_id": None}, status=404)
    await undo(workshop)
    assert (await themes(workshop))["Plans"]["idea_ids"] == [kept]


async def test_no_more_than_sixty_themes(workshop: Workshop) -> None:
    for number in range(60):
        await a_theme(workshop, f"Theme {number}")

    assert (
        "60"
        in problem(await workshop.api.client.post(f"/api/v1{workshop.path}/themes", json={"name": "x"}), 422)["detail"]
    )


async def test_results_list_shown_themes_with_their_shown_ideas_and_the_others_outside(workshop: Workshop) -> None:
    await workshop.open("change")
    inside_, alone = await an_idea(workshop, "inside", "supplier"), await an_idea(workshop, "alone")
    unread = await an_idea(workshop, "unread", status="waiting")
    theme = await a_theme(workshop, "Shown", component="frame", idea_ids=[inside_, unread])
    await a_theme(workshop, "Secret", idea_ids=[alone])
    await workshop.do(f"PATCH /themes/{theme['id']}", {"shown": True})

    for cut in ("private", "customer"):
        change = (await workshop.results(cut))["change"]
        (only,) = change["themes"]
        assert only == only | {"id": theme["id"], "name": "Shown", "component": "frame", "who": "both"}
        assert (only["supports"], only["readiness"]) == (None, None)
        assert [idea["text"] for idea in only["ideas"]] == ["inside"]
        assert [idea["text"] for idea in change["ideas"]] == ["alone"]


async def test_a_deleted_session_takes_its_themes_and_steps_along(workshops: Any) -> None:
    workshop = await workshops()
    await a_theme(workshop, idea_ids=await ideas(workshop, 2))

    await workshop.do("DELETE ", status=204)

    for table in ("theme", "sorting_step", "idea"):
        assert workshop.server.rows(f"SELECT 1 FROM {table} WHERE session_id = ?", workshop.id) == []
