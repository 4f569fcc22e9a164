"""The tables of what reminds people: calendar feeds, and reminders by e-mail. See `tables`."""

from typing import ClassVar

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, String
from sqlmodel import Field, SQLModel

from app.store.columns import Moment, belongs_to, of_member


class CalendarFeed(SQLModel, table=True):
    """An address that calendars read commitments from. Only the hash of its token is kept.

    ``account_id`` None: all accounts of the workspace. ``cut``: private is a member's own, and goes with the membership;
    customer belongs to the account and has no ``user_id``. ``asked_at``: when a calendar asked last, to the day.
    """

    __tablename__: ClassVar[str] = "calendar_feed"
    id: str = Field(primary_key=True)
    token_hash: str = Field(unique=True)
    workspace_id: str = belongs_to("workspace.id", index=True)
    account_id: str | None = Field(
        default=None,
        sa_column=Column(String, ForeignKey("account.id", ondelete="CASCADE"), nullable=True, index=True),
    )
    user_id: str | None = Field(default=None)
    cut: str
    made_by: str
    created_at: int = Field(sa_type=Moment)
    asked_at: int = Field(sa_type=Moment)
    __table_args__ = (of_member("calendar_feed_of_member"),)


class Reminder(SQLModel, table=True):
    """A member who wants mail about commitments, ``days_before`` they are due and once they are late.

    ``next_at``: when somebody looks next whether there is something to send; whoever looks moves it on first, so that one
    process of many does. ``greeted``: the first mail, which says that mail comes, is out. ``trouble``: why the last one was
    not delivered: refused, away or "".
    """

    workspace_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    days_before: int
    next_at: int = Field(sa_type=Moment, index=True)
    greeted: bool = False
    trouble: str = ""
    __table_args__ = (of_member("reminder_of_member"),)


class Reminded(SQLModel, table=True):
    """What a member was told of a commitment: ``kind`` soon or late, for the date ``due`` that it had then."""

    workspace_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    commitment_id: str = belongs_to("commitment.id", primary_key=True, index=True)
    kind: str = Field(primary_key=True)
    due: str
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["reminder.workspace_id", "reminder.user_id"],
            name="reminded_of_reminder",
            ondelete="CASCADE",
        ),
    )
