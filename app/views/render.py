"""Turns views into HTML: one Jinja environment for pages and for pushed regions alike."""

from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.meta import find_referenced_templates
from markupsafe import Markup

from app.core.language import listed, say, say_n, spoken
from app.core.proof import method_words, two_decimals
from app.core.sentences import moves, one_decimal, signed
from app.store.days import date_words
from app.store.ids import now_ms

TEMPLATES = Path(__file__).parents[1] / "templates"


def number(value: float) -> str:
    """A number with at most one decimal and no trailing zero, as SVG attributes want it: 12, 12.5."""
    return f"{value:.1f}".removesuffix(".0")


def spaced_code(code: str) -> str:
    """A join code as people read it: two halves with a thin gap, "K7M 4QX"."""
    middle = len(code) // 2
    return f"{code[:middle]}\N{NO-BREAK SPACE}{code[middle:]}"


_NARROW, _WIDE = frozenset("iljtfrI.,:;'!|()[]- "), frozenset("mwMW@%")


def width_of(text: str) -> int:
    """About how wide a text is, in hundredths of an em."""
    return sum(map(_width, text))


@lru_cache(maxsize=4096)
def _width(letter: str) -> int:
    if letter in _NARROW:
        return 30
    if letter in _WIDE:
        return 90
    if "A" <= letter <= "Z":
        return 68
    return 57 if letter < "\u1100" or "\u2000" <= letter <= "\u206f" else 102


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
    env.filters.update(n=number, signed=signed, one_decimal=one_decimal, two_decimals=two_decimals)
    env.filters.update(code=spaced_code, day=date_words)
    env.globals.update(say=say, say_n=say_n, listed=listed, spoken=spoken)
    env.globals.update(method_words=method_words, moves=moves, width_of=width_of)
    env.globals.update(stair_picture=stair_picture, now_ms=now_ms)
    return env


def render(template: str, **names: Any) -> str:
    """The HTML of one template or fragment."""
    return environment().get_template(template).render(**names)


def macro(template: str, name: str) -> Callable[..., str]:
    """A macro of a template, to draw many small things without a new context for each."""
    found: Callable[..., str] = getattr(environment().get_template(template).module, name)
    return found


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


@lru_cache(maxsize=4096)
def idea_card(session_id: str, idea: object) -> Markup:
    """An idea as the console shows it. With hundreds of them only what changed is drawn anew. idea: hashable."""
    return Markup(macro("console/idea.html", "idea_card")(session_id, idea))  # noqa: S704  our own fragment


@lru_cache(maxsize=256)
def stair_picture(steps: tuple[str, ...], blurbs: tuple[tuple[str, ...], ...]) -> Markup:
    """The empty stair, wide and upright. It is the same at every look while a question is open, so it is drawn once."""
    return Markup(render("screen/stair.html", steps=steps, blurbs=blurbs))  # noqa: S704  our own fragment
