"""The mirror: what each side said of today, and what it thought the other would say. Sides only, from what is public."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session

from app.core.language import say, to_say
from app.core.measures import interpolated_median
from app.core.mirror import State
from app.core.scales import SIDES, Dimension, Side
from app.core.sentences import STATE_WORDS, mirror_title, off_words
from app.store.tables import LiveSession
from app.views.public import Public, public
from app.views.results import OTHER_SIDE, told_mirror
from app.views.scenes import ChosenScene

SUB = to_say("Typical step each side chose today, and what each thought the other would choose.")
FIRST = to_say("About the first answers, before today was asked again.")


@dataclass(frozen=True, slots=True)
class MirrorSide:
    """One side. ``said`` and ``thought`` are typical steps, None where not shown; ``off`` how far the guess was off.

    ``state``: only where it may be said aloud, else None.
    """

    side: Side
    name: str
    other: str
    n: int
    guesses: int
    said: float | None
    thought: float | None
    off: str = ""
    state: State | None = None


@dataclass(frozen=True, slots=True)
class StateCard:
    """One of the four ways it can be, and the sides that are in it."""

    words: str
    sides: tuple[MirrorSide, ...]


@dataclass(frozen=True, slots=True)
class Mirror:
    """One dimension's mirror. ``cards`` are empty where no state may be said."""

    id: str
    label: str
    steps: tuple[str, ...]
    short: tuple[str, ...]
    title: str
    sides: tuple[MirrorSide, ...]
    cards: tuple[StateCard, ...]


def mirrors(known: Public) -> tuple[Mirror, ...]:
    """The mirror of every ordered dimension; none before the guesses are public and a mark of them may be shown."""
    if "mirror" not in known.revealed or known.guessed is None:
        return ()
    found = (_mirror(known, dimension) for dimension in known.template.dimensions if dimension.kind == "ordered")
    return tuple(one for one in found if any(side.thought is not None for side in one.sides))


def about(known: Public) -> str:
    """What a mirror shows; guesses stay with the first answers when today is asked again."""
    return f"{say(SUB)} {say(FIRST)}" if known.questions["current"].round > 1 else say(SUB)


def _mirror(known: Public, dimension: Dimension) -> Mirror:
    sides = tuple(_sides(known, dimension))
    states = [side.state for side in sides if side.state is not None]
    cards = tuple(
        StateCard(say(sentence), tuple(side for side in sides if side.state == state))
        for state, sentence in STATE_WORDS.items()
    )
    return Mirror(
        id=f"mirror-{dimension.key}",
        label=dimension.label,
        steps=tuple(step.label for step in dimension.steps),
        short=tuple(step.short or step.label for step in dimension.steps),
        title=mirror_title(states),
        sides=sides,
        cards=cards if states else (),
    )


def _sides(known: Public, dimension: Dimension) -> Iterator[MirrorSide]:
    assert known.guessed is not None
    cells = known.guessed.dimension(dimension.key).sides
    for side in SIDES:
        cell, other = cells[side], cells[OTHER_SIDE[side]]
        told = told_mirror(cell, other, k=known.guessed.k)
        yield MirrorSide(
            side=side,
            name=known.names[side],
            other=known.names[OTHER_SIDE[side]],
            n=cell.current.n if cell.current else 0,
            guesses=cell.mirror.n if cell.mirror else 0,
            said=interpolated_median(cell.current.counts) if cell.current else None,
            thought=interpolated_median(cell.mirror.counts) if cell.mirror else None,
            off=off_words(told.accuracy.im_gap) if told else "",
            state=told.state if told and told.aloud else None,
        )


def mirror_scene(db: Session, session: LiveSession, _what: str) -> ChosenScene | None:
    """The mirror on the big screen; None before the guesses are revealed."""
    known = public(db, session=session)
    found = mirrors(known)
    if not found:
        return None
    return ChosenScene(
        kind="mirror",
        heading=found[0].title if len(found) == 1 else "What each side said, and what it thought",
        sub=about(known),
        name="The guesses",
        about="What each side said of today, and what it thought the other would say.",
        content=found,
    )
