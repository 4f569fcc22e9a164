"""The account team's own calendars: commitments with the way to them, and when an account is looked at again.

Of a decision only the date comes in, never what was decided or why.
"""

from sqlmodel import Session

from app.store import queries, team
from app.store.dated import Dated
from app.store.tables import Account, Workspace
from app.views.calendar import Calendar, Entry, entry_of, recent
from app.views.links import base_url


def team_calendar(db: Session, *, workspace_id: str, account_id: str | None) -> Calendar:
    """One account's calendar, or that of all."""
    workspace = db.get_one(Workspace, workspace_id)
    accounts = queries.accounts(db, workspace_id) if account_id is None else [db.get_one(Account, account_id)]
    several = account_id is None
    rows = recent(db, workspace=workspace, account_id=account_id)
    entries = [entry_of(row, workspace.name, link=link_of(row), with_account=several) for row in rows]
    reviews = team.next_reviews(db, [account.id for account in accounts])
    names = {account.id: account.name for account in accounts}
    entries += [
        Entry(
            uid=f"review-{one.id}@stairstep",
            day=one.review_on,
            title=f"Review of {names[one.account_id]}",
            words="",
            changes=0,
            changed_at=one.created_at,
            link=f"{base_url()}/accounts/{one.account_id}/decision",
        )
        for one in reviews
    ]
    name = f"{workspace.name}: all commitments" if several else f"{accounts[0].name}: commitments"
    return Calendar(name, tuple(entries))


def link_of(row: Dated) -> str:
    """Where members find the row."""
    return f"{base_url()}/sessions/{row.session_id}/plan#row-{row.id}"
