"""One mail a day for a member: what is late and what is due soon, of all accounts. Plain text, and the same as simple HTML."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime

from sqlmodel import Session, select

from app.core.commitments import State
from app.core.reminders import Kind, to_tell
from app.store.dated import Dated, dated
from app.store.days import date_words, day_of, days_later
from app.store.reminder_tables import Reminded, Reminder
from app.store.tables import User, Workspace
from app.views.links import base_url
from app.views.render import render
from app.views.team_calendar import link_of

ROWS_AT_MOST = 100
"""What does not fit comes with the next mail."""
STILL_OPEN = (State.AGREED.value, State.IN_HAND.value)


@dataclass(frozen=True, slots=True)
class Line:
    """A commitment in a mail."""

    id: str
    kind: Kind
    account: str
    text: str
    who: str
    due: str
    when: str
    link: str


@dataclass(frozen=True, slots=True)
class Digest:
    """A member's mail of one day. ``first``: it says that mail comes, also where there is nothing to tell."""

    user_id: str
    email: str
    name: str
    today: str
    days_before: int
    lines: tuple[Line, ...]
    more: int
    first: bool

    @property
    def worth_sending(self) -> bool:
        """Whether there is anything to say."""
        return self.first or bool(self.lines)

    @property
    def told(self) -> Mapping[str, tuple[Kind, str]]:
        """What the mail says, to be written down: {commitment: (kind, date)}."""
        return {line.id: (line.kind, line.due) for line in self.lines}

    def of(self, kind: Kind) -> tuple[Line, ...]:
        """The lines that are late, or due soon."""
        return tuple(line for line in self.lines if line.kind == kind)

    @property
    def subject(self) -> str:
        """What the mail is about, without anything that somebody typed."""
        late, soon = len(self.of("late")), len(self.of("soon"))
        parts = [f"{late} late" if late else "", f"{soon} due soon" if soon else ""]
        told = ", ".join(filter(None, parts))
        if not told:
            return "Stairstep: reminders are on"
        return f"Stairstep: {'commitment' if late + soon == 1 else 'commitments'}, {told}"

    @property
    def rule(self) -> str:
        """When mail comes, in a sentence."""
        days = {0: "on the day a commitment is due", 1: "a day before a commitment is due"}
        before = days.get(self.days_before, f"{self.days_before} days before a commitment is due")
        return f"You get mail {before}, and once when it is late; one mail a day at most."


def digest_of(db: Session, *, whose: tuple[str, str], now: int) -> Digest | None:
    """What this member is told now (ms); None where reminders were switched off meanwhile."""
    reminder = db.get(Reminder, whose)
    if reminder is None:
        return None
    workspace, user = db.get_one(Workspace, reminder.workspace_id), db.get_one(User, reminder.user_id)
    today = day_of(now, workspace.time_zone)
    last = days_later(today, reminder.days_before)
    rows = {row.id: row for row in dated(db, workspace_id=workspace.id, last=last, states=STILL_OPEN)}
    told = db.exec(
        select(Reminded).where(Reminded.workspace_id == workspace.id, Reminded.user_id == reminder.user_id)
    ).all()
    kinds = to_tell(
        ((row.id, row.due) for row in rows.values()),
        {(one.commitment_id, _kind(one.kind)): one.due for one in told},
        today=today,
        last=last,
    )
    lines = sorted(
        (_line(rows[id_], kind, workspace.name) for id_, kind in kinds.items()),
        key=lambda line: (line.due, line.account, line.id),
    )
    return Digest(
        user_id=user.id,
        email=user.email,
        name=_one_line(user.name),
        today=today,
        days_before=reminder.days_before,
        lines=tuple(lines[:ROWS_AT_MOST]),
        more=max(0, len(lines) - ROWS_AT_MOST),
        first=not reminder.greeted,
    )


def _kind(raw: str) -> Kind:
    return "late" if raw == "late" else "soon"


def _line(row: Dated, kind: Kind, supplier: str) -> Line:
    side = {"customer": row.account, "supplier": supplier}.get(row.side, "Both sides")
    return Line(
        id=row.id,
        kind=kind,
        account=_one_line(row.account),
        text=_one_line(row.text),
        who=_one_line(", ".join(part for part in (side, row.owner) if part)),
        due=row.due,
        when=f"{'was due' if kind == 'late' else 'due'} on {date_words(row.due)}",
        link=link_of(row),
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


HEADINGS: tuple[tuple[Kind, str], ...] = (("late", "Late"), ("soon", "Due soon"))


def message_of(digest: Digest, *, sender: str) -> EmailMessage:
    """The mail. No header holds a text that somebody typed. Raises ValueError for an address that no mail can go to.

    The same mail sent again has the same Message-ID.
    """
    settings = f"{base_url()}/settings"
    message = EmailMessage(policy=SMTP)
    message["From"] = Address("Stairstep", addr_spec=sender)
    message["To"] = _address(digest.email)
    message["Subject"] = digest.subject
    message["Date"] = localtime()
    message["Message-ID"] = f"<{_mark(digest)}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{settings}>"
    message.set_content("\n".join(_plain(digest, settings)) + "\n")
    html = render("mail/digest.html", digest=digest, headings=HEADINGS, settings=settings)
    message.add_alternative(html, subtype="html")
    return message


def _address(text: str) -> Address:
    """One address and nothing else. Raises ValueError."""
    try:
        return Address(addr_spec=text)
    except (MessageError, ValueError, IndexError):
        raise ValueError("no address that mail can go to") from None


def _mark(digest: Digest) -> str:
    said = [digest.user_id, digest.today, *(f"{line.id}{line.kind}{line.due}" for line in digest.lines)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


def _plain(digest: Digest, settings: str) -> Iterator[str]:
    yield f"Hello {digest.name},"
    if digest.first:
        yield from ("", f"Reminders are on. {digest.rule}")
    for kind, heading in HEADINGS:
        lines = digest.of(kind)
        if lines:
            yield from ("", f"{heading}:")
        for line in lines:
            yield from ("", f"- {line.account}: {line.text}", f"  {line.who}, {line.when}", f"  {line.link}")
    if digest.more:
        yield from ("", f"{digest.more} more come with the next mail.")
    if not digest.lines:
        yield from ("", "Nothing is late or due soon.")
    yield from ("", "-- ", f"Reminders are on in your settings. Switch them off there: {settings}")
