"""What must stay hidden (METHOD 8): which rows are shown, on which base, and when again.

Decides from numbers of people only; the pictures themselves are made in ``release``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final, Literal

Base = Literal["both", "pairs_only", "answers_only"]

SMALLEST_K: Final = 3
FEWEST_GROUPS: Final = 2
STRICTNESS: Final[tuple[Base, ...]] = ("both", "pairs_only", "answers_only")


@dataclass(frozen=True, slots=True)
class Partition:
    """How one side is shown: groups alone, groups joined as "Other groups", groups without answers.

    ``shown`` and ``pooled`` both empty with ``total_shown``: the side's total alone. Without
    ``total_shown`` nothing of the side is shown, and no group is named.
    """

    shown: tuple[str, ...] = ()
    pooled: tuple[str, ...] = ()
    no_answers: tuple[str, ...] = ()
    total_shown: bool = False

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The groups of each row: one group alone, or the joined ones; the joined row last."""
        return tuple((group,) for group in self.shown) + ((self.pooled,) if self.pooled else ())


HIDDEN: Final = Partition()
TOTAL_ONLY: Final = Partition(total_shown=True)


def partition_side(
    sizes: Mapping[str, int],
    *,
    k: int,
    open_side: bool = False,
    join: frozenset[str] = frozenset(),
    answered: Mapping[str, bool] | None = None,
    total: int | None = None,
) -> Partition:
    """The rows of one side (METHOD 8.1).

    sizes: answers of each group, in the order in which groups are listed; where several pictures
        come out together, the smallest of the group's numbers over them.
    open_side: everybody of this small side agreed to be shown: its total appears, no rows.
    join: groups to put into "Other groups" though they are large enough.
    answered: whether a group gave any answer at all; by default whether its size is above 0.
    total: the side's answers; by default the sum of the sizes.

    Groups with a size of 0 that did answer something are hidden but give no cover: "Other groups"
    always has at least two groups and k answers in every picture.
    """
    n = sum(sizes.values()) if total is None else total
    if n < (1 if open_side else k):
        return HIDDEN
    gave = {group: size > 0 for group, size in sizes.items()} if answered is None else answered
    taking_part = [group for group in sizes if gave.get(group, False)]
    silent = tuple(group for group in sizes if group not in taking_part)
    if open_side:
        return TOTAL_ONLY
    joined = {group for group in taking_part if sizes[group] < k or group in join}
    while joined and not _covers(joined, sizes, k):
        left = [group for group in taking_part if group not in joined]
        if not left:
            break
        joined.add(min(left, key=lambda group: sizes[group]))
    shown = tuple(group for group in taking_part if group not in joined)
    pooled = tuple(group for group in taking_part if group in joined) if shown else ()
    return Partition(shown, pooled, silent, total_shown=True)


def _covers(joined: Iterable[str], sizes: Mapping[str, int], k: int) -> bool:
    counted = [sizes[group] for group in joined if sizes[group] > 0]
    return len(counted) >= FEWEST_GROUPS and sum(counted) >= k


def coarser(
    sizes: Mapping[str, int],
    earlier: Partition,
    *,
    k: int,
    join: frozenset[str] = frozenset(),
    answered: Mapping[str, bool] | None = None,
    total: int | None = None,
) -> Partition:
    """The rows of a later reveal: those of ``earlier`` or coarser, never finer (METHOD 8.1).

    Groups that were joined stay joined; a side that had no rows, or was not shown, gets its total
    at most. The other arguments are those of :func:`partition_side`.
    """
    now = partition_side(sizes, k=k, join=join | {*earlier.pooled}, answered=answered, total=total)
    if not now.total_shown or not (earlier.shown or earlier.pooled):
        return TOTAL_ONLY if now.total_shown else HIDDEN
    if not now.pooled:
        return now
    # A group joined before that is silent now stays in the joined row: naming it would be finer.
    pooled = tuple(group for group in sizes if group in {*now.pooled, *earlier.pooled})
    silent = tuple(group for group in now.no_answers if group not in pooled)
    return Partition(now.shown, pooled, silent, total_shown=True)


def base_rule(n_answers: int, n_pairs: int, k: int) -> Base:
    """On whom a picture and the paired picture may stand (METHOD 8.2).

    "answers_only" below k pairs: no gap. "pairs_only" where 1 to k - 1 people would be left over:
    both on complete pairs. Else "both".
    """
    if n_pairs < k:
        return "answers_only"
    return "pairs_only" if 0 < n_answers - n_pairs < k else "both"


def strictest(outcomes: Iterable[Base]) -> Base:
    """The one that holds for the whole side; "both" where there are none."""
    return max(outcomes, key=STRICTNESS.index, default="both")


def people_apart(a_counts: Sequence[int], b_counts: Sequence[int]) -> int:
    """The fewest people by whom two pictures of nearly the same people can differ.

    For one set of people inside the other, that is how many are left over.
    """
    pairs = list(zip_longest(a_counts, b_counts, fillvalue=0))
    return max(sum(max(a - b, 0) for a, b in pairs), sum(max(b - a, 0) for a, b in pairs))


def separable(a_counts: Sequence[int], b_counts: Sequence[int], k: int) -> bool:
    """Whether both pictures may be public: they are equal, or at least k people lie between."""
    return not 0 < people_apart(a_counts, b_counts) < k


def first_snapshot_allowed(n_answers: int, k: int) -> bool:
    """Whether a question that was never shown may be shown for a side (METHOD 8.3)."""
    return n_answers >= k


def may_republish(changed_by_row: Iterable[int], k: int, *, elsewhere: int = 0) -> bool:
    """Whether a new picture may replace a published one (METHOD 8.3).

    changed_by_row: answers added, changed or withdrawn since, for each row (see
        ``release.changed_by_row``), one dimension at a time.
    elsewhere: changes on sides that are not shown: they allow a new picture, and never forbid it.
    """
    changes = list(changed_by_row)
    return any([*changes, elsewhere]) and all(not one or one >= k for one in changes)
