"""What `stairstep doctor` looks at, and what it advises."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from redis import Redis
from redis.exceptions import RedisError

from app.browser_files import FILES, VENDOR
from app.errors import AppError
from app.live.post import MailFailed, Post
from app.settings import Settings
from app.store.engines import postgres_engine, reached

SAFE_SQLITE = (3, 51, 3)
MUST_BE_ON = ("fsync", "full_page_writes")
SPACE_AT_LEAST = 500 * 1024 * 1024
A_DAY_OF_THE_FIRST_RELEASE = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. ``advice``: it works, but could be better."""

    fine: bool
    words: str
    advice: bool = False


def examine(settings: Settings) -> list[Finding]:
    """Every finding, settings first."""
    database = _postgres(settings) if settings.on_postgres else _sqlite(settings)
    return [
        *_settings(settings),
        *database,
        *_redis(settings),
        *_mail(settings),
        *_disk(settings),
        *_clock(),
        *_pages(),
    ]


def _settings(settings: Settings) -> Iterator[Finding]:
    yield Finding(True, f"settings can be read; data is in {settings.data_dir}")
    if not settings.https:
        yield Finding(
            False, "STAIRSTEP_BASE_URL is not https: fine in a meeting room, not on the internet", advice=True
        )


def _postgres(settings: Settings) -> Iterator[Finding]:
    engine = postgres_engine(settings.database_url, writing=False)
    try:
        with reached(), engine.connect() as connection:
            says = {name: connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in MUST_BE_ON}
            version = connection.exec_driver_sql("SHOW server_version").scalar_one()
    except AppError as error:
        yield Finding(False, error.sentence)
        return
    finally:
        engine.dispose()
    yield Finding(True, f"PostgreSQL {version} answers")
    for name, value in says.items():
        if value != "on":
            yield Finding(False, f"PostgreSQL has {name} {value}: a power cut loses what was acknowledged; set it on")


def _redis(settings: Settings) -> Iterator[Finding]:
    if not settings.redis_url:
        return
    try:
        with Redis.from_url(settings.redis_url, socket_timeout=2, socket_connect_timeout=2) as redis:
            redis.ping()
    except (RedisError, OSError) as error:
        words = "views are up to two seconds late until it does; look at STAIRSTEP_REDIS_URL"
        yield Finding(False, f"Redis does not answer ({type(error).__name__}); {words}")
    else:
        yield Finding(True, "Redis answers")


def _mail(settings: Settings) -> Iterator[Finding]:
    post = Post.of(settings)
    if post is None:
        return
    try:
        asyncio.run(post.knock())
    except MailFailed as error:
        words = f"the mail server does not let us in ({error.words}); reminders wait; look at STAIRSTEP_SMTP_…"
        yield Finding(False, words, advice=True)
    else:
        yield Finding(True, "the mail server lets us in")


def _sqlite(settings: Settings) -> Iterator[Finding]:
    file = settings.sqlite_file
    if not file.exists():
        yield Finding(True, f"no database yet; the first start makes {file}")
    else:
        try:
            with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as found:
                problem = found.execute("PRAGMA quick_check").fetchone()[0]
                mode = found.execute("PRAGMA journal_mode").fetchone()[0]
        except sqlite3.Error as error:
            problem, mode = str(error), ""
        if problem != "ok":
            yield Finding(
                False, f"the database is damaged ({problem}); stop the server and use: stairstep restore FILE"
            )
        else:
            yield Finding(True, f"the database is whole (journal: {mode})")
    version = ".".join(map(str, sqlite3.sqlite_version_info))
    if sqlite3.sqlite_version_info < SAFE_SQLITE:
        yield Finding(
            False,
            f"SQLite {version}: before 3.51.3 two connections that write at once can rarely damage a WAL; "
            "the server uses one, so don't write to the file with other tools",
            advice=True,
        )
    else:
        yield Finding(True, f"SQLite {version}")


def _disk(settings: Settings) -> Iterator[Finding]:
    folder = next(place for place in (settings.data_dir, *settings.data_dir.absolute().parents) if place.exists())
    free = shutil.disk_usage(folder).free
    fine = free >= SPACE_AT_LEAST
    yield Finding(
        fine, f"{free // 1024 // 1024} MB free in {folder}" + ("" if fine else "; make room, 500 MB at least")
    )


def _clock() -> Iterator[Finding]:
    now = datetime.now(UTC)
    fine = now > A_DAY_OF_THE_FIRST_RELEASE
    yield Finding(
        fine, f"the clock says {now:%Y-%m-%d %H:%M} UTC" + ("" if fine else "; set it, sign-ins depend on it")
    )


def _pages() -> Iterator[Finding]:
    missing = [name for name in FILES if not (VENDOR / name).exists()]
    if missing:
        yield Finding(
            False, f"browser files are missing ({', '.join(missing)}); `make setup` or the first start fetches them"
        )
    else:
        yield Finding(True, "the browser files are there")
