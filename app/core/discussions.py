"""The seven discussions that the room may share: what they ask, and the sentence that public numbers give each.

The eighth and ninth belong to the account team alone and are not here: see `say_do.py` and `decisions.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from app.core.dissonance import Flag, Pair
from app.core.language import listed, say, say_n, to_say
from app.core.measures import Counts, agreement_class, interpolated_median
from app.core.published import Cell, Picture
from app.core.scales import SIDES, Side
from app.core.sentences import agreement_words, flag_words, one_decimal

Asked = Literal["current", "desired"]
SEVERE_STEPS: Final = 2.0
"""A clear difference of this many steps or more is severe (METHOD 12, question 4)."""
ASKED: Final[tuple[Asked, Asked]] = ("current", "desired")
SEVERE: Final[Mapping[Asked, str]] = {
    "current": to_say("A severe disconnect on today: {steps} steps apart."),
    "desired": to_say("A severe disconnect on the wish: {steps} steps apart."),
}


@dataclass(frozen=True, slots=True)
class Discussion:
    """One question for the room. ``{customer}`` and ``{supplier}`` stand for the companies' short names.

    heading: as the big screen asks it. host: for the facilitator alone. task: one thing for the room to do.
    read_first: the facilitator reads what there is before anybody else sees it.
    """

    number: int
    heading: str
    host: str
    ask_next: str
    task: str
    read_first: bool = False


SHARED: Final = (
    Discussion(
        1,
        to_say("How does {customer} see {supplier} today?"),
        to_say("Read the counts aloud before the typical step. Ask the customer first, your own people last."),
        to_say("What makes it feel like that step? One example."),
        to_say("One example each: what makes it feel like this step? {customer} first."),
    ),
    Discussion(
        2,
        to_say("Some of us see it differently. What do you each see?"),
        to_say("Name groups, never people. Curious, not defensive."),
        to_say("What would you have to see to move one step up?"),
        to_say("Each group in turn: what would you have to see to move one step up?"),
    ),
    Discussion(
        3,
        to_say("Do both sides see the same relationship?"),
        to_say(
            "Say which kind it is: alike and known, alike but unknown, different but believed alike, different and known."
        ),
        to_say("When did we last see it differently, and how did we find out?"),
        to_say("Two minutes with your neighbour from the other side: one example each."),
    ),
    Discussion(
        4,
        to_say("Do we want to go to the same place?"),
        to_say("Same start and same goal, same start and other goal, other start and same goal, both different."),
        to_say("What would be the first sign that we are getting there?"),
        to_say("Name one first sign that we are getting there."),
    ),
    Discussion(
        5,
        to_say("What would {supplier} have to change?"),
        to_say("Thank first. Promise nothing yet."),
        to_say("Which one would you notice within a month?"),
        to_say("Choose the one that you would notice within a month."),
    ),
    Discussion(
        6,
        to_say("What would {customer} have to change?"),
        to_say("Let the customer’s people say it. Read the list before you show it."),
        to_say("What makes that hard on your side?"),
        to_say("{customer}’s people first: what makes that hard?"),
        read_first=True,
    ),
    Discussion(
        7,
        to_say("Are we both ready?"),
        to_say("Where one side is ready and the other is not, do not vote it through."),
        to_say("What would have to be true for you to say yes?"),
        to_say("Say what would have to be true for you to say yes."),
        read_first=True,
    ),
)
BY_NUMBER: Final = {one.number: one for one in SHARED}
EVERY_NUMBER: Final = range(1, 10)
"""All nine, the private ones too: notes are kept on each."""


def named(text: str, names: Mapping[Side, str]) -> str:
    """A discussion's words in the language that is spoken, with the companies' names in them."""
    return say(text).replace("{customer}", names["customer"]).replace("{supplier}", names["supplier"])


def shared_number(what: str) -> int | None:
    """The discussion that "1" to "7" names; None for anything else, so that nothing private has an address."""
    return next((number for number in BY_NUMBER if str(number) == what), None)


@dataclass(frozen=True, slots=True)
class Told:
    """What the answers say about a discussion: one sentence, the flag behind it, and plain sentences after it.

    ``there`` is False where there is nothing to show.
    """

    sentence: str
    flag: Flag | None = None
    more: tuple[str, ...] = ()
    there: bool = True


NOT_YET: Final = Told(to_say("Nothing to show yet: reveal today first."), there=False)
"""What there is before anything is public; whoever shows it says it."""


def perception(name: str, cell: Cell) -> Told:
    """Question 1: where the customer places the relationship, and how together its people are."""
    picture = cell.current
    if picture is None:
        return _hidden(name, cell, "current")
    typical = interpolated_median(cell.gap.today if cell.gap else picture.counts)
    if typical is None:
        return Told(say("{name} could not judge.", name=name), there=False)
    people = say_n("{n} answer", "{n} answers", picture.n)
    together = agreement_words(agreement_class(picture.counts), picture.n)
    step = say("Typical step {step} of {steps}.", step=one_decimal(typical), steps=len(picture.counts))
    return Told(f"{step} {people}, {together}.")


def _hidden(name: str, cell: Cell, question: Asked) -> Told:
    why = cell.current_why if question == "current" else cell.desired_why
    if why is None:
        return NOT_YET
    if why == "too_few":
        return Told(say("{name} has too few answers to show.", name=name), there=False)
    return Told(say("{name} has no answers.", name=name), there=False)


def between_groups(name: str, rows: int, pairs: Sequence[tuple[Pair, str]]) -> Told:
    """Question 2: the pair of the customer's groups that says most. rows: its shown rows; pairs: ranked, each with its sentence."""
    if not rows:
        return Told(say("{name}’s groups can’t be shown.", name=name), there=False)
    if rows == 1:
        return Told(say("Only one group of {name} can be shown by itself.", name=name))
    for pair, sentence in pairs:
        if pair.flag in {"clear", "ask", "shape"}:
            return Told(sentence, pair.flag, _hangs(pair.flag))
    return Told(say("{name}’s groups see today much alike.", name=name), "none")


def _hangs(flag: Flag) -> tuple[str, ...]:
    return (say("And it does not hang on one person."),) if flag == "clear" else ()


def between_sides(
    names: Mapping[Side, str], cells: Mapping[Side, Cell], pair: tuple[Pair, str] | None, states: Mapping[Side, str]
) -> Told:
    """Question 3: the sides against each other, and the kind of difference where each guessed the other (METHOD 9).

    states: a side's state in words, only where it may be said aloud.
    """
    if pair is None:
        missing: Side = "customer" if cells["customer"].current is None else "supplier"
        told = _hidden(names[missing], cells[missing], "current")
        return told if told is NOT_YET else _so(told)
    compared, sentence = pair
    return Told(sentence, compared.flag, (*_hangs(compared.flag), *_kinds(names, states)))


def _kinds(names: Mapping[Side, str], states: Mapping[Side, str]) -> tuple[str, ...]:
    """Each side's state, once where both are in the same."""
    if len(states) == len(SIDES) and states["customer"] == states["supplier"]:
        return (say("On both sides: {state}", state=states["customer"]),)
    return tuple(f"{names[side]}: {states[side]}" for side in SIDES if side in states)


ALIGNED: Final = {
    (True, True): to_say("Same start, same goal. Today: {today}; wanted: {wanted}."),
    (True, False): to_say("Same start, other goal. Today: {today}; wanted: {wanted}."),
    (False, True): to_say("Other start, same goal. Today: {today}; wanted: {wanted}."),
    (False, False): to_say("Other start, other goal. Today: {today}; wanted: {wanted}."),
}


def alignment(names: Mapping[Side, str], cells: Mapping[Side, Cell], today: Pair | None, wanted: Pair | None) -> Told:
    """Question 4: start and goal of both sides, and whether they are severely apart (METHOD 12)."""
    if today is None or wanted is None:
        return _half_alignment(names, cells, today, wanted)
    start, goal = _alike(today.flag), _alike(wanted.flag)
    severe = [say(SEVERE[question], steps=one_decimal(pair.emd_steps))
              for question, pair in zip(ASKED, (today, wanted), strict=True) if is_severe(pair)]  # fmt: skip
    overlap = _overlap(cells["customer"].desired, cells["supplier"].desired)
    if start is None or goal is None:
        return Told(say("Too few answers to say whether start and goal are the same."), "too_few", overlap)
    sentence = say(ALIGNED[start, goal], today=flag_words(today.flag), wanted=flag_words(wanted.flag))
    return Told(sentence, wanted.flag, (*severe, *overlap))


def is_severe(pair: Pair) -> bool:
    """A severe disconnect: clear, and two steps or more apart (METHOD 12)."""
    return pair.flag == "clear" and pair.emd_steps >= SEVERE_STEPS


def _half_alignment(
    names: Mapping[Side, str], cells: Mapping[Side, Cell], today: Pair | None, wanted: Pair | None
) -> Told:
    missing = [_hidden(names[side], cells[side], question)
               for question in ASKED for side in SIDES if cells[side].picture(question) is None]  # fmt: skip
    for told in missing:
        if told is not NOT_YET:
            return _so(told)
    if today is not None:
        flag = flag_words(today.flag)
        if is_severe(today):
            return Told(
                say("Today: {flag}. A severe disconnect. What is wanted is not revealed yet.", flag=flag), today.flag
            )
        return Told(say("Today: {flag}. What is wanted is not revealed yet.", flag=flag), today.flag)
    if wanted is not None:
        return Told(say("Wanted: {flag}. Today is not revealed yet.", flag=flag_words(wanted.flag)), wanted.flag)
    return NOT_YET


def _so(missing: Told) -> Told:
    """What is missing on one side keeps both from being compared."""
    return Told(say("{missing} So the sides can’t be compared.", missing=missing.sentence), there=False)


def _alike(flag: Flag) -> bool | None:
    """Whether two sides answer much the same; None where too few answered."""
    return None if flag == "too_few" else flag in {"none", "shape"}


def _overlap(customer: Picture | None, supplier: Picture | None) -> tuple[str, ...]:
    if customer is None or supplier is None:
        return ()
    both = steps_of_both(customer.counts, supplier.counts)
    if not both:
        return (say("No step is wanted on both sides."),)
    steps = listed([str(step) for step in both])
    return (
        say_n("Wanted on both sides: step {steps}.", "Wanted on both sides: steps {steps}.", len(both), steps=steps),
    )


def steps_of_both(a: Counts, b: Counts) -> list[int]:
    """The steps that somebody of each side chose."""
    return [step for step, (left, right) in enumerate(zip(a, b, strict=True), 1) if left and right]


def ideas_told(ideas: int, themes: int) -> Told:
    """Questions 5 and 6: how much there is to talk about. themes: those that ideas are sorted into."""
    if not ideas:
        return Told(say("No ideas shown yet."), there=False)
    many = say_n("{n} idea", "{n} ideas", ideas)
    if not themes:
        return Told(say("{ideas}, not sorted into themes.", ideas=many))
    return Told(say_n("{ideas} in {n} theme.", "{ideas} in {n} themes.", themes, ideas=many))


@dataclass(frozen=True, slots=True)
class Willing:
    """Of the people of a side whose ideas are shown, how many name their own side as one that would have to change.

    ``why`` is "" where it may be shown, else the reason; then there is no number.
    """

    side: Side
    name: str
    people: int = 0
    own: int = 0
    why: str = ""

    @property
    def sentence(self) -> str:
        """The count in words."""
        if self.why:
            return f"{self.name}: {self.why}."
        if not self.own:
            return say("Nobody at {name} names their own side.", name=self.name)
        if self.own == self.people:
            return say("All {n} at {name} who wrote ideas name their own side.", n=self.people, name=self.name)
        return say_n(
            "{n} of {all} at {name} who wrote ideas names their own side.",
            "{n} of {all} at {name} who wrote ideas name their own side.",
            self.own,
            all=self.people,
            name=self.name,
        )


NOT_ASKED: Final = to_say("Readiness is not asked yet.")


def willingness(sides: Sequence[Willing]) -> Told:
    """Question 7 until readiness was asked: who names their own side."""
    shown = any(not one.why for one in sides)
    return Told(say(NOT_ASKED), None, tuple(one.sentence for one in sides) if shown else (), there=shown)
