"""Results: what may be seen when, in which cut, and what METHOD 8 holds back, end to end."""

from typing import Any

import pytest

from tests.http.words import problem
from tests.live.server import Server
from tests.live.workshop import CUSTOMER, SUPPLIER, Phone, Workshop

CHOICES = {"Leadership": (2, 3, 3, 4), "Procurement": (1, 2, 2), "Account team": (3, 4, 4)}
WISHES = {"Leadership": (4, 4, 5, 5), "Procurement": (3, 2, 3), "Account team": (5, 5, 5)}


async def voted(workshop: Workshop) -> None:
    await workshop.vote("current", CHOICES)
    await workshop.vote("desired", WISHES)


def side(results: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = results["dimensions"][0]["sides"][name]
    return found


def people_of(workshop: Workshop, group: str) -> list[Phone]:
    return [phone for phone in workshop.people if phone.group_id == workshop.groups[group]["id"]]


async def change(workshop: Workshop, phones: list[Phone], question: str, choice: int) -> None:
    """These people answer anew, by form."""
    for phone in phones:
        answer = await phone.post("/answer", **{"question": question, "choice.relationship": str(choice)})
        assert answer.status_code == 303, answer.text


async def test_before_a_reveal_results_tell_only_how_many_answered(workshop: Workshop) -> None:
    await workshop.open()
    silent = {cut: await workshop.results(cut) for cut in ("private", "customer")}
    await workshop.close()
    await workshop.vote("current", CHOICES)

    for cut in ("private", "customer"):
        found = await workshop.results(cut)
        assert found["answered"]["current"] == {"customer": 7, "supplier": 3}
        assert found["dimensions"] == silent[cut]["dimensions"]
        assert found["dimensions"][0]["sides"] == {"customer": None, "supplier": None}
        assert (found["dimensions"][0]["rows"], found["dimensions"][0]["pairs"]) == ([], [])
        assert found["headline"] is None
        assert "people" not in found
        assert (found["change"], found["commitments"]) == (None, [])


async def test_revealed_together_both_questions_and_the_gap_are_shown(workshop: Workshop) -> None:
    await voted(workshop)

    found = await workshop.reveal()

    customer = side(found, "customer")
    assert customer["shown"] is True
    assert customer["current"]["counts"] == [1, 3, 2, 1, 0]
    assert set(customer["current"]) >= {
        "n",
        "counts",
        "abstained",
        "interpolated_median",
        "agreement_A",
        "agreement_class",
    }
    assert customer["gap"] == customer["gap"] | {"n_pairs": 7, "up": 6, "stay": 1, "down": 0}
    assert set(customer["gap"]) >= {"d_w", "mean_gap", "median_gap"}
    rows = found["dimensions"][0]["rows"]
    assert {row["name"] for row in rows} >= {"Leadership", "Procurement", "Account team"}
    for row in rows:
        assert set(row) >= {"id", "group_ids", "name", "side", "shown"}
    pairs = {(pair["a"], pair["b"], pair["question"]) for pair in found["dimensions"][0]["pairs"]}
    assert {("customer", "supplier", "current"), ("customer", "supplier", "desired")} <= pairs
    assert all(
        set(pair) >= {"emd_steps", "cliffs_delta", "flag", "sentence"} for pair in found["dimensions"][0]["pairs"]
    )
    assert found["headline"]
    assert found["version"] == (await workshop.do("GET "))["version"]


async def test_the_gap_waits_until_both_questions_are_revealed(workshop: Workshop) -> None:
    await voted(workshop)
    await workshop.question("current", "reveal")

    alone = await workshop.results()
    assert side(alone, "customer")["current"]["n"] == 7
    assert side(alone, "customer")["desired"] is None
    assert side(alone, "customer")["gap"] is None
    assert not any(pair["question"] == "desired" for pair in alone["dimensions"][0]["pairs"])

    await workshop.question("desired", "reveal")
    both = await workshop.results()
    assert side(both, "customer")["gap"]["n_pairs"] == 7
    await workshop.question("current", "hide")
    hidden = await workshop.results()
    assert (side(hidden, "customer")["current"], side(hidden, "customer")["gap"]) == (None, None)
    assert side(hidden, "customer")["desired"] == side(both, "customer")["desired"]


async def test_hiding_keeps_the_picture_and_revealing_again_shows_the_same(workshop: Workshop) -> None:
    await voted(workshop)
    first = await workshop.reveal()

    for key in ("current", "desired"):
        await workshop.question(key, "hide")
    again = await workshop.reveal()

    assert again["dimensions"] == first["dimensions"]
    assert "snapshot" not in again


async def test_a_small_group_is_pooled_and_cannot_be_worked_out(workshop: Workshop) -> None:
    await workshop.vote("current", {"Leadership": (2, 3, 3, 4), "Procurement": (5,), "Operations": (1, 1, 2)})

    await workshop.question("current", "reveal")

    for cut in ("private", "customer"):
        rows = (await workshop.results(cut))["dimensions"][0]["rows"]
        shown = [row for row in rows if row["shown"]]
        assert "Procurement" not in {row["name"] for row in shown}
        assert all(row["current"]["n"] >= 3 for row in shown)
        assert not any(row["group_ids"] == [workshop.groups["Procurement"]["id"]] and row["shown"] for row in rows)


async def test_a_side_of_two_is_not_shown_not_even_as_a_total(workshop: Workshop) -> None:
    await workshop.vote("current", {"Leadership": (2, 3, 3), "Account team": (4, 5)})
    await workshop.question("current", "reveal")

    for cut in ("private", "customer"):
        found = await workshop.results(cut)
        assert side(found, "supplier") == {"shown": False, "why": "too_few"}
        assert not any(row["side"] == "supplier" and row["shown"] for row in found["dimensions"][0]["rows"])
        assert not any(pair["b"] == "supplier" for pair in found["dimensions"][0]["pairs"])


async def test_a_side_where_everybody_agreed_is_shown_though_it_is_small(workshop: Workshop) -> None:
    ana, ben = [await workshop.join(SUPPLIER) for _ in range(2)]
    await workshop.do("POST /open-side", {"side": "supplier"})
    for phone in (ana, ben):
        assert (await phone.post("/open-side", yes="1")).status_code == 303
    await workshop.vote("current", {"Leadership": (2, 3, 3), "Account team": (4, 5)})
    await workshop.vote("desired", {"Leadership": (4, 3, 5), "Account team": (5, 5)})

    supplier = side(await workshop.reveal(), "supplier")

    assert supplier["shown"] is True
    assert supplier["current"]["counts"] == [0, 0, 0, 1, 1]
    problem(await workshop.api.client.post(f"/api/v1{workshop.path}/open-side", json={"side": "customer"}), 409)


@pytest.mark.parametrize("second", ["0", None])
async def test_one_who_does_not_agree_keeps_the_small_side_hidden(workshop: Workshop, second: str | None) -> None:
    ana, ben = [await workshop.join(SUPPLIER) for _ in range(2)]
    await workshop.do("POST /open-side", {"side": "supplier"})
    await ana.post("/open-side", yes="1")
    if second is not None:
        await ben.post("/open-side", yes=second)
    await workshop.vote("current", {"Leadership": (2, 3, 3), "Account team": (4, 5)})

    await workshop.question("current", "reveal")

    assert side(await workshop.results(), "supplier") == {"shown": False, "why": "too_few"}


async def test_who_comes_after_the_agreement_and_does_not_agree_hides_the_side(workshop: Workshop) -> None:
    ana = await workshop.join(SUPPLIER)
    await workshop.do("POST /open-side", {"side": "supplier"})
    await ana.post("/open-side", yes="1")
    await workshop.vote("current", {"Leadership": (2, 3, 3), "Account team": (4, 5)})

    await workshop.question("current", "reveal")

    assert side(await workshop.results(), "supplier")["shown"] is False


async def test_the_console_warns_of_a_group_of_one_mind_without_saying_of_which(workshop: Workshop) -> None:
    console = await workshop.console()
    await workshop.vote("current", {"Leadership": (4, 4, 4), "Procurement": (1, 2, 2), "Operations": (2, 3, 3)})
    leadership = workshop.groups["Leadership"]["id"]
    await workshop.vote("desired", {"Leadership": (3, 4, 5), "Procurement": (1, 2, 2), "Operations": (2, 3, 3)})

    view = await console.until(f'id="same-{leadership}"')
    note = view["content"].split(f'id="same-{leadership}"')[1].split('id="do-show-group')[0]
    assert "4" not in note.replace(leadership, "").split("gave the same answer")[1].split("How should")[0]
    assert "trusted advisor" not in note.lower()

    assert (await workshop.command(f"join-group.{leadership}")).status_code == 204
    found = await workshop.reveal()
    rows = {row["name"]: row for row in found["dimensions"][0]["rows"] if row["shown"]}
    assert "Leadership" not in rows
    assert not any(row["group_ids"] == [leadership] for row in rows.values())
    assert side(found, "customer")["current"]["n"] == 9


async def test_a_unanimous_group_is_shown_where_the_facilitator_says_so(workshop: Workshop) -> None:
    leadership = workshop.groups["Leadership"]["id"]
    await workshop.vote("current", {"Leadership": (4, 4, 4), "Procurement": (1, 2, 2), "Operations": (2, 3, 3)})
    await workshop.do("POST /join-group", {"group_id": leadership, "joined": True})
    await workshop.do("POST /join-group", {"group_id": leadership, "joined": False})

    await workshop.question("current", "reveal")

    rows = {row["name"]: row for row in (await workshop.results())["dimensions"][0]["rows"]}
    assert rows["Leadership"]["current"]["counts"] == [0, 0, 0, 3, 0]
    problem(await workshop.api.client.post(f"/api/v1{workshop.path}/join-group", json={"group_id": "x"}), 422)


async def test_one_changed_answer_keeps_the_earlier_picture_and_says_so(workshop: Workshop) -> None:
    await voted(workshop)
    first = await workshop.reveal()
    console = await workshop.console()

    await workshop.question("current", "reopen")
    await change(workshop, people_of(workshop, CUSTOMER)[:1], "current", 5)
    await workshop.close()
    await workshop.question("current", "reveal")

    for cut in ("private", "customer"):
        kept = await workshop.results(cut)
        assert kept["snapshot"] == "kept"
        assert side(kept, "customer") == side(first, "customer")
        assert kept["dimensions"][0]["rows"] == first["dimensions"][0]["rows"]
    await console.until("Too few answers changed for a new picture")


async def test_enough_changed_answers_make_a_new_picture(workshop: Workshop) -> None:
    await voted(workshop)
    await workshop.reveal()

    await workshop.question("current", "reopen")
    await change(workshop, people_of(workshop, CUSTOMER), "current", 5)
    await workshop.close()
    await workshop.question("current", "reveal")

    found = await workshop.results()
    assert "snapshot" not in found
    assert side(found, "customer")["current"]["counts"] == [1, 2, 0, 0, 4]


async def test_the_same_picture_is_shown_again_where_nothing_changed(workshop: Workshop) -> None:
    await voted(workshop)
    first = await workshop.reveal()

    await workshop.question("current", "reopen")
    await workshop.close()
    await workshop.question("current", "reveal")

    again = await workshop.results()
    assert again["dimensions"] == first["dimensions"]
    assert "snapshot" not in again


async def test_one_latecomer_does_not_make_a_new_picture(workshop: Workshop) -> None:
    await voted(workshop)
    first = await workshop.reveal()
    late = await workshop.join(CUSTOMER)
    await workshop.question("current", "reopen")

    await change(workshop, [late], "current", 5)
    await workshop.close()
    await workshop.question("current", "reveal")

    kept = await workshop.results()
    assert kept["snapshot"] == "kept"
    assert side(kept, "customer") == side(first, "customer")


async def test_taking_back_after_a_reveal_leaves_the_published_figures(workshop: Workshop, server: Server) -> None:
    await voted(workshop)
    first = await workshop.reveal()
    gone = people_of(workshop, CUSTOMER)[0]

    assert (await gone.post("/withdraw")).status_code == 303

    after = await workshop.results()
    assert after["dimensions"] == first["dimensions"]
    assert server.rows("SELECT 1 FROM answer WHERE participant_id = ?", gone.id) == []
    for key in ("current", "desired"):
        await workshop.question(key, "hide")
    assert (await workshop.reveal())["dimensions"] == first["dimensions"]


async def test_taking_back_before_a_reveal_leaves_no_trace_in_it(workshop: Workshop) -> None:
    await voted(workshop)
    await people_of(workshop, CUSTOMER)[0].post("/withdraw")

    found = await workshop.reveal()

    assert side(found, "customer")["current"]["n"] == 6
    assert found["answered"]["current"]["customer"] == 6


async def test_names_are_in_the_private_cut_of_a_named_session_alone(workshops) -> None:
    workshop = await workshops(attribution="named")
    for number in range(3):
        await workshop.join(CUSTOMER, name=f"Person{number} Privat")
    await workshop.vote("current", {"Leadership": (2, 3, 3)})
    assert (await workshop.results())["people"][0]["answers"] == {}
    await workshop.question("current", "reveal")

    private, customer = await workshop.results(), await workshop.results("customer")

    assert {(one["name"], one["answers"]["current"]["relationship"]) for one in private["people"]} == {
        ("Person0 Privat", 2), ("Person1 Privat", 3), ("Person2 Privat", 3),
    }  # fmt: skip
    assert "Privat" not in str(customer)


async def test_an_anonymous_session_has_sides_and_no_groups(workshops, server: Server) -> None:
    workshop = await workshops(attribution="anonymous")
    assert workshop.session["groups"] == []
    phones = [await workshop.join(side="customer") for _ in range(3)]
    await workshop.open()
    await change(workshop, phones, "current", 4)
    await workshop.close()
    await workshop.question("current", "reveal")

    found = await workshop.results()

    assert side(found, "customer")["current"]["counts"] == [0, 0, 0, 3, 0]
    assert found["dimensions"][0]["rows"] == []
    assert server.rows("SELECT DISTINCT group_id, name FROM participant WHERE session_id = ?", workshop.id) == [
        (None, None)
    ]


async def test_a_look_at_the_private_cut_is_logged_and_one_at_the_customers_is_not(
    workshop: Workshop, server: Server
) -> None:
    def looks() -> list[str]:
        return [
            row[0] for row in server.rows("SELECT what FROM look WHERE session_id = ? ORDER BY at, what", workshop.id)
        ]

    await workshop.results("customer")
    await workshop.api.get(f"/api/v1{workshop.path}/export.csv?cut=customer")
    assert looks() == []

    await workshop.results("private")
    await workshop.api.get(f"/api/v1{workshop.path}/export.csv")
    await workshop.api.get(f"{workshop.path}/report")
    assert sorted(looks()) == ["export.csv", "report", "results"]


@pytest.mark.parametrize("path", ["results?cut=both", "export.csv?cut=", "export.json?cut=PRIVATE"])
async def test_an_unknown_cut_is_422(workshop: Workshop, path: str) -> None:
    problem(await workshop.api.get(f"/api/v1{workshop.path}/{path}"), 422, "cut")


async def test_the_mirror_shows_what_each_side_thinks_of_the_other(workshops) -> None:
    workshop = await workshops(mirror=True)
    await workshop.vote("current", {"Leadership": (2, 2, 3), "Account team": (4, 4, 5)})
    await workshop.vote("mirror", {"Leadership": (4, 4, 4), "Account team": (4, 4, 3)})
    assert (await workshop.reveal("current"))["dimensions"][0]["mirror"] is None

    mirror = (await workshop.reveal("mirror"))["dimensions"][0]["mirror"]

    assert set(mirror) == {"customer", "supplier"}
    assert set(mirror["customer"]) >= {"state", "accuracy", "congruency"}
    assert set(mirror["customer"]["accuracy"]) == {"gap", "emd_steps"}
