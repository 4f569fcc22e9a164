"""Non-interference (SAFETY T3): until the reveal nobody can tell from any byte what others chose."""

import re
from collections.abc import Sequence

from app.views.links import qr_path
from app.views.render import spaced_code
from tests.live.changes import ask_support, idea, theme
from tests.live.workshop import CUSTOMER, SUPPLIER, Phone, Workshop

PLAIN = {"accept-encoding": "identity"}


class Ear:
    """Everything that guests and stage receive in one session, with its random names made equal."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self.heard: list[str] = []
        self.names: dict[str, str] = {
            workshop.id: "SESSION",
            workshop.join_token: "TOKEN",
            workshop.key: "KEY",
            workshop.session["code"]: "CODE",
            spaced_code(workshop.session["code"]): "CO DE",
            qr_path(workshop.session["join_url"])[0]: "QR",
            **{group["id"]: f"GROUP{number}" for number, group in enumerate(workshop.session["groups"])},
        }

    def add(self, what: str, text: str) -> None:
        for name, plain in self.names.items():
            text = text.replace(name, plain)
        text = re.sub(r'(name="csrf" value=")\w+', r"\1CSRF", text)
        text = re.sub(r"stairstep_form=[\w-]+", "stairstep_form=SEED", text)
        text = re.sub(r'data-now="\d+"', 'data-now="NOW"', text)
        text = re.sub(r'(seed(?:&#34;|[":])+)[0-9a-f]{8}', r"\1ORDER", text)
        self.heard.append(f"{what}: {text}")  # equal texts have equal lengths

    async def fetch(self, path: str, phone: Phone | None = None) -> None:
        headers = PLAIN | (phone.bearer if phone else {})
        answer = await self.workshop.web.client.get(path, headers=headers)
        told = dict(answer.headers)
        told.pop("x-request-id", None)  # drawn for each request, from nothing that anybody said
        # A QR code's drawing is longer for one random token than for another, so the length itself is compared below.
        assert int(told.pop("content-length")) == len(answer.content)
        self.add("fetched", f"{path} {answer.status_code} {sorted(told.items())} {answer.text}")


async def story(workshop: Workshop, choices: Sequence[object]) -> list[str]:
    """The same story with other choices: the voters' acks, and all that an onlooker and the stage get."""
    ear = Ear(workshop)
    screen, onlooker = await workshop.screen(), await workshop.phone(SUPPLIER)
    places = [CUSTOMER] * 3 + [SUPPLIER] * 2
    answered = {"customer": 0, "supplier": 0}
    voters: list[Phone] = []
    await screen.until('data-joined="customer:0 supplier:1"')
    for place in places:  # each is shown before the next comes: how many looks a crowd shares is a matter of time alone
        voters.append(await workshop.phone(place))
        own = places[: len(voters)]
        await screen.until(f'data-joined="customer:{own.count(CUSTOMER)} supplier:{own.count(SUPPLIER) + 1}"')
    for question, turn in (("current", choices[:5]), ("desired", choices[5:])):
        await workshop.open(question)
        answered = dict.fromkeys(answered, 0)
        for voter in voters:
            await voter.until(f'data-question="{question}"')
        await screen.until('data-answered="customer:0 supplier:0"')
        for number, (voter, place, choice) in enumerate(zip(voters, places, turn, strict=True)):
            await voter.choose(choice, question, id=f"{question}{number}", tap=number)
            answered["customer" if place == CUSTOMER else "supplier"] += 1
            await screen.until(f'data-answered="customer:{answered["customer"]} supplier:{answered["supplier"]}"')
            await ear.fetch(f"/screen/{workshop.id}?key={workshop.key}")
        await ear.fetch(f"/p/{workshop.id}", onlooker)
        await ear.fetch(f"/p/{workshop.id}/view", onlooker)
        await voters[0].answer(1, question, id="off", dimension="moon")
        await workshop.close(question)
        await screen.until('data-scene="held"')
        await onlooker.until('data-place="closed"')
        for voter in voters:
            await voter.until('data-place="closed"')
            await voter.answer(3, question, id="late")
        for path in (f"/j/{workshop.join_token}", f"/api/v1/join/{workshop.join_token}", "/readyz"):
            await ear.fetch(path)
        await ear.fetch(f"/screen/{workshop.id}?key={workshop.key}")
        await ear.fetch(f"/p/{workshop.id}", onlooker)
    for name, line in {"screen": screen.line, "onlooker": onlooker.line}.items():
        for text in line.raw:
            ear.add(name, text)
    for number, voter in enumerate(voters):
        for text in voter.line.raw:
            ear.add(f"voter {number}", text)
    return ear.heard


async def story_of_changes(workshop: Workshop, for_theme: bool, value: str | None) -> list[str]:
    """The same story with other support and readiness: all that an onlooker and the stage get."""
    ear = Ear(workshop)
    screen, onlooker = await workshop.screen(), await workshop.phone()
    voters = [*await workshop.phones(3), *await workshop.phones(2, SUPPLIER)]
    loose, inside = await idea(workshop, "Loose"), await idea(workshop, "Inside")
    made = theme(workshop, "Plan together", inside)
    ear.names |= {loose: "LOOSE", inside: "INSIDE", made: "THEME"}
    await ask_support(workshop)
    await onlooker.until('data-place="support"')
    await screen.until("Totals come later.")
    begun = len(onlooker.line.raw), len(screen.line.raw)
    item = {"theme_id": made} if for_theme else {"idea_id": loose}
    for voter in voters:
        assert (await voter.say(type="support", on=True, **item))["type"] == "ack"
    await workshop.open("readiness")
    await onlooker.until('data-question="readiness"')
    for number, voter in enumerate(voters, 1):
        assert (await voter.say(type="ready", theme_id=made, value=value))["type"] == "ack"
        await screen.until(f'data-answered="customer:{min(number, 3)} supplier:{max(0, number - 3)}"')
    await workshop.close("readiness")
    await onlooker.until('data-place="closed"')
    await screen.until('data-scene="held"')
    for name, line, since in (("onlooker", onlooker.line, begun[0]), ("screen", screen.line, begun[1])):
        for text in line.raw[since:]:
            ear.add(name, re.sub(r'"version":\d+', '"version":0', text))
    await ear.fetch(f"/screen/{workshop.id}?key={workshop.key}")
    await ear.fetch(f"/p/{workshop.id}", onlooker)
    return ear.heard


async def test_nothing_is_heard_of_support_and_readiness_before_they_are_revealed(workshops) -> None:
    one, two = [await workshops(title="The same title") for _ in range(2)]

    first = await story_of_changes(one, for_theme=True, value="yes")
    second = await story_of_changes(two, for_theme=False, value="no")

    assert len(first) == len(second) >= 10
    for a, b in zip(first, second, strict=True):
        assert a == b


async def test_what_is_heard_before_a_reveal_is_the_same_whatever_was_chosen(workshops) -> None:
    one, two = [await workshops(title="The same title", mirror=True) for _ in range(2)]

    first = await story(one, [1, 1, 1, 1, 1, 2, 2, 2, 2, 2])
    second = await story(two, [5, None, 3, 4, "2", 1, 5, None, 5, 1])

    assert len(first) == len(second) > 60
    for a, b in zip(first, second, strict=True):
        assert a == b
