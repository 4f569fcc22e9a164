"""The tables of what was imported: a file on its way, and where an entered meeting came from. See `tables`."""

from typing import ClassVar

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from app.store.columns import Moment, belongs_to


class Upload(SQLModel, table=True):
    """A file of past answers that its user looks at before it is entered or dropped; a user has one at a time.

    ``content`` is its sheets as JSON, compressed. Gone once it was entered or dropped, and an hour after it was handed in.
    """

    id: str = Field(primary_key=True)
    account_id: str = belongs_to("account.id", index=True)
    user_id: str = belongs_to("person.id", unique=True)
    file_name: str
    digest: str
    content: bytes = Field(sa_type=LargeBinary)
    expires_at: int = Field(sa_type=Moment, index=True)


class Imported(SQLModel, table=True):
    """Where a session's answers came from: a file, by its name and ``digest``; when it was entered, and by whom.

    ``rows_left_out``: how many rows of the file are not in the session.
    """

    __tablename__: ClassVar[str] = "imported"
    session_id: str = belongs_to("live_session.id", primary_key=True)
    file_name: str
    digest: str
    entered_by: str
    entered_at: int = Field(sa_type=Moment)
    rows_left_out: int = 0
