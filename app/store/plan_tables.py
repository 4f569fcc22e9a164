"""The tables of what both sides promised, and of links that show it. See `tables`."""

from typing import ClassVar

from sqlalchemy import Column, ForeignKey, LargeBinary, String, false
from sqlmodel import Field, SQLModel

from app.store.columns import Moment, belongs_to


class Commitment(SQLModel, table=True):
    """What one side, or both, will do: by whom, by when, and what the other side gives for it.

    ``state``: proposed, agreed, in_hand, done or dropped. ``due`` is a date such as 2026-12-31, "" for none.
    ``customer_accepted`` and ``supplier_accepted``: each side said yes to the words as they are now. ``revision`` goes up
    with each change, so that two people's edits do not tread on each other; ``changed_by`` is the name of the last one,
    ``changed_at`` its time, None where there was none or an older release made it.
    """

    id: str = Field(primary_key=True)
    session_id: str = belongs_to("live_session.id", index=True)
    account_id: str = belongs_to("account.id", index=True)
    theme_id: str | None = Field(
        default=None, sa_column=Column(String, ForeignKey("theme.id", ondelete="SET NULL"), nullable=True, index=True)
    )
    text: str
    side: str
    owner: str = ""
    due: str = ""
    counterpart: str = ""
    state: str = "proposed"
    customer_accepted: bool = False
    supplier_accepted: bool = False
    revision: int = 1
    changed_by: str = ""
    created_at: int = Field(sa_type=Moment)
    changed_at: int | None = Field(default=None, sa_type=Moment)


class CheckIn(SQLModel, table=True):
    """A look at a commitment on the way: how it stood then, in which words, who wrote it down.

    ``state_before``: how it stood before, "" for one from an older version. ``corrected_by`` and ``corrected_at``: who last
    mended the note, or took the whole back, and when. ``removed``: taken back; only that it was there is kept, not its note.
    """

    __tablename__: ClassVar[str] = "check_in"
    id: str = Field(primary_key=True)
    commitment_id: str = belongs_to("commitment.id", index=True)
    state: str
    note: str = ""
    written_by: str = ""
    at: int = Field(sa_type=Moment)
    state_before: str = Field(default="", sa_column_kwargs={"server_default": ""})
    corrected_by: str = Field(default="", sa_column_kwargs={"server_default": ""})
    corrected_at: int | None = Field(default=None, sa_type=Moment)
    removed: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class ShareLink(SQLModel, table=True):
    """A link that shows the plan as it stands, or one report as it was. Only the hash of its token is kept.

    ``page`` is the report's page as it was when the link was made, compressed, at the session's ``version``;
    ``with_texts``: it holds what people wrote. ``takes_answers``: the customer's people may accept rows of the plan and say
    how they stand. ``passphrase_hash`` is "" where none is asked. ``for_phones``: the link
    that participants may keep; a session has at most one.
    """

    __tablename__: ClassVar[str] = "share_link"
    id: str = Field(primary_key=True)
    token_hash: str = Field(unique=True)
    session_id: str = belongs_to("live_session.id", index=True)
    kind: str
    cut: str = "customer"
    version: int
    page: bytes | None = Field(default=None, sa_type=LargeBinary)
    with_texts: bool = False
    takes_answers: bool = False
    passphrase_hash: str = ""
    for_phones: bool = False
    made_by: str = ""
    created_at: int = Field(sa_type=Moment)
    expires_at: int = Field(sa_type=Moment)
    revoked_at: int | None = Field(default=None, sa_type=Moment)


class ShareView(SQLModel, table=True):
    """How often a link was opened in one minute (``at`` is its start). Nothing is kept about who did."""

    __tablename__: ClassVar[str] = "share_view"
    link_id: str = belongs_to("share_link.id", primary_key=True)
    at: int = Field(sa_type=Moment, primary_key=True)
    looks: int = 0
