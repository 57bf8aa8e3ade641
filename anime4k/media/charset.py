"""Text files of unknown encoding: byte order marks, Unicode, then the old code page whose letters make sense.

What is guessed is how text looks: Japanese has kana, Korean syllables come from one block of its code page,
Chinese uses the first half of the tables, Cyrillic words are long runs of lower case, Western text has single accents
between plain letters. A hint (the language from a file name or a tag) decides where looks do not.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BY_LANGUAGE: Final = {
    "cp932": ("ja", "jpn", "jp"),
    "gb18030": ("zh", "zho", "chi", "chs", "sc", "cn", "zh-cn", "zh-hans", "gb"),
    "big5hkscs": ("cht", "tc", "zh-tw", "zh-hk", "zh-hant", "big5"),
    "cp949": ("ko", "kor", "kr"),
    "cp1251": ("ru", "rus", "uk", "ukr", "bg", "bul", "be", "bel", "mk", "mkd", "mac", "sr", "srp"),
    "cp1250": ("pl", "pol", "cs", "ces", "cze", "sk", "slk", "slo", "hu", "hun", "sl", "slv", "hr", "hrv", "ro", "ron",
               "rum"),
    "cp1253": ("el", "ell", "gre"),
    "cp1254": ("tr", "tur"),
    "cp1255": ("he", "heb", "iw"),
    "cp1256": ("ar", "ara", "fa", "fas", "per", "ur", "urd"),
    "cp1257": ("lt", "lit", "lv", "lav", "et", "est"),
    "cp1258": ("vi", "vie"),
    "cp874": ("th", "tha"),
}  # fmt: skip
_HINTS: Final = {language: name for name, languages in _BY_LANGUAGE.items() for language in languages}
_SAMPLE: Final = 1 << 18
_MAX_DAMAGE: Final = 0.001
_KANA: Final = re.compile("[\u3041-\u30ff]")
_HANGUL: Final = re.compile("[\uac00-\ud7a3]")
_CYRILLIC_RUN: Final = re.compile("[\u0400-\u04ff]{2,}")
_CYRILLIC_WRONG: Final = re.compile("[\u0430-\u045f][\u0410-\u042f]|[\u0400-\u04ff][a-z]|[a-z][\u0400-\u04ff]")
_GREEK_RUN: Final = re.compile("[\u0370-\u03ff]{3,}")


def decode(data: bytes, language: str = "") -> tuple[str, str]:
    """The text in `data`, and the name of the encoding.

    Never fails: bytes without meaning become U+FFFD.

    Args:
        data: the whole file.
        language: what is known of the language ("ja", "rus", "zh-TW", ...), or "".
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, "replace"), name.removesuffix("-sig")
    name = _unmarked_unicode(data) or _code_page(data[:_SAMPLE], language.lower().replace("_", "-"))
    return data.decode(name, "replace"), name


def _unmarked_unicode(data: bytes) -> str | None:
    sample = data[: _SAMPLE & ~3]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if sample and max(even, odd) > len(sample) // 8:
        # Western letters, digits and line ends of UTF-16 have one byte of zero.
        return "utf-16-le" if odd > even else "utf-16-be"
    wrong = data.decode("utf-8", "replace").count("\ufffd")
    foreign = sum(byte > 127 for byte in sample)
    # A single damaged letter in a UTF-8 file does not make it another encoding.
    return "utf-8" if not wrong or wrong <= _MAX_DAMAGE * foreign else None


def _code_page(sample: bytes, language: str) -> str:
    hint = _HINTS.get(language) or _HINTS.get(language.partition("-")[0])
    if hint is not None and _decoded(sample, hint) is not None:
        return hint
    scores = {name: score(sample, name) for name in ("cp932", "euc_jp", "cp949", "gb18030", "big5", "cp1251", "koi8_r",
                                                     "cp1253")}  # fmt: skip
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] > 0.5 else hint or "cp1252"


def _decoded(sample: bytes, name: str) -> str | None:
    """The text if it is valid, forgiving the cut through the last character."""
    decoder = codecs.getincrementaldecoder(name)()
    try:
        return decoder.decode(sample)
    except UnicodeDecodeError:
        return None


def _pairs(sample: bytes) -> list[int]:
    """Lead bytes of two-byte characters: every byte above 127 begins one."""
    leads, place = [], 0
    while place < len(sample):
        if sample[place] > 127:
            leads.append(sample[place])
            place += 1
        place += 1
    return leads


def score(sample: bytes, name: str) -> float:
    """How much the sample looks like a language written in this encoding, 0 to 1."""
    text = _decoded(sample, name)
    if text is None:
        return 0.0
    foreign = [letter for letter in text if letter > "\x7f"]
    if not foreign:
        return 0.0
    count = len(foreign)
    if name in ("cp932", "euc_jp"):
        half_width = sum("\uff61" <= letter <= "\uff9f" for letter in foreign)
        return (len(_KANA.findall(text)) * 2.5 - 3 * half_width) / count
    if name == "cp949":
        # The old standard's 2350 syllables lie at B0..C8; the extension holds rare ones.
        common = sum(0xB0 <= lead <= 0xC8 for lead in _pairs(sample))
        return min(len(_HANGUL.findall(text)), common) / count
    if name in ("gb18030", "big5"):
        low, high = (0xB0, 0xD7) if name == "gb18030" else (0xA4, 0xC6)
        leads = _pairs(sample)
        # Frequent characters come first in both tables; punctuation lies before them.
        frequent = sum(low <= lead <= low + (high - low) * 3 // 4 for lead in leads)
        known = sum("\u4e00" <= letter <= "\u9fff" or "\u3000" <= letter <= "\u303f" or letter >= "\uff00"
                    for letter in foreign)  # fmt: skip
        return 0.9 * min(frequent, known) / max(len(leads), 1)
    if name in ("cp1251", "koi8_r"):
        inside = sum(len(run) for run in _CYRILLIC_RUN.findall(text))
        return 0.95 * (inside - 3 * len(_CYRILLIC_WRONG.findall(text))) / count
    return 0.9 * sum(len(run) for run in _GREEK_RUN.findall(text)) / count
