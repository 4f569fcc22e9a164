"""Customer accounts."""

from sqlmodel import Session

from app.core.texts import NAME_AT_MOST, plain_text
from app.errors import Conflict
from app.store import queries
from app.store.ids import new_id, now_ms
from app.store.tables import Account, Tombstone


def create_account(db: Session, *, workspace_id: str, name: object) -> Account:
    """A new account. Raises BadInput for a name that can't be used, Conflict where the name is taken."""
    wanted = plain_text(name, what="The account’s name", at_most=NAME_AT_MOST)
    if find_account(db, workspace_id=workspace_id, name=wanted) is not None:
        raise Conflict(f"There is an account called {wanted} already.")
    account = Account(id=new_id(), workspace_id=workspace_id, name=wanted, created_at=now_ms())
    db.add(account)
    db.flush()
    return account


def find_account(db: Session, *, workspace_id: str, name: str) -> Account | None:
    """The account with this name, whatever its capitals."""
    wanted = name.casefold()  # compared here: SQLite's lower() knows ASCII only
    return next((one for one in queries.accounts(db, workspace_id) if one.name.casefold() == wanted), None)


def account_for(db: Session, *, workspace_id: str, name: object) -> Account:
    """The account with this name, made where it does not exist. Raises BadInput for a name that can't be used."""
    wanted = plain_text(name, what="The account’s name", at_most=NAME_AT_MOST)
    return find_account(db, workspace_id=workspace_id, name=wanted) or create_account(
        db, workspace_id=workspace_id, name=wanted
    )


def tombstone(db: Session, id_: str, kind: str) -> None:
    """Remember that this was deleted for good, so that restoring a backup deletes it again."""
    db.merge(Tombstone(id=id_, kind=kind, at=now_ms()))
