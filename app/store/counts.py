"""What alone moves while people vote: how many of each side have answered. One small query for many sessions."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, SQLModel

from app.core.scales import Side
from app.store.one_of import one_of


@dataclass(frozen=True, slots=True)
class Counts:
    """A session's versions, and how many answered each question in its newest round.

    ``settled``: the part of its version that answers had nothing to do with. While it stays, only these counts change.
    """

    version: int
    phone_version: int
    settled: int
    answered: dict[str, dict[Side, int]]


# Asked at every look while people vote, so it is built once.
_session, _question = (SQLModel.metadata.tables[name].c for name in ("live_session", "question"))
_COUNTS = (
    select(
        _session.id,
        _session.version,
        _session.phone_version,
        _session.ballot_versions,
        _question.key,
        _question.customer_answered,
        _question.supplier_answered,
    )
    .join(_question.key.table, _question.session_id == _session.id)
    .where(one_of(_session.id, "session_ids"))
    .order_by(_question.round)
)


def counts(db: Session, session_ids: Sequence[str]) -> dict[str, Counts]:
    """The counts of each of these sessions that exists."""
    found: dict[str, Counts] = {}
    for id_, version, phone_version, ballot_versions, key, customer, supplier in db.execute(
        _COUNTS, {"session_ids": session_ids}
    ):
        if id_ not in found:
            found[id_] = Counts(version, phone_version, version - ballot_versions, {})
        found[id_].answered[key] = {"customer": customer, "supplier": supplier}
    return found
