"""Language codes of tracks: ISO 639 knows up to three codes for one language, and files use all of them."""

from __future__ import annotations

_ALIASES = (
    ("ja", "jpn", "japanese", "jp"),
    ("en", "eng", "english"),
    ("de", "deu", "ger", "german"),
    ("fr", "fra", "fre", "french"),
    ("es", "spa", "spanish"),
    ("it", "ita", "italian"),
    ("pt", "por", "portuguese"),
    ("ru", "rus", "russian"),
    ("zh", "zho", "chi", "chinese"),
    ("ko", "kor", "korean"),
    ("ar", "ara", "arabic"),
    ("pl", "pol", "polish"),
    ("nl", "nld", "dut", "dutch"),
    ("cs", "ces", "cze", "czech"),
    ("el", "ell", "gre", "greek"),
    ("ro", "ron", "rum", "romanian"),
    ("sk", "slk", "slo", "slovak"),
    ("fa", "fas", "per", "persian"),
    ("sv", "swe", "swedish"),
    ("da", "dan", "danish"),
    ("fi", "fin", "finnish"),
    ("no", "nor", "norwegian"),
    ("hu", "hun", "hungarian"),
    ("tr", "tur", "turkish"),
    ("vi", "vie", "vietnamese"),
    ("th", "tha", "thai"),
    ("id", "ind", "indonesian"),
    ("ms", "msa", "may", "malay"),
    ("uk", "ukr", "ukrainian"),
    ("he", "heb", "hebrew"),
    ("hi", "hin", "hindi"),
)
_NAMES = {alias: names[0] for names in _ALIASES for alias in names}


def canonical_language(code: str) -> str:
    """One name for every code of a language; the region ("pt-BR") is left out; "" and "und" give ""."""
    main = code.strip().lower().replace("_", "-").partition("-")[0]
    return "" if main == "und" else _NAMES.get(main, main)


def same_language(one: str, other: str) -> bool:
    """Whether two codes name the same language; unknown languages are like no other."""
    return canonical_language(one) == canonical_language(other) != ""
