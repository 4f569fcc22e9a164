"""The kinds of files a report can be had as. Each is made from what is public, in one cut."""

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

from sqlmodel import Session

from app.core.language import ENGLISH, Language, speaking, to_say
from app.core.scales import Cut
from app.errors import BadInput, NotFound
from app.reports.material import Material, read
from app.views.report import ReportView

if TYPE_CHECKING:
    from collections.abc import Callable

OFFICE = "application/vnd.openxmlformats-officedocument."
PAPERS: Final = {"a4": "A4", "letter": to_say("US Letter")}
"""The papers that a PDF can be made for, and what people call them."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its media type, and the module of this folder that makes it, with a function of the same name.

    The writers are large, so each is loaded when it is first asked for. ``slow``: rendering takes more than some
    milliseconds; let it run beside the server's own work.
    """

    media_type: str
    maker: str
    slow: bool = False

    def render(self, material: Material, **how: str) -> bytes:
        """The file in the material's language; needs no database."""
        render: Callable[..., bytes] = getattr(import_module(f"app.reports.{self.maker}"), self.maker)
        with speaking(material.language):
            return render(material, **how)

    def make(self, db: Session, *, session_id: str, cut: Cut, language: Language = ENGLISH, **how: str) -> bytes:
        """Read and render in one go."""
        return self.render(read(db, session_id=session_id, cut=cut, language=language), **how)


KINDS = {
    "csv": Kind("text/csv; charset=utf-8", "csv_file"),
    "json": Kind("application/json", "json_file"),
    "xlsx": Kind(OFFICE + "spreadsheetml.sheet", "xlsx_file", slow=True),
    "pptx": Kind(OFFICE + "presentationml.presentation", "pptx_file", slow=True),
    "pdf": Kind("application/pdf", "pdf_file", slow=True),
}
PICTURES: Final = {"svg": "image/svg+xml", "png": "image/png"}
"""The kinds of pictures of a chart, and their media types."""


CHARTS: Final = {
    "stair": to_say("The stair"),
    "gap": to_say("From today to wanted"),
    "people": to_say("Everybody on the stair"),
    "heat": to_say("How each group answered"),
    "sides": to_say("The two views"),
    "counts": to_say("Answers by side"),
}
"""The charts that there are pictures of, and what people call them."""


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asks for: a kind of file, a PDF for a paper, or one chart of a dimension as a picture; and in which language."""

    kind: str
    paper: str = ""
    dimension: str = ""
    chart: str = ""
    language: Language = ENGLISH

    @property
    def media_type(self) -> str:
        """The media type of the file."""
        return PICTURES[self.kind] if self.chart else KINDS[self.kind].media_type

    @property
    def slow(self) -> bool:
        """Whether it is to be made beside the server's own work."""
        return self.kind == "png" if self.chart else KINDS[self.kind].slow

    def render(self, material: Material) -> bytes:
        """The file; needs no database. Raises NotFound where the report has no such chart."""
        if self.chart:
            from app.reports import charts  # noqa: PLC0415  it loads what sets pictures

            where = (material.view, self.chart, self.dimension)
            with speaking(material.language):
                return charts.chart_png(*where) if self.kind == "png" else charts.chart_svg(*where).encode()
        return KINDS[self.kind].render(material, **({"paper": self.paper} if self.paper else {}))

    def file_name(self, session_id: str, cut: str) -> str:
        """What the file is called on somebody's disk."""
        language = "" if self.language == ENGLISH else self.language
        more = filter(None, (self.dimension, self.chart, language))
        return "-".join(["stairstep", session_id, cut, *more]) + f".{self.kind}"


def pictures(view: ReportView) -> tuple[tuple[str, str], ...]:
    """Every chart that this report has, as (dimension key, chart name)."""
    from app.reports.charts import charts_of  # noqa: PLC0415  it loads what sets pictures

    return charts_of(view)


def file_order(kind: str, *, paper: str = "", language: Language = ENGLISH) -> Order:
    """An order for a file in a language. Raises NotFound for a kind that does not exist, BadInput for a paper that can't be had."""
    if kind not in KINDS:
        raise NotFound("This kind of file does not exist. There are: " + ", ".join(KINDS) + ".")
    if paper and kind != "pdf":
        raise BadInput("Only a PDF is made for a paper.", fields={"paper": "only with pdf"})
    if paper and paper not in PAPERS:
        raise BadInput("Paper is a4 or letter.", fields={"paper": "a4 or letter"})
    return Order(kind, paper, language=language)


def picture_order(kind: str, *, dimension: str, chart: str, language: Language = ENGLISH) -> Order:
    """An order for a picture of a chart. Raises NotFound for a kind that does not exist."""
    if kind not in PICTURES:
        raise NotFound("This kind of picture does not exist. There are: " + ", ".join(PICTURES) + ".")
    return Order(kind, dimension=dimension, chart=chart, language=language)
