"""What a pass costs, as far as its text tells: texel reads and multiply-adds per output pixel."""

from __future__ import annotations

import re

_READ = re.compile(
    r"\w+_(?:tex|texOff)\s*\(|\b(?:texelFetch|texture|textureLod|textureGrad)\s*\(|"
    r"(\b(?:textureGather(?:Offset|Offsets)?|\w+_gather)\s*\()"
)
_MACRO = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)\([^)\n]*\)((?:[^\\\n]|\\\n)*)", re.MULTILINE)
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_MATRIX = re.compile(r"\bmat([234])(?:x([234]))?\s*\(")
_GATHER_TEXELS = 4


def count(body: str) -> tuple[int, int]:
    """(texel reads, multiply-adds) per invocation, counted in the text; loops count once.

    Function-like macros are followed, so `#define go(x, y) MAIN_texOff(vec2(x, y))` counts wherever it is
    used. Multiply-adds are those of matrix products, which is where networks spend them.
    """
    text = _COMMENT.sub("", body)
    macros = {name: value for name, value in _MACRO.findall(text)}
    rest = _MACRO.sub("", text)
    reads = _reads(rest)
    for name, value in macros.items():
        each = _reads(value)
        if each:
            reads += each * len(re.findall(rf"\b{name}\s*\(", rest))
    adds = sum(int(a) * int(b or a) for a, b in _MATRIX.findall(rest))
    return reads, adds


def _reads(text: str) -> int:
    return sum(_GATHER_TEXELS if gather else 1 for gather in _READ.findall(text))
