"""The house's own rules, held by tests so that nobody has to remember them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "app" / "templates").rglob("*.html"))
PYTHON = sorted([*(ROOT / "app").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])
SCRIPTS = sorted((ROOT / "app" / "static" / "js").glob("*.js"))
LINES_AT_MOST = {"app": 450, "tests": 560}
PUSHED = {"phone/_view.html": "view", "screen/_stage.html": "stage"}
NO_WORDS = {"utils.py", "helpers.py", "manager.py", "service.py", "crud.py", "misc.py", "common.py"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_trusts_nobody_and_has_no_style_or_script_of_its_own(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)

    assert not re.search(r"\|\s*safe\b|\bMarkup\b|autoescape", text)
    assert not re.search(r"<[^>]*\sstyle\s*=", text)
    assert not re.search(r"<[^>]*\son\w+\s*=", text)
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("path", [*TEMPLATES, *SCRIPTS], ids=name)
def test_nothing_is_fetched_from_another_host(path: Path) -> None:
    hosts = set(re.findall(r"(?:https?:)?//([\w.-]+\.\w+)", path.read_text()))

    assert hosts <= {"www.w3.org", "stair.example"}


@pytest.mark.parametrize("path", [*(ROOT / "app" / "static" / "css").glob("*.css")], ids=name)
def test_a_style_sheet_fetches_nothing(path: Path) -> None:
    assert "@import" not in path.read_text()
    assert not re.search(r"url\(\s*['\"]?(?:https?:)?//", path.read_text())


@pytest.mark.parametrize("path", PYTHON, ids=name)
def test_a_file_can_be_read_whole(path: Path) -> None:
    at_most = LINES_AT_MOST[path.relative_to(ROOT).parts[0]]

    assert len(path.read_text().splitlines()) <= at_most


def test_files_are_nouns_of_the_domain() -> None:
    assert not [name(path) for path in PYTHON if path.name in NO_WORDS]


@pytest.mark.parametrize("path", [path for path in PYTHON if name(path).startswith("app/")], ids=name)
def test_every_module_says_what_lives_in_it(path: Path) -> None:
    text = path.read_text()

    assert not text or text.startswith('"""')


@pytest.mark.parametrize("template", PUSHED)
def test_a_pushed_region_has_its_id_and_its_page_includes_it(template: str) -> None:
    region = (ROOT / "app" / "templates" / template).read_text()
    page = (ROOT / "app" / "templates" / template.split("/", maxsplit=1)[0] / "page.html").read_text()

    assert re.search(rf'<\w+ [^>]*\bid="{PUSHED[template]}"', region.split("\n", 20)[-1] + region)
    assert f'include "{template}"' in page


def test_every_id_in_a_pushed_region_is_its_own() -> None:
    for template in PUSHED:
        ids = re.findall(r'\sid="([\w-]+)"', (ROOT / "app" / "templates" / template).read_text())
        assert len(ids) == len(set(ids)), template


def test_user_text_never_reaches_a_template_as_source() -> None:
    for path in PYTHON:
        if name(path).startswith("app/"):
            source = path.read_text()
            assert "jinja2" not in source or "from_string(" not in source, name(path)


def test_nothing_in_the_project_names_a_package_host() -> None:
    for file in ("pyproject.toml", "requirements.txt", "requirements-test.txt"):
        assert not re.search(r"--(?:extra-)?index[-]url|--find[-]links|https?://(?!stair)", (ROOT / file).read_text())


def test_no_test_is_skipped() -> None:
    for path in PYTHON:
        if name(path).startswith("tests/") and path != Path(__file__):
            assert not re.search(r"pytest\.(?:mark\.)?(?:skip|xfail|importorskip)", path.read_text()), name(path)


@pytest.mark.parametrize("path", [one for one in TEMPLATES if "{% extends" in one.read_text()], ids=name)
def test_a_template_fills_only_blocks_that_what_it_extends_has(path: Path) -> None:
    text = path.read_text()
    parent = (ROOT / "app" / "templates" / re.findall(r'{% extends "([^"]+)" %}', text)[0]).read_text()
    there = set(re.findall(r"{%-? block (\w+)", parent))
    while '{% extends "' in parent:
        parent = (ROOT / "app" / "templates" / re.findall(r'{% extends "([^"]+)" %}', parent)[0]).read_text()
        there |= set(re.findall(r"{%-? block (\w+)", parent))

    depth, outermost = 0, []
    for word, block in re.findall(r"{%-? (block|endblock)(?: (\w+))?", text):
        if word == "block":
            outermost += [block] if depth == 0 else []
        depth += 1 if word == "block" else -1

    assert set(outermost) <= there, "such a block is shown nowhere"
