"""A page as regions: what a change costs, and that the parts put together are the whole."""

import re

from hypothesis import given
from hypothesis import strategies as st

from app.views.regions import PLACE, Region, changes


def leaf(name: str, text: str = "") -> Region:
    return Region(name, f'<li id="{name}">{text}</li>')


def ul(name: str, *children: Region, own: str = "") -> Region:
    return Region(name, f'<div id="{name}" class="{own}"><ul id="{name}-in">{PLACE}</ul></div>', tuple(children))


def partials(text: str) -> list[tuple[str, str, str]]:
    return re.findall(r'<hx-partial hx-target="#([\w-]+)" hx-swap="(\w+)">(.*?)</hx-partial>', text, re.DOTALL)


def test_the_whole_is_the_parts_in_their_places() -> None:
    assert ul("a", leaf("x", "1"), leaf("y")).html == (
        '<div id="a" class=""><ul id="a-in"><li id="x">1</li>\n<li id="y"></li></ul></div>'
    )
    assert ul("a").html == '<div id="a" class=""><ul id="a-in"></ul></div>'


def test_what_did_not_change_costs_nothing() -> None:
    board = ul("board", ul("a", leaf("x"), leaf("y")), leaf("head"))

    assert changes(board, board) == ""
    assert changes(board, ul("board", ul("a", leaf("x"), leaf("y")), leaf("head"))) == ""


def test_a_moved_leaf_goes_out_and_comes_in_and_nothing_else_is_sent() -> None:
    before = ul("board", ul("a", leaf("x"), leaf("y"), leaf("z")), ul("b", leaf("u")))
    after = ul("board", ul("a", leaf("x"), leaf("z")), ul("b", leaf("u"), leaf("y")))

    assert partials(changes(before, after)) == [("y", "delete", ""), ("u", "afterend", '<li id="y"></li>')]


def test_news_at_the_front_go_into_the_list_and_brothers_come_together() -> None:
    before, after = ul("a", leaf("x")), ul("a", leaf("v"), leaf("w"), leaf("x"))

    assert partials(changes(before, after)) == [("a-in", "afterbegin", '<li id="v"></li>\n<li id="w"></li>')]


def test_a_new_region_comes_with_its_children() -> None:
    assert partials(changes(ul("board"), ul("board", ul("a", leaf("x")))))[0][2].count("<li") == 1


def test_a_region_that_looks_other_itself_or_whose_children_change_places_comes_whole() -> None:
    before = ul("a", leaf("x"), leaf("y"))

    for after in (ul("a", leaf("x"), leaf("y"), own="new"), ul("a", leaf("y"), leaf("x"))):
        assert [(target, swap) for target, swap, _ in partials(changes(before, after))] == [("a", "outerMorph")]


Tree = dict[str, dict[str, str]]
LEAVES = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(("", "1", "2")), max_size=8)


def drawn(tree: Tree) -> Region:
    lists = [
        ul(f"list-{name}", *(leaf(id_, text) for id_, text in sorted(tree[name].items()))) for name in sorted(tree)
    ]
    return ul("board", *lists)


def without_twice(tree: Tree) -> Tree:
    """Each leaf in one list only, as each idea is in one theme."""
    seen: set[str] = set()
    found: Tree = {}
    for name, leaves in tree.items():
        found[name] = {id_: text for id_, text in leaves.items() if id_ not in seen}
        seen |= set(leaves)
    return found


def carried_out(tree: Tree, text: str) -> Tree:
    """The tree after a browser followed the partials: targets are found first, then each is done in order."""
    found = {name: dict(leaves) for name, leaves in tree.items()}
    homes = {id_: name for name, leaves in tree.items() for id_ in leaves}
    for target, swap, html in partials(text):
        lists = re.findall(r'<div id="list-(\w)" class=""><ul id="list-\w-in">(.*?)</ul>', html, re.DOTALL)
        leaves = dict(re.findall(r'<li id="(\w)">(\w?)</li>', html))
        if swap == "delete" and target.startswith("list-"):
            found.pop(target[5:])
        elif swap == "delete":
            found.get(homes[target], {}).pop(target)
        elif lists:
            found |= {name: dict(re.findall(r'<li id="(\w)">(\w?)</li>', inside)) for name, inside in lists}
        else:
            found[target[5:-3] if target.startswith("list-") else homes[target]] |= leaves
    return found


@given(before=st.dictionaries(st.sampled_from("xyz"), LEAVES), after=st.dictionaries(st.sampled_from("xyz"), LEAVES))
def test_the_parts_make_the_old_page_the_new_one(before: Tree, after: Tree) -> None:
    before, after = without_twice(before), without_twice(after)

    assert carried_out(before, changes(drawn(before), drawn(after))) == after
