"""Charts as pictures of their own: whole SVGs without classes, and PNGs."""

import struct
from xml.etree import ElementTree as ET

import pytest

from app.core.sentences import one_decimal
from app.errors import NotFound
from app.reports.charts import chart_png, chart_svg, charts_of
from tests.reports.odd import MEETINGS

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", MEETINGS)
def test_every_chart_is_a_whole_svg_with_its_colours(material, name: str) -> None:
    view = material(name).view

    for dimension, chart in charts_of(view):
        root = ET.fromstring(chart_svg(view, chart, dimension))
        assert root.tag == f"{SVG}svg"
        assert root.findtext(f"{SVG}title")
        assert not [element for element in root.iter() if "class" in element.attrib or "style" in element.attrib]
        assert not [
            element for element in root.iter() if "var(" in str(element.attrib) or "href" in str(element.attrib)
        ]
        left, top, width, height = (float(part) for part in root.attrib["viewBox"].split())
        for element in root.iter(f"{SVG}text"):
            assert left <= float(element.attrib["x"]) <= left + width, "".join(element.itertext())
            assert top <= float(element.attrib["y"]) <= top + height, "".join(element.itertext())


def test_what_charts_there_are(material) -> None:
    assert [chart for _, chart in charts_of(material("sample").view)] == ["stair", "gap", "people", "heat", "sides"]
    assert [chart for _, chart in charts_of(material("one side").view)] == ["stair", "gap", "people", "heat"]
    assert [chart for _, chart in charts_of(material("set").view)] == ["counts"]
    assert charts_of(material("not revealed").view) == ()


def test_a_charts_description_has_its_numbers(material) -> None:
    view = material("sample").view

    told = ET.fromstring(chart_svg(view, "stair", "relationship")).findtext(f"{SVG}desc")

    for row in view.dimensions[0].picture.rows:
        assert f"{row.name}: {row.n} people, typical step today {one_decimal(row.today)}" in told


@pytest.mark.parametrize("name", ["sample", "ten steps, long names", "set", "one person"])
def test_every_chart_is_a_png(material, name: str) -> None:
    view = material(name).view

    for dimension, chart in charts_of(view):
        body = chart_png(view, chart, dimension)
        assert body[:8] == b"\x89PNG\r\n\x1a\n"
        width, height = struct.unpack(">II", body[16:24])
        assert width > 500
        assert height > 100


@pytest.mark.parametrize(
    ("chart", "dimension"), [("stair", "other"), ("pie", "relationship"), ("counts", "relationship")]
)
def test_a_chart_that_is_not_there_is_said(material, chart: str, dimension: str) -> None:
    with pytest.raises(NotFound):
        chart_svg(material("sample").view, chart, dimension)
