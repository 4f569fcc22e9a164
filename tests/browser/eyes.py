"""Looks at a page for what keeps somebody from using it."""

import json
from typing import Any

from playwright.async_api import Page

from tests.browser.steps import sideways

LEVELS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
"""What a page can get wrong in one scheme alone: both have the same document."""
NARROW = {"width": 320, "height": 640}


class Eyes:
    """Looks at a page in light and dark, and at 320 px; keeps what is wrong, so that one run tells all of it."""

    def __init__(self, axe: str) -> None:
        self._axe, self.wrong = axe, []

    async def look(
        self, page: Page, name: str, *, narrow: bool = True, schemes: tuple[str, ...] = ("light", "dark")
    ) -> None:
        await page.wait_for_load_state()  # what is asked for is seen before its styles are there
        for place, scheme in enumerate(schemes):
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            if not await page.evaluate("'axe' in window"):
                await page.evaluate(f"() => {{ {self._axe}; window.axe = axe; }}")
            rules = COLOURS if place else LEVELS
            found = await page.evaluate(
                "rules => axe.run({runOnly: rules, resultTypes: ['violations'], preload: false})", rules
            )
            self.wrong += [f"{name}, {scheme}: {_words(one)}" for one in found["violations"]]
        if narrow:
            size = page.viewport_size
            await page.set_viewport_size(NARROW)
            over = await sideways(page)
            if over > 0:
                self.wrong.append(f"{name}: {over} px to scroll sideways at 320 px")
            assert size is not None
            await page.set_viewport_size(size)


def _words(violation: dict[str, Any]) -> str:
    nodes = [node["target"] + [node.get("failureSummary", "")] for node in violation["nodes"][:3]]
    return f"{violation['id']}: {json.dumps(nodes)}"
