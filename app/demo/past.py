"""Makes the sample workspace: by the actions that people use; then only times are set back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from app.actions.accounts import create_account
from app.actions.commitments import add_commitment, check_in, set_state
from app.actions.decisions import Wanted, decide
from app.actions.ideas import add_idea, moderate
from app.actions.participants import Joined, agree_open_side, join
from app.actions.people import NewUser, add_user, hash_password
from app.actions.questions import command
from app.actions.reveal import reveal
from app.actions.sessions import GroupSpec, ask_open_side, close, create_session, seal_closed
from app.actions.voting import Ballot, cast_ballots
from app.demo.decided import CHOICES
from app.demo.meetings import ACCOUNTS, COMPANY, FACILITATOR, LIVE_ACCOUNT, LIVE_TITLE, NAMES, TIME_ZONE, Meeting, pair
from app.demo.promises import Promise
from app.settings import Settings
from app.store import plans, queries
from app.store.ballots import Box
from app.store.days import day_of
from app.store.ids import now_ms
from app.store.once import run_once
from app.store.tables import Account, LiveSession, SessionGroup, Workspace

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
STARTS_AT = 9
"""The hour at which past meetings started, in the workspace's time zone."""
ACCOUNT_BEFORE_MS = 20 * DAY_MS
PREPARED_BEFORE_MS = 2 * DAY_MS
TIMETABLE = {"current": (5, 10), "desired": (11, 17), "change": (34, 48)}
"""Minutes from the start at which a question opened and closed."""
PROMISED_AFTER_MS = 60 * MINUTE_MS
CLOSED_AFTER_MS = 75 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class Sample:
    """What was made: the session that is to be run, and its groups."""

    live: LiveSession
    groups: tuple[SessionGroup, ...]


@dataclass(frozen=True, slots=True)
class _Present:
    """Somebody who was in a past meeting."""

    place: Joined
    side: str
    choices: Mapping[str, int | None]


def make_sample(settings: Settings, *, email: str, password: str, people: int) -> Sample:
    """A new database with the sample workspace: its user, its accounts with their past, and a session in its lobby.

    ``people``: how many are expected in that session. The data are the same at every start, names of rows and days aside.
    """
    user = NewUser(email=email, name=FACILITATOR, password_hash=hash_password(password))
    return run_once(settings, _fill, user=user, people=people)


def _fill(db: Session, *, user: NewUser, people: int) -> Sample:
    owner = add_user(db, user=user, role="owner", workspace=COMPANY, time_zone=TIME_ZONE)
    workspace = db.exec(select(Workspace)).one()
    workspace.created_at = owner.created_at = _morning(days_ago=760)
    made = {}
    for name, meetings in ACCOUNTS.items():
        account = made[name] = create_account(db, workspace_id=workspace.id, name=name)
        first = max((meeting.days_ago for meeting in meetings), default=0)
        account.created_at = _morning(days_ago=first) - ACCOUNT_BEFORE_MS
        for meeting in meetings:
            session = create_session(
                db,
                workspace_id=workspace.id,
                user_id=owner.id,
                account_id=account.id,
                title=meeting.title,
                groups=_groups_of(meeting),
                attribution=meeting.attribution,
            )
            _hold(db, session, meeting)
            _set_back(db, session, meeting, _morning(days_ago=meeting.days_ago))
    seal_closed(db, now=now_ms())
    _decide_on(db, made)
    live = create_session(
        db,
        workspace_id=workspace.id,
        user_id=owner.id,
        account_id=made[LIVE_ACCOUNT].id,
        title=LIVE_TITLE,
        expected=people,
    )
    sample = Sample(live, tuple(queries.groups(db, live.id)))
    db.flush()
    db.expunge_all()  # they are read after the commit
    return sample


def _decide_on(db: Session, accounts: Mapping[str, Account]) -> None:
    """Write down what the account team decided, each on its day."""
    for name, chosen in CHOICES.items():
        at = _morning(days_ago=chosen.days_ago)
        wanted = Wanted(
            choice=chosen.choice,
            reason=chosen.reason,
            step=chosen.step,
            review_on=day_of(now_ms() + chosen.review_in * DAY_MS, TIME_ZONE) if chosen.review_in else "",
        )
        made = decide(db, account_id=accounts[name].id, author=FACILITATOR, today=day_of(at, TIME_ZONE), wanted=wanted)
        made.created_at = at


def _groups_of(meeting: Meeting) -> list[GroupSpec] | None:
    if meeting.attribution == "anonymous":
        return None
    sides = (("customer", meeting.customer), ("supplier", meeting.supplier))
    return [GroupSpec(name, side) for side, groups in sides for name in groups]


def _hold(db: Session, session: LiveSession, meeting: Meeting) -> None:
    """Everybody joins and answers, both pictures are shown together, ideas are written and shown, the session closes."""
    present = list(_join_all(db, session, meeting))
    if meeting.agreed:
        ask_open_side(db, session_id=session.id, side=meeting.agreed)
        for one in present:
            if one.side == meeting.agreed:
                agree_open_side(db, participant_id=one.place.participant_id, message_id="open side", yes=True)
    for key in ("current", "desired"):
        command(db, session_id=session.id, key=key, name="open")
        db.flush()
        cast_ballots(Box(db.connection()), [_ballot(one, key) for one in present])
        command(db, session_id=session.id, key=key, name="close")
    reveal(db, session_id=session.id, keys=["current", "desired"])
    if meeting.ideas:
        command(db, session_id=session.id, key="change", name="open")
        _write_ideas(db, session, meeting, present)
        command(db, session_id=session.id, key="change", name="close")
    for number, promise in enumerate(meeting.promises):
        _promise(db, session, promise, number)
    close(db, session_id=session.id)


def _join_all(db: Session, session: LiveSession, meeting: Meeting) -> Iterator[_Present]:
    ids = {(group.side, group.name): group.id for group in queries.groups(db, session.id)}
    names = iter(NAMES)
    for side, groups in (("customer", meeting.customer), ("supplier", meeting.supplier)):
        for group, everybody in groups.items():
            for text in everybody.split():
                place = join(
                    db,
                    code=session.join_token,
                    group_id=ids.get((side, group)),
                    side=side,
                    name=next(names) if meeting.attribution == "named" else None,
                )
                today, wanted = pair(text)
                yield _Present(place, side, {"current": today, "desired": wanted})


def _ballot(one: _Present, key: str) -> Ballot:
    return Ballot(one.place.session_id, one.place.participant_id, key, key, None, one.choices[key])


def _write_ideas(db: Session, session: LiveSession, meeting: Meeting, present: list[_Present]) -> None:
    writers = {side: cycle([one for one in present if one.side == side]) for side in ("customer", "supplier")}
    for number, saying in enumerate(meeting.ideas):
        add_idea(
            db,
            participant_id=next(writers[saying.side]).place.participant_id,
            message_id=f"idea {number}",
            text=saying.text,
            who=saying.who,
        )
    hidden = {saying.text for saying in meeting.ideas if saying.kept_back}
    for idea in queries.ideas(db, session.id):
        moderate(db, session_id=session.id, idea_id=idea.id, status="hidden" if idea.text in hidden else "shown")


def _promise(db: Session, session: LiveSession, promise: Promise, number: int) -> None:
    """Write a commitment down, let both sides accept it, and take it as far as it got."""
    said = {"text": promise.text, "side": promise.side, "owner": promise.owner, "counterpart": promise.counterpart}
    made = add_commitment(db, session_id=session.id, by=FACILITATOR, said=said)
    made.created_at += number  # written down one after the other
    row: dict[str, Any] = {"session_id": session.id, "commitment_id": made.id, "by": FACILITATOR}
    for state in ("agreed", promise.state) if promise.state != "proposed" else ():
        set_state(db, **row, state=state)
    if promise.note:
        check_in(db, **row, note=promise.note)


def _morning(*, days_ago: int) -> int:
    """The start of a meeting so many days ago, or on the Friday before where that is a weekend; milliseconds, UTC."""
    day = datetime.now(ZoneInfo(TIME_ZONE)) - timedelta(days=days_ago)
    day -= timedelta(days=max(0, day.weekday() - 4))
    return int(day.replace(hour=STARTS_AT, minute=0, second=0, microsecond=0).timestamp() * 1000)


def _set_back(db: Session, session: LiveSession, meeting: Meeting, started: int) -> None:
    """Move the session's times, and nothing else of it, to a day in the past; what was promised is due from there."""
    session.created_at, session.started_at = started - PREPARED_BEFORE_MS, started
    session.closed_at = started + CLOSED_AFTER_MS
    for key, question in queries.questions(db, session.id).items():
        if question.opened_at is not None:
            opened, closed = TIMETABLE[key]
            question.opened_at, question.closed_at = started + opened * MINUTE_MS, started + closed * MINUTE_MS
            db.add(question)
    promised = zip(plans.commitments(db, session.id), meeting.promises, strict=True)
    for number, (commitment, promise) in enumerate(promised):
        commitment.due = day_of(started + promise.days * DAY_MS, TIME_ZONE)
        commitment.created_at = started + PROMISED_AFTER_MS + number
        for look in plans.check_ins(db, [commitment.id]).get(commitment.id, []):
            look.at = min(started + promise.days * DAY_MS, now_ms() - DAY_MS)
            db.add(look)
        db.add(commitment)
    db.add(session)
    db.flush()
