"""Accounts with sessions, made in seconds: rows of one session that was held are copied inside SQLite while no server runs."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bench.old_rows import DAY_MS, Row, insert, rows_of
from bench.seats import new_id

OF_A_SESSION = ("session_group", "question", "release", "tally", "theme", "commitment")


def fill(file: Path, session_id: str, *, accounts: int, sessions: int) -> None:
    """So many accounts, each with so many sessions like this one, with all that is public of it and was promised in it."""
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("pragma foreign_keys = off")
        session = rows_of(db, "select * from live_session where id = ?", session_id)[0]
        account = rows_of(db, "select * from account where id = ?", session["account_id"])[0]
        parts = {name: rows_of(db, f"select * from {name} where session_id = ?", session_id) for name in OF_A_SESSION}
        db.execute("begin")
        made = [account | {"id": new_id(), "name": f"Customer {number}"} for number in range(accounts)]
        held = [
            session
            | {"id": (id_ := new_id()), "account_id": one["id"], "title": f"Session {at}"}
            | {"code": f"P{id_}", "join_token": id_, "screen_key": id_, "status": "closed", "sealed": 1}
            | {"started_at": session["created_at"] - (sessions - at) * DAY_MS}
            for one in made
            for at in range(sessions)
        ]
        insert(db, "account", made)
        insert(db, "live_session", held)
        for one in held:
            named = {row["id"]: new_id() for row in parts["session_group"]}
            for name, found in parts.items():
                if found:
                    insert(db, name, [_copy(row, one, named) for row in found])
        db.execute("commit")
        db.execute("analyze")


def _copy(row: Row, session: Row, named: dict[str, str]) -> Row:
    """A row of the session as another session's; its groups have new names there, also in what is public of them."""
    own = {"session_id": session["id"], "account_id": session["account_id"], "theme_id": None}
    made = row | {key: value for key, value in own.items() if key in row}
    if "id" in row:
        made["id"] = named.get(row["id"]) or new_id()
    if "content" in row:
        for was, now in named.items():
            made["content"] = made["content"].replace(was, now)
    return made
