"""Coorientation: do the sides see the relationship alike, and do they know it (METHOD 9).

"own" is what people answered for today; "guess" is what they think the other side answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from app.core.dissonance import FEWEST, Flag, dissonance_flag
from app.core.measures import Counts, emd_steps, exact_cliffs_delta, exact_interpolated_median
from app.core.measures import tally as counts_of

State = Literal["true_consensus", "false_conflict", "false_consensus", "true_dissensus"]

STATES: dict[tuple[bool, bool], State] = {
    (True, True): "true_consensus",
    (True, False): "false_conflict",
    (False, True): "false_consensus",
    (False, False): "true_dissensus",
}


@dataclass(frozen=True, slots=True)
class Agreement:
    """The two sides' own answers: gaps in steps, + where the first side is higher."""

    im_gap: float
    mean_gap: float
    emd: float
    delta: float


@dataclass(frozen=True, slots=True)
class Congruency:
    """One side's own answers against its guesses, the same people: gaps in steps, own - guess."""

    im_gap: float
    mean_gap: float
    mean_abs_gap: float


@dataclass(frozen=True, slots=True)
class Accuracy:
    """One side's guess against the other's answers: in steps, + where the guess is too high."""

    im_gap: float
    mean_gap: float
    emd: float


@dataclass(frozen=True, slots=True)
class SideMirror:
    """One side's mirror. ``aloud`` is whether the state may be said, not only drawn as dots."""

    state: State
    accuracy: Accuracy
    congruency: Congruency | None
    aloud: bool


@dataclass(frozen=True, slots=True)
class Coorientation:
    """Both sides, a and b; METHOD 9's table with one state for each side."""

    agreement: Agreement
    congruency_a: Congruency
    accuracy_a: Accuracy
    congruency_b: Congruency
    accuracy_b: Accuracy
    state_a: State
    state_b: State


def _typical(counts: Counts) -> Fraction:
    typical = exact_interpolated_median(counts)
    if typical is None:
        raise ValueError("no answers to compare")
    return typical


def _mean(counts: Counts) -> Fraction:
    return Fraction(sum(step * n for step, n in enumerate(counts, 1)), sum(counts))


def agreement(a_own: Counts, b_own: Counts) -> Agreement:
    """How far apart the two sides are. Raises ValueError if either has no answers."""
    im_gap = _typical(a_own) - _typical(b_own)
    return Agreement(
        im_gap=float(im_gap),
        mean_gap=float(_mean(a_own) - _mean(b_own)),
        emd=emd_steps(a_own, b_own) or 0.0,
        delta=float(exact_cliffs_delta(a_own, b_own) or 0),
    )


def accuracy(guess: Counts, other_own: Counts) -> Accuracy:
    """How well a guess fits what the other side said. Raises ValueError if either is empty."""
    return Accuracy(
        im_gap=float(_typical(guess) - _typical(other_own)),
        mean_gap=float(_mean(guess) - _mean(other_own)),
        emd=emd_steps(guess, other_own) or 0.0,
    )


def congruency(pairs: Sequence[tuple[int, int]], steps: int) -> Congruency | None:
    """Own answer against own guess over (own, guess) of the same person; None without pairs."""
    if not pairs:
        return None
    own = counts_of((a for a, _ in pairs), steps)
    guess = counts_of((b for _, b in pairs), steps)
    gaps = [a - b for a, b in pairs]
    return Congruency(
        im_gap=float(_typical(own) - _typical(guess)),
        mean_gap=sum(gaps) / len(gaps),
        mean_abs_gap=sum(map(abs, gaps)) / len(gaps),
    )


def state(own: Counts, guess: Counts, other_own: Counts) -> State:
    """The state of one side: alike or not, and believed so or not (typical steps 1 or more apart).

    Raises ValueError if any of the three has no answers. Source: METHOD 9, our own cut.
    """
    mine = _typical(own)
    return STATES[abs(mine - _typical(other_own)) < 1, abs(mine - _typical(guess)) < 1]


def may_be_said(which: State, flag: Flag) -> bool:
    """Whether a state may be put into words: differing sides only with the flag ask or clear."""
    return which in ("true_consensus", "false_conflict") or flag in ("ask", "clear")


def side_mirror(
    own: Counts,
    guess: Counts,
    other_own: Counts,
    *,
    k: int,
    pairs: tuple[Counts, Counts] | None = None,
    congruent: Congruency | None = None,
) -> SideMirror | None:
    """What may be told about one side from released counts; None below max(3, k) answers.

    own, guess, other_own: the released pictures. pairs: own and guess of the people who gave
    both, where that was released; perceived agreement is read from them, else from the pictures.
    """
    if min(sum(own), sum(guess), sum(other_own)) < max(FEWEST, k):
        return None
    paired_own, paired_guess = pairs or (own, guess)
    alike = abs(_typical(own) - _typical(other_own)) < 1
    which = STATES[alike, abs(_typical(paired_own) - _typical(paired_guess)) < 1]
    return SideMirror(
        state=which,
        accuracy=accuracy(guess, other_own),
        congruency=congruent,
        aloud=may_be_said(which, dissonance_flag(own, other_own)),
    )


def coorientation(a: Sequence[tuple[int, int]], b: Sequence[tuple[int, int]], steps: int) -> Coorientation:
    """Both sides from complete pairs (own, guess); raises ValueError if a side has none."""
    congruency_a, congruency_b = congruency(a, steps), congruency(b, steps)
    if congruency_a is None or congruency_b is None:
        raise ValueError("a side has no complete pairs")
    own_a, guess_a = (counts_of((pair[i] for pair in a), steps) for i in (0, 1))
    own_b, guess_b = (counts_of((pair[i] for pair in b), steps) for i in (0, 1))
    return Coorientation(
        agreement=agreement(own_a, own_b),
        congruency_a=congruency_a,
        accuracy_a=accuracy(guess_a, own_b),
        congruency_b=congruency_b,
        accuracy_b=accuracy(guess_b, own_a),
        state_a=state(own_a, guess_a, own_b),
        state_b=state(own_b, guess_b, own_a),
    )
