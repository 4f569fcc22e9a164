"""Gathers what is said in code and templates for the catalogues, a folder for each language. Needed where words change, not to run."""

import io
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from app.core.language import CATALOGUES, DOMAIN

APP: Final = Path(__file__).parents[1]
KEYWORDS: Final[dict[str, Any]] = {
    "say": None,
    "say_as": ((1, "c"), 2),
    "say_n": (1, 2),
    "to_say": None,
    "to_say_as": ((1, "c"), 2),
}
"""The functions of `core/language.py` and which of their arguments are words; "c" is the context."""
KINDS: Final = [("**.py", "python"), ("**.html", "jinja2")]
WIDTH: Final = 100


def gathered() -> Catalog:
    """Every message that is marked, without a translation."""
    found = Catalog(domain=DOMAIN)
    options = {"**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
    for name, _, message, _, context in extract_from_dir(APP, KINDS, options, KEYWORDS):
        found.add(message, locations=[(f"app/{name}", 0)], context=context)
    return found


def catalogue(language: str) -> Catalog:
    """The catalogue of a language as it is written."""
    with _file(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def update(language: str) -> tuple[int, int]:
    """Bring a catalogue up to date; what comes back is how many messages it has, and how many wait for a translation.

    New messages come without one. What is said nowhere any more is dropped. The head of the file stays as it is written.
    """
    words, path = catalogue(language), _file(language)
    head = path.read_text().partition("\n\n")[0]
    words.update(gathered(), no_fuzzy_matching=True)
    body = io.BytesIO()
    write_po(body, words, width=WIDTH, ignore_obsolete=True, include_lineno=False, omit_header=True)
    path.write_text(f"{head}\n\n{body.getvalue().decode().strip()}\n")
    waiting = sum(not all(_texts(message.string)) for message in words if message.id)
    return len(words), waiting


def _texts(string: Any) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (string,)


def _file(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.po"
