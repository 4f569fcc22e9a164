"""The slides' template, made in code: 16:9, one master, three layouts with real placeholders, the product's colours."""

import re
from typing import Any, Final

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.presentation import Presentation as Deck
from pptx.util import Emu, Inches

from app.core.language import tag
from app.reports.palette import INK, INK_2, LINE, PRIVATE, SIDE, STEP_EDGE, SUNKEN

WIDE, HIGH = 13.333, 7.5
LEFT, ACROSS = 0.67, 12.0
"""Inches: the slide, its left margin and the room between the margins."""
FONT: Final = "Arial"
TITLE, FINDING, WITH_TEXT = range(3)
"""The layouts."""
SUBTITLE, SIDE_TEXT, FOOTER, DATE, NUMBER = 13, 14, 11, 10, 12
"""The placeholders' indices."""
SAYS: Final = (9.75, 1.85, 2.92, 4.7)
"""Left, top, width and height of the text beside a picture."""

_TITLE = (LEFT, 0.4, ACROSS, 0.87)
_SUB = (LEFT, 1.33, ACROSS, 0.3)
_FOOT_TOP, _FOOT_HIGH = 6.98, 0.3
_FOOT = {FOOTER: (LEFT, 4.9), DATE: (LEFT + 5.0, 4.9), NUMBER: (LEFT + ACROSS - 1.2, 1.2)}
_THEME_COLOURS = {
    "dk1": INK,
    "lt1": "#ffffff",
    "dk2": INK_2,
    "lt2": SUNKEN,
    "accent1": SIDE["customer"],
    "accent2": SIDE["supplier"],
    "accent3": STEP_EDGE,
    "accent4": PRIVATE,
    "accent5": "#1a673a",
    "accent6": "#5f6873",
    "hlink": INK,
    "folHlink": INK_2,
}


def blank_deck() -> Deck:
    """A presentation without slides: the template."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(HIGH)
    _drop_leftovers(deck)
    _theme(deck)
    master = deck.slide_master
    for layout in list(deck.slide_layouts)[3:]:
        deck.slide_layouts.remove(layout)
    _fill(master, "", _title(_TITLE) + _body(1, "Text", (LEFT, 1.7, ACROSS, 5.0), 16) + _feet() + _rule())
    _styles(master)
    layouts = list(deck.slide_layouts)
    cover = _title((LEFT, 2.3, ACROSS, 1.5), anchor="b", size=40) + _body(
        SUBTITLE, "Subtitle", (LEFT, 3.95, ACROSS, 1.6), 18
    )
    finding = _title() + _body(SUBTITLE, "Subtitle", _SUB, 14) + _feet()
    _fill(layouts[TITLE], "Cover", cover + _feet())
    _fill(layouts[FINDING], "Finding", finding)
    _fill(layouts[WITH_TEXT], "Finding with text", finding + _body(SIDE_TEXT, "Text", SAYS, 14))
    return deck


def _fill(sheet: Any, name: str, shapes: str) -> None:
    """Replace the shapes of a master or layout, and its name."""
    tree = sheet.shapes._spTree  # noqa: SLF001  python-pptx has no way to edit layouts
    for element in list(tree)[2:]:
        tree.remove(element)
    fragment = parse_xml(f"<p:spTree {nsdecls('p', 'a', 'r')}>{shapes}</p:spTree>")
    for number, element in enumerate(list(fragment), 2):
        element.find(".//" + "{%s}cNvPr" % fragment.nsmap["p"]).set("id", str(number))  # noqa: UP031
        tree.append(element)
    if name:
        sheet.element.find("{%s}cSld" % fragment.nsmap["p"]).set("name", name)  # noqa: UP031
        sheet.element.attrib.pop("type", None)


def _frame(box: tuple[float, float, float, float] | None) -> str:
    if box is None:
        return "<p:spPr/>"
    x, y, cx, cy = (Emu(Inches(part)) for part in box)
    return f'<p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm></p:spPr>'


def _placeholder(name: str, kind: str, frame: str, text: str, body: str = "", style: str = "") -> str:
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="0" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f"<p:nvPr><p:ph {kind}/></p:nvPr></p:nvSpPr>{frame}"
        f"<p:txBody><a:bodyPr {body}><a:normAutofit/></a:bodyPr><a:lstStyle>{style}</a:lstStyle><a:p>{text}</a:p></p:txBody></p:sp>"
    )


def _run(text: str) -> str:
    return f'<a:r><a:rPr lang="{tag()}"/><a:t>{text}</a:t></a:r>'


def _title(box: tuple[float, float, float, float] | None = None, *, anchor: str = "b", size: int = 0) -> str:
    style = f'<a:lvl1pPr><a:defRPr sz="{size * 100}"/></a:lvl1pPr>' if size else ""
    body = f'lIns="0" tIns="0" rIns="0" bIns="0" anchor="{anchor}"' if box else ""
    return _placeholder("Title", 'type="title"', _frame(box), _run("The finding in one sentence"), body, style)


def _body(index: int, name: str, box: tuple[float, float, float, float], size: int) -> str:
    colour = "tx2" if index == SUBTITLE else "tx1"
    style = (
        '<a:lvl1pPr marL="0" indent="0"><a:spcBef><a:spcPts val="0"/></a:spcBef><a:buNone/>'
        f'<a:defRPr sz="{size * 100}"><a:solidFill><a:schemeClr val="{colour}"/></a:solidFill></a:defRPr></a:lvl1pPr>'
    )
    kind = f'type="body" idx="{index}"' + ("" if index == 1 else ' sz="quarter"')
    return _placeholder(name, kind, _frame(box), _run(name), 'lIns="0" tIns="0" rIns="0" bIns="0"', style)


def _feet() -> str:
    """Names, date and slide number at the foot."""
    found = ""
    for index, kind, name, side in (
        (FOOTER, "ftr", "Footer", "l"),
        (DATE, "dt", "Date", "l"),
        (NUMBER, "sldNum", "Number", "r"),
    ):
        x, wide = _FOOT[index]
        text = (
            '<a:fld id="{5D3B7E8A-0000-4000-8000-00000000000C}" type="slidenum">'
            f'<a:rPr lang="{tag()}"/><a:t>‹#›</a:t></a:fld>'
        )
        style = (
            f'<a:lvl1pPr algn="{side}"><a:defRPr sz="1100"><a:solidFill><a:schemeClr val="tx2"/></a:solidFill>'
            "</a:defRPr></a:lvl1pPr>"
        )
        found += _placeholder(
            name,
            f'type="{kind}" sz="quarter" idx="{index}"',
            _frame((x, _FOOT_TOP, wide, _FOOT_HIGH)),
            text if index == NUMBER else _run(name),
            'lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"',
            style,
        )
    return found


def _rule() -> str:
    x, y, cx = (Emu(Inches(part)) for part in (LEFT, _FOOT_TOP - 0.1, ACROSS))
    return (
        '<p:cxnSp><p:nvCxnSpPr><p:cNvPr id="0" name="Rule"/><p:cNvCxnSpPr/><p:nvPr userDrawn="1"/></p:nvCxnSpPr>'
        f'<p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{cx}" cy="0"/></a:xfrm><a:prstGeom prst="line"><a:avLst/></a:prstGeom>'
        f'<a:ln w="9525"><a:solidFill><a:srgbClr val="{LINE[1:]}"/></a:solidFill></a:ln></p:spPr></p:cxnSp>'
    )


def _styles(master: Any) -> None:
    """Titles bold and flush left, texts without bullets."""
    space = {"a": "http://schemas.openxmlformats.org/drawingml/2006/main"}
    title = master.element.find(".//{*}titleStyle")
    level = title.find("a:lvl1pPr", space)
    level.set("algn", "l")
    for name in ("sz", "b"):
        level.find("a:defRPr", space).set(name, {"sz": "2800", "b": "1"}[name])
    for level in master.element.findall(".//{*}bodyStyle/*"):
        level.attrib.update({"marL": "0", "indent": "0"})
        for bullet in level.findall("a:buChar", space) + level.findall("a:buFont", space):
            level.remove(bullet)


def _theme(deck: Deck) -> None:
    """The theme's colours and its fonts."""
    part = deck.slide_master.part.part_related_by(RT.THEME)
    text = part.blob.decode()
    for name, colour in _THEME_COLOURS.items():
        text = re.sub(
            rf"(<a:{name}>).*?(</a:{name}>)", rf'\1<a:srgbClr val="{colour[1:].upper()}"/>\2', text, flags=re.DOTALL
        )
    text = re.sub(r'(<a:(?:major|minor)Font>\s*<a:latin typeface=")[^"]*', rf"\g<1>{FONT}", text)
    text = re.sub(r'(<a:theme [^>]*name=")[^"]*', r"\1Stairstep", text)
    part._blob = text.encode()  # noqa: SLF001  a theme is a plain part there


def _drop_leftovers(deck: Deck) -> None:
    """What the library's own template brings and nobody needs: a picture of it, a printer's settings."""
    package = deck.part.package
    for holder, kind in ((package, RT.THUMBNAIL), (deck.part, RT.PRINTER_SETTINGS)):
        relations = holder._rels  # noqa: SLF001
        for key in [key for key, relation in relations.items() if relation.reltype == kind]:
            relations.pop(key)
