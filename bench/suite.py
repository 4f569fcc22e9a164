"""Which scene measures which figure, and running those that are asked for."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.goals import Line
from bench.samples import Repeats, Samples
from bench.scene_desk import desk
from bench.scene_disks import kills, postgres, slow, tutorial_way
from bench.scene_hall import room_of_2000, room_of_5000, sizes
from bench.scene_old import old_data
from bench.scene_rooms import abuse, beside, many_rooms, seeds
from bench.scene_themes import themes

EVERY = frozenset(range(1, 22))
LITTLE_TIME = frozenset({6, 7, 9, 10, 19, 20, 21})
"""What ``make bench`` measures beside its first table."""
HALL = {1, 3, 5, 6, 7, 8, 9}


@dataclass
class Suite:
    """The figures that are wanted, and what was measured so far. ``repetitions`` is None for each scene's own."""

    wanted: set[int]
    repetitions: int | None = None
    lines: list[Line] = field(default_factory=list)
    rooms: dict[int, Samples] = field(default_factory=dict)

    def often(self, usual: int, *, more: bool = True) -> Repeats:
        """How often a scene is repeated; exactly as often as was asked for, where it was."""
        return Repeats(usual, more) if self.repetitions is None else Repeats(min(usual, self.repetitions), more=False)

    def run(self) -> list[Line]:
        """Measure everything that is wanted; the lines in the order of their numbers."""
        if self.wanted & HALL:
            self._scene(self._room_of_2000)
        if self.wanted & {2, 18}:
            self._scene(self._room_of_5000)
        scenes: dict[int, Callable[[], list[Line]]] = {
            4: lambda: slow(self.often(5)),
            10: seeds,
            11: lambda: kills(20),
            12: lambda: tutorial_way(self.often(5, more=False)),
            13: lambda: postgres(self.often(5)),
            14: lambda: many_rooms(self.often(5)),
            15: lambda: beside(self.often(5)),
            16: lambda: abuse(self.often(5)),
            17: lambda: old_data(self.often(5)),
            18: lambda: sizes(self.often(5), self.rooms),
            19: lambda: themes(self.often(1, more=False)),
        }
        for number, scene in scenes.items():
            if number in self.wanted:
                self._scene(scene)
        if self.wanted & {20, 21}:
            self._scene(lambda: [line for line in desk(self.often(2, more=False)) if line.number in self.wanted])
        return sorted(self.lines, key=lambda line: line.number)

    def _room_of_5000(self) -> list[Line]:
        lines, self.rooms[5000] = room_of_5000(self.wanted, self.often(5))
        return lines

    def _room_of_2000(self) -> list[Line]:
        wanted = self.wanted & HALL
        quick = not wanted & {1, 3, 5, 8}
        lines, room = room_of_2000(wanted, self.often(3 if quick else 5))
        if not quick:
            self.rooms[2000] = room
        return lines

    def _scene(self, scene: Callable[[], list[Line]]) -> None:
        began = time.monotonic()
        try:
            self.lines += scene()
        except Exception as error:  # one scene that fails must not hide the others
            print(f"  THIS SCENE FAILED: {type(error).__name__}: {str(error)[:600]}", flush=True)
            self.lines.append(Line(0, f"a scene failed: {type(error).__name__}", "-", judged=1, must=0))
        print(f"  ({time.monotonic() - began:.0f} s)", flush=True)
