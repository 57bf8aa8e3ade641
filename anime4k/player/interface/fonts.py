"""Finding fonts that can write the titles people have: Latin, Greek, Cyrillic, Japanese, Chinese, Korean. Pure."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_BASE = ("Roboto-Regular.ttf", "DejaVuSans.ttf", "NotoSans-Regular.ttf", "SFNS.ttf", "segoeui.ttf", "Arial.ttf")
_SYMBOLS = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "Arial Unicode.ttf", "seguisym.ttf")
_CJK = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKjp-Regular.otf",
    "NotoSansJP-Regular.otf",
    "NotoSansJP-Regular.ttf",
    "SourceHanSans-Regular.ttc",
    "SourceHanSansJP-Regular.otf",
    "wqy-microhei.ttc",
    "DroidSansFallbackFull.ttf",
    "ヒラギノ角ゴシック W3.ttc",
    "Hiragino Sans GB.ttc",
    "YuGothM.ttc",
    "meiryo.ttc",
    "msgothic.ttc",
    "ipagp.ttf",
    "TakaoPGothic.ttf",
)
# Each alone lacks what the other languages need; the first that has a character gives it.
_CJK_MORE = (
    "AppleSDGothicNeo.ttc",
    "PingFang.ttc",
    "msyh.ttc",
    "malgun.ttf",
    "NotoSansKR-Regular.otf",
    "NotoSansSC-Regular.otf",
)
_DEPTH = 4

FIRST_WIDE = "\u1100"
"""The first character that only the large East Asian fonts have."""


@dataclass(frozen=True)
class FontFiles:
    """Where the fonts are.

    Attributes:
        base: for most of the text; empty = the built-in font.
        symbols: for what the base lacks.
        wide: East Asian fonts, the best first; read only when a text needs them.
    """

    base: str = ""
    symbols: str = ""
    wide: tuple[str, ...] = ()


def font_folders() -> tuple[Path, ...]:
    """Where this system keeps fonts, the most likely folder first."""
    home = Path.home()
    if sys.platform == "darwin":
        return (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    if sys.platform == "win32":
        windows = Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"
        local = os.environ.get("LOCALAPPDATA")
        return (windows, Path(local) / "Microsoft/Windows/Fonts") if local else (windows,)
    return (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts")


def find_fonts(folders: Iterable[Path]) -> FontFiles:
    """The best fonts in the folders and below them."""
    found: dict[str, str] = {}
    for folder in folders:
        for path in _files(folder, _DEPTH):
            found.setdefault(os.path.basename(path), path)
    base = _first(_BASE, found)
    symbols = _first(_SYMBOLS, found)
    wide = [path for path in (_first(_CJK, found), *(found.get(name, "") for name in _CJK_MORE)) if path]
    return FontFiles(base, symbols if symbols != base else "", tuple(wide[:4]))


def needs_wide(text: str) -> bool:
    """Whether a text has characters that only the large East Asian fonts have."""
    return not text.isascii() and max(text) >= FIRST_WIDE and any(_is_wide(letter) for letter in text)


def _is_wide(letter: str) -> bool:
    # General punctuation, arrows and technical symbols are in the other fonts.
    return "\u1100" <= letter <= "\u11ff" or letter >= "\u2e80"


def _first(names: Iterable[str], found: dict[str, str]) -> str:
    return next((found[name] for name in names if name in found), "")


def _files(folder: Path, depth: int) -> Iterable[str]:
    try:
        with os.scandir(folder) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in listed:
        if entry.is_file():
            yield entry.path
        elif depth > 0 and entry.is_dir():
            yield from _files(Path(entry.path), depth - 1)
