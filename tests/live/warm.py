"""Starts servers quickly: Python and the app are loaded once, each server is a fork of that.

`python -m tests.live.warm` reads a line {"env": {…}, "log": "…"} for each server, and prints its process id. A fork runs
the very command `stairstep serve`.
"""

import json
import os
import signal
import sys
from pathlib import Path

import app.serving  # noqa: F401  what takes the time
from app.cli import main as stairstep


def serve(order: dict[str, str]) -> None:
    """Become a server. Does not return."""
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.environ.update(order["env"])
        sys.argv = ["stairstep", "serve"]
        stairstep()
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system forgets ended servers by itself
    os.chdir(Path(__file__).parents[2])
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            serve(json.loads(line))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
