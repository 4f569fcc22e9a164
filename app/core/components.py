"""The five parts of the Customer Gyroscope, into which themes are sorted."""

from typing import Final

from app.core.language import say, to_say

COMPONENTS: Final[dict[str, str]] = {
    "axis": to_say("Customer at the centre"),
    "frame": to_say("Strategy and structure"),
    "gimbal": to_say("Tools and processes"),
    "rotor": to_say("Day-to-day actions"),
    "handle": to_say("Leaders’ energy"),
}
"""Each part and what it is about, in the order in which people read them."""


def part_words(component: str) -> str:
    """A part in words; "" for none."""
    part = COMPONENTS.get(component)
    return say(part) if part else ""
