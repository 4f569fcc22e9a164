"""The report as slides: one finding a slide with its sentence as title; charts and tables can be edited."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.core.commitments import rows_words
from app.core.language import say, say_n, to_say
from app.core.proof import method_words
from app.core.sentences import moves, one_decimal, signed
from app.reports.charts import can_compare, scene, stair_rows
from app.reports.fitting import cut
from app.reports.material import Material
from app.reports.palette import INK_2, PRIVATE, SIDE, share_tint
from app.reports.pptx_charts import Series, add_bars
from app.reports.pptx_deck import Said, Slides
from app.reports.pptx_draw import draw
from app.reports.pptx_table import Cell, Table, add_table, pages, wide
from app.reports.pptx_template import ACROSS, LEFT
from app.reports.told import ToldTable, state_of, told_tables, took_part
from app.views.pictures import Picture, Row
from app.views.report import Apart, GuideItem, ReportDimension, ReportIdea, ReportTheme

TOP, ROOM = 1.75, 5.0
"""Inches: where a slide's content starts, and how high it may be."""
PICTURE = 8.6
"""Inches: the width of a picture with text beside it."""
ROWS = 10
LEGEND = 18.0
"""Font sizes: how long a side's name may be in a chart's legend."""
NONE = "–"
ON = {"t": to_say("today"), "w": to_say("wanted")}


def pptx_file(material: Material) -> bytes:
    """The slides of what was read. Pure: it may run in a thread or in a process of its own."""
    slides, view = Slides(material), material.view
    slides.cover(f"{slides.names}. {slides.date}. {view.who_took_part}. {view.silent_words}".strip())
    if not view.revealed:
        slides.finding(
            say("Nothing has been shown to the room yet"),
            say("Results come into the report once they are revealed."),
            "",
        )
    for dimension in view.dimensions:
        _dimension(slides, dimension)
    for told in told_tables(view):
        _told_table(slides, told)
    _ideas(slides)
    _judged(slides)
    _commitments(slides)
    if view.guide:
        _guide(slides, say("What to talk about next"), view.guide)
    if view.private_guide:
        title = say("Private to the account team: what to ask ourselves")
        _guide(slides, title, view.private_guide, private=True)
    _people(slides)
    _method(slides)
    return slides.bytes()


def _dimension(slides: Slides, dimension: ReportDimension) -> None:
    picture = dimension.picture
    if not any(not side.why for side in picture.sides):
        slides.finding(picture.headline or say("No answers"), picture.label, picture.headline)
        return
    _counts(slides, dimension)
    if picture.kind == "ordered":
        _stair(slides, dimension)
        _pairs(slides, dimension)
    _heat(slides, picture)
    if can_compare(picture):
        _sides(slides, dimension)


def _counts(slides: Slides, dimension: ReportDimension) -> None:
    """How many people chose each step: a native chart, and each side in words."""
    picture = dimension.picture
    said: list[Said] = [_verdict(side) for side in picture.sides]
    if picture.finding:
        said.append((picture.finding.flag_words[0].upper() + picture.finding.flag_words[1:], picture.finding.sentence))
    title = picture.headline or picture.label
    slide = slides.finding(
        title,
        say("{scale}: how many people chose each step.", scale=picture.label),
        _notes(picture.sides, picture),
        said,
    )
    series = [
        Series(f"{cut(side.name, LEGEND)}, {say(word)}", counts, SIDE[side.side], open=key == "w")
        for side in picture.sides
        for key, word in ON.items()
        if (counts := getattr(side, key))
    ]
    long = len(picture.steps) > 6
    labels = [f"{number} {label}" for number, label in enumerate(picture.short if long else picture.steps, 1)]
    add_bars(slide, labels, series, (LEFT, TOP - 0.1, PICTURE, ROOM), say("People on each step"))


def _stair(slides: Slides, dimension: ReportDimension) -> None:
    """The stair with an arrow for each group, as native shapes."""
    picture = dimension.picture
    said: list[Said] = [_typical(side) for side in picture.sides]
    said += [(_steps_apart(one), one.flag_words) for one in dimension.apart]
    asked = [
        word
        for question, word in (("current", say("Solid: today.")), ("desired", say("Open: wanted.")))
        if question in picture.questions
    ]
    rows = stair_rows(picture)
    for part in (rows[start : start + ROWS] for start in range(0, len(rows), ROWS)):
        pitch = min(47, 312 / len(part))
        drawn = scene(picture, "stair", rows=part, w=820, size=15, pitch=pitch, first=44, climb=92)
        subtitle = " ".join([say("Typical step by group."), *asked])
        slide = slides.finding(dimension.gap_title, subtitle, _notes(part, picture), said)
        draw(slide, drawn, x=LEFT, y=TOP - 0.05, width=PICTURE)


def _pairs(slides: Slides, dimension: ReportDimension) -> None:
    """Who sees it differently, as a native table."""
    if not dimension.pairs:
        return
    head = _head(say("What was said"), say("Steps apart"), say("In words"))
    lines = tuple(
        (
            Cell(pair.sentence),
            Cell(_steps(pair.steps_apart), align="middle"),
            Cell(pair.flag_words, bold=pair.flag == "clear"),
        )
        for pair in dimension.pairs
    )
    table = Table((7.7, 1.3, 3.0), (head[0], replace(head[1], align="middle"), head[2]), lines, 14.0, 0.09)
    _table(slides, dimension.pairs_title, dimension.pairs_note or say("Furthest apart first."), table)


def _told_table(slides: Slides, told: ToldTable) -> None:
    """The mirror, or a question in two rounds, as a native table."""
    width = ACROSS / (len(told.heads) + 0.5)
    widths = (1.5 * width, *(width for _ in told.heads[1:]))
    lines = tuple(tuple(Cell(text, bold=place == 0) for place, text in enumerate(line)) for line in told.lines)
    _table(slides, told.title, told.cap, Table(widths, _head(*told.heads), lines, 14.0, 0.09))


def _heat(slides: Slides, picture: Picture) -> None:
    """How each side and group answered: a native table, tinted by share."""
    asked = [
        (key, word) for (key, word), q in zip(ON.items(), ("current", "desired"), strict=True) if q in picture.questions
    ]
    k = len(picture.steps)
    cell = min(0.75, (ACROSS - 3.6) / (k * len(asked)) - 0.02)
    people_wide = wide(say("People"), 12.0, least=0.8)
    name = ACROSS - people_wide - len(asked) * (k * cell + 0.15)
    widths = (name, people_wide, *(width for _ in asked for width in (0.15, *(cell,) * k)))
    group, people, *panels = _head(say("Group"), say("People"), *(say(word).capitalize() for _, word in asked))
    head = [group, replace(people, align="end")]
    under = [Cell(""), Cell("")]
    for panel in panels:
        head += [Cell(""), replace(panel, across=k)]
        under += [Cell(""), *(Cell(str(step), ink=INK_2, align="middle") for step in range(1, k + 1))]
    lines = tuple(_heat_line(row, asked, k) for row in (*picture.sides, *picture.rows))
    table = Table(widths, tuple(head), lines, 12.0, 0.06, ruled=False, under=tuple(under))
    subtitle = say("People on each step. Stronger colour: a larger share of that side or group.")
    _table(
        slides,
        say("How each side and group answered"),
        subtitle,
        table,
        _notes((*picture.sides, *picture.rows), picture),
    )


def _heat_line(row: Row, asked: Sequence[tuple[str, str]], k: int) -> tuple[Cell, ...]:
    shown = not row.why and bool(row.t or row.w)
    cells = [Cell(row.name, bold=row.whole, ink=SIDE[row.side]), Cell(str(row.n) if shown else "", align="end")]
    for key, _ in asked:
        counts = getattr(row, key)
        cells.append(Cell(""))
        if counts is None:
            why = row.why or (say("too few to show") if row.t or row.w else say("no answers"))
            cells.append(Cell(why, ink=INK_2, ground="#f2f0eb", across=k))
            continue
        for count in counts:
            ground, ink = share_tint(row.side, count / max(sum(counts), 1))
            cells.append(Cell(str(count), bold=count > 0, ink=ink, ground=ground, align="middle"))
    return tuple(cells)


def _sides(slides: Slides, dimension: ReportDimension) -> None:
    """The two views: a picture and its numbers as a table."""
    picture = dimension.picture
    a, b = picture.sides
    subtitle = say(
        "On the diagonal both sides give the same answer. Above it, {b} sees it higher than {a} does.",
        a=a.name,
        b=b.name,
    )
    slide = slides.finding(dimension.sides_title, subtitle, _notes(picture.sides, picture))
    drawn = scene(picture, "sides")
    draw(slide, drawn, x=LEFT, y=TOP, width=min(6.4, ROOM * drawn.width / drawn.height))
    lines = [(Cell(side.name, bold=True, ink=SIDE[side.side]), *_numbers(side)) for side in picture.sides]
    apart = {one.question: one for one in dimension.apart}
    both = [Cell(apart[q].steps if q in apart else NONE, align="end") for q in ("current", "desired")]
    lines.append((Cell(say("Sides apart")), Cell(""), *both, Cell("")))
    head = [
        replace(one, align="end" if number else "start")
        for number, one in enumerate(_head(say("Typical step"), say("People"), say("Today"), say("Wanted"), say("Gap")))
    ]
    figures = [wide(one.text, 13.0, least=least) for one, least in zip(head[1:], (0.8, 0.8, 0.9, 0.8), strict=True)]
    table = Table((5.4 - sum(figures), *figures), tuple(head), tuple(lines), 13.0, 0.08)
    add_table(slide, table, x=LEFT + ACROSS - 5.4, y=TOP + 0.1, name=say("Typical step by side"))
    words = [(Cell(one.label), Cell(one.flag_words, bold=one.flag == "clear")) for one in dimension.apart]
    if words:
        below = TOP + 0.4 + sum(table.height(line) for line in (table.head, *table.lines))
        add_table(
            slide,
            Table((2.6, 2.8), _head("", say("In words")), tuple(words), 13.0, 0.08),
            x=LEFT + ACROSS - 5.4,
            y=below,
            name=say("Sides apart"),
        )


def _ideas(slides: Slides) -> None:
    for column in slides.view.ideas:
        if column.ideas or column.themes:
            many = say_n("{n} idea", "{n} ideas", column.count)
            if (themes := len(column.themes)) and column.count:
                many = say_n("{ideas} in {n} theme", "{ideas} in {n} themes", themes, ideas=many)
            elif themes:
                many = say_n("{ideas}, {n} themes", "{ideas}, {n} themes", themes, ideas=many)
            lines = [*(line for theme in column.themes for line in _theme(theme)), *map(_idea, column.ideas)]
            shown = [index for index in range(3) if any(line[index].text for line in lines)]
            head = _head(say("Theme"), say("Idea"), say("From"))
            widths = [(3.4, 5.4, 3.2)[index] for index in shown]
            table = Table(
                tuple(width * ACROSS / sum(widths) for width in widths),
                tuple(head[index] for index in shown),
                tuple(tuple(line[index] for index in shown) for line in lines),
                14.0,
                0.08,
            )
            _table(slides, f"{column.heading}: {many}", say("What would have to change."), table)


def _theme(theme: ReportTheme) -> list[tuple[Cell, ...]]:
    """A theme's lines: its name and part stand beside its first idea."""
    name = Cell(theme.name + (f"\n{theme.part}" if theme.part else ""), bold=True)
    first, *others = [_idea(idea)[1:] for idea in theme.ideas] or [(Cell(""), Cell(""))]
    return [(name, *first), *((Cell(""), *other) for other in others)]


def _idea(idea: ReportIdea) -> tuple[Cell, ...]:
    return Cell(""), Cell(idea.text), Cell(idea.from_words, ink=INK_2)


def _judged(slides: Slides) -> None:
    """What people support, and who is ready for what."""
    support, ready = slides.view.support, slides.view.ready
    if support is not None and support.lines:
        head = _head(say("What would change"), *(one.name for one in support.sides))
        lines = tuple(
            (Cell(line.text), *(Cell(say("not shown") if n is None else str(n)) for n in line.people))
            for line in support.lines
        )
        told = ". ".join(f"{one.name}: {took_part(one)}" for one in support.sides)
        _table(
            slides, say("Which changes would help most"), f"{told}.", Table((8.0, 2.0, 2.0), head, lines, 14.0, 0.08)
        )
    if ready is not None and ready.rows:
        head = _head(say("What would change"), *(name for _, name in ready.sides))
        lines = tuple(
            (Cell(f"{row.name}\n{row.verdict}"), *(Cell(one.words) for one in row.sides)) for row in ready.rows
        )
        words = say("Each person spoke for their own side. Ready: more than half of a side’s answers.")
        _table(slides, ready.headline, words, Table((5.4, 3.3, 3.3), head, lines, 14.0, 0.08))


def _commitments(slides: Slides) -> None:
    for group in slides.view.commitments:
        lines = tuple(
            (
                Cell(row.text, bold=True),
                Cell(row.who_when),
                Cell(row.counterpart),
                Cell(state_of(row), ink=INK_2),
            )
            for row in group.rows
        )
        table = Table(
            (5.0, 2.6, 2.9, 1.5),
            _head(say("What"), say("Who, by when"), say("In return"), say("State")),
            lines,
            14.0,
            0.08,
        )
        _table(slides, f"{group.heading}: {rows_words(len(group.rows))}", say("What each side will do."), table)


def _guide(slides: Slides, title: str, items: Sequence[GuideItem], *, private: bool = False) -> None:
    ink = PRIVATE if private else INK_2
    lines = tuple((Cell(item.text, bold=True), Cell(item.hint, ink=INK_2)) for item in items)
    head = (Cell(say("Question"), bold=True, ink=ink), Cell(say("What we know"), bold=True, ink=ink))
    subtitle = say("Take this slide out before you share the deck.") if private else ""
    _table(slides, title, subtitle, Table((7.6, 4.4), head, lines, 16.0, 0.12))


def _people(slides: Slides) -> None:
    if people := slides.view.people:
        head = tuple(replace(cell, ink=PRIVATE) for cell in _head(say("Name"), say("Group"), say("Answers")))
        lines = tuple(
            (Cell(one.name, bold=True), Cell(one.group, ink=SIDE[one.side]), Cell("\n".join(one.answers)))
            for one in people
        )
        table = Table((3.6, 3.8, 4.6), head, lines, 12.0)
        _table(
            slides,
            say("Private to the account team: who said what"),
            say("Take these slides out before you share the deck."),
            table,
        )


def _method(slides: Slides) -> None:
    """The last slides: what the words mean, and whose answers are not in the numbers."""
    view = slides.view
    told = [(say("Whose answers"), f"{view.foot} {view.silent_words}".strip())]
    told += method_words() if view.dimensions else ()
    lines = tuple((Cell(word, bold=True), Cell(meaning)) for word, meaning in told)
    _table(
        slides,
        say("How to read the numbers"),
        "",
        Table((2.8, 9.2), _head(say("Word"), say("What it means")), lines, 13.0, 0.06),
    )


def _table(slides: Slides, title: str, subtitle: str, table: Table, notes: str = "") -> None:
    """A slide with a table, or as many as it takes; the notes say the lines again."""
    for part in pages(table, ROOM):
        told = notes or "\n".join(". ".join(cell.text for cell in line if cell.text) for line in part.lines)
        slide = slides.finding(title, subtitle, told)
        add_table(slide, part, x=LEFT, y=TOP, name=title[:60])


def _head(*names: str) -> tuple[Cell, ...]:
    return tuple(Cell(name, bold=True, ink=INK_2) for name in names)


def _verdict(side: Row) -> Said:
    if side.why:
        return (side.name, side.why[0].upper() + side.why[1:] + ".")
    told = [say_n("{n} person", "{n} people", side.n)]
    if side.gap is not None:
        went = moves(side.up, side.stay, side.down)
        told.append(say("{gap} steps per person: {moves}", gap=signed(side.gap), moves=went))
    if side.could_not_judge:
        told.append(say_n("{n} could not judge", "{n} could not judge", side.could_not_judge))
    return (side.name, ". ".join(told) + ".")


TODAY, WANTED = to_say("{step} today"), to_say("{step} wanted")


def _typical(side: Row) -> Said:
    if side.why:
        return (side.name, side.why[0].upper() + side.why[1:] + ".")
    steps = [
        say(words, step=_steps(value))
        for value, words in ((side.today, TODAY), (side.wanted, WANTED))
        if value is not None
    ]
    return (f"{side.name}: {', '.join(steps)}", _verdict(side)[1])


def _numbers(side: Row) -> tuple[Cell, ...]:
    texts = (str(side.n), _steps(side.today), _steps(side.wanted), NONE if side.gap is None else signed(side.gap))
    return tuple(Cell(text, align="end") for text in texts)


def _notes(rows: Sequence[Row], picture: Picture) -> str:
    """The numbers of some rows, a line for each."""
    steps = ", ".join(f"{number} {label}" for number, label in enumerate(picture.steps, 1))
    return (
        "\n".join(line for row in rows for line in _told(row))
        + (f"\n{picture.note}." if picture.note else "")
        + "\n"
        + say("Steps: {steps}.", steps=steps)
    )


ON_EACH_STEP = {"t": to_say("today on each step: {counts}"), "w": to_say("wanted on each step: {counts}")}


def _told(row: Row) -> Iterator[str]:
    if row.why or not (row.t or row.w):
        why = row.why or say("no answers")
        yield f"{row.name}: {why}."
        return
    parts = [say_n("{n} person", "{n} people", row.n)]
    parts += [say("typical step today {step}", step=_steps(row.today))] if row.today is not None else []
    parts += [say("wanted {step}", step=_steps(row.wanted))] if row.wanted is not None else []
    if row.gap is not None:
        went = moves(row.up, row.stay, row.down)
        parts.append(say("gap {gap} steps per person, {moves}", gap=signed(row.gap), moves=went))
    parts += [
        say(words, counts=", ".join(map(str, counts)))
        for key, words in ON_EACH_STEP.items()
        if (counts := getattr(row, key))
    ]
    yield f"{row.name}: {'; '.join(parts)}."


def _steps_apart(one: Apart) -> str:
    if one.steps == one_decimal(1):
        return say("{label}: {steps} step", label=one.label, steps=one.steps)
    return say("{label}: {steps} steps", label=one.label, steps=one.steps)


def _steps(value: float | None) -> str:
    return NONE if value is None else one_decimal(value)
