"""Share links as their makers see them: what each shows, until when, how often it was opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.core.language import ENGLISH, Language
from app.store import plans, queries
from app.store.plan_tables import ShareLink, ShareView
from app.store.tables import LiveSession
from app.views.links import base_url
from app.views.moments import day, moment
from app.views.plan import time_zone_of

LOG_LISTED = 30


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link in a list. ``state``: open, ended or run out; ``looks`` in words, with the day of the last one.

    ``log``: when it was opened, the newest first, as many as are listed.
    """

    id: str
    what: str
    made: str
    until: str
    state: str
    looks: str
    with_passphrase: bool
    log: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinksView:
    """Everything shared of a session."""

    session_id: str
    customer: str
    title: str
    links: tuple[LinkLine, ...]
    revealed: bool


def share_url(token: str, language: Language = ENGLISH) -> str:
    """Where a link leads; a report's opens in this language."""
    return f"{base_url()}/share/{token}" + ("" if language == ENGLISH else f"?lang={language}")


def links_view(db: Session, *, session: LiveSession, now: int) -> LinksView:
    """The session's links, newest first."""
    links, zone = plans.share_links(db, session.id), time_zone_of(db, session)
    views = plans.share_views(db, [link.id for link in links])
    lines = tuple(_line(link, views.get(link.id, ()), zone, now) for link in links)
    revealed = queries.release(db, session.id) is not None
    return LinksView(session.id, session.customer, session.title, lines, revealed)


def _line(link: ShareLink, views: Sequence[ShareView], zone: str, now: int) -> LinkLine:
    report = "The team’s report" if link.cut == "private" else "The customer’s report"
    what = "The plan as it stands" if link.kind == "plan" else f"{report} as it was"
    what += ", with ideas" if link.with_texts else ", to be answered" if link.takes_answers else ""
    by = "by those who took part" if link.for_phones else f"by {link.made_by}"
    looks = sum(view.looks for view in views)
    times = f"opened {looks} {'time' if looks == 1 else 'times'}, last on {day(views[0].at, zone)}" if views else ""
    return LinkLine(
        id=link.id,
        what=what,
        made=f"Made on {day(link.created_at, zone)} {by}",
        until=day(link.expires_at, zone),
        state="ended" if link.revoked_at is not None else "run out" if link.expires_at <= now else "open",
        looks=times or "not opened yet",
        with_passphrase=bool(link.passphrase_hash),
        log=tuple(
            moment(one.at, zone) + (f", {one.looks} times" if one.looks > 1 else "") for one in views[:LOG_LISTED]
        ),
    )


def links_json(db: Session, *, session_id: str) -> list[dict[str, Any]]:
    """The session's links for scripts, newest first."""
    links = plans.share_links(db, session_id)
    views = plans.share_views(db, [link.id for link in links])
    return [link_json(link, views.get(link.id, ())) for link in links]


def link_json(link: ShareLink, views: Sequence[ShareView]) -> dict[str, Any]:
    """A link without its address. Moments are milliseconds since 1970, UTC; ``opened`` goes by the minute."""
    return {
        "id": link.id,
        "kind": link.kind,
        "cut": link.cut,
        "version": link.version,
        "texts": link.with_texts,
        "answers": link.takes_answers,
        "passphrase": bool(link.passphrase_hash),
        "for_phones": link.for_phones,
        "made_by": link.made_by,
        "created_at": link.created_at,
        "expires_at": link.expires_at,
        "revoked_at": link.revoked_at,
        "opened": [{"at": view.at, "times": view.looks} for view in views],
    }
