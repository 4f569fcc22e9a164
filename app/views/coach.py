"""How a meeting goes with a template, on one sheet for whoever runs it."""

from dataclasses import dataclass
from typing import Final

from app.core.scales import Template
from app.core.session_templates import SHIPPED
from app.errors import NotFound


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the meeting: how long, what, and how."""

    minutes: int
    what: str
    how: str


HOUR: Final = (
    Part(
        5,
        "Open the lobby",
        "Say why you are here, what is kept of an answer, and that nothing is shown for fewer than 3.",
    ),
    Part(10, "Ask today, then wanted", "Ask for silence. Nobody talks about steps until both have closed."),
    Part(15, "Reveal slowly", "Headline, people, groups. Ask: “What makes it feel like this step? One example.”"),
    Part(15, "What would have to change", "First alone on the phone, then themes, then support for up to three."),
    Part(10, "Commit", "One give and one take in each row. A name and a date for each."),
    Part(5, "Close", "Everybody has the list on their phone. Say when you meet again."),
)


def shipped(key: str) -> Template:
    """A template that everybody may choose. Raises NotFound."""
    if key not in SHIPPED:
        raise NotFound("This template does not exist.")
    return SHIPPED[key]
