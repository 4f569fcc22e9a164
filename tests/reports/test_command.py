"""`stairstep session export` writes the report as a file."""

from pathlib import Path

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from app.cli import cli
from tests.reports.meetings import House
from tests.reports.odd import MEETINGS


def test_the_command_line_writes_a_pdf_for_the_paper_that_was_asked_for(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAIRSTEP_DATA_DIR", str(house.folder))
    monkeypatch.setenv("STAIRSTEP_DATABASE_URL", house.database_url)
    id_, file = house.hold(MEETINGS["one person"]), tmp_path / "report.pdf"
    export = ["session", "export", id_, "--to", str(file), "--cut", "customer", "--paper"]

    written, refused = (CliRunner().invoke(cli, [*export, paper]) for paper in ("letter", "a5"))

    assert (written.exit_code, written.output) == (0, f"Wrote {file}.\n")
    box = PdfReader(file).pages[0].mediabox
    assert (round(box.width), round(box.height)) == (612, 792)
    assert refused.exit_code != 0


def test_the_command_line_writes_in_the_language_that_was_asked_for(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAIRSTEP_DATA_DIR", str(house.folder))
    monkeypatch.setenv("STAIRSTEP_DATABASE_URL", house.database_url)
    id_, file = house.hold(MEETINGS["today only"]), tmp_path / "report.csv"
    export = ["session", "export", id_, "--to", str(file), "--cut", "customer", "--lang"]

    written, refused = (CliRunner().invoke(cli, [*export, language]) for language in ("de", "fr"))

    assert written.exit_code == 0
    assert "sehen die Beziehung heute" in file.read_text()
    assert refused.exit_code != 0
    assert "--lang is en or de." in refused.output
