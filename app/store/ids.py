"""Random names for rows, tokens and codes. Nothing here tells the order in which things were made."""

import base64
import hashlib
import secrets
import time

CODE_SYMBOLS = "ABCDEFGHJKMNPQRTUVWXYZ23456789"
"""30 symbols that people don't mix up when they read them aloud or from a wall: no I, L, O, S, 0 or 1."""


def new_id() -> str:
    """A random row name: 20 letters and digits, 96 bits."""
    return base64.b32encode(secrets.token_bytes(12)).decode().rstrip("=").lower()


def new_token() -> str:
    """A secret to hand out once: 32 URL-safe characters, 192 bits."""
    return secrets.token_urlsafe(24)


def token_hash(token: str) -> str:
    """What is stored of a token: 64 hexadecimal digits. Tokens are random, so a plain hash holds."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_code(length: int) -> str:
    """A join code to type, of ``length`` symbols from CODE_SYMBOLS."""
    return "".join(secrets.choice(CODE_SYMBOLS) for _ in range(length))


def now_ms() -> int:
    """The time, in milliseconds since 1970, UTC. Times are stored like this everywhere."""
    return time.time_ns() // 1_000_000
