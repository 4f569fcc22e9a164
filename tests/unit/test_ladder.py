"""The ladder of packages: an import points down it, never up or across."""

import ast
from pathlib import Path

import pytest

APP = Path(__file__).parents[2] / "app"
FLOOR = {"errors", "gauges", "logs"}
MAY_IMPORT = {
    "errors": set(),
    "gauges": set(),
    "logs": set(),
    "settings": {"errors"},
    "core": {"errors"},
    "store": FLOOR | {"core", "settings"},
    "actions": FLOOR | {"core", "store"},
    "views": FLOOR | {"core", "store"},
    "live": FLOOR | {"core", "store", "actions", "views", "settings"},
    "reports": FLOOR | {"core", "store", "views"},
    "web": FLOOR | {"core", "store", "settings", "actions", "views", "live", "reports"},
}
"""What each rung may import; the rest of `app` (main, cli, serving, …) puts the parts together and may import all of them."""
ENDS = {"main", "cli", "serving", "doctor", "demo", "cluster", "__main__"}
MODULES = sorted(path.relative_to(APP.parent) for path in APP.rglob("*.py"))


def rung(module: str) -> str:
    """The folder or file of `app` that a dotted name belongs to; "" for `app` itself."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def imported_by(path: Path) -> set[str]:
    """The rungs that a file imports, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse((APP.parent / path).read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "app":
            names = [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "app" else [node.module]
            found |= {rung(name) for name in names}
        elif isinstance(node, ast.Import):
            found |= {rung(alias.name) for alias in node.names if alias.name.split(".")[0] == "app"}
    return {name for name in found if name and not name.isupper()}


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_imports_point_down_the_ladder(path: Path) -> None:
    own = path.parts[1].removesuffix(".py")
    if own not in MAY_IMPORT:
        return
    assert imported_by(path) <= MAY_IMPORT[own] | {own}


@pytest.mark.parametrize("path", [path for path in MODULES if path.parts[1] in MAY_IMPORT], ids=str)
def test_nobody_below_imports_what_puts_the_parts_together(path: Path) -> None:
    assert not imported_by(path) & ENDS


IMPURE = {"time", "secrets", "datetime", "os", "asyncio", "socket", "sqlite3", "sqlalchemy", "sqlmodel", "fastapi"}


@pytest.mark.parametrize("path", [path for path in MODULES if path.parts[1] == "core"], ids=str)
def test_the_core_has_no_clock_no_chance_and_no_world(path: Path) -> None:
    tree = ast.parse((APP.parent / path).read_text())
    imported = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    imported |= {
        str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
    }
    assert not imported & IMPURE
    chance = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Random"
    ]
    assert all(call.args for call in chance), "chance has a fixed seed"
    assert "import random" not in (APP.parent / path).read_text()
