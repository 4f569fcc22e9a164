"""The portfolio as a table, a line for each account: for the account team alone, since decisions are in it.

account: its name; sessions: how many it has
session, held: the last session of which something is shown, and its day (YYYY-MM-DD); empty where there is none
stair, steps: what was asked on, and how many steps it has; other figures are empty where it is not a stair
customer_shown, supplier_shown: yes, too_few or no_answers; empty where nothing is shown
customer_people, supplier_people: how many answers stand behind the figures of that side
customer_today, customer_wanted, supplier_today, supplier_wanted: typical step (interpolated median), 0.5 to steps + 0.5
customer_gap, supplier_gap: mean of each person's wanted step minus their own today, in steps
apart_today, apart_wanted: how far apart the sides are, in steps (earth mover's distance), with the flags
    apart_today_flag, apart_wanted_flag: clear, ask, shape, none or too_few; empty where a side is not shown
ready_both, ready_one, ready_neither, ready_hidden: shown themes for which both sides are ready, one, neither, or for
    which a side is not shown; empty before readiness is revealed
decision, decision_step, decided_on, review_on: the newest decision: invest, stay, step_down or part
overdue: commitments that both sides agreed to, whose day has passed and that are not done
next, next_on: live, prepared or review, and the day of the review
"""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from app.reports.csv_file import safe
from app.reports.material import legible
from app.reports.palette import INK, LINE, SUNKEN
from app.reports.xlsx_file import LONGEST_CELL, NO_FORMULAS

SIDE = ("shown", "people", "today", "wanted", "gap")
COLUMNS = (
    *("account", "sessions", "session", "held", "stair", "steps"),
    *(f"{side}_{name}" for side in ("customer", "supplier") for name in SIDE),
    *("apart_today", "apart_today_flag", "apart_wanted", "apart_wanted_flag"),
    *("ready_both", "ready_one", "ready_neither", "ready_hidden"),
    *("decision", "decision_step", "decided_on", "review_on", "overdue", "next", "next_on"),
)
WIDE = {"account": 36, "session": 30, "stair": 26, "decision": 14, "held": 12}

Line = dict[str, Any]
Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class PortfolioKind:
    """A kind of file: its media type, and what makes it from the accounts as data."""

    media_type: str
    render: Callable[[Sequence[Line]], bytes]


def row_of(line: Line) -> tuple[Cell, ...]:
    """The cells of one account, in the order of ``COLUMNS``. line: as `views/portfolio.line_json` makes it."""
    last, apart = line["last"] or {}, line["apart"] or {}
    today, wanted = apart.get("current") or {}, apart.get("desired") or {}
    ready, decided, coming = line["readiness"] or {}, line["decision"] or {}, line["next"] or {}
    sides = line["sides"] if line["steps"] else None
    return (
        *(line["name"], line["sessions"], last.get("title"), last.get("held")),
        *(line["stair"], len(line["steps"]) or None),
        *(cell for side in ("customer", "supplier") for cell in _side(sides[side] if sides else None)),
        *(today.get("emd_steps"), today.get("flag"), wanted.get("emd_steps"), wanted.get("flag")),
        *(ready.get(key) for key in ("both", "one", "neither", "hidden")),
        *(decided.get(key) for key in ("choice", "step", "date", "review_on")),
        *(line["overdue"], coming.get("kind"), coming.get("on")),
    )


def _side(side: Line | None) -> tuple[Cell, ...]:
    if side is None:
        return (None,) * len(SIDE)
    if not side["shown"]:
        return (side["why"], *(None,) * (len(SIDE) - 1))
    return ("yes", side["n"], side["current"], side["desired"], side["mean_gap"])


def portfolio_csv(lines: Sequence[Line]) -> bytes:
    """UTF-8 with a byte-order mark (spreadsheets want it). Texts that look like formulas are made harmless."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow(safe(cell) for cell in legible(row_of(line)))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def portfolio_xlsx(lines: Sequence[Line]) -> bytes:
    """One sheet with a header that stays in view and a filter. Every text is a text, every figure a number."""
    file = io.BytesIO()
    workbook: Any = xlsxwriter.Workbook(file, NO_FORMULAS)
    base = {"font_name": "Arial", "font_size": 10, "font_color": INK, "valign": "top"}
    text, figure = workbook.add_format(base | {"text_wrap": True}), workbook.add_format(base | {"num_format": "0.0"})
    whole = workbook.add_format(base | {"num_format": "0"})
    head = workbook.add_format(
        base | {"bold": True, "bg_color": SUNKEN, "bottom": 1, "bottom_color": LINE, "text_wrap": True}
    )
    sheet = workbook.add_worksheet("Accounts")
    sheet.set_row(0, 32)
    for column, name in enumerate(COLUMNS):
        sheet.set_column(column, column, WIDE.get(name, 11))
        sheet.write_string(0, column, name.replace("_", " ").capitalize(), head)
    for number, line in enumerate(lines, 1):
        for column, cell in enumerate(legible(row_of(line))):
            if isinstance(cell, str):
                sheet.write_string(number, column, cell[:LONGEST_CELL], text)
            elif cell is not None:
                sheet.write_number(number, column, cell, whole if isinstance(cell, int) else figure)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    if lines:
        sheet.autofilter(0, 0, len(lines), len(COLUMNS) - 1)
    workbook.close()
    return file.getvalue()


def portfolio_json(lines: Sequence[Line]) -> bytes:
    """The accounts as the HTTP API has them."""
    return json.dumps({"items": list(lines)}, ensure_ascii=False).encode()


KINDS = {
    "csv": PortfolioKind("text/csv; charset=utf-8", portfolio_csv),
    "xlsx": PortfolioKind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", portfolio_xlsx),
    "json": PortfolioKind("application/json", portfolio_json),
}
