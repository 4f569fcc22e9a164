"""The table of report files that take longer than a request should wait for. See `tables`."""

from typing import ClassVar

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from app.store.columns import Moment, belongs_to


class ReportFile(SQLModel, table=True):
    """A file that somebody waits for, kept for minutes.

    ``state``: waiting, making, ready or failed. While it is waiting or making, one process holds it ``held_until``;
    whoever asks after that may take it over, ``tries`` times at most. ``body`` is there when ready, ``why`` when failed.
    """

    __tablename__: ClassVar[str] = "report_file"
    id: str = Field(primary_key=True)
    session_id: str = belongs_to("live_session.id", index=True)
    user_id: str = belongs_to("person.id", index=True)
    kind: str
    cut: str
    paper: str = ""
    language: str = Field(default="en", sa_column_kwargs={"server_default": "en"})
    state: str = "waiting"
    held_until: int = Field(sa_type=Moment)
    began_at: int | None = Field(default=None, sa_type=Moment)
    tries: int = 1
    body: bytes | None = Field(default=None, sa_type=LargeBinary)
    why: str = ""
    created_at: int = Field(sa_type=Moment)
