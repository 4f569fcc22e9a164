"""SQLite's write-ahead log is given its length at the start, and that is nothing to what is stored."""

import os
import sqlite3
from pathlib import Path

import pytest

from app.settings import Settings
from app.store.engines import LOG_SIZE, lengthen_log, sqlite_engine
from app.store.migrate import migrate


def test_a_log_is_made_long_once_and_holds_what_it_held(tmp_path: Path) -> None:
    migrate(Settings(data_dir=tmp_path))
    file = tmp_path / "stairstep.db"
    log = file.with_name(file.name + "-wal")
    engine = sqlite_engine(file, writing=True)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO retired_code (code, until) VALUES ('before', 1)")
    for _ in range(2):
        lengthen_log(engine, file)
        assert log.stat().st_size == LOG_SIZE
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO retired_code (code, until) VALUES ('after', 2)")

    for ending in ("", "-wal"):  # as a crash leaves it
        (tmp_path / f"left{ending}").write_bytes(file.with_name(file.name + ending).read_bytes())
    engine.dispose()
    with sqlite3.connect(tmp_path / "left") as left:
        assert [code for (code,) in left.execute("SELECT code FROM retired_code ORDER BY until")] == ["before", "after"]
        assert left.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_log_stays_as_it_is_where_there_is_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate(Settings(data_dir=tmp_path))
    file = tmp_path / "stairstep.db"
    engine = sqlite_engine(file, writing=True)

    def full(_fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    lengthen_log(engine, file)
    assert file.with_name(file.name + "-wal").stat().st_size == 0
    engine.dispose()
