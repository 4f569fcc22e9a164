"""A console in parts: its own page is sent what changed, whoever asks for the whole gets the whole."""

import re

from tests.live.sockets import Line
from tests.live.workshop import Web, Workshop

IDEAS = 60
A_CHANGE_AT_MOST = 16_000
"""Bytes for one idea read, or one vote, whatever the number of ideas."""


async def console(workshop: Workshop, query: str = "?parts") -> Line:
    line = await Line.open(workshop.live("console") + query, authorization=f"Bearer {workshop.api.token}")
    await line.wait_for(lambda: line.views, "the first view")
    return line


async def test_the_first_view_is_the_console_of_a_fresh_page(workshop: Workshop, browser: Web) -> None:
    line = await console(workshop)

    assert (line.shown["target"], line.shown["swap"]) == ("#console", "outerMorph")
    assert line.shown["content"] in (await browser.get(workshop.path)).text
    assert line.shown["state"] == {"session": "lobby"}
    await line.close()


async def test_one_idea_costs_its_card_and_the_counts_and_the_whole_goes_to_who_asks_for_it(workshop: Workshop) -> None:
    await workshop.open("current")
    await workshop.close("current")
    await workshop.open("change")
    for number in range(IDEAS):
        body = {"text": f"what would have to change, number {number}", "who": "both", "side": "customer"}
        await workshop.do("POST /ideas", body, status=201)
    ideas = [idea["id"] for idea in (await workshop.do("GET /ideas"))["items"]]
    parts, whole = await console(workshop), await console(workshop, "")
    first = len(parts.raw[-1].encode())

    await workshop.do(f"PATCH /ideas/{ideas[7]}", {"status": "shown"})
    view = await parts.until(lambda _: parts.shown["swap"] == "none")

    sent = re.findall(r'<article [^>]*id="idea-(\w+)"', view["content"])
    assert sent == [ideas[7]], "no other idea is sent again"
    assert f'hx-target="#idea-{ideas[7]}" hx-swap="delete"' in view["content"]
    assert len(parts.raw[-1].encode()) <= A_CHANGE_AT_MOST < first / 5
    await whole.until(lambda state: any(idea["status"] == "shown" for idea in state["ideas"]))
    assert whole.shown["content"].count("<article ") == IDEAS
    await parts.close()
    await whole.close()


async def test_a_theme_that_is_sorted_elsewhere_sends_a_console_nothing(workshop: Workshop) -> None:
    await workshop.open("change")
    body = {"text": "what would have to change", "who": "both", "side": "customer"}
    idea = await workshop.do("POST /ideas", body, status=201)
    theme = await workshop.do("POST /themes", {"name": "Plans"}, status=201)
    parts, whole = await console(workshop), await console(workshop, "")
    views = len(parts.views)

    await workshop.do("POST /themes/move", {"idea_ids": [idea["id"]], "theme_id": theme["id"]})
    await whole.until(lambda state: state["ideas"][0]["theme_id"] == theme["id"])

    assert len(parts.views) == views
    await parts.close()
    await whole.close()
