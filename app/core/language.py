"""The language of what is being made. English stands in the code; other languages look whole sentences up in a catalogue.

``say("{name} sees step {step}.", name=…, step=…)`` is the sentence in the language that :func:`speaking` set, else as it stands.
Values go in afterwards and are never looked up, so what somebody typed stays as it is.
"""

import gettext
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, cast, get_args

from app.errors import BadInput

Language = Literal["en", "de"]
ENGLISH: Final[Language] = "en"
LANGUAGES: Final[dict[Language, str]] = {"en": "English", "de": "Deutsch"}
"""The languages of reports, each by its own name."""
TAGS: Final[dict[Language, str]] = {"en": "en-GB", "de": "de-DE"}
"""The same with the region whose spelling they follow, as files want it."""
CATALOGUES: Final = Path(__file__).parents[1] / "locales"
DOMAIN: Final = "stairstep"


@dataclass(frozen=True, slots=True)
class _Speech:
    """A language other than English: its sentences, and the mark between whole and tenth."""

    language: Language
    words: gettext.NullTranslations
    decimal: str


_now: ContextVar[_Speech | None] = ContextVar("language", default=None)


def checked_language(raw: str) -> Language:
    """The language that somebody asked for. Raises BadInput for another one."""
    if raw not in get_args(Language):
        known = " or ".join(f"{key} ({name})" for key, name in LANGUAGES.items())
        raise BadInput(f"A report’s language is {known}.", fields={"lang": " or ".join(LANGUAGES)})
    return cast("Language", raw)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say everything inside in this language. Each thread and task has its own; a process that renders sets it itself."""
    before = _now.set(None if language == ENGLISH else _speech(checked_language(language)))
    try:
        yield
    finally:
        _now.reset(before)


def spoken() -> Language:
    """The language that is spoken now."""
    now = _now.get()
    return now.language if now is not None else ENGLISH


def tag() -> str:
    """The same with its region: "en-GB"."""
    return TAGS[spoken()]


def say(message: str, /, **values: Any) -> str:
    """The message in the language that is spoken, with the values in its places."""
    now = _now.get()
    found = message if now is None or not message else now.words.gettext(message)
    return found.format(**values) if values else found


def say_as(context: str, message: str, /, **values: Any) -> str:
    """The same for words that mean several things; the context tells which, and is never shown."""
    now = _now.get()
    found = message if now is None else now.words.pgettext(context, message)
    return found.format(**values) if values else found


def say_n(one: str, many: str, n: int, /, **values: Any) -> str:
    """The same for n of something, as the language counts; ``{n}`` is the number."""
    now = _now.get()
    found = (one if n == 1 else many) if now is None else now.words.ngettext(one, many, n)
    return found.format(n=n, **values)


def to_say(message: str) -> str:
    """The message as it is: marks words for the catalogues that are said elsewhere."""
    return message


def to_say_as(_context: str, message: str) -> str:
    """The same for words that mean several things."""
    return message


def listed(texts: Sequence[str]) -> str:
    """Texts as one reads a list: "A", "A and B", "A, B and C"."""
    *others, last = texts
    return say("{several} and {last}", several=", ".join(others), last=last) if others else last


def figures(text: str) -> str:
    """A number as the language writes it, from one with a point before its tenths."""
    now = _now.get()
    return text if now is None else text.replace(".", now.decimal)


def inside(name: str) -> str:
    """A name as it stands in a sentence after another word: English writes it small, unless it is an abbreviation."""
    if spoken() != ENGLISH or name[1:2].isupper():
        return name
    return name[:1].lower() + name[1:]


@cache
def _speech(language: Language) -> _Speech:
    """A language, read and compiled when it is first asked for. Babel is large, so it is loaded then."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415
    from babel.numbers import get_decimal_symbol  # noqa: PLC0415

    with (CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        catalogue = read_po(file, locale=language, domain=DOMAIN)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return _Speech(language, gettext.GNUTranslations(compiled), get_decimal_symbol(language))
