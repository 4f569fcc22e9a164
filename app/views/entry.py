"""Who stands at a phone's door, and what that phone is shown first: one look for all who come together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session, SQLModel

from app.store.one_of import one_of
from app.views.faces import PhoneFrames, personal_part, place_of
from app.views.mine import Asked, Person, mine_of_people


@dataclass(frozen=True, slots=True)
class Knock:
    """Somebody at the door of a session, with a token's hash. ``phones``: the views that phones there are known to show."""

    session_id: str
    token_hash: str
    phones: PhoneFrames = field(compare=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """The participant behind a knock, as of the session's version. ``place`` is which of the phones' frames is theirs.

    ``mine`` is what is their own, as JSON; None where the phones' views were not known for ``phone_version``.
    """

    participant_id: str
    state: str
    place: str
    version: int
    phone_version: int
    mine: str | None


# Asked for everybody who comes in, so it is built once.
_people, _sessions = (SQLModel.metadata.tables[name].c for name in ("participant", "live_session"))
_ENTRIES = (
    select(
        _people.token_hash,
        _people.session_id,
        _people.id,
        _people.state,
        _people.side,
        _people.group_id,
        _people.open_side,
        _people.name,
        _sessions.version,
        _sessions.phone_version,
    )
    .join(_sessions.id.table, _sessions.id == _people.session_id)
    .where(one_of(_people.token_hash, "hashes"))
)


def entries(db: Session, keys: Sequence[Knock]) -> dict[Knock, Entry]:
    """The entry of each knock whose token is one of a participant of that session."""
    hashes = [knock.token_hash for knock in keys]
    rows = {(row.session_id, row.token_hash): row for row in db.execute(_ENTRIES, {"hashes": hashes})}
    found = {knock: row for knock in keys if (row := rows.get((knock.session_id, knock.token_hash))) is not None}
    own = _own_parts(db, found)
    return {
        knock: Entry(
            row.id,
            row.state,
            place_of(row.state, row.side, row.group_id),
            row.version,
            row.phone_version,
            own.get(row.id),
        )
        for knock, row in found.items()
    }


def _own_parts(db: Session, found: dict[Knock, Row[Any]]) -> dict[str, str]:
    """What is personal to those who come to views that are known and have not changed, by participant, as JSON."""
    comers: dict[str, dict[str, Person]] = {}
    asked: dict[str, Asked] = {}
    for knock, row in found.items():
        if knock.phones.version == row.phone_version:
            asked[knock.session_id] = knock.phones.asked
            comers.setdefault(knock.session_id, {})[row.id] = Person(row.open_side, row.name)
    return {
        id_: personal_part(own)
        for session_id, people in comers.items()
        for id_, own in mine_of_people(db, asked=asked[session_id], people=people).items()
    }
