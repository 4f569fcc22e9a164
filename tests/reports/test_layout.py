"""Every odd meeting makes every file, with nothing over the edge and nothing on top of something else."""

import io
import re
from itertools import combinations
from typing import Any

import pytest
from pptx.util import Inches
from pypdf import PdfReader

from app.reports.export import KINDS
from app.reports.fitting import cut, ems, fitting_size, lines
from tests.reports.odd import MEETINGS, whole
from tests.reports.readers import made, pdf_pages, slides

FEET = {10, 11, 12}
Frame = tuple[int, int, int, int]


@pytest.mark.parametrize("name", MEETINGS)
def test_every_meeting_makes_every_file(material, name: str) -> None:
    for kind in KINDS:
        assert len(made(kind, material(name, whole(name)))) > 100


def frame(shape: Any) -> Frame:
    return (shape.left, shape.top, shape.left + shape.width, shape.top + shape.height)


def content(slide: Any) -> list[Any]:
    """The shapes that must keep clear of each other: all but the rule beside a text."""
    return [shape for shape in slide.shapes if shape.shape_type is None or "LINE" not in str(shape.shape_type)]


@pytest.mark.parametrize("name", MEETINGS)
def test_nothing_on_a_slide_overlaps_or_leaves_it(material, name: str) -> None:
    wide, high = Inches(40 / 3), Inches(7.5)  # 16:9
    for number, slide in enumerate(slides(made("pptx", material(name, whole(name)))), 1):
        frames = [(shape.name, frame(shape)) for shape in content(slide)]
        for name_, (left, top, right, bottom) in frames:
            assert 0 <= left <= right <= wide, (number, name_)
            assert 0 <= top <= bottom <= high, (number, name_)
        for (one, a), (other, b) in combinations(frames, 2):
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, (number, one, other)


@pytest.mark.parametrize("name", ["sample", "ten steps, long names", "nobody"])
def test_slides_have_real_placeholders_and_notes(material, name: str) -> None:
    found = slides(made("pptx", material(name)))

    for number, slide in enumerate(found, 1):
        kinds = {shape.placeholder_format.idx: shape.text_frame.text for shape in slide.placeholders}
        assert kinds[0]
        assert set(kinds) >= FEET
        assert slide.slide_layout.name in {"Cover", "Finding", "Finding with text"}
        if number > 1 and name != "nobody":
            assert slide.notes_slide.notes_text_frame.text


@pytest.mark.parametrize("name", MEETINGS)
def test_no_letter_leaves_a_page(material, name: str) -> None:
    for page in pdf_pages(made("pdf", material(name, whole(name)))):
        for text, x, y in page.letters:
            assert 20 < x < page.width - 20, text
            assert 20 < y < page.height - 20, text


@pytest.mark.parametrize("name", ["sample", "ten steps, long names", "set"])
def test_a_pdf_is_tagged_and_accessible(material, name: str) -> None:
    body = made("pdf", material(name))
    reader = PdfReader(io.BytesIO(body))

    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en-GB"
    assert b"pdfuaid:part>1" in reader.xmp_metadata.stream.get_data()
    assert reader.outline


def test_a_letter_in_no_font_costs_the_promise_and_not_the_file(material) -> None:
    from dataclasses import replace

    found = material("sample")

    body = made("pdf", replace(found, view=replace(found.view, title="\u1820\u1821")))

    assert b"pdfuaid" not in PdfReader(io.BytesIO(body)).xmp_metadata.stream.get_data()


def test_a_text_is_cut_with_an_ellipsis_or_not_at_all() -> None:
    assert cut("Short", 10) == "Short"
    assert cut("A much longer name", 5).endswith("…")
    assert ems(cut("采购部门与供应链管理", 5)) <= 5
    assert lines("one two three", 3) == 3
    assert lines("x" * 100, 10) > 4
    assert fitting_size("word " * 100, (28.0, 20.0), 400, 1)[1].endswith("…")
    assert fitting_size("Short", (28.0, 20.0), 400, 1) == (28.0, "Short")


def test_no_placeholder_is_left_with_its_prompt(material) -> None:
    for slide in slides(made("pptx", material("sample"))):
        for shape in slide.placeholders:
            assert not re.fullmatch(r"Subtitle|Text|The finding in one sentence", shape.text_frame.text)
