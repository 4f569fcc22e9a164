"""The language that is spoken: sentences in German, whole and in every form, and nothing that leaks from one to the other."""

import asyncio
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace

import pytest

from app.core import sentences as s
from app.core.commitments import rows_words
from app.core.discussions import BY_NUMBER, alignment, between_groups, ideas_told, named, perception
from app.core.dissonance import Pair
from app.core.language import checked_language, figures, listed, say, say_n, speaking, spoken, tag
from app.core.measures import PairedShift
from app.core.parties import Party
from app.core.proof import method_words, proof, two_decimals
from app.core.published import Cell
from app.core.readiness import counts_words, headline, verdict
from app.core.say_do import DONE, SEEN, Behaviour, say_do_sentence, supported
from app.core.session_templates import DEFAULT_GROUPS, SUPPLIER_TO_PARTNER, told_behaviour, told_group, told_template
from app.errors import BadInput
from app.store.days import date_words
from app.views.frozen import frozen, page_of

NORTHFIELD, HALDEN = Party("Northfield", "customer", "side"), Party("Halden", "supplier", "side")
BUYERS, BOARD = Party("Einkauf", "customer"), Party("Board", "supplier")
REST = Party("Übrige Gruppen", "customer", "pooled")
LOW, HIGH, MIDDLE = (3, 2, 0, 0, 0), (0, 0, 0, 2, 3), (0, 0, 4, 0, 0)


@pytest.fixture(autouse=True)
def _german():
    with speaking("de"):
        yield


@pytest.mark.parametrize(
    ("party", "counts", "reference", "others", "question", "us", "told"),
    [
        (NORTHFIELD, LOW, HALDEN, HIGH, "current", False,
         "3 von 5 bei Northfield sehen die Beziehung heute mindestens vier Stufen tiefer als Halden."),
        (BUYERS, (2, 2, 1, 0, 0), BOARD, MIDDLE, "current", False,
         "4 von 5 in der Gruppe Einkauf sehen die Beziehung heute mindestens eine Stufe tiefer als die Gruppe Board."),
        (BUYERS, (0, 0, 0, 0, 5), BOARD, LOW, "current", True,
         "Alle 5 in der Gruppe Einkauf sehen uns mindestens vier Stufen höher als unsere Gruppe Board."),
        (BUYERS, (0, 0, 0, 0, 1), BOARD, LOW, "current", False,
         "Die eine Person in der Gruppe Einkauf sieht die Beziehung heute mindestens vier Stufen höher als die Gruppe Board."),
        (BUYERS, (0, 0, 0, 0, 1), BOARD, LOW, "desired", False,
         "Die eine Person in der Gruppe Einkauf wünscht sich die Beziehung mindestens vier Stufen höher als die Gruppe Board."),
        (REST, LOW, HALDEN, HIGH, "desired", False,
         "3 von 5 in den übrigen Gruppen wünschen sich die Beziehung mindestens vier Stufen tiefer als Halden."),
        (NORTHFIELD, MIDDLE, REST, MIDDLE, "current", False,
         "Die meisten bei Northfield sehen heute dieselbe Stufe wie die übrigen Gruppen: 4 von 4."),
        (NORTHFIELD, MIDDLE, HALDEN, MIDDLE, "desired", False,
         "Die meisten bei Northfield wünschen sich dieselbe Stufe wie Halden: 4 von 4."),
        (BOARD, MIDDLE, BUYERS, MIDDLE, "current", True,
         "Die meisten in unserer Gruppe Board sehen heute dieselbe Stufe wie die Gruppe Einkauf: 4 von 4."),
        (BUYERS, (3, 0, 0, 0, 3), BOARD, MIDDLE, "current", False,
         "Die Gruppe Einkauf ist sich über die heutige Stufe nicht einig: 3 auf Stufe 1, 3 auf Stufe 5."),
        (REST, (3, 0, 0, 0, 3), BOARD, MIDDLE, "desired", False,
         "Die übrigen Gruppen sind sich über die gewünschte Stufe nicht einig: 3 auf Stufe 1, 3 auf Stufe 5."),
        (NORTHFIELD, (3, 0, 0, 0, 3), HALDEN, MIDDLE, "desired", False,
         "Northfield ist sich über die gewünschte Stufe nicht einig: 3 auf Stufe 1, 3 auf Stufe 5."),
    ],
)  # fmt: skip
def test_a_comparison_is_a_german_sentence(*, party, counts, reference, others, question, us, told) -> None:
    assert s.pair_sentence(party, counts, reference, others, question, us=us) == told


def test_numbers_have_a_comma_and_a_true_minus() -> None:
    assert (s.one_decimal(2.25), s.one_decimal(-0.4), s.one_decimal(0)) == ("2,3", "−0,4", "0,0")
    assert (s.signed(1.4), s.signed(-0.5), s.signed(0.0)) == ("+1,4", "−0,5", "0,0")
    assert (two_decimals(-0.95, sign=True), two_decimals(0.5)) == ("−0,95", "0,50")
    assert figures("12.5") == "12,5"


def test_counts_are_said_as_germans_count() -> None:
    assert s.moves(12, 1, 1) == "12 höher, 1 bleibt, 1 tiefer"
    assert s.moves(0, 2, 0) == "2 bleiben"
    assert s.moved_words(PairedShift(14, 4, 10, 0, 0.3, 0.3, 0)) == "4 von 14 gingen höher, 10 blieben"
    assert s.moved_words(PairedShift(3, 1, 1, 1, 0, 0, 0)) == "1 von 3 ging höher, 1 tiefer, 1 blieb"
    assert s.moved_words(PairedShift(10, 0, 10, 0, 0, 0, 0)) == "alle 10 blieben"
    assert say_n("{n} person", "{n} people", 1) == "1 Person"
    assert say_n("{n} person", "{n} people", 3) == "3 Personen"
    assert rows_words(1) == "1 Zusage"
    assert listed(["3", "4", "5"]) == "3, 4 und 5"


def test_flags_and_agreement_have_their_words() -> None:
    assert [s.flag_words(flag) for flag in s.FLAG_WORDS] == [
        *("kein klarer Unterschied", "eine Nachfrage wert", "gleiche Mitte, andere Streuung"),
        *("eindeutig in diesem Kreis", "zu wenige für einen Vergleich"),
    ]
    assert s.agreement_words("same", 5) == "alle 5 auf derselben Stufe"
    assert s.agreement_words(None, 0) == "keine Antworten"
    assert s.off_words(0.4) == "nah dran"
    assert s.off_words(-1.14) == "1,1 Stufen tiefer"
    assert s.step_word(2.5) == "2 bis 3"


def test_headlines_of_readiness_mirror_and_rounds() -> None:
    yes, no = ({"shown": True, "yes": n, "not_yet": 3 - n, "no": 0, "n": 3} for n in (3, 0))
    hidden = {"shown": False, "why": "too_few"}
    names = {"customer": "Northfield", "supplier": "Halden"}
    assert verdict({"customer": no, "supplier": yes}, names) == "Halden ist bereit, Northfield noch nicht"
    assert verdict({"customer": yes, "supplier": hidden}, names) == "Northfield ist bereit, Halden wird nicht gezeigt"
    assert headline([{"customer": yes, "supplier": yes}]) == "Eine Änderung kann beginnen: Beide Seiten sind bereit"
    assert (
        headline([{"customer": yes, "supplier": yes}] * 2)
        == "Zwei Änderungen können beginnen: Beide Seiten sind bereit"
    )
    assert counts_words(no) == "0 bereit, 3 noch nicht"
    assert counts_words(hidden) == "zu wenige Antworten"
    assert s.mirror_title(["true_consensus"] * 2) == "Wir sehen die Beziehung heute gleich. Beide Seiten wissen es."
    assert s.rounds_title("desired", 1.0, 0.5).endswith("bei der gewünschten Stufe näher beieinander")


def test_discussions_say_it_in_german() -> None:
    names = {"customer": "Northfield", "supplier": "Halden"}
    assert named(BY_NUMBER[1].heading, names) == "Wie sieht Northfield die Beziehung zu Halden heute?"
    assert ideas_told(1, 1).sentence == "1 Idee in 1 Thema."
    assert ideas_told(3, 0).sentence == "3 Ideen, nicht nach Themen sortiert."
    few = perception("Northfield", Cell(current_why="too_few"))
    assert few.sentence == "Northfield hat zu wenige Antworten, um sie zu zeigen."
    assert (
        between_groups("Northfield", 1, []).sentence == "Nur eine Gruppe von Northfield kann für sich gezeigt werden."
    )
    clear = Pair("customer", "supplier", 2.1, -0.9, "clear")
    halved = alignment(names, {"customer": Cell(), "supplier": Cell()}, clear, None)
    assert "Daher" not in halved.sentence


def test_why_a_flag_is_carried_has_german_numbers() -> None:
    told = proof("clear", LOW, HIGH)
    assert told.startswith("3,2 Stufen auseinander, Cliffs Delta −1,00. Es bleibt so, wen auch immer man weglässt.")
    assert dict(method_words())["Eindeutig in diesem Kreis"].startswith(
        "Mindestens eine Stufe auseinander, Delta mindestens 0,47"
    )


def test_say_and_do_is_told_in_whole_sentences() -> None:
    ladder = told_template(SUPPLIER_TO_PARTNER).dimensions[0]
    marked = [
        Behaviour("customer", step, place, "x", "seen" if step < 3 else "not_seen")
        for step in range(1, 6)
        for place in (1, 2, 3)
    ]
    found = supported("customer", marked)
    told = say_do_sentence("Northfield", SEEN, found, 4.5, ladder.steps, marked)
    assert told.startswith(
        "Northfield sagt: zwischen Vertrauter Berater und Partner. "
        "Was wir gesehen haben, passt zu: Bevorzugter Lieferant, zweieinhalb Stufen tiefer als gesagt."
    )
    assert "Nicht gesehen: x; x." in told
    assert say_do_sentence("Halden", DONE, found, None, ladder.steps, []).endswith(
        "Was wir getan haben, passt zu: Bevorzugter Lieferant."
    )


def test_dates_are_german() -> None:
    assert date_words("2026-11-22") == "22. November 2026"
    assert date_words("2027-03-01", now="2026-11-22") == "1. März"
    assert date_words("") == ""


def test_what_ships_is_told_and_what_was_typed_is_not() -> None:
    german = told_template(SUPPLIER_TO_PARTNER)
    steps = SUPPLIER_TO_PARTNER.dimensions[0].steps
    assert [step.label for step in german.dimensions[0].steps][:2] == ["Lieferant", "Bevorzugter Lieferant"]
    assert german.dimensions[0].steps[0].customer_behaviours[1] == "verhandelt nur über den Einkauf"
    assert german.key == SUPPLIER_TO_PARTNER.key

    typed = replace(
        steps[0], label="Preferred supplier", customer_behaviours=("asks twice", steps[0].customer_behaviours[0])
    )
    own = replace(
        SUPPLIER_TO_PARTNER, dimensions=(replace(SUPPLIER_TO_PARTNER.dimensions[0], steps=(typed, *steps[1:])),)
    )
    first = told_template(own).dimensions[0].steps[0]
    assert first.label == "Preferred supplier", "the words of another step were typed here"
    assert first.customer_behaviours[0] == "asks twice"
    assert first.customer_behaviours[1].startswith("fragt jedes Mal")
    assert told_template(replace(own, key="own")) == replace(own, key="own")
    assert told_behaviour(own.key, 1, "meets the specification") == "erfüllt die Vorgaben"
    assert told_behaviour(own.key, 2, "meets the specification") == "meets the specification"
    assert [told_group(name, side) for name, side in DEFAULT_GROUPS][:2] == ["Leitung", "Einkauf"]
    assert told_group("Procurement", "supplier") == "Procurement"


def test_values_are_never_looked_up_or_filled_in_again() -> None:
    assert say("{name} has no answers.", name="Today {name}") == "Today {name} hat keine Antworten."
    assert say("") == ""
    assert say("Nobody ever said this") == "Nobody ever said this"


def test_each_task_and_thread_has_its_own_language() -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(spoken).result() == "en"
        assert pool.submit(copy_context().run, spoken).result() == "de"

    async def one(language: str) -> str:
        with speaking(language):
            await asyncio.sleep(0)
            return say("Today")

    async def both() -> list[str]:
        return await asyncio.gather(one("en"), one("de"), one("en"))

    assert asyncio.run(both()) == ["Today", "Heute", "Today"]
    with speaking("en"):
        assert (say("Today"), tag(), figures("1.5")) == ("Today", "en-GB", "1.5")
    assert (say("Today"), tag()) == ("Heute", "de-DE")


@pytest.mark.parametrize("raw", ["fr", "DE", "", "de-DE", "../de"])
def test_an_unknown_language_is_refused_in_words(raw: str) -> None:
    with pytest.raises(BadInput, match=r"en \(English\) or de \(Deutsch\)"):
        checked_language(raw)


def test_a_links_page_is_kept_in_every_language_as_one() -> None:
    kept = frozen({"en": "The page", "de": "Die Seite"})

    assert [page_of(kept, language) for language in ("en", "de")] == [b"The page", b"Die Seite"]
    assert zlib.decompress(kept) == b"The page", "what a release before languages shows"
    assert page_of(zlib.compress(b"Older"), "de") == b"Older"
