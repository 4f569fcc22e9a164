"""A PostgreSQL of our own in a folder: made, started, stopped, killed; a standby of it; databases in it."""

import os
import secrets
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from app.cluster.programs import Program, free_port, postgres_programs, reachable_by_all, unprivileged
from app.errors import AppError

USER = "stairstep"
SETTINGS = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": "200"}
STANDBY_NAME = "standby"


class Postgres:
    """One server in ``folder``, which is made where it does not exist. Only the loopback reaches it, by password."""

    def __init__(self, folder: Path, *, port: int | None = None, **settings: str) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.data = folder / "data"
        self.settings = SETTINGS | settings
        self._owner = unprivileged()
        self._programs = _programs_for(folder, self._owner)
        self.program = Program(
            "PostgreSQL",
            [self._programs / "postgres", "-D", self.data, "-p", str(self.port), *_options(self.settings)],
            folder / "postgres.log",
            self._answers,
            owner=self._owner,
        )

    @property
    def password(self) -> str:
        """The superuser's password; made with the folder."""
        return (self.folder / "password").read_text()

    def url(self, database: str = "postgres") -> str:
        """The address of a database in it."""
        return f"postgresql://{USER}:{quote(self.password)}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it, and wait until it takes connections; a new folder is filled first."""
        if not self.data.exists():
            self._make()
        self.program.start()

    def stop(self) -> None:
        """Stop it as an upgrade would: connections are ended, everything is written."""
        self.program.stop(signal.SIGINT)

    def crash(self) -> None:
        """End it as `pg_ctl stop -m immediate` does: nothing is tidied up; the next start repairs."""
        self.program.stop(signal.SIGQUIT)

    def kill(self) -> None:
        """Kill its first process; the others notice and end by themselves."""
        self.program.kill()

    def make_database(self, name: str) -> str:
        """A new, empty database; gives its address."""
        self.do(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)

    def has_database(self, name: str) -> bool:
        """Whether there is a database of this name."""
        return bool(self.ask("SELECT 1 FROM pg_database WHERE datname = %s", name))

    def do(self, statement: sql.SQL | sql.Composed) -> None:
        """Run a statement as superuser, outside any transaction."""
        with psycopg.connect(self.url(), autocommit=True) as db:
            db.execute(statement)

    def ask(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """What a query of the superuser finds."""
        with psycopg.connect(self.url(), autocommit=True) as db:
            return db.execute(query.encode(), values).fetchall()

    def standby(self, folder: Path) -> "Postgres":
        """A running copy that follows this one; from then on a commit waits until the copy has it on its disk too."""
        copy = Postgres(folder)
        copy._prepare(self.password)
        source = f"{self.url()}?application_name={STANDBY_NAME}"
        copy._run(
            "pg_basebackup", "--pgdata", copy.data, "--dbname", source, "--write-recovery-conf", "--checkpoint=fast"
        )
        copy.start()
        self.do(sql.SQL("ALTER SYSTEM SET synchronous_standby_names = {}").format(sql.Literal(STANDBY_NAME)))
        self.ask("SELECT pg_reload_conf()")
        return copy

    def promote(self) -> None:
        """Make a standby take writes. Whoever does this must have made sure that the old one takes none any more."""
        self.ask("SELECT pg_promote()")

    def only_follow(self, *, no_more: bool = False) -> None:
        """Let a stopped server start as one that only reads: how an old primary is to come back after a failover."""
        mark = self.data / "standby.signal"
        if no_more:
            mark.unlink()
        else:
            mark.touch()

    def _make(self) -> None:
        self._prepare(secrets.token_urlsafe(24))
        self._run(
            "initdb",
            *("--pgdata", self.data, "--username", USER, "--pwfile", self.folder / "password"),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("--locale=C", "--no-sync"),
        )

    def _prepare(self, password: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.folder / "password", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(password)
        if self._owner is not None:
            for path in (self.folder, self.folder / "password"):
                os.chown(path, *self._owner)
            if not reachable_by_all(self.folder.parent):
                raise AppError(
                    f"PostgreSQL can't run as root, and nobody else may reach {self.folder}. Choose another folder."
                )

    def _run(self, program: str, *arguments: str | Path) -> None:
        user, group = self._owner or (None, None)
        done = subprocess.run(  # noqa: S603
            [str(self._programs / program), *map(str, arguments)],
            user=user,
            group=group,
            extra_groups=None if user is None else [],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise AppError(f"{program} failed: {done.stderr.strip()}")

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.url(), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False


def _options(settings: dict[str, str]) -> list[str]:
    return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]


def _programs_for(folder: Path, owner: tuple[int, int] | None) -> Path:
    """Where to run the programs from: a copy in the folder where somebody else runs them who may not reach ours."""
    programs = postgres_programs()
    if owner is None or reachable_by_all(programs):
        return programs
    copy = folder.parent / "postgres-programs"
    if not copy.exists():
        shutil.copytree(programs.parent, copy)
    return copy / "bin"
