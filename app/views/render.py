"""Turns views into HTML: one Jinja environment for pages and for pushed regions alike."""

from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.meta import find_referenced_templates
from markupsafe import Markup

from app.core.sentences import moves, one_decimal, signed
from app.views.days import day_words

TEMPLATES = Path(__file__).parents[1] / "templates"


def number(value: float) -> str:
    """A number with at most one decimal and no trailing zero, as SVG attributes want it: 12, 12.5."""
    return f"{value:.1f}".removesuffix(".0")


def spaced_code(code: str) -> str:
    """A join code as people read it: two halves with a thin gap, "K7M 4QX"."""
    middle = len(code) // 2
    return f"{code[:middle]}\N{NO-BREAK SPACE}{code[middle:]}"


@cache
def environment() -> Environment:
    """The environment: autoescaping always on, unknown names are errors."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # a server goes on with the templates it started with
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(n=number, signed=signed, one_decimal=one_decimal, code=spaced_code, day=day_words)
    env.globals.update(moves=moves, stair_picture=stair_picture)
    return env


def render(template: str, **names: Any) -> str:
    """The HTML of one template or fragment."""
    return environment().get_template(template).render(**names)


FIRST_NEEDED = ("phone/page.html", "join/group.html", "screen/page.html", "console/page.html", "report/page.html")


def warm() -> None:
    """Compile the pages that a room needs first, with all they include, so that nobody waits for it."""
    wanted, seen = list(FIRST_NEEDED), set[str]()
    while wanted:
        name = wanted.pop()
        if name not in seen:
            seen.add(name)
            environment().get_template(name)
            source = (TEMPLATES / name).read_text()
            wanted += [other for other in find_referenced_templates(environment().parse(source)) if other]


@lru_cache(maxsize=256)
def stair_picture(steps: tuple[str, ...], blurbs: tuple[tuple[str, ...], ...]) -> Markup:
    """The empty stair, wide and upright. It is the same at every look while a question is open, so it is drawn once."""
    return Markup(render("screen/stair.html", steps=steps, blurbs=blurbs))  # noqa: S704  our own fragment
