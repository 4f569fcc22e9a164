"""The kinds of files a report can be had as. Each is made from what is public, in one cut."""

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from sqlmodel import Session

from app.reports.material import Material, read
from app.views.report import Cut

if TYPE_CHECKING:
    from collections.abc import Callable

OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its media type, and the module of this folder that makes it, with a function of the same name.

    The writers are large, so each is loaded when it is first asked for. ``slow``: rendering takes more than some
    milliseconds; let it run beside the server's own work.
    """

    media_type: str
    maker: str
    slow: bool = False

    def render(self, material: Material) -> bytes:
        """The file; needs no database."""
        render: Callable[[Material], bytes] = getattr(import_module(f"app.reports.{self.maker}"), self.maker)
        return render(material)

    def make(self, db: Session, *, session_id: str, cut: Cut) -> bytes:
        """Read and render in one go."""
        return self.render(read(db, session_id=session_id, cut=cut))


KINDS = {
    "csv": Kind("text/csv; charset=utf-8", "csv_file"),
    "json": Kind("application/json", "json_file"),
    "xlsx": Kind(OFFICE + "spreadsheetml.sheet", "xlsx_file", slow=True),
    "pptx": Kind(OFFICE + "presentationml.presentation", "pptx_file", slow=True),
    "pdf": Kind("application/pdf", "pdf_file", slow=True),
}
