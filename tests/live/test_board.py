"""The board on which ideas are sorted: two facilitators at once, and only what changed goes over the wire."""

import asyncio
import re
from typing import Any

import pytest

from tests.conftest import Tokens
from tests.live.sockets import Line, refused_with
from tests.live.workshop import Web, Workshop

IDEAS = 40
A_MOVE_AT_MOST = 6_000
"""Bytes for one idea moved, whatever the number of ideas."""


async def board(workshop: Workshop, web: Web | None = None) -> Line:
    token = (web or workshop.api).token
    line = await Line.open(workshop.live("board"), authorization=f"Bearer {token}")
    await line.wait_for(lambda: line.views, "the first view")
    return line


async def filled(workshop: Workshop, count: int = IDEAS) -> list[str]:
    """So many ideas, by id."""
    for number in range(count):
        body = {"text": f"what would have to change, number {number}", "who": "both", "side": "customer"}
        await workshop.do("POST /ideas", body, status=201)
    return [idea["id"] for idea in (await workshop.do("GET /ideas"))["items"]]


async def a_theme(workshop: Workshop, name: str, *ideas: str, web: Web | None = None) -> str:
    made = await (web or workshop.api)(f"POST {workshop.path}/themes", {"name": name, "idea_ids": list(ideas)})
    return str(made["id"])


def counts(ideas: int, themes: int, to_sort: int) -> Any:
    return lambda state: (state["ideas"], state["themes"], state["to_sort"]) == (ideas, themes, to_sort)


async def test_the_first_view_is_the_board_of_a_fresh_page(workshop: Workshop, browser: Web) -> None:
    ideas = await filled(workshop, 3)
    await a_theme(workshop, "Plans", ideas[0])

    line = await board(workshop)

    assert (line.shown["target"], line.shown["swap"]) == ("#board", "outerMorph")
    assert line.shown["content"] in (await browser.get(f"{workshop.path}/themes")).text
    await line.close()


async def test_a_moved_idea_costs_a_few_regions_for_everybody_who_sorts(workshop: Workshop, owner: Web) -> None:
    ideas = await filled(workshop)
    theme = await a_theme(workshop, "Plans", ideas[0])
    one, two = await board(workshop), await board(workshop, owner)
    first, before = len(one.raw[-1]), (len(one.views), len(two.views))

    await owner(f"POST {workshop.path}/themes/move", {"idea_ids": [ideas[5]], "theme_id": theme})

    for line, views in zip((one, two), before, strict=True):
        view = await line.until(counts(IDEAS, 1, IDEAS - 2))
        assert len(line.views) == views + 1
        assert view["swap"] == "none"
        targets = re.findall(r'hx-target="#([\w-]+)"', view["content"])
        assert f"idea-{ideas[5]}" in targets
        assert f"head-{theme}" in targets
        assert view["content"].count("<li ") == 1, "no other idea is sent again"
        assert len(line.raw[-1].encode()) <= A_MOVE_AT_MOST < first / 3
        assert "Olga Owner" in view["content"]
        await line.close()


async def test_two_facilitators_sort_at_once_and_both_end_with_the_whole(workshop: Workshop, owner: Web) -> None:
    ideas = await filled(workshop, 20)
    mine, theirs = await a_theme(workshop, "Mine"), await a_theme(workshop, "Theirs")
    one, two = await board(workshop), await board(workshop, owner)

    async def sort(web: Web, wanted: list[str], theme: str) -> None:
        for idea in wanted:
            await web(f"POST {workshop.path}/themes/move", {"idea_ids": [idea], "theme_id": theme})

    await asyncio.gather(sort(workshop.api, ideas[:10], mine), sort(owner, ideas[10:], theirs))

    for line in (one, two):
        await line.until(counts(20, 2, 0))
        versions = [view["version"] for view in line.views]
        assert versions == sorted(versions)
        await line.close()
    found = {theme["id"]: set(theme["idea_ids"]) for theme in (await workshop.do("GET /themes"))["items"]}
    assert found == {mine: set(ideas[:10]), theirs: set(ideas[10:])}


async def test_what_is_pushed_piece_by_piece_is_what_a_fresh_board_shows(workshop: Workshop) -> None:
    ideas = await filled(workshop, 6)
    line = await board(workshop)
    first, second = await a_theme(workshop, "First", *ideas[:2]), await a_theme(workshop, "Second", ideas[2])
    await workshop.do(f"PATCH /themes/{first}", {"name": "New name", "component": "axis", "shown": True})
    await workshop.do(f"POST /themes/{second}/merge", {"theme_ids": [first]})
    await workshop.do("POST /themes/undo")
    await workshop.do(f"PATCH /ideas/{ideas[3]}", {"status": "hidden"})
    await workshop.do(f"DELETE /ideas/{ideas[0]}")
    await line.until(counts(4, 2, 2))

    fresh = await board(workshop)

    assert state_of(fresh) == state_of(line)
    for id_ in (f"head-{first}", f"edit-{first}", "board-head", "board-parts"):
        assert newest(line, id_) == newest(fresh, id_), id_
    await line.close()
    await fresh.close()


def state_of(line: Line) -> dict[str, Any]:
    state: dict[str, Any] = line.shown["state"]
    return state


def newest(line: Line, id_: str) -> str:
    """A region as it was sent last: from its opening tag to the next region."""
    content = next(view["content"] for view in reversed(line.views) if f'id="{id_}"' in view["content"])
    found = re.search(rf'<(\w+)[^>]*id="{id_}".*?\n</\1>', content, re.DOTALL)
    assert found, id_
    return found.group()


async def test_markup_in_ideas_and_names_stays_text_in_pushed_pieces(workshop: Workshop) -> None:
    line = await board(workshop)
    text = '</hx-partial><hx-partial hx-target="body"><img src=x>'

    idea = await workshop.do("POST /ideas", {"text": text, "who": "both", "side": "customer"}, status=201)
    await line.until(counts(1, 0, 1))
    await a_theme(workshop, text, idea["id"])
    view = await line.until(counts(1, 1, 0))

    assert "&lt;/hx-partial&gt;" in view["content"]
    assert "<img" not in "".join(line.raw)
    assert 'hx-target=\\"body\\"' not in "".join(line.raw)
    await line.close()


async def test_shown_themes_reach_the_big_screen_and_hidden_ones_do_not(workshop: Workshop) -> None:
    screen, console = await workshop.screen(), await workshop.console()
    await workshop.open("change")
    one, two, three = await filled(workshop, 3)
    for idea in (one, two):
        await workshop.do(f"PATCH /ideas/{idea}", {"status": "shown"})
    theme = await a_theme(workshop, "Share plans earlier", one, three)
    await a_theme(workshop, "Still a secret", two)
    await workshop.do(f"PATCH /themes/{theme}", {"shown": True, "who": "customer"})

    assert (await workshop.command("scene.themes")).status_code == 204

    view = await screen.until('data-scene="themes"')
    assert "Share plans earlier" in view["content"]
    assert ">1 idea<" in view["content"], "what nobody has read is not counted"
    assert (await workshop.do("GET /ideas"))["items"]
    assert "number" in view["content"]
    await console.until("Shown themes, and shown ideas that are in none of them.")
    assert not any("Still a secret" in raw for raw in screen.line.raw)

    await workshop.do(f"DELETE /themes/{theme}")
    await screen.until(lambda _: "Share plans earlier" not in screen.content)
    await workshop.command("scene.none")
    await screen.until('data-scene="ideas"')


async def test_only_facilitators_open_a_board(workshop: Workshop, viewer: Web, foreign: Web, tokens: Tokens) -> None:
    phone = await workshop.join()

    assert await refused_with(workshop.live("board")) == 401
    assert await refused_with(workshop.live("board"), authorization=f"Bearer {viewer.token}") == 403
    assert await refused_with(workshop.live("board"), authorization=f"Bearer {foreign.token}") == 404
    assert await refused_with(workshop.live("board"), **phone.bearer) == 401
    assert await refused_with(f"{workshop.live('board')}?key={workshop.key}") == 401
    evil = {"authorization": f"Bearer {tokens.facilitator}", "origin": "https://evil.example"}
    assert await refused_with(workshop.live("board"), **evil) == 403


@pytest.mark.parametrize("said", ["{}", '{"type":"answer","id":"1"}', "nonsense"])
async def test_a_board_only_listens(workshop: Workshop, said: str) -> None:
    line = await board(workshop)

    reply = await line.ask(said)

    assert (reply["type"], reply["reason"]) == ("refused", "invalid")
    await line.close()


async def test_a_deleted_session_ends_its_boards(workshops: Any) -> None:
    workshop = await workshops()
    line = await board(workshop)

    await workshop.do("DELETE ", status=204)

    assert await line.closed() == 4404


async def test_sorting_reaches_phones_only_while_they_list_ideas(workshop: Workshop) -> None:
    ideas = await filled(workshop, 4)
    await workshop.open("change")
    await workshop.close("change")
    phone = await workshop.phone()
    line = await board(workshop)

    async def sorting_steps() -> None:
        """A new theme, an idea moved, one mended, one shown, one deleted, and a step taken back."""
        await workshop.do(f"PATCH /ideas/{ideas[2]}", {"status": "shown", "text": "Mended"})
        theme = await a_theme(workshop, "Plans", ideas[0])
        await workshop.do("POST /themes/move", {"idea_ids": [ideas[1]], "theme_id": theme})
        await workshop.do("POST /themes/undo")
        await workshop.do(f"DELETE /ideas/{ideas.pop()}")
        await line.until(lambda state: state["ideas"] == len(ideas))

    before, views = phones_version(workshop), len(phone.line.views)
    await sorting_steps()
    assert phones_version(workshop) == before, "nobody even looks what phones would show"
    assert len(phone.line.views) == views

    await workshop.do("POST /support", {"asked": True})
    await phone.until('data-place="support"')
    await workshop.do(f"PATCH /ideas/{ideas[0]}", {"status": "shown"})
    await phone.until(lambda state: {item.get("idea_id") for item in state["items"]} == {ideas[0], ideas[2]})
    await line.close()


def phones_version(workshop: Workshop) -> int:
    """The version at which phones last had something new to show."""
    (row,) = workshop.server.rows("SELECT phone_version FROM live_session WHERE id = ?", workshop.id)
    return int(row[0])
