"""People's answers on their way through the gate: who counts, and the pictures that ``release`` makes of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from app.core.measures import paired_shift, tally
from app.core.published import PAIRED, GapPicture, Picture
from app.core.scales import Dimension, Question, Side


@dataclass(frozen=True, slots=True)
class Voice:
    """One person's answers, without identity.

    choices: (dimension key, question) to the stored integer of ``scales.parse_choice``, or None
    for can't judge; a missing key is a question not answered.
    before: likewise, the answers that the last picture was made with.
    """

    group: str | None
    side: Side
    choices: Mapping[tuple[str, str], int | None]
    before: Mapping[tuple[str, str], int | None] = field(default_factory=dict)


def answers_of(voices: Iterable[Voice], dimension: Dimension, *questions: Question) -> list[Voice]:
    """The people who placed an answer to each of the questions."""
    keys = [(dimension.key, question) for question in questions]
    return [voice for voice in voices if all(voice.choices.get(key) is not None for key in keys)]


def picture_of(
    voices: Sequence[Voice], dimension: Dimension, question: Question, base: Sequence[Question] = ()
) -> Picture:
    """The distribution of one question; of people who placed every question of ``base`` where one is given."""
    key, steps = (dimension.key, question), len(dimension.steps)
    placed = answers_of(voices, dimension, question, *base)
    chosen = [voice.choices[key] for voice in placed]
    if dimension.kind == "ordered":
        counts = tally(chosen, steps)
    else:
        counts = tuple(sum(bool((mask or 0) >> bit & 1) for mask in chosen) for bit in range(steps))
    abstained = sum(key in voice.choices and voice.choices[key] is None for voice in voices)
    return Picture(len(placed), counts, abstained, on_pairs=bool(base))


def gap_of(voices: Sequence[Voice], dimension: Dimension) -> GapPicture:
    """The gap of the people who answered both questions, with both their pictures."""
    pairs = pairs_of(voices, dimension, *PAIRED)
    steps = len(dimension.steps)
    return GapPicture(
        shift=paired_shift(pairs),
        today=tally((today for today, _ in pairs), steps),
        wanted=tally((wanted for _, wanted in pairs), steps),
    )


def pairs_of(voices: Sequence[Voice], dimension: Dimension, first: Question, second: Question) -> list[tuple[int, int]]:
    """(first, second) answer of each person who placed both."""
    found = []
    for voice in voices:
        a, b = voice.choices.get((dimension.key, first)), voice.choices.get((dimension.key, second))
        if a is not None and b is not None:
            found.append((a, b))
    return found


def place_in(
    choices: Mapping[tuple[str, str], int | None], dimension: Dimension, question: Question, picture: Picture
) -> int | Literal["absent"] | None:
    """What somebody with these answers is in the picture as: a choice, None for can't judge, or absent."""
    key = (dimension.key, question)
    if key not in choices:
        return "absent"
    left_out = picture.on_pairs and any(choices.get((dimension.key, one)) is None for one in PAIRED)
    return "absent" if left_out and choices[key] is not None else choices[key]


def moves_of(
    voices: Sequence[Voice], dimension: Dimension, question: Question, old: Picture, new: Picture
) -> list[tuple[int, int]]:
    """(answer in the old picture, answer in the new one) of each person who is in both."""
    found = []
    for voice in voices:
        was, now = place_in(voice.before, dimension, question, old), place_in(voice.choices, dimension, question, new)
        if isinstance(was, int) and isinstance(now, int):
            found.append((was, now))
    return found


def changed_people(
    voices: Sequence[Voice], dimension: Dimension, question: Question, old: Picture, new: Picture
) -> int:
    """How many people are not the same in both pictures: changed, come in or gone out."""
    return sum(
        place_in(voice.before, dimension, question, old) != place_in(voice.choices, dimension, question, new)
        for voice in voices
    )


Choices = Mapping[tuple[str, str], int | None]
Part = Callable[[Choices, str], Any]
"""What somebody adds to a picture of pairs on a dimension; None for nothing."""


def pair_part(choices: Choices, key: str) -> tuple[int, int] | None:
    """Today and wanted of somebody who placed both."""
    today, wanted = (choices.get((key, question)) for question in PAIRED)
    return None if today is None or wanted is None else (today, wanted)


def today_part(choices: Choices, key: str) -> int | None:
    """Today of somebody who placed both."""
    return choices.get((key, "current")) if pair_part(choices, key) else None


def guessing_part(choices: Choices, key: str) -> int | None:
    """Today of somebody who guessed, too."""
    return None if choices.get((key, "mirror")) is None else choices.get((key, "current"))


def guessing_pair_part(choices: Choices, key: str) -> int | None:
    """Today of somebody who guessed and placed both."""
    return None if choices.get((key, "mirror")) is None else today_part(choices, key)
