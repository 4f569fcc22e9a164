"""What a typed text must be. Texts are kept letter for letter; nothing is normalised, nothing is taken out."""

import re
import unicodedata
from typing import Final

from app.errors import BadInput, TooLong

IDEA_AT_MOST = 280
NAME_AT_MOST = 80
TITLE_AT_MOST = 120
NOTES_AT_MOST = 4000
EVIDENCE_AT_MOST = 500
BEHAVIOUR_AT_MOST = 120
REASON_AT_MOST = 2000
WEIGHED_AT_MOST = 200


def plain_text(raw: object, *, what: str, at_most: int, lines: bool = False, optional: bool = False) -> str:
    """``raw`` without the white space around it.

    at_most: characters (Unicode code points), at least 1. lines: whether line breaks are allowed.

    Raises BadInput for something that is no text, an empty one (unless ``optional``) or one with control characters;
    TooLong over ``at_most``.
    """
    if raw is None and optional:
        return ""
    if not isinstance(raw, str):
        raise BadInput(f"{what} has to be text.")
    text = raw.replace("\r\n", "\n").strip()
    if not text and optional:
        return ""
    if not any(unicodedata.category(character)[0] not in "ZC" for character in text):
        raise BadInput(f"{what} is empty. Write something first.")
    if len(text) > at_most:
        raise TooLong(f"{what} has {len(text)} characters; {at_most} fit. Make it shorter and send it again.")
    for character in text:
        if unicodedata.category(character) in {"Cc", "Cs"} and not (lines and character == "\n"):
            raise BadInput(f"{what} holds a character that can’t be shown. Type it again without it.")
    return text


def normal_code(typed: str) -> str:
    """A typed join code as it is stored: capitals, without spaces and dashes."""
    return "".join(character for character in typed.upper() if character.isalnum())


_GIVEAWAYS: Final = (
    (re.compile(r"[\w.+-]+@[\w-]+\.\w+"), "Holds an e-mail address"),
    (re.compile(r"(?:\+|\b0)\d[\d /-]{6,}\d"), "Holds a phone number"),
    (re.compile(r"\b(?:mr|mrs|ms|dr|herr|frau)\.? [A-Z]", re.IGNORECASE), "Names a person"),
    (re.compile(r"\bas the only\b|\bI am the only\b|\bthe only one (?:who|in)\b", re.IGNORECASE), "Says who wrote it"),
)


def warning(text: str) -> str:
    """Why the facilitator should look twice before showing a text: it gives somebody away. "" where nothing is seen.

    A rough look for addresses, telephone numbers, titles before names and "as the only …" (SAFETY 1.1.8).
    """
    return next((words for pattern, words in _GIVEAWAYS if pattern.search(text)), "")
