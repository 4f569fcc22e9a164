"""Many sessions in one look: each is seen as if it had been looked at alone."""

import json
from dataclasses import replace

from app.store.database import Database
from app.store.tables import Participant
from app.views.entry import Entry, Knock, entries
from app.views.faces import PhoneFrames
from app.views.glance import Glance, Wish, glances
from tests.live.server import Server
from tests.live.workshop import SUPPLIER, Workshop


async def test_sessions_seen_together_are_seen_as_each_alone(workshops, server: Server) -> None:
    lobby, voting, changing, shown = made = [await workshops() for _ in range(4)]
    await lobby.phone()
    for number, workshop in enumerate((voting, changing, shown)):
        people = [*await workshop.phones(3 + number), await workshop.phone(SUPPLIER)]
        await workshop.open()
        for person in people[number:]:
            await person.choose(2)
    for workshop in (changing, shown):
        await workshop.close()
    await shown.reveal("current")
    await changing.open("change")
    # Rooms that everybody has just left are looked at beside those they came back to.
    left = [Wish(workshop.id, [], None, frozenset()) for workshop in made]
    wishes = [*left, *map(_wish, made), Wish("nowhere", ["screen"], None, frozenset())]

    database = Database.of(server.settings)
    database.start()
    try:
        together = await database.read(glances, wishes=wishes)
        alone = [(await database.read(glances, wishes=[wish]))[0] for wish in wishes]
    finally:
        await database.stop()

    assert together == alone
    assert together[-1] is None
    states = [json.loads(glance.frames["screen"].text)["state"] for glance in together[len(left) : -1]]
    assert [state["joined"]["customer"] for state in states] == [1, 3, 4, 5]
    assert [state["answered"]["current"] for state in states] == [
        {"customer": count, "supplier": int(count > 0)} for count in (0, 3, 3, 3)
    ]


async def test_a_screen_that_only_counted_on_shows_what_a_whole_look_shows(workshops, server: Server) -> None:
    workshop = await workshops()
    people = [*await workshop.phones(3), await workshop.phone(SUPPLIER)]
    await workshop.open()
    database = Database.of(server.settings)
    database.start()

    async def look(seen: Glance | None) -> Glance:
        phones = seen.phones if seen else PhoneFrames()
        wish = Wish(workshop.id, ["screen"], phones, frozenset(), screen=seen.screen if seen else None)
        (glance,) = await database.read(glances, wishes=[wish])
        return replace(glance, phones=glance.phones or phones)

    try:
        seen = await look(None)
        for choice, person in enumerate(people, 1):
            await person.choose(choice)
            counted, whole = await look(seen), await look(None)
            assert (counted.version, counted.frames) == (whole.version, whole.frames)
            assert counted.screen.view.steps is seen.screen.view.steps, "it was seen once"
            seen = counted
        for change in ("joined", "closed", "revealed"):
            if change == "joined":
                await workshop.join()
            else:
                await (workshop.close() if change == "closed" else workshop.reveal("current"))
            assert (await look(seen)).frames == (await look(None)).frames
    finally:
        await database.stop()


async def test_where_nobody_but_phones_watches_a_look_shows_the_same_as_a_whole_one(workshops, server: Server) -> None:
    workshop = await workshops()
    people = await workshop.phones(3)
    await workshop.open()
    database = Database.of(server.settings)
    database.start()

    async def look(phones: PhoneFrames) -> Glance:
        (glance,) = await database.read(glances, wishes=[Wish(workshop.id, [], phones, frozenset())])
        return glance

    try:
        before = (await look(PhoneFrames())).phones
        await people[0].choose(2)
        voted = await look(before)
        assert voted.phones is None, "a vote shows phones nothing new"
        await workshop.close()
        closed = await look(before)
        assert closed.version > voted.version
        assert closed.phones.frames == (await look(PhoneFrames())).phones.frames != before.frames
    finally:
        await database.stop()


async def test_whoever_comes_in_later_is_shown_what_a_whole_look_shows(workshops, server: Server) -> None:
    workshop = await workshops()
    first = [await workshop.phone(), await workshop.phone(SUPPLIER)]
    await workshop.open()
    database = Database.of(server.settings)
    database.start()

    async def look(phones: PhoneFrames, *restless: str) -> Glance:
        (glance,) = await database.read(glances, wishes=[Wish(workshop.id, [], phones, frozenset(restless))])
        return glance

    try:
        seen = await look(PhoneFrames(), first[0].id)
        assert list(seen.phones.places) == [phone.id for phone in first]
        later = [await workshop.phone(), await workshop.phone(SUPPLIER), await workshop.phone()]
        await later[1].choose(3)
        for person in later:
            glance = await look(seen.phones, person.id)
            whole = await look(PhoneFrames(), person.id)
            assert (glance.version, glance.personal) == (whole.version, whole.personal)
            assert glance.phones.frame_of(person.id).after == whole.phones.frame_of(person.id).after
            assert glance.phones.frames is seen.phones.frames, "nothing was drawn for them"
            seen = glance
        assert seen.phones.places == whole.phones.places
        nobody = await look(seen.phones, "nobody")
        assert nobody.phones.frame_of("nobody") is None
    finally:
        await database.stop()


async def test_whoever_knocks_is_shown_at_the_door_what_a_whole_look_shows(workshops, server: Server) -> None:
    workshop, elsewhere = await workshops(), await workshops()
    people = [*await workshop.phones(2), await workshop.phone(SUPPLIER)]
    await workshop.open()
    for choice, person in enumerate(people[1:], 2):
        await person.choose(choice)
    tokens = [await _hash_of(server, person.id) for person in people]
    database = Database.of(server.settings)
    database.start()
    try:
        (seen,) = await database.read(glances, wishes=[_wish(workshop)])

        async def knocks(phones: PhoneFrames, *pairs: tuple[str, str]) -> list[Entry | None]:
            asked = [Knock(session_id, hashed, phones) for session_id, hashed in pairs]
            found = await database.read(entries, keys=asked)
            return [found.get(knock) for knock in asked]

        inside = [(workshop.id, token) for token in tokens]
        known = await knocks(seen.phones, *inside, (elsewhere.id, tokens[0]), (workshop.id, "no token"))
        assert known[len(people) :] == [None, None], "a token opens its own session's door alone"
        assert [entry.participant_id for entry in known[: len(people)]] == [person.id for person in people]
        for entry in known[: len(people)]:
            assert (entry.state, entry.version, entry.phone_version) == ("in", seen.version, seen.phones.version)
            assert entry.mine == seen.personal[entry.participant_id]
            assert seen.phones.frames[entry.place] is seen.phones.frame_of(entry.participant_id)
        await workshop.close()
        for phones in (PhoneFrames(), seen.phones):
            late = await knocks(phones, *inside)
            assert [entry.mine for entry in late] == [None] * len(people), "these views are not what phones show now"
    finally:
        await database.stop()


async def _hash_of(server: Server, participant_id: str) -> str:
    """The stored hash of a participant's token."""
    database = Database.of(server.settings)
    database.start()
    try:
        return await database.read(lambda db: db.get(Participant, participant_id).token_hash)
    finally:
        await database.stop()


def _wish(workshop: Workshop) -> Wish:
    return Wish(workshop.id, ["screen", "console"], PhoneFrames(), frozenset(phone.id for phone in workshop.people))
