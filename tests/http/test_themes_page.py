"""The page of themes: sorting without scripts, what is offered back, what is said."""

import re
from typing import Any

from tests.http.sorted_ideas import a_theme, an_idea, ideas, inside, themes
from tests.live.workshop import SUPPLIER, Web, Workshop


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found.group(1)


async def test_the_page_sorts_without_scripts(workshop: Workshop, browser: Web) -> None:
    one, two = await ideas(workshop, 2)
    at = f"{workshop.path}/themes"
    csrf = await browser.csrf(at)

    sent = await browser.post(f"{at}/sort", csrf=csrf, idea=[one, two], do="new", name="Plans")
    assert (sent.status_code, sent.headers["location"]) == (303, at)
    assert await inside(workshop, "Plans") == {one, two}
    page = (await browser.get(at)).text
    assert "New theme “Plans” with 2 ideas." in page
    assert "2 ideas. 2 in 1 theme, 0 to sort." in page
    await browser.post(f"{at}/sort", csrf=csrf, idea=[one], do="move", to="")
    assert await inside(workshop, "Plans") == {two}
    await browser.post(f"{at}/undo", csrf=csrf)
    assert await inside(workshop, "Plans") == {one, two}
    theme = (await themes(workshop))["Plans"]["id"]
    seen = {f"seen-{theme}": field(page, f"seen-{theme}"), f"before-{theme}": "Plans"}
    fields = {f"name-{theme}": "Share plans", f"part-{theme}": "axis", f"who-{theme}": "customer"}
    await browser.post(f"{at}/{theme}/change", csrf=csrf, do="save", **seen, **fields)
    found = (await themes(workshop))["Share plans"]
    assert (found["component"], found["who"], found["who_chosen"]) == ("axis", "customer", True)
    await browser.post(f"{at}/show", csrf=csrf, do="all")
    assert (await workshop.do("GET "))["stage"]["scene"] == "themes"
    await browser.post(f"{at}/{theme}/change", csrf=csrf, do="hide")
    await browser.post(f"{at}/{theme}/remove", csrf=csrf)
    assert await themes(workshop) == {}


async def test_a_name_changed_at_the_same_time_is_offered_back(workshop: Workshop, browser: Web, owner: Web) -> None:
    theme = await a_theme(workshop, "Plans")
    at, csrf = f"{workshop.path}/themes", await browser.csrf(f"{workshop.path}/themes")
    page = (await browser.get(at)).text
    await owner(f"PATCH {workshop.path}/themes/{theme['id']}", {"name": "Olga’s <words>"})
    seen = {name: field(page, name) for name in (f"seen-{theme['id']}", f"before-{theme['id']}")}
    mine = {**seen, f"name-{theme['id']}": "My words"}

    answer = await browser.post(f"{at}/{theme['id']}/change", csrf=csrf, do="save", **mine)

    assert answer.status_code == 409
    assert "Olga Owner changed this at the same time. Keep their words or use yours." in answer.text
    assert "Olga’s &lt;words&gt;" in answer.text
    assert field(answer.text, "mine") == "My words"
    again = {name: field(answer.text, name) for name in ("mine", "mine_revision")}
    await browser.post(f"{at}/{theme['id']}/change", csrf=csrf, do="mine", **again)
    assert list(await themes(workshop)) == ["My words"]


async def test_what_goes_wrong_on_the_page_is_said(workshop: Workshop, browser: Web) -> None:
    at, csrf = f"{workshop.path}/themes", await browser.csrf(f"{workshop.path}/themes")
    (one,) = await ideas(workshop, 1)
    theme = await a_theme(workshop, "Gone", idea_ids=[one])
    await workshop.do(f"DELETE /themes/{theme['id']}")

    async def said(path: str, **fields: Any) -> str:
        answer = await browser.post(f"{at}{path}", csrf=csrf, **fields)
        return answer.text if answer.status_code != 303 else (await browser.get(at)).text

    assert "Select an idea first" in await said("/sort", do="move", to="")
    assert "The theme’s name is empty" in await said("/sort", do="new", name=" ", idea=[one])
    assert "Choose at least two themes" in await said("/sort", do="join", chosen=["x"])
    assert "does not exist any more" in await said(f"/{theme['id']}/remove")
    assert "Nothing was changed" in await said("/sort", do="enter")
    assert (await browser.post(f"{at}/sort", csrf=csrf, do="fly")).status_code == 404
    removed = await said("/sort", idea=[one], theme=theme["id"])
    assert removed.count("1 to sort.") == 1


async def test_the_sentence_for_a_theme_removed_while_ideas_were_moved(workshop: Workshop, browser: Web) -> None:
    at, csrf = f"{workshop.path}/themes", await browser.csrf(f"{workshop.path}/themes")
    one, two = await ideas(workshop, 2)
    other, gone = await a_theme(workshop, "Other", idea_ids=[one, two]), await a_theme(workshop, "Gone")
    await workshop.do(f"DELETE /themes/{gone['id']}")

    headers = {"hx-request": "true", "x-csrf-token": csrf}
    answer = await browser.client.post(f"{at}/sort", data={"idea": [one, two], "theme": gone["id"]}, headers=headers)

    assert "The theme was removed while you moved 2 ideas. They are back under To sort." in answer.text
    assert (await themes(workshop))["Other"]["idea_ids"] == []
    assert other["id"]


async def test_ideas_that_look_alike_are_suggested_and_nothing_is_grouped(workshop: Workshop, browser: Web) -> None:
    for text in ("Warn us before a delay, not after it.", "Pay for ideas", "Warn us before each delay <b>early</b>"):
        await an_idea(workshop, text)

    page = (await browser.get(f"{workshop.path}/themes/alike")).text

    assert "These 2 look alike" in page
    assert "&lt;b&gt;early&lt;/b&gt;" in page
    assert all(idea["theme_id"] is None for idea in (await workshop.do("GET /ideas"))["items"])


async def test_the_agenda_leads_to_themes_once_ideas_were_asked_for(workshop: Workshop, browser: Web) -> None:
    link = f'href="{workshop.path}/themes"'
    assert link not in (await browser.get(workshop.path)).text

    await workshop.open("change")

    assert link in (await browser.get(workshop.path)).text


async def test_the_label_of_an_idea_obeys_the_text_rule_on_the_board(workshop: Workshop, browser: Web) -> None:
    await workshop.open("change")
    for number in range(3):
        phone = await workshop.phone()
        await phone.until('data-question="change"')
        await phone.idea(f"idea {number}")
    lone = await workshop.phone(SUPPLIER)
    await lone.until('data-question="change"')
    await lone.idea("alone")

    page = (await browser.get(f"{workshop.path}/themes")).text

    assert page.count("from Northfield") == 3
    assert "from Halden" not in page
