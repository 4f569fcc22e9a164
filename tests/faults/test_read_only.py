"""As in a container: a read-only root, one folder to write to beside /dev/shm, no rights. Runs as root, in a mount namespace of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.cluster.programs import reachable_by_all
from app.reports.export import KINDS
from tests.live.server import ROOT, Server
from tests.live.workshop import Web, Workshop

pytestmark = pytest.mark.needs_root
UID = 10001  # as in the Dockerfile
NO_RIGHTS = "--no-new-privs --bounding-set=-all --inh-caps=-all"


def test_a_whole_session_runs_on_a_read_only_root_without_any_rights(tmp_path: Path) -> None:
    places = (Path(sys.executable).resolve(), Path(sys.prefix), ROOT, tmp_path)
    somebody = f"--reuid={UID} --regid={UID} --clear-groups" if all(map(reachable_by_all, places)) else ""
    lines = [
        "set -e",
        f"mount -t tmpfs -o mode=1777 data {tmp_path}",
        f"for place in $(cut -d' ' -f2 /proc/mounts | grep -vxe {tmp_path} -e /dev/shm); do",
        "  mount -o remount,bind,ro $place 2>/dev/null || true",
        "done",
        f"exec setpriv {somebody} {NO_RIGHTS} {sys.executable} -m tests.faults.read_only {tmp_path}",
    ]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("STAIRSTEP_")}
    done = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "sh", "-c", "\n".join(lines)],
        cwd=ROOT,
        env=clean | {"TMPDIR": str(tmp_path), "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "served"


async def story(folder: Path) -> None:
    """A workshop from the lobby to its files. Raises AssertionError where something needs another place to write to."""
    for place in (ROOT, Path(sys.prefix), Path("/var/tmp")):
        with pytest.raises(OSError, match=r"Read-only|denied"):
            (place / "written").touch()
    server = Server(folder / "data")
    token = server.add_user("inga@halden.example", "owner", "Halden Works")
    server.start()
    try:
        workshop = await Workshop.make(server, Web(server, token))
        for question in ("current", "desired"):
            await workshop.vote(question, {"Leadership": (2, 3, 3), "Account team": (3, 4, 4)})
        await workshop.reveal()
        for kind in KINDS:
            made = await workshop.api.get(f"/api/v1{workshop.path}/export.{kind}?cut=customer")
            assert made.status_code == 200, (kind, made.text, server.log.read_text())
            assert made.content
        await workshop.leave()
    finally:
        server.stop()
