"""Lists that grow for years, in pieces of a bounded size: each costs the same few queries however much there is."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, func, tuple_, union_all
from sqlalchemy import select as sql_select
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from app.core.scales import Template
from app.store.queries import template_of
from app.store.tables import Account, LiveSession, Release, SessionGroup

NEWEST_FIRST = (col(LiveSession.created_at).desc(), col(LiveSession.id))
_WITHOUT_DEFINITION = defer(cast("Any", LiveSession.definition), raiseload=True)


def accounts_page(db: Session, workspace_id: str, *, find: str, after: Account | None, limit: int) -> Sequence[Account]:
    """Up to ``limit`` of the workspace's accounts by name: those that have ``find`` in it, behind the one given."""
    name = func.lower(Account.name)
    query = select(Account).where(Account.workspace_id == workspace_id)
    if find:
        query = query.where(col(Account.name).icontains(find, autoescape=True))
    if after is not None:
        query = query.where(tuple_(name, col(Account.id)) > tuple_(func.lower(after.name), after.id))
    return db.exec(query.order_by(name, col(Account.id)).limit(limit)).all()


def account_names(db: Session, workspace_id: str, *, limit: int) -> Sequence[str]:
    """The names of up to ``limit`` accounts, in order."""
    query = select(Account.name).where(Account.workspace_id == workspace_id)
    return db.exec(query.order_by(func.lower(Account.name), col(Account.id)).limit(limit)).all()


def sessions_page(
    db: Session, workspace_id: str, *, account_id: str | None, after: LiveSession | None, limit: int
) -> Sequence[LiveSession]:
    """Up to ``limit`` sessions, newest first, behind the one given: of one account or of all. Without their definitions."""
    query = select(LiveSession).where(LiveSession.workspace_id == workspace_id)
    if account_id is not None:
        query = query.where(LiveSession.account_id == account_id)
    if after is not None:
        query = query.where(_behind(after))
    return db.exec(query.order_by(*NEWEST_FIRST).limit(limit).options(_WITHOUT_DEFINITION)).all()


def _behind(session: LiveSession) -> ColumnElement[bool]:
    at, id_ = col(LiveSession.created_at), col(LiveSession.id)
    return (at <= session.created_at) & ((at < session.created_at) | (id_ > session.id))


def live_now(db: Session, workspace_id: str, *, limit: int) -> Sequence[LiveSession]:
    """Up to ``limit`` sessions that run now, newest first. Without their definitions."""
    query = select(LiveSession).where(LiveSession.workspace_id == workspace_id, LiveSession.status == "live")
    return db.exec(query.order_by(*NEWEST_FIRST).limit(limit).options(_WITHOUT_DEFINITION)).all()


def newest_of_each(db: Session, account_ids: Sequence[str], *, limit: int) -> dict[str, tuple[int, list[LiveSession]]]:
    """For each account how many sessions it has, and its newest, up to ``limit``. Without their definitions."""
    if not account_ids:
        return {}
    own, id_ = col(LiveSession.account_id), col(LiveSession.id)
    of = dict(db.exec(select(own, func.count(id_)).where(own.in_(account_ids)).group_by(own)).all())

    def newest(account_id: str) -> Select[tuple[str]]:
        """The ids of one account's; a window over all of its sessions would look at each of them."""
        some = sql_select(id_).where(own == account_id).order_by(*NEWEST_FIRST).limit(limit).subquery()
        return sql_select(some.c.id)

    query = select(LiveSession).where(id_.in_(union_all(*map(newest, account_ids)))).order_by(*NEWEST_FIRST)
    found: dict[str, tuple[int, list[LiveSession]]] = {
        account_id: (of.get(account_id, 0), []) for account_id in account_ids
    }
    for session in db.exec(query.options(_WITHOUT_DEFINITION)):
        found[session.account_id][1].append(session)
    return found


def releases(db: Session, session_ids: Sequence[str]) -> dict[str, list[Release]]:
    """What was published of each session, round by round; sessions without a picture are left out."""
    query = select(Release).where(col(Release.session_id).in_(session_ids)).order_by(col(Release.round))
    found: dict[str, list[Release]] = {}
    for release in db.exec(query):
        found.setdefault(release.session_id, []).append(release)
    return found


def group_names(db: Session, session_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Each session's groups' names by their ids."""
    query = select(SessionGroup.session_id, SessionGroup.id, SessionGroup.name)
    found: dict[str, dict[str, str]] = {id_: {} for id_ in session_ids}
    for session_id, group_id, name in db.exec(query.where(col(SessionGroup.session_id).in_(session_ids))):
        found[session_id][group_id] = name
    return found


def templates(db: Session, session_ids: Iterable[str]) -> dict[str, Template]:
    """Each session's template as it was when the session was made."""
    query = select(LiveSession.id, LiveSession.definition).where(col(LiveSession.id).in_(list(session_ids)))
    definitions: dict[str, Any] = dict(db.exec(query).all())
    return {id_: template_of(id_, definitions.__getitem__) for id_ in definitions}
