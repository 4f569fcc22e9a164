"""What time does by itself: tokens destroyed ten minutes after closing, sign-ins that run out."""

import time

from app.actions.sessions import SEAL_AFTER_MS
from app.live.clock import do_what_is_due
from app.store import callers
from app.store.database import Database
from app.store.ids import now_ms, token_hash
from tests.http.words import problem
from tests.live.server import Server
from tests.live.sockets import refused_with
from tests.live.workshop import Web, Workshop


async def due(server: Server, *, later_ms: int) -> None:
    """Do beside the server what would be due then."""
    database = Database.of(server.settings)
    database.start()
    try:
        await do_what_is_due(database, now=now_ms() + later_ms)
    finally:
        await database.stop()


async def test_ten_minutes_after_closing_no_phone_can_be_tied_to_its_answers(
    workshop: Workshop, server: Server
) -> None:
    phone = await workshop.phone()
    await workshop.open()
    await phone.choose(4)
    await workshop.do("POST /close")
    hashed = server.rows("SELECT token_hash FROM participant WHERE id = ?", phone.id)[0][0]
    assert hashed == token_hash(phone.token)

    await due(server, later_ms=SEAL_AFTER_MS - 5_000)
    assert server.rows("SELECT token_hash FROM participant WHERE id = ?", phone.id) == [(hashed,)]
    await due(server, later_ms=SEAL_AFTER_MS + 1_000)

    assert server.rows("SELECT token_hash FROM participant WHERE id = ?", phone.id) == [(None,)]
    assert server.rows("SELECT * FROM message WHERE participant_id = ?", phone.id) == []
    assert server.rows("SELECT choice FROM answer WHERE participant_id = ?", phone.id) == [(4,)]
    assert (await phone.page()).status_code == 401
    assert await refused_with(workshop.live("phone"), **phone.bearer) == 401
    assert (await phone.post("/withdraw")).status_code == 401
    workshop.people.remove(phone)
    await phone.line.close()


async def test_the_ten_minutes_are_over_for_a_phone_that_is_still_connected_too(
    workshop: Workshop, server: Server
) -> None:
    phone = await workshop.phone()
    await workshop.open()
    await phone.choose(4)
    await workshop.do("POST /close")
    await phone.until('data-place="ended"')

    await due(server, later_ms=SEAL_AFTER_MS + 1_000)

    assert await phone.line.closed() == 4401
    assert server.rows("SELECT choice FROM answer WHERE participant_id = ?", phone.id) == [(4,)]
    workshop.people.remove(phone)
    await phone.line.close()


async def test_until_then_answers_can_be_taken_back_after_closing(workshop: Workshop, server: Server) -> None:
    phone = await workshop.phone()
    await workshop.open()
    await phone.choose(4)
    await workshop.do("POST /close")

    assert (await phone.say(type="withdraw"))["type"] == "ack"

    assert server.rows("SELECT * FROM answer WHERE participant_id = ?", phone.id) == []


async def test_a_reopened_session_takes_new_people_after_its_phones_were_forgotten(
    workshop: Workshop, server: Server
) -> None:
    await workshop.vote("current", {"Leadership": (2, 3, 3)})
    await workshop.do("POST /close")
    await due(server, later_ms=SEAL_AFTER_MS + 1_000)

    await workshop.do("POST /reopen")

    phone = await workshop.phone()
    assert phone.state["session"] == "live"
    again = await workshop.api.client.post(f"/api/v1{workshop.path}/questions/current/reopen")
    assert "count twice" in str(problem(again, 409)["detail"])
    await workshop.open("desired")
    await phone.until('data-question="desired"')
    await phone.choose(5, "desired")


async def test_a_sign_in_runs_out_after_twelve_idle_hours_and_after_seven_days(browser: Web, server: Server) -> None:
    hashed = token_hash(browser.client.cookies["stairstep"])

    def holds(hours: float) -> bool:
        return (
            server.act(callers.member_by_sign_in, hashed=hashed, now=int((time.time() + hours * 3600) * 1000))
            is not None
        )

    assert [holds(hours) for hours in (0, 11.9, 12.1, 24 * 7.1)] == [True, True, False, False]


async def test_a_timer_that_ran_out_while_nobody_watched_is_closed_at_the_next_tick(
    workshop: Workshop, server: Server
) -> None:
    await workshop.open()
    await workshop.do("POST /timer", {"seconds": 600})

    await due(server, later_ms=601_000)

    assert (await workshop.do("GET "))["questions"][0]["status"] == "closed"
