"""The secret that forms are signed with: from the settings, or made once and kept in the data folder."""

import os
import secrets

from app.settings import Settings


def secret_key(settings: Settings) -> str:
    """At least 32 characters; the same at every start."""
    if settings.secret_key:
        return settings.secret_key
    file = settings.data_dir / "secret_key"
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    with os.fdopen(descriptor, "w") as out:
        key = secrets.token_urlsafe(48)
        out.write(key + "\n")
    return key
