"""The small pieces every directive parser shares: limits, directive fields, numbers, quoting."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from anime4k.errors import ShaderSyntaxError
from anime4k.hooks.decl import Origin

MAGIC = "//!"
"""The characters that start a directive, wherever they stand."""

WHITESPACE = " \t\n\r\v\f"
"""What is stripped around header lines and arguments."""

# Shader files are untrusted input: every amount that a file can ask for has a bound.
MAX_FILE_BYTES = 64 << 20
MAX_BLOCKS = 2048
MAX_PASSES = 512
MAX_HOOKS = 16
MAX_BINDS = 16
MAX_TOKENS = 64
MAX_MEMBERS = 1024
MAX_LABELS = 1024
MAX_EXTENT = 32768
MAX_RESOURCE_BYTES = 256 << 20

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_POSITIVE = re.compile(r"\+?0{0,9}[1-9][0-9]{0,8}")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_KEYWORD = re.compile(r"[A-Za-z_]{1,24}")


@dataclass(frozen=True)
class Field:
    """One directive taken apart.

    Attributes:
        keyword: the directive keyword.
        value: its argument without surrounding white space.
        origin: file and line.
    """

    keyword: str
    value: str
    origin: Origin

    def error(self, reason: str, hint: str = "", line: int | None = None) -> ShaderSyntaxError:
        """The error that says what is wrong with this directive, at its own line unless told otherwise."""
        where = self.origin.line if line is None else line
        return ShaderSyntaxError(self.origin.path, where, reason, hint, directive=self.keyword)


def quote(text: str, limit: int = 40) -> str:
    """`text` for a message: shortened, control characters escaped, in double quotes."""
    shown = text if len(text) <= limit else text[: limit - 3] + "..."
    return f'"{printable(shown)}"'


def printable(text: str) -> str:
    """`text` with control characters escaped, so that a file cannot steer the terminal of the user."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The known word that `word` was probably meant to be, or None."""
    upper = {name.upper(): name for name in known}
    # The comparison is quadratic in the length, so a hostile word is cut first.
    found = difflib.get_close_matches(word[:32].upper(), list(upper), n=1, cutoff=0.6)
    return upper[found[0]] if found else None


def split_directive(text: str, keywords: Sequence[str]) -> tuple[str, str] | None:
    """Keyword and raw rest of a directive, or None when no keyword is a prefix of it.

    A keyword needs no separator after it, so `HOOKMAIN` is `HOOK` with `MAIN` left over.
    """
    for keyword in keywords:
        if text.startswith(keyword):
            return keyword, text[len(keyword) :]
    return None


def leading_word(text: str) -> str:
    """The letters at the start of a directive, for suggestions."""
    found = _KEYWORD.match(text.lstrip(WHITESPACE))
    return found.group() if found else ""


def number(text: str) -> float | None:
    """A finite decimal number that fills `text`, or None."""
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def number_prefix(text: str) -> tuple[float, int]:
    """The decimal number at the start of `text` and its length; the length is 0 when there is none."""
    found = _NUMBER.match(text)
    return (float(found.group()), found.end()) if found else (0.0, 0)


def integer(text: str) -> int | None:
    """A decimal integer of at most 18 digits that fills `text`, or None."""
    return int(text) if _INTEGER.fullmatch(text) else None


def positive(text: str) -> int | None:
    """A decimal integer from 1 to 999999999 that fills `text`, or None."""
    return int(text) if _POSITIVE.fullmatch(text) else None


def is_identifier(text: str) -> bool:
    """Whether `text` can be used as an identifier in GLSL; at most 128 characters, to keep messages short."""
    return _IDENTIFIER.fullmatch(text) is not None


def line_at(text: str, position: int, first_line: int) -> int:
    """The line number of `position` in `text`, whose first character stands on `first_line`."""
    return first_line + text.count("\n", 0, position)
