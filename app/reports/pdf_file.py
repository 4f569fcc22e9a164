"""The report as a PDF: what the template in typst/report.typ sets, as plain data. Texts are data there, never markup."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, Final

from app.core.language import ENGLISH, say, say_n, spoken, tag
from app.core.proof import method_words, two_decimals
from app.core.sentences import moves, one_decimal, signed
from app.reports.charts import can_compare, scene, stair_rows
from app.reports.fitting import cut
from app.reports.material import Material
from app.reports.palette import share_tint
from app.reports.pdf_words import pdf_words
from app.reports.told import gives_words, state_of, told_tables, took_part
from app.reports.typesetting import pdf
from app.views.method import Numbers, PairLine
from app.views.pictures import Picture, Row
from app.views.plan import PlanGroup
from app.views.report import ReportDimension, ReportIdea, ReportIdeas, ReportView

TYPST_PAPERS: Final = {"a4": "a4", "letter": "us-letter"}
HEAD_ROOM, TITLE_ROOM = 27.0, 15.0
"""Room for names and title at the top of every page, in font sizes."""
ROWS_AT_MOST = 16
"""Rows of one stair chart; a page holds no more."""
PAIRS_AT_MOST = 120
LONGEST_WORD, LONGEST_IN_COLUMN = 25, 14
"""Letters of a word after which it may be broken anywhere; in other languages than English columns break by syllables first."""
NARROW = ("numbers", "heat", "people")
BREAK = "\N{ZERO WIDTH SPACE}"
NONE = "–"


def pdf_file(material: Material, *, paper: str = "a4") -> bytes:
    """The PDF of what was read. Pure: it may run in a thread or in a process of its own."""
    data = breakable(report_data(material)) | {"paper": TYPST_PAPERS[paper]}
    return pdf("report.typ", data, made_at=material.held_at // 1000)


def report_data(material: Material) -> dict[str, Any]:
    """Everything the template draws, as JSON knows it."""
    view = material.view
    one = len(view.dimensions) == 1
    names = say("{customer} and {supplier}", customer=view.customer, supplier=view.supplier)
    language, region = tag().split("-")
    return {
        "language": language,
        "region": region,
        "by_syllables": spoken() != ENGLISH,
        "words": pdf_words(view),
        "names": names,
        "title": view.title,
        "held": view.held,
        "head": [cut(names, HEAD_ROOM, bold=True), cut(view.title, TITLE_ROOM)],
        "author": view.supplier,
        "private": view.cut == "private",
        "who": view.who_took_part,
        "silent": view.silent_words,
        "headline": view.dimensions[0].picture.headline if one else "",
        "revealed": view.revealed,
        "smallest": view.smallest_group,
        "dimensions": [_dimension(view, dimension) for dimension in view.dimensions],
        "told": [asdict(table) for table in told_tables(view)],
        "ideas": [_ideas(column) for column in view.ideas] if view.ideas_count or view.themes_count else [],
        "ideas_count": view.ideas_count,
        "themes_count": view.themes_count,
        "support": _support(view),
        "ready": _ready(view),
        "commitments": [_promised(group) for group in view.commitments],
        "guide": [asdict(item) for item in view.guide],
        "private_guide": [asdict(item) for item in view.private_guide],
        "team": [{"text": text, "hint": hint} for text, hint in view.team.lines] if view.team else [],
        "people": [asdict(person) | {"answers": list(person.answers)} for person in view.people],
        "foot": view.foot,
        "method": [list(line) for line in method_words()],
        "numbers": [_all_numbers(dimension.numbers) for dimension in view.dimensions],
    }


def _dimension(view: ReportView, dimension: ReportDimension) -> dict[str, Any]:
    picture = dimension.picture
    ordered = picture.kind == "ordered"
    return {
        "label": picture.label,
        "ordered": ordered,
        "headline": picture.headline or picture.label,
        "note": picture.note,
        "finding": asdict(picture.finding) if picture.finding else None,
        "sides": [_side(row) for row in picture.sides],
        "apart": [asdict(one) for one in dimension.apart],
        "gap_title": dimension.gap_title,
        "questions": sorted(picture.questions),
        "steps": list(picture.steps),
        "charts": [asdict(one) for one in _charts(picture)],
        "table": _table(picture) if ordered else None,
        "pairs_title": dimension.pairs_title,
        "pairs": [asdict(pair) | {"steps": _steps(pair.steps_apart)} for pair in dimension.pairs],
        "pairs_note": dimension.pairs_note,
        "heat": _heat(picture),
        "sides_title": dimension.sides_title,
        "sides_chart": asdict(scene(picture, "sides", narrow=True)) if can_compare(picture) else None,
        "how_to_read": say(
            "On the marked diagonal both sides give the same answer. Above it, {b} sees the relationship higher than {a} does.",
            a=view.customer_short,
            b=view.supplier_short,
        ),
    }


def _charts(picture: Picture) -> Iterable[Any]:
    """The main picture, in parts where it would be longer than a page."""
    if not picture.sides:
        return
    if picture.kind == "set":
        yield scene(picture, "counts", w=690, size=13.5)
        return
    rows = stair_rows(picture)
    for start in range(0, len(rows), ROWS_AT_MOST):
        yield scene(picture, "stair", rows=rows[start : start + ROWS_AT_MOST])


def _side(row: Row) -> dict[str, Any]:
    words = [moves(row.up, row.stay, row.down)] if row.gap is not None else []
    agreement = row.agreement_today or row.agreement_wanted
    words += [agreement[0].upper() + agreement[1:]] if agreement else []
    unsure = row.could_not_judge
    words += [say_n("{n} could not judge", "{n} could not judge", unsure)] if unsure else []
    return {
        "side": row.side,
        "name": row.name,
        "why": _why(row),
        "n": row.n,
        "people": say_n("{n} person", "{n} people", row.n),
        "today": _steps(row.today),
        "wanted": _steps(row.wanted),
        "gap": signed(row.gap) if row.gap is not None else "",
        "how": ". ".join(words) + ("." if words else ""),
    }


def _table(picture: Picture) -> dict[str, Any]:
    """The numbers by side and group, as the page's table has them."""
    rows = [row for side in picture.sides for row in (side, *(one for one in picture.rows if one.side == side.side))]
    return {
        "rows": [
            {"side": row.side, "whole": row.whole, "name": row.name, "why": _why(row), "cells": _cells(picture, row)}
            for row in rows
        ]
    }


def _cells(picture: Picture, row: Row) -> list[str]:
    cells = [str(row.n)]
    cells += [_steps(row.today)] if "current" in picture.questions else []
    cells += [_steps(row.wanted)] if "desired" in picture.questions else []
    if len(picture.questions) == 2:
        cells += [signed(row.gap), moves(row.up, row.stay, row.down)] if row.gap is not None else [NONE, NONE]
    return cells


def _heat(picture: Picture) -> list[dict[str, Any]]:
    """People on each step, for each row and question; a cell is a number with its ground and ink."""
    asked = [("t", "current"), ("w", "desired")]
    rows = (*picture.sides, *picture.rows)
    return [
        {
            "side": row.side,
            "whole": row.whole,
            "name": row.name,
            "why": _why(row),
            "n": row.n,
            "panels": [_counts(row, getattr(row, key)) for key, question in asked if question in picture.questions],
        }
        for row in rows
    ]


def _counts(row: Row, counts: tuple[int, ...] | None) -> list[dict[str, Any]] | None:
    if counts is None:
        return None
    of = max(sum(counts), 1)
    looks = [share_tint(row.side, count / of) for count in counts]
    return [{"n": count, "ground": look[0], "ink": look[1]} for count, look in zip(counts, looks, strict=True)]


def _ideas(column: ReportIdeas) -> dict[str, Any]:
    def told(ideas: Iterable[ReportIdea]) -> list[dict[str, str]]:
        return [{"text": idea.text, "from": idea.from_words} for idea in ideas]

    themes = [{"name": theme.name, "part": theme.part, "ideas": told(theme.ideas)} for theme in column.themes]
    ideas = told(column.ideas)
    return {"who": column.who, "heading": column.heading, "count": column.count, "themes": themes, "ideas": ideas}


def _support(view: ReportView) -> dict[str, Any] | None:
    found = view.support
    if found is None:
        return None
    lines = [[line.text, *(say("not shown") if n is None else str(n) for n in line.people)] for line in found.lines]
    told = [f"{one.name}: {took_part(one)}" for one in found.sides]
    return {"names": [one.name for one in found.sides], "lines": lines, "cap": ". ".join(told) + "."}


def _ready(view: ReportView) -> dict[str, Any] | None:
    found = view.ready
    if found is None:
        return None
    lines = [[row.name, row.verdict, *(one.words for one in row.sides)] for row in found.rows]
    return {"headline": found.headline, "names": [name for _, name in found.sides], "lines": lines}


def _promised(group: PlanGroup) -> dict[str, Any]:
    rows = [
        {
            "text": row.text,
            "who": row.who_when,
            "gives": gives_words(row),
            "state": state_of(row),
        }
        for row in group.rows
    ]
    return {"who": group.who, "heading": group.heading, "rows": rows}


def _all_numbers(found: Numbers) -> dict[str, Any]:
    """The last pages: every published measure with its n, and every comparison."""
    listed = _worth_listing(found.pairs)
    return {
        "title": say("{scale}: every measure", scale=found.label),
        "gaps_title": say("{scale}: the gap of people who answered both", scale=found.label),
        "pairs_title": say("{scale}: the clearest comparisons", scale=found.label)
        if len(listed) < len(found.pairs)
        else say("{scale}: every comparison", scale=found.label),
        "measures": [
            [
                one.name,
                one.on,
                str(one.n),
                str(one.abstained),
                _two(one.typical),
                _two(one.agreement),
                one.words or NONE,
            ]
            for one in found.measures
        ],
        "gaps": [
            [
                one.name,
                *(str(people) for people in (one.n, one.up, one.stay, one.down)),
                *(_two(value, sign=True) for value in (one.d_w, one.mean, one.median)),
            ]
            for one in found.gaps
        ],
        "pairs": [
            [
                one.first,
                one.second,
                one.on,
                f"{one.n[0]}, {one.n[1]}",
                _two(one.steps),
                _two(one.delta, sign=True),
                one.words,
            ]
            for one in listed
        ],
        "more": _more(len(found.pairs) - len(listed)),
    }


def _more(left_out: int) -> str:
    if not left_out:
        return ""
    return say_n(
        "{n} more comparisons are in the spreadsheet of this report.",
        "{n} more comparisons are in the spreadsheet of this report.",
        left_out,
    )


def _worth_listing(pairs: tuple[PairLine, ...]) -> Sequence[PairLine]:
    """Every comparison; of very many those that are worth a look, as many as fit on two pages."""
    if len(pairs) <= PAIRS_AT_MOST:
        return pairs
    return sorted(pairs, key=lambda pair: ("clear", "ask", "shape", "none", "too_few").index(pair.flag))[:PAIRS_AT_MOST]


def _why(row: Row) -> str:
    return row.why or ("" if row.t or row.w else say("no answers"))


def _steps(value: float | None) -> str:
    return NONE if value is None else one_decimal(value)


def _two(value: float | None, *, sign: bool = False) -> str:
    return NONE if value is None else two_decimals(value, sign=sign)


def breakable(value: Any, *, longest: int = LONGEST_WORD) -> Any:
    """The same data, with places to break a line in words too long for their column. Tables' columns are narrower."""
    if isinstance(value, str):
        return re.sub(rf"\S{{{longest},}}", lambda found: BREAK.join(_parts(found[0])), value)
    if isinstance(value, dict):
        return {key: breakable(one, longest=_in_column() if key in NARROW else longest) for key, one in value.items()}
    return [breakable(one, longest=longest) for one in value] if isinstance(value, list) else value


def _in_column() -> int:
    return LONGEST_IN_COLUMN if spoken() == ENGLISH else LONGEST_WORD


def _parts(word: str) -> list[str]:
    return [word[start : start + 8] for start in range(0, len(word), 8)]
