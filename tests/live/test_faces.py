"""What screens and consoles show: the newest, few times, the same for all; and two facilitators at once."""

import asyncio
import json
import re
import time

from tests.live.workshop import SUPPLIER, Workshop

AT_MOST_A_SECOND = 12


async def test_the_screen_counts_who_is_in_and_who_has_answered(workshop: Workshop) -> None:
    screen = await workshop.screen()
    ana, ben = await workshop.phones(2)
    await workshop.phone(SUPPLIER)
    await screen.until('data-joined="customer:2 supplier:1"')

    await workshop.open()
    await ana.choose(4)
    await screen.until('data-answered="customer:1 supplier:0"')
    await ben.choose(None)
    await screen.until('data-answered="customer:2 supplier:0"')

    assert screen.state["joined"] == {"customer": 2, "supplier": 1}
    assert screen.state["answered"]["current"] == {"customer": 2, "supplier": 0}
    assert screen.state["results"] is None


async def test_a_burst_of_votes_reaches_screens_as_few_views_that_end_with_the_whole(workshop: Workshop) -> None:
    phones = await workshop.phones(8)
    screen, console = await workshop.screen(), await workshop.console()
    await workshop.open()
    await asyncio.gather(*(phone.until('data-place="open"') for phone in phones))
    before, begun = len(screen.line.views), time.monotonic()

    for _ in range(3):
        await asyncio.gather(*(phone.choose(3) for phone in phones))
    await screen.until('data-answered="customer:8 supplier:0"')
    await console.until("8 of 8")

    took = time.monotonic() - begun
    assert len(screen.line.views) - before <= AT_MOST_A_SECOND * max(1.0, took)


async def test_a_changed_answer_pushes_nothing_to_the_screen(workshop: Workshop) -> None:
    phone, screen = await workshop.phone(), await workshop.screen()
    await workshop.open()
    await phone.choose(1)
    await screen.until('data-answered="customer:1 supplier:0"')
    views = len(screen.line.views)

    for choice in (2, 3, 4):
        await phone.choose(choice)
    await workshop.close()
    await screen.until('data-scene="held"')

    assert len(screen.line.views) == views + 1


async def test_a_reveal_reaches_the_screen_with_the_results_of_the_customers_cut(workshop: Workshop) -> None:
    screen, console = await workshop.screen(), await workshop.console()
    await workshop.vote("current", {"Leadership": (2, 3, 3, 4), "Account team": (3, 4, 4)})
    await workshop.vote("desired", {"Leadership": (4, 4, 5, 5), "Account team": (5, 5, 5)})
    assert screen.state["results"] is None

    await workshop.reveal()

    view = await screen.until(lambda state: state["results"] is not None)
    assert 'data-scene="reveal"' in view["content"]
    shown = view["state"]["results"]
    assert shown["cut"] == "customer"
    assert shown["dimensions"] == (await workshop.results("customer"))["dimensions"]
    assert shown["dimensions"][0]["sides"]["customer"]["current"]["counts"] == [0, 1, 2, 1, 0]
    await console.until(lambda state: state["results"]["dimensions"][0]["rows"])

    await workshop.question("current", "hide")
    await workshop.question("desired", "hide")
    await screen.until(lambda state: state["results"] is None)
    assert "<svg" not in screen.content or 'data-scene="held"' in screen.content


async def test_the_console_shows_what_the_facilitator_chose_for_the_screen(workshop: Workshop) -> None:
    screen, console = await workshop.screen(), await workshop.console()
    await workshop.vote("current", {"Leadership": (2, 3, 3), "Account team": (3, 4, 4)})
    await workshop.vote("desired", {"Leadership": (4, 4, 5), "Account team": (5, 5, 5)})
    await workshop.reveal()

    for action, wanted in (
        ("layer.headline", "layer-headline"),
        ("layer.people", "layer-people"),
        ("layer.groups", "layer-groups"),
        ("dark.on", 'data-theme="dark"'),
        ("dark.off", 'data-theme="light"'),
        ("prompt.1", 'data-scene="prompt"'),
        ("prompt.none", 'data-scene="reveal"'),
        ("compare.off", 'data-scene="reveal"'),
    ):
        assert (await workshop.command(action)).status_code == 204
        await screen.until(wanted)
    await console.until(lambda state: state["stage"]["compare"] is False)


async def test_two_facilitators_who_press_at_once_step_once(workshop: Workshop) -> None:
    one, two = await workshop.console(), await workshop.console()
    await workshop.open()
    await workshop.close()

    answers = await asyncio.gather(*(workshop.command("open.desired") for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [204] + [409] * 5
    late = await workshop.api.client.post(f"{workshop.path}/do/open.desired", headers={"hx-request": "true"})
    assert late.status_code == 409
    assert "open" in json.loads(late.headers["hx-trigger"])["notice"]["text"]
    session = await workshop.do("GET ")
    assert [question["status"] for question in session["questions"]] == ["closed", "open", "waiting"]
    for console in (one, two):
        await console.until(lambda state: [one["status"] for one in state["questions"]][1] == "open")


async def test_two_facilitators_who_close_reveal_or_end_at_once_do_no_harm(workshop: Workshop) -> None:
    await workshop.vote("current", {"Leadership": (2, 3, 3)})
    await workshop.vote("desired", {"Leadership": (4, 4, 5)})

    for call in ("close.desired", "reveal.current+desired", "hide.current+desired", "reveal.current+desired", "end"):
        version = (await workshop.do("GET "))["version"]
        answers = await asyncio.gather(*(workshop.command(call) for _ in range(4)))
        assert [answer.status_code for answer in answers] == [204] * 4, call
        assert (await workshop.do("GET "))["version"] <= version + 2, call


async def test_the_console_lists_people_without_names_where_no_names_are_asked(workshop: Workshop) -> None:
    console = await workshop.console()
    ana = await workshop.phone()
    await workshop.phone(SUPPLIER)

    await console.until("Participant 2")

    leadership = workshop.groups["Leadership"]["id"]
    await console.until(lambda state: state["participants"] == {leadership: 1, workshop.groups[SUPPLIER]["id"]: 1})
    await workshop.command(f"remove.{ana.id}")
    await console.until(lambda state: leadership not in state["participants"])


async def test_a_console_on_another_laptop_shows_the_same_place(workshop: Workshop) -> None:
    await workshop.vote("current", {"Leadership": (2, 3, 3)})
    first = await workshop.console()

    second = await workshop.console()

    assert second.content == first.content
    assert re.search(r'data-chip="Voting is closed"', second.content)


async def test_a_lost_nudge_is_healed_by_the_sweep(workshop: Workshop) -> None:
    phone, screen = await workshop.phone(), await workshop.screen()
    from app.actions.questions import command

    workshop.server.act(command, session_id=workshop.id, key="current", name="open")

    await phone.until('data-place="open"', within=4)
    await screen.until('data-scene="collect"', within=4)


async def test_hints_follow_the_room_on_the_console_alone_and_obey_suppression(workshop: Workshop) -> None:
    phone, screen, console = await workshop.phone("Leadership"), await workshop.screen(), await workshop.console()
    await console.until("Nobody from Procurement is here yet.")
    assert "0 in Procurement" in console.content, "each says from which numbers it comes"

    await workshop.join("Procurement")
    await console.line.wait_for(lambda: "Nobody from Procurement" not in console.content, "a hint that has gone")
    await workshop.vote("current", {"Leadership": (1, 1, 1), "Account team": (4, 4)})
    await workshop.vote("desired", {"Leadership": (2, 2, 2), "Account team": (5, 5)})
    await workshop.reveal()
    await console.until('data-chip="Shown on the big screen"')
    assert "apart. Ask each for one example." not in console.content, "nothing is said of a side of two"

    hints = re.findall(r'class="hint-card"[^>]*><b>([^<]+)', "".join(view["content"] for view in console.line.views))
    assert hints
    for words in hints:
        assert not any(words in raw for raw in (*screen.line.raw, *phone.line.raw)), words


async def test_sides_two_steps_apart_are_a_hint_on_the_console(workshop: Workshop) -> None:
    console = await workshop.console()
    await workshop.vote("current", {"Leadership": (1, 1, 1), "Account team": (4, 4, 4)})
    await workshop.vote("desired", {"Leadership": (2, 2, 2), "Account team": (5, 5, 5)})

    await workshop.reveal()

    await console.until("The sides see today two steps or more apart. Ask each for one example.")
    assert "3.0 steps between the sides on today" in console.content
