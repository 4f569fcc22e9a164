"""The console as regions, so that a change costs only what it changed: one for each section, and one for each idea."""

from collections.abc import Iterator

from app.views.console import ConsoleIdea, ConsoleView
from app.views.regions import Region, draw, drawn
from app.views.render import idea_card


def console_region(view: ConsoleView) -> Region:
    """The whole console as a tree of regions."""
    return draw(
        "console",
        "console/_console.html",
        [
            draw("told", "console/told.html", view=view),
            draw("console-top", "console/top.html", view=view),
            draw(
                "console-lists",
                "console/lists.html",
                [
                    draw("console-rail", "console/rail.html", view=view),
                    draw("main", "console/main.html", [*_sections(view)], inside="main"),
                    draw("console-private", "console/private.html", view=view),
                ],
            ),
        ],
    )


def _sections(view: ConsoleView) -> Iterator[Region]:
    going_on = view.chip_kind != "ended"
    ideas = view.ideas_open or view.ideas_waiting or view.ideas_shown or view.ideas_hidden
    yield from _those_due(
        view,
        ("disk-full", "_disk_full.html", view.disk_full),
        ("note", "console/notice.html", view.notice),
        ("last-time", "console/last_time.html", view.promised),
        ("now", "console/now.html", True),
        ("who-is-in", "console/door.html", view.chip_kind == "lobby"),
        ("waiting", "console/waiting.html", any(person.waiting for person in view.people)),
    )
    for picture in view.pictures:
        if picture.questions:
            yield draw(f"picture-{picture.id}", "console/results.html", view=view, p=picture)
    yield from _those_due(
        view,
        ("ready", "console/ready.html", view.ready),
        ("support", "console/support.html", view.support),
    )
    yield from _ideas(view) if ideas else ()
    yield from _those_due(
        view,
        ("before", "console/screen_now.html", True),
        ("room-prompts", "console/prompts.html", view.room_prompts and going_on),
        ("people", "console/people.html", view.people),
        ("keys-line", "console/keys_line.html", going_on),
    )


def _those_due(view: ConsoleView, *sections: tuple[str, str, object]) -> Iterator[Region]:
    """Of these sections, by id and fragment, those that there is something to say in."""
    return (draw(id_, template, view=view) for id_, template, due in sections if due)


def _ideas(view: ConsoleView) -> Iterator[Region]:
    """The ideas to read, always; those that are shown and those that are hidden, where there are any."""
    yield draw("ideas", "console/ideas.html", [_head("ideas", view), _cards("ideas", view, view.ideas_waiting)])
    for id_, template, ideas in (
        ("ideas-shown", "console/ideas_shown.html", view.ideas_shown),
        ("ideas-hidden", "console/ideas_hidden.html", view.ideas_hidden),
    ):
        if ideas:
            yield draw(id_, template, [_head(id_, view), _cards(id_, view, ideas)])


def _head(list_id: str, view: ConsoleView) -> Region:
    return draw(f"{list_id}-head", "console/ideas_head.html", list_id=list_id, view=view)


def _cards(list_id: str, view: ConsoleView, ideas: tuple[ConsoleIdea, ...]) -> Region:
    id_ = f"{list_id}-cards"
    cards = [drawn(f"idea-{idea.id}", idea_card(view.session_id, idea)) for idea in ideas]
    return draw(id_, "console/cards.html", cards, inside=id_, id=id_)
