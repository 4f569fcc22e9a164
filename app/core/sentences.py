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
from app.core.measures import AgreementClass, Counts, PairedShift, exact_interpolated_median
from app.core.mirror import State
from app.core.published import Cell, Row
from app.core.scales import SIDES, Side

Asked = Literal["current", "desired"]

LONGEST_NAME: Final = 14
MINUS: Final = "\N{MINUS SIGN}"
NUMBERS: Final = ("", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine")
FLAG_WORDS: Final[dict[Flag, str]] = {
    "none": "no clear difference",
    "ask": "worth asking about",
    "shape": "same middle, different spread",
    "clear": "clear in this room",
    "too_few": "too few to compare",
}
AGREEMENT_WORDS: Final[dict[AgreementClass, str]] = {
    "single": "one answer",
    "same": "all {n} on the same step",
    "close": "close together",
    "split": "two camps",
    "leaning": "mostly together, some apart",
    "spread": "spread out",
}
STATE_WORDS: Final[dict[State, str]] = {
    "true_consensus": "You see it alike, and you know it.",
    "false_conflict": "You agree more than you think.",
    "false_consensus": "We believed we agreed. We do not.",
    "true_dissensus": "You differ, and you both know it.",
}
SINGULAR_HEADS: Final = frozenset(
    {"team", "group", "board", "committee", "council", "office", "department", "unit", "crew"}
    | {"desk", "division", "panel"}
)
PLURAL_ENDINGS: Final = ("ors", "ers", "ents", "ants", "ists", "leads", "heads", "people")


@dataclass(frozen=True, slots=True)
class Party:
    """Whose answers a sentence is about: a side by its short company name, or a group."""

    name: str
    side: Side
    kind: Literal["side", "group", "pooled"] = "group"


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
    return f"{abs(rounded)}" if rounded >= 0 else f"{MINUS}{abs(rounded)}"


def signed(value: float) -> str:
    """A gap with its sign: "+1.4", "−0.5" (U+2212), and "0.0" without one."""
    text = one_decimal(value)
    return text if text == "0.0" or text.startswith(MINUS) else f"+{text}"


def moves(up: int, stay: int, down: int) -> str:
    """Who goes where, zeros left out: "12 up, 1 stay, 1 down"; empty where nobody answered."""
    named = ((up, "up"), (stay, "stay"), (down, "down"))
    return ", ".join(f"{n} {word}" for n, word in named if n)


def moved_words(moved: PairedShift) -> str:
    """How people moved from one round to the next: "4 of 14 moved up, 10 stayed", "all 10 stayed"."""
    n, up, stay, down = moved.n_pairs, moved.up, moved.stay, moved.down
    if not up and not down:
        return f"all {n} stayed"
    went = f"{up} of {n} moved up" if up else f"{down} of {n} moved down"
    return ", ".join([went, *([f"{down} down"] if up and down else []), *([f"{stay} stayed"] if stay else [])])


def rounds_title(question: Asked, before: float | None, now: float | None) -> str:
    """Whether the sides came closer from one round to the next; steps apart, None where one side is not shown."""
    on = "on today" if question == "current" else "on what they want"
    if before is None or now is None:
        return "After talking: both rounds"
    was, is_now = one_decimal(before), one_decimal(now)
    if was == is_now:
        return f"After talking, the sides are as far apart {on} as before"
    return f"After talking, the sides are {'closer' if now < before else 'further apart'} {on}"


def mirror_title(states: Sequence[State]) -> str:
    """What the states of both sides come to in one heading; plain words where not both are told."""
    if len(states) != len(SIDES):
        return "What each side said, and what it thought the other would say"
    alike = all(state in ("true_consensus", "false_conflict") for state in states)
    knew = sum(state in ("true_consensus", "true_dissensus") for state in states)
    who = ("Neither side", "Only one side", "Both sides")[knew]
    if alike:
        return f"We see today alike. {who} {'know' if knew == len(states) else 'knew'} it."
    return f"We see today differently. {who} expected it."


def off_words(gap: float) -> str:
    """How far a guess is from what the other side said, in steps: "close", "1.1 steps above"."""
    if abs(gap) < 1:
        return "close"
    return f"{one_decimal(abs(gap))} steps {'above' if gap > 0 else 'below'}"


def flag_words(flag: Flag) -> str:
    """The words of a flag: "clear in this room" and so on (METHOD 7.1)."""
    return FLAG_WORDS[flag]


def agreement_words(which: AgreementClass | None, n: int) -> str:
    """The words for how together n people are (METHOD 4.2); "no answers" for None."""
    return AGREEMENT_WORDS[which].format(n=n) if which else "no answers"


def state_words(state: State) -> str:
    """The sentence of a mirror state (METHOD 9)."""
    return STATE_WORDS[state]


def step_word(typical: Fraction | float) -> str:
    """A position in words: the nearest step, and "3 to 4" exactly half-way."""
    exact = Fraction(typical)
    low = floor(exact)
    if exact - low == Fraction(1, 2):
        return f"{low} to {low + 1}"
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
            sentences[side] = f"{names[side]} has too few answers to show."
        elif "no_answers" in (cell.current_why, cell.desired_why):
            sentences[side] = f"{names[side]} has no answers."
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
    today, wanted = _typical(cell, "current"), _typical(cell, "desired")
    if today is None:
        return f"{name} wants step {wanted}."
    if wanted is None:
        return f"{name} sees step {today} today."
    if today == wanted:
        return f"{name} sees step {today} today and wants to stay there."
    if first:
        return f"{name} sees step {today} today and wants step {wanted}."
    return f"{name} sees step {today} and wants {wanted}."


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
    us = us and reference.kind != "side"
    match gap.direction:
        case "mixed":
            return _divided(party, counts, question, us=us)
        case "same":
            return _alike(party, counts, reference, reference_counts, question, us=us)
        case direction:
            where = _where(reference, question, us=us)
            verb = "want" if question == "desired" else f"see {_what(party, us=us)}"
            people = _people(gap.count or 0, gap.of, party, us=us)
            if gap.of == 1:
                verb = verb.replace("want", "wants").replace("see ", "sees ")
            return f"{people} {verb} {_distance(gap.steps or 1)} {direction} {where}."


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


def party_of(row: Row, group_names: Mapping[str, str]) -> Party:
    """The row as a sentence names it; joined rows are "Other groups"."""
    if row.kind == "pooled":
        return Party("Other groups", row.side, "pooled")
    return Party(group_names[row.id], row.side)


def _named(party: Party, *, us: bool = False) -> tuple[str, bool]:
    """The party inside a sentence, with its article, and whether it is plural."""
    name = party.name
    if party.kind == "side":
        return name, False
    if party.kind == "pooled":
        return "the other groups", True
    last = name.split()[-1].lower() if name.split() else ""
    plural = last.endswith(PLURAL_ENDINGS)
    if us and party.side == "supplier":
        lowered = name if name[1:2].isupper() else name[:1].lower() + name[1:]
        return f"our {lowered}", plural
    if name.lower().startswith(("the ", "our ")):
        return name, plural
    return (f"the {name}" if plural or last in SINGULAR_HEADS else name), plural


def _what(party: Party, *, us: bool) -> str:
    return "us" if us and party.side == "customer" else "today"


def _people(count: int, of: int, party: Party, *, us: bool) -> str:
    where = f"{'at' if party.kind == 'side' else 'in'} {_named(party, us=us)[0]}"
    if of == 1:
        return f"The one person {where}"
    return f"All {of} {where}" if count == of else f"{count} of {of} {where}"


def _distance(steps: int) -> str:
    return "a step or more" if steps == 1 else f"{NUMBERS[steps]} or more steps"


def _where(reference: Party, question: Asked, *, us: bool) -> str:
    name, plural = _named(reference, us=us)
    if question == "desired":
        return f"what {name} {'want' if plural else 'wants'}"
    return f"where {name} {'do' if plural else 'does'}"


def _alike(
    party: Party,
    counts: Counts,
    reference: Party,
    reference_counts: Counts,
    question: Asked,
    *,
    us: bool,
) -> str:
    where = _where(reference, question, us=us)
    verb = "want" if question == "desired" else f"see {_what(party, us=us)}"
    place = f"{'at' if party.kind == 'side' else 'in'} {_named(party, us=us)[0]}"
    middle = _middle(reference_counts)
    same = sum(n for step, n in enumerate(counts, 1) if step in middle)
    return f"Most {place} {verb} {where}: {same} of {sum(counts)}."


def _middle(counts: Counts) -> range:
    """The steps on which a reference's median lies: one, or all from one to the other."""
    n, steps = sum(counts), [s for s, c in enumerate(counts, 1) for _ in range(c)]
    twice = steps[(n - 1) // 2] + steps[n // 2]
    return range(twice // 2, (twice + 1) // 2 + 1)


def _divided(party: Party, counts: Counts, question: Asked, *, us: bool) -> str:
    name, plural = _named(party, us=us)
    fullest = sorted(enumerate(counts, 1), key=lambda one: (-one[1], one[0]))[:2]
    places = ", ".join(f"{n} on step {step}" for step, n in sorted(fullest) if n)
    topic = f"what {'they want' if plural else 'it wants'}" if question == "desired" else "today"
    sentence = f"{name} {'are' if plural else 'is'} divided on {topic}: {places}."
    return sentence[0].upper() + sentence[1:]
