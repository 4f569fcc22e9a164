"""Secrets are planted, then everything that a phone, a screen and the customer's cut can reach is searched for them."""

import json

from app.core.words import PRIVATE_PROMPTS
from tests.live.workshop import Workshop

NAMES = ("Zacharias Quell", "Wendeline Xanthos", "Ulrike Yvonne")
HIDDEN, WAITING, ORIGINAL, SHOWN = "idea-hidden-kx", "idea-waiting-kx", "idea-original-kx", "idea-shown-kx"
SECRETS = (*NAMES, HIDDEN, WAITING, ORIGINAL, *(text for text, _ in PRIVATE_PROMPTS))


async def test_nothing_private_reaches_phones_the_screen_or_the_customers_cut(workshops) -> None:
    workshop: Workshop = await workshops(attribution="named")
    watcher, screen = await workshop.phone("Delivery", name="Observer"), await workshop.screen()
    own = [await workshop.phone(name=name) for name in NAMES]
    seen: dict[str, str] = {}

    async def walk(when: str) -> None:
        for path in ("", "/view", "/withdraw", "/group", "/plan"):
            seen[f"{when}: phone{path}"] = (await watcher.page(path)).text
        web, key = workshop.web, workshop.key
        for path in (
            f"/screen/{workshop.id}?key={key}",
            f"/j/{workshop.join_token}",
            f"/api/v1/join/{workshop.join_token}",
        ):
            seen[f"{when}: {path}"] = (await web.get(path)).text
        for path in ("results", "export.csv", "export.json"):
            seen[f"{when}: {path}"] = (await workshop.api.get(f"/api/v1{workshop.path}/{path}?cut=customer")).text
        for path in ("report", "export.csv", "export.json"):
            seen[f"{when}: page {path}"] = (await workshop.api.get(f"{workshop.path}/{path}?cut=customer")).text

    await walk("lobby")
    await workshop.vote("current", {"Leadership": (2, 3, 3)})
    await workshop.vote("desired", {"Leadership": (4, 4, 5)})
    await walk("closed")
    await workshop.reveal()
    await walk("revealed")
    await workshop.open("change")
    await own[0].until('data-question="change"')
    for phone, text in zip(own, (HIDDEN, WAITING, ORIGINAL), strict=True):
        assert (await phone.idea(text))["type"] == "ack"
    ideas = {idea["text"]: idea["id"] for idea in (await workshop.do("GET /ideas"))["items"]}
    await workshop.do(f"PATCH /ideas/{ideas[HIDDEN]}", {"status": "shown"})
    await screen.until(HIDDEN)
    told = len(screen.line.raw)
    await workshop.do(f"PATCH /ideas/{ideas[HIDDEN]}", {"status": "hidden"})
    await workshop.do(f"PATCH /ideas/{ideas[ORIGINAL]}", {"text": SHOWN, "status": "shown"})
    await screen.until(SHOWN)
    await walk("ideas")
    await workshop.command("prompt.2")
    await screen.until('data-scene="prompt"')
    await workshop.do("POST /close")
    await watcher.until('data-place="ended"')
    await walk("ended")
    for number, text in enumerate(watcher.line.raw):
        seen[f"frame {number} of a phone"] = text
    for number, text in enumerate(screen.line.raw):
        if HIDDEN not in text or number >= told:
            seen[f"frame {number} of the screen"] = text

    assert len(seen) > 60
    for where, text in seen.items():
        for secret in SECRETS:
            assert secret not in text, f"{secret} in {where}"
            assert json.dumps(secret)[1:-1] not in text, f"{secret} in {where}"
    assert any(SHOWN in text for text in seen.values()), "the search would have found what is there"
    private = (await workshop.api.get(f"/api/v1{workshop.path}/results")).text
    assert all(name in private for name in NAMES)


async def test_a_phone_is_sent_its_own_words_alone(workshop: Workshop) -> None:
    ana, ben = await workshop.phones(2)
    await workshop.open("change")
    await ana.until('data-question="change"')
    await ben.until('data-question="change"')

    await ana.idea("what ana wrote")
    tab = await ben.connect()

    assert not any("what ana wrote" in text for line in (ben.line, tab) for text in line.raw)
    assert "what ana wrote" not in (await ben.page()).text
    assert "what ana wrote" in (await ana.page()).text


async def test_the_log_holds_nothing_that_people_said_or_that_opens_doors(workshops) -> None:
    workshop: Workshop = await workshops(attribution="named")
    phone = await workshop.phone(name="Loghilde Protokoll")
    await workshop.open("change")
    await phone.until('data-question="change"')
    await phone.idea("words-for-the-log")
    await phone.line.send('{"type":"idea","id":"\\ud800","text":"words-for-the-log"}')
    await phone.idea("after it")

    log = workshop.server.log.read_text()

    for secret in (phone.token, workshop.join_token, workshop.key, workshop.session["code"], workshop.api.token or "?",
                   "Loghilde", "words-for-the-log", "inga@halden.example"):  # fmt: skip
        assert secret not in log
