"""From runs to figures, from figures to the table of ratios with its goals."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from bench.bursts import Burst, percentile
from bench.load import Run

Figures = dict[str, float]
FEWEST_CALM = 3


@dataclass(frozen=True)
class Row:
    """One figure of the table.

    ``against`` is the reference whose ratio is judged; ``must`` is then the largest ratio, otherwise the largest value.
    ``timed`` figures waver on a busy machine.
    """

    key: str
    label: str
    unit: str = ""
    scale: float = 1
    against: str | None = None
    must: float | None = None
    timed: bool = False


TABLE: Sequence[Row] = (
    Row("p50", "vote to ack, p50", "ms", 1e3, timed=True),
    Row("p99", "vote to ack, p99", "ms", 1e3, against="bare", must=3.0, timed=True),
    Row("screen", "last vote to complete screen", "ms", 1e3, timed=True),
    Row("lone", "lone vote to screen", "ms", 1e3, timed=True),
    Row("enter_p99", "phone connects to first view, p99", "ms", 1e3, timed=True),
    Row("frames", "frames to a phone for its own vote", must=1),
    Row("frames_others", "frames to a phone for others' votes", must=0),
    Row("bytes", "bytes to a phone for each vote", "B"),
    Row("ack", "acknowledgement, largest", "B", must=100),
    Row("first_view", "first view of a phone", "B"),
    Row("memory", "private memory for each idle phone", "KB", 1 / 1024),
    Row("cpu_votes", "CPU for 1,000 votes", "ms", 1e6),
    Row("cpu_join", "CPU for a join (POST, stored)", "ms", 1e3),
    Row("cpu_enter", "CPU for a phone's socket, token checked", "ms", 1e3),
    Row("lost", "acknowledged but lost", must=0),
    Row("refused", "refused", must=0),
    Row("missing", "never answered", must=0),
    Row("closed", "sockets closed by the server", must=0),
    Row("compressed", "compressed frames", must=0),
    Row("page", "phone page, everything included", "KB", 1 / 1000, must=60),
    Row("pages", "join page and phone page together", "KB", 1 / 1000),
)


@dataclass
class Series:
    """The runs of one server, and what became of its acknowledged votes."""

    name: str
    runs: list[Run] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    page: float | None = None
    pages: float | None = None

    def calm(self) -> list[Burst]:
        """The bursts that nothing disturbed."""
        return [burst for run in self.runs for burst in run.bursts if burst.disturbed is None]

    def trusted(self) -> bool:
        """Whether enough bursts were calm for goals of time to be judged."""
        return len(self.calm()) >= FEWEST_CALM

    def bursts(self) -> list[Burst]:
        """The bursts that count: the calm ones, or all of them where too few were calm."""
        return self.calm() if self.trusted() else [burst for run in self.runs for burst in run.bursts]

    def figures(self) -> Figures:
        """The medians, and the worst of what must never happen."""
        runs, bursts = self.runs, self.bursts()
        every = [burst for run in runs for burst in run.bursts]
        worst = max((max(burst.frames_to_phone) for burst in every), default=math.nan)
        found = {
            "p50": _median(percentile(burst.latencies, 0.5) for burst in bursts),
            "p99": _median(percentile(burst.latencies, 0.99) for burst in bursts),
            "screen": _median(run.last_vote_to_screen for run in runs),
            "lone": _median(percentile(run.lone_vote_to_screen, 0.5) for run in runs),
            "enter_p99": _median(percentile(run.connect_seconds, 0.99) for run in runs),
            "frames": float(min(worst, 1)),
            "frames_others": float(max(worst - 1, 0)),
            "bytes": _median(burst.bytes_to_phone for burst in every),
            "ack": float(max((burst.ack_bytes for burst in every), default=0)),
            "first_view": _median(run.first_view_bytes for run in runs),
            "memory": _median(run.memory_phone for run in runs),
            "cpu_votes": _median(burst.cpu_vote for burst in bursts),
            "cpu_join": _median(run.cpu_join for run in runs),
            "cpu_enter": _median(run.cpu_enter for run in runs),
            "lost": float(sum(self.lost)),
            "refused": float(sum(run.refused for run in runs)),
            "missing": float(sum(burst.missing for burst in every)),
            "closed": float(sum(run.closed for run in runs)),
            "compressed": float(sum(run.compressed_frames for run in runs)),
            "page": math.nan if self.page is None else self.page,
            "pages": math.nan if self.pages is None else self.pages,
        }
        return {key: value for key, value in found.items() if not math.isnan(value)}


@dataclass(frozen=True)
class Verdict:
    """One row, filled in. ``met`` is None where there is no goal or nothing to judge."""

    row: Row
    subject: float | None
    references: dict[str, float]
    met: bool | None

    def ratio(self, reference: str) -> float | None:
        """Subject divided by reference."""
        other = self.references.get(reference)
        return self.subject / other if self.subject is not None and other else None


def judge(subject: Figures, references: dict[str, Figures], *, whole: bool, calm: bool) -> list[Verdict]:
    """Every row of the table for which the subject has a figure.

    Where the ``whole`` table is asked for, a goal without a figure is a goal missed. Goals of time are not
    judged where the machine was not ``calm``.
    """
    verdicts = []
    for row in TABLE:
        value = subject.get(row.key)
        others = {name: figures[row.key] for name, figures in references.items() if row.key in figures}
        verdict = Verdict(row, value, others, met=None)
        judged = value * row.scale if value is not None and row.against is None else verdict.ratio(row.against or "")
        if row.timed and not calm:
            judged = None
        if row.must is not None and judged is not None:
            verdict = Verdict(row, value, others, met=judged <= row.must)
        elif row.must is not None and value is None and whole:
            verdict = Verdict(row, value, others, met=False)
        if value is not None or verdict.met is False:
            verdicts.append(verdict)
    return verdicts


def table(name: str, verdicts: Sequence[Verdict], references: Sequence[str]) -> str:
    """The verdicts as text in columns."""
    head = ["figure", name, *references, *(f"/ {reference}" for reference in references), "goal", ""]
    lines = [head]
    for verdict in verdicts:
        row = verdict.row
        goal = "" if row.must is None else f"<= {row.must:g}" + (f" x {row.against}" if row.against else f" {row.unit}")
        lines.append(
            [
                row.label,
                _number(verdict.subject, row),
                *(_number(verdict.references.get(reference), row) for reference in references),
                *(_ratio(verdict.ratio(reference)) for reference in references),
                goal.rstrip(),
                {None: "", True: "met", False: "MISSED"}[verdict.met],
            ]
        )
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    aligned: list[Callable[[str, int], str]] = [
        str.ljust,
        *[str.rjust] * (2 * len(references) + 1),
        str.ljust,
        str.ljust,
    ]
    return "\n".join(
        "  ".join(align(cell, width) for align, cell, width in zip(aligned, line, widths, strict=True)).rstrip()
        for line in lines
    )


def _number(value: float | None, row: Row) -> str:
    if value is None:
        return "-"
    scaled = value * row.scale
    digits = 0 if scaled == round(scaled) or scaled >= 1000 else 1 if scaled >= 10 else 2
    return f"{scaled:,.{digits}f} {row.unit}".rstrip()


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _median(values: Iterable[float | None]) -> float:
    known = [value for value in values if value is not None and not math.isnan(value)]
    return median(known) if known else math.nan
