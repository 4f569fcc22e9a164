"""What the sample workspace's account team decided on some of its accounts. Data, no database."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """A decision taken ``days_ago``. ``review_in``: days from today until it is looked at again, 0 for none."""

    days_ago: int
    choice: str
    step: int | None
    reason: str
    review_in: int = 0


CHOICES: Mapping[str, Choice] = {
    "Alder Health Group": Choice(12, "invest", 4, "Every region asks for it, and the north shows that it works.", 160),
    "Brightwater Utilities": Choice(66, "stay", None, "The contract is new. Keep what was promised first.", 95),
    "Corvane Rail": Choice(30, "invest", 5, "Both leaders want it, and share their plans already.", 11),
}
"""By account; the others have none yet."""
