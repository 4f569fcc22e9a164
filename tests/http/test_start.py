"""A start on a database that has every step already: as little as possible is loaded, since people wait for it."""

import subprocess
import sys
from pathlib import Path

from alembic.script import ScriptDirectory

from app.settings import Settings
from app.store.migrate import _config, _head, migrate

LOADED = """
import sys
from app.main import create_app
from app.settings import Settings
create_app(Settings(_env_file=None), base_url="http://localhost:8000")
print(*sorted(name for name in sys.argv[1:] if name in sys.modules))
"""
HEAVY = ("alembic", "mako", "pptx", "xlsxwriter", "typst", "rich", "jinja2")


def test_the_newest_step_is_the_one_that_alembic_finds() -> None:
    assert _head() == ScriptDirectory.from_config(_config()).get_current_head()


def test_a_start_without_missing_steps_loads_no_tools_for_them_nor_for_reports(tmp_path: Path) -> None:
    migrate(Settings(data_dir=tmp_path, _env_file=None))
    command = [sys.executable, "-c", LOADED, *HEAVY]

    done = subprocess.run(
        command,
        env={"STAIRSTEP_DATA_DIR": str(tmp_path), "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout.split(), done.returncode) == (["jinja2"], 0), done.stderr
