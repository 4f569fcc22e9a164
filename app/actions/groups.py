"""A session's groups, while it is prepared."""

from sqlmodel import Session, select

from app.actions.versions import bump
from app.core.texts import NAME_AT_MOST, plain_text
from app.errors import BadInput, Conflict, NotFound
from app.store import queries
from app.store.ids import new_id
from app.store.tables import Participant, SessionGroup


def _own(db: Session, session_id: str, group_id: str) -> SessionGroup:
    group = db.get(SessionGroup, group_id)
    if group is None or group.session_id != session_id:
        raise NotFound("This group does not exist.")
    return group


def _free_name(db: Session, session_id: str, name: object, side: str, *, but: str = "") -> str:
    wanted = plain_text(name, what="A group’s name", at_most=NAME_AT_MOST)
    taken = {
        group.name.casefold() for group in queries.groups(db, session_id) if group.side == side and group.id != but
    }
    if wanted.casefold() in taken:
        raise BadInput("Two groups of one side have the same name.", fields={"name": "each name once"})
    return wanted


def add_group(db: Session, *, session_id: str, name: object, side: str) -> SessionGroup:
    """A new group. Raises Conflict after the first question or in an anonymous session, BadInput for a name that is taken."""
    session = queries.live_session(db, session_id)
    if session.status != "lobby" or session.attribution == "anonymous":
        raise Conflict("Groups are settled for this session.")
    others = queries.groups(db, session_id)
    group = SessionGroup(
        id=new_id(), session_id=session_id, name=_free_name(db, session_id, name, side), side=side, position=len(others)
    )
    db.add(group)
    db.flush()
    bump(db, session_id, phones=True)
    return group


def rename_group(db: Session, *, session_id: str, group_id: str, name: object) -> SessionGroup:
    """The group with its new name. Raises NotFound, BadInput for a name that is taken."""
    group = _own(db, session_id, group_id)
    if group.name != name:
        group.name = _free_name(db, session_id, name, group.side, but=group.id)
    db.add(group)
    db.flush()
    bump(db, session_id, phones=True)
    return group


def delete_group(db: Session, *, session_id: str, group_id: str) -> None:
    """Delete a group that nobody is in and that is not its side's last. Raises Conflict otherwise, NotFound."""
    group = _own(db, session_id, group_id)
    if db.exec(select(Participant.id).where(Participant.group_id == group_id).limit(1)).first():
        raise Conflict("Somebody is in this group.")
    if sum(other.side == group.side for other in queries.groups(db, session_id)) == 1:
        raise Conflict("Each side needs a group.")
    db.delete(group)
    db.flush()
    bump(db, session_id, phones=True)
