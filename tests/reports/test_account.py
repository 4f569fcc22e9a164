"""The page of an account and its next session, on odd meetings: what is shown, what is not, and how many queries it takes."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, update
from sqlmodel import Session, col, select

from app.actions.commitments import add_commitment
from app.actions.sessions import close, create_session
from app.errors import NotFound
from app.store import queries
from app.store.callers import Member
from app.store.tables import LiveSession, Release
from app.views.account import SESSIONS_AT_ONCE, account_view, history_json
from app.views.home import SessionForm
from app.views.last_time import last_promises, last_time
from app.views.next_session import AS_LAST, next_view
from app.views.public import public
from app.views.render import render
from app.views.screen import pictures_of
from app.web.new_session import create_from_form
from tests.reports.meetings import Held, House, ladder
from tests.reports.odd import ARABIC, CHINESE, LONG, MARKUP, people

DAY_MS = 86_400_000
CUSTOMER = {"Leadership": people("l", 4), "Procurement": people("p", 4)}
SUPPLIER = {"Account team": people("a", 4)}


class Desk:
    """Somebody of the house who looks at accounts."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.member = Member(
            house.user_id,
            "Inga Berg",
            "inga@halden.example",
            house.workspace_id,
            house.company,
            "UTC",
            "owner",
            "",
            True,
        )

    def hold(self, account: str, *meetings: Held) -> list[str]:
        """These sessions of one account, the last of them ten days ago and each a hundred days after the other."""
        ids = [self.house.hold(replace(held, account=account)) for held in meetings]
        with Session(self.house.engine) as db:
            now = db.get_one(LiveSession, ids[0]).created_at
            for number, id_ in enumerate(reversed(ids)):
                at = now - (10 + 100 * number) * DAY_MS
                times = {"created_at": at, "started_at": at}
                db.execute(update(LiveSession).where(col(LiveSession.id) == id_).values(times))
                db.expire_all()
                close(db, session_id=id_)
            db.commit()
        return ids

    def account(self, name: str) -> str:
        return self.house.accounts[name.strip().casefold()]

    def look(self, view: Callable[..., Any], **kwargs: Any) -> tuple[Any, int]:
        """What a view shows, in one snapshot, and how many statements it took."""
        statements = 0

        def count(*_: Any) -> None:
            nonlocal statements
            statements += 1

        event.listen(self.house.engine, "after_cursor_execute", count)
        try:
            with Session(self.house.engine) as db:
                db.info["snapshot"] = {}
                return view(db, member=self.member, **kwargs), statements
        finally:
            event.remove(self.house.engine, "after_cursor_execute", count)

    def page(self, name: str) -> tuple[Any, str]:
        """The account's view, and its page without markup."""
        view, _ = self.look(account_view, account_id=self.account(name))
        names = {"view": view, "account": view.line, "promises": view.promises, "team": view.team}
        html = render("home/account.html", csrf="x", user="Inga", may_edit=True, owner=True, **names)
        return view, html

    def new(self, form: SessionForm) -> str:
        with Session(self.house.engine) as db:
            id_ = create_from_form(db, member=self.member, form=form).id
            db.commit()
        return id_


@pytest.fixture(scope="module")
def desk(house: House) -> Desk:
    return Desk(house)


def rows(track: Any, name: str) -> list[Any]:
    """What a side or a group shows at each session: its typical step today, or why not."""
    line = next(one for one in track.lines if one.name == name)
    return [point.row.why or point.row.today for point in line.points]


def test_an_accounts_page_takes_as_many_queries_for_one_session_as_for_many(desk: Desk) -> None:
    full = Held(CUSTOMER, SUPPLIER, promises=("Share plans", "Warn early"))
    desk.hold("Young", full)
    desk.hold("Old", *[full] * (SESSIONS_AT_ONCE + 2))

    young, few = desk.look(account_view, account_id=desk.account("Young"))
    old, many = desk.look(account_view, account_id=desk.account("Old"))
    rest, more = desk.look(account_view, account_id=desk.account("Old"), after=old.line.next)

    assert many == few <= 19
    assert more == many + 1  # where to go on
    assert [len(view.line.sessions) for view in (young, old, rest)] == [1, SESSIONS_AT_ONCE, 2]
    assert [len(view.series.tracks[0].stops) for view in (young, old, rest)] == [1, SESSIONS_AT_ONCE, 2]
    assert (old.cycle.stage, rest.cycle, rest.follow) == ("develop", None, None)
    assert len(old.promises.open) == 2 * (SESSIONS_AT_ONCE + 2)


def test_every_kind_of_odd_session_stands_in_the_series_or_is_said_not_to(desk: Desk) -> None:
    desk.hold(
        LONG,
        Held(
            {CHINESE: people("c", 4, 10), LONG: people("d", 5, 10)},
            {ARABIC: people("e", 3, 10)},
            dimensions=(ladder(10),),
        ),
        Held(CUSTOMER, SUPPLIER, revealed=False),
        Held({LONG: people("f", 4, 3)}, {ARABIC: ()}, dimensions=(ladder(3),)),
        Held({LONG: people("g", 1, 3)}, {ARABIC: ()}, dimensions=(ladder(3),)),
        Held({LONG: ()}, {ARABIC: ()}, dimensions=(ladder(3),)),
        Held({"": people("h", 4, 3)}, {"": people("i", 3, 3)}, attribution="anonymous", dimensions=(ladder(3),)),
        Held(
            {LONG: people("j", 5, 3), CHINESE: people("k", 2, 3)}, {ARABIC: people("l", 3, 3)}, dimensions=(ladder(3),)
        ),
    )

    view, html = desk.page(LONG)

    short, tall = view.series.tracks
    assert (len(short.steps), len(tall.steps), view.series.without) == (3, 10, 1)
    few, none = "too few to show", "no answers"
    assert [stop.answers for stop in short.stops] == [
        ("4", none), ("too few", none), (none, none), ("4", "3"), ("7", "3"),
    ]  # fmt: skip
    assert rows(short, LONG)[1:] == [few, few, "by side only", few]
    assert rows(short, ARABIC)[:4] == [few, few, few, "by side only"]
    assert rows(short, CHINESE) == ["not there", "not there", "not there", "by side only", few]
    assert any(note.startswith("Another stair") for note in view.series.notes)
    assert any("by side only, before that by group" in note for note in view.series.notes)
    assert "None" not in re.sub(r"<[^>]*>", "", html)
    assert html.count("<svg") >= 6


def test_a_side_that_is_hidden_once_has_no_figure_there_and_no_line_across_it(desk: Desk) -> None:
    small = Held(CUSTOMER, {"Account team": people("b", 2)})
    desk.hold("Hidden once", Held(CUSTOMER, SUPPLIER), small, Held(CUSTOMER, SUPPLIER))

    view, html = desk.page("Hidden once")

    (track,) = view.series.tracks
    assert rows(track, "Halden")[1] == rows(track, "Account team")[1] == "too few to show"
    assert track.today[1].steps == track.wanted[1].steps == ""
    picture = html.split('class="only-wide"')[1].split("</svg>")[0]
    assert picture.count('class="supplier arrow"') == 0, "a dotted line joins neighbours alone"
    assert picture.count('class="customer arrow"') == 2
    data = history_json(view)
    line = next(one for one in data["tracks"][0]["lines"] if one["name"] == "Halden")
    assert line["points"][1] == {"shown": False, "why": "too_few"}


def test_two_people_are_too_few_to_say_how_far_apart_an_account_is(desk: Desk) -> None:
    everybody = Held(CUSTOMER, {"Account team": people("z", 5)})
    (first, second) = desk.hold("Few", everybody, everybody)
    view, _ = desk.page("Few")
    assert view.series.headline

    with Session(desk.house.engine) as db:  # as where a side of two agreed to be shown
        for id_ in (first, second):
            release = db.exec(select(Release).where(Release.session_id == id_)).one()
            supplier = release.content["dimensions"][0]["sides"]["supplier"]
            two = {"n": 2, "counts": [2, 0, 0, 0, 0]}
            sides = release.content["dimensions"][0]["sides"] | {
                "supplier": supplier | {"current": supplier["current"] | two, "gap": None}
            }
            dimensions = [release.content["dimensions"][0] | {"sides": sides, "rows": []}]
            release.content = release.content | {"dimensions": dimensions}
            db.add(release)
        db.commit()

    view, _ = desk.page("Few")
    assert view.series.tracks[0].today[0].flag == "too_few"
    assert view.series.headline == ""


def test_the_words_of_the_stair_may_change_and_it_is_said(desk: Desk) -> None:
    other = ladder(5)
    other = replace(other, steps=(replace(other.steps[0], label="Vendor"), *other.steps[1:]))
    desk.hold("Words", Held(CUSTOMER, SUPPLIER, dimensions=(ladder(5),)), Held(CUSTOMER, SUPPLIER, dimensions=(other,)))

    view, html = desk.page("Words")

    (track,) = view.series.tracks
    (note,) = track.notes
    assert "step 1 was “Step called number 1” and is “Vendor”" in note
    assert note in html


def test_what_users_wrote_is_only_ever_text(desk: Desk) -> None:
    desk.hold(MARKUP[2], Held({MARKUP[2]: people("m", 4)}, SUPPLIER, title=MARKUP[2], promises=(MARKUP[2],)))

    _, html = desk.page(MARKUP[2])

    assert "<b>bold" not in html
    assert "&lt;b&gt;bold" in html


def test_an_account_of_another_workspace_is_not_there(desk: Desk) -> None:
    desk.hold("Own", Held(CUSTOMER, SUPPLIER))
    own, foreign = desk.account("Own"), replace(desk.member, workspace_id="elsewhere")

    for view in (account_view, next_view):
        with Session(desk.house.engine) as db, pytest.raises(NotFound):
            view(db, member=foreign, account_id=own)


# --- the next session -------------------------------------------------------------------------------


def test_the_next_session_takes_stair_groups_attribution_and_smallest_group_over(desk: Desk) -> None:
    held = Held({CHINESE: people("n", 4, 10), LONG: people("o", 5, 10)}, SUPPLIER, dimensions=(ladder(10),), smallest=4)
    (last,) = desk.hold("Goes on", replace(held, attribution="named", names=()))

    view, _ = desk.look(next_view, account_id=desk.account("Goes on"))
    made = desk.new(view.form)

    assert view.form.template == AS_LAST
    assert [line.steps for line in view.templates][:1] == [10]
    with Session(desk.house.engine) as db:
        before, after = db.get_one(LiveSession, last), db.get_one(LiveSession, made)
        assert after.definition == before.definition
        assert (after.attribution, after.smallest_group, after.status) == ("named", 4, "lobby")
        assert [(one.side, one.name) for one in queries.groups(db, made)] == [
            (one.side, one.name) for one in queries.groups(db, last)
        ]
    page, _ = desk.page("Goes on")
    assert (page.cycle.stage, page.follow.planned_id) == ("recalibrate", made)


def test_a_stair_that_still_ships_is_chosen_by_its_name_and_the_first_session_has_the_usual_form(desk: Desk) -> None:
    (anonymous,) = desk.hold("Ships", Held({"": people("q", 4)}, {"": people("r", 4)}, attribution="anonymous"))

    form = desk.look(next_view, account_id=desk.account("Ships"))[0].form
    assert (form.template, form.attribution, form.like) == ("supplier-to-partner", "anonymous", anonymous)
    assert form.customer_groups == SessionForm().customer_groups

    desk.house.hold(Held({"A": ()}, {"B": ()}, account="Empty", revealed=False, questions=()))
    view, _ = desk.page("Empty")
    assert (view.cycle.stage, view.series.tracks) == ("diagnose", ())


def test_last_time_stands_beside_today_where_both_may_be_shown(desk: Desk) -> None:
    small = {
        "Leadership": people("s", 6),
        "Procurement": people("t", 5),
        "Tiny": people("u", 2),
        "Other groups": people("y", 7),
    }
    _, now = desk.hold(
        "Beside",
        Held(small, SUPPLIER),
        Held(
            {
                "leadership": people("v", 4),
                "Tiny": people("w", 4),
                "New": people("x", 4),
                "A": people("1", 2),
                "B": people("2", 2),
            },
            SUPPLIER,
        ),
    )
    view, _ = desk.page("Beside")
    stood = {line.name: line.points[0].row.today for line in view.series.tracks[0].lines}

    with Session(desk.house.engine) as db:
        known = public(db, session=db.get_one(LiveSession, now))
        found = last_time(db, known, pictures_of(known))
    assert found is not None
    (shown,) = found.pictures
    before = {row.name: row.before for row in (*shown.sides, *shown.rows)}
    assert before["leadership"] == stood["leadership"] is not None
    assert before["Beside"] == stood["Beside"] is not None
    assert (before["Tiny"], before["New"], stood["Tiny"]) == (None, None, None)
    assert before["Other groups"] is None, "joined groups are not a group of that name"
    assert shown.before.startswith("Last time, ")


def test_last_time_is_not_laid_over_another_stair(desk: Desk) -> None:
    before, now = desk.hold(
        "Another stair", Held(CUSTOMER, SUPPLIER), Held(CUSTOMER, SUPPLIER, dimensions=(ladder(4),))
    )

    with Session(desk.house.engine) as db:
        known = public(db, session=db.get_one(LiveSession, now))
        found = last_time(db, known, pictures_of(known))
        assert found is not None
        assert found.why_not
        assert all(row.before is None for one in found.pictures for row in (*one.sides, *one.rows))
        first = public(db, session=db.get_one(LiveSession, before))
        assert last_time(db, first, pictures_of(first)) is None


def test_last_times_promises_are_those_of_the_newest_session_before_that_had_any(desk: Desk) -> None:
    _, middle, newest = desk.hold(
        "Promises",
        Held(CUSTOMER, SUPPLIER, promises=("Too old",)),
        Held(CUSTOMER, SUPPLIER, promises=("Share plans", "Warn early", "Meet")),
        Held(CUSTOMER, SUPPLIER),
    )
    with Session(desk.house.engine) as db:
        for id_ in (middle, newest):
            add_commitment(db, session_id=id_, by="Inga", said={"text": "Only proposed", "side": "customer"})
        session = create_session(
            db,
            workspace_id=desk.house.workspace_id,
            user_id=desk.house.user_id,
            account_id=desk.account("Promises"),
        )
        found, before = last_promises(db, session), last_promises(db, db.get_one(LiveSession, middle))
        db.commit()

    assert found is not None
    assert before is not None
    assert (found.count, found.words) == (3, "3 agreed")
    many = replace(found, sides=(replace(found.sides[0], rows=found.sides[0].rows * 60),)).in_short
    assert (len(many.sides[0].rows), many.sides[0].more, many.count) == (5, 55, 60)
    assert [(side.who, row.text) for side in found.sides for row in side.rows] == [
        ("customer", "Share plans"),
        ("supplier", "Warn early"),
        ("both", "Meet"),
    ]
    assert [row.text for side in before.sides for row in side.rows] == ["Too old"]
    view, html = desk.page("Promises")
    assert [line.words for line in view.promises.sessions] == ["0 of 3 done", "0 of 1 done"]
    assert len(view.promises.open) == 4
    assert "Only proposed" not in html
