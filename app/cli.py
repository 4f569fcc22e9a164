"""The stairstep command."""

import getpass
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
import uvloop

from app.actions import people
from app.errors import AppError
from app.settings import Settings, read_settings
from app.store.migrate import migrate
from app.store.once import run_once

cli = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Stairstep, from the command line."
)
user_cli = typer.Typer(no_args_is_help=True, help="People who sign in.")
token_cli = typer.Typer(no_args_is_help=True, help="Tokens for scripts.")
session_cli = typer.Typer(no_args_is_help=True, help="Sessions.")
cli.add_typer(user_cli, name="user")
cli.add_typer(token_cli, name="token")
cli.add_typer(session_cli, name="session")


def main() -> None:
    """Run the command; an error is one plain line on standard error. What it writes only its own user may read."""
    os.umask(0o077)
    try:
        cli()
    except AppError as error:
        fail(error.sentence)


def fail(sentence: str) -> NoReturn:
    """Say what is wrong on standard error and exit with 1."""
    print(f"stairstep: {sentence}", file=sys.stderr)
    raise SystemExit(1)


@cli.command()
def serve() -> None:
    """Serve Stairstep on this machine."""
    from app.serving import serve as run  # noqa: PLC0415  the other commands start without the web parts

    uvloop.run(run(read_settings()))


@cli.command()
def demo(
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="As STAIRSTEP_PORT by default.")] = None,
    people: Annotated[int, typer.Option(min=1, max=1000, help="How many simulated people take part.")] = 24,
    pace: Annotated[float, typer.Option(min=0.1, max=100, help="How fast they are; 2 is twice as fast.")] = 1,
) -> None:
    """Serve a sample workspace with a live session and simulated people, in a folder that goes when it ends."""
    from app.demo.run import run_demo  # noqa: PLC0415

    settings = read_settings()
    run_demo(settings.model_copy(update={"port": port}) if port else settings, people=people, pace=pace)


@cli.command()
def cluster(
    processes: Annotated[int, typer.Option(min=1, max=32, help="How many app processes.")] = 2,
    folder: Annotated[
        Path | None, typer.Option(help="Where everything is kept; a folder that goes when it ends by default.")
    ] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="As STAIRSTEP_PORT by default.")] = None,
) -> None:
    """Serve sample data from PostgreSQL, Redis and several app processes behind one address, all on this machine."""
    from app.cluster.run import run_cluster  # noqa: PLC0415

    settings = read_settings()
    settings = settings.model_copy(update={"port": port}) if port else settings
    run_cluster(settings, folder=folder, processes=processes)


@user_cli.command("add")
def user_add(
    email: str,
    role: Annotated[
        str | None, typer.Option(help="owner, facilitator or viewer; by default the first user is the owner.")
    ] = None,
    workspace: Annotated[
        str | None, typer.Option(help="Made where it does not exist; the first one by default.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="The name others see; from the e-mail by default.")] = None,
    password_stdin: Annotated[bool, typer.Option(help="Read the password from standard input.")] = False,
) -> None:
    """Add a person who can sign in."""
    address = people.checked_email(email)
    password = sys.stdin.readline().rstrip("\n") if password_stdin else _ask_password()
    user = people.NewUser(
        email=address, name=name or address.split("@")[0], password_hash=people.hash_password(password)
    )
    run_once(read_settings(), people.add_user, user=user, role=role, workspace=workspace)
    print(f"Added {address}.")


def _ask_password() -> str:
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        fail("The two passwords differ. Nothing was added.")
    return password


@token_cli.command("create")
def token_create(
    email: Annotated[str, typer.Option(help="Whose token it is; it may do what this user may.")],
    name: Annotated[str, typer.Option(help="What it is for.")] = "script",
) -> None:
    """Make an API token and print it, once."""
    print(run_once(read_settings(), people.create_token, email=email, name=name))


@session_cli.command("export")
def session_export(
    session_id: str,
    to: Annotated[
        Path, typer.Option(help="The file to write; its ending says the kind: .csv, .json, .xlsx, .pptx or .pdf.")
    ],
    cut: Annotated[str, typer.Option(help="private or customer.")] = "private",
    paper: Annotated[str, typer.Option(help="For a PDF: a4 or letter.")] = "a4",
    lang: Annotated[str, typer.Option(help="The language: en or de.")] = "en",
) -> None:
    """Write a session's report to a file."""
    from app.core.language import LANGUAGES  # noqa: PLC0415
    from app.reports.export import KINDS, PAPERS  # noqa: PLC0415

    ending = to.suffix.removeprefix(".")
    kind = KINDS.get(ending)
    if kind is None:
        fail("The file's ending has to be one of: " + ", ".join(f".{name}" for name in KINDS))
    if paper not in PAPERS:
        fail("--paper is a4 or letter.")
    if cut not in {"private", "customer"}:
        fail("--cut is private or customer.")
    if lang not in LANGUAGES:
        fail("--lang is " + " or ".join(LANGUAGES) + ".")
    how = {"paper": paper} if ending == "pdf" else {}
    to.write_bytes(run_once(read_settings(), kind.make, session_id=session_id, cut=cut, language=lang, **how))
    print(f"Wrote {to}.")


def sqlite_settings() -> Settings:
    """The settings, for commands that copy the database's file."""
    settings = read_settings()
    if settings.on_postgres:
        fail("The database is PostgreSQL: back it up and restore it with pg_dump and pg_restore (docs/operations.md).")
    return settings


@cli.command()
def backup(file: Path) -> None:
    """Copy the database to FILE, also while the server runs."""
    from app.store.backup import back_up  # noqa: PLC0415

    settings = sqlite_settings()
    migrate(settings)
    back_up(settings.sqlite_file, file)
    print(f"Backed up to {file}.")


@cli.command()
def restore(file: Path) -> None:
    """Put a backup back in place of the database; the server must not run. What was deleted since stays deleted."""
    from app.store.alone import hold  # noqa: PLC0415
    from app.store.backup import put_back  # noqa: PLC0415

    settings = sqlite_settings()
    with hold(settings):
        kept = put_back(file, settings.sqlite_file)
    print(f"Restored {file}." + (f" The database as it was is in {kept}." if kept else ""))


@cli.command()
def doctor() -> None:
    """Check settings, database, clock and disk, and say what to do."""
    from app.doctor import examine  # noqa: PLC0415

    findings = examine(read_settings())
    for finding in findings:
        print(f"{'ok  ' if finding.fine else 'look'}  {finding.words}")
    if not all(finding.fine or finding.advice for finding in findings):
        raise SystemExit(1)
