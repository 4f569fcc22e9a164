"""Joining: codes and tokens, what is told to whom, and guessers."""

import asyncio
import time

import pytest

from app.actions.sessions import GUESS_SHARE
from app.live.limits import WRONG_CODES_INSTALL_WIDE, WRONG_CODES_PER_MINUTE
from app.store.ids import CODE_SYMBOLS
from tests.http.words import problem
from tests.live.server import Server
from tests.live.workshop import Web, Workshop

UNKNOWN = "ZZZZZZ"


async def told(web: Web, code: str) -> tuple[int, str]:
    answer = await web.client.post("/api/v1/join", json={"code": code, "group_id": "x"})
    return answer.status_code, answer.text


async def test_a_joiner_gets_a_token_once_and_where_to_go(workshop: Workshop, server: Server) -> None:
    body = {"code": workshop.session["code"], "group_id": workshop.groups["Leadership"]["id"]}

    joined = await workshop.web("POST /join", body, status=201)

    assert set(joined) >= {"participant_id", "token", "session_id", "live_url", "attribution"}
    assert joined["live_url"] == f"ws://{server.host}/live/{workshop.id}/phone"
    assert (joined["session_id"], joined["attribution"]) == (workshop.id, "group")
    assert "waiting" not in joined
    stored = server.rows("SELECT token_hash, name FROM participant WHERE id = ?", joined["participant_id"])
    assert stored[0][0] != joined["token"]
    assert stored[0][1] is None
    again = await workshop.web("POST /join", body, status=201)
    assert again["participant_id"] != joined["participant_id"]


async def test_a_code_is_typed_in_any_way_people_type(workshop: Workshop) -> None:
    code = workshop.session["code"]

    for typed in (code, code.lower(), f" {code[:3]} {code[3:]} ", f"{code[:3]}-{code[3:]}", workshop.join_token):
        assert (await workshop.web(f"GET /join/{typed}"))["title"] == workshop.session["title"]


async def test_a_joiner_learns_who_sees_what_before_joining(workshops) -> None:
    named = await workshops(attribution="named", smallest_group=4)

    door = await named.web(f"GET /join/{named.join_token}")

    assert set(door) >= {"title", "groups", "attribution"}
    assert door["attribution"] == "named"
    assert "by name" in door["attribution_words"][0]
    assert "4" in door["attribution_words"][0]
    for secret in (named.session["code"], named.key):
        assert secret not in str(door)


async def test_unknown_ended_and_locked_codes_get_the_same_answer(workshops, nobody: Web) -> None:
    ended, locked = await workshops(), await workshops()
    await ended.do("POST /close")
    await locked.do("PATCH ", {"locked": True})
    codes = [UNKNOWN, ended.session["code"], locked.session["code"], ended.join_token, locked.join_token, "-", "é" * 6]

    answers = [await told(nobody, code) for code in codes]

    assert {answer[0] for answer in answers} == {404}
    assert len({answer[1] for answer in answers}) == 1
    looks = [await nobody.get(f"/api/v1/join/{code}") for code in codes]
    assert {(look.status_code, look.text) for look in looks} == {answers[0]}
    pages = [await nobody.get(f"/j/{code}") for code in codes]
    assert {page.status_code for page in pages} == {404}
    assert len({page.text for page in pages}) == 1


async def test_a_code_works_again_once_the_session_is_reopened_or_unlocked(workshop: Workshop) -> None:
    await workshop.do("POST /close")
    problem(await workshop.web.get(f"/api/v1/join/{workshop.session['code']}"), 404)
    await workshop.do("POST /reopen")
    await workshop.web(f"GET /join/{workshop.session['code']}")
    await workshop.do("PATCH ", {"locked": True})
    problem(await workshop.web.get(f"/api/v1/join/{workshop.session['code']}"), 404)
    await workshop.do("PATCH ", {"locked": False})
    await workshop.join()


async def test_wrong_codes_that_come_all_at_once_are_counted_one_by_one(server: Server) -> None:
    guesser, began = Web(server), time.monotonic()

    statuses = await asyncio.gather(*(told(guesser, f"B{number:05d}") for number in range(3 * WRONG_CODES_PER_MINUTE)))

    let_through = WRONG_CODES_PER_MINUTE * (1 + (time.monotonic() - began) / 60)
    assert WRONG_CODES_PER_MINUTE <= [status for status, _ in statuses].count(404) <= let_through
    await guesser.close()


async def test_after_thirty_wrong_codes_every_typed_code_from_there_waits_and_a_token_never(
    workshop: Workshop, server: Server
) -> None:
    guesser, neighbour = Web(server), Web(server)
    statuses = [(await told(guesser, f"A{number:05d}"))[0] for number in range(WRONG_CODES_PER_MINUTE + 20)]
    assert statuses[:WRONG_CODES_PER_MINUTE] == [404] * WRONG_CODES_PER_MINUTE
    assert 429 in statuses[WRONG_CODES_PER_MINUTE:]

    right = await guesser.client.post("/api/v1/join", json={"code": workshop.session["code"], "group_id": "x"})
    wrong = await guesser.client.post("/api/v1/join", json={"code": UNKNOWN, "group_id": "x"})
    assert 1 <= int(problem(right, 429) and right.headers["retry-after"]) <= 30
    assert (right.status_code, right.json()["type"]) == (wrong.status_code, wrong.json()["type"])
    for path in (f"/j/{workshop.session['code']}", f"/api/v1/join/{workshop.session['code']}"):
        limited = await guesser.get(path)
        assert limited.status_code == 429
        assert 1 <= int(limited.headers["retry-after"]) <= 30
    typed = await guesser.post("/join", code=workshop.session["code"])
    assert (typed.status_code, "retry-after" in typed.headers) == (429, True)

    assert (await guesser.get(f"/j/{workshop.join_token}")).status_code == 200
    body = {"code": workshop.join_token, "group_id": workshop.groups["Leadership"]["id"]}
    await guesser("POST /join", body, status=201)
    await neighbour(f"GET /join/{workshop.session['code']}")
    for web in (guesser, neighbour):
        await web.close()


async def test_right_codes_never_count(workshop: Workshop, nobody: Web) -> None:
    answers = await asyncio.gather(
        *(nobody.get(f"/api/v1/join/{workshop.session['code']}") for _ in range(WRONG_CODES_PER_MINUTE + 15))
    )

    assert {answer.status_code for answer in answers} == {200}


async def test_a_whole_room_behind_one_address_gets_in_by_its_qr_code(workshop: Workshop, nobody: Web) -> None:
    body = {"code": workshop.join_token, "group_id": workshop.groups["Leadership"]["id"]}

    answers = await asyncio.gather(*(nobody.client.post("/api/v1/join", json=body) for _ in range(60)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["token"] for answer in answers}) == 60


def test_a_distributed_guesser_expects_at_most_three_hundredths_of_a_hit_a_day() -> None:
    tries_a_day = WRONG_CODES_INSTALL_WIDE * 60 * 24
    live_share = GUESS_SHARE

    assert tries_a_day * live_share <= 0.03
    assert len(set(CODE_SYMBOLS)) == len(CODE_SYMBOLS) == 30
    assert not set("ILOS01") & set(CODE_SYMBOLS)
    assert 20 / len(CODE_SYMBOLS) ** 6 <= live_share, "about twenty live sessions fit into six symbols"
    assert 10_000 / len(CODE_SYMBOLS) ** 8 <= live_share


async def test_codes_get_longer_before_too_many_are_live(server: Server, tokens) -> None:
    from app.actions.sessions import free_code

    lengths = server.rows("SELECT DISTINCT length(code) FROM live_session WHERE status != 'closed'")

    assert {length for (length,) in lengths} <= {6, 8}
    live = server.rows("SELECT count(*) FROM live_session WHERE status != 'closed'")[0][0]
    code = server.act(free_code)
    assert len(code) == (6 if (live + 1) / len(CODE_SYMBOLS) ** 6 <= GUESS_SHARE else 8)


async def test_the_code_of_a_deleted_session_is_not_given_out_again(workshop: Workshop, server: Server) -> None:
    await workshop.do("DELETE ", status=204)

    assert server.rows("SELECT code FROM retired_code WHERE code = ?", workshop.session["code"])


@pytest.mark.parametrize(
    ("attribution", "body", "field"),
    [
        ("group", {}, "group_id"),
        ("group", {"group_id": "nowhere"}, "group_id"),
        ("group", {"group_id": "GROUP", "name": "Ana"}, "name"),
        ("anonymous", {}, "side"),
        ("anonymous", {"side": "both"}, "side"),
        ("anonymous", {"side": "customer", "name": "Ana"}, "name"),
        ("named", {"group_id": "GROUP"}, None),
        ("named", {"group_id": "GROUP", "name": "  "}, None),
        ("named", {"group_id": "GROUP", "name": "x" * 81}, None),
        ("named", {"group_id": "GROUP", "name": "a\nb"}, None),
    ],
)
async def test_a_place_that_does_not_fit_is_422(
    workshops, attribution: str, body: dict[str, str], field: str | None
) -> None:
    workshop = await workshops(attribution=attribution)
    filled = {key: workshop.groups["Leadership"]["id"] if value == "GROUP" else value for key, value in body.items()}

    answer = await workshop.web.client.post("/api/v1/join", json={"code": workshop.join_token, **filled})

    problem(answer, 422, *([field] if field else []))


async def test_a_group_of_another_session_is_no_place_here(workshops) -> None:
    here, there = await workshops(), await workshops()

    answer = await here.web.client.post(
        "/api/v1/join", json={"code": here.join_token, "group_id": there.groups["Leadership"]["id"]}
    )

    problem(answer, 422, "group_id")


async def test_far_more_people_than_expected_wait_to_be_let_in(workshops) -> None:
    workshop = await workshops(expected=2)
    console = await workshop.console()
    phones = [await workshop.join() for _ in range(4)]

    assert ["waiting" in phone.joined for phone in phones] == [False, False, False, True]
    await console.until(lambda state: state["waiting"] == 1)
    assert (await workshop.do("GET "))["joined"]["customer"] == 3
    waiting = [one for one in (await workshop.do("GET /participants"))["items"] if one["state"] == "waiting"]
    assert [one["id"] for one in waiting] == [phones[3].id]
    await workshop.command(f"admit.{phones[3].id}")
    await console.until(lambda state: state["waiting"] == 0)
    assert (await workshop.do("GET "))["joined"]["customer"] == 4


async def test_without_an_expected_number_nobody_waits(workshop: Workshop) -> None:
    phones = [await workshop.join() for _ in range(12)]

    assert not any("waiting" in phone.joined for phone in phones)


async def test_participants_are_listed_without_names_and_taken_out(workshop: Workshop) -> None:
    phone = await workshop.join()

    (listed,) = (await workshop.do("GET /participants"))["items"]
    place = {"side": "customer", "group_id": phone.group_id, "name": None, "state": "in", "by_hand": False}
    assert listed == {"id": phone.id} | place
    await workshop.do(f"DELETE /participants/{phone.id}", status=204)
    assert (await workshop.do("GET /participants"))["items"] == []
    for path in (f"participants/{phone.id}x", "participants/nobody"):
        problem(await workshop.api.client.delete(f"/api/v1{workshop.path}/{path}"), 404)
