"""What the account team keeps is in its own files and in no customer's."""

from dataclasses import replace

import pytest
from sqlmodel import Session

from app.actions.behaviours import Seen, mark_behaviours
from app.actions.decisions import Wanted, decide
from app.actions.discussions import keep_discussion
from app.reports.export import KINDS
from app.reports.material import Material
from app.store.tables import LiveSession
from app.views.report import without_texts
from tests.reports.meetings import House
from tests.reports.odd import MEETINGS
from tests.reports.readers import every_text, made

NOTE, EVIDENCE, REASON = "kx-note", "kx-evidence", "kx-reason"
TODAY = "2026-11-22"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Material]:
    """A held session on whose account the team wrote, in both cuts. It has a house of its own."""
    house = House(tmp_path_factory.mktemp("team"), "")
    id_ = house.hold(MEETINGS["sample"])
    with Session(house.engine) as db:
        account = db.get_one(LiveSession, id_).account_id
        keep_discussion(db, session_id=id_, number=3, author="Inga", notes=f"{NOTE} " + "long words " * 300)
        keep_discussion(db, session_id=id_, number=8, author="Inga", notes=f"{NOTE}-8 =1+1")
        seen = Seen("customer", 1, 1, mark="seen", evidence=EVIDENCE)
        mark_behaviours(db, account_id=account, author="Inga", today=TODAY, seen=[seen])
        decide(db, account_id=account, author="Inga", today=TODAY, wanted=Wanted("stay", REASON))
        db.commit()
    found = {cut: house.material(id_, cut) for cut in ("private", "customer")}
    return found | {"german": house.material(id_, "private", "de")}


@pytest.mark.parametrize("kind", KINDS)
def test_no_customers_file_has_any_of_it(written: dict[str, Material], kind: str) -> None:
    told = every_text(kind, made(kind, written["customer"]))

    assert [word for word in (NOTE, EVIDENCE, REASON, "Stay where we are") if word in told] == []
    assert written["customer"].team is None
    assert written["customer"].view.team is None


@pytest.mark.parametrize("kind", ["pdf", "xlsx", "json"])
def test_the_teams_files_have_notes_and_decisions(written: dict[str, Material], kind: str) -> None:
    told = every_text(kind, made(kind, written["private"]))

    assert NOTE in told
    assert f"{NOTE}-8 =1+1" in told
    assert REASON in told


def test_a_report_without_texts_has_no_word_that_people_wrote(tmp_path_factory: pytest.TempPathFactory) -> None:
    house = House(tmp_path_factory.mktemp("texts"), "")
    id_ = house.hold(
        replace(MEETINGS["sample"], ideas=("kx-idea one", "kx-idea two", "kx-idea three"), themes=("kx-theme",))
    )
    view = house.material(id_, "private").view

    for word in ("kx-idea", "kx-theme"):
        assert word in str(view.panels)
        assert word not in str(without_texts(view))
    assert " in 1 theme." in str(without_texts(view).panels)


def test_every_file_lists_the_shared_discussions_with_a_sentence(written: dict[str, Material]) -> None:
    sentence = written["customer"].view.guide[0].hint

    assert sentence.startswith("Typical step ")
    for kind in ("pdf", "pptx", "json"):
        assert sentence in every_text(kind, made(kind, written["customer"])), kind


def test_what_the_team_keeps_is_told_in_german_and_its_own_words_stay(written: dict[str, Material]) -> None:
    told = every_text("pdf", made("pdf", written["german"]))
    team = written["german"].view.team

    assert team is not None
    (marked,) = team.team.marked
    assert marked[1].text == "fragt jedes Mal mehrere Lieferanten nach dem Preis"
    assert marked[1].evidence == EVIDENCE
    assert "Bleiben, wo wir sind, 22. November 2026, Inga" in told
    assert "Notizen zu Gespräch 3" in told
    assert NOTE in told
    assert REASON in told
