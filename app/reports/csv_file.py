"""The report as one tidy table: a line for each number.

dimension: key of the scale; empty for counts of answers, themes, ideas and commitments
question: current, desired, gap, mirror, change, readiness or plan; empty on a line that says why a whole row is hidden
side: customer or supplier; for a theme or an idea who would have to change, for a commitment who will do it; empty for
    pairs
row: company, group, "Other groups", "A | B" for a pair, a person's name, where an idea comes from, or what is supported
kind: side, group, pair, theme, idea, commitment or person
step: the step's label for counts, the choice for a person, a theme's part, the theme of an idea, yes, not_yet or no for
    readiness, the number on the list for a commitment, else empty
measure: answered, count, n, abstained, interpolated_median, agreement_A, agreement_class, n_pairs, up, stay, down, d_w,
    mean_gap, median_gap, moved_n, moved_up, moved_stay, moved_down, emd_steps, cliffs_delta, accuracy_gap, accuracy_emd,
    congruency_mean, congruency_mean_abs, flag, sentence, hidden, text, supports, owner, due, counterpart, state, late or
    choice
value: the number or text; for hidden the reason, too_few or no_answers
round: of which round a number is, once a question was asked again; gap: of the newer of its questions
"""

import csv
import io
from collections.abc import Iterator
from typing import Any

from app.reports.material import Material
from app.views.results import person_name

COLUMNS = ("dimension", "question", "side", "row", "kind", "step", "measure", "value", "round")
FORMULA_STARTS = "=+-@\t\r\n\0＝＋－＠"
COUNTED = ("n", "abstained", "interpolated_median", "agreement_A", "agreement_class")
PROMISED = ("text", "owner", "due", "counterpart", "state", "late")
GAP = ("n_pairs", "up", "stay", "down", "d_w", "mean_gap", "median_gap")

Line = tuple[Any, ...]


def csv_file(material: Material) -> bytes:
    """UTF-8 with a byte-order mark (spreadsheets want it). Texts that look like formulas are made harmless."""
    names = {side: material.session[side] for side in ("customer", "supplier")}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in _lines(material.results, names):
        writer.writerow(safe(value) for value in (*line, "")[: len(COLUMNS)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def safe(value: object) -> object:
    """A cell that no spreadsheet runs: a text that starts like a formula gets an apostrophe in front (SAFETY T8)."""
    if isinstance(value, str) and value[:1] and value[0] in FORMULA_STARTS:
        return "'" + value.replace("\0", "")
    return "" if value is None else value


def _lines(found: dict[str, Any], names: dict[str, str]) -> Iterator[Line]:
    for question, by_side in found["answered"].items():
        for side, people in by_side.items():
            yield ("", question, side, names[side], "side", "", "answered", people)
    for group in found["silent"]:
        yield ("", "", group["side"], group["name"], "group", "", "hidden", "no_answers")
    yield from _pictures(found, names)
    for line in _change(found["change"] or {"themes": [], "ideas": []}):
        yield (*line, "")
    for line in _promised(found["commitments"], names):
        yield (*line, "")
    yield from _people(found.get("people", []))
    for earlier in found.get("rounds", []):
        now = found["questions"]
        if earlier["questions"].items() <= now.items():
            continue  # all of it still stands and was said above
        for line in _pictures(earlier, names):
            if line[1] not in now or line[-1] != now[line[1]]:
                yield line


def _people(people: list[dict[str, Any]]) -> Iterator[Line]:
    for person in people:
        for question, answers in person["answers"].items():
            for dimension, choice in answers.items():
                yield (dimension, question, person["side"], person_name(person), "person", choice, "choice", choice)


def _pictures(found: dict[str, Any], names: dict[str, str]) -> Iterator[Line]:
    """Sides, rows and pairs, of what is public now or was at the end of an earlier round."""
    rounds: dict[str, int] = found.get("questions", {})
    for dimension in found["dimensions"]:
        for line in _dimension(dimension, names):
            yield (*line, rounds.get(line[1], found.get("round", max(rounds.values(), default=""))))


def _dimension(dimension: dict[str, Any], names: dict[str, str]) -> Iterator[Line]:
    labels = [step["label"] for step in dimension["steps"]]
    for side, cell in dimension["sides"].items():
        if cell is not None:
            yield from _cell(dimension["key"], side, names[side], "side", cell, labels)
    for row in dimension["rows"]:
        yield from _cell(dimension["key"], row["side"], row["name"], "group", row, labels)
    yield from _pairs(dimension, names)
    for side, mirror in (dimension["mirror"] or {}).items():
        if mirror is not None:
            for step, measure, value in _mirror(mirror, labels):
                yield (dimension["key"], "mirror", side, names[side], "side", step, measure, value)


def _mirror(mirror: dict[str, Any], labels: list[str]) -> Iterator[Line]:
    """What one side thought the other would say: people per step, and how far off."""
    guess, accuracy, congruency = mirror["guess"], mirror["accuracy"], mirror["congruency"]
    for label, people in zip(labels, guess["counts"], strict=True):
        yield (label, "count", people)
    yield ("", "n", guess["n"])
    yield ("", "abstained", guess["abstained"])
    yield ("", "accuracy_gap", accuracy["gap"])
    yield ("", "accuracy_emd", accuracy["emd_steps"])
    if congruency is not None:
        yield ("", "congruency_mean", congruency["mean_gap"])
        yield ("", "congruency_mean_abs", congruency["mean_abs_gap"])
    if mirror["state"] is not None:
        yield ("", "state", mirror["state"])


def _change(change: dict[str, Any]) -> Iterator[Line]:
    for theme in change["themes"]:
        yield ("", "change", theme["who"], "", "theme", theme["component"], "text", theme["name"])
        yield from _supports("theme", theme["name"], theme["supports"])
        yield from _readiness(theme["name"], theme["readiness"] or {})
        for idea in theme["ideas"]:
            yield ("", "change", idea["who"], idea["from"], "idea", theme["name"], "text", idea["text"])
    for idea in change["ideas"]:
        yield ("", "change", idea["who"], idea["from"], "idea", "", "text", idea["text"])
        yield from _supports("idea", idea["text"], idea["supports"])


def _supports(kind: str, text: str, supports: dict[str, Any] | None) -> Iterator[Line]:
    for side, people in (supports or {}).items():
        if people is None:
            yield ("", "change", side, text, kind, "", "hidden", "too_few")
        else:
            yield ("", "change", side, text, kind, "", "supports", people)


def _readiness(name: str, cells: dict[str, Any]) -> Iterator[Line]:
    for side, cell in cells.items():
        if not cell["shown"]:
            yield ("", "readiness", side, name, "theme", "", "hidden", cell["why"])
            continue
        for value in ("yes", "not_yet", "no"):
            yield ("", "readiness", side, name, "theme", value, "count", cell[value])
        for measure in ("n", "abstained"):
            yield ("", "readiness", side, name, "theme", "", measure, cell[measure])


def _promised(commitments: list[dict[str, Any]], names: dict[str, str]) -> Iterator[Line]:
    for number, one in enumerate(commitments, 1):
        for measure in PROMISED:
            company = names.get(one["side"], "both")
            yield ("", "plan", one["side"], company, "commitment", number, measure, one[measure])


def _pairs(dimension: dict[str, Any], names: dict[str, str]) -> Iterator[Line]:
    row_names = {row["id"]: row["name"] for row in dimension["rows"]} | names
    for pair in dimension["pairs"]:
        row = f"{row_names[pair['a']]} | {row_names[pair['b']]}"
        for measure in ("emd_steps", "cliffs_delta", "flag", "sentence"):
            yield (dimension["key"], pair["question"], "", row, "pair", "", measure, pair[measure])


def _cell(dimension: str, side: str, row: str, kind: str, cell: dict[str, Any], labels: list[str]) -> Iterator[Line]:
    if not cell["shown"]:
        yield (dimension, "", side, row, kind, "", "hidden", cell["why"])
        return
    for question in ("current", "desired"):
        dist = cell[question]
        if dist is None:
            continue
        for label, people in zip(labels, dist["counts"], strict=True):
            yield (dimension, question, side, row, kind, label, "count", people)
        for measure in COUNTED:
            if measure in dist:
                yield (dimension, question, side, row, kind, "", measure, dist[measure])
        for measure, people in dist.get("moved", {}).items():
            yield (dimension, question, side, row, kind, "", f"moved_{measure}", people)
    if cell["gap"] is not None:
        for measure in GAP:
            yield (dimension, "gap", side, row, kind, "", measure, cell["gap"][measure])
    elif "gap_hidden" in cell:
        yield (dimension, "gap", side, row, kind, "", "hidden", cell["gap_hidden"])
