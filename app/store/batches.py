"""A batch of writes in one transaction: each action in a savepoint of its own, items of one bulk action together.

Nothing here knows who waits for a batch, or what a session or a vote is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from app.errors import BadInput, Conflict
from app.store.ballots import Box

AT_THE_SAME_MOMENT = "Somebody else did this at the same moment. Load the page again."
DOES_NOT_FIT = "This holds a character or a number that can’t be stored. Change it and send it again."


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """What a bulk action made of its items: for each a result or the AppError in its place; and changed sessions' versions."""

    results: Sequence[Any]
    changed: dict[str, int]


BulkAction = Callable[[Box, Sequence[Any]], BulkOutcome]


@dataclass(slots=True)
class Job:
    """A write that waits for the lane, who hears of its outcome, and what that is."""

    action: Callable[..., Any]
    item: Any  # keyword arguments, or one item of a bulk action
    about: str
    bulk: bool
    tell: Callable[[Any], None]  # gets the outcome in the event loop, once it is durable
    outcome: Any = None


def is_one_bulk_action(batch: list[Job]) -> bool:
    """Whether one bulk action is all there is: then nothing goes through the toolkit, its transaction included."""
    first = batch[0]
    return first.bulk and all(job.action is first.action for job in batch)


def run_one_bulk_action(box: Box, batch: list[Job]) -> dict[str, int]:
    """Every job of the batch, in order, in the transaction that is open; gives the versions of changed sessions.

    It is all there is, so it needs no savepoint. Whatever it raises undoes all of it, and unless `is_for_all` it has to be
    run in savepoints.
    """
    changed: dict[str, int] = {}
    _run_bulk(box, batch, changed)
    return changed


def run_each_in_savepoint(box: Box, batch: list[Job]) -> dict[str, int]:
    """The same of whatever actions, with a savepoint for each."""
    changed: dict[str, int] = {}
    box.forget()
    _hold_sessions(box, batch)
    position = 0
    while position < len(batch):
        together = _run_of_one_bulk_action(batch, position)
        _run_in_savepoint(box, together, changed)
        position += len(together)
    return changed


def _hold_sessions(box: Box, batch: list[Job]) -> None:
    """Hold all sessions of the batch in one order, so that two processes never wait for each other crosswise."""
    about = {job.about for job in batch if job.about}
    if len(about) > 1:
        box.lock_sessions(about)


def _run_of_one_bulk_action(batch: list[Job], start: int) -> list[Job]:
    first = batch[start]
    end = start + 1
    if first.bulk:
        while end < len(batch) and batch[end].bulk and batch[end].action is first.action:
            end += 1
    return batch[start:end]


def _run_in_savepoint(box: Box, jobs: list[Job], changed: dict[str, int]) -> None:
    """Run one action, or one bulk action for all its items; an error undoes it alone.

    Where one item spoils a bulk action for all, each is run by itself, so that only that one fails.
    """
    try:
        if jobs[0].bulk:
            with box.savepoint():
                _run_bulk(box, jobs, changed)
        else:
            _run_one(box.connection, jobs[0], changed)
    except Exception as error:  # the caller gets it, whatever it is; the lane goes on
        if is_for_all(box, error):
            raise
        driver, said = box.connection.dialect.loaded_dbapi, from_driver(error)
        if isinstance(said, driver.IntegrityError):
            error = Conflict(AT_THE_SAME_MOMENT)
        elif isinstance(said, driver.DataError):
            error = BadInput(DOES_NOT_FIT)
        _each_by_itself(box, jobs, changed, error)


def from_driver(error: Exception) -> BaseException | None:
    """What the driver said: the toolkit wraps it, bulk actions use the driver's own cursor."""
    return error.orig if isinstance(error, DBAPIError) else error


def is_for_all(box: Box, error: Exception) -> bool:
    """Whether the database is locked, full or broken, so that nobody's actions can be stored now."""
    driver, said = box.connection.dialect.loaded_dbapi, from_driver(error)
    mine = (driver.IntegrityError, driver.DataError, driver.ProgrammingError)
    return isinstance(said, driver.Error) and not isinstance(said, mine)


def _each_by_itself(box: Box, jobs: list[Job], changed: dict[str, int], error: Exception) -> None:
    """Run the jobs of a spoilt bulk action one by one; a job that is alone already has its error."""
    if len(jobs) == 1:
        jobs[0].outcome = error
        return
    for job in jobs:
        _run_in_savepoint(box, [job], changed)


def _run_one(connection: Connection, job: Job, changed: dict[str, int]) -> None:
    with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as db:
        job.outcome = job.action(db, **job.item)
        db.commit()
        changed.update(db.info.get("changed", {}))


def _run_bulk(box: Box, jobs: list[Job], changed: dict[str, int]) -> None:
    with box.in_one_go():
        outcome: BulkOutcome = jobs[0].action(box, [job.item for job in jobs])
    for job, result in zip(jobs, outcome.results, strict=True):
        job.outcome = result
    changed.update(outcome.changed)
