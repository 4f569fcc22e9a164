"""The kinds of files a report can be had as. Each is made from what is public, in one cut."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session

from app.reports.csv_file import csv_file
from app.reports.json_file import json_file
from app.reports.material import Material, read
from app.reports.pdf_file import pdf_file
from app.reports.pptx_file import pptx_file
from app.reports.xlsx_file import xlsx_file
from app.views.report import Cut

OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its media type, and ``render(material)`` that gives its bytes and needs no database.

    ``slow``: rendering takes more than some milliseconds; let it run beside the server's own work.
    """

    media_type: str
    render: Callable[[Material], bytes]
    slow: bool = False

    def make(self, db: Session, *, session_id: str, cut: Cut) -> bytes:
        """Read and render in one go."""
        return self.render(read(db, session_id=session_id, cut=cut))


KINDS = {
    "csv": Kind("text/csv; charset=utf-8", csv_file),
    "json": Kind("application/json", json_file),
    "xlsx": Kind(OFFICE + "spreadsheetml.sheet", xlsx_file, slow=True),
    "pptx": Kind(OFFICE + "presentationml.presentation", pptx_file, slow=True),
    "pdf": Kind("application/pdf", pdf_file, slow=True),
}
