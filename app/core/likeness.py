"""Which short texts look alike, by their words and letters alone. A suggestion to look at, never a decision."""

from collections.abc import Sequence
from typing import Final

from rapidfuzz import fuzz, process, utils

ALIKE: Final = 70.0
"""From this likeness on (0 to 100, rapidfuzz's token_set_ratio) two texts look alike; chosen by trying on real ideas."""
LARGEST: Final = 6
"""A larger heap is hard to judge at a glance."""


def alike_groups(texts: Sequence[str], *, at_most: int) -> list[tuple[int, ...]]:
    """Up to ``at_most`` groups of texts that look alike, the largest first, as indexes into ``texts`` in order.

    Everything in a group looks like one text of it, and no text is in two groups. Groups have 2 to 6 texts.
    """
    likes = _likes([utils.default_process(text) for text in texts])
    groups: list[tuple[int, ...]] = []
    while len(groups) < at_most:
        middle = max(likes, key=lambda index: (len(likes[index]), -index), default=None)
        if middle is None or not likes[middle]:
            break
        nearest = sorted(likes[middle], key=lambda index: (-likes[middle][index], index))[: LARGEST - 1]
        group = tuple(sorted([middle, *nearest]))
        groups.append(group)
        for index in group:
            for other in likes.pop(index):
                likes.get(other, {}).pop(index, None)
    return groups


def _likes(texts: Sequence[str]) -> dict[int, dict[int, float]]:
    """For each text the others that look like it, with their likeness. Texts without a letter are like nothing."""
    likes: dict[int, dict[int, float]] = {index: {} for index in range(len(texts))}
    for index, text in enumerate(texts):
        later = texts[index + 1 :]
        if not text:
            continue
        found = process.extract(text, later, scorer=fuzz.token_set_ratio, score_cutoff=ALIKE, limit=None)
        for _, likeness, offset in found:
            likes[index][index + 1 + offset] = likes[index + 1 + offset][index] = likeness
    return likes
