"""Addresses that people open: built from the base URL, which `main.py` sets once at the start."""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

import segno

from app.store.tables import LiveSession


@dataclass(slots=True)
class _Base:
    url: str = "http://localhost:8000"


_BASE = _Base()


def set_base_url(url: str) -> None:
    """Say which address goes into links and QR codes, such as https://stair.example."""
    _BASE.url = url.rstrip("/")


def base_url() -> str:
    """The address that links start with."""
    return _BASE.url


def join_host() -> str:
    """The address as people type it: without the scheme."""
    return urlsplit(_BASE.url).netloc


def join_url(session: LiveSession) -> str:
    """Where the QR code leads; carries the token, never the code."""
    return f"{_BASE.url}/j/{session.join_token}"


def screen_url(session: LiveSession) -> str:
    """Where the big screen is; whoever has the address may look."""
    return f"{_BASE.url}/screen/{session.id}?key={session.screen_key}"


@lru_cache(maxsize=512)
def qr_path(url: str) -> tuple[str, int]:
    """A QR code as an SVG path of unit squares, and its width in squares, without a quiet zone."""
    code = segno.make(url, error="m", micro=False)
    rows = [bytes(row) for row in code.matrix]
    parts = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            if row[x]:
                start = x
                while x < len(row) and row[x]:
                    x += 1
                parts.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
            else:
                x += 1
    return "".join(parts), len(rows)
