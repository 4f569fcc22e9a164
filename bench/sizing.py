"""How many processes and how much memory so many phones a day take: the tables of docs/scaling.md, worked out.

``python -m bench.sizing`` prints them, ``--write`` puts them into the page. Who measured anew changes SQLITE and POSTGRES
here, and nothing else; a test compares the page with what this prints.
"""

import argparse
import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "scaling.md"
BEGIN, END = "<!-- worked out by bench/sizing.py: {} -->", "<!-- end -->"
UNKNOWN = "**⟨⟩**"
SMALL, MANY = 10_000, 2
"""Phones a day up to which one process with SQLite is enough for the safety asked; processes from there on, at least."""


@dataclass(frozen=True)
class Costs:
    """What things cost: CPU in ms of one core, memory in KB (1,024 bytes); None until it was measured."""

    join: float | None = None
    vote: float | None = None
    look: float | None = None
    socket: float | None = None
    process: float | None = None
    database_join: float | None = None
    database_vote: float | None = None
    database_look: float | None = None


SQLITE = Costs(join=3.0, vote=1.78, look=3.88, socket=41.3, process=110_000)
POSTGRES = Costs(
    join=4.83,
    vote=2.31,
    look=4.9,
    socket=40.9,
    process=115_000,
    database_join=1.22,
    database_vote=1.45,
    database_look=1.07,
)

NAMES = {
    "join": "**J**: a join with its socket and first view, CPU of the process, ms",
    "vote": "**V**: a vote, CPU of the process, ms",
    "look": "**L**: a look at a session that changed, read and rendered for screen and console, CPU of the process, ms",
    "socket": "**M**: an idle phone's socket, private memory, KB",
    "process": "**P**: a process without sockets, private memory, KB",
    "database_join": "**DJ**: a join, CPU of PostgreSQL, ms",
    "database_vote": "**DV**: a vote, CPU of PostgreSQL, ms",
    "database_look": "**DL**: a look, CPU of PostgreSQL, ms",
}


@dataclass(frozen=True)
class Habits:
    """How people meet. Shares are of one; change them and print again."""

    phones: int = 20  # of a session
    watchers: int = 2  # its screen and its console
    meeting_s: int = 90 * 60
    busiest_hour: float = 0.15  # of the day's meetings begin in it
    together: float = 0.7  # of those begin within the same few minutes
    together_s: int = 300
    answers: float = 6.0  # of a phone in a meeting
    joins: float = 1.2  # of a phone: somebody reloads, a phone sleeps
    voting: float = 0.1  # of its meeting a session votes
    looks: float = 4.0  # a second while it does, by each process where somebody of it is connected
    spread: int = 2  # such processes of a session; where there are many, the front chooses by session
    busy: float = 0.5  # of a core may be used: the rest is for bursts, and for the people of a process that is gone


@dataclass(frozen=True)
class Peak:
    """What comes at the busiest moment of a day."""

    phones: float
    sessions: float
    sockets: float
    joins: float  # a second, as the next two
    votes: float
    looks: float

    def cpu(self, join: float | None, vote: float | None, look: float | None) -> float | None:
        """Cores that are busy all the time, at these costs in ms; None where one was not measured."""
        if join is None or vote is None or look is None:
            return None
        return (self.joins * join + self.votes * vote + self.looks * look) / 1000


def peak(phones_a_day: int, habits: Habits) -> Peak:
    """The busiest moment. Who began together also votes together: their first answers come within the same few minutes."""
    phones = phones_a_day * habits.busiest_hour * habits.meeting_s / 3600
    at_once = phones_a_day * habits.busiest_hour * habits.together / habits.together_s
    sessions = phones / habits.phones
    return Peak(
        phones=phones,
        sessions=sessions,
        sockets=phones + sessions * habits.watchers,
        joins=at_once * habits.joins,
        votes=at_once + phones * habits.answers / habits.meeting_s,
        looks=sessions * habits.voting * habits.looks * habits.spread,
    )


def row(phones_a_day: int, habits: Habits) -> list[str]:
    """One line of the sizing table."""
    small = phones_a_day <= SMALL
    at, costs = peak(phones_a_day, habits), SQLITE if small else POSTGRES
    cpu = at.cpu(costs.join, costs.vote, costs.look)
    database = at.cpu(costs.database_join, costs.database_vote, costs.database_look)
    processes = None if cpu is None else max(1 if small else MANY, math.ceil(cpu / habits.busy))
    memory = (
        None
        if processes is None or costs.socket is None or costs.process is None
        else (at.sockets * costs.socket + processes * costs.process) / 1024 / 1024
    )
    return [
        f"{phones_a_day:,}",
        f"{at.phones:,.0f}",
        f"{at.sessions:,.0f}",
        _number(at.joins),
        _number(at.votes),
        _number(at.looks),
        UNKNOWN if processes is None else f"{processes}",
        UNKNOWN if memory is None else f"{max(0.1, memory):.1f}",
        "in the process" if small else UNKNOWN if database is None else f"{max(1, math.ceil(database / habits.busy))}",
    ]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def tables(habits: Habits) -> str:
    """The measured figures, and the sizing that follows from them."""
    costs = [
        f"| {NAMES[field.name]} | {_measured(SQLITE, field.name)} | {_measured(POSTGRES, field.name)} |"
        for field in fields(Costs)
    ]
    sizes = ["| " + " | ".join(row(count, habits)) + " |" for count in (500, 5_000, 50_000, 250_000, 1_000_000)]
    head = (
        "| phones a day | open phones | sessions open | joins/s | votes/s | looks/s | processes, a core each "
        "| memory of them, GB | cores of PostgreSQL |"
    )
    return "\n".join(
        [
            "| measured on one core | SQLite | PostgreSQL + Redis |",
            "|---|---|---|",
            *costs,
            "",
            head,
            "|---|---|---|---|---|---|---|---|---|",
            *sizes,
        ]
    )


def _measured(costs: Costs, name: str) -> str:
    if costs is SQLITE and name.startswith("database_"):
        return "in the process"
    value = getattr(costs, name)
    return UNKNOWN if value is None else f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"


def one_core() -> str:
    """What a whole core does, if it does nothing else."""
    both = (SQLITE, POSTGRES)

    def line(words: str, one: Callable[[Costs], float | None]) -> str:
        found = [one(costs) for costs in both]
        return " | ".join([f"| {words}", *(UNKNOWN if value is None else _rounded(value) for value in found)]) + " |"

    lines = [
        "| a core, if it does nothing else | SQLite | PostgreSQL + Redis |",
        "|---|---|---|",
        line("votes a second that come one by one", lambda costs: _in(1000, costs.vote)),
        line("joins a second, each with its socket and first view", lambda costs: _in(1000, costs.join)),
        line("looks a second, each for a screen and a console", lambda costs: _in(1000, costs.look)),
        line("idle phones in 1 GB", lambda costs: _in(1024 * 1024, costs.socket)),
    ]
    joins = [costs.join / costs.vote for costs in both if costs.join is not None and costs.vote is not None]
    if joins:
        words = " to ".join(dict.fromkeys(f"{value:.1f}" for value in sorted(joins)))
        lines += [
            "",
            f"Coming in is the expensive part: a join costs {words} votes. Size for the first five minutes of the hour.",
        ]
    return "\n".join(lines)


def _in(whole: float, cost: float | None) -> float | None:
    return None if cost is None else whole / cost


def _rounded(value: float) -> str:
    """Two digits, as more were not measured."""
    digits = 2 - len(f"{value:.0f}")
    return f"{round(value, min(0, digits)):,.0f}"


def page_with(page: str, worked_out: dict[str, str]) -> str:
    """The page with each of these in its place, by the name of the place."""
    for name, text in worked_out.items():
        begin = BEGIN.format(name)
        before, _, rest = page.partition(begin)
        page = f"{before}{begin}\n\n{text}\n\n{END}{rest.partition(END)[2]}"
    return page


def worked_out() -> dict[str, str]:
    """Everything on the page that follows from what was measured, by the name of its place."""
    return {"one core": one_core(), "sizes": tables(Habits())}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m bench.sizing", description="How many processes so many phones take."
    )
    parser.add_argument("--write", action="store_true", help="put the tables into docs/scaling.md")
    if parser.parse_args().write:
        PAGE.write_text(page_with(PAGE.read_text(), worked_out()))
    else:
        print("\n\n".join(worked_out().values()))
