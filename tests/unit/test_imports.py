"""Files that wait to be entered and meetings that are: what is kept, for how long, and what goes with what."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from app.actions import imports as moving
from app.actions.accounts import create_account
from app.actions.imports import PastMeeting, delete_stale_uploads, drop_upload, keep_upload
from app.actions.people import NewUser, add_user
from app.actions.questions import command
from app.actions.sessions import delete_account, outlived, reopen
from app.core.importing import PastIdea, PastPerson
from app.core.past_table import Sheet
from app.errors import BadInput, Conflict, NotFound
from app.live.guessing import Ledger
from app.live.slots import Slots
from app.settings import Settings
from app.store import imports, queries
from app.store.ids import now_ms
from app.store.import_tables import Imported, Upload
from app.store.once import run_once
from app.store.tables import Account, LiveSession, Participant, User, Workspace
from app.views.importing import Look, look_at
from app.web import exporting

HOUR_MS = 3600 * 1000
SHEETS = [Sheet("One", [["Ä", "b"], ["1", ""]]), Sheet("Two", [["x"], ["y"]])]


class Place:
    """A workspace that keeps sessions for 30 days, with an account and two users."""

    def __init__(self, db: Session) -> None:
        self.db = db
        users = [NewUser(email=f"{n}@x.example", name=f"User {n}", password_hash="x") for n in (1, 2)]
        self.users: list[User] = [
            add_user(db, user=one, role="facilitator", workspace="Halden", time_zone="Europe/Berlin") for one in users
        ]
        self.workspace = db.exec(select(Workspace)).one()
        self.workspace.keep_days = 30
        self.account: Account = create_account(db, workspace_id=self.workspace.id, name="Northfield")
        db.flush()

    def hand_in(self, user: int = 0, sheets: Sequence[Sheet] = SHEETS) -> str:
        return keep_upload(
            self.db, account_id=self.account.id, user_id=self.users[user].id, file_name="a.csv", digest="d",
            content=imports.packed(sheets),
        )  # fmt: skip

    def file(self, upload_id: str, *, user: int = 0, later: int = 0) -> Upload:
        where = {"account_id": self.account.id, "user_id": self.users[user].id}
        return imports.upload(self.db, upload_id=upload_id, now=now_ms() + later, **where)

    def enter(self, *, days_ago: int, people: list[PastPerson], ideas: tuple[PastIdea, ...] = ()) -> LiveSession:
        day = (datetime.now(UTC) - timedelta(days=days_ago)).date().isoformat()
        return moving.enter_meeting(
            self.db, upload_id=self.hand_in(), account_id=self.account.id, workspace_id=self.workspace.id,
            user_id=self.users[0].id, entered_by="User 1",
            meeting=PastMeeting("", day, 3, people, ideas, 0),
        )  # fmt: skip

    def look(self, upload_id: str, **said: str) -> Look:
        return look_at(self.db, account=self.account, upload=self.file(upload_id), said=said)


def one_side(*steps: int | None) -> list[PastPerson]:
    return [PastPerson("customer", "Quality", {"current": step}) for step in steps]


@pytest.fixture(scope="module")
def at_place(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Callable[[Place], None]], None]:
    """Runs a story in a database of this module; nothing of it stays."""
    folder = tmp_path_factory.mktemp("imports")

    class UndoneError(Exception):
        pass

    def run(story: Callable[[Place], None]) -> None:
        def all_of_it(db: Session) -> None:
            story(Place(db))
            raise UndoneError

        with pytest.raises(UndoneError):
            run_once(Settings(data_dir=folder), all_of_it)

    return run


def test_a_file_is_its_users_alone_one_at_a_time_and_for_an_hour(at_place: Any) -> None:
    def story(place: Place) -> None:
        first, theirs = place.hand_in(), place.hand_in(user=1)
        second = place.hand_in()
        assert imports.unpacked(place.file(second).content) == SHEETS
        for upload_id, more in ((first, {}), (theirs, {}), (second, {"user": 1}), (second, {"later": HOUR_MS})):
            with pytest.raises(NotFound, match="kept for an hour"):
                place.file(upload_id, **more)
        drop_upload(place.db, upload_id=theirs, user_id=place.users[0].id)
        assert place.file(theirs, user=1), "nobody drops another's file"
        delete_stale_uploads(place.db, now=now_ms() + HOUR_MS)
        assert place.db.exec(select(Upload)).all() == []

    at_place(story)


def test_a_meeting_that_would_be_deleted_at_once_is_not_entered(at_place: Any) -> None:
    def story(place: Place) -> None:
        with pytest.raises(BadInput, match="kept for 30 days here, so this one would be deleted at once"):
            place.enter(days_ago=31, people=one_side(3))
        session = place.enter(days_ago=28, people=one_side(3))
        assert outlived(place.db, now=now_ms()) == []
        assert session.id in outlived(place.db, now=now_ms() + 3 * 24 * HOUR_MS)

    at_place(story)


def test_an_entered_meeting_is_sealed_and_goes_with_its_account(at_place: Any) -> None:
    def story(place: Place) -> None:
        session = place.enter(days_ago=2, people=one_side(3, None, 4, 2), ideas=(PastIdea(1, "More of it", "both"),))
        assert (session.status, session.sealed, session.started_at) == ("closed", True, session.created_at)
        assert [group.name for group in queries.groups(place.db, session.id)] == ["Quality"]
        assert {one.status for one in queries.questions(place.db, session.id).values()} == {
            "revealed",
            "waiting",
            "closed",
        }
        people = place.db.exec(select(Participant).where(Participant.session_id == session.id)).all()
        assert {(one.token_hash, one.by_hand, one.name) for one in people} == {(None, False, None)}
        reopen(place.db, session_id=session.id)
        with pytest.raises(Conflict, match="have been let go"):
            command(place.db, session_id=session.id, key="current", name="reopen")

        place.hand_in()
        delete_account(place.db, account_id=place.account.id)
        assert [*place.db.exec(select(Upload)), *place.db.exec(select(Imported))] == []

    at_place(story)


def test_nobody_and_a_step_that_is_none_are_not_entered(at_place: Any) -> None:
    def story(place: Place) -> None:
        with pytest.raises(BadInput, match="Nobody answered"):
            place.enter(days_ago=2, people=[PastPerson("customer", "Quality", {})])
        with pytest.raises(BadInput, match="not on the stair"):
            place.enter(days_ago=2, people=one_side(9))

    at_place(story)


ANSWERS = [
    ["Screen name", "Company", "Poll title", "Response"],
    *[[f"p{n}", company, title, step] for title, step in (("Today", "3"), ("Wanted", "Partner")) for n, company in enumerate(
        ["Northfield", "Northfield", "Halden", "Halden"])],
]  # fmt: skip


def test_a_form_that_changes_the_layout_starts_anew_with_what_hangs_on_it(at_place: Any) -> None:
    def story(place: Place) -> None:
        people = Sheet("People", [["Survey"], ["Team", "Today"], ["Delivery", "2"], ["Leadership", "4"]])
        file = place.hand_in(sheets=[people, Sheet("Log", ANSWERS)])
        first = place.look(file, sheet="1")
        assert (first.view.layout.heads, first.view.layout.each, first.view.layout.keys) == (1, "answer", (0, 2, 3))
        assert [(one.side, dict(one.choices)) for one in first.reading.people if first.reading] == [
            ("customer", {"current": 3, "desired": 5}), ("customer", {"current": 3, "desired": 5}),
            ("supplier", {"current": 3, "desired": 5}), ("supplier", {"current": 3, "desired": 5}),
        ]  # fmt: skip
        said = {"sheet": "1", "told": first.view.layout.told, "heads": "1", "column-current": "3", "only": "customer"}
        mine = place.look(file, **said, each="answer", **{"key-person": "0", "key-question": "2", "key-answer": "3"})
        assert [dict(one.choices) for one in mine.reading.people if mine.reading] == [{"current": 5}] * 4, (
            "as chosen, and no more"
        )
        no_keys = place.look(file, **said, each="answer")
        assert no_keys.view.problem.startswith("Choose the columns that say whose answer it is")
        each_person = place.look(file, **said, each="person")
        assert {one.label: one.chosen for one in each_person.view.columns}["Side or company"] == "1", "proposed anew"
        other = place.look(file, **(said | {"sheet": "0"}), each="answer")
        assert (other.view.layout.heads, other.view.layout.each, other.view.problem) == (2, "person", "")
        assert [one.side for one in other.reading.people if other.reading] == ["supplier", "customer"]
        assert len({look.view.seen for look in (first, mine, no_keys, each_person, other)}) == 5
        for nonsense in (
            {"heads": "99"},
            {"sheet": "-1"},
            {"sheet": "x" * 9},
            {"told": "9.9"},
            {"heads": "1", "told": "0.1.person"},
        ):
            assert place.look(file, **nonsense).view.layout

    at_place(story)


def far_too_much(_content: bytes) -> None:
    """What a file could make its reader do."""
    bytearray(4 << 30)


async def test_a_file_that_takes_too_much_memory_is_put_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "_read_sheets", far_too_much)
    desk = exporting.ExportDesk(Slots(Ledger(None, "secret")))

    with pytest.raises(BadInput, match="took more time or memory to read than it may"):
        await desk.read_sheets(b"", user_id="u")

    assert desk._pool is None
    await desk.close()
