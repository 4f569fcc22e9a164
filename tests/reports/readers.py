"""Opens files as strangers would: with libraries that had no part in making them, and by looking into every corner."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
from pptx import Presentation
from pypdf import PdfReader

from app.reports.export import KINDS
from app.reports.material import Material

BREAK = "\N{ZERO WIDTH SPACE}"


_MADE: dict[tuple[str, int], tuple[Material, bytes]] = {}


def made(kind: str, material: Material) -> bytes:
    """The file of a kind; made once of the same material."""
    if (kind, id(material)) not in _MADE:
        _MADE[kind, id(material)] = (material, KINDS[kind].render(material))
    return _MADE[kind, id(material)][1]


@lru_cache(maxsize=64)
def sheets(body: bytes) -> dict[str, list[list[Any]]]:
    """The workbook's cells by sheet."""
    book = openpyxl.load_workbook(io.BytesIO(body))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def table(body: bytes, name: str) -> list[dict[str, Any]]:
    """A sheet's lines by its head."""
    head, *lines = sheets(body)[name]
    return [dict(zip(head, line, strict=True)) for line in lines]


@lru_cache(maxsize=64)
def slides(body: bytes) -> list[Any]:
    return list(Presentation(io.BytesIO(body)).slides)


def lines_of(body: bytes) -> list[dict[str, str]]:
    """The CSV's lines by its head."""
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


@dataclass(frozen=True)
class PdfPage:
    """A page's size, its text, and each piece of text with where it starts."""

    width: float
    height: float
    text: str
    letters: tuple[tuple[str, float, float], ...]


@lru_cache(maxsize=64)
def pdf_pages(body: bytes) -> tuple[PdfPage, ...]:
    """The pages, read once."""
    return tuple(map(_page, PdfReader(io.BytesIO(body)).pages))


def _page(page: Any) -> PdfPage:
    letters: list[tuple[str, float, float]] = []

    def look(text: str, ctm: list[float], tm: list[float], *_: Any) -> None:
        if text.strip():
            x, y = tm[4] * ctm[0] + tm[5] * ctm[2] + ctm[4], tm[4] * ctm[1] + tm[5] * ctm[3] + ctm[5]
            letters.append((text, x, y))

    text = page.extract_text(visitor_text=look)
    return PdfPage(float(page.mediabox.width), float(page.mediabox.height), text, tuple(letters))


@lru_cache(maxsize=64)
def pdf_text(body: bytes) -> str:
    """All that the pages say, on one line, without the places where words may break."""
    return re.sub(r"\s+", " ", " ".join(page.text for page in pdf_pages(body)).replace(BREAK, ""))


def every_text(kind: str, body: bytes) -> str:
    """Whatever can be read anywhere in a file: parts in archives, also archives inside, properties and page texts."""
    if kind == "pdf":
        reader = PdfReader(io.BytesIO(body))
        told = [str(reader.metadata), str(reader.xmp_metadata and reader.xmp_metadata.stream.get_data())]
        alternatives = re.findall(rb"/Alt\s*\((.*?)\)", body)
        return pdf_text(body) + " ".join(told) + str(alternatives)
    if kind in {"xlsx", "pptx"}:
        return " ".join(_parts(body))
    return json.dumps(json.loads(body), ensure_ascii=False) if kind == "json" else body.decode("utf-8-sig")


def _parts(body: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if content[:2] == b"PK":
                yield from _parts(content)
            elif name.endswith((".xml", ".rels")):
                root = ET.fromstring(content)
                yield " ".join(
                    [*root.itertext(), *(value for element in root.iter() for value in element.attrib.values())]
                )
            else:
                yield content.decode("latin-1")
