"""A database of the first release, with its sessions, is brought up to date and opens as a report and as every file.

`release_0001.json` holds the rows as the first release stored them and the results that it showed then.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import MetaData
from sqlmodel import Session

from app.core.scales import SIDES
from app.reports.charts import chart_svg, charts_of
from app.reports.export import KINDS
from app.reports.material import Material, read
from app.settings import Settings
from app.store.engines import engine_for, sqlite_engine
from app.store.migrate import migrate, run_steps
from app.views.render import render
from app.web.report import Links
from tests.reports.readers import every_text, lines_of, made, pdf_text, slides, table

STORED = json.loads(Path(__file__).with_name("release_0001.json").read_text())
SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"
SESSIONS = list(STORED["results"])


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Material]:
    """Both sessions in both cuts, read after the migration."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("earlier"), _env_file=None)
    old = sqlite_engine(settings.sqlite_file, writing=True)
    run_steps(old, to=STORED["release"])
    known = MetaData()
    known.reflect(old)
    with old.begin() as connection:
        for name in [one.name for one in known.sorted_tables if one.name in STORED["tables"]]:
            for row in STORED["tables"][name]:
                columns = ", ".join(f'"{column}"' for column in row)
                marks = ", ".join("?" for _ in row)
                values = tuple(
                    bytes.fromhex(value["hex"]) if isinstance(value, dict) else value for value in row.values()
                )
                connection.exec_driver_sql(f'INSERT INTO "{name}" ({columns}) VALUES ({marks})', values)
    old.dispose()

    migrate(settings)

    engine = engine_for(settings, writing=False)
    with Session(engine) as db:
        found = {(id_, cut): read(db, session_id=id_, cut=cut) for id_ in SESSIONS for cut in ("customer", "private")}
    engine.dispose()
    return found


def assert_says(now: Any, then: Any, at: str = "") -> None:
    """Whatever was said then is said now; more may be."""
    if isinstance(then, dict):
        for key, value in then.items():
            if key not in {"version", "change", "commitments"}:
                assert_says(now[key], value, f"{at}/{key}")
    elif isinstance(then, list):
        assert len(now) == len(then), at
        for number, (one, other) in enumerate(zip(now, then, strict=True)):
            assert_says(one, other, f"{at}/{number}")
    else:
        assert now == then, at


@pytest.mark.parametrize("session", SESSIONS)
def test_its_numbers_are_those_of_then(opened: dict[tuple[str, str], Material], session: str) -> None:
    then = STORED["results"][session]

    now = opened[session, "customer"].results

    assert_says(now, then)
    texts = [idea["text"] for idea in now["change"]["ideas"]] if now["change"] else []
    assert sorted(texts) == sorted(idea["text"] for idea in (then["change"] or {"ideas": []})["ideas"])


@pytest.mark.parametrize("cut", ["customer", "private"])
def test_its_report_and_every_file_open(opened: dict[tuple[str, str], Material], cut: str) -> None:
    found = opened[SESSIONS[0], cut]
    page = render("report/page.html", view=found.view, links=Links("", "", (), "", ""), user="")
    shown = [found.results["dimensions"][0]["sides"][side]["gap"]["n_pairs"] for side in SIDES]

    assert shown == [14, 10]
    assert "<b>Northfield</b> sees step 2 today" in page
    counts = [line for line in lines_of(made("csv", found)) if (line["kind"], line["measure"]) == ("side", "n_pairs")]
    assert [int(line["value"]) for line in counts] == shown
    assert [line["People"] for line in table(made("xlsx", found), "Groups")[:2]] == shown
    assert slides(made("pptx", found))
    assert "12 up, 1 stay, 1 down" in pdf_text(made("pdf", found))
    assert Draft202012Validator(json.loads(SCHEMA.read_text())).is_valid(json.loads(made("json", found)))
    assert all(chart_svg(found.view, chart, key) for key, chart in charts_of(found.view))
    assert all("+1 agree" in every_text(kind, made(kind, found)) for kind in KINDS)
