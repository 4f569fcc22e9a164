"""Who answered, as sentences name them: a company, a group, or groups that are joined."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from app.core.language import inside, say, say_as
from app.core.published import Row
from app.core.scales import Side

SINGULAR_HEADS: Final = frozenset(
    {"team", "group", "board", "committee", "council", "office", "department", "unit", "crew"}
    | {"desk", "division", "panel"}
)
PLURAL_ENDINGS: Final = ("ors", "ers", "ents", "ants", "ists", "leads", "heads", "people")


@dataclass(frozen=True, slots=True)
class Party:
    """Whose answers a sentence is about: a side by its short company name, or a group."""

    name: str
    side: Side
    kind: Literal["side", "group", "pooled"] = "group"


def party_of(row: Row, group_names: Mapping[str, str]) -> Party:
    """The row as a sentence names it; joined rows are "Other groups"."""
    if row.kind == "pooled":
        return Party(say("Other groups"), row.side, "pooled")
    return Party(group_names[row.id], row.side)


def _last_word(name: str) -> str:
    return name.rsplit(maxsplit=1)[-1].lower() if name.split() else ""


def is_plural(party: Party) -> bool:
    """Whether the name takes a plural verb in English."""
    return party.kind == "pooled" or (party.kind == "group" and _last_word(party.name).endswith(PLURAL_ENDINGS))


def _form(party: Party, *, us: bool) -> Literal["side", "pooled", "our", "the", "bare"]:
    """How a sentence names a party: which article it takes in English."""
    if party.kind != "group":
        return party.kind
    if us and party.side == "supplier":
        return "our"
    if party.name.lower().startswith(("the ", "our ")):
        return "bare"
    return "the" if is_plural(party) or _last_word(party.name) in SINGULAR_HEADS else "bare"


def named(party: Party, *, us: bool) -> str:
    """The party inside a sentence, with its article."""
    match _form(party, us=us):
        case "side":
            return party.name
        case "pooled":
            return say("the other groups")
        case "our":
            return say("our {group}", group=inside(party.name))
        case "the":
            return say("the {group}", group=party.name)
        case _:
            return say_as("who", "{group}", group=party.name)


def place_of(party: Party, *, us: bool) -> str:
    """Where the people of a party are: "at Northfield", "in the board"."""
    match _form(party, us=us):
        case "side":
            return say("at {company}", company=party.name)
        case "pooled":
            return say("in the other groups")
        case "our":
            return say("in our {group}", group=inside(party.name))
        case "the":
            return say("in the {group}", group=party.name)
        case _:
            return say("in {group}", group=party.name)


def people_words(count: int, of: int, party: Party, *, us: bool) -> str:
    """So many of a party's people: "4 of 5 at Northfield", "The one person in the board"."""
    place = place_of(party, us=us)
    if of == 1:
        return say("The one person {place}", place=place)
    if count == of:
        return say("All {all} {place}", all=of, place=place)
    return say("{n} of {all} {place}", n=count, all=of, place=place)
