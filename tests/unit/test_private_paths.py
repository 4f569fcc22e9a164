"""What the account team keeps has no way to a phone, a screen or the customer's cut: their modules do not even import it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRIVATE = {"app.views.team", "app.store.team", "app.core.say_do", "app.core.decisions", "app.views.discussion_page"}
PRIVATE |= {"app.views.portfolio", "app.store.portfolio"}
FACES = (
    "app.views.faces",
    "app.views.screen",
    "app.views.scenes",
    "app.views.phone",
    "app.views.mine",
    "app.views.results",
    "app.views.session",
    "app.views.discussions",
    "app.views.evidence",
    "app.views.glance",
    "app.views.news",
    "app.views.on_screen",
    "app.views.calendar",
    "app.views.plan",
    "app.views.plan_scene",
    "app.live.looker",
    "app.live.hub",
)
TABLES = {"BehaviourMark", "Decision"}


def file_of(module: str) -> Path | None:
    path = ROOT / (module.replace(".", "/") + ".py")
    return path if path.exists() else None


def imported(module: str) -> set[str]:
    """The modules of `app` that this one imports, also inside functions."""
    path = file_of(module)
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())) if path else ():
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("app"):
            found |= {f"{node.module}.{alias.name}" for alias in node.names if file_of(f"{node.module}.{alias.name}")}
            found |= {node.module} if file_of(node.module) else set()
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if file_of(alias.name)}
    return found


def reached(module: str) -> set[str]:
    """All that is imported from this module on."""
    seen, todo = set[str](), {module}
    while todo:
        one = todo.pop()
        seen.add(one)
        todo |= imported(one) - seen
    return seen


@pytest.mark.parametrize("face", FACES)
def test_no_face_reaches_what_the_account_team_keeps(face: str) -> None:
    assert reached(face) & PRIVATE == set()


@pytest.mark.parametrize("face", FACES)
def test_no_face_names_the_tables_of_it(face: str) -> None:
    for module in reached(face):
        path = file_of(module)
        if path is None or module == "app.store.team_tables":
            continue
        names = {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
        assert names & TABLES == set(), module


def test_the_search_would_find_what_is_there() -> None:
    assert reached("app.views.report") & PRIVATE
