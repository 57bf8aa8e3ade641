"""What the text of a GLSL body tells without compiling it: comments, macros, calls.

Bodies are untrusted and may be megabytes long, so everything here takes time in proportion to the text.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

_COMMENT = re.compile(r"//(?:[^\\\n]|\\.)*|/\*(?:.*?\*/|.*)", re.DOTALL)
_MACRO = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)\(([^)\n]*)\)((?:[^\\\n]|\\\n)*)", re.MULTILINE)
_BOUNDARY = re.compile(r"[{};]")
_LAST_WORD = re.compile(r"\w+\Z")
_LONGEST_NAME = 256
"""Characters of a name that are looked at; GLSL compilers allow 1024 at most."""
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
    """The text with a blank for every comment, its lines kept; one that is never closed reaches to the end."""
    return _COMMENT.sub(lambda comment: " " + "\n" * comment[0].count("\n"), text)


def split_macros(text: str) -> tuple[list[Macro], str]:
    """The function-like macros of a text without comments, and the text without their definitions."""
    macros = [
        Macro(name, tuple(parameter.strip() for parameter in parameters.split(",")), value)
        for name, parameters, value in _MACRO.findall(text)
    ]
    return macros, _MACRO.sub("", text)


def split_functions(text: str) -> tuple[dict[str, str], str]:
    """The bodies of the functions of a text without comments and macros by name, and what stands outside of them.

    Several functions of one name, which the preprocessor chooses from or the arguments tell apart, are one text.
    """
    bodies: dict[str, list[str]] = {}
    outside: list[str] = []
    depth = begin = 0
    name: str | None = None
    for mark in _BOUNDARY.finditer(text):
        if mark[0] == "{":
            depth += 1
            if depth == 1:
                head = text[begin : mark.start()]
                name, before = _function_name(head)
                outside.append(head[:before])
                begin = mark.end()
        elif depth == 0 or (mark[0] == "}" and depth == 1):
            (outside if name is None else bodies.setdefault(name, [])).append(text[begin : mark.end()])
            begin, name, depth = mark.end(), None, 0
        elif mark[0] == "}":
            depth -= 1
    (outside if name is None else bodies.setdefault(name, [])).append(text[begin:])
    return {name: "".join(parts) for name, parts in bodies.items()}, "".join(outside)


def _function_name(text: str) -> tuple[str | None, int]:
    """The name in a text that ends with the head of a function, and where it begins; else None and the whole length."""
    head = text.rstrip()
    opening = head.rfind("(")
    if not head.endswith(")") or opening < 0:
        return None, len(text)
    head = head[:opening].rstrip()
    found = _LAST_WORD.search(head, max(0, len(head) - _LONGEST_NAME))
    return (found[0], found.start()) if found else (None, len(text))


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
