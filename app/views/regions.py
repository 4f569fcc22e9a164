"""A page as a tree of regions, so that a change costs only the regions that changed.

Each region is an element with an id, drawn by a fragment of its own; where it has children, the fragment puts them where
it says ``children``. Children are sent by their place among their brothers: moved is gone here and new there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from markupsafe import Markup

from app.views.render import render

PLACE = Markup("<!--children-->")
"""Where a region's children go in what it looks like itself; nothing that people wrote can hold it, as that is escaped."""


@dataclass(frozen=True, slots=True)
class Region:
    """A drawn region. ``own`` is what it looks like itself, with PLACE where its children go.

    ``inside``: the id of the element that holds its children, "" for the region's own with "-in".
    """

    id: str
    own: str
    children: tuple["Region", ...] = ()
    inside: str = ""

    @property
    def html(self) -> Markup:
        """The whole of it. Put together when it is asked for: most often only what changed is sent."""
        inside = "\n".join([child.html for child in self.children])
        return Markup(self.own.replace(PLACE, inside))  # noqa: S704  our own fragments


def draw(
    id_: str, template: str, children: Sequence[Region] | None = None, *, inside: str = "", **names: Any
) -> Region:
    """Draw a region; ``children`` is None where its fragment has no place for any."""
    if children is None:
        return drawn(id_, render(template, **names))
    return Region(id_, render(template, children=PLACE, **names), tuple(children), inside)


def drawn(id_: str, html: str) -> Region:
    """A region without children, of HTML that a fragment of ours has drawn."""
    return Region(id_, html)


def changes(old: Region, new: Region) -> str:
    """HTML that turns the one into the other: htmx's partials, each with a region that changed. "" where none did."""
    return "".join(_changes(old, new))


def replacing(region: Region) -> str:
    """HTML that puts a region in its place anew, whatever was typed there."""
    return _partial(f"#{region.id}", "outerHTML", region.html)


def _changes(old: Region, new: Region) -> Iterator[str]:
    if old.own != new.own or _reordered(old, new):
        yield _partial(f"#{new.id}", "outerMorph", new.html)
        return
    before = {child.id: child for child in old.children}
    after = {child.id for child in new.children}
    for child in old.children:
        if child.id not in after:
            yield _partial(f"#{child.id}", "delete", "")
    anchor = ""
    for is_new, together in groupby(new.children, key=lambda child: child.id not in before):
        if is_new:
            place = (f"#{anchor}", "afterend") if anchor else (f"#{new.inside or f'{new.id}-in'}", "afterbegin")
            yield _partial(*place, "\n".join(child.html for child in together))
        else:
            for child in together:
                anchor = child.id
                yield from _changes(before[child.id], child)


def _reordered(old: Region, new: Region) -> bool:
    """Whether children that stay changed places."""
    here, there = {child.id for child in old.children}, {child.id for child in new.children}
    stay = here & there
    return [one.id for one in old.children if one.id in stay] != [one.id for one in new.children if one.id in stay]


def _partial(target: str, swap: str, html: str) -> str:
    return f'<hx-partial hx-target="{target}" hx-swap="{swap}">{html}</hx-partial>'
