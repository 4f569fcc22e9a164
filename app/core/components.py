"""The five parts of the Customer Gyroscope, into which themes are sorted."""

from typing import Final

COMPONENTS: Final[dict[str, str]] = {
    "axis": "Customer at the centre",
    "frame": "Strategy and structure",
    "gimbal": "Tools and processes",
    "rotor": "Day-to-day actions",
    "handle": "Leaders’ energy",
}
"""Each part and what it is about, in the order in which people read them."""
