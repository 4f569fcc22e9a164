"""A report's page as a link keeps it: in every language, as it was when the link was made."""

import zlib
from collections.abc import Mapping

from app.core.language import ENGLISH, LANGUAGES, Language


def frozen(pages: Mapping[Language, str]) -> bytes:
    """The pages, compressed one after the other in the order of LANGUAGES, so that they are kept and dropped as one.

    Whoever unpacks only what comes first, as releases before languages do, has the English page.
    """
    return b"".join(zlib.compress(pages[language].encode()) for language in LANGUAGES)


def page_of(page: bytes, language: Language) -> bytes:
    """The page in a language; in English where it was kept before there were others."""
    found: dict[Language, bytes] = {}
    for one in LANGUAGES:
        if not page:
            break
        unpacking = zlib.decompressobj()
        found[one] = unpacking.decompress(page)
        page = unpacking.unused_data
    return found.get(language, found[ENGLISH])
