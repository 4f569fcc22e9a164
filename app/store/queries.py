"""Named questions to the database. Rows on one side, rows or plain numbers on the other; nothing here decides."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlalchemy.orm import defer
from sqlmodel import Session, SQLModel, col, select

from app.core.questions import Status
from app.core.scales import SIDES, Question, Side, Template, template_from_json
from app.core.voices import Voice
from app.errors import NotFound
from app.store.one_of import one_of
from app.store.tables import (
    Account,
    Answer,
    ApiToken,
    Departure,
    Idea,
    LiveSession,
    Membership,
    Participant,
    Release,
    SessionGroup,
    SessionQuestion,
    SignIn,
    Theme,
    User,
    Workspace,
)
from app.store.team_tables import Discussion

P = ParamSpec("P")
R = TypeVar("R")


def once_per_snapshot(query: Callable[P, R]) -> Callable[P, R]:
    """Ask only once where one look needs the same answer in several places.

    Only for reads, whose snapshot never changes; in a write every call asks again. The answer must not be changed.
    """

    @wraps(query)
    def ask(*args: P.args, **kwargs: P.kwargs) -> R:
        memory: dict[Any, R] | None = cast("Session", args[0]).info.get("snapshot")
        if memory is None:
            return query(*args, **kwargs)
        key = _memory_key(query, *args[1:], **kwargs)
        if key not in memory:
            memory[key] = query(*args, **kwargs)
        return memory[key]

    return ask


def _memory_key(query: Callable[..., Any], *args: object, **kwargs: object) -> tuple[str, str, str]:
    return query.__name__, repr(args), repr(kwargs)


def live_session(db: Session, session_id: str) -> LiveSession:
    """The session. An action that asks for it holds it until its commit, so that two processes take turns.

    Raises NotFound.
    """
    if "snapshot" in db.info:
        found = db.get(LiveSession, session_id)
    else:
        found = db.get(LiveSession, session_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("This session does not exist.")
    return found


def session_in_workspace(db: Session, session_id: str, workspace_id: str) -> LiveSession:
    """The session, if the workspace owns it. Raises NotFound, the same for missing and foreign."""
    found = db.get(LiveSession, session_id)
    if found is None or found.workspace_id != workspace_id:
        raise NotFound("This session does not exist.")
    return found


def account_in_workspace(db: Session, account_id: str, workspace_id: str) -> Account:
    """The account, if the workspace owns it. Raises NotFound, the same for missing and foreign."""
    found = db.get(Account, account_id)
    if found is None or found.workspace_id != workspace_id:
        raise NotFound("This account does not exist.")
    return found


def accounts(db: Session, workspace_id: str) -> list[Account]:
    """The workspace's accounts by name."""
    query = (
        select(Account).where(Account.workspace_id == workspace_id).order_by(func.lower(Account.name), col(Account.id))
    )
    return list(db.exec(query))


def sessions(db: Session, workspace_id: str, *, account_id: str | None = None) -> list[LiveSession]:
    """The workspace's sessions, newest first."""
    query = select(LiveSession).where(LiveSession.workspace_id == workspace_id)
    if account_id is not None:
        query = query.where(LiveSession.account_id == account_id)
    return list(db.exec(query.order_by(col(LiveSession.created_at).desc(), col(LiveSession.id))))


_TEMPLATES: dict[str, Template] = {}
_TEMPLATES_AT_MOST = 2048


def session_template(session: LiveSession) -> Template:
    """The session's template as it was when the session was made. It never changes, so it is parsed once."""
    return _TEMPLATES.get(session.id) or _keep_template(session.id, session.definition)


def template_of(session_id: str, definition: Callable[[str], dict[str, Any]]) -> Template:
    """The same by the session's id; ``definition`` is asked once for each session."""
    return _TEMPLATES.get(session_id) or _keep_template(session_id, definition(session_id))


def _keep_template(session_id: str, definition: dict[str, Any]) -> Template:
    template = _TEMPLATES[session_id] = template_from_json(definition)
    if len(_TEMPLATES) > _TEMPLATES_AT_MOST:
        _TEMPLATES.pop(next(iter(_TEMPLATES)), None)
    return template


@once_per_snapshot
def groups(db: Session, session_id: str) -> list[SessionGroup]:
    """The session's groups, customer's first, as the facilitator listed them."""
    query = select(SessionGroup).where(SessionGroup.session_id == session_id)
    return sorted(db.exec(query), key=lambda group: (group.side, group.position))


# Asked at every push, so these are built once; building one costs more than running it.
_PEOPLE, _ANSWERS, _IDEAS, _READY = (
    SQLModel.metadata.tables[name].c for name in ("participant", "answer", "idea", "readiness")
)
_SESSIONS = (
    select(LiveSession, SessionQuestion)
    .join(SessionQuestion, col(SessionQuestion.session_id) == col(LiveSession.id))
    .where(one_of(col(LiveSession.id), "session_ids"))
    .options(defer(cast("Any", LiveSession.definition)))
    .order_by(col(SessionQuestion.round), col(SessionQuestion.key))
)
_QUESTIONS = (
    select(SessionQuestion)
    .where(one_of(col(SessionQuestion.session_id), "session_ids"))
    .order_by(col(SessionQuestion.round), col(SessionQuestion.key))
)
_JOINED = (
    sql_select(_PEOPLE.session_id, _PEOPLE.side, func.count())
    .where(one_of(_PEOPLE.session_id, "session_ids"), _PEOPLE.state == "in")
    .group_by(_PEOPLE.session_id, _PEOPLE.side)
)
_WROTE = (
    sql_select(_IDEAS.session_id, _IDEAS.round, _IDEAS.side, func.count(func.distinct(_IDEAS.participant_id)))
    .where(one_of(_IDEAS.session_id, "session_ids"), _IDEAS.participant_id.is_not(None))
    .group_by(_IDEAS.session_id, _IDEAS.round, _IDEAS.side)
)
_JUDGED = (
    sql_select(_READY.session_id, _READY.round, _PEOPLE.side, func.count(func.distinct(_READY.participant_id)))
    .join(_PEOPLE.id.table, _PEOPLE.id == _READY.participant_id)
    .where(one_of(_READY.session_id, "session_ids"), _PEOPLE.state == "in")
    .group_by(_READY.session_id, _READY.round, _PEOPLE.side)
)


@once_per_snapshot
def questions(db: Session, session_id: str) -> dict[str, SessionQuestion]:
    """Each question in its newest round, by key."""
    return questions_of_each(db, [session_id])[session_id]


def questions_of_each(db: Session, session_ids: Sequence[str]) -> dict[str, dict[str, SessionQuestion]]:
    """The same for each of these sessions."""
    found: dict[str, dict[str, SessionQuestion]] = {id_: {} for id_ in session_ids}
    for question in db.exec(_QUESTIONS, params={"session_ids": session_ids}):
        found[question.session_id][question.key] = question
    return found


@once_per_snapshot
def joined(db: Session, session_id: str) -> dict[Side, int]:
    """How many of each side are in; both sides present."""
    return _joined_of_each(db, [session_id])[session_id]


def _joined_of_each(db: Session, session_ids: Sequence[str]) -> dict[str, dict[Side, int]]:
    counts: dict[str, dict[Side, int]] = {id_: dict.fromkeys(SIDES, 0) for id_ in session_ids}
    for id_, side, people in db.execute(_JOINED, {"session_ids": session_ids}):
        counts[id_][side] = people
    return counts


@once_per_snapshot
def answered(db: Session, session_id: str) -> dict[str, dict[Side, int]]:
    """How many people of each side answered each question in its newest round; *can't judge* counts. Both sides present.

    The change question counts people who wrote at least one idea, readiness those who answered for at least one theme.
    """
    return _answered_of_each(db, {session_id: questions(db, session_id)})[session_id]


def _answered_of_each(
    db: Session, asked: dict[str, dict[str, SessionQuestion]]
) -> dict[str, dict[str, dict[Side, int]]]:
    rounds = {(id_, key): one.round for id_, keys in asked.items() for key, one in keys.items()}
    counts: dict[str, dict[str, dict[Side, int]]] = {
        id_: {key: {"customer": one.customer_answered, "supplier": one.supplier_answered} for key, one in keys.items()}
        for id_, keys in asked.items()
    }
    for key, statement in (("change", _WROTE), ("readiness", _JUDGED)):
        ids = [id_ for id_, keys in asked.items() if key in keys and keys[key].status != Status.WAITING]
        for id_, round_, side, people in db.execute(statement, {"session_ids": ids}) if ids else ():
            if round_ == rounds[id_, key]:
                counts[id_][key][side] = people
    return counts


def look_ahead(db: Session, session_ids: Sequence[str], *, counted: Sequence[str]) -> None:
    """Ask for many sessions at once what a look asks for each: the sessions and their questions, and counts for ``counted``.

    Only in a read: later questions in its snapshot are answered from here. Sessions come without their definitions.
    """
    memory = db.info["snapshot"]
    rows = memory["sessions"] = db.exec(_SESSIONS, params={"session_ids": session_ids}).all()  # kept, to stay known
    asked: dict[str, dict[str, SessionQuestion]] = {id_: {} for id_ in session_ids}
    for session, question in rows:
        asked[session.id][question.key] = question
    memory |= {_memory_key(questions, id_): found for id_, found in asked.items()}
    if counted:
        people, voices = _joined_of_each(db, counted), _answered_of_each(db, {id_: asked[id_] for id_ in counted})
        memory |= {_memory_key(joined, id_): found for id_, found in people.items()}
        memory |= {_memory_key(answered, id_): found for id_, found in voices.items()}


@once_per_snapshot
def answered_by_nobody_here(db: Session, session_id: str, question: SessionQuestion) -> bool:
    """Whether this round of the question holds answers of phones that were let go when the session was sealed."""
    theirs = (
        select(Answer.participant_id)
        .join(Participant, col(Participant.id) == Answer.participant_id)
        .where(Answer.session_id == session_id, Answer.question == question.key, Answer.round == question.round)
        .where(col(Participant.token_hash).is_(None), col(Participant.by_hand).is_(False))
    )
    return db.exec(theirs.limit(1)).first() is not None


@once_per_snapshot
def ideas(db: Session, session_id: str, *, status: str | None = None) -> list[Idea]:
    """The session's ideas in random order, which stays the same from look to look."""
    query = select(Idea).where(Idea.session_id == session_id)
    if status is not None:
        query = query.where(Idea.status == status)
    return list(db.exec(query.order_by(col(Idea.id))))


def themes(db: Session, session_id: str) -> list[Theme]:
    """The session's themes in the order of their numbers."""
    query = select(Theme).where(Theme.session_id == session_id)
    return list(db.exec(query.order_by(col(Theme.position), col(Theme.id))))


@once_per_snapshot
def releases(db: Session, session_id: str) -> list[Release]:
    """What was published, round by round; the last is what is public now."""
    query = select(Release).where(Release.session_id == session_id).order_by(col(Release.round))
    return list(db.exec(query))


def release(db: Session, session_id: str) -> Release | None:
    """What is public of the session, None before the first reveal."""
    found = releases(db, session_id)
    return found[-1] if found else None


def participant_by_token(db: Session, hashed: str) -> Participant | None:
    """The participant whose token this is."""
    return db.exec(select(Participant).where(Participant.token_hash == hashed)).first()


def answers_of(db: Session, participant: Participant) -> list[Answer]:
    """All that one participant answered, every round."""
    query = select(Answer).where(Answer.session_id == participant.session_id, Answer.participant_id == participant.id)
    return list(db.exec(query))


def ideas_of(db: Session, participant_id: str) -> list[Idea]:
    """One participant's own ideas."""
    return list(db.exec(select(Idea).where(Idea.participant_id == participant_id).order_by(col(Idea.id))))


def session_by_code(db: Session, code: str) -> LiveSession | None:
    """The session that a typed code leads to, whatever its status."""
    return db.exec(select(LiveSession).where(LiveSession.code == code)).first()


@once_per_snapshot
def session_by_join_token(db: Session, token: str) -> LiveSession | None:
    """The session that a QR code or link leads to, whatever its status."""
    return db.exec(select(LiveSession).where(LiveSession.join_token == token)).first()


def versions(db: Session, session_ids: Iterable[str]) -> dict[str, tuple[int, int]]:
    """(version, phone version) of each of these sessions that still exists."""
    query = select(LiveSession.id, LiveSession.version, LiveSession.phone_version)
    return {id_: (version, phone) for id_, version, phone in db.exec(query.where(col(LiveSession.id).in_(session_ids)))}


def user_count(db: Session) -> int:
    """How many people can sign in."""
    return db.exec(select(func.count()).select_from(User)).one()


def user_by_email(db: Session, email: str) -> User | None:
    """The user with this address, whatever its capitals."""
    return db.exec(select(User).where(User.email == email.strip().lower())).first()


def membership(db: Session, user_id: str, workspace_id: str) -> Membership | None:
    """What the user may do in the workspace."""
    return db.get(Membership, (workspace_id, user_id))


def sign_in(db: Session, hashed: str) -> tuple[SignIn, User, Workspace, str] | None:
    """Who is behind a sign-in cookie, and the role in its workspace; None when nobody is or the role was taken away."""
    query = (
        select(SignIn, User, Workspace, Membership.role)
        .join(User, col(User.id) == col(SignIn.user_id))
        .join(Workspace, col(Workspace.id) == col(SignIn.workspace_id))
        .join(
            Membership, (col(Membership.user_id) == col(User.id)) & (col(Membership.workspace_id) == col(Workspace.id))
        )
        .where(SignIn.token_hash == hashed)
    )
    return db.exec(query).first()


def api_caller(db: Session, hashed: str) -> tuple[ApiToken, User, Workspace, str] | None:
    """Who is behind an API token, and the role; None when nobody is or the role was taken away."""
    query = (
        select(ApiToken, User, Workspace, Membership.role)
        .join(User, col(User.id) == col(ApiToken.user_id))
        .join(Workspace, col(Workspace.id) == col(ApiToken.workspace_id))
        .join(
            Membership, (col(Membership.user_id) == col(User.id)) & (col(Membership.workspace_id) == col(Workspace.id))
        )
        .where(ApiToken.token_hash == hashed)
    )
    return db.exec(query).first()


@once_per_snapshot
def writers(db: Session, session_id: str) -> dict[str, int]:
    """How many different people wrote something, by group id and by side (METHOD 8.4)."""
    counts: dict[str, int] = {}
    for column in (Idea.group_id, Idea.side):
        query = (
            select(column, func.count(func.distinct(Idea.participant_id)))
            .where(Idea.session_id == session_id, col(Idea.participant_id).is_not(None), col(column).is_not(None))
            .group_by(col(column))
        )
        counts.update((str(key), count) for key, count in db.exec(query).all())
    return counts


def voices(
    db: Session, session_id: str, rounds: Mapping[str, int], *, public: Mapping[Question, int] | None = None
) -> list[Voice]:
    """What everybody who is in answered in these rounds, without who they are, in random order.

    public: the rounds of the pictures that are out. What those were made with stands beside the answers
    (``Voice.before``), and in their place for questions that ``rounds`` leaves out.
    """
    out: Mapping[Any, int] = public or {}
    columns = (Answer.participant_id, Participant.group_id, Participant.side, Answer.question, Answer.round)
    more = (Answer.dimension, Answer.choice, Answer.published, Answer.published_choice)
    query = (
        sql_select(*map(col, (*columns, *more)))  # more columns than SQLModel's select types
        .join(Participant, col(Participant.id) == col(Answer.participant_id))
        .where(col(Answer.session_id) == session_id, col(Participant.state) == "in")
    )
    people: dict[str, Voice] = {}
    choices: dict[str, dict[tuple[str, str], int | None]] = {}
    before: dict[str, dict[tuple[str, str], int | None]] = {}
    for id_, group_id, side, question, round_, dimension, choice, is_out, out_choice in db.execute(query):
        now = rounds.get(question) == round_
        shown = bool(is_out) and out.get(question) == round_
        if now or shown:
            own, past = choices.setdefault(id_, {}), before.setdefault(id_, {})
            people[id_] = Voice(group_id, side, own, past)
        if shown:
            past[dimension, question] = out_choice
        if now or (shown and question not in rounds):
            own[dimension, question] = choice if now else out_choice
    return list(people.values())


def gone(db: Session, session_id: str, question: str, round_: int) -> dict[str, int]:
    """How many people of the question's last picture have left since, by group id (side where there are no groups)."""
    query = select(Departure.group_id, Departure.people).where(
        Departure.session_id == session_id, Departure.question == question, Departure.round == round_
    )
    return dict(db.exec(query).all())


def changed_answers(
    db: Session, session_id: str, question: str, round_: int, dimensions: Iterable[str]
) -> dict[str, dict[str, int]]:
    """Who changed an answer since the last picture: answered anew, differently or took it back (METHOD 8.3).

    Dimension to group id (or side, where there are no groups) to number of people.
    """
    place = func.coalesce(Participant.group_id, Participant.side)
    differs = col(Answer.published).is_(False) | col(Answer.choice).is_distinct_from(col(Answer.published_choice))
    query = (
        select(Answer.dimension, place, func.count())
        .join(Participant, col(Participant.id) == col(Answer.participant_id))
        .where(Answer.session_id == session_id, Answer.question == question, Answer.round == round_, differs)
        .group_by(Answer.dimension, place)
    )
    left = gone(db, session_id, question, round_)
    changed = {dimension: dict(left) for dimension in dimensions}
    for dimension, row, people in db.exec(query):
        changed[dimension][row] = changed[dimension].get(row, 0) + people
    return changed


def find_session(db: Session, *, session_id: str) -> LiveSession | None:
    """The session, None where there is none."""
    return db.get(LiveSession, session_id)


def discussions_read(db: Session, session_id: str) -> frozenset[int]:
    """The discussions that the facilitator has read, so that others may see them."""
    return frozenset(number for number, _revision, _done, read in discussions_kept(db, session_id) if read)


def discussions_kept(db: Session, session_id: str) -> list[tuple[int, int, bool, bool]]:
    """Of each discussion that somebody touched its number, the revision of its notes, whether it is done, and read. No notes."""
    columns = (Discussion.number, Discussion.revision, Discussion.done, Discussion.read)
    query = sql_select(*map(col, columns)).where(col(Discussion.session_id) == session_id)
    return [tuple(row) for row in db.execute(query.order_by(col(Discussion.number)))]
