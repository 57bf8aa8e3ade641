"""Which font file of the system can draw a text: asked of fontconfig's `fc-match`, else found by usual names."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final


class Script(Enum):
    """Groups of characters that need a font of their own; the value is a language for fontconfig."""

    LATIN = "en"
    JAPANESE = "ja"
    KOREAN = "ko"
    CHINESE = "zh-cn"
    THAI = "th"
    ARABIC = "ar"
    HEBREW = "he"
    DEVANAGARI = "hi"


@dataclass(frozen=True)
class FontFile:
    """A face: the file, and which face of a collection it is."""

    path: str
    index: int = 0


_NAMES: Final = {
    Script.LATIN: ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "Arial.ttf", "segoeui.ttf"),
    Script.JAPANESE: (
        "NotoSansCJK-Regular.ttc", "NotoSansJP-Regular.otf", "NotoSansCJKjp-Regular.otf", "ipagp.ttf", "ipag.ttf",
        "TakaoPGothic.ttf", "fonts-japanese-gothic.ttf", "VL-PGothic-Regular.ttf", "Hiragino Sans GB.ttc",
        "ヒラギノ角ゴシック W3.ttc", "YuGothM.ttc", "meiryo.ttc", "msgothic.ttc", "DroidSansFallbackFull.ttf",
    ),
    Script.KOREAN: ("NotoSansCJK-Regular.ttc", "NanumGothic.ttf", "AppleSDGothicNeo.ttc", "malgun.ttf"),
    Script.CHINESE: (
        "NotoSansCJK-Regular.ttc", "wqy-microhei.ttc", "wqy-zenhei.ttc", "PingFang.ttc", "msyh.ttc",
        "DroidSansFallbackFull.ttf",
    ),
    Script.THAI: ("NotoSansThai-Regular.ttf", "Loma.ttf", "Thonburi.ttc", "LeelawUI.ttf"),
    Script.ARABIC: ("NotoSansArabic-Regular.ttf", "DejaVuSans.ttf", "GeezaPro.ttc", "segoeui.ttf"),
    Script.HEBREW: ("NotoSansHebrew-Regular.ttf", "DejaVuSans.ttf", "ArialHB.ttc", "segoeui.ttf"),
    Script.DEVANAGARI: ("NotoSansDevanagari-Regular.ttf", "Lohit-Devanagari.ttf", "Kohinoor.ttc", "Nirmala.ttf"),
}  # fmt: skip
_PREFIXES: Final = {
    "HIRAGANA": Script.JAPANESE, "KATAKANA": Script.JAPANESE, "KATAKANA-HIRAGANA": Script.JAPANESE,
    "CJK": Script.CHINESE, "FULLWIDTH": Script.CHINESE, "IDEOGRAPHIC": Script.CHINESE, "BOPOMOFO": Script.CHINESE,
    "HANGUL": Script.KOREAN, "THAI": Script.THAI, "ARABIC": Script.ARABIC, "HEBREW": Script.HEBREW,
    "DEVANAGARI": Script.DEVANAGARI,
}  # fmt: skip
_ORDER: Final = (
    Script.JAPANESE, Script.KOREAN, Script.CHINESE, Script.THAI, Script.ARABIC, Script.HEBREW, Script.DEVANAGARI,
)  # fmt: skip
_INSTEAD: Final = {Script.CHINESE: (Script.JAPANESE, Script.KOREAN), Script.JAPANESE: (Script.CHINESE,)}
"""Scripts whose fonts have most of the characters as well: the Han characters."""
_FC_TIMEOUT_S: Final = 10.0
_SUFFIXES: Final = (".ttf", ".ttc", ".otf", ".otc")


def script_of(text: str) -> Script:
    """The script a font for `text` must have; Latin where no other is seen."""
    found = {_PREFIXES.get(unicodedata.name(letter, "").partition(" ")[0]) for letter in set(text) if letter > "\u0400"}
    return next((script for script in _ORDER if script in found), Script.LATIN)


@functools.cache
def font_for(script: Script) -> FontFile | None:
    """A sans-serif font for the script, None when the system has none that is known."""
    scripts = (script, *_INSTEAD.get(script, ()))
    return next((font for known in scripts if (font := _asked(known) or _by_name(known)) is not None), None)


def _asked(script: Script) -> FontFile | None:
    program = shutil.which("fc-match")
    if program is None:
        return None
    pattern = f"sans-serif:lang={script.value}"
    try:
        reply = subprocess.run(
            [program, "-f", "%{index}\t%{lang}\t%{file}", pattern],
            capture_output=True,
            timeout=_FC_TIMEOUT_S,
            check=True,
        ).stdout.decode("utf-8", "surrogateescape")
        index, languages, path = reply.split("\t", 2)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    # fc-match always answers something: the language must really be among those of the font.
    if script.value not in re.split(r"[|,]", languages) or not path.lower().endswith(_SUFFIXES):
        return None
    return FontFile(path, int(index) & 0xFFFF) if index.isdigit() else None


def folders() -> list[Path]:
    """Where fonts of this system usually are."""
    home = Path.home()
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", "")
        return [Path(os.environ.get("WINDIR", r"C:\Windows"), "Fonts"), Path(local, r"Microsoft\Windows\Fonts")]
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share")
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), data / "fonts", home / ".fonts"]


@functools.cache
def _installed() -> dict[str, str]:
    return {name.lower(): os.path.join(folder, name) for folder, name in _walk(folders())}


def _walk(roots: Iterable[Path]) -> Iterable[tuple[str, str]]:
    for root in roots:
        for folder, _, names in os.walk(root):
            for name in names:
                if name.lower().endswith(_SUFFIXES):
                    yield folder, name


def _by_name(script: Script) -> FontFile | None:
    return next((FontFile(_installed()[name.lower()]) for name in _NAMES[script] if name.lower() in _installed()), None)
