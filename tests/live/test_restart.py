"""Restarts and crashes: nothing acknowledged is lost, and everybody comes back to the same place."""

import asyncio
import random
import time
from contextlib import suppress

from websockets.exceptions import ConnectionClosed

from tests.live.server import Server
from tests.live.sockets import Line
from tests.live.workshop import Phone, Web, Workshop

READY_AGAIN_WITHIN_S = 6.0  # starting Python is most of it on a slow machine


async def alone(server: Server) -> Workshop:
    """A session on a server of this test's own."""
    token = server.add_user("inga@halden.example", "owner", "Halden Works")
    server.start()
    return await Workshop.make(server, Web(server, token))


async def test_a_crash_in_mid_session_loses_nothing_that_was_acknowledged(elsewhere: Server) -> None:
    workshop = await alone(elsewhere)
    phones = await workshop.phones(3)
    screen = await workshop.screen()
    await workshop.open()
    for choice, phone in enumerate(phones, 2):
        await phone.choose(choice, id="vote", tap=1)
    await screen.until('data-answered="customer:3 supplier:0"')
    version = (await workshop.do("GET "))["version"]

    elsewhere.kill()
    for line in [screen.line, *(phone.line for phone in phones)]:
        assert await line.closed() == 1006
    begun = time.monotonic()
    elsewhere.start()
    assert time.monotonic() - begun < READY_AGAIN_WITHIN_S

    for choice, phone in enumerate(phones, 2):
        line = await phone.connect()
        assert line.shown["state"]["mine"]["current"] == {"relationship": choice}
        assert line.shown["version"] >= version
        again = await line.ask({"type": "answer", "id": "vote", "question": "current", "choice": choice, "tap": 1})
        assert again["type"] == "ack"
    again = await workshop.screen()
    assert 'data-answered="customer:3 supplier:0"' in again.content
    assert (await workshop.do("GET "))["version"] == version
    await workshop.close()
    await again.until('data-scene="held"')
    await workshop.settle()
    await workshop.leave()


async def test_a_restart_tells_everybody_to_come_back(elsewhere: Server) -> None:
    workshop = await alone(elsewhere)
    phone, screen, console = await workshop.phone(), await workshop.screen(), await workshop.console()
    await workshop.open()
    await phone.choose(4)

    await asyncio.to_thread(elsewhere.stop)

    assert [await line.closed() for line in (phone.line, screen.line, console.line)] == [1012, 1012, 1012]
    elsewhere.start()
    assert (await phone.connect()).shown["state"]["mine"]["current"] == {"relationship": 4}
    await workshop.leave()


async def _vote_until_it_ends(phone: Phone, line: Line, acked: dict[str, tuple[int, int]], tap: int) -> int:
    """Vote as fast as allowed until the server is gone; {participant: (tap, choice)} of the last ack; the last tap sent."""
    with suppress(ConnectionClosed, AssertionError):
        while True:
            tap += 1
            choice = tap % 5 + 1
            reply = await line.ask(
                {"type": "answer", "id": f"{tap}", "question": "current", "choice": choice, "tap": tap}
            )
            if reply["type"] == "ack":
                acked[phone.id] = (tap, choice)
    return tap


async def test_killed_at_random_moments_in_a_burst_no_acknowledged_vote_is_lost(elsewhere: Server) -> None:
    workshop = await alone(elsewhere)
    phones = [await workshop.join() for _ in range(12)]
    await workshop.open()
    acked: dict[str, tuple[int, int]] = {}
    taps = dict.fromkeys((phone.id for phone in phones), 0)
    chance = random.Random(5)

    for _ in range(4 if elsewhere.settings.on_postgres else 10):
        lines = [await Line.open(workshop.live("phone"), **phone.bearer) for phone in phones]
        votes = [
            asyncio.create_task(_vote_until_it_ends(phone, line, acked, taps[phone.id]))
            for phone, line in zip(phones, lines, strict=True)
        ]
        await asyncio.wait(votes, timeout=chance.uniform(0.01, 0.25))  # the moment at which it is killed
        elsewhere.kill()
        for phone, tap in zip(phones, await asyncio.gather(*votes), strict=True):
            taps[phone.id] = tap

        stored = {
            person: (tap, choice)
            for person, tap, choice in elsewhere.rows("SELECT participant_id, tap, choice FROM answer")
        }
        for person, (tap, choice) in acked.items():
            assert stored[person][0] >= tap, "an acknowledged vote is gone"
            assert stored[person] == (stored[person][0], stored[person][0] % 5 + 1)
            if stored[person][0] == tap:
                assert stored[person][1] == choice
        assert elsewhere.is_whole()
        elsewhere.start()
    assert len(acked) == 12
    await workshop.leave()
