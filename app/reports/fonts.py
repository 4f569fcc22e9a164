"""The fonts that PDF and PNG are set in. They come with packages, so that a file looks the same on every machine.

Inter for Latin, Greek and Cyrillic; Noto Sans for Arabic, Hebrew, Armenian, Georgian, Ethiopic, Thai, Lao, Khmer,
Myanmar, ten scripts of India and Sri Lanka, symbols and (drawn in one colour) emoji; Noto Sans CJK for Chinese,
Japanese and Korean. Text in other scripts, such as Tibetan or Mongolian, shows as empty boxes.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import typst

FOLDERS = (("fontpkg_inter", "files"), ("manimgx_fonts", ""), ("manimgx_fonts_cjk", ""))
KANA, HANGUL = re.compile("[\u3040-\u30ff\uff66-\uff9f]"), re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
SCRIPTS = (
    *("Arabic", "Hebrew", "Devanagari", "Bengali", "Gujarati", "Gurmukhi", "Kannada", "Malayalam", "Oriya", "Tamil"),
    *("Telugu", "Sinhala", "Thai", "Lao", "Khmer", "Myanmar", "Armenian", "Georgian", "Ethiopic", "Symbols"),
)


@cache
def fonts() -> typst.Fonts:
    """The fonts of the packages, looked for once. The machine's own are left out."""
    return typst.Fonts(include_system_fonts=False, font_paths=list(_folders()))


def families(texts: str) -> list[str]:
    """Which fonts to try, in order. Han letters are drawn as in Japan or Korea where the texts have kana or hangul."""
    east = "JP" if KANA.search(texts) else "KR" if HANGUL.search(texts) else "SC"
    return ["Inter", "Noto Sans", f"Noto Sans CJK {east}", *(f"Noto Sans {script}" for script in SCRIPTS), "Noto Emoji"]


def _folders() -> Iterator[Path]:
    for package, inner in FOLDERS:
        found = find_spec(package)
        for folder in (found.submodule_search_locations if found else None) or ():
            yield Path(folder, inner)
