"""Steps of the schema: an older release goes on beside steps that only add, and is stopped by others."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

from app.errors import AppError
from app.store import migrate
from tests import schema_check

STEP = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "{name}", "{after}", None, None


def upgrade() -> None:
    {does}
"""
ADDS = (
    'op.add_column("answer", sa.Column("certain", sa.Integer())); op.create_table("mood", sa.Column("id", sa.String()))'
)
DEMANDS = 'op.add_column("answer", sa.Column("certain", sa.Integer(), nullable=False, server_default="0"))'
Release = Callable[..., None]


def next_step(folder: Path, does: str, *, name: str = "", after: str = "") -> str:
    """Write one more step into a folder of migrations; gives its name, by default the next number."""
    after = after or max(file.stem[:4] for file in (folder / "versions").glob("[0-9]*.py"))
    name = name or f"{int(after) + 1:04}"
    (folder / "versions" / f"{name}_next.py").write_text(STEP.format(name=name, after=after, does=does))
    return name


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    """Turns this process into a later release, with one more step."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.migrations_folder(), folder)

    def become(does: str, **named: str) -> None:
        next_step(folder, does, **named)
        monkeypatch.setattr(migrate, "migrations_folder", lambda: folder)

    return become


def the_release_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()


def step_of(file: Path) -> str:
    with closing(connect(file)) as db:
        return str(db.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def test_a_release_goes_on_with_a_database_to_which_a_newer_one_added(
    newer: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "stairstep.db"
    newer(ADDS)
    migrate.migrate_sqlite(file)
    at = step_of(file)
    the_release_before(monkeypatch)
    assert at not in migrate.steps()

    migrate.migrate_sqlite(file)

    assert step_of(file) == at
    assert not list(tmp_path.glob("*.before-*"))


def test_a_release_refuses_a_database_that_a_newer_one_changed_for_good(
    newer: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "stairstep.db"
    newer(ADDS, name="0100")
    migrate.migrate_sqlite(file)
    the_release_before(monkeypatch)

    with pytest.raises(AppError, match="newer Stairstep has changed this database \\(step 0100"):
        migrate.migrate_sqlite(file)


def test_the_next_release_copies_the_file_and_adds_its_step(newer: Release, tmp_path: Path) -> None:
    file = tmp_path / "stairstep.db"
    migrate.migrate_sqlite(file)
    before = step_of(file)
    newer(ADDS)

    migrate.migrate_sqlite(file)

    at = migrate.steps()[-1]
    assert step_of(file) == at != before
    assert step_of(tmp_path / f"stairstep.db.before-{at}") == before


def test_no_step_breaks_the_release_before_without_saying_so() -> None:
    assert schema_check.breaking() == []


@pytest.mark.parametrize(
    ("does", "words"),
    [
        (ADDS, ""),
        (DEMANDS, ""),
        ('op.drop_column("answer", "tap")', "answer.tap is gone"),
        ('op.drop_table("tombstone")', "tombstone is gone"),
        ('op.rename_table("tombstone", "grave")', "tombstone is gone"),
        ('op.create_index("one", "person", ["name"], unique=True)', "person demands"),
    ],
)
def test_a_step_that_takes_or_demands_something_has_to_begin_a_hundred(newer: Release, does: str, words: str) -> None:
    newer(does)

    found = schema_check.breaking()

    assert bool(found) == bool(words)
    assert all(words in one for one in found)


def test_a_step_that_begins_a_hundred_may_break_what_was(newer: Release) -> None:
    newer('op.drop_table("tombstone")', name="0100")

    assert schema_check.breaking() == []
