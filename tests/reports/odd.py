"""Meetings of every odd kind: few people, one side, long names, short and long stairs. Data, no database."""

import random

from tests.reports.meetings import Answers, Held, ladder, several

LONG = "Abteilung für Beschaffung, Einkauf und strategisches Lieferantenmanagement Süd 2"
COMPANY = "Straßenbahngesellschaftsbetriebe und Verkehrsverbund Oberösterreich Mitte AG & C"
CHINESE, ARABIC, HINDI = "采购部门与供应链管理", "قسم المشتريات والتوريد", "क्रय विभाग और आपूर्ति"
NAMES = {  # 80 characters each
    "arabic": ("قسم المشتريات والتوريد والعلاقات الاستراتيجية مع الموردين في المنطقة الشمالية " * 2)[:80].strip(),
    "chinese": ("采购部门与供应链管理以及与供应商的战略合作关系北方地区" * 4)[:80],
    "thai": ("ฝ่ายจัดซื้อและบริหารห่วงโซ่อุปทานร่วมกับคู่ค้าเชิงกลยุทธ์ภาคเหนือ" * 3)[:80],
    "emoji": ("🛒🚚📦👩‍🔧👨‍👩‍👧‍👦🏭🧪🤝" * 8)[:80],
    "word": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"[:80],
}
FORMULAS = ("+1 agree", "=1+1", "@SUM(A1)", "-2", "＝1+1", '=HYPERLINK("http://evil.example")', "=cmd|'/C calc'!A0")
MARKUP = (
    "#set text(red)",
    "*bold* _it_ $x$ [y]",
    "<b>bold</b> & more",
    '#read("/etc/passwd")',
    "https://evil.example/x",
)


def people(seed: str, count: int, steps: int = 5) -> Answers:
    """So many people with the same answers at every run."""
    chance = random.Random(seed)
    return [(chance.randint(1, steps), chance.randint(1, steps)) for _ in range(count)]


NORTHFIELD = {
    "Procurement": [(1, 4), (1, 2), (2, 4), (2, 3), (3, 3)],
    "Leadership": [(2, 5), (2, 4), (3, 5)],
    "Operations": [(2, 4), (2, 5), (3, 4), (3, 4), (3, 5), (4, 3), (None, None)],
}
HALDEN = {
    "Delivery": [(2, 3), (3, 4), (3, 5)],
    "Directors": [(3, 4), (4, 5), (4, 4)],
    "Account team": [(3, 5), (4, 5), (4, 5), (4, 4)],
}
AGAIN = (
    *(2, 2, 3, 3, 3),  # Procurement, one step up but one
    *(2, 2, 3),
    *(2, 2, 3, 3, 3, 4, None),
    *(2, 3, 3),
    *(3, 4, 4),
    *(3, 4, 4, 4),
)
GUESSES = (*(4,) * 15, *(3,) * 10)
MEETINGS = {
    "sample": Held(
        NORTHFIELD,
        HALDEN,
        ideas=("Share plans earlier", "Send a warning by text", *FORMULAS[:1]),
        themes=("Plans", "Early warnings"),
        promises=("Share plans",),
    ),
    "judged": Held(
        {"A": people("am", 5)},
        {"C": people("an", 2)},
        ideas=("Plan once a year", "Warn us early", "=1+1"),
        judged=("Plan together", MARKUP[0], "=cmd()"),
    ),
    "ten steps, long names": Held(
        {"Leadership": people("a", 4, 10), CHINESE: people("b", 5, 10), LONG: people("c", 6, 10)},
        {"Account team": people("d", 3, 10), ARABIC: people("e", 4, 10), HINDI: people("f", 3, 10)},
        account=COMPANY,
        title="調達レビュー",
        dimensions=(ladder(10),),
        ideas=("x" * 280, CHINESE * 20),
        themes=("y" * 80, (CHINESE * 9)[:80]),
        promises=("x" * 200, CHINESE * 20),
    ),
    "three steps": Held(
        {"A": people("g", 4, 3), "B": people("h", 5, 3)}, {"C": people("i", 3, 3)}, dimensions=(ladder(3),)
    ),
    "not revealed": Held({"A": people("j", 4)}, {"C": people("k", 3)}, revealed=False),
    "one side": Held({"A": people("l", 4), "B": people("m", 3)}, {"C": []}),
    "too few": Held({"A": people("n", 2)}, {"C": people("o", 4)}),
    "small groups": Held({"A": people("p", 2), "B": people("q", 1), "C": people("r", 4)}, {"D": people("s", 3)}),
    "one person": Held({"A": people("t", 1)}, {"C": []}),
    "nobody": Held({"A": []}, {"C": []}),
    "anonymous": Held({"": people("u", 40)}, {"": people("v", 25)}, attribution="anonymous"),
    "named": Held(
        {"A": people("w", 5), "B": people("x", 4)},
        {"C": people("y", 3)},
        attribution="named",
        names=tuple(f"Zephyrine {number} 李" for number in range(12)),
    ),
    "set": Held(
        {"A": [((1, 2), (1,)), ((1, 3), (2,)), ((2,), (3,)), ((3,), ())]},
        {"C": [((1, 2), (6,))] * 3},
        dimensions=(several(6),),
    ),
    "two scales": Held(
        {"A": people("z", 5), "B": people("aa", 4)},
        {"C": people("ab", 3), "D": people("ac", 4)},
        dimensions=(ladder(5), ladder(5, key="trust", label="Trust")),
    ),
    "today only": Held({"A": people("ad", 5), "B": people("ae", 4)}, {"C": people("af", 3)}, questions=("current",)),
    "asked again": Held(NORTHFIELD, HALDEN, guesses=GUESSES, again=AGAIN),
    "asked again, too few": Held(NORTHFIELD, HALDEN, again=(2, *(1, 2, 2, 3), *AGAIN[5:])),
    "formulas": Held(
        {"=1+1": people("ag", 3), "+2": people("ah", 3)},
        {"@sales": people("ai", 3), "-3": people("aj", 3)},
        account="=CMD()",
        title="=1+1",
        ideas=(*FORMULAS, *MARKUP),
        themes=(*(text[:80] for text in FORMULAS[:4]), MARKUP[0][:80]),
        promises=(*FORMULAS, *MARKUP),
    ),
    "half finished": Held(
        {"A": people("ao", 4), "B": people("ap", 3)},
        {"C": people("aq", 4)},
        questions=("current",),
        left="desired",
    ),
    "names of 80 characters": Held(
        {
            NAMES["arabic"]: people("ar", 3),
            NAMES["thai"]: people("as", 3),
            NAMES["word"]: people("at", 4),
            "Silent": [],
        },
        {NAMES["chinese"]: people("au", 3), NAMES["emoji"]: people("av", 3), NAMES["arabic"][::-1].strip(): []},
        account=NAMES["thai"],
        title=NAMES["emoji"],
        ideas=(NAMES["arabic"], NAMES["thai"] * 3, NAMES["emoji"]),
        themes=(NAMES["thai"], NAMES["emoji"]),
        promises=(NAMES["arabic"], NAMES["emoji"]),
    ),
    "300 themes": Held({"A": people("aw", 4)}, {"C": people("ax", 3)}, ideas=("Share plans earlier",), many_themes=300),
    "many groups": Held(
        {f"Customer group number {number}": people(f"ak{number}", 3) for number in range(12)},
        {f"Supplier group {number}": people(f"al{number}", 3) for number in range(10)},
    ),
}
WITH_THE_TEAMS = {"sample", "named", "formulas", "judged", "ten steps, long names", "names of 80 characters"}


def whole(name: str) -> str:
    """The cut in which a meeting's files have most in them; the others have no more in the private one than a page of notes."""
    return "private" if name in WITH_THE_TEAMS else "customer"
