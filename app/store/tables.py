"""The tables of a workspace and its sessions; the others are by subject in `*_tables`, all of them in `every_table`.

Uniqueness and belonging are constraints here, where no caller can forget them.
Times are milliseconds since 1970, UTC. Rows that carry what people said have random keys and no rowid,
so that a copy of the file does not tell who answered when.
"""

from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    TextClause,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel, col

from app.store.columns import Moment
from app.store.columns import belongs_to as _owner


class Workspace(SQLModel, table=True):
    """Who owns everything else; ``name`` is the supplier's company.

    ``keep_days``: how long after their end sessions are kept; None keeps them until somebody deletes them.
    """

    id: str = Field(primary_key=True)
    name: str
    time_zone: str = "UTC"
    keep_days: int | None = None
    created_at: int = Field(sa_type=Moment)


class User(SQLModel, table=True):
    """A person who signs in. ``email`` is stored in lower case."""

    __tablename__: ClassVar[str] = "person"
    id: str = Field(primary_key=True)
    email: str = Field(unique=True)
    name: str
    password_hash: str
    created_at: int = Field(sa_type=Moment)


class Membership(SQLModel, table=True):
    """What a user may do in a workspace: owner, facilitator or viewer."""

    workspace_id: str = _owner("workspace.id", primary_key=True)
    user_id: str = _owner("person.id", primary_key=True, index=True)
    role: str


class SignIn(SQLModel, table=True):
    """A browser that is signed in; only the hash of its cookie is kept."""

    __tablename__: ClassVar[str] = "sign_in"
    token_hash: str = Field(primary_key=True)
    user_id: str = _owner("person.id", index=True)
    workspace_id: str = _owner("workspace.id")
    created_at: int = Field(sa_type=Moment)
    seen_at: int = Field(sa_type=Moment)
    password_at: int = Field(sa_type=Moment)


class ApiToken(SQLModel, table=True):
    """A token for scripts; it may do what its user may."""

    __tablename__: ClassVar[str] = "api_token"
    token_hash: str = Field(primary_key=True)
    id: str = Field(unique=True)
    name: str
    user_id: str = _owner("person.id", index=True)
    workspace_id: str = _owner("workspace.id")
    created_at: int = Field(sa_type=Moment)


class SetupLink(SQLModel, table=True):
    """The one-time link for the first user."""

    __tablename__: ClassVar[str] = "setup_link"
    token_hash: str = Field(primary_key=True)
    expires_at: int = Field(sa_type=Moment)
    used: bool = False


class Invitation(SQLModel, table=True):
    """A one-time link for somebody to choose a password: a new user of the workspace, or one who forgot theirs."""

    token_hash: str = Field(primary_key=True)
    workspace_id: str = _owner("workspace.id", index=True)
    email: str
    role: str
    expires_at: int = Field(sa_type=Moment)


class Account(SQLModel, table=True):
    """A customer company."""

    id: str = Field(primary_key=True)
    workspace_id: str = _owner("workspace.id", index=True)
    name: str
    created_at: int = Field(sa_type=Moment)
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)


class LiveSession(SQLModel, table=True):
    """One workshop. ``definition`` is its template as it was when the session was made; companies' names likewise.

    ``promise`` are the sentences on who will see what, as everybody reads them on joining. ``version`` goes up with
    each change that a view can show; ``phone_version`` is the version at which phones last had something new to show,
    ``ballot_versions`` how often it went up for answers alone.
    ``stage`` is what the facilitator put on the big screen; ``sealed``: phones can't be tied to answers any more.
    """

    __tablename__: ClassVar[str] = "live_session"
    id: str = Field(primary_key=True)
    workspace_id: str = _owner("workspace.id")
    account_id: str = _owner("account.id")
    title: str
    customer: str
    supplier: str
    facilitator: str
    template_key: str
    definition: dict[str, Any] = Field(sa_type=JSON)
    attribution: str
    promise: list[str] = Field(sa_type=JSON)
    smallest_group: int
    expected: int | None = None
    mirror: bool = False
    status: str = "lobby"
    code: str = Field(unique=True)
    join_token: str = Field(unique=True)
    screen_key: str
    version: int = 1
    phone_version: int = 1
    ballot_versions: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    locked: bool = False
    admit: bool = False
    asks_open: list[str] = Field(default_factory=list, sa_type=JSON)
    joined_groups: list[str] = Field(default_factory=list, sa_type=JSON)
    stage: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    notice: str = ""
    created_at: int = Field(sa_type=Moment)
    started_at: int | None = Field(default=None, sa_type=Moment)
    closed_at: int | None = Field(default=None, sa_type=Moment)
    sealed: bool = False


# Written out, not bound: an index of only some rows serves a query that says the same words.
TO_SEAL = text("status = 'closed' AND NOT sealed")


class RetiredCode(SQLModel, table=True):
    """A code that led to a session and may not be given out again before ``until``."""

    __tablename__: ClassVar[str] = "retired_code"
    code: str = Field(primary_key=True)
    until: int = Field(sa_type=Moment)


class SessionGroup(SQLModel, table=True):
    """A stakeholder group of one side."""

    __tablename__: ClassVar[str] = "session_group"
    id: str = Field(primary_key=True)
    session_id: str = _owner("live_session.id", index=True)
    name: str
    side: str
    position: int
    __table_args__ = (UniqueConstraint("session_id", "side", "name"),)


class SessionQuestion(SQLModel, table=True):
    """A question of a session in one round, and its status: waiting, open, closed or revealed.

    ``*_answered``: how many of each side have an answer here; counted as answers come and go, since every look needs it.
    """

    __tablename__: ClassVar[str] = "question"
    session_id: str = _owner("live_session.id", primary_key=True)
    key: str = Field(primary_key=True)
    round: int = Field(primary_key=True)
    status: str = "waiting"
    opened_at: int | None = Field(default=None, sa_type=Moment)
    closed_at: int | None = Field(default=None, sa_type=Moment)
    closes_at: int | None = Field(default=None, sa_type=Moment)
    customer_answered: int = 0
    supplier_answered: int = 0


IS_OPEN = text("status = 'open'")


class Participant(SQLModel, table=True):
    """A person's place in a session. ``name`` only where the session is *named*.

    ``state``: in, waiting (to be let in), removed or withdrawn. ``token_hash`` is emptied ten minutes after the session
    closed: from then on nobody can tell which phone said what. ``by_hand``: somebody without a phone, whose answers the
    facilitator enters; such a person never has a token.
    """

    id: str = Field(primary_key=True)
    session_id: str = _owner("live_session.id")
    group_id: str | None = Field(default=None)
    side: str
    name: str | None = None
    token_hash: str | None = Field(default=None, unique=True)
    state: str = "in"
    open_side: bool | None = None
    by_hand: bool = False
    __table_args__ = ({"sqlite_with_rowid": False},)


class Answer(SQLModel, table=True):
    """A participant's current choice; at most one row for each question, round and dimension.

    ``choice`` is a step, a bit mask of steps on a set scale, or None for *can't judge*. ``published`` says whether the
    last picture was made with this answer, ``published_choice`` with which choice; both serve METHOD 8.3 alone.
    """

    session_id: str = _owner("live_session.id", primary_key=True)
    participant_id: str = _owner("participant.id", primary_key=True, index=True)
    question: str = Field(primary_key=True)
    round: int = Field(primary_key=True)
    dimension: str = Field(primary_key=True)
    choice: int | None = None
    tap: int = Field(default=0, sa_type=BigInteger)
    published: bool = False
    published_choice: int | None = None
    __table_args__ = ({"sqlite_with_rowid": False},)


class Message(SQLModel, table=True):
    """An id that a phone used, so that sending it again changes nothing. ``digest`` is of the body, empty once withdrawn."""

    participant_id: str = _owner("participant.id", primary_key=True)
    id: str = Field(primary_key=True)
    digest: bytes = Field(sa_type=LargeBinary)
    __table_args__ = ({"sqlite_with_rowid": False},)


class Departure(SQLModel, table=True):
    """How many published answers of a group were withdrawn since the last picture (METHOD 8.3). ``group_id`` or the side."""

    session_id: str = _owner("live_session.id", primary_key=True)
    question: str = Field(primary_key=True)
    round: int = Field(primary_key=True)
    group_id: str = Field(primary_key=True)
    people: int = 0


class Idea(SQLModel, table=True):
    """A short text for the change question. ``who``: customer, supplier or both would have to change.

    ``original`` is the author's wording once the facilitator edited it. ``by_hand`` marks ideas entered by the facilitator.
    """

    id: str = Field(primary_key=True)
    session_id: str = _owner("live_session.id", index=True)
    participant_id: str | None = Field(default=None, index=True)
    side: str
    group_id: str | None = None
    text: str
    original: str = ""
    who: str
    status: str = "waiting"
    round: int = 1
    theme_id: str | None = Field(
        default=None, sa_column=Column(String, ForeignKey("theme.id", ondelete="SET NULL"), nullable=True, index=True)
    )
    __table_args__ = ({"sqlite_with_rowid": False},)


class Theme(SQLModel, table=True):
    """Ideas that belong together. ``who``: customer, supplier or both would have to change.

    ``component`` is a part of the Customer Gyroscope (axis, frame, gimbal, rotor, handle), "" for none. ``who_chosen``:
    the facilitator chose who, else it is proposed from the ideas. ``shown``: phones and the big screen may have it.
    ``position`` is the number people see, from 1; it stays while the theme does. ``revision`` goes up with each change, so
    that two people's edits do not tread on each other.
    """

    id: str = Field(primary_key=True)
    session_id: str = _owner("live_session.id", index=True)
    name: str
    component: str = ""
    who: str = "both"
    who_chosen: bool = False
    shown: bool = False
    position: int = 0
    revision: int = 1


class SortingStep(SQLModel, table=True):
    """A step of sorting ideas into themes, kept so that whoever made it can take it back.

    ``number`` counts up in the session, ``said`` is the step in words. ``moves``: [idea or commitment, theme before, theme
    after], None for *To sort*. ``themes``: [theme, what it was before, what it was after], None where there was none.
    """

    __tablename__: ClassVar[str] = "sorting_step"
    session_id: str = _owner("live_session.id", primary_key=True)
    number: int = Field(primary_key=True)
    user_id: str = _owner("person.id", index=True)
    said: str
    moves: list[Any] = Field(sa_type=JSON)
    themes: list[Any] = Field(sa_type=JSON)


class Support(SQLModel, table=True):
    """A participant's support for an idea or a theme (``item_id``). ``held`` is False once it was taken back.

    ``published`` says whether it was held when the last totals were made; it serves METHOD 8.3 alone.
    """

    session_id: str = _owner("live_session.id", primary_key=True)
    participant_id: str = _owner("participant.id", primary_key=True, index=True)
    round: int = Field(primary_key=True)
    item_id: str = Field(primary_key=True)
    held: bool = True
    tap: int = Field(default=-1, sa_type=BigInteger)
    published: bool = False
    __table_args__ = ({"sqlite_with_rowid": False},)


class Readiness(SQLModel, table=True):
    """Whether a participant's own side is ready for a theme: yes, not_yet, no, or None for *can't judge*.

    ``published`` and ``published_value`` are as in Answer.
    """

    session_id: str = _owner("live_session.id", primary_key=True)
    participant_id: str = _owner("participant.id", primary_key=True, index=True)
    round: int = Field(primary_key=True)
    theme_id: str = Field(primary_key=True)
    value: str | None = None
    tap: int = Field(default=-1, sa_type=BigInteger)
    published: bool = False
    published_value: str | None = None
    __table_args__ = ({"sqlite_with_rowid": False},)


class Tally(SQLModel, table=True):
    """Published totals of a round, frozen: of support (question change, made by `core/support`) or of readiness
    (`core/readiness`). ``kept`` when no newer ones were allowed.
    """

    session_id: str = _owner("live_session.id", primary_key=True)
    question: str = Field(primary_key=True)
    round: int = Field(primary_key=True)
    content: dict[str, Any] = Field(sa_type=JSON)
    kept: bool = False


class Release(SQLModel, table=True):
    """What was published of a round, frozen: made by `core/release` alone. ``kept`` when no newer picture was allowed."""

    session_id: str = _owner("live_session.id", primary_key=True)
    round: int = Field(primary_key=True)
    content: dict[str, Any] = Field(sa_type=JSON)
    kept: bool = False


class Look(SQLModel, table=True):
    """An entry of the log of looks at confidential results. Never changed, only added to."""

    id: str = Field(primary_key=True)
    workspace_id: str = _owner("workspace.id", index=True)
    session_id: str
    user_id: str
    what: str
    at: int = Field(sa_type=Moment)


class Tombstone(SQLModel, table=True):
    """Something deleted for good, so that restoring a backup deletes it again."""

    id: str = Field(primary_key=True)
    kind: str
    at: int = Field(sa_type=Moment)


def _while(name: str, what: Any, *, holds: TextClause) -> None:
    """An index of the rows for which something holds: as small as they are few, however many rows there were."""
    Index(name, what, sqlite_where=holds, postgresql_where=holds)


# Lists of years of sessions, and what the clock and Home ask for all the time.
AGE = (LiveSession.created_at, LiveSession.id)
Index("live_session_by_age", *map(col, (LiveSession.workspace_id, *AGE)))
Index("live_session_of_account", *map(col, (LiveSession.account_id, *AGE)))
Index("live_session_by_status", *map(col, (LiveSession.status, LiveSession.workspace_id, *AGE)))
Index("participant_in", *map(col, (Participant.session_id, Participant.state, Participant.side)))
_while("live_session_to_seal", col(LiveSession.closed_at), holds=TO_SEAL)
_while("question_timed", col(SessionQuestion.closes_at), holds=IS_OPEN)
