"""Making, starting, closing, reopening and deleting sessions, and what the facilitator sets while one runs."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, cast, delete, update
from sqlmodel import Session, col, func, select

from app.actions.accounts import tombstone
from app.actions.versions import bump, tell_next
from app.core.discussions import BY_NUMBER, shared_number
from app.core.questions import ORDER, Status
from app.core.scales import template_to_json
from app.core.session_templates import DEFAULT_GROUPS, SHIPPED
from app.core.texts import NAME_AT_MOST, TITLE_AT_MOST, plain_text
from app.core.words import promise
from app.errors import BadInput, Conflict
from app.store import queries, tallies
from app.store.disk import makes_room
from app.store.ids import CODE_SYMBOLS, new_code, new_id, new_token, now_ms
from app.store.tables import (
    TO_SEAL,
    Account,
    Answer,
    LiveSession,
    Message,
    Participant,
    RetiredCode,
    SessionGroup,
    SessionQuestion,
    User,
    Workspace,
)

ATTRIBUTIONS = ("group", "named", "anonymous")
GROUPS_AT_MOST = 30
CODE_REST_MS = 90 * 24 * 3600 * 1000
"""A code is not given out again for 90 days (SAFETY T1)."""
DAY_MS = 24 * 3600 * 1000
SEAL_AFTER_MS = 10 * 60 * 1000
"""Phones' tokens are destroyed this long after closing (SAFETY 1.1.7)."""
GUESS_SHARE = 3e-8
"""Six symbols suffice while live codes / all codes stays at or below this, else eight (SAFETY T1)."""
LAYERS = ("headline", "people", "groups")


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """A group to make: its name and its side, customer or supplier."""

    name: str
    side: str


def create_session(
    db: Session,
    *,
    workspace_id: str,
    user_id: str,
    account_id: str,
    title: object = None,
    template: str = "supplier-to-partner",
    groups: Sequence[GroupSpec] | None = None,
    attribution: str = "group",
    smallest_group: int = 3,
    mirror: bool = False,
    expected: int | None = None,
    both_sides: bool = True,
    like: str = "",
) -> LiveSession:
    """A session in its lobby, with a code. Raises NotFound for a foreign account, BadInput with the fields that are wrong.

    both_sides: each side needs a group. like: a session whose stair is taken as it is, in place of ``template``.
    """
    account = queries.account_in_workspace(db, account_id, workspace_id)
    specs = _checked_groups(groups, both_sides=both_sides)
    before = queries.session_in_workspace(db, like, workspace_id) if like else None
    wrong = {}
    if before is None and template not in SHIPPED:
        wrong["template"] = "one of: " + ", ".join(SHIPPED)
    if attribution not in ATTRIBUTIONS:
        wrong["attribution"] = "group, named or anonymous"
    if smallest_group < 3:
        wrong["smallest_group"] = "3 or more, so that nobody can be picked out"
    if expected is not None and expected < 1:
        wrong["expected"] = "1 or more people, or nothing"
    if wrong:
        raise BadInput("Some of this can’t be used.", fields=wrong)
    workspace, user = db.get_one(Workspace, workspace_id), db.get_one(User, user_id)
    session = LiveSession(
        id=new_id(),
        workspace_id=workspace_id,
        account_id=account.id,
        title=plain_text(title, what="The title", at_most=TITLE_AT_MOST, optional=True) or "Relationship review",
        customer=account.name,
        supplier=workspace.name,
        facilitator=user.name,
        template_key=before.template_key if before is not None else template,
        definition=before.definition if before is not None else template_to_json(SHIPPED[template]),
        attribution=attribution,
        promise=promise(
            attribution, supplier=workspace.name, customer=account.name, facilitator=user.name, k=smallest_group
        ),
        smallest_group=smallest_group,
        expected=expected,
        mirror=mirror,
        code=free_code(db),
        join_token=new_token(),
        screen_key=new_token(),
        stage={"layer": "groups", "compare": True},
        created_at=now_ms(),
    )
    db.add(session)
    db.flush()
    for position, spec in enumerate(specs if attribution != "anonymous" else []):
        db.add(SessionGroup(id=new_id(), session_id=session.id, name=spec.name, side=spec.side, position=position))
    for key in ORDER:
        if key != "readiness" and (key != "mirror" or mirror):
            db.add(SessionQuestion(session_id=session.id, key=key, round=1))
    db.flush()
    return session


def _checked_groups(groups: Sequence[GroupSpec] | None, *, both_sides: bool) -> list[GroupSpec]:
    if groups is None:
        return [GroupSpec(name, side) for name, side in DEFAULT_GROUPS]
    if len(groups) > GROUPS_AT_MOST:
        raise BadInput(f"At most {GROUPS_AT_MOST} groups.", fields={"groups": f"at most {GROUPS_AT_MOST}"})
    checked = []
    for spec in groups:
        if spec.side not in {"customer", "supplier"}:
            raise BadInput("A group is on one side.", fields={"groups": "side is customer or supplier"})
        checked.append(GroupSpec(plain_text(spec.name, what="A group’s name", at_most=NAME_AT_MOST), spec.side))
    if len({(spec.side, spec.name.casefold()) for spec in checked}) < len(checked):
        raise BadInput("Two groups of one side have the same name.", fields={"groups": "each name once"})
    for side in ("customer", "supplier"):
        if both_sides and not any(spec.side == side for spec in checked):
            raise BadInput("Each side needs a group.", fields={"groups": "at least one group for each side"})
    return checked


def free_code(db: Session) -> str:
    """A code that leads nowhere yet and has rested for 90 days; longer when many are live."""
    live = db.exec(
        select(func.count()).select_from(LiveSession).where(col(LiveSession.status).in_(["lobby", "live"]))
    ).one()
    length = 6 if (live + 1) / len(CODE_SYMBOLS) ** 6 <= GUESS_SHARE else 8
    now = now_ms()
    while True:
        code = new_code(length)
        retired = db.get(RetiredCode, code)
        if queries.session_by_code(db, code) is None and (retired is None or retired.until < now):
            return code


def start(db: Session, *, session_id: str) -> LiveSession:
    """Leave the lobby. Harmless when repeated. Raises Conflict for a closed session."""
    session = queries.live_session(db, session_id)
    if session.status == "closed":
        raise Conflict("This session is closed. Reopen it first.")
    if session.status == "lobby":
        session.status, session.started_at = "live", now_ms()
        save(db, session, phones=True)
    return session


def close(db: Session, *, session_id: str) -> LiveSession:
    """End the session: open questions close, its code stops working. Harmless when repeated."""
    session = queries.live_session(db, session_id)
    if session.status == "closed":
        return session
    now = now_ms()
    for question in queries.questions(db, session_id).values():
        if question.status == Status.OPEN:
            question.status, question.closed_at, question.closes_at = Status.CLOSED, now, None
            db.add(question)
    session.status, session.closed_at = "closed", now
    clear_stage(session)
    save(db, session, phones=True)
    return session


def reopen(db: Session, *, session_id: str) -> LiveSession:
    """Go on with a closed session; its code works again. Harmless when repeated."""
    session = queries.live_session(db, session_id)
    if session.status == "closed":
        session.status, session.closed_at, session.sealed = "live", None, False
        save(db, session, phones=True)
    return session


def save(db: Session, session: LiveSession, *, phones: bool = False) -> None:
    """Store changed fields of a session and give it its next version."""
    db.add(session)
    db.flush()
    session.version = bump(db, session.id, phones=phones)
    if phones:
        session.phone_version = session.version


def change(
    db: Session,
    *,
    session_id: str,
    title: object = None,
    locked: bool | None = None,
    admit: bool | None = None,
    expected: int | None = None,
    smallest_group: int | None = None,
) -> LiveSession:
    """Change what may change. ``smallest_group`` only upwards and before the first answer; raises Conflict, BadInput."""
    session = queries.live_session(db, session_id)
    if title is not None:
        session.title = plain_text(title, what="The title", at_most=TITLE_AT_MOST)
    if locked is not None:
        session.locked = locked
    if admit is not None:
        session.admit = admit
    if expected is not None:
        if expected < 1:
            raise BadInput("Some of this can’t be used.", fields={"expected": "1 or more people"})
        session.expected = expected
    if smallest_group is not None:
        if smallest_group < session.smallest_group:
            fields = {"smallest_group": f"{session.smallest_group} or more: it only goes up"}
            raise BadInput("The smallest group can’t be made smaller.", fields=fields)
        answered = db.exec(select(Answer.session_id).where(Answer.session_id == session_id).limit(1)).first()
        if answered and smallest_group != session.smallest_group:
            raise Conflict("People have answered already, so the smallest group stays as it was told to them.")
        session.smallest_group = smallest_group
        session.promise = promise(
            session.attribution,
            supplier=session.supplier,
            customer=session.customer,
            facilitator=session.facilitator,
            k=smallest_group,
        )
    save(db, session, phones=True)
    return session


def clear_stage(session: LiveSession, **wanted: object) -> None:
    """Take away what the facilitator put on the big screen beside the questions."""
    session.stage = {**session.stage, "prompt": None, "scene": None, **wanted}


def scene_about(db: Session, session_id: str, key: str) -> str | None:
    """The scene for a question that is shown: ideas are shown by theme where a theme is shown."""
    return "themes" if key == "change" and tallies.shown_themes(db, session_id) else None


def set_stage(db: Session, *, session_id: str, **wanted: object) -> LiveSession:
    """What the big screen shows: ``layer`` headline, people or groups; ``compare``; ``last_time``; ``dark``; ``prompt`` an index or None;
    ``scene`` a name of `views/scenes` or None. Raises BadInput for a private discussion, Conflict for one not read yet.
    """
    session = queries.live_session(db, session_id)
    if "layer" in wanted and wanted["layer"] not in LAYERS:
        raise BadInput("The big screen shows headline, people or groups.")
    before = session.stage.get("scene")
    kind, _, what = str(wanted.get("scene") or "").partition("-")
    if kind == "discussion":
        _check_discussion(db, session_id, what)
    if "prompt" in wanted or "scene" in wanted:
        clear_stage(session)  # one takes the other's place
    session.stage = {**session.stage, **wanted}
    save(db, session, phones="plan" in {before, session.stage.get("scene")})  # while it is shown, phones may open it
    return session


def _check_discussion(db: Session, session_id: str, what: str) -> None:
    number = shared_number(what)
    if number is None:
        raise BadInput("Only discussions 1 to 7 can be put on the big screen. 8 and 9 stay with the account team.")
    if BY_NUMBER[number].read_first and number not in queries.discussions_read(db, session_id):
        raise Conflict("Read this discussion first, then show it.")


def show_question(db: Session, *, session_id: str, key: str) -> LiveSession:
    """Bring a question back that was on before: its picture or its ideas. ``reveal`` stands for the last shown picture."""
    session = queries.live_session(db, session_id)
    questions = queries.questions(db, session_id)
    if any(one.status == Status.OPEN for one in questions.values()):
        raise Conflict("A question is open. Close it first.")
    if key == "reveal":
        key = next((one.key for one in questions.values() if one.status == Status.REVEALED), key)
    if key not in questions or questions[key].status == Status.WAITING:
        raise Conflict("This was not asked yet, so there is nothing to show.")
    clear_stage(session, question=key, scene=scene_about(db, session_id, key))
    save(db, session, phones=True)
    return session


def ask_open_side(db: Session, *, session_id: str, side: str) -> LiveSession:
    """Ask everyone of a small side, on their phones, whether it may be shown. Raises Conflict after the first question."""
    session = queries.live_session(db, session_id)
    if session.status != "lobby":
        raise Conflict("The first question is open, so this can’t be asked any more.")
    if side not in {"customer", "supplier"}:
        raise BadInput("A side is customer or supplier.")
    session.asks_open = sorted({*session.asks_open, side})
    save(db, session, phones=True)
    return session


def seal_closed(db: Session, *, now: int) -> int:
    """Destroy the tokens of sessions closed ten minutes ago, so that no phone can be tied to its answers; how many."""
    due = select(LiveSession.id).where(TO_SEAL, col(LiveSession.closed_at) <= now - SEAL_AFTER_MS)
    return sum(_seal_if_due(db, session_id, now) for session_id in db.exec(due.order_by(LiveSession.id)).all())


def _seal_if_due(db: Session, session_id: str, now: int) -> bool:
    """Seal the session unless another process did, or somebody opened it again, while we waited for it."""
    session = queries.live_session(db, session_id)
    if session.sealed or session.closed_at is None or session.closed_at > now - SEAL_AFTER_MS:
        return False
    people = select(Participant.id).where(Participant.session_id == session.id)
    db.execute(delete(Message).where(col(Message.participant_id).in_(people)))
    db.execute(update(Participant).where(col(Participant.session_id) == session.id).values(token_hash=None))
    session.sealed = True
    save(db, session, phones=True)
    return True


def outlived(db: Session, *, now: int) -> list[str]:
    """The ids of sessions that ended, or were left standing, longer ago than their workspace keeps them. ``now`` in ms."""
    since = func.coalesce(LiveSession.closed_at, LiveSession.started_at, LiveSession.created_at)
    query = (
        select(LiveSession.id)
        .join(Workspace, col(Workspace.id) == col(LiveSession.workspace_id))
        .where(col(Workspace.keep_days).is_not(None), since < now - cast(col(Workspace.keep_days), BigInteger) * DAY_MS)
    )
    return list(db.exec(query.order_by(LiveSession.id)))


@makes_room
def delete_outlived(db: Session, *, session_id: str, now: int) -> bool:
    """Delete the session unless another process did, or it was opened again, while we waited for it."""
    if find_and_hold(db, session_id) is None or session_id not in outlived(db, now=now):
        return False
    delete_session(db, session_id=session_id)
    return True


def find_and_hold(db: Session, session_id: str) -> LiveSession | None:
    """The session, held until the commit; None where it is gone."""
    return db.get(LiveSession, session_id, with_for_update=True, populate_existing=True)


@makes_room
def delete_session(db: Session, *, session_id: str) -> None:
    """Delete the session and all that belongs to it. Harmless when repeated."""
    session = db.get(LiveSession, session_id)
    if session is None:
        return
    db.merge(RetiredCode(code=session.code, until=now_ms() + CODE_REST_MS))
    tombstone(db, session.id, "session")
    bump(db, session.id, phones=True)
    tell_next(db, session)
    db.execute(delete(LiveSession).where(col(LiveSession.id) == session_id))


@makes_room
def delete_account(db: Session, *, account_id: str) -> None:
    """Delete the account with all its sessions. Harmless when repeated."""
    account = db.get(Account, account_id)
    if account is None:
        return
    for session in queries.sessions(db, account.workspace_id, account_id=account_id):
        delete_session(db, session_id=session.id)
    tombstone(db, account.id, "account")
    db.execute(delete(Account).where(col(Account.id) == account_id))
