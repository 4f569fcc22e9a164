"""When the disk is full only what makes room is stored; the rest goes on by itself once there is space."""

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.store import disk
from app.store.disk import ENOUGH, RESERVE, Disk, makes_room


def vote() -> None:
    """Something that grows."""


@makes_room
def delete() -> None:
    """Something that makes room."""


async def a_full_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Disk, list[bool]]:
    """A disk that has just run full, with no space left, and what it has told since."""
    found, told = Disk(folder), []
    assert found.keep_reserve()
    assert (folder / "reserve").stat().st_size == RESERVE
    found.told = lambda: told.append(found.full)
    monkeypatch.setattr(disk, "_allocate", _no_space)
    found.ran_full(asyncio.get_running_loop())
    await asyncio.sleep(0)
    return found, told


def _no_space(file: Path) -> None:
    file.write_bytes(b"half")
    raise OSError(28, "No space left on device")


async def test_a_full_disk_takes_deletions_alone_and_gives_them_the_reserve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full, told = await a_full_disk(tmp_path, monkeypatch)

    assert (full.takes(vote), full.takes(delete)) == (False, True)
    assert not (tmp_path / "reserve").exists()
    assert told == [True]
    await full.look(free_inside=ENOUGH - 1)
    assert full.full
    assert not (tmp_path / "reserve").exists(), "half a reserve only takes space"


async def test_it_goes_on_once_there_is_space_for_the_reserve_and_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full, told = await a_full_disk(tmp_path, monkeypatch)
    monkeypatch.undo()

    await full.look(free_inside=0)

    assert full.takes(vote)
    assert told == [True, False]
    assert (tmp_path / "reserve").stat().st_size == RESERVE


async def test_the_reserve_is_left_to_deletions_for_as_long_as_they_need_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full, _ = await a_full_disk(tmp_path, monkeypatch)
    monkeypatch.undo()
    free = SimpleNamespace(free=RESERVE + ENOUGH - 1)  # what the reserve gave, and nearly enough
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _folder: free)

    for _ in range(3):
        await full.look(free_inside=0)
        assert full.full
        assert not (tmp_path / "reserve").exists(), "taken back, it would make the next deletion fail"

    free.free += 1
    await full.look(free_inside=0)
    assert not full.full
    assert (tmp_path / "reserve").stat().st_size == RESERVE


async def test_it_goes_on_in_what_was_deleted_inside_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full, told = await a_full_disk(tmp_path, monkeypatch)

    await full.look(free_inside=ENOUGH)

    assert full.takes(vote)
    assert told == [True, False]


async def test_another_machines_disk_is_tried_again_at_the_next_look() -> None:
    theirs = Disk(None)
    theirs.ran_full(asyncio.get_running_loop())
    assert not theirs.takes(vote)

    await theirs.look(free_inside=0)

    assert theirs.takes(vote)
