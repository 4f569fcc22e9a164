"""Discussions on the big screen, over real sockets: question, evidence, one sentence, one thing to do; phones see nothing of it."""

import re

from tests.live.workshop import Watcher, Workshop


async def revealed(workshop: Workshop) -> None:
    await workshop.vote("current", {"Leadership": (2, 2, 3), "Account team": (4, 4, 5)})
    await workshop.vote("desired", {"Leadership": (4, 4, 5), "Account team": (5, 5, 5)})
    await workshop.reveal()


async def test_a_shared_discussion_is_pushed_to_the_big_screen_and_taken_off(workshop: Workshop) -> None:
    screen, console = await workshop.screen(), await workshop.console()
    await revealed(workshop)

    assert (await workshop.command("scene.discussion-3")).status_code == 204
    view = await screen.until('data-discussion="3"')

    assert "Do both sides see the same relationship?" in view["content"]
    assert "2 of 3 at Northfield see today two or more steps below" in view["content"]
    assert "one example each" in view["content"]
    await console.until("Do both sides see the same relationship?")
    await workshop.command("scene.none")
    await screen.until('data-scene="reveal"')


async def test_opening_a_question_takes_the_discussion_off(workshop: Workshop) -> None:
    screen = await workshop.screen()
    await revealed(workshop)
    await workshop.command("scene.discussion-1")
    await screen.until('data-discussion="1"')

    await workshop.open("change")

    await screen.until('data-scene="collect"')


async def test_before_a_reveal_and_once_hidden_again_the_screen_keeps_its_own_scene(workshop: Workshop) -> None:
    screen = await workshop.screen()
    await workshop.vote("current", {"Leadership": (2, 2, 3), "Account team": (4, 4, 5)})
    await screen.until('data-scene="held"')

    await workshop.command("scene.discussion-1")
    assert 'data-scene="held"' in (await workshop.web.get(screen.page)).text
    await workshop.question("current", "reveal")
    await workshop.command("scene.discussion-1")
    await screen.until('data-discussion="1"')
    await workshop.question("current", "hide")

    view = await screen.until('data-scene="held"')
    assert "Typical step" not in view["content"]
    assert view["state"]["results"] is None


async def test_a_private_discussion_changes_no_screen(workshop: Workshop) -> None:
    screen = await workshop.screen()
    await revealed(workshop)
    await screen.until('data-scene="reveal"')
    before = await page_of(screen)

    for number in (8, 9):
        assert (await workshop.command(f"scene.discussion-{number}")).status_code == 422

    assert await page_of(screen) == before


async def page_of(screen: Watcher) -> str:
    """What a fresh big screen shows, but for the time."""
    return re.sub(r'data-now="\d+"', "", (await screen.web.get(screen.page)).text)


async def test_reading_a_discussion_again_first_takes_it_off(workshop: Workshop) -> None:
    screen = await workshop.screen()
    await workshop.do("POST /ideas", {"text": "kx-theirs", "who": "customer", "side": "supplier", "status": "shown"})
    await workshop.do("PATCH /discussions/6", {"read": True})
    await workshop.command("scene.discussion-6")
    await screen.until("kx-theirs")

    await workshop.do("PATCH /discussions/6", {"read": False})

    await screen.until('data-scene="lobby"')


async def test_a_shown_idea_that_is_hidden_again_leaves_the_discussion(workshop: Workshop) -> None:
    screen = await workshop.screen()
    body = {"text": "kx-ours", "who": "supplier", "side": "customer", "status": "shown"}
    idea = await workshop.do("POST /ideas", body)
    await workshop.do("POST /ideas", body | {"text": "kx-other"})
    await workshop.command("scene.discussion-5")
    await screen.until("kx-ours")

    await workshop.do(f"PATCH /ideas/{idea['id']}", {"status": "hidden"})

    view = await screen.until("1 idea, not sorted into themes.")
    assert "kx-other" in view["content"]
    assert "kx-ours" not in view["content"]
