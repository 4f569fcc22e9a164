"""Makes the sample workspace: by the actions that people use; then only times are set back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from app.actions.accounts import create_account
from app.actions.behaviours import Seen, mark_behaviours
from app.actions.commitments import add_commitment, check_in, set_state
from app.actions.decisions import Wanted, decide
from app.actions.past_meetings import Times, hold_past_meeting
from app.actions.people import NewUser, add_user, hash_password
from app.actions.sessions import GroupSpec, create_session
from app.core.importing import PastIdea, PastPerson
from app.core.scales import SIDES, Side
from app.core.who import who_by_side
from app.demo.kept import DECIDED, SEEN
from app.demo.meetings import ACCOUNTS, COMPANY, FACILITATOR, LIVE_ACCOUNT, LIVE_TITLE, NAMES, TIME_ZONE, Meeting, pair
from app.demo.promises import Promise
from app.settings import Settings
from app.store import plans, queries
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
        account.created_at = _morning(days_ago=max(meeting.days_ago for meeting in meetings)) - ACCOUNT_BEFORE_MS
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
            _hold(db, session, meeting, _morning(days_ago=meeting.days_ago))
        _keep(db, account)
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


def _keep(db: Session, account: Account) -> None:
    """What the account team saw and decided, each on its day."""
    for saw in SEEN.get(account.name, ()):
        day = day_of(_morning(days_ago=saw.days_ago), TIME_ZONE)
        one = Seen(saw.side, saw.step, saw.place, mark=saw.mark, evidence=saw.evidence, seen_on=day)
        mark_behaviours(db, account_id=account.id, author=FACILITATOR, today=day_of(now_ms(), TIME_ZONE), seen=[one])
    for decided in DECIDED.get(account.name, ()):
        at = _morning(days_ago=decided.days_ago)
        review = day_of(now_ms() + decided.review_in * DAY_MS, TIME_ZONE) if decided.review_in else ""
        wanted = Wanted(decided.choice, decided.reason, decided.step, review)
        made = decide(db, account_id=account.id, author=FACILITATOR, today=day_of(at, TIME_ZONE), wanted=wanted)
        made.created_at = at


def _groups_of(meeting: Meeting) -> list[GroupSpec] | None:
    if meeting.attribution == "anonymous":
        return None
    sides = (("customer", meeting.customer), ("supplier", meeting.supplier))
    return [GroupSpec(name, side) for side, groups in sides for name in groups]


def _hold(db: Session, session: LiveSession, meeting: Meeting, started: int) -> None:
    """The meeting as everybody was in it, and what was promised at its end."""
    people = list(_people(meeting))
    hold_past_meeting(
        db,
        session_id=session.id,
        people=people,
        ideas=list(_ideas(meeting, people)),
        times=Times(
            created=started - PREPARED_BEFORE_MS,
            started=started,
            closed=started + CLOSED_AFTER_MS,
            asked={
                key: (started + opened * MINUTE_MS, started + closed * MINUTE_MS)
                for key, (opened, closed) in TIMETABLE.items()
            },
        ),
        open_side=meeting.agreed,
        careful=False,
    )
    for number, promise in enumerate(meeting.promises):
        _promise(db, session, promise, number)
    _set_promises_back(db, session, meeting, started)


def _people(meeting: Meeting) -> Iterator[PastPerson]:
    names = iter(NAMES)
    sides: tuple[tuple[Side, Mapping[str, str]], ...] = (("customer", meeting.customer), ("supplier", meeting.supplier))
    for side, groups in sides:
        for group, everybody in groups.items():
            for text in everybody.split():
                today, wanted = pair(text)
                yield PastPerson(
                    side,
                    group if meeting.attribution != "anonymous" else None,
                    {"current": today, "desired": wanted},
                    next(names) if meeting.attribution == "named" else None,
                )


def _ideas(meeting: Meeting, people: Sequence[PastPerson]) -> Iterator[PastIdea]:
    """What was written, by the people of each side in turn."""
    writers: dict[str, Iterator[int]] = {
        side: cycle([n for n, one in enumerate(people) if one.side == side]) for side in SIDES
    }
    for saying in meeting.ideas:
        who = who_by_side(saying.who, saying.side)
        yield PastIdea(next(writers[saying.side]), saying.text, who, "hidden" if saying.kept_back else "shown")


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


def _set_promises_back(db: Session, session: LiveSession, meeting: Meeting, started: int) -> None:
    """What was promised is due from the meeting on, and was looked at when it was due."""
    promised = zip(plans.commitments(db, session.id), meeting.promises, strict=True)
    for number, (commitment, promise) in enumerate(promised):
        commitment.due = day_of(started + promise.days * DAY_MS, TIME_ZONE)
        commitment.created_at = started + PROMISED_AFTER_MS + number
        for look in plans.check_ins(db, [commitment.id]).get(commitment.id, []):
            look.at = min(started + promise.days * DAY_MS, now_ms() - DAY_MS)
            db.add(look)
        db.add(commitment)
    db.flush()
