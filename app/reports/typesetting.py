"""Typst: data goes in as JSON, a PDF or a picture comes out. It reads no file but the templates, and no address."""

import json
from pathlib import Path
from typing import Any, Final

import typst

from app.reports.fonts import families, fonts

TEMPLATES = Path(__file__).with_name("typst")
ACCESSIBLE: Final = "ua-1"
SHARP = 192.0
"""Pixels per inch of a PNG: two for each unit of the chart at 96."""


def pdf(template: str, data: dict[str, Any], *, made_at: int) -> bytes:
    """A tagged PDF of a template; PDF/UA-1, but where a letter is in none of the fonts that promise cannot be made.

    made_at: the time in the file's properties, in seconds, UTC.
    """
    compiler = _compiler(template, data)
    try:
        made = compiler.compile(format="pdf", pdf_standards=[ACCESSIBLE], timestamp=made_at)
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
        made = compiler.compile(format="pdf", timestamp=made_at)
    assert isinstance(made, bytes)
    return made


def png(template: str, data: dict[str, Any]) -> bytes:
    """The one page of a template as a PNG."""
    made = _compiler(template, data).compile(format="png", ppi=SHARP)
    assert isinstance(made, bytes)
    return made


def _compiler(template: str, data: dict[str, Any]) -> typst.Compiler:
    texts = json.dumps(data, ensure_ascii=False)
    content = json.dumps(data | {"fonts": families(texts)}, ensure_ascii=False)
    return typst.Compiler(
        TEMPLATES / template,
        root=TEMPLATES,
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": content},
    )
