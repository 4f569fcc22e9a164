"""Many sessions in one look: each is seen as if it had been looked at alone."""

import json

from app.store.database import Database
from app.views.faces import PhoneFrames
from app.views.glance import Wish, glances
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
    wishes = [_wish(workshop) for workshop in made] + [Wish("nowhere", ["screen"], None, frozenset())]

    database = Database.of(server.settings)
    database.start()
    try:
        together = await database.read(glances, wishes=wishes)
        alone = [(await database.read(glances, wishes=[wish]))[0] for wish in wishes]
    finally:
        await database.stop()

    assert together == alone
    assert together[-1] is None
    states = [json.loads(glance.frames["screen"].text)["state"] for glance in together[:-1]]
    assert [state["joined"]["customer"] for state in states] == [1, 3, 4, 5]
    assert [state["answered"]["current"] for state in states] == [
        {"customer": count, "supplier": int(count > 0)} for count in (0, 3, 3, 3)
    ]


def _wish(workshop: Workshop) -> Wish:
    return Wish(workshop.id, ["screen", "console"], PhoneFrames(), frozenset(phone.id for phone in workshop.people))
