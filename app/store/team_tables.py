"""The tables of what the account team keeps for itself: discussions, behaviours, decisions. See `tables`."""

from typing import Any, ClassVar

from sqlalchemy import JSON, Column, ForeignKey, String
from sqlmodel import Field, SQLModel

from app.store.columns import Moment, belongs_to


class Discussion(SQLModel, table=True):
    """What the account team keeps on one of the nine discussions, 1 to 9: notes, done, and whether it was read before showing.

    ``revision`` goes up with each change of the notes, so that two people's edits do not tread on each other; ``author`` made the last.
    """

    session_id: str = belongs_to("live_session.id", primary_key=True)
    number: int = Field(primary_key=True)
    notes: str = ""
    author: str = ""
    revision: int = 0
    done: bool = False
    read: bool = False


class BehaviourMark(SQLModel, table=True):
    """What the account team saw of a behaviour on a ladder (a template's dimension). ``text`` may differ from the template's.

    ``place`` counts the behaviours of a side at a step from 1. ``mark``: seen, not_seen or unknown; ``seen_on`` YYYY-MM-DD or "".
    """

    __tablename__: ClassVar[str] = "behaviour"
    account_id: str = belongs_to("account.id", primary_key=True)
    template_key: str = Field(primary_key=True)
    dimension: str = Field(primary_key=True)
    side: str = Field(primary_key=True)
    step: int = Field(primary_key=True)
    place: int = Field(primary_key=True)
    text: str
    mark: str = "unknown"
    evidence: str = ""
    seen_on: str = ""
    author: str = ""


class Decision(SQLModel, table=True):
    """A decision on an account: invest, stay, step_down or part. Never changed, only added to.

    ``weighed``: for each step what it costs and brings on both sides. ``decided_on`` and ``review_on``: YYYY-MM-DD, the latter may be "".
    """

    id: str = Field(primary_key=True)
    account_id: str = belongs_to("account.id", index=True)
    session_id: str | None = Field(
        default=None,
        sa_column=Column(String, ForeignKey("live_session.id", ondelete="SET NULL"), nullable=True, index=True),
    )
    template_key: str
    choice: str
    step: int | None = None
    reason: str
    weighed: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    author: str
    decided_on: str
    review_on: str = ""
    created_at: int = Field(sa_type=Moment)
