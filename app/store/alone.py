"""Makes sure that a database made for one process is used by one: without Redis nobody would hear of another's changes."""

import fcntl
from contextlib import ExitStack
from pathlib import Path

from app.errors import AppError
from app.settings import Settings
from app.store.engines import postgres_engine, reached

NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "fuse.sshfs", "glusterfs", "ceph"}
ONE_PROCESS_LOCK = 7_245_502
"""Any number that nobody else uses in this PostgreSQL database."""


def hold(settings: Settings) -> ExitStack:
    """Hold the database for this process until the stack is closed; nothing to hold where several may share it.

    Raises AppError that says what to do where another process holds it, or where SQLite would be on a network.
    """
    stack = ExitStack()
    if settings.redis_url:
        return stack
    if settings.on_postgres:
        engine = postgres_engine(settings.database_url, writing=True)
        stack.callback(engine.dispose)
        with reached():
            connection = stack.enter_context(engine.connect())
        held = connection.exec_driver_sql("SELECT pg_try_advisory_lock(%s)", (ONE_PROCESS_LOCK,)).scalar_one()
        connection.commit()
        if not held:
            stack.close()
            raise AppError(
                "Another Stairstep uses this database. For several processes set STAIRSTEP_REDIS_URL for each."
            )
        return stack
    settings.sqlite_file.parent.mkdir(parents=True, exist_ok=True)
    kind = file_system(settings.sqlite_file.parent)
    if kind in NETWORK_FILE_SYSTEMS:
        raise AppError(
            f"The data folder is on a network ({kind}), where SQLite can lose data. Choose a local one: STAIRSTEP_DATA_DIR."
        )
    lock = stack.enter_context(settings.sqlite_file.with_name(f"{settings.sqlite_file.name}.lock").open("w"))
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        stack.close()
        raise AppError(
            f"Another Stairstep uses {settings.sqlite_file}. Stop it, or choose another folder: STAIRSTEP_DATA_DIR. "
            "Several processes need PostgreSQL and Redis."
        ) from None
    return stack


def file_system(folder: Path) -> str:
    """The kind of file system that the folder is on, such as ext4; "" where the system does not say."""
    try:
        lines = Path("/proc/mounts").read_text().splitlines()
    except OSError:
        return ""
    mounts = [(Path(parts[1].replace("\\040", " ")), parts[2]) for line in lines if len(parts := line.split()) > 2]
    own = folder.resolve()
    around = [(mount, kind) for mount, kind in mounts if own == mount or mount in own.parents]
    return max(around, key=lambda one: len(one[0].parts))[1] if around else ""
