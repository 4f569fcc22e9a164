"""Files of past answers that wait to be entered, and where entered meetings came from."""

import json
import zlib
from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from app.core.past_table import Sheet
from app.core.scales import Side
from app.errors import NotFound
from app.store.import_tables import Imported, Upload
from app.store.tables import LiveSession, SessionGroup

GONE = "This file is not here any more: it is kept for an hour, and until it is entered or dropped. Choose it again."


def packed(sheets: Sequence[Sheet]) -> bytes:
    """Sheets as an upload keeps them."""
    plain = json.dumps([[sheet.name, sheet.rows] for sheet in sheets], ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(plain.encode(), 6)


def unpacked(content: bytes) -> list[Sheet]:
    """The sheets that `packed` made this of."""
    return [Sheet(name, rows) for name, rows in json.loads(zlib.decompress(content))]


def upload(db: Session, *, upload_id: str, account_id: str, user_id: str, now: int, hold: bool = False) -> Upload:
    """The file, if this user handed it in for this account within the hour. Raises NotFound, the same in every other case.

    hold: until the commit, so that it is entered once.
    """
    found = db.get(Upload, upload_id, with_for_update=hold, populate_existing=hold)
    if found is None or (found.account_id, found.user_id) != (account_id, user_id) or found.expires_at <= now:
        raise NotFound(GONE)
    return found


def imported(db: Session, session_ids: Iterable[str]) -> dict[str, Imported]:
    """Where the answers of those of these sessions came from that were imported."""
    query = select(Imported).where(col(Imported.session_id).in_(list(session_ids)))
    return {one.session_id: one for one in db.exec(query)}


def entered_before(db: Session, *, account_id: str, digest: str) -> LiveSession | None:
    """A session of the account that was made from a file with the same content."""
    query = select(LiveSession).join(Imported, col(Imported.session_id) == LiveSession.id)
    return db.exec(query.where(LiveSession.account_id == account_id, Imported.digest == digest)).first()


def known_groups(db: Session, account_id: str) -> dict[str, Side]:
    """Whose side groups of the account's sessions were on, by their names in small letters; those on both sides left out."""
    query = (
        select(SessionGroup.name, SessionGroup.side)
        .join(LiveSession, col(LiveSession.id) == SessionGroup.session_id)
        .where(LiveSession.account_id == account_id)
        .distinct()
    )
    sides: dict[str, set[str]] = {}
    for name, side in db.exec(query):
        sides.setdefault(name.casefold(), set()).add(side)
    return {name: "customer" if "customer" in one else "supplier" for name, one in sides.items() if len(one) == 1}
