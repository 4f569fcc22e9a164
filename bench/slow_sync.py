"""A disk that takes longer for each sync: a few lines of C, compiled when they are needed and loaded before the server."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from bench.process import clean_environment

SOURCE = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <time.h>

static void take_longer(void) {
    struct timespec left = {0, %(nanoseconds)dL};
    while (nanosleep(&left, &left) == -1 && errno == EINTR) {}
}

int fsync(int file) {
    static int (*real)(int);
    if (!real) real = (int (*)(int)) dlsym(RTLD_NEXT, "fsync");
    take_longer();
    return real(file);
}

int fdatasync(int file) {
    static int (*real)(int);
    if (!real) real = (int (*)(int)) dlsym(RTLD_NEXT, "fdatasync");
    take_longer();
    return real(file);
}
"""
# ctypes calls the C library's fdatasync by its name, as SQLite does.
PROBE = """
import ctypes, os, sys, time
sync = ctypes.CDLL(None).fdatasync
file, times = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY), []
for position in range(40):
    os.pwrite(file, b"x" * 4096, position * 4096)
    began = time.perf_counter()
    sync(file)
    times.append(time.perf_counter() - began)
print(sorted(times)[20])
"""


class NoCompilerError(Exception):
    """There is no C compiler, so no slow disk."""


def slow_disk(folder: Path, seconds: float) -> tuple[dict[str, str], float]:
    """The environment in which every sync takes so much longer, and what a sync of 4 KB then takes in ``folder``."""
    compiler = os.environ.get("CC") or next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if compiler is None or not sys.platform.startswith("linux"):
        raise NoCompilerError("no C compiler (cc), or not Linux")
    source, library = folder / "slow_sync.c", folder / "slow_sync.so"
    source.write_text(SOURCE % {"nanoseconds": round(seconds * 1e9)})
    command = [compiler, "-O2", "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise NoCompilerError(f"{compiler} failed: {done.stderr.strip()[:300]}")
    environment = {"LD_PRELOAD": str(library)}
    probe = [sys.executable, "-c", PROBE, str(folder / "probe")]
    asked = clean_environment(environment)
    found = subprocess.run(probe, capture_output=True, text=True, env=asked, timeout=60, check=True)
    return environment, float(found.stdout)
