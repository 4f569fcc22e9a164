"""A second round, the mirror and people without a phone, over the wire."""

from collections.abc import Awaitable, Callable

from tests.live.workshop import Workshop

FIRST = {"Leadership": (2, 3, 3, 4), "Procurement": (1, 2, 2), "Account team": (4, 5, 5)}
CLOSER = FIRST | {"Leadership": (3, 4, 4, 4)}
GUESSES = {"Leadership": (4, 5, 4, 4), "Procurement": (4, 4, 5), "Account team": (4, 4, 4)}
Make = Callable[..., Awaitable[Workshop]]


async def test_in_a_new_round_each_phone_starts_empty_and_knows_what_it_said(workshop: Workshop) -> None:
    ana, ben = await workshop.phones(2)
    silent = await workshop.phone()
    await workshop.open()
    await ana.choose(2)
    await ben.choose(4)
    await workshop.close()
    await workshop.question("current", "reveal")

    await workshop.question("current", "round")
    await workshop.open()

    for phone, choice in ((ana, 2), (ben, 4), (silent, None)):
        view = await phone.until('data-round="2"')
        mine = [frame["state"]["mine"] for frame in phone.line.views if "mine" in frame["state"]][-1]
        assert mine["current"] == {}
        assert mine.get("earlier", {}) == (
            {"current": {"round": 1, "choices": {"relationship": choice}}} if choice else {}
        )
        assert "Round 2: answer again" in view["content"]
        assert "In round 1" not in view["content"], "one view serves all phones"
    page = (await ana.page()).text
    assert "In round 1 you chose step 2, Preferred supplier." in page
    assert " checked" not in page.split('id="view"')[1]
    assert "In round 1" not in (await silent.page()).text.split('id="view"')[1].replace("data-earlier", "")
    await ana.choose(3)
    assert (await workshop.do("GET "))["questions"][0]["answered"]["customer"] == 1


async def test_the_screen_shows_no_answer_of_the_new_round_before_its_reveal(workshop: Workshop) -> None:
    screen, console = await workshop.screen(), await workshop.console()
    await workshop.vote("current", FIRST)
    await workshop.question("current", "reveal")
    await screen.until('data-scene="reveal"')

    await workshop.command("again.current")

    asked = await screen.until('data-scene="collect"')
    assert asked["state"]["results"] is None
    view = await console.until("round 2, open")
    assert view["state"]["questions"][0]["round"] == 2
    said = (*CLOSER["Leadership"], *FIRST["Procurement"], *FIRST["Account team"])
    for phone, choice in zip(workshop.people, said, strict=True):
        await phone.post("/answer", **{"question": "current", "choice.relationship": str(choice)})
    await workshop.close()
    held = await screen.until('data-scene="held"')
    assert held["state"]["results"] is None
    first = console.state["results"]["rounds"][0]["dimensions"][0]["sides"]["customer"]["current"]["counts"]
    assert first == [1, 3, 2, 1, 0]
    assert console.state["results"]["dimensions"][0]["sides"]["customer"] is None

    await workshop.question("current", "reveal")
    await console.until("do-scene.again-current")
    await workshop.command("scene.again-current")
    both = await screen.until('data-scene="again"')
    assert "the sides are closer on today" in both["content"]
    assert "3 of 7 moved up, 4 stayed" in both["content"]
    assert "all 3 stayed" in both["content"]
    await workshop.question("current", "hide")
    gone = await screen.until('data-scene="held"')
    assert "moved up" not in gone["content"]


async def test_too_few_changes_are_said_on_screen_and_console(workshop: Workshop) -> None:
    screen, console = await workshop.screen(), await workshop.console()
    await workshop.vote("current", FIRST)
    await workshop.question("current", "reveal")
    await workshop.question("current", "round")
    await workshop.vote("current", FIRST | {"Leadership": (3, 3, 3, 4)})

    await workshop.question("current", "reveal")

    await console.until("Too few answers changed for a new picture")
    await workshop.do("POST /stage", {"scene": "again"})
    shown = await screen.until('data-scene="again"')
    assert "Too few answers changed for a new picture" in shown["content"]
    assert "moved" not in shown["content"]
    assert shown["state"]["results"]["snapshot"] == "kept"


async def test_the_mirror_comes_on_screen_once_the_guesses_are_revealed(workshops: Make) -> None:
    workshop = await workshops(mirror=True)
    screen, console = await workshop.screen(), await workshop.console()
    await workshop.vote("current", FIRST)
    await workshop.vote("mirror", GUESSES)
    await workshop.do("POST /stage", {"scene": "mirror"})
    assert "thought" not in screen.content
    await workshop.question("current", "reveal")
    await workshop.do("POST /stage", {"scene": "mirror"})
    before = await screen.until('data-scene="reveal"')
    assert "thought" not in before["content"]

    await workshop.question("mirror", "reveal")
    await console.until("do-scene.mirror")
    await workshop.command("scene.mirror")

    shown = await screen.until('data-scene="mirror"')
    assert "We see today differently. Only one side expected it." in shown["content"]
    assert "You differ, and you both know it." in shown["content"]
    assert shown["content"].count("holds") == 2
    assert "thought " in shown["content"]
    await workshop.command("scene.none")
    await screen.until('data-scene="reveal"')


async def test_a_side_with_two_guesses_has_marks_of_the_other_and_no_state(workshops: Make) -> None:
    workshop = await workshops(mirror=True)
    screen = await workshop.screen()
    await workshop.vote("current", FIRST)
    await workshop.vote("mirror", {"Leadership": GUESSES["Leadership"], "Account team": (4, 4)})
    await workshop.do("POST /reveal", {"questions": ["current", "mirror"]})
    await workshop.do("POST /stage", {"scene": "mirror"})

    shown = await screen.until('data-scene="mirror"')

    assert "thought Halden" in shown["content"]
    assert "thought Northfield" not in shown["content"], "two guesses are too few"
    assert shown["content"].count("holds") <= 1


async def test_an_answer_by_hand_reaches_the_count_and_no_phone(workshop: Workshop) -> None:
    phone, console, screen = await workshop.phone(), await workshop.console(), await workshop.screen()
    group = workshop.groups["Leadership"]["id"]
    person = await workshop.do("POST /participants", {"group_id": group}, status=201)
    await console.until("entered by the facilitator")
    await workshop.open()
    await phone.until(lambda state: state["place"] == "open")
    frames = len(phone.line.frames)

    await workshop.do(f"POST /participants/{person['id']}/answers", {"question": "current", "choice": 3}, status=201)

    await screen.until(lambda state: state["answered"]["current"]["customer"] == 1)
    assert len(phone.line.frames) == frames
    assert "entered by" not in screen.content
    await workshop.do(f"DELETE /participants/{person['id']}", status=204)
    await screen.until(lambda state: state["answered"]["current"]["customer"] == 0)


async def test_an_answer_left_over_from_round_one_does_not_count_in_round_two(workshop: Workshop) -> None:
    phone = await workshop.phone()
    await workshop.vote("current", {"Leadership": (3, 3, 3)})
    await workshop.question("current", "reveal")
    await workshop.question("current", "round")
    await workshop.open()

    late = await phone.answer(5, round=1)
    assert (late["type"], late["reason"]) == ("refused", "closed")
    assert (await phone.answer(5, round="x"))["reason"] == "invalid"
    assert (
        await phone.post("/answer", **{"question": "current", "round": "1", "choice.relationship": "5"})
    ).status_code == 409
    assert (await workshop.do("GET "))["questions"][0]["answered"]["customer"] == 0
    assert (await phone.answer(4, round=2))["type"] == "ack"
    assert (await phone.answer(3))["type"] == "ack"
