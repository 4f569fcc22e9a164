"""The kinds of files a report can be had as. Each is made from what is public, in one cut."""

from collections.abc import Callable
from dataclasses import dataclass

from app.reports.csv_file import csv_file
from app.reports.json_file import json_file


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its media type, and ``make(db, session_id=…, cut=…)`` that gives its bytes."""

    media_type: str
    make: Callable[..., bytes]


KINDS = {"csv": Kind("text/csv; charset=utf-8", csv_file), "json": Kind("application/json", json_file)}
