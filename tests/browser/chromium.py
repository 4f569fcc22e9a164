"""Finds a Chromium for the browser tests, or gets one: `python -m tests.browser.chromium`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def of_this_machine() -> str | None:
    """A Chromium on the path, or the one STAIRSTEP_CHROMIUM names; None where there is none."""
    named = os.environ.get("STAIRSTEP_CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def _of_playwright() -> bool:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def get() -> None:
    """Install one where none is found: with apt-get as root, else Playwright's own."""
    if of_this_machine() or _of_playwright():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=True, stdout=subprocess.DEVNULL)
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


if __name__ == "__main__":
    try:
        get()
    except subprocess.CalledProcessError as error:
        sys.exit(
            f"No Chromium found and none could be installed ({error}). Install one, or set STAIRSTEP_CHROMIUM to its path."
        )
