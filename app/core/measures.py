"""The measures of METHOD 3 to 6 on counts per step: exact inside, floats at the border.

``counts[i]`` is the number of answers on step i + 1; every step is present, zeros included. People
who could not judge are not in any count. None means "nothing to say", never zero. Which of these
numbers may be shown is decided elsewhere (see ``release``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, combinations
from math import comb, sqrt
from statistics import NormalDist
from typing import Final, Literal

Counts = Sequence[int]
AgreementClass = Literal["single", "same", "close", "split", "leaning", "spread"]
Pairs = Iterable[tuple[int | None, int | None]]

Z_95: Final = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class PairedShift:
    """Each person's wanted step minus their own today (METHOD 5); + means closer to partner.

    ``up + stay + down == n_pairs``. d_w is -1 to 1, the gaps are in steps; all three are None
    where there is no pair.
    """

    n_pairs: int
    up: int
    stay: int
    down: int
    d_w: float | None
    mean_gap: float | None
    median_gap: float | None


@dataclass(frozen=True, slots=True)
class BetweenShare:
    """The part of a side's spread that lies between its groups, 0 to 1, raw and adjusted."""

    share: float
    adjusted: float


def tally(values: Iterable[int | None], steps: int) -> tuple[int, ...]:
    """How many values stand on each of ``steps`` steps; None is left out.

    Raises ValueError for a value off the scale.
    """
    counts = [0] * steps
    for value in values:
        if value is None:
            continue
        if not 1 <= value <= steps:
            raise ValueError("a value is off the scale")
        counts[value - 1] += 1
    return tuple(counts)


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _middle(ordered: Sequence[int]) -> Fraction | None:
    n = len(ordered)
    return Fraction(ordered[(n - 1) // 2] + ordered[n // 2], 2) if n else None


def exact_median(counts: Counts) -> Fraction | None:
    """The ordinary median as an exact number of steps: a whole or a half one (METHOD 3)."""
    n = sum(counts)
    if not n:
        return None
    below = list(accumulate(counts))
    low, high = (
        next(step for step, so_far in enumerate(below, 1) if so_far > place) for place in ((n - 1) // 2, n // 2)
    )
    return Fraction(low + high, 2)


def median(counts: Counts) -> float | None:
    """The ordinary median, 1 to K in half steps; None without answers (METHOD 3)."""
    return _float(exact_median(counts))


def exact_interpolated_median(counts: Counts) -> Fraction | None:
    """:func:`interpolated_median` as an exact fraction, for words that turn on "exactly half"."""
    middle = exact_median(counts)
    if middle is None:
        return None
    equal = sum(n for step, n in enumerate(counts, 1) if step == middle)
    if not equal:
        return middle
    above = sum(n for step, n in enumerate(counts, 1) if step > middle)
    below = sum(n for step, n in enumerate(counts, 1) if step < middle)
    return middle + Fraction(above - below, 2 * equal)


def interpolated_median(counts: Counts) -> float | None:
    """The typical step: the median, placed by how many stand above and below it (METHOD 3).

    Within half a step of the median; None without answers.
    """
    return _float(exact_interpolated_median(counts))


def exact_agreement_A(counts: Counts) -> Fraction | None:  # noqa: N802 - the field's name
    """:func:`agreement_A` as an exact fraction."""
    steps, n = len(counts), sum(counts)
    if steps < 3:  # van der Eijk's measure needs a middle
        raise ValueError("agreement_A needs at least 3 steps")
    if not n:
        return None
    left, total = list(counts), Fraction(0)
    while any(left):
        pattern = [one > 0 for one in left]
        layer = min(one for one in left if one > 0)
        total += Fraction(layer * sum(pattern), n) * _pattern_agreement(pattern)
        left = [one - layer if one > 0 else 0 for one in left]
    return total


def _pattern_agreement(pattern: Sequence[bool]) -> Fraction:
    steps, filled = len(pattern), sum(pattern)
    if filled == 1:
        return Fraction(1)
    triples = list(combinations(pattern, 3))
    together = sum(t in ((True, True, False), (False, True, True)) for t in triples)
    torn = sum(t == (True, False, True) for t in triples)
    if not together + torn:
        return Fraction(0)
    unity = Fraction((steps - 2) * together - (steps - 1) * torn, (steps - 2) * (together + torn))
    return unity * (1 - Fraction(filled - 1, steps - 1))


def agreement_A(counts: Counts) -> float | None:  # noqa: N802 - the field's name
    """Van der Eijk's agreement, -1 (half at each end) to 1 (one step); 0 is an even spread.

    None without answers. Raises ValueError below 3 steps. Source: METHOD 4.1, van der Eijk 2001.
    """
    return _float(exact_agreement_A(counts))


def agreement_class(counts: Counts) -> AgreementClass | None:
    """The word for how together a group is; None without answers (METHOD 4.2, first match)."""
    n = sum(counts)
    agreement = exact_agreement_A(counts)
    if agreement is None:
        return None
    used = [step for step, one in enumerate(counts) if one]
    if n == 1:
        return "single"
    if len(used) == 1:
        return "same"
    if used[-1] - used[0] == 1 or agreement >= Fraction(4, 5):
        return "close"
    camps = any(not one and sum(counts[:step]) > 1 and sum(counts[step + 1 :]) > 1 for step, one in enumerate(counts))
    if n > 3 and agreement < 0 and camps:  # two people in each camp
        return "split"
    return "leaning" if agreement >= Fraction(1, 2) else "spread"


def mean_pair_distance(counts: Counts) -> float | None:
    """Mean distance between any two people, 0 to K - 1 steps; None below two (METHOD 4.3)."""
    n = sum(counts)
    if n < 2:  # a pair
        return None
    return float(Fraction(sum(c * (n - c) for c in accumulate(counts)), comb(n, 2)))


def exact_l_squared(counts: Counts) -> Fraction | None:
    """:func:`l_squared` as an exact fraction."""
    n = sum(counts)
    if not n:
        return None
    shares = [Fraction(c, n) - Fraction(1, 2) for c in list(accumulate(counts))[:-1]]
    return sum((s * s for s in shares), Fraction(0)) / Fraction(len(counts) - 1, 4)


def l_squared(counts: Counts) -> float | None:
    """Blair and Lacy's ordinal concentration, 0 to 1; None without answers (METHOD 4.4)."""
    return _float(exact_l_squared(counts))


def between_group_share(groups: Sequence[Counts]) -> BetweenShare | None:
    """How much of the spread lies between groups rather than inside them (METHOD 7.4).

    Groups of fewer than 3 are left out. None with fewer than two groups left, where everybody
    answered the same, or where there are as many groups as people.
    """
    kept = [counts for counts in groups if sum(counts) > 2]  # groups of 3
    if len(kept) < 2:  # two groups
        return None
    n = sum(map(sum, kept))
    whole = _variation([sum(step) for step in zip(*kept, strict=True)])
    if not whole or n == len(kept):
        return None
    share = 1 - sum((sum(one) * _variation(one) for one in kept), Fraction(0)) / n / whole
    adjusted = 1 - (1 - share) * Fraction(n - 1, n - len(kept))
    return BetweenShare(float(share), float(max(Fraction(0), adjusted)))


def _variation(counts: Counts) -> Fraction:
    return 1 - (exact_l_squared(counts) or Fraction(0))


def paired_shift(pairs: Pairs) -> PairedShift:
    """Ups, stays and downs over (current, desired) of the same person; incomplete pairs left out.

    Source: METHOD 5; d_w is Cliff's dependent delta.
    """
    gaps = sorted(b - a for a, b in pairs if a is not None and b is not None)
    n = len(gaps)
    up, down = sum(gap > 0 for gap in gaps), sum(gap < 0 for gap in gaps)
    return PairedShift(
        n_pairs=n,
        up=up,
        stay=n - up - down,
        down=down,
        d_w=(up - down) / n if n else None,
        mean_gap=sum(gaps) / n if n else None,
        median_gap=_float(_middle(gaps)),
    )


def sign_test_p(up: int, down: int) -> float:
    """Two-sided exact binomial p of up against down, 0 to 1; 1 when nobody moves (METHOD 5)."""
    movers = up + down
    tail = sum(comb(movers, i) for i in range(min(up, down) + 1))
    return float(min(Fraction(1), Fraction(2 * tail, 2**movers)))


def transition_matrix(pairs: Pairs, steps: int) -> tuple[tuple[int, ...], ...]:
    """Counts of complete pairs: row = current step, column = desired step (METHOD 5).

    Tells single people apart: see METHOD 5 for when it may be shown at all.
    """
    table = [[0] * steps for _ in range(steps)]
    for current, desired in pairs:
        if current is not None and desired is not None:
            table[current - 1][desired - 1] += 1
    return tuple(map(tuple, table))


def exact_emd_steps(a_counts: Counts, b_counts: Counts) -> Fraction | None:
    """:func:`emd_steps` as an exact fraction."""
    m, n = sum(a_counts), sum(b_counts)
    if not m or not n:
        return None
    both = zip(accumulate(a_counts), accumulate(b_counts), strict=True)
    return Fraction(sum(abs(a * n - b * m) for a, b in both), m * n)


def emd_steps(a_counts: Counts, b_counts: Counts) -> float | None:
    """How many steps people would have to move, on average, for the pictures to match.

    0 to K - 1, symmetric; None if either is empty. Earth mover's distance, METHOD 6.
    """
    return _float(exact_emd_steps(a_counts, b_counts))


def exact_cliffs_delta(a_counts: Counts, b_counts: Counts) -> Fraction | None:
    """:func:`cliffs_delta` as an exact fraction."""
    m, n = sum(a_counts), sum(b_counts)
    if not m or not n:
        return None
    below, balance = 0, 0
    for a, b in zip(a_counts, b_counts, strict=True):
        balance += a * (2 * below + b - n)  # wins minus losses of those on this step
        below += b
    return Fraction(balance, m * n)


def cliffs_delta(a_counts: Counts, b_counts: Counts) -> float | None:
    """-1 to 1, + when the first group answers higher; None if either is empty (METHOD 6)."""
    return _float(exact_cliffs_delta(a_counts, b_counts))


def prob_superiority_A(a_counts: Counts, b_counts: Counts) -> float | None:  # noqa: N802
    """Chance that one of the first group answers above one of the second, ties half: 0 to 1.

    None if either is empty. Vargha and Delaney's A, METHOD 6.
    """
    delta = exact_cliffs_delta(a_counts, b_counts)
    return None if delta is None else float((delta + 1) / 2)


def min_attainable_p_two_groups(m: int, n: int) -> float:
    """The smallest two-sided p that m against n different answers can reach (METHOD 7.2)."""
    return float(min(Fraction(1), Fraction(2, comb(m + n, m))))


def wilson_95(k: int, n: int) -> tuple[float, float] | None:
    """Wilson's 95 % interval of the share k of n; None for n = 0 (METHOD 10, from n = 20 on)."""
    if not n:
        return None
    share, z2 = k / n, Z_95 * Z_95
    centre = share + z2 / (2 * n)
    half = Z_95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    low, high = (centre - half) / (1 + z2 / n), (centre + half) / (1 + z2 / n)
    return (0.0 if k == 0 else low, 1.0 if k == n else high)
