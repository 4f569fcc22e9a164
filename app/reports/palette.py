"""The light colours of the style sheet, for files: the same tokens as in app/static/css/tokens.css."""

from typing import Final

WHITE: Final = "#ffffff"
INK: Final = "#17202b"
INK_2: Final = "#444e5a"
INK_3: Final = "#5f6873"
LINE: Final = "#e2ded6"
SUNKEN: Final = "#f2f0eb"
PRIVATE: Final = "#6d2e6b"
PRIVATE_SOFT: Final = "#f7eef7"
STEP_EDGE: Final = "#918876"
STEPS: Final = ("#f0ede6", "#eae6dc", "#e3ddd1", "#dbd4c5", "#d3cab8")
SIDE: Final = {"customer": "#0b5cab", "supplier": "#ad4d06", "both": INK}
SOFT: Final = {"customer": "#e4eef8", "supplier": "#fbebdd"}


def mixed(colour: str, opacity: float) -> str:
    """A colour seen through to white, as one that covers."""
    channels = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - channel) * opacity):02x}" for channel in channels)


def share_tint(side: str, share: float) -> tuple[str, str]:
    """Ground and ink of a heat map's cell: strong from half of the group, middle from 30 %."""
    if not share:
        return SUNKEN, INK_3
    if share >= 0.5:
        return SIDE[side], WHITE
    return mixed(SIDE[side], 0.14 if share < 0.3 else 0.32), INK


def shade(step: int, steps: int) -> str:
    """The tread's colour of one step; longer and shorter stairs spread over the five."""
    return STEPS[round((step - 1) * 4 / max(steps - 1, 1))]
