"""Phones, screens and consoles of one session on different processes: nobody can tell."""

import asyncio
import time
from itertools import pairwise

from app.actions.sessions import SEAL_AFTER_MS
from app.live.clock import do_what_is_due
from app.store.database import Database
from app.store.ids import now_ms
from tests.cluster.house import House, SamePerson, steady, voting
from tests.live.server import Server
from tests.live.workshop import Web

TOLD_WITHIN_S, TOLD_FOR_SURE_S = 0.05, 1.0
ON_THE_WAY = 4
"""Answers that the other process has not heard of when the next one comes."""


async def test_a_whole_session_is_the_same_at_either_process(house: House) -> None:
    both = await house.workshop()
    phones, watchers = await both.everyone()
    for watcher in watchers:
        if "screen" in watcher.page:
            await watcher.until('data-joined="customer:4 supplier:2"')
    for at, question in ((both.a, "current"), (both.b, "desired")):
        await at.open(question)
        for choice, phone in enumerate(phones, 1):
            await phone.until(f'data-question="{question}"')
            await phone.choose(min(choice, 5), question)
        for watcher in watchers:
            if "screen" in watcher.page:
                await watcher.until('data-answered="customer:4 supplier:2"')
        await at.close(question)
    await both.a.reveal()
    for watcher in watchers:
        await watcher.until(lambda state: (state["results"] or {}).get("dimensions"))
    assert await both.a.results() == await both.b.results()
    await both.b.open("change")
    for phone in phones:
        await phone.until('data-question="change"')
    assert (await phones[0].idea("Answer within a day"))["type"] == "ack"
    assert (await phones[-1].idea("Ask us before deciding"))["type"] == "ack"
    for watcher in watchers:
        if "screen" not in watcher.page:
            await watcher.until(lambda state: len(state["ideas"]) == 2)
    await both.a.do("POST /close")
    for phone in phones:
        await phone.until('data-place="ended"')
    await both.settle_and_leave()


async def test_what_somebody_said_at_one_process_is_shown_on_their_phone_at_the_other(house: House) -> None:
    both = await house.workshop()
    phone = await both.a.phone()
    line = await SamePerson(both.b, phone).connect()
    await both.b.open()

    await phone.choose(4)

    await line.until(lambda state: state.get("mine", {}).get("current") == {"relationship": 4})
    await both.leave()


async def test_the_sender_hears_only_the_ack_also_when_other_processes_are_told(house: House) -> None:
    both = await house.workshop()
    phone = await both.a.phone()
    tab = await SamePerson(both.b, phone).connect()
    await both.a.open()
    for line in (phone.line, tab):
        await line.until('data-question="current"')
    heard = len(phone.line.frames)

    for choice in (4, 2, 5):
        await phone.choose(choice)
        await tab.until(lambda state, c=choice: state.get("mine", {}).get("current") == {"relationship": c})

    assert [frame["type"] for frame in phone.line.frames[heard:]] == ["ack"] * 3
    await both.leave()


async def test_what_is_said_at_several_processes_counts_together_for_the_rate(house: House) -> None:
    both = await house.workshop()
    phone = await both.a.phone()
    other = SamePerson(both.b, phone)
    await other.connect()
    await both.a.open()
    for line in (phone.line, other.line):
        await line.until('data-question="current"')

    begun = time.monotonic()
    replies = []
    for number in range(30):
        replies.append(await (phone, other)[number % 2].answer(number % 5 + 1, tap=number))
        await asyncio.sleep(TOLD_WITHIN_S)
    took = time.monotonic() - begun

    assert {reply.get("reason", "rate") for reply in replies} == {"rate"}
    acked = sum(reply["type"] == "ack" for reply in replies)
    assert 10 <= acked <= 10 + 5 * took + ON_THE_WAY
    await both.leave()


async def test_texts_at_several_processes_count_together_also_where_nothing_was_said_before(house: House) -> None:
    both = await house.workshop()
    phone = await both.a.phone()
    await both.a.open("change")
    await phone.line.until('data-question="change"')

    replies = [await phone.idea(f"Answer within {number} days") for number in range(6)]
    assert [reply.get("reason", "stored") for reply in replies] == ["stored"] * 5 + ["invalid"]  # five is all that fit
    await asyncio.sleep(TOLD_FOR_SURE_S)
    other = SamePerson(both.b, phone)
    await other.connect()

    assert (await other.idea("Ask us before deciding"))["reason"] == "rate"
    await both.leave()


async def test_who_is_sent_out_at_one_process_loses_the_connection_to_the_other(house: House) -> None:
    both = await house.workshop()
    phone = await both.b.phone()

    await both.a.do(f"DELETE /participants/{phone.id}")

    assert await phone.line.closed() == 4403
    await both.leave()


async def test_who_signs_out_at_one_process_loses_the_console_at_the_other(house: House) -> None:
    both = await house.workshop()
    web = Web(house.b)
    assert (await web.sign_in("olga@halden.example")).status_code == 303
    console = await both.b.console(web)
    elsewhere = Web(house.a)
    elsewhere.client.cookies = web.client.cookies
    csrf = await elsewhere.csrf("/")

    await elsewhere.post("/signout", csrf=csrf)

    assert await console.closed() == 4401
    await web.close()
    await elsewhere.close()
    await both.leave()


async def test_a_session_deleted_at_one_process_ends_at_the_other(house: House) -> None:
    both = await house.workshop()
    phone, screen = await both.b.phone(), await both.b.screen()

    await both.a.do("DELETE ")

    assert [await line.closed() for line in (phone.line, screen)] == [4404, 4404]
    await both.leave()


async def test_two_processes_that_vote_into_one_session_at_once_store_each_vote_once(house: House) -> None:
    both = await house.workshop()
    screen = await both.b.screen()
    joined = [await at.join() for at in (both.a, both.b) for _ in range(12)]
    await both.a.open()

    async with steady(joined, [house.a.host, house.b.host]) as phones:
        for choice in (1, 2, 3, 4, 5, 4, 3):
            await asyncio.gather(*(phone.choose(choice) for phone in phones))
        await asyncio.gather(*(phone.all_acked() for phone in phones))
        await screen.until('data-answered="customer:24 supplier:0"')

        assert both.stored() == {phone.phone.id: (max(phone.acked), 3) for phone in phones}
        for phone in phones:
            assert len(phone.acked) == 7
            versions = [version for _, version in (phone.acked[tap] for tap in sorted(phone.acked))]
            assert versions == sorted(versions)
        assert all(a <= b for a, b in pairwise(frame["version"] for frame in screen.line.views))
    await both.leave()


async def test_no_vote_slips_in_at_one_process_behind_a_closing_at_the_other(house: House) -> None:
    both = await house.workshop()
    joined = [await both.b.join() for _ in range(10)]
    for _ in range(3):
        await both.a.question("current", "open" if _ == 0 else "reopen")
        async with steady(joined, [house.b.host]) as phones, voting(phones, every_s=0.02):
            await asyncio.gather(*(phone.until(lambda one=phone: one.acked, "an ack") for phone in phones))
            closed = (await both.a.question("current", "close"))["version"]
            before = both.stored()
            await asyncio.gather(*(phone.until(lambda one=phone: one.refused, "a refusal") for phone in phones))
        assert both.stored() == before
        assert max(version for phone in phones for _, version in phone.acked.values()) < closed
    await both.leave()


async def test_many_sessions_that_are_joined_at_both_processes_at_once_do_not_wait_for_each_other_crosswise(
    house: House,
) -> None:
    sessions = [await house.workshop() for _ in range(12)]

    await asyncio.gather(*(at.join() for _ in range(4) for both in sessions for at in (both.a, both.b)))

    assert "deadlock" not in house.postgres.program.log.read_text()
    for both in sessions:
        assert (await both.a.do("GET "))["version"] == 9
        await both.leave()


async def due_at_once(server: Server, *, times: int, later_ms: int) -> None:
    """What several processes do when something is due, all at the same moment."""
    databases = [Database.of(server.settings) for _ in range(times)]
    for database in databases:
        database.start()
    try:
        await asyncio.gather(*(do_what_is_due(database, now=now_ms() + later_ms) for database in databases))
    finally:
        for database in databases:
            await database.stop()


async def test_a_timer_closes_its_question_once_however_many_processes_look_at_the_clock(house: House) -> None:
    both = await house.workshop()
    await both.a.open()
    version = (await both.a.do("POST /timer", {"seconds": 600}))["version"]

    await due_at_once(house.a, times=4, later_ms=601_000)

    now = await both.b.do("GET ")
    assert (now["questions"][0]["status"], now["version"]) == ("closed", version + 1)
    await both.leave()


async def test_a_closed_session_is_sealed_once_however_many_processes_look_at_the_clock(house: House) -> None:
    both = await house.workshop()
    phone = await both.b.phone()
    version = (await both.a.do("POST /close"))["version"]

    await due_at_once(house.a, times=4, later_ms=SEAL_AFTER_MS + 1_000)

    assert await phone.line.closed() == 4401
    assert (await both.b.do("GET "))["version"] == version + 1
    await both.leave()


async def test_a_session_is_not_sealed_when_it_is_opened_again_at_the_same_moment(house: House) -> None:
    for _ in range(3):
        both = await house.workshop()
        await both.a.join()
        await both.a.do("POST /close")

        await asyncio.gather(both.b.do("POST /reopen"), due_at_once(house.a, times=2, later_ms=SEAL_AFTER_MS + 1_000))

        query = "SELECT sealed FROM live_session WHERE id = ?"
        assert (await both.a.do("GET "))["status"] == "live"
        assert house.a.rows(query, both.id) == [(False,)]
        await both.leave()
