"""What the text of a GLSL body tells without compiling it: comments, macros, calls.

Bodies are untrusted and may be megabytes long, so everything here takes time in proportion to the text.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

_COMMENT = re.compile(r"//[^\n]*|/\*(?:.*?\*/|.*)", re.DOTALL)
_MACRO = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)\(([^)\n]*)\)((?:[^\\\n]|\\\n)*)", re.MULTILINE)
_CALL = re.compile(r"\b(\w+)\s*\(")


@dataclass(frozen=True)
class Macro:
    """A function-like macro.

    Attributes:
        name: how it is called.
        parameters: their names.
        text: what it stands for.
    """

    name: str
    parameters: tuple[str, ...]
    text: str


def without_comments(text: str) -> str:
    """The text with a blank for every comment; one that is never closed reaches to the end."""
    return _COMMENT.sub(" ", text)


def split_macros(text: str) -> tuple[list[Macro], str]:
    """The function-like macros of a text without comments, and the text without their definitions."""
    macros = [
        Macro(name, tuple(parameter.strip() for parameter in parameters.split(",")), value)
        for name, parameters, value in _MACRO.findall(text)
    ]
    return macros, _MACRO.sub("", text)


def count_calls(text: str) -> Counter[str]:
    """How often each identifier is followed by an opening bracket."""
    return Counter(_CALL.findall(text))


def join_lines(text: str) -> str:
    """The text with lines that end in a backslash joined to the next; later lines keep their numbers."""
    if "\\\n" not in text:
        return text
    lines: list[str] = []
    held, taken = "", 0
    for line in text.split("\n"):
        if line.endswith("\\"):
            held, taken = held + line[:-1], taken + 1
            continue
        lines += [held + line, *[""] * taken]
        held, taken = "", 0
    return "\n".join([*lines, held] if taken else lines)
