"""What a pass costs, as far as its text tells: texel reads and multiply-adds per output pixel."""

from __future__ import annotations

import re
from functools import lru_cache

from anime4k.hooks.body import count_calls, split_macros, without_comments

_READ = re.compile(
    r"_(?:tex|texOff)\s*\(|\b(?:texelFetch|texture|textureLod|textureGrad)\s*\(|"
    r"((?:\btextureGather(?:Offset|Offsets)?|_gather)\s*\()"
)
_MATRIX = re.compile(r"\bmat([234])(?:x([234]))?\s*\(")
_GATHER_TEXELS = 4
_MACRO_DEPTH = 4
"""How many levels of macros in macros are followed."""


@lru_cache(maxsize=512)
def count(body: str) -> tuple[int, int]:
    """(texel reads, multiply-adds) per invocation, counted in the text; loops count once.

    Function-like macros are followed, so `#define go(x, y) MAIN_texOff(vec2(x, y))` counts wherever it is
    used, also by way of another macro. Multiply-adds are those of matrix products, which is where networks spend them.
    """
    macros, rest = split_macros(without_comments(body))
    values = {macro.name: macro.text for macro in macros}
    own = {name: _reads(text) for name, text in values.items()}
    inner = {name: [(called, number) for called, number in count_calls(text).items() if called in values]
             for name, text in values.items()}  # fmt: skip
    whole = own
    for _ in range(_MACRO_DEPTH - 1):
        whole = {name: own[name] + sum(whole[called] * number for called, number in inner[name]) for name in own}
    calls = count_calls(rest)
    reads = _reads(rest) + sum(number * calls[name] for name, number in whole.items())
    adds = sum(int(a) * int(b or a) for a, b in _MATRIX.findall(rest))
    return reads, adds


def _reads(text: str) -> int:
    return sum(_GATHER_TEXELS if gather else 1 for gather in _READ.findall(text))
