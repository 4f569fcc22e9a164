"""Words for numbers that are already released (DESIGN 4 and 6). Nothing here sees an answer.

A side keeps its own sentence: no sentence speaks for the whole room.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor
from typing import Final, Literal

from app.core.dissonance import Flag, compare, compare_rows, plain_gap
from app.core.language import figures, say, say_as, say_n, to_say
from app.core.measures import AgreementClass, Counts, PairedShift, exact_interpolated_median
from app.core.mirror import State
from app.core.parties import Party, is_plural, named, party_of, people_words, place_of
from app.core.published import Cell, Row
from app.core.scales import SIDES, Side

Asked = Literal["current", "desired"]

LONGEST_NAME: Final = 14
MINUS: Final = "\N{MINUS SIGN}"
NUMBERS: Final = (
    *("", "", to_say("two"), to_say("three"), to_say("four"), to_say("five")),
    *(to_say("six"), to_say("seven"), to_say("eight"), to_say("nine")),
)
FLAG_WORDS: Final[dict[Flag, str]] = {
    "none": to_say("no clear difference"),
    "ask": to_say("worth asking about"),
    "shape": to_say("same middle, different spread"),
    "clear": to_say("clear in this room"),
    "too_few": to_say("too few to compare"),
}
AGREEMENT_WORDS: Final[dict[AgreementClass, str]] = {
    "single": to_say("one answer"),
    "same": to_say("all {n} on the same step"),
    "close": to_say("close together"),
    "split": to_say("two camps"),
    "leaning": to_say("mostly together, some apart"),
    "spread": to_say("spread out"),
}
STATE_WORDS: Final[dict[State, str]] = {
    "true_consensus": to_say("You see it alike, and you know it."),
    "false_conflict": to_say("You agree more than you think."),
    "false_consensus": to_say("We believed we agreed. We do not."),
    "true_dissensus": to_say("You differ, and you both know it."),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One comparing sentence and the flag whose word stands behind it."""

    sentence: str
    flag: Flag


def short_name(company: str, short: str = "") -> str:
    """The name for screens: ``short`` if given, the whole up to 14 characters, else word one."""
    name = short.strip() or company.strip()
    return name if short.strip() or len(name) <= LONGEST_NAME else name.split()[0]


def one_decimal(value: float) -> str:
    """A number of steps with one decimal, halves away from zero, a true minus: "2.3", "−0.4"."""
    rounded = Decimal(f"{value:.9f}").quantize(Decimal("0.1"), ROUND_HALF_UP)
    return figures(f"{abs(rounded)}" if rounded >= 0 else f"{MINUS}{abs(rounded)}")


def signed(value: float) -> str:
    """A gap with its sign: "+1.4", "−0.5" (U+2212), and "0.0" without one."""
    text = one_decimal(value)
    return text if text in {"0.0", figures("0.0")} or text.startswith(MINUS) else f"+{text}"


def moves(up: int, stay: int, down: int) -> str:
    """Who goes where, zeros left out: "12 up, 1 stay, 1 down"; empty where nobody answered."""
    told = (
        say_n("{n} up", "{n} up", up) if up else "",
        say_n("{n} stay", "{n} stay", stay) if stay else "",
        say_n("{n} down", "{n} down", down) if down else "",
    )
    return ", ".join(filter(None, told))


def moved_words(moved: PairedShift) -> str:
    """How people moved from one round to the next: "4 of 14 moved up, 10 stayed", "all 10 stayed"."""
    n, up, stay, down = moved.n_pairs, moved.up, moved.stay, moved.down
    if not up and not down:
        return say_n("all {n} stayed", "all {n} stayed", n)
    went = (
        say_n("{n} of {all} moved up", "{n} of {all} moved up", up, all=n)
        if up
        else say_n("{n} of {all} moved down", "{n} of {all} moved down", down, all=n)
    )
    also = say_n("{n} down", "{n} down", down) if up and down else ""
    stayed = say_n("{n} stayed", "{n} stayed", stay) if stay else ""
    return ", ".join(filter(None, (went, also, stayed)))


ROUNDS_TITLES: Final[dict[tuple[Asked, str], str]] = {
    ("current", "same"): to_say("After talking, the sides are as far apart on today as before"),
    ("current", "closer"): to_say("After talking, the sides are closer on today"),
    ("current", "further"): to_say("After talking, the sides are further apart on today"),
    ("desired", "same"): to_say("After talking, the sides are as far apart on what they want as before"),
    ("desired", "closer"): to_say("After talking, the sides are closer on what they want"),
    ("desired", "further"): to_say("After talking, the sides are further apart on what they want"),
}


def rounds_title(question: Asked, before: float | None, now: float | None) -> str:
    """Whether the sides came closer from one round to the next; steps apart, None where one side is not shown."""
    if before is None or now is None:
        return say("After talking: both rounds")
    same = one_decimal(before) == one_decimal(now)
    title = ROUNDS_TITLES[question, "same" if same else "closer" if now < before else "further"]
    return say(title)


MIRROR_ALIKE: Final = (
    to_say("We see today alike. Neither side knew it."),
    to_say("We see today alike. Only one side knew it."),
    to_say("We see today alike. Both sides know it."),
)
MIRROR_APART: Final = (
    to_say("We see today differently. Neither side expected it."),
    to_say("We see today differently. Only one side expected it."),
    to_say("We see today differently. Both sides expected it."),
)
"""What both sides' states come to, by how many of them knew."""


def mirror_title(states: Sequence[State]) -> str:
    """What the states of both sides come to in one heading; plain words where not both are told."""
    if len(states) != len(SIDES):
        return say("What each side said, and what it thought the other would say")
    alike = all(state in ("true_consensus", "false_conflict") for state in states)
    knew = sum(state in ("true_consensus", "true_dissensus") for state in states)
    return say((MIRROR_ALIKE if alike else MIRROR_APART)[knew])


def off_words(gap: float) -> str:
    """How far a guess is from what the other side said, in steps: "close", "1.1 steps above"."""
    if abs(gap) < 1:
        return say_as("a guess", "close")
    steps = one_decimal(abs(gap))
    return say("{steps} steps above", steps=steps) if gap > 0 else say("{steps} steps below", steps=steps)


def flag_words(flag: Flag) -> str:
    """The words of a flag: "clear in this room" and so on (METHOD 7.1)."""
    return say(FLAG_WORDS[flag])


def agreement_words(which: AgreementClass | None, n: int) -> str:
    """The words for how together n people are (METHOD 4.2); "no answers" for None."""
    return say(AGREEMENT_WORDS[which], n=n) if which else say("no answers")


def state_words(state: State) -> str:
    """The sentence of a mirror state (METHOD 9)."""
    return say(STATE_WORDS[state])


def step_word(typical: Fraction | float) -> str:
    """A position in words: the nearest step, and "3 to 4" exactly half-way."""
    exact = Fraction(typical)
    low = floor(exact)
    if exact - low == Fraction(1, 2):
        return say("{low} to {high}", low=low, high=low + 1)
    return str(floor(exact + Fraction(1, 2)))


def headline(names: Mapping[Side, str], cells: Mapping[Side, Cell]) -> dict[Side, str]:
    """One sentence for each side of which a question is revealed, customer first.

    names: short company names. Empty where neither current nor desired is revealed.
    """
    sentences: dict[Side, str] = {}
    told = False
    for side in SIDES:
        cell = cells[side]
        if cell.current or cell.desired:
            sentences[side] = _seen_and_wanted(names[side], cell, first=not told)
            told = True
        elif "too_few" in (cell.current_why, cell.desired_why):
            sentences[side] = say("{name} has too few answers to show.", name=names[side])
        elif "no_answers" in (cell.current_why, cell.desired_why):
            sentences[side] = say("{name} has no answers.", name=names[side])
    return sentences


def one_line(names: Mapping[Side, str], cells: Mapping[Side, Cell]) -> str | None:
    """Both sides' sentences as one; None where nothing is revealed."""
    parts = [sentence.removesuffix(".") for sentence in headline(names, cells).values()]
    return "; ".join(parts) + "." if parts else None


def _typical(cell: Cell, question: Asked) -> str | None:
    """The word of a side's position, from the people who answered both where that is released."""
    picture = cell.picture(question)
    counts = picture.counts if picture else None
    if cell.gap:
        counts = cell.gap.today if question == "current" else cell.gap.wanted
    typical = exact_interpolated_median(counts) if counts else None
    return None if typical is None else step_word(typical)


def _seen_and_wanted(name: str, cell: Cell, *, first: bool) -> str:
    """A side's sentence; in every language it starts with the side's name, which pages set apart."""
    today, wanted = _typical(cell, "current"), _typical(cell, "desired")
    if today is None:
        return say("{name} wants step {wanted}.", name=name, wanted=wanted)
    if wanted is None:
        return say("{name} sees step {today} today.", name=name, today=today)
    if today == wanted:
        return say("{name} sees step {today} today and wants to stay there.", name=name, today=today)
    if first:
        return say("{name} sees step {today} today and wants step {wanted}.", name=name, today=today, wanted=wanted)
    return say("{name} sees step {today} and wants {wanted}.", name=name, today=today, wanted=wanted)


# --- comparing ----------------------------------------------------------------------------------


def pair_sentence(
    party: Party,
    counts: Counts,
    reference: Party,
    reference_counts: Counts,
    question: Asked,
    *,
    us: bool = False,
) -> str | None:
    """What most of a group says, held against another: "4 of 5 in Procurement see today …".

    us: for the account team alone, whose company is the supplier: "see us", "our account team".
    None where either has no answers.
    """
    gap = plain_gap(counts, reference_counts)
    if gap is None:
        return None
    told_us = us and reference.kind != "side"
    what: _What = "wanted" if question == "desired" else "us" if told_us and party.side == "customer" else "today"
    match gap.direction:
        case "mixed":
            return _divided(party, counts, question, us=told_us)
        case "same":
            return _alike(party, counts, reference, reference_counts, what, us=told_us)
        case direction:
            many = gap.of > 1
            return say(
                FURTHER[what, many, is_plural(reference)],
                people=people_words(gap.count or 0, gap.of, party, us=told_us),
                distance=_distance(gap.steps or 1, direction),
                reference=named(reference, us=told_us),
            )


def tell_pair(
    a: Party, a_counts: Counts, b: Party, b_counts: Counts, question: Asked, *, us: bool = False
) -> str | None:
    """The sentence of a pair, told from the end that says most.

    Across the sides the customer's people come first; inside a side whichever stands further off,
    then the larger share, then the one listed first.
    """
    further = _weight(b_counts, a_counts) > _weight(a_counts, b_counts)
    turned = further if a.side == b.side else b.side == "customer"
    if turned:
        a, a_counts, b, b_counts = b, b_counts, a, a_counts
    return pair_sentence(a, a_counts, b, b_counts, question, us=us)


def _weight(counts: Counts, reference_counts: Counts) -> tuple[int, Fraction]:
    gap = plain_gap(counts, reference_counts)
    if gap is None or gap.steps is None or gap.count is None:
        return 0, Fraction(0)
    return gap.steps, Fraction(gap.count, gap.of)


def finding(
    names: Mapping[Side, str],
    cells: Mapping[Side, Cell],
    rows: Sequence[Row],
    group_names: Mapping[str, str],
) -> Finding | None:
    """The one comparing sentence on today; None where nothing can be compared.

    Customer against supplier; where only one side is shown, its two rows furthest apart, under
    the gate of METHOD 7.3. group_names: group id to name.
    """
    seen = {side: cells[side].current for side in SIDES}
    customer, supplier = seen["customer"], seen["supplier"]
    if customer and supplier:
        flag = compare("customer", customer.counts, "supplier", supplier.counts).flag
        parties = [Party(names[side], side, "side") for side in SIDES]
        sentence = pair_sentence(parties[0], customer.counts, parties[1], supplier.counts, "current")
        return Finding(sentence, flag) if sentence else None
    shown = {row.id: (row, row.cell.current.counts) for row in rows if row.cell.current and seen[row.side]}
    pairs = compare_rows({key: counts for key, (_, counts) in shown.items()})
    if not pairs:
        return None
    (a, a_counts), (b, b_counts) = shown[pairs[0].a], shown[pairs[0].b]
    sentence = tell_pair(party_of(a, group_names), a_counts, party_of(b, group_names), b_counts, "current")
    return Finding(sentence, pairs[0].flag) if sentence else None


_What = Literal["today", "us", "wanted"]
"""What is compared: today, the same in the supplier's own words ("see us"), or the wish."""

FURTHER: Final[dict[tuple[_What, bool, bool], str]] = {
    ("today", True, False): to_say("{people} see today {distance} where {reference} does."),
    ("today", True, True): to_say("{people} see today {distance} where {reference} do."),
    ("today", False, False): to_say("{people} sees today {distance} where {reference} does."),
    ("today", False, True): to_say("{people} sees today {distance} where {reference} do."),
    ("us", True, False): to_say("{people} see us {distance} where {reference} does."),
    ("us", True, True): to_say("{people} see us {distance} where {reference} do."),
    ("us", False, False): to_say("{people} sees us {distance} where {reference} does."),
    ("us", False, True): to_say("{people} sees us {distance} where {reference} do."),
    ("wanted", True, False): to_say("{people} want {distance} what {reference} wants."),
    ("wanted", True, True): to_say("{people} want {distance} what {reference} want."),
    ("wanted", False, False): to_say("{people} wants {distance} what {reference} wants."),
    ("wanted", False, True): to_say("{people} wants {distance} what {reference} want."),
}
ALIKE: Final[dict[tuple[_What, bool], str]] = {
    ("today", False): to_say("Most {place} see today where {reference} does: {n} of {all}."),
    ("today", True): to_say("Most {place} see today where {reference} do: {n} of {all}."),
    ("us", False): to_say("Most {place} see us where {reference} does: {n} of {all}."),
    ("us", True): to_say("Most {place} see us where {reference} do: {n} of {all}."),
    ("wanted", False): to_say("Most {place} want what {reference} wants: {n} of {all}."),
    ("wanted", True): to_say("Most {place} want what {reference} want: {n} of {all}."),
}
DIVIDED: Final[dict[tuple[Asked, bool], str]] = {
    ("current", False): to_say("{party} is divided on today: {places}."),
    ("current", True): to_say("{party} are divided on today: {places}."),
    ("desired", False): to_say("{party} is divided on what it wants: {places}."),
    ("desired", True): to_say("{party} are divided on what they want: {places}."),
}
POOLED_DIVIDED: Final[dict[Asked, str]] = {
    "current": to_say("The other groups are divided on today: {places}."),
    "desired": to_say("The other groups are divided on what they want: {places}."),
}
"""Whole sentences, by what is compared, whether many people say it, and whether the other party's name is plural."""


def _distance(steps: int, direction: Literal["above", "below"]) -> str:
    if steps == 1:
        return say("a step or more above") if direction == "above" else say("a step or more below")
    number = say(NUMBERS[steps])
    if direction == "above":
        return say("{number} or more steps above", number=number)
    return say("{number} or more steps below", number=number)


def _alike(party: Party, counts: Counts, reference: Party, reference_counts: Counts, what: _What, *, us: bool) -> str:
    middle = _middle(reference_counts)
    same = sum(n for step, n in enumerate(counts, 1) if step in middle)
    return say(
        ALIKE[what, is_plural(reference)],
        place=place_of(party, us=us),
        reference=named(reference, us=us),
        n=same,
        all=sum(counts),
    )


def _middle(counts: Counts) -> range:
    """The steps on which a reference's median lies: one, or all from one to the other."""
    n, steps = sum(counts), [s for s, c in enumerate(counts, 1) for _ in range(c)]
    twice = steps[(n - 1) // 2] + steps[n // 2]
    return range(twice // 2, (twice + 1) // 2 + 1)


def _divided(party: Party, counts: Counts, question: Asked, *, us: bool) -> str:
    fullest = sorted(enumerate(counts, 1), key=lambda one: (-one[1], one[0]))[:2]
    places = ", ".join(say("{n} on step {step}", n=n, step=step) for step, n in sorted(fullest) if n)
    if party.kind == "pooled":
        return say(POOLED_DIVIDED[question], places=places)
    sentence = say(DIVIDED[question, is_plural(party)], party=named(party, us=us), places=places)
    return sentence[0].upper() + sentence[1:]
