"""A deck being made: slides with a title that says the finding, a foot, and notes with the numbers."""

import io
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from pptx.util import Inches, Pt

from app.core.language import say, tag
from app.reports.fitting import cut, fitting_size, lines
from app.reports.material import Material
from app.reports.palette import INK, INK_2
from app.reports.pptx_charts import colour
from app.reports.pptx_draw import POINTS
from app.reports.pptx_template import (
    ACROSS,
    DATE,
    FINDING,
    FOOTER,
    NUMBER,
    SAYS,
    SIDE_TEXT,
    SUBTITLE,
    TITLE,
    WITH_TEXT,
    blank_deck,
)

TITLE_SIZES = (28.0, 24.0, 20.0)
Said = tuple[str, str]
"""A line beside a picture: what is said in bold, and in what words."""


class Slides:
    """The slides of one report, in order."""

    def __init__(self, material: Material) -> None:
        self.view = material.view
        self.deck = blank_deck()
        self.names = say("{customer} and {supplier}", customer=self.view.customer, supplier=self.view.supplier)
        self.date = f"{self.view.title}, {self.view.held}"
        properties = self.deck.core_properties
        properties.title = f"{self.names}: {self.view.title}"[:250]
        properties.author = properties.last_modified_by = self.view.supplier[:250]
        properties.subject = properties.keywords = properties.comments = properties.category = ""
        properties.created = properties.modified = datetime.fromtimestamp(material.held_at / 1000, UTC)
        properties.revision = 1
        properties.language = tag()

    def cover(self, notes: str) -> None:
        """The first slide: who, what and when."""
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[TITLE])
        size, text = fitting_size(self.names, (40.0, 32.0, 24.0), ACROSS * POINTS, 2)
        self._title(slide, text, size)
        label = "\n" + say("Private to the account team") if self.view.cut == "private" else ""
        frame = slide.placeholders[SUBTITLE].text_frame
        frame.text = f"{cut(self.date, 90)}\n{cut(self.view.who_took_part, 90)}{label}"
        self._finish(slide, notes)

    def finding(self, title: str, subtitle: str, notes: str, said: list[Said] | None = None) -> Any:
        """A slide with a finding as its title. said: the text beside its picture, where it has one."""
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[FINDING if said is None else WITH_TEXT])
        size, text = fitting_size(title, TITLE_SIZES, ACROSS * POINTS, 1)
        if size == TITLE_SIZES[-1]:
            size, text = fitting_size(title, (22.0, 18.0, 16.0), ACROSS * POINTS, 2)
        self._title(slide, text, size)
        slide.placeholders[SUBTITLE].text_frame.text = cut(subtitle, ACROSS * POINTS / 14)
        if said is not None:
            self._say(slide, said)
        self._finish(slide, notes)
        return slide

    def bytes(self) -> bytes:
        """The finished file."""
        file = io.BytesIO()
        self.deck.save(file)
        return file.getvalue()

    def _title(self, slide: Any, text: str, size: float) -> None:
        slide.shapes.title.text_frame.text = text
        slide.shapes.title.text_frame.paragraphs[0].runs[0].font.size = Pt(size)

    def _say(self, slide: Any, said: list[Said]) -> None:
        """The text beside a picture, as small as it takes to fit."""
        width, high = (part * POINTS for part in SAYS[2:])
        size = next((size for size in (14.0, 13.0, 12.0, 11.0) if _height(said, size, width) <= high), 10.0)
        frame = slide.placeholders[SIDE_TEXT].text_frame
        for number, (bold, words) in enumerate(said):
            line = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            run = line.add_run()
            run.text, run.font.bold, run.font.size = bold, True, Pt(size)
            line.space_before = Pt(size * 0.8 if number else 0)
            if words:
                under = frame.add_paragraph().add_run()
                under.text, under.font.size = words, Pt(size - 1)
                under.font.color.rgb = colour(INK_2)
        bar = slide.shapes.add_connector(
            1,
            *(Inches(part) for part in (SAYS[0] - 0.25, SAYS[1], SAYS[0] - 0.25)),
            Inches(SAYS[1] + min(high, _height(said, size, width)) / POINTS),
        )
        bar.name, bar.line.width, bar.line.color.rgb = "Rule", Pt(1.75), colour(INK)

    def _finish(self, slide: Any, notes: str) -> None:
        """The foot, copied from the layout as a program does that lays slides out, and the notes."""
        slide.notes_slide.notes_text_frame.text = notes
        layout = {shape.placeholder_format.idx: shape for shape in slide.slide_layout.placeholders}
        room = 4.7 * POINTS / 11
        for index, text in ((FOOTER, cut(self.names, room)), (DATE, cut(self.date, room)), (NUMBER, "")):
            element = deepcopy(layout[index]._element)  # noqa: SLF001
            slide.shapes._spTree.append(element)  # noqa: SLF001
            element.nvSpPr.cNvPr.set("id", str(9000 + index))
            shape = slide.shapes[-1]
            for inherited in (element.spPr.find("{*}xfrm"), shape.text_frame._txBody.find("{*}lstStyle")):  # noqa: SLF001
                if inherited is not None:
                    inherited.getparent().remove(inherited)
            if text:
                shape.text_frame.text = text


def _height(said: list[Said], size: float, width: float) -> float:
    """How high the text beside a picture gets, in points."""
    high = 0.0
    for bold, words in said:
        high += lines(bold, width / size, bold=True) * size * 1.2 + size * 0.8
        high += lines(words, width / (size - 1)) * (size - 1) * 1.2 if words else 0
    return high
