"""Catalogues: whatever is marked in code and templates has its words in every language, with the same places in them."""

import ast
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog

from app.core.language import ENGLISH, LANGUAGES
from app.locales import KEYWORDS, catalogue, gathered

ROOT = Path(__file__).parents[2]
OTHERS = [language for language in LANGUAGES if language != ENGLISH]
SAYING = {"say", "say_as", "say_n"}
Key = tuple[str | None, tuple[str, ...]]


def texts(found: object) -> tuple[str, ...]:
    return tuple(map(str, found)) if isinstance(found, (list, tuple)) else (str(found),)


def keys(words: Catalog) -> set[Key]:
    return {(message.context, texts(message.id)) for message in words if message.id}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.fixture(scope="module")
def marked() -> Catalog:
    return gathered()


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_has_what_is_said_and_nothing_else(marked: Catalog, language: str) -> None:
    assert keys(catalogue(language)) == keys(marked), "`make words` brings it up to date"


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_translated_for_certain(language: str) -> None:
    words = catalogue(language)

    assert [message.id for message in words if message.id and message.fuzzy] == []
    assert [message.id for message in words if message.id and not all(texts(message.string))] == []
    for message in words:
        if isinstance(message.id, (list, tuple)):
            assert len(texts(message.string)) == words.num_plurals, message.id


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_places_of_the_original(language: str) -> None:
    for message in catalogue(language):
        for text in texts(message.string) if message.id else ():
            assert places(text) == set().union(*map(places, texts(message.id))), message.id


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_begins_and_ends_as_the_original_does(language: str) -> None:
    ends = ".:;?"
    for message in catalogue(language):
        for said, text in zip(texts(message.id), texts(message.string), strict=True) if message.id else ():
            assert text == text.strip(), said
            assert (said[-1] in ends) == (text[-1] in ends), said
            assert "'" not in text, said
            assert '"' not in text, said


def test_german_is_written_as_germans_write() -> None:
    for message in catalogue("de"):
        for text in texts(message.string) if message.id else ():
            assert text.count("„") == text.count("“"), text
            assert "”" not in text, text
            assert " -" not in text, text


def test_a_headline_starts_with_its_company_in_every_language() -> None:
    """Pages set the name apart from the rest of the sentence."""
    for language in OTHERS:
        for message in catalogue(language):
            if str(message.id).startswith(("{name} sees step", "{name} wants step", "{name} has")):
                assert str(message.string).startswith("{name} "), message.id


def said_in(path: Path) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS
    ]


def test_words_are_marked_where_they_are_gathered(marked: Catalog) -> None:
    """Words inside an f-string or put together in a call would be said, but never gathered; and keys would be gathered."""
    known = {text for _, found in keys(marked) for text in found}
    for path in sorted((ROOT / "app").rglob("*.py")):
        for call in said_in(path):
            for part in call.args:
                held = [one.value for one in ast.walk(part) if isinstance(one, ast.Constant)]
                literal = isinstance(part, ast.Constant)
                assert literal or not any(isinstance(one, str) for one in held), f"{path.name}: {ast.unparse(call)}"
                if literal and isinstance(part.value, str) and call.func.id in SAYING:  # type: ignore[attr-defined]
                    contexts = {message.context for message in marked}
                    assert part.value in known | contexts, f"{path.name}: {part.value}"
