"""What a reveal needs to know: who said what, what is asked for, and what was public before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.core.published import PAIRED, Cell, Published, Row
from app.core.scales import SIDES, Dimension, Question, Side, Template
from app.core.voices import Voice


@dataclass(frozen=True, slots=True)
class Reveal:
    """What a reveal needs to know, carried through the steps below.

    gone: people of the last pictures who have left since, by question and group (side where there are none). It is
        given where voices know what the last pictures were made of; then people are counted, else pictures compared.
    """

    template: Template
    groups: Sequence[tuple[str, Side]]
    k: int
    fresh: frozenset[Question]
    open_sides: frozenset[Side]
    earlier: Published | None
    join: frozenset[str]
    voices: Mapping[Side, Sequence[Voice]] = field(default_factory=dict)
    rounds: Mapping[Question, int] = field(default_factory=dict)
    older: Sequence[Published] = ()
    gone: Mapping[Question, Mapping[str, int]] | None = None

    @property
    def public(self) -> frozenset[Question]:
        """The questions that are public after this reveal."""
        return self.fresh | (self.earlier.questions if self.earlier else frozenset())

    @property
    def together(self) -> bool:
        """Whether current and desired come out together."""
        return self.fresh.issuperset(PAIRED)

    def least(self, side: Side) -> int:
        """The fewest people a picture of this side may stand on."""
        return 1 if side in self.open_sides else self.k

    def round_of(self, question: Question) -> int:
        """The round of the question's picture after this reveal."""
        if question in self.fresh or not self.earlier:
            return self.rounds.get(question, 1)
        return self.earlier.round_of(question)

    def is_new_round(self, question: Question) -> bool:
        """Whether this reveal shows the question in a later round than the one that is public."""
        earlier = self.earlier
        return bool(earlier and question in earlier.questions and self.round_of(question) > earlier.round_of(question))

    def is_older_than_the_other(self, question: Question) -> bool:
        """Whether the other of the two paired questions has had a picture since this one's last.

        Then what people said before (``Voice.before``) does not tell who was in a picture of complete pairs.
        """
        assert self.earlier is not None
        newest, history = self.earlier.snapshots, [*self.older, self.earlier]
        made = {
            asked: next(place for place, one in enumerate(history) if one.snapshots.get(asked) == newest[asked])
            for asked in PAIRED
            if asked in newest
        }
        return made[question] < max(made.values())

    def before(self, dimension: Dimension, side: Side) -> Cell:
        """What was public about this side already."""
        return self.earlier.dimension(dimension.key).sides[side] if self.earlier else Cell()

    def rows_before(self, dimension: Dimension, side: Side) -> tuple[Row, ...]:
        """The rows of this side that were public already."""
        return self.earlier.dimension(dimension.key).rows_of(side) if self.earlier else ()


def members_of(voices: Sequence[Voice], groups: Sequence[tuple[str, Side]]) -> dict[Side, list[Voice]]:
    """The people of each side. Raises ValueError for a person in no listed group."""
    by_side = {side: [voice for voice in voices if voice.side == side] for side in SIDES}
    for side, members in by_side.items():
        listed = {group for group, its_side in groups if its_side == side}
        if listed and any(voice.group not in listed for voice in members):
            raise ValueError("a person is in no listed group of their side")
    return by_side
