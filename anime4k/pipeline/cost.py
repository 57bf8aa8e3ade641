"""What a pass costs, as far as its text tells: texel reads and multiply-adds per output pixel."""

from __future__ import annotations

import re
from functools import lru_cache

from anime4k.hooks.body import count_calls, split_functions, split_macros, without_comments

_READ = re.compile(
    r"_(?:tex|texOff)\s*\(|\b(?:texelFetch|texture|textureLod|textureGrad)\s*\(|"
    r"((?:\btextureGather(?:Offset|Offsets)?|_gather)\s*\()"
)
_MATRIX = re.compile(r"\bmat([234])(?:x([234]))?\s*\(")
_CHAIN = re.compile(r"\+=\s*vec([234])\s*\([^()]*\)\s*\*")
"""One link of a chain of multiply-adds, with the weights as literals: `sum += vec4(weights) * feature`."""
_GATHER_TEXELS = 4
_DEPTH = 6
"""How many levels of macros and functions in others are followed."""
ENTRY = "hook"
"""The function that a pass begins with."""


@lru_cache(maxsize=512)
def count(body: str) -> tuple[int, int]:
    """(texel reads, multiply-adds) per invocation, counted in the text; loops count once, and every branch counts.

    Function-like macros and functions are followed, so `#define go(x, y) MAIN_texOff(vec2(x, y))` counts wherever it
    is used, also by way of another one. Multiply-adds are those of matrix products and of sums that grow by a product
    with a vector of literal weights, which is where networks spend them.
    """
    macros, rest = split_macros(without_comments(body))
    functions, outside = split_functions(rest)
    entry = functions.pop(ENTRY, None)
    if entry is None:  # no pass that can run: count what is there
        functions, entry, outside = {}, rest, ""
    texts = {**functions, **{macro.name: macro.text for macro in macros}}
    own = {name: _costs(text) for name, text in texts.items()}
    inner = {name: [(called, number) for called, number in count_calls(text).items() if called in texts]
             for name, text in texts.items()}  # fmt: skip
    whole = own
    for _ in range(_DEPTH - 1):
        whole = {name: _sum(own[name], [(whole[called], number) for called, number in inner[name]]) for name in own}
    main = outside + entry
    return _sum(_costs(main), [(whole[name], number) for name, number in count_calls(main).items() if name in whole])


def _sum(own: tuple[int, int], called: list[tuple[tuple[int, int], int]]) -> tuple[int, int]:
    """The costs of a text and of what it calls, each (costs of a call, number of calls)."""
    return own[0] + sum(cost[0] * number for cost, number in called), own[1] + sum(
        cost[1] * number for cost, number in called
    )


def _costs(text: str) -> tuple[int, int]:
    matrices = sum(int(a) * int(b or a) for a, b in _MATRIX.findall(text))
    return _reads(text), matrices + sum(int(size) for size in _CHAIN.findall(text))


def _reads(text: str) -> int:
    return sum(_GATHER_TEXELS if gather else 1 for gather in _READ.findall(text))
