"""`python -m app.locales`: bring every catalogue up to date with what is said in code and templates."""

from app.core.language import ENGLISH, LANGUAGES
from app.locales import update

for language in LANGUAGES:
    if language != ENGLISH:
        messages, waiting = update(language)
        print(f"{language}: {messages} messages, {waiting} without a translation.")  # noqa: T201
