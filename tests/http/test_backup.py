"""Copies of the database: made while it is used, put back whole, and what was deleted since stays deleted."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live.server import Server
from tests.live.workshop import Web


def stairstep(server: Server, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "STAIRSTEP_DATA_DIR": str(server.data_dir)}
    return subprocess.run([sys.executable, "-m", "app", *words], env=env, capture_output=True, text=True, check=False)


@pytest.mark.sqlite_only
async def test_a_backup_is_whole_and_what_was_deleted_since_stays_deleted(elsewhere: Server, tmp_path: Path) -> None:
    elsewhere.start()
    token = elsewhere.add_user("owner@halden.example", "owner", "Halden")
    api = Web(elsewhere, token)
    kept, gone = [(await api("POST /accounts", {"name": name}))["id"] for name in ("A", "B")]
    calendar = (await api.client.post("/calendar")).text
    copy = tmp_path / "copy.db"
    assert stairstep(elsewhere, "backup", str(copy)).returncode == 0
    await api.client.post(re.search(r"/calendar/\w+/end", calendar).group())
    await api(f"DELETE /accounts/{gone}")
    late = (await api("POST /accounts", {"name": "C"}))["id"]

    refused = stairstep(elsewhere, "restore", str(copy))
    assert refused.returncode == 1
    assert "Another Stairstep uses" in refused.stderr
    elsewhere.stop()
    done = stairstep(elsewhere, "restore", str(copy))
    assert done.returncode == 0, done.stderr

    elsewhere.start()
    found = {item["id"] for item in (await Web(elsewhere, token)("GET /accounts"))["items"]}
    assert found == {kept}
    assert late not in found
    assert elsewhere.rows("SELECT count(*) FROM calendar_feed") == [(0,)], "the address that was ended"


@pytest.mark.sqlite_only
async def test_a_file_that_is_no_backup_is_refused_and_nothing_changes(elsewhere: Server, tmp_path: Path) -> None:
    elsewhere.start()
    elsewhere.add_user("owner@halden.example", "owner", "Halden")
    elsewhere.stop()
    for name, content in (("empty.db", b""), ("text.db", b"not a database at all" * 100)):
        (tmp_path / name).write_bytes(content)
        refused = stairstep(elsewhere, "restore", str(tmp_path / name))
        assert refused.returncode == 1
        assert refused.stderr.startswith("stairstep: ")
        assert len(refused.stderr.splitlines()) == 1
    assert elsewhere.rows("SELECT email FROM person") == [("owner@halden.example",)]
