"""Links that show a plan or a report to whoever has them, for some days: made, opened, ended (SAFETY T12)."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from app.actions.accounts import tombstone
from app.core.scales import Cut
from app.errors import BadInput, Conflict, NotFound
from app.store import queries
from app.store.ids import new_id, now_ms, token_hash
from app.store.plan_tables import ShareLink, ShareView
from app.store.tables import LiveSession

KINDS: Final = ("report", "plan")
DAY_MS: Final = 24 * 3600 * 1000
MINUTE_MS: Final = 60_000
LASTS_DAYS: Final = 14
LASTS_AT_MOST_DAYS: Final = 90
LINKS_AT_MOST: Final = 50
PASSPHRASE_AT_LEAST, PASSPHRASE_AT_MOST = 6, 200
NO_SUCH_LINK: Final = "This link does not work, or not any more. Ask whoever sent it for a new one."
PLAN_HAS_NO_CUT: Final = "The plan is the same for both sides. Only a report has a private copy."
PRIVATE_PASSPHRASE_AT_LEAST: Final = 12
PRIVATE_NEEDS_PASSPHRASE: Final = (
    f"A link to the team’s report needs a passphrase of at least {PRIVATE_PASSPHRASE_AT_LEAST} characters."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a new link shows. ``page`` is a report's page, compressed, as it was at ``version``; None for a plan.

    ``takes_answers``: the customer's people may accept rows of the plan and say how they stand.
    """

    kind: str
    version: int = 0
    page: bytes | None = None
    with_texts: bool = False
    takes_answers: bool = False
    cut: Cut = "customer"


def checked_kind(kind: object, cut: object) -> str:
    """The kind of a new link. Raises BadInput for another one, and for a plan's private cut, which there is not."""
    if kind not in KINDS:
        raise BadInput("A link shows a report or a plan.", fields={"kind": "report or plan"})
    if kind == "plan" and cut == "private":
        raise BadInput(PLAN_HAS_NO_CUT, fields={"cut": "customer"})
    return str(kind)


def checked_days(days: int | None) -> int:
    """For how many days a link holds. Raises BadInput outside 1 to 90."""
    if days is None:
        return LASTS_DAYS
    if not 1 <= days <= LASTS_AT_MOST_DAYS:
        words = f"1 to {LASTS_AT_MOST_DAYS} days"
        raise BadInput(f"A link holds for {words}.", fields={"expires_days": words})
    return days


def checked_passphrase(raw: str, *, cut: Cut) -> str:
    """A passphrase that may be used, "" for none; the private cut is never without a long one. Raises BadInput."""
    phrase = raw.strip()
    if cut == "private" and len(phrase) < PRIVATE_PASSPHRASE_AT_LEAST:
        raise BadInput(PRIVATE_NEEDS_PASSPHRASE, fields={"passphrase": PRIVATE_NEEDS_PASSPHRASE})
    if phrase and not PASSPHRASE_AT_LEAST <= len(phrase) <= PASSPHRASE_AT_MOST:
        words = f"Choose {PASSPHRASE_AT_LEAST} to {PASSPHRASE_AT_MOST} characters, or leave it empty."
        raise BadInput(words, fields={"passphrase": words})
    return phrase


def create_link(
    db: Session,
    *,
    session_id: str,
    token: str,
    wanted: Wanted,
    by: str,
    days: int = LASTS_DAYS,
    passphrase_hash: str = "",
) -> ShareLink:
    """A new link; only the hash of its token is stored.

    Raises Conflict where the session changed since the report's page was made, and for one link too many.
    """
    session = queries.live_session(db, session_id)
    if wanted.page is not None and session.version != wanted.version:
        raise Conflict("The session changes while people answer. Make the link once the question is closed.")
    links = db.exec(select(func.count()).select_from(ShareLink).where(ShareLink.session_id == session_id)).one()
    if links >= LINKS_AT_MOST:
        raise Conflict(f"This session has {LINKS_AT_MOST} links, as many as fit.")
    now = now_ms()
    run_out = update(ShareLink).where(col(ShareLink.expires_at) <= now, col(ShareLink.page).is_not(None))
    db.execute(run_out.values(page=None))  # what is shown to nobody any more need not be kept
    link = ShareLink(
        id=new_id(),
        token_hash=token_hash(token),
        session_id=session_id,
        kind=wanted.kind,
        cut=wanted.cut,
        version=session.version,
        page=wanted.page,
        with_texts=wanted.with_texts,
        takes_answers=wanted.takes_answers,
        passphrase_hash=passphrase_hash,
        made_by=by,
        created_at=now,
        expires_at=now + days * DAY_MS,
    )
    db.add(link)
    db.flush()
    return link


def link_for_phones(db: Session, *, session_id: str, token: str) -> ShareLink:
    """The one link to the plan that participants may keep; the first who asks makes it. Its token is the same each time.

    Raises NotFound once it has run out or was ended.
    """
    session = queries.live_session(db, session_id)
    known = select(ShareLink).where(ShareLink.session_id == session_id, col(ShareLink.for_phones).is_(True))
    link = db.exec(known).first()
    if link is None:
        link = create_link(db, session_id=session.id, token=token, wanted=Wanted("plan"), by="")
        link.for_phones = True
        db.add(link)
        db.flush()
    if not holds(link, now=now_ms()):
        raise NotFound(f"The link to this list has run out. Ask {session.facilitator} for a new one.")
    return link


def holds(link: ShareLink, *, now: int) -> bool:
    """Whether a link still shows something."""
    return link.revoked_at is None and now < link.expires_at


def open_link(db: Session, *, token: str) -> tuple[ShareLink, LiveSession]:
    """The link behind a token, with its session. Raises NotFound, the same for unknown, expired and ended ones."""
    link = db.exec(select(ShareLink).where(ShareLink.token_hash == token_hash(token))).first()
    if link is None or not holds(link, now=now_ms()):
        raise NotFound(NO_SUCH_LINK)
    return link, queries.live_session(db, link.session_id)


def count_look(db: Session, *, link_id: str) -> None:
    """Write into the link's log that somebody looked, to the minute. Nothing where the link is gone."""
    if db.get(ShareLink, link_id) is None:
        return
    minute = now_ms() // MINUTE_MS * MINUTE_MS
    entry = db.get(ShareView, (link_id, minute)) or ShareView(link_id=link_id, at=minute)
    entry.looks += 1
    db.add(entry)
    db.flush()


def revoke_link(db: Session, *, session_id: str, link_id: str) -> ShareLink:
    """End a link at once, for good; its log stays. Harmless when repeated. Raises NotFound."""
    link = db.get(ShareLink, link_id)
    if link is None or link.session_id != session_id:
        raise NotFound("This link does not exist.")
    if link.revoked_at is None:
        link.revoked_at, link.page = now_ms(), None
        tombstone(db, link.id, "share_link")
        db.add(link)
        db.flush()
    return link


def end_links_with_texts(db: Session, session_id: str) -> None:
    """End every link whose report holds what people wrote, because somebody takes theirs back."""
    open_ones = select(ShareLink.id).where(
        ShareLink.session_id == session_id, col(ShareLink.with_texts).is_(True), col(ShareLink.revoked_at).is_(None)
    )
    for link_id in db.exec(open_ones).all():
        revoke_link(db, session_id=session_id, link_id=link_id)
