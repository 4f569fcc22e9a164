"""Pages of commitments and discussions are told that there is something new on them, and no more than that."""

import asyncio
from typing import Any

import pytest

from tests.conftest import Tokens
from tests.live.sockets import Line, refused_with
from tests.live.workshop import Web, Workshop

ROW = {"text": "Share the forecast", "side": "customer"}


async def listen(workshop: Workshop, face: str) -> Line:
    line = await Line.open(workshop.live(face), authorization=f"Bearer {workshop.api.token}")
    await line.wait_for(lambda: line.views, "the first view")
    return line


def mark(line: Line) -> str:
    return str(line.shown["state"]["news"])


async def test_each_page_is_told_of_its_own_changes_and_reads_them_at_its_own_door(
    workshop: Workshop, browser: Web
) -> None:
    plan, talk = await listen(workshop, "plan"), await listen(workshop, "discussions")
    before = mark(plan), mark(talk)

    made = await workshop.do("POST /commitments", ROW, status=201)
    await plan.until(lambda state: state["news"] != before[0])
    after = mark(plan)
    await workshop.do("PATCH /discussions/8", {"notes": "kx-private", "done": True})
    await talk.until(lambda state: state["news"] != before[1])

    assert mark(plan) == after
    for line, path in ((plan, "/plan"), (plan, f"/plan/{made['id']}"), (talk, "/discussions")):
        assert line.shown["content"] in (await browser.get(f"{workshop.path}{path}")).text
        assert line.shown["target"] == "#news"
    for text in (*plan.raw, *talk.raw):
        assert "kx-private" not in text
        assert ROW["text"] not in text
    await plan.close()
    await talk.close()


async def test_what_is_not_on_the_page_is_no_news(workshop: Workshop) -> None:
    line = await listen(workshop, "plan")
    views = len(line.views)

    await workshop.do("POST /ideas", {"text": "An idea", "who": "both", "side": "customer"}, status=201)
    await workshop.do("PATCH /discussions/1", {"notes": "A note"})
    await workshop.join()
    await asyncio.sleep(0.3)

    assert len(line.views) == views
    await line.close()


@pytest.mark.parametrize("face", ["plan", "discussions"])
async def test_only_a_facilitator_of_the_workspace_listens(workshop: Workshop, tokens: Tokens, face: str) -> None:
    phone = await workshop.join()
    who: dict[int, dict[str, Any]] = {
        403: {"authorization": f"Bearer {tokens.viewer}"},
        404: {"authorization": f"Bearer {tokens.foreign}"},
        401: phone.bearer,
    }
    for status, headers in who.items():
        assert await refused_with(workshop.live(face), **headers) == status
