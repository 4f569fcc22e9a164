"""Ideas and themes as the tests of them make and read them."""

from typing import Any

from tests.live.workshop import Web, Workshop


async def an_idea(workshop: Workshop, text: str, who: str = "both", status: str = "shown") -> str:
    body = {"text": text, "who": who, "side": "customer", "status": status}
    return str((await workshop.do("POST /ideas", body, status=201))["id"])


async def ideas(workshop: Workshop, count: int, who: str = "both") -> list[str]:
    return [await an_idea(workshop, f"idea {number}", who) for number in range(count)]


async def a_theme(workshop: Workshop, name: str = "Plans", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = await workshop.do("POST /themes", {"name": name, **more}, status=201)
    return made


async def themes(workshop: Workshop) -> dict[str, dict[str, Any]]:
    return {theme["name"]: theme for theme in (await workshop.do("GET /themes"))["items"]}


async def inside(workshop: Workshop, name: str) -> set[str]:
    return set((await themes(workshop))[name]["idea_ids"])


async def undo(workshop: Workshop, web: Web | None = None) -> str:
    return str((await (web or workshop.api)(f"POST {workshop.path}/themes/undo"))["said"])
