"""Whether every acknowledged vote is in the database, read after the server was killed.

The file is copied with its write-ahead log and the copy is opened, so the server's own stays as
the crash left it.
"""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

CHOICE_COLUMNS = ("choice", "choices", "position", "step", "value")
PARTICIPANT_COLUMNS = ("participant_id", "participant")


def stored_choices(database: Path) -> list[str] | None:
    """The choice of every participant who has an answer, one text each; None where no such table is.

    Works on any schema that has one table named answer or answers with a participant and a choice.
    """
    with TemporaryDirectory() as folder:
        db = sqlite3.connect(copy_database(database, Path(folder)))
        try:
            if db.execute("pragma quick_check").fetchone()[0] != "ok":
                return []
            return _choices(db)
        finally:
            db.close()


def copy_database(database: Path, folder: Path) -> Path:
    """A copy of the file and its write-ahead log in ``folder``."""
    copy = folder / database.name
    for ending in ("", "-wal"):
        source = database.with_name(database.name + ending)
        if source.exists():
            shutil.copyfile(source, copy.with_name(copy.name + ending))
    return copy


def stored_taps(database: Path) -> dict[str, tuple[int, int | None]]:
    """Stairstep's participants by the hash of their token: the tap and the choice that are stored; 0 where none is."""
    with TemporaryDirectory(prefix="stairstep-bench-") as folder:
        db = sqlite3.connect(copy_database(database, Path(folder)))
        try:
            if db.execute("pragma quick_check").fetchone()[0] != "ok":
                return {}
            rows = db.execute(
                "select p.token_hash, coalesce(a.tap, 0), a.choice from participant p"
                " left join answer a on a.participant_id = p.id where p.token_hash is not null"
            )
            return {hashed: (tap, choice) for hashed, tap, choice in rows}
        finally:
            db.close()


def _choices(db: sqlite3.Connection) -> list[str] | None:
    names = [row[0] for row in db.execute("select name from sqlite_master where type = 'table'")]
    table = next((name for name in names if name.lower() in ("answer", "answers")), None)
    if table is None:
        return None
    columns = [row[1] for row in db.execute(f'pragma table_info("{table}")')]
    person = next((name for name in PARTICIPANT_COLUMNS if name in columns), None)
    choice = next((name for name in CHOICE_COLUMNS if name in columns), None)
    if person is None or choice is None:
        return None
    rows = db.execute(f'select "{person}", max("{choice}") from "{table}" group by 1')
    return [str(row[1]) for row in rows]


def lost(acknowledged: Iterable[int], stored: Iterable[str]) -> int:
    """How many acknowledged votes the stored ones do not account for, choice by choice.

    Everybody's newest acknowledged choice must be there: the same choices, as often each.
    """
    expected = Counter(str(choice) for choice in acknowledged)
    return (expected - Counter(text.strip("[]") for text in stored)).total()
