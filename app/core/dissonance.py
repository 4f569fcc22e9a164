"""Whether a difference between two groups is worth saying (METHOD 6 plain_gap, and 7).

Works on counts per step that may already be shown. Thresholds are compared as exact fractions.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from math import ceil, comb, erfc, factorial, floor, lcm, prod, sqrt
from random import Random
from typing import Final, Literal

from app.core.measures import Counts, exact_cliffs_delta, exact_emd_steps, exact_median

Flag = Literal["too_few", "none", "clear", "ask", "shape"]
Direction = Literal["below", "above", "same", "mixed"]

FEWEST: Final = 3
MEDIUM: Final = Fraction(33, 100)
LARGE: Final = Fraction(474, 1000)
STILL_APART: Final = Fraction(3, 4)
RARE: Final = Fraction(1, 10)
EXACT_UP_TO: Final = 60
ENUMERATE_UP_TO: Final = 20_000
RANDOM_DEALS: Final = 9_999


@dataclass(frozen=True, slots=True)
class PlainGap:
    """What one sentence can say: ``count`` of ``of`` people stand ``steps`` or more steps off.

    ``steps`` and ``count`` are None for "same" and "mixed".
    """

    direction: Direction
    steps: int | None
    count: int | None
    of: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two compared rows; ``cliffs_delta`` is positive where ``a`` answers higher."""

    a: str
    b: str
    emd_steps: float
    cliffs_delta: float
    flag: Flag


@dataclass(frozen=True, slots=True)
class GatedFlags:
    """The gate's p (None with fewer than 3 rows) and a flag for every pair of row numbers."""

    omnibus_p: float | None
    flags: Mapping[tuple[int, int], Flag]


def plain_gap(group_counts: Counts, reference_counts: Counts) -> PlainGap | None:
    """Where most of a group stands, seen from the reference's median; None if either is empty.

    The largest number of steps that more than half of the group is below or above (METHOD 6).
    """
    middle, n = exact_median(reference_counts), sum(group_counts)
    if middle is None or not n:
        return None
    low, high = floor(middle), ceil(middle)
    for distance in range(len(group_counts), 0, -1):
        below = sum(group_counts[: max(0, low - distance)])
        above = sum(group_counts[high + distance - 1 :])
        if 2 * below > n:
            return PlainGap("below", distance, below, n)
        if 2 * above > n:
            return PlainGap("above", distance, above, n)
    same = 2 * sum(group_counts[low - 1 : high]) > n
    return PlainGap("same" if same else "mixed", None, None, n)


def permutation_p(a_counts: Counts, b_counts: Counts) -> float | None:
    """Share of all deals of the pooled answers whose |delta| is at least the observed one, 0 to 1.

    None where either group has fewer than 2 answers. Exact up to 60 answers together, above that
    the tie-corrected normal approximation with continuity correction. Source: METHOD 7.2.
    """
    a, b = tuple(a_counts), tuple(b_counts)
    if min(sum(a), sum(b)) < 2:  # one answer cannot be dealt meaningfully
        return None
    # Swapping the groups changes nothing, and the smaller one needs the smaller table.
    return _permutation_p(*sorted((a, b), key=lambda counts: (sum(counts), counts)))


@lru_cache(maxsize=4096)
def _permutation_p(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    m, n = sum(a), sum(b)
    if m + n > EXACT_UP_TO:
        return _normal_p(a, b)
    pooled = [x + y for x, y in zip(a, b, strict=True)]
    ranks = _doubled_ranks(pooled)
    expected = m * (m + n + 1)
    observed = abs(sum(x * r for x, r in zip(a, ranks, strict=True)) - expected)
    ways: list[dict[int, int]] = [{0: 1}, *({} for _ in range(m))]
    for together, rank in zip(pooled, ranks, strict=True):
        if not together:
            continue
        step: list[dict[int, int]] = [{} for _ in range(m + 1)]
        for dealt, sums in enumerate(ways):
            for more in range(min(together, m - dealt) + 1):
                times, shift, target = comb(together, more), more * rank, step[dealt + more]
                for rank_sum, count in sums.items():
                    key = rank_sum + shift
                    target[key] = target.get(key, 0) + count * times
        ways = step
    far = sum(count for total, count in ways[m].items() if abs(total - expected) >= observed)
    return far / comb(m + n, m)


def _normal_p(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    m, n = sum(a), sum(b)
    delta = exact_cliffs_delta(a, b) or Fraction(0)
    size = m + n
    ties = Fraction(sum((x + y) ** 3 - (x + y) for x, y in zip(a, b, strict=True)), size * (size - 1))
    variance = Fraction(m * n, 12) * (size + 1 - ties)
    if variance <= 0:
        return 1.0
    z = (abs(delta) * m * n / 2 - Fraction(1, 2)) / Fraction(sqrt(variance))
    return min(1.0, erfc(float(z) / sqrt(2)))


def _doubled_ranks(pooled: Counts) -> list[int]:
    ranks, below = [], 0
    for together in pooled:
        ranks.append(2 * below + together + 1)
        below += together
    return ranks


def omnibus_permutation_p(groups: Sequence[Counts]) -> float | None:
    """How often dealing the same answers to the labels parts the groups at least this far, 0 to 1.

    None with fewer than two groups that answered. The statistic is Kruskal and Wallis's; exact
    for up to 20,000 deals, else 9,999 random deals with a fixed seed. The order of the groups and
    the direction of the ladder do not matter. Takes under a second for 300 people and far
    less for a usual room; remembered by the counts. Source: METHOD 7.3.
    """
    filled = [tuple(counts) for counts in groups if sum(counts)]
    if len(filled) < 2:  # nothing to compare
        return None
    upright = tuple(sorted(filled, key=lambda counts: (sum(counts), counts)))
    turned = tuple(sorted((c[::-1] for c in filled), key=lambda counts: (sum(counts), counts)))
    return _omnibus_p(min(upright, turned))


@lru_cache(maxsize=1024)
def _omnibus_p(groups: tuple[tuple[int, ...], ...]) -> float:
    pooled = [sum(step) for step in zip(*groups, strict=True)]
    if sum(count > 0 for count in pooled) == 1:
        return 1.0
    ranks = _doubled_ranks(pooled)
    sizes = [sum(counts) for counts in groups]
    weights = [lcm(*sizes) // size for size in sizes]
    sums = [sum(c * r for c, r in zip(counts, ranks, strict=True)) for counts in groups]
    observed = sum(w * s * s for w, s in zip(weights, sums, strict=True))
    people = [rank for rank, count in zip(ranks, pooled, strict=True) for _ in range(count)]
    if factorial(len(people)) // prod(map(factorial, sizes)) <= ENUMERATE_UP_TO:
        deals = [sum(w * s * s for w, s in zip(weights, dealt, strict=True)) for dealt in _every_deal(people, sizes)]
        return sum(one >= observed for one in deals) / len(deals)
    return (_random_deals(people, sizes, weights, observed) + 1) / (RANDOM_DEALS + 1)


def _every_deal(people: Sequence[int], sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """The rank sums of every way to deal the people to groups of these sizes."""
    if len(sizes) == 1:
        yield (sum(people),)
        return
    for chosen in combinations(range(len(people)), sizes[0]):
        taken = set(chosen)
        rest = [rank for place, rank in enumerate(people) if place not in taken]
        first = sum(people[place] for place in chosen)
        for others in _every_deal(rest, sizes[1:]):
            yield (first, *others)


def _random_deals(people: Sequence[int], sizes: Sequence[int], weights: Sequence[int], observed: int) -> int:
    """How many of the random deals part the groups at least as far as ``observed``."""
    roll = Random(20_261_119).random  # noqa: S311 - a fixed seed is the point
    deck, total, size = list(people), sum(people), len(people)
    # The largest group comes last and simply gets what is left: its cards need no drawing.
    bounds, start = [], 0
    for group, weight in zip(sizes[:-1], weights[:-1], strict=True):
        bounds.append((start, start + group, weight))
        start += group
    far, last = 0, weights[-1]
    for _ in range(RANDOM_DEALS):
        for place in range(start):
            other = place + int(roll() * (size - place))
            deck[place], deck[other] = deck[other], deck[place]
        left, statistic = total, 0
        for begin, end, weight in bounds:
            dealt = sum(deck[begin:end])
            statistic += weight * dealt * dealt
            left -= dealt
        far += statistic + last * left * left >= observed
    return far


def dissonance_flag(a_counts: Counts, b_counts: Counts) -> Flag:
    """What may be said about two groups on one question (METHOD 7.1), without the gate of 7.3.

    "too_few" if either has fewer than 3 answers, whatever the session's limit is.
    """
    if min(sum(a_counts), sum(b_counts)) < FEWEST:
        return "too_few"
    apart, delta = exact_emd_steps(a_counts, b_counts), exact_cliffs_delta(a_counts, b_counts)
    if apart is None or delta is None or apart < 1:
        return "none"
    if abs(delta) >= LARGE and _survives_one_person(a_counts, b_counts, delta):
        p = permutation_p(a_counts, b_counts)
        if p is not None and p <= float(RARE) + 1e-9:
            return "clear"
    return "ask" if abs(delta) >= MEDIUM else "shape"


def _survives_one_person(a: Counts, b: Counts, delta: Fraction) -> bool:
    """Whether the difference stays whoever is taken away."""
    fewer = [(one, b) for one in _without_one(a)] + [(a, one) for one in _without_one(b)]
    for left, right in fewer:
        apart, now = exact_emd_steps(left, right), exact_cliffs_delta(left, right)
        if apart is None or now is None or apart < STILL_APART:
            return False
        if abs(now) < MEDIUM or (now > 0) != (delta > 0):
            return False
    return True


def _without_one(counts: Counts) -> Iterator[tuple[int, ...]]:
    for step, count in enumerate(counts):
        if count:
            yield (*counts[:step], count - 1, *counts[step + 1 :])


def dissonance_flags(rows: Sequence[Counts]) -> GatedFlags:
    """Every pair of rows of one question, with the gate of METHOD 7.3 when there are 3 or more.

    Where the rows together do not differ (p > 0.10), every "clear" becomes "ask".
    """
    flags = {(i, j): dissonance_flag(rows[i], rows[j]) for i, j in combinations(range(len(rows)), 2)}
    p = omnibus_permutation_p(rows) if len(rows) > 2 else None  # METHOD 7.3
    if p is not None and p > float(RARE) + 1e-9:
        flags = {pair: "ask" if flag == "clear" else flag for pair, flag in flags.items()}
    return GatedFlags(p, flags)


def compare_rows(rows: Mapping[str, Counts]) -> tuple[Pair, ...]:
    """Every pair of rows (id to counts, all with answers) under the gate, furthest apart first."""
    ids, counts = list(rows), [tuple(one) for one in rows.values()]
    pairs = [
        _pair(ids[i], counts[i], ids[j], counts[j], flag) for (i, j), flag in dissonance_flags(counts).flags.items()
    ]
    return tuple(sorted(pairs, key=lambda pair: -pair.emd_steps))


def compare(a: str, a_counts: Counts, b: str, b_counts: Counts) -> Pair:
    """One pair without the gate: the two sides. Raises ValueError if either has no answers."""
    return _pair(a, a_counts, b, b_counts, dissonance_flag(a_counts, b_counts))


def _pair(a: str, a_counts: Counts, b: str, b_counts: Counts, flag: Flag) -> Pair:
    apart, delta = exact_emd_steps(a_counts, b_counts), exact_cliffs_delta(a_counts, b_counts)
    if apart is None or delta is None:
        raise ValueError("a row without answers cannot be compared")
    return Pair(a, b, float(apart), float(delta), flag)
